from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from placedata.errors import DataError
from placedata.spatial.exposure import nearest_of
from placedata.spatial.reach import Walk, metric, reach_by_area
from placedata.spatial.weighted import weight_points


def distance_to_nearest(services, x, y, weights, wards, within=800.0):
    """The mean straight distance, and the share of points so near; 4.8 km/h is 80 m a minute."""
    points = weight_points(x, y, weights, wards)
    metres, which = nearest_of(services["x"], services["y"], points.x, points.y)
    walk = Walk(metres, which, {"services": len(services)})
    near = metric(walk, points, "share_within", minutes=within / 80, speed_kmh=4.8)
    found = reach_by_area(walk, points, metres)
    found.table["share_within"] = reach_by_area(walk, points, near).table["value"] / 100
    return found


@pytest.fixture
def wards(make_areas):
    return make_areas({"A": box(0, 0, 1000, 1000), "B": box(1000, 0, 2000, 1000)})


def at(*places):
    return pd.DataFrame(places, columns=["x", "y"], dtype=float)


def test_the_distance_is_the_weighted_mean_to_the_nearest_service(wards):
    services = at((0, 0), (300, 400))
    found = distance_to_nearest(services, [0, 300, 1300], [100, 0, 400], [3, 1, 5], wards).table
    # A: 100 m three times, 300 m once (to (0, 0); the other is 400 m away); B: 1000 m.
    assert found.loc["A"].to_dict() == {
        "value": 150.0, "coverage": 1.0, "n": 2, "services": 1, "share_within": 1.0,
    }  # fmt: skip
    assert found.loc["B", ["value", "share_within"]].tolist() == [1000.0, 0.0]


def test_a_distance_exactly_as_far_as_asked_is_within(wards):
    found = distance_to_nearest(at((0, 0)), [0, 0], [200, 201], None, wards, within=200).table
    assert found.loc["A", "share_within"] == 0.5


def test_without_services_every_area_is_missing(wards):
    found = distance_to_nearest(at(), [5], [5], None, wards)
    assert found.table["value"].isna().all()
    assert found.notes["services"] == 0


def test_an_area_without_a_point_is_missing_and_named(wards):
    found = distance_to_nearest(at((0, 0)), [5], [5], None, wards)
    assert np.isnan(found.table.loc["B", "value"])
    assert found.named["areas without a weight point: missing"] == ("B",)


def test_a_service_without_coordinates_is_an_error(wards):
    with pytest.raises(DataError, match="1 of 1 points have no coordinates"):
        distance_to_nearest(at((np.nan, 0)), [5], [5], None, wards)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_means_are_those_of_brute_force(make_areas, seed):
    rng = np.random.default_rng(seed)
    wards = make_areas({"A": box(0, 0, 1000, 1000), "B": box(1000, 0, 2000, 1000)})
    services, points = rng.uniform(0, 2000, (7, 2)), rng.uniform(0, 1, (50, 2)) * [2000, 1000]
    weights = rng.uniform(0.1, 5, 50)
    found = distance_to_nearest(at(*services), *points.T, weights, wards).table
    least = np.hypot(*(points[:, None] - services[None]).transpose(2, 0, 1)).min(axis=1)
    west = points[:, 0] < 1000
    assert found.loc["A", "value"] == pytest.approx(np.average(least[west], weights=weights[west]))
    assert found.loc["B", "share_within"] == pytest.approx(
        np.average(least[~west] <= 800, weights=weights[~west])
    )
