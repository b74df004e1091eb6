"""Loader ``dft_counts`` on the published flows of London; expected values by pandas alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from placedata.files import Roots
from placedata.loaders import get_loader
from placedata.observations import Observations, Request

pytestmark = pytest.mark.real

FLOWS = "london/traffic/dft_aadf_london.csv"
POINTS = "london/traffic/dft_count_points_london.csv"


@pytest.fixture
def ask(real_data: Path):
    module = get_loader("dft_counts")

    def run(source, **request) -> Observations:
        asked = Request("layer", Roots({"london": real_data / "london"}), **request)
        return module.read(module.Source(**{"file": FLOWS} | source), asked)

    return run


@pytest.fixture(scope="module")
def raw(real_data: Path) -> pd.DataFrame:
    return pd.read_csv(real_data / FLOWS)


@pytest.mark.parametrize(
    "vehicle", ["all_motor_vehicles", "pedal_cycles", "cars_and_taxis", "all_hgvs", "lgvs"]
)
def test_every_published_flow_is_read(ask, raw, vehicle):
    seen = ask({"vehicle": vehicle})
    table = seen.table.sort_values(["thing", "period"])
    keyed = raw.assign(thing=raw["count_point_id"].astype(str), period=raw["year"].astype(str))
    keyed = keyed.sort_values(["thing", "period"])
    assert table["thing"].tolist() == keyed["thing"].tolist()
    assert table["period"].tolist() == keyed["period"].tolist()
    np.testing.assert_array_equal(table["value"], keyed[vehicle])
    np.testing.assert_array_equal(table["x"], keyed["easting"])
    np.testing.assert_array_equal(table["y"], keyed["northing"])
    assert seen.ledger.rows_in == seen.ledger.used == 7329
    assert seen.ledger.notes["flows estimated, not counted"] == 4736


def test_only_counted_flows_of_one_year_can_be_asked_for(ask, raw):
    seen = ask({"estimated": "reject"}, periods=("2023",))
    counted = raw[raw["estimation_method"].eq("Counted") & raw["year"].eq(2023)]
    assert len(seen.table) == len(counted)
    assert seen.table["value"].sum() == counted["all_motor_vehicles"].sum()
    assert seen.ledger.rejected["another period"] == int((raw["year"] != 2023).sum())


def test_the_table_of_count_points_moves_39_rows_by_over_100_metres(ask, raw, real_data):
    seen = ask({"points": POINTS})
    points = pd.read_csv(real_data / POINTS).set_index("count_point_id")
    now = points[["easting", "northing"]].add_suffix("_now")
    joined = raw.join(now, on="count_point_id")
    apart = np.hypot(
        joined["easting"] - joined["easting_now"], joined["northing"] - joined["northing_now"]
    )
    moved = joined.loc[apart > 100, "count_point_id"].nunique()
    assert int((apart > 100).sum()) == 39
    assert seen.ledger.notes["count points over 100 m from where the flows say"] == moved
    assert seen.table["x"].sum() == joined["easting_now"].sum()
    assert len(seen.table) == 7329
