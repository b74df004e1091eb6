from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity, box, union_all
from tobler.area_weighted import area_interpolate

from placedata.errors import DataError
from placedata.spatial.apportion import (
    NO_POINT,
    NOWHERE,
    OVERLAP,
    lookup_best_fit,
    lookup_by_area,
    lookup_by_points,
)


def share(lookup, source, target):
    rows = lookup.weights
    return rows[(rows.from_code == source) & (rows.to_code == target)]["weight"].sum()


@pytest.fixture
def halves(make_areas):
    """One source across two wards, and one wholly in the second."""
    source = make_areas({"S1": box(0, 0, 10, 10), "S2": box(10, 0, 20, 10)}, "lsoa21")
    target = make_areas({"T1": box(0, 0, 4, 10), "T2": box(4, 0, 20, 10)})
    return source, target


def test_the_weight_is_the_share_of_the_points(halves):
    lookup = lookup_by_points(*halves, [1, 2, 3, 6, 15], [5] * 5)
    assert share(lookup, "S1", "T1") == 0.75
    assert share(lookup, "S1", "T2") == 0.25
    assert share(lookup, "S2", "T2") == 1.0
    assert (lookup.source, lookup.target, lookup.method) == ("lsoa21", "wd25", "postcodes")


def test_people_at_a_point_weigh_as_many(halves):
    lookup = lookup_by_points(*halves, [1, 6, 15], [5, 5, 5], [10, 30, 7])
    assert share(lookup, "S1", "T1") == 0.25
    assert lookup.method == "population"


def test_a_source_without_a_point_falls_back_to_area_and_is_named(halves):
    lookup = lookup_by_points(*halves, [15], [5])
    assert share(lookup, "S1", "T1") == pytest.approx(0.4, abs=1e-12)
    assert lookup.notes[NO_POINT] == 1
    assert f"{NO_POINT}: 1 (S1)" in lookup.told()


def test_a_source_whose_points_weigh_nothing_falls_back_to_area_too(halves):
    lookup = lookup_by_points(*halves, [1, 15], [5, 5], [0, 3])
    assert lookup.named[NO_POINT] == ("S1",)


def test_a_point_outside_every_target_goes_to_the_nearest_and_is_counted(make_areas):
    source = make_areas({"S": box(0, 0, 10, 10)})
    target = make_areas({"T1": box(0, 0, 4, 10), "T2": box(4, 0, 9, 10)})
    lookup = lookup_by_points(source, target, [1, 9.5], [5, 5])
    assert share(lookup, "S", "T2") == 0.5
    assert lookup.notes["points outside every target area, moved to the nearest"] == 1


def test_a_point_far_from_every_target_is_unallocated_and_counted(make_areas):
    source = make_areas({"S": box(0, 0, 5000, 10)})
    target = make_areas({"T": box(0, 0, 1000, 10)})
    lookup = lookup_by_points(source, target, [10, 20, 30, 4000], [5] * 4)
    assert share(lookup, "S", "T") == 0.75
    assert lookup.notes["points outside every target area, unallocated"] == 1
    moved = lookup.apply(pd.Series({"S": 100.0}))
    assert (moved.allocated, moved.unallocated) == (75.0, 25.0)
    assert moved.unallocated_by == {"S": 25.0}


def test_points_outside_every_source_are_not_used_and_counted(halves):
    lookup = lookup_by_points(*halves, [1, 2, 15, 99, 98], [5] * 5)
    assert lookup.notes["points outside every source area, not used"] == 2
    assert share(lookup, "S1", "T1") == 1.0


def test_a_source_outside_every_target_is_unallocated_and_named(make_areas):
    source = make_areas({"S1": box(0, 0, 10, 10), "S2": box(900, 0, 910, 10)})
    target = make_areas({"T": box(0, 0, 10, 10)})
    lookup = lookup_by_points(source, target, [5], [5])
    assert lookup.named[NOWHERE] == ("S2",)
    moved = lookup.apply(pd.Series({"S1": 3.0, "S2": 4.0}))
    assert (moved.allocated, moved.unallocated, moved.unmatched) == (3.0, 4.0, {})


