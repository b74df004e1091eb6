from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, affinity, box
from shapely.geometry import Point

from placedata.errors import DataError
from placedata.spatial.locate import points_in_areas


def by_sjoin(x, y, areas, predicate="intersects"):
    """Lowest code by geopandas: an independent path."""
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=areas.frame.crs)
    joined = gpd.sjoin(points, areas.frame, predicate=predicate)
    lowest = joined.groupby(level=0)["area_code"].min()
    return lowest.reindex(range(len(points))).fillna("").to_numpy(), joined


def test_points_lie_in_the_square_around_them(make_areas):
    areas = make_areas({"A": box(0, 0, 10, 10), "B": box(10, 0, 20, 10)})
    found = points_in_areas([5, 15, 25], [5, 5, 5], areas)
    assert list(found.codes) == ["A", "B", ""]
    assert list(found.positions) == [0, 1, -1]
    assert (found.on_border, found.outside, found.moved_to_nearest) == (0, 1, 0)


def test_a_point_on_a_shared_border_goes_to_the_lowest_code_and_is_counted(make_areas):
    areas = make_areas({"B": box(0, 0, 10, 10), "A": box(10, 0, 20, 10), "C": box(0, 10, 20, 20)})
    found = points_in_areas([10, 10, 3], [5, 10, 10], areas)
    assert list(found.codes) == ["A", "A", "B"]
    assert found.on_border == 3


def test_a_point_on_the_outer_border_is_inside_and_not_ambiguous(make_areas):
    found = points_in_areas([0, 20, 20], [5, 20, 20.001], make_areas({"A": box(0, 0, 20, 20)}))
    assert list(found.codes) == ["A", "A", ""]
    assert found.on_border == 0


def test_the_order_of_the_frame_does_not_decide_a_border(make_areas):
    areas = make_areas({"A": box(0, 0, 1, 1), "B": box(1, 0, 2, 1)})
    turned = type(areas)("wd25", areas.frame.iloc[::-1].reset_index(drop=True))
    assert points_in_areas([1], [0.5], turned).codes[0] == "A"


def test_holes_and_several_parts_are_respected(make_areas):
    ring = Polygon(box(0, 0, 10, 10).exterior, [box(4, 4, 6, 6).exterior])
    parts = MultiPolygon([ring, box(20, 0, 30, 10)])
    areas = make_areas({"A": parts, "B": box(4.5, 4.5, 5.5, 5.5)})
    found = points_in_areas([1, 4.2, 5, 25, 15], [1, 4.2, 5, 5, 5], areas)
    assert list(found.codes) == ["A", "", "B", "A", ""]


def test_outside_points_move_to_the_nearest_area_and_are_counted_with_the_longest_move(make_areas):
    areas = make_areas({"A": box(0, 0, 10, 10), "B": box(30, 0, 40, 10)})
    found = points_in_areas([12, 27, 5], [5, 5, 5], areas, nearest=True)
    assert list(found.codes) == ["A", "B", "A"]
    assert (found.moved_to_nearest, found.outside, found.furthest_moved) == (2, 0, 3.0)


def test_an_outside_point_as_near_to_two_areas_goes_to_the_lowest_code(make_areas):
    areas = make_areas({"B": box(0, 0, 10, 10), "A": box(20, 0, 30, 10)})
    assert points_in_areas([15], [5], areas, nearest=True).codes[0] == "A"


def test_points_beyond_the_limit_stay_outside(make_areas):
    areas = make_areas({"A": box(0, 0, 10, 10)})
    found = points_in_areas([12, 99], [5, 5], areas, nearest=True, within=2)
    assert list(found.codes) == ["A", ""]
    assert (found.moved_to_nearest, found.outside) == (1, 1)


def test_no_points_give_no_codes(make_areas):
    found = points_in_areas([], [], make_areas({"A": box(0, 0, 1, 1)}), nearest=True)
    assert (len(found.codes), found.outside, found.furthest_moved) == (0, 0, 0.0)


def test_missing_coordinates_are_an_error_that_says_how_many(make_areas):
    areas = make_areas({"A": box(0, 0, 1, 1)})
    with pytest.raises(DataError, match="2 of 4 points have no coordinates; the first is point 2"):
        points_in_areas([0, np.nan, 1, np.inf], [0, 0, 1, 1], areas)


def test_coordinates_of_unlike_length_are_an_error(make_areas):
    with pytest.raises(DataError, match="differ in shape"):
        points_in_areas([0, 1], [0], make_areas({"A": box(0, 0, 1, 1)}))


def overlapping(seed: int, count: int):
    """Stars with holes and several parts that overlap at random, on a 0.5 m lattice."""
    rng = np.random.default_rng(seed)
    shapes = {}
    for number in range(count):
        x, y, size = *rng.uniform(0, 100, 2).tolist(), rng.uniform(2, 30)
        shape = affinity.rotate(box(-size, -size / 2, size, size / 2), rng.uniform(0, 90))
        shape = shape.difference(Point(0, 0).buffer(size / 5, 3))
        shape = shape.union(affinity.translate(box(0, 0, size / 2, size / 2), 1.5 * size, size))
        shapes[f"E05{number:06d}"] = affinity.translate(shape, x, y)
    return shapes, rng


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 40))
def test_overlapping_holed_multipart_areas_give_what_sjoin_gives(make_areas, seed, count):
    shapes, rng = overlapping(seed, count)
    areas = make_areas(shapes)
    vertices = shapely.get_coordinates(list(shapes.values()))
    x = np.concatenate([rng.uniform(-20, 130, 300), vertices[:, 0]])
    y = np.concatenate([rng.uniform(-20, 130, 300), vertices[:, 1]])
    found = points_in_areas(x, y, areas)
    expected, pairs = by_sjoin(x, y, areas)
    assert list(found.codes) == list(expected)
    assert found.on_border == int((pairs.groupby(level=0).size() > 1).sum())


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_nearest_area_is_the_one_of_least_distance(make_areas, seed):
    shapes, rng = overlapping(seed, 12)
    areas = make_areas(shapes)
    x, y = rng.uniform(-60, 170, (2, 80))
    found = points_in_areas(x, y, areas, nearest=True)
    for a, b, code in zip(x, y, found.codes, strict=True):
        distances = {name: shape.distance(Point(a, b)) for name, shape in shapes.items()}
        assert distances[code] == pytest.approx(min(distances.values()), abs=1e-12)
