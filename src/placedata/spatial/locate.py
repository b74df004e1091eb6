"""Which area is a point in? The one door to that question."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from placedata.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from placedata.geography import Boundaries

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Located:
    """Where each point lies.

    Parameters
    ----------
    codes
        Area code of each point, object array, shape (points,); "" for a point outside.
    positions
        Row of that area in the boundaries' frame, int64, shape (points,); -1 outside.
    on_border
        Points that touch more than one area (a shared border, or an overlap): the lowest code won.
    outside
        Points left without an area.
    moved_to_nearest
        Points outside every area that were given to the nearest one.
    furthest_moved
        The longest of those moves, metres; 0 where there was none.
    """

    codes: NDArray[np.object_]
    positions: Integers
    on_border: int
    outside: int
    moved_to_nearest: int
    furthest_moved: float = 0.0


def points_in_areas(
    x: ArrayLike,
    y: ArrayLike,
    boundaries: Boundaries,
    *,
    nearest: bool = False,
    within: float = math.inf,
) -> Located:
    """Locate points in areas; a border belongs to both sides, and the lowest code wins.

    Parameters
    ----------
    x, y
        Coordinates, shape (points,), in the CRS of `boundaries` (EPSG:27700, metres).
    boundaries
        The areas; they may overlap, have holes and several parts.
    nearest
        Give points outside every area to the nearest one (lowest code on a tie). Generalised
        outlines leave real addresses a few metres outside.
    within
        Furthest distance, metres, for `nearest`; points beyond stay outside.

    Raises
    ------
    DataError
        Coordinates are not finite, or `x` and `y` differ in length.

    Notes
    -----
    Candidates by bounding box on points sorted by x, then the prepared GEOS predicate
    ``intersects``, polygon by polygon.
    """
    xs, ys = checked_points(x, y)
    codes = np.asarray(boundaries.frame["area_code"], dtype=object)
    shapes = np.asarray(boundaries.frame.geometry.array, dtype=object)
    positions, hits = _intersecting(xs, ys, codes, shapes)
    outside = np.flatnonzero(positions < 0)
    moved, furthest = 0, 0.0
    if nearest and len(outside) and len(shapes):
        found, distances = _nearest(xs[outside], ys[outside], codes, shapes)
        near = distances <= within
        positions[outside[near]] = found[near]
        moved = int(near.sum())
        furthest = float(distances[near].max(initial=0.0))
    named = np.full(len(xs), "", dtype=object)
    inside = positions >= 0
    named[inside] = codes[positions[inside]]
    return Located(named, positions, int((hits > 1).sum()), int((~inside).sum()), moved, furthest)


def checked_points(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Return coordinates as two float64 arrays of one length, all finite, or raise DataError."""
    xs = np.atleast_1d(np.asarray(x, dtype=np.float64))
    ys = np.atleast_1d(np.asarray(y, dtype=np.float64))
    if xs.shape != ys.shape or xs.ndim != 1:
        raise DataError(f"coordinates differ in shape: x {xs.shape}, y {ys.shape}")
    bad = np.flatnonzero(~(np.isfinite(xs) & np.isfinite(ys)))
    if len(bad):
        first = bad[0]
        raise DataError(
            f"{len(bad)} of {len(xs)} points have no coordinates; the first is point "
            f"{first + 1}: x {xs[first]}, y {ys[first]}"
        )
    return xs, ys


def _intersecting(
    xs: Floats, ys: Floats, codes: NDArray[np.object_], shapes: NDArray[np.object_]
) -> tuple[Integers, Integers]:
    """Return the lowest-coded area (row, -1 for none) and the number of areas of each point."""
    import shapely

    positions = np.full(len(xs), -1, dtype=np.int64)
    hits = np.zeros(len(xs), dtype=np.int64)
    order = np.argsort(xs, kind="stable")
    sorted_x, sorted_y = xs[order], ys[order]
    bounds = shapely.bounds(shapes)
    shapely.prepare(shapes)
    # Highest code first, so that the lowest one is written last and stays.
    for row in np.argsort(codes, kind="stable")[::-1]:
        west, south, east, north = bounds[row]
        if math.isnan(west):
            continue
        start = np.searchsorted(sorted_x, west, side="left")
        stop = np.searchsorted(sorted_x, east, side="right")
        strip = sorted_y[start:stop]
        near = start + np.flatnonzero((strip >= south) & (strip <= north))
        inside = near[shapely.intersects_xy(shapes[row], sorted_x[near], sorted_y[near])]
        positions[order[inside]] = row
        hits[order[inside]] += 1
    return positions, hits


def _nearest(
    xs: Floats, ys: Floats, codes: NDArray[np.object_], shapes: NDArray[np.object_]
) -> tuple[Integers, Floats]:
    """Return the nearest area (row; lowest code on a tie) and its distance for each point."""
    import shapely

    order = np.argsort(codes, kind="stable")
    tree = shapely.STRtree(shapes[order])
    pairs, distances = tree.query_nearest(
        shapely.points(xs, ys), return_distance=True, all_matches=True
    )
    rank = np.full(len(xs), len(order), dtype=np.int64)
    np.minimum.at(rank, pairs[0], pairs[1])
    distance = np.full(len(xs), np.inf)
    distance[pairs[0]] = distances
    known = rank < len(order)
    found = np.full(len(xs), -1, dtype=np.int64)
    found[known] = order[rank[known]]
    return found, distance
