from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from placedata.errors import DataError
from placedata.spatial.exposure import Rule, exposed, nearest_of
from placedata.spatial.exposure_methods import Interpolation
from placedata.spatial.weighted import weight_points


def sensors(*rows):
    return pd.DataFrame(rows, columns=["thing", "x", "y", "value"])


def nearest_sensor(things, x, y, weights, wards, within=500.0):
    points = weight_points(x, y, weights, wards)
    return exposed(things, points, Interpolation(), Rule(within=within, farthest=np.inf)).by_area


@pytest.fixture
def wards(make_areas):
    return make_areas({"A": box(0, 0, 1000, 1000), "B": box(1000, 0, 2000, 1000)})


def test_an_area_has_the_mean_of_its_points_nearest_sensors(wards):
    things = sensors(("one", 0, 500, 10.0), ("two", 1000, 500, 40.0))
    found = nearest_sensor(things, [100, 200, 900, 1500], [500] * 4, None, wards).table
    assert found.loc["A", "value"] == 20.0  # two points at 10, one at 40
    assert found.loc["A", "sensors"] == 2
    assert found.loc["A", "distance_m"] == pytest.approx((100 + 200 + 100) / 3)
    assert found.loc["B"].to_dict() == {
        "value": 40.0, "coverage": 1.0, "n": 1, "sensors": 1,
        "share_near": 1.0, "distance_m": 500.0, "reason": "",
        "standard_error": 15.0,  # it is 10 without one sensor, 40 without the other
    }  # fmt: skip


def test_weights_are_people(wards):
    things = sensors(("one", 0, 500, 10.0), ("two", 1000, 500, 40.0))
    found = nearest_sensor(things, [100, 900], [500] * 2, [3, 1], wards).table
    assert found.loc["A", "value"] == 17.5


def test_the_share_near_a_sensor_is_by_weight_and_distance_asked(wards):
    things = sensors(("one", 0, 500, 10.0))
    found = nearest_sensor(things, [100, 300], [500] * 2, [1, 3], wards, within=200).table
    assert found.loc["A", "share_near"] == 0.25


def test_an_area_without_a_point_is_missing_and_named(wards):
    found = nearest_sensor(sensors(("one", 0, 0, 1.0)), [100], [100], None, wards)
    assert np.isnan(found.table.loc["B", "value"])
    assert found.table.loc["B", ["coverage", "n", "sensors"]].tolist() == [0, 0, 0]
    assert found.named["areas without a weight point: missing"] == ("B",)


def test_a_sensor_without_a_value_is_not_used_and_counted(wards):
    things = sensors(("one", 100, 100, np.nan), ("two", 900, 900, 7.0))
    found = nearest_sensor(things, [100], [100], None, wards)
    assert found.table.loc["A", "value"] == 7.0
    assert found.notes["sensors without a value"] == 1


def test_without_any_sensor_every_area_is_missing(wards):
    found = nearest_sensor(sensors(("one", 1, 1, np.nan)), [100, 1500], [1, 1], None, wards)
    assert found.table["value"].isna().all()
    assert (found.table["coverage"] == 0).all()
    assert found.notes["sensors used"] == 0


def test_a_point_just_outside_goes_to_the_nearest_area_and_one_far_away_is_left_out(wards):
    found = nearest_sensor(sensors(("one", 0, 0, 1.0)), [-5, -900], [10, 10], None, wards)
    assert found.table.loc["A", "n"] == 1
    assert found.notes["points outside every area, moved to the nearest"] == 1
    assert found.notes["points outside every area, left out"] == 1


def test_the_lowest_id_wins_between_sensors_of_one_place_or_one_distance(wards):
    same = sensors(("b", 500, 500, 2.0), ("a", 500, 500, 1.0))
    assert nearest_sensor(same, [400], [500], None, wards).table.loc["A", "value"] == 1.0
    tie = sensors(("b", 300, 500, 2.0), ("a", 500, 500, 1.0))
    assert nearest_sensor(tie, [400], [500], None, wards).table.loc["A", "value"] == 1.0


def test_one_sensor_twice_is_an_error(wards):
    with pytest.raises(DataError, match="'one' stands twice"):
        nearest_sensor(sensors(("one", 0, 0, 1), ("one", 5, 5, 2)), [1], [1], None, wards)


def test_absent_columns_are_named(wards):
    with pytest.raises(DataError, match="columns thing, value are absent; found: x, y"):
        nearest_sensor(pd.DataFrame({"x": [1], "y": [1]}), [1], [1], None, wards)


def test_points_that_are_all_elsewhere_leave_every_area_missing(wards):
    found = nearest_sensor(sensors(("one", 0, 0, 1.0)), [9e5, 9e5], [0, 1], None, wards)
    assert found.table["value"].isna().all()
    assert found.table["sensors"].tolist() == [0, 0]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), sites=st.integers(1, 30))
def test_the_nearest_site_is_that_of_brute_force(seed, sites):
    rng = np.random.default_rng(seed)
    # A lattice makes ties and double places common.
    site = rng.integers(0, 12, (sites, 2)).astype(float)
    point = rng.integers(0, 12, (40, 2)) + 0.25
    distance, which = nearest_of(*site.T, *point.T)
    every = np.hypot(*(point[:, None] - site[None]).transpose(2, 0, 1))
    assert distance == pytest.approx(every.min(axis=1))
    assert every[np.arange(40), which] == pytest.approx(every.min(axis=1))