@pytest.mark.parametrize("weight", [[1, np.nan], [1, -2]])
def test_missing_or_negative_weights_are_an_error(halves, weight):
    with pytest.raises(DataError, match=r"1 of 2 weights are missing or negative.*point 2"):
        lookup_by_points(*halves, [1, 2], [5, 5], weight)


def test_area_overlap_keeps_the_unallocated_share(make_areas):
    source = make_areas({"S": box(0, 0, 10, 10)})
    target = make_areas({"T1": box(0, 0, 5, 10), "T2": box(5, 0, 8, 10)})
    lookup = lookup_by_area(source, target)
    assert lookup.allocated_share()["S"] == pytest.approx(0.8, abs=1e-12)
    moved = lookup.apply(pd.Series({"S": 50.0}))
    assert moved.values.to_dict() == pytest.approx({"T1": 25.0, "T2": 15.0})
    assert moved.unallocated == pytest.approx(10.0)


def test_slivers_are_kept_and_counted_unless_a_minimum_is_asked(make_areas):
    source = make_areas({"S": box(0, 0, 100, 10)})
    target = make_areas({"T1": box(0, 0, 99.95, 10), "T2": box(99.95, 0, 200, 10)})
    kept = lookup_by_area(source, target)
    assert kept.notes["slivers below 0.1 % of the area"] == 1
    assert share(kept, "S", "T2") == pytest.approx(0.0005)
    cut = lookup_by_area(source, target, minimum_share=0.001)
    assert cut.notes["pairs below the minimum share, given to the others"] == 1
    assert share(cut, "S", "T1") == pytest.approx(1.0, abs=1e-12)


def test_a_minimum_share_never_takes_all_of_an_area(make_areas):
    source = make_areas({"S": box(0, 0, 100, 100)})
    target = make_areas({"T": box(0, 0, 1, 1)})
    assert share(lookup_by_area(source, target, minimum_share=0.01), "S", "T") > 0


def test_touching_areas_are_no_pair(make_areas):
    source = make_areas({"S": box(0, 0, 10, 10)})
    target = make_areas({"T1": box(0, 0, 10, 10), "T2": box(10, 0, 20, 10)})
    assert list(lookup_by_area(source, target).weights["to_code"]) == ["T1"]


def test_overlapping_targets_are_scaled_and_named(make_areas):
    source = make_areas({"S": box(0, 0, 10, 10)})
    target = make_areas({"T1": box(0, 0, 10, 10), "T2": box(0, 0, 10, 10)})
    lookup = lookup_by_area(source, target)
    assert share(lookup, "S", "T1") == share(lookup, "S", "T2") == 0.5
    assert lookup.named[OVERLAP] == ("S",)


def test_best_fit_takes_most_points_and_area_most_area(halves):
    by_points = lookup_best_fit(*halves, [1, 2, 3, 6, 15], [5] * 5)
    by_area = lookup_best_fit(*halves)
    assert share(by_points, "S1", "T1") == 1.0
    assert share(by_area, "S1", "T2") == 1.0
    assert by_points.method == by_area.method == "best_fit"
    assert by_points.named["areas given whole to one of several"] == ("S1",)


def test_best_fit_breaks_a_tie_by_the_lowest_code(halves):
    assert share(lookup_best_fit(*halves, [1, 6, 15], [5] * 3), "S1", "T1") == 1.0


