"""A calibration scores another year with the numbers of the first."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from placedata.errors import DataError
from placedata.framework import Framework
from placedata.index import Calibration, score
from placedata.index.calibration import framework_hash


def framework(indicator: dict, component: dict | None = None, **more) -> Framework:
    return Framework.model_validate(
        {
            "id": "test",
            "title": "Test",
            "levels": ["index", "component"],
            "nodes": [
                {"id": "top", "level": "index", "title": "Top"},
                {"id": "one", "level": "component", "title": "One", "parent": "top"},
            ],
            "method": {"indicator": indicator, "levels": {"component": component or {}}},
            "indicators": [{"id": name, "component": "one", **more} for name in "abc"],
        }
    )


def year(seed: int, areas: int = 30) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=areas)
    table = {name: np.exp(1 + shared / 2 + rng.normal(size=areas) / 2) for name in "abc"}
    return pd.DataFrame(table, index=[f"E{at}" for at in range(areas)])


METHODS = {
    "ward": (
        {
            "treat": "winsorise_by_skew",
            "bounds": "spread",
            "normalise": {"rule": "min_max", "outside": "clip"},
            "impute": "mean",
        },
        {"aggregate": {"rule": "geometric", "floor": 0.1}},
    ),
    "world": (
        {"normalise": "z_score", "transform": ["log1p"], "impute": "siblings"},
        {"weights": {"rule": "pc1", "best_and_worst": True}, "rescale": "bounds"},
    ),
    "coinr": (
        {"treat": "skew_kurtosis", "normalise": {"rule": "min_max", "outside": "keep"}},
        {"rescale": "min_max", "weights": "factor"},
    ),
    "standard": ({"normalise": "z_score", "impute": "median"}, {"rescale": "z_score"}),
}


@pytest.mark.parametrize("name", METHODS)
def test_a_calibration_gives_the_scores_of_the_table_that_it_was_fitted_on(name):
    chosen, table = framework(*METHODS[name]), year(1)
    table.iloc[4, 0] = np.nan
    first = score(table, chosen)
    again = score(table, chosen, calibration=first.calibration)
    pd.testing.assert_frame_equal(first.table, again.table)
    assert again.calibration == first.calibration


@pytest.mark.parametrize("name", METHODS)
def test_with_a_calibration_the_score_of_an_area_does_not_depend_on_the_others(name):
    chosen = framework(*METHODS[name])
    calibration = score(year(1), chosen).calibration
    other = year(2)
    all_areas = score(other, chosen, calibration=calibration).wide()
    alone = score(other.iloc[[5]], chosen, calibration=calibration).wide()
    np.testing.assert_allclose(alone.iloc[0], all_areas.iloc[5], atol=1e-12)
    assert not np.allclose(all_areas["one"], score(other, chosen).wide()["one"])


def test_a_calibration_survives_being_written_and_read():
    calibration = score(year(1), framework(*METHODS["world"])).calibration
    again = Calibration.model_validate_json(calibration.model_dump_json())
    assert again == calibration
    assert again.hash == calibration.hash
    assert len(calibration.hash) == 64


def test_other_data_give_a_calibration_with_another_hash():
    chosen = framework(*METHODS["ward"])
    assert score(year(1), chosen).calibration.hash != score(year(2), chosen).calibration.hash
    assert score(year(1), chosen).calibration.hash == score(year(1), chosen).calibration.hash


def test_frozen_bounds_and_weights_are_told_as_such():
    chosen = framework(*METHODS["world"])
    calibration = score(year(1), chosen).calibration
    told = [d.text for d in score(year(2), chosen, calibration=calibration).decisions]
    assert "One: weights of the calibration" in told


def test_a_calibration_of_another_framework_is_refused():
    calibration = score(year(1), framework(*METHODS["ward"])).calibration
    with pytest.raises(DataError, match="does not fit the framework"):
        score(year(1), framework(*METHODS["world"]), calibration=calibration)


def test_titles_do_not_change_the_hash_of_a_framework_and_weights_do():
    chosen = framework(*METHODS["ward"])
    assert framework_hash(chosen) == framework_hash(chosen.with_method(title="Other"))
    heavier = framework(*METHODS["ward"], weight=2)
    assert framework_hash(chosen) != framework_hash(heavier)


@pytest.mark.parametrize("rule", ["percentile_rank", "exponential_rank", "normal_score", "rank"])
def test_rules_that_compare_areas_with_each_other_cannot_be_frozen(rule):
    chosen = framework({"normalise": rule})
    calibration = score(year(1), chosen).calibration
    with pytest.raises(DataError, match="compares the areas of one table"):
        score(year(2), chosen, calibration=calibration)


def test_a_value_that_a_frozen_logarithm_cannot_take_is_refused():
    chosen = framework({"transform": ["log_shift"], "normalise": "z_score"})
    first = pd.DataFrame({name: [0.0, 5, 10] for name in "abc"}, index=list("xyz"))
    calibration = score(first, chosen).calibration
    with pytest.raises(DataError, match="a: found -1 in area x; allowed: values that log_shift"):
        score(first - 1, chosen, calibration=calibration)


def test_data_driven_bounds_of_two_years_are_those_of_the_first():
    chosen = framework({"bounds": "observed", "normalise": {"rule": "min_max", "outside": "keep"}})
    first = pd.DataFrame({name: [0.0, 5, 10] for name in "abc"}, index=list("xyz"))
    calibration = score(first, chosen).calibration
    later = score(first + 2, chosen, calibration=calibration)
    assert later.of("a")["score"].tolist() == [20, 70, 120]
    assert later.bounds.loc[0, ["worst", "best"]].tolist() == [0, 10]
