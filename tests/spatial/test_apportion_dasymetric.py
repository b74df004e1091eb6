"""Sharing out by where in an area something else is: homes, built-up cells, smaller areas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from placedata.errors import DataError
from placedata.observations import Raster
from placedata.spatial.apportion import lookup_by_area
from placedata.spatial.dasymetric import (
    NO_MASS,
    area_mass,
    lookup_by_mass,
    point_mass,
    raster_mass,
)


@pytest.fixture
def town(make_areas):
    """One source across two wards of equal size, and one wholly in the second."""
    source = make_areas({"S1": box(0, 0, 20, 10), "S2": box(20, 0, 30, 10)}, "lsoa21")
    target = make_areas({"T1": box(0, 0, 10, 10), "T2": box(10, 0, 30, 10)})
    return source, target


def raster(values, size=10.0):
    cells = np.asarray(values, dtype=float)
    return Raster(cells, (size, 0, 0, 0, -size, size * len(cells)), "EPSG:27700")


def shares(lookup):
    rows = lookup.weights
    return {(r.from_code, r.to_code): r.weight for r in rows.itertuples()}


def test_built_up_ground_takes_the_people_along(town):
    # Cells of 10 m: the first half of S1 is built up three times as densely as the second.
    lookup = lookup_by_mass(*town, raster_mass(raster([[60, 20, 40]])))
    assert shares(lookup) == pytest.approx(
        {("S1", "T1"): 0.75, ("S1", "T2"): 0.25, ("S2", "T2"): 1.0}
    )
    assert lookup.method == "dasymetric"
    moved = lookup.apply(pd.Series({"S1": 80.0, "S2": 5.0}))
    assert moved.values.to_dict() == pytest.approx({"T1": 60.0, "T2": 25.0})


def test_classes_of_land_cover_weigh_as_the_place_says(town):
    # Class 20 is town (weight 4), class 21 suburb (1), class 1 wood (not named: nothing).
    lookup = lookup_by_mass(*town, raster_mass(raster([[20, 21, 1]]), {20: 4.0, 21: 1.0}))
    assert shares(lookup)["S1", "T1"] == pytest.approx(0.8)
    # S2 is wood alone: by area, and named.
    assert lookup.named[NO_MASS] == ("S2",)
    assert shares(lookup)["S2", "T2"] == 1.0


def test_a_cell_across_a_border_counts_by_its_share(town):
    # Cells of 20 m over 30 m: the first is S1 whole, half of it in each ward.
    lookup = lookup_by_mass(*town, raster_mass(raster([[8, 8]], 20.0)))
    assert shares(lookup)["S1", "T1"] == pytest.approx(0.5)


def test_homes_at_points_weigh_one_each_or_as_said(town):
    x, y = [2, 4, 6, 15, 25], [5] * 5
    assert shares(lookup_by_mass(*town, point_mass(x, y)))["S1", "T1"] == pytest.approx(0.75)
    weighted = lookup_by_mass(*town, point_mass(x, y, [1, 1, 1, 9, 1]))
    assert shares(weighted)["S1", "T1"] == pytest.approx(0.25)


def test_smaller_areas_with_households_tell_where_people_are(town, make_areas):
    fine = make_areas({"o1": box(0, 0, 10, 10), "o2": box(10, 0, 20, 10), "o3": box(20, 0, 30, 10)})
    lookup = lookup_by_mass(*town, area_mass(fine, pd.Series({"o1": 90.0, "o2": 10.0})))
    assert shares(lookup)["S1", "T1"] == pytest.approx(0.9)
    assert lookup.named[NO_MASS] == ("S2",)


def test_mass_outside_every_target_is_unallocated(make_areas):
    source = make_areas({"S": box(0, 0, 20, 10)}, "lsoa21")
    target = make_areas({"T": box(0, 0, 10, 10)})
    moved = lookup_by_mass(source, target, raster_mass(raster([[30, 10]]))).apply(
        pd.Series({"S": 100.0})
    )
    assert (moved.allocated, moved.unallocated) == pytest.approx((75.0, 25.0))


def test_negative_mass_is_an_error():
    with pytest.raises(DataError, match="negative cell: -3"):
        raster_mass(raster([[1, -3]]))


def test_even_mass_is_area(town):
    by_mass = lookup_by_mass(*town, raster_mass(raster(np.ones((10, 30)), 1.0)))
    assert shares(by_mass) == pytest.approx(shares(lookup_by_area(*town)), abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 6), m=st.integers(1, 6))
def test_nothing_is_lost_whatever_the_mass(make_areas, seed, n, m):
    rng = np.random.default_rng(seed)

    def scattered(count, prefix):
        corners, sizes = rng.uniform(0, 80, (count, 2)), rng.uniform(1, 40, (count, 2))
        pairs = zip(corners, sizes, strict=True)
        return {f"{prefix}{i}": box(*one, *(one + size)) for i, (one, size) in enumerate(pairs)}

    source, target = make_areas(scattered(n, "S"), "lsoa21"), make_areas(scattered(m, "T"))
    cells = rng.integers(0, 4, (12, 12)).astype(float)
    counts = pd.Series(rng.uniform(0, 1e6, n), index=source.codes)
    for mass in (raster_mass(raster(cells)), point_mass(*rng.uniform(0, 120, (2, 40)))):
        moved = lookup_by_mass(source, target, mass).apply(counts)
        assert moved.allocated + moved.unallocated == pytest.approx(counts.sum(), rel=1e-9)