def cut(seed: int, pieces: int, prefix: str):
    """A 100 m square cut into strips by random lines: a true coverage."""
    rng = np.random.default_rng(seed)
    edges = np.concatenate([[-100], np.sort(rng.uniform(-50, 50, pieces - 1)), [100]])
    turn = rng.uniform(0, 180)
    shapes = {}
    for number, (low, high) in enumerate(pairwise(edges)):
        strip = affinity.rotate(box(low, -200, high, 200), turn, origin=(0, 0))
        part = strip.intersection(box(-50, -50, 50, 50))
        if part.area > 0:
            shapes[f"{prefix}{number:02d}"] = part
    return shapes


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 12), m=st.integers(1, 9))
def test_area_overlap_moves_counts_as_tobler_does(make_areas, seed, n, m):
    source, target = make_areas(cut(seed, n, "S"), "lsoa21"), make_areas(cut(seed + 1, m, "T"))
    counts = np.random.default_rng(seed).integers(0, 3000, len(source.frame)).astype(float)
    moved = lookup_by_area(source, target).apply(pd.Series(counts, index=source.codes))
    theirs = area_interpolate(
        source.frame.assign(people=counts), target.frame, extensive_variables=["people"]
    )
    assert moved.values.to_numpy() == pytest.approx(theirs["people"].to_numpy(), rel=1e-6, abs=1e-6)
    assert moved.allocated == pytest.approx(counts.sum(), rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 10),
    m=st.integers(1, 10),
    points=st.integers(0, 60),
)
def test_nothing_is_lost_whatever_overlaps_or_lies_outside(make_areas, seed, n, m, points):
    rng = np.random.default_rng(seed)

    def scattered(count, prefix):
        corners = rng.uniform(0, 2000, (count, 2))
        sizes = rng.uniform(1, 900, (count, 2))
        return {
            f"{prefix}{i}": box(*corner, *(corner + size))
            for i, (corner, size) in enumerate(zip(corners, sizes, strict=True))
        }

    source, target = make_areas(scattered(n, "S"), "lsoa21"), make_areas(scattered(m, "T"))
    x, y = rng.uniform(-100, 3000, (2, points))
    weight = rng.integers(0, 4, points).astype(float)
    counts = pd.Series(rng.uniform(0, 1e6, n), index=source.codes)
    counts["stranger"] = 12.5
    for lookup in (
        lookup_by_points(source, target, x, y, weight),
        lookup_by_points(source, target, x, y),
        lookup_by_area(source, target),
        lookup_best_fit(source, target, x, y),
    ):
        moved = lookup.apply(counts)
        total = moved.allocated + moved.unallocated + sum(moved.unmatched.values())
        assert total == pytest.approx(counts.sum(), rel=1e-12, abs=1e-9)
        assert moved.unmatched == {"stranger": 12.5}
        assert moved.values.sum() == pytest.approx(moved.allocated, rel=1e-12, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 9), m=st.integers(1, 9))
def test_weights_of_a_source_inside_the_targets_sum_to_one(make_areas, seed, n, m):
    source, target = make_areas(cut(seed, n, "S"), "lsoa21"), make_areas(cut(seed + 1, m, "T"))
    x, y = np.random.default_rng(seed).uniform(-50, 50, (2, 200))
    sums = lookup_by_points(source, target, x, y).allocated_share()
    held = [code for code in source.codes if code in set(sums.index)]
    assert sums[held].to_numpy() == pytest.approx(np.ones(len(held)), abs=1e-9)
    pointed = lookup_by_points(source, target, x, y)
    by_point = [c for c in source.codes if c not in pointed.named[NO_POINT]]
    assert np.abs(sums[by_point] - 1).max() <= 1e-12 if by_point else True


def test_the_weights_do_not_depend_on_the_order_of_the_points(make_areas):
    source, target = make_areas(cut(1, 6, "S"), "lsoa21"), make_areas(cut(2, 5, "T"))
    rng = np.random.default_rng(3)
    x, y = rng.uniform(-50, 50, (2, 300))
    turn = rng.permutation(300)
    one = lookup_by_points(source, target, x, y).weights
    two = lookup_by_points(source, target, x[turn], y[turn]).weights
    pd.testing.assert_frame_equal(one, two)


def test_the_cuts_of_these_tests_cover_the_square():
    assert union_all(list(cut(5, 7, "S").values())).area == pytest.approx(10_000)
