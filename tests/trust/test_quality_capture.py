"""Data capture of an area is that of its sensors, each by its share, done by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from placedata.build.grading import graded, sensor_capture
from placedata.definitions import LayerDefinition
from placedata.layers.layer import VALUE_COLUMNS, Layer
from placedata.observations import Ledger

#: 2024 has 366 days.
HOURS = 8784


@pytest.fixture
def air():
    """Ward 1: three quarters of a sensor that measured half of 2024, one of a whole one."""
    definition = LayerDefinition.model_validate(
        {
            "id": "no2", "title": "NO2", "unit": "µg/m³", "polarity": "neutral",
            "publisher": "P", "licence": "CC0-1.0", "source": {"loader": "laqn"},
        }
    )  # fmt: skip
    values = pd.DataFrame(
        {
            "area_code": ["E05990001", "E05990002"], "period": "2024", "value": [30.0, 20.0],
            "coverage": 1.0, "status": "ok", "n": [2.0, 1.0],
        }
    ).reindex(columns=list(VALUE_COLUMNS))  # fmt: skip
    rows = pd.DataFrame(
        {
            "period": "2024", "area_code": ["E05990001", "E05990001", "E05990002", ""],
            "role": ["sensor", "sensor", "sensor", "file"], "share": [0.75, 0.25, 1.0, 1.0],
            "n": [HOURS // 2, HOURS, HOURS, HOURS],
        }
    )  # fmt: skip
    method = "mean of the nearest sensor, averaged over the ward's postcodes"
    return Layer(definition, values, method, Ledger(4, 4), (), (), (), rows=rows)


def test_each_sensor_counts_by_its_share(air):
    capture = sensor_capture(air)
    assert capture["2024", "E05990001"] == pytest.approx(0.75 * 0.5 + 0.25)
    assert capture["2024", "E05990002"] == pytest.approx(1.0)


def test_figures_are_graded_by_the_hours_behind_them(air):
    """62.5 % of the hours is under 75 %; all of them are good, but no error is known."""
    assert graded(air)[0].tolist() == ["D", "B"]


def test_a_larger_area_has_the_mean_of_its_wards(air):
    larger = pd.DataFrame({"area_code": ["E09990001"], "period": "2024", "value": [25.0],
                           "coverage": 1.0, "status": "ok"})  # fmt: skip
    borough = Layer(
        air.definition, larger.reindex(columns=list(VALUE_COLUMNS)), air.method, air.ledger,
        (), (), (), rows=air.rows,
    )  # fmt: skip
    belongs = {"E05990001": "E09990001", "E05990002": "E09990001"}
    assert sensor_capture(borough, belongs)["2024", "E09990001"] == pytest.approx(0.8125)
    assert graded(borough, belongs)[0].tolist() == ["C"]


def test_the_layer_tells_the_hours_that_three_areas_in_four_reach(air):
    told = graded(air)[1]["dimensions"]
    capture = next(item for item in told if item["dimension"] == "data capture")
    assert (capture["grade"], capture["measure"]) == ("D", pytest.approx(0.625))
    assert capture["reason"] == "in three areas of four sensors measured 62% of the hours or more"


def test_more_hours_than_a_period_has_are_no_better_than_all(air):
    twice = Layer(
        air.definition, air.values, air.method, air.ledger, (), (), (),
        rows=air.rows.assign(n=3 * HOURS),
    )  # fmt: skip
    assert sensor_capture(twice).max() == pytest.approx(1.0)
