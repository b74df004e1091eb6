"""Lookups between geographies from weight points or from area overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placedata.lookups import Lookup
from placedata.spatial.locate import checked_points, points_in_areas
from placedata.spatial.weighted import NEAREST_WITHIN, checked_weights

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from placedata.geography import Boundaries

#: Pairs of areas that share less than this of the source are slivers of unlike outlines.
SLIVER = 0.001

NO_POINT = "areas by area overlap, no weight point"
NOWHERE = "areas in no target area"
OVERLAP = "areas where targets overlap, shares scaled to 1"


def lookup_by_points(
    source: Boundaries,
    target: Boundaries,
    x: ArrayLike,
    y: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    within: float = NEAREST_WITHIN,
) -> Lookup:
    """Return the lookup by where weight points (addresses, postcodes, people) are.

    The weight of a pair is the share of the source area's point weight that lies in the target.

    Parameters
    ----------
    source, target
        The two geographies, EPSG:27700.
    x, y
        The points, shape (points,), EPSG:27700. They must be of the whole source areas: points of
        one place alone would move an area on its edge wholly inside.
    weight
        Weight of each point (people, households; not negative); None counts each point once.
    within
        A point in a source area but outside every target goes to the nearest target up to this
        far, metres, and is counted; beyond it, its share is unallocated. Points outside every
        source area are not used, and counted.

    Raises
    ------
    DataError
        Coordinates or weights are missing, or weights are negative.

    Notes
    -----
    A source area that holds no weight falls back to area overlap, and is counted and named. The
    method is ``postcodes`` (each point once) or ``population`` (weighted).
    """
    xs, ys = checked_points(x, y)
    mass = checked_weights(weight, len(xs))
    origin = points_in_areas(xs, ys, source)
    used = origin.positions >= 0
    home, mass = origin.positions[used], mass[used]
    goal = points_in_areas(xs[used], ys[used], target, nearest=True, within=within)
    weights = coded(*_pair_shares(home, goal.positions, mass), source, target)
    bare = np.flatnonzero(np.bincount(home, mass, minlength=len(source.codes)) <= 0)
    fallback, facts = area_shares(source, target, bare)
    notes = {
        "points outside every source area, not used": int((~used).sum()),
        "points on a border or in an overlap: lowest code": origin.on_border + goal.on_border,
        "points outside every target area, moved to the nearest": goal.moved_to_nearest,
        "points outside every target area, unallocated": goal.outside,
    }
    return named_lookup(
        joined(weights, fallback),
        (source, target),
        "postcodes" if weight is None else "population",
        notes,
        {NO_POINT: tuple(source.codes[row] for row in bare), **facts},
    )


def lookup_by_area(source: Boundaries, target: Boundaries, *, minimum_share: float = 0.0) -> Lookup:
    """Return the lookup by area overlap: as if people were spread evenly over each source area.

    Parameters
    ----------
    source, target
        The two geographies, in one projected CRS.
    minimum_share
        Pairs below this share of the source area are left out, counted, and their share goes to
        the other targets of the source. The default keeps all pairs: slivers (below 0.1 %, where
        two outlines of one border differ) are only counted.

    Notes
    -----
    Weight = area of intersection / area of source. What lies outside every target stays
    unallocated. Where targets overlap each other, the shares of a source are scaled to sum to 1.
    """
    weights, named = area_shares(source, target, np.arange(len(source.codes)))
    share = weights["weight"].to_numpy()
    notes = {"slivers below 0.1 % of the area": int((share < SLIVER).sum())}
    if minimum_share > 0:
        small = share < minimum_share
        # An area made of small pairs alone keeps them: a lookup must not lose it.
        small &= ~(weights["from_code"].map(weights[~small].groupby("from_code").size()).isna())
        before = weights.groupby("from_code")["weight"].sum()
        weights = weights[~small]
        after = weights.groupby("from_code")["weight"].sum()
        scale = weights["from_code"].map(before / after)
        weights = weights.assign(weight=weights["weight"] * scale)
        notes["pairs below the minimum share, given to the others"] = int(small.sum())
    return named_lookup(weights, (source, target), "area", notes, named)


def lookup_best_fit(
    source: Boundaries,
    target: Boundaries,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    weight: ArrayLike | None = None,
) -> Lookup:
    """Return the lookup that gives each source area whole to one target.

    It is the target with most of the area's weight points, or with most of its area where `x` and
    `y` are None; the lowest code on a tie. Available for names and links, never the default.
    """
    if x is None or y is None:
        return lookup_by_area(source, target).best_fit()
    return lookup_by_points(source, target, x, y, weight).best_fit()


def _pair_shares(
    origin: np.ndarray, goal: np.ndarray, mass: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return source rows, target rows and share of the source's weight, for pairs with weight.

    Weight of points without a target (-1) counts in the whole of its source: it is unallocated.
    """
    whole = np.bincount(origin, mass)
    placed = (goal >= 0) & (mass > 0)
    pairs, which = np.unique(np.stack([origin[placed], goal[placed]]), axis=1, return_inverse=True)
    part = np.bincount(which.ravel(), mass[placed], minlength=pairs.shape[1])
    return pairs[0], pairs[1], part / whole[pairs[0]]


def area_shares(
    source: Boundaries, target: Boundaries, rows: np.ndarray
) -> tuple[pd.DataFrame, dict[str, tuple[str, ...]]]:
    """Return weights by area overlap for some source rows, and codes scaled or left nowhere."""
    mine, theirs, share = _overlap_shares(source, target, rows)
    sums = np.bincount(mine, share, minlength=len(rows))
    # Sums above 1 by more than rounding mean that targets overlap each other.
    over = sums > 1 + 1e-9
    share = np.where(sums[mine] > 1, share / sums[mine], share)
    named = {
        OVERLAP: tuple(source.codes[row] for row in rows[over]),
        NOWHERE: tuple(source.codes[row] for row in rows[sums <= 0]),
    }
    return coded(rows[mine], theirs, share, source, target), named


def _overlap_shares(
    source: Boundaries, target: Boundaries, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return positions in `rows`, target rows and shares of the source's area, where above 0.

    Only pairs whose borders cross are cut: a source inside a target has the share 1. That is told
    by the prepared target, which is much cheaper than an intersection.
    """
    import shapely

    shapes = np.asarray(source.frame.geometry.array, dtype=object)[rows]
    others = np.asarray(target.frame.geometry.array, dtype=object)
    shapely.prepare(others)
    mine, theirs = shapely.STRtree(shapes).query(others, predicate="intersects")[::-1]
    order = np.lexsort((theirs, mine))
    mine, theirs = mine[order], theirs[order]
    share = np.ones(len(mine))
    cut = np.flatnonzero(~shapely.covers(others[theirs], shapes[mine]))
    shared = shapely.area(shapely.intersection(shapes[mine[cut]], others[theirs[cut]]))
    share[cut] = shared / shapely.area(shapes)[mine[cut]]
    real = share > 0
    return mine[real], theirs[real], share[real]


def overlaps(
    source: Boundaries, target: Boundaries
) -> tuple[np.ndarray, np.ndarray, NDArray[np.object_]]:
    """Return source rows, target rows and the outline of every overlap that has an area."""
    import shapely

    shapes = np.asarray(source.frame.geometry.array, dtype=object)
    others = np.asarray(target.frame.geometry.array, dtype=object)
    mine, theirs = shapely.STRtree(others).query(shapes, predicate="intersects")
    pieces = shapely.intersection(shapes[mine], others[theirs])
    real = shapely.area(pieces) > 0
    return mine[real], theirs[real], pieces[real]


def coded(
    rows: np.ndarray, columns: np.ndarray, share: np.ndarray, source: Boundaries, target: Boundaries
) -> pd.DataFrame:
    """Return the weights table of row numbers."""
    import pandas as pd

    froms = np.asarray(source.codes, dtype=object)[rows]
    tos = np.asarray(target.codes, dtype=object)[columns]
    return pd.DataFrame({"from_code": froms, "to_code": tos, "weight": share}).astype(
        {"from_code": str, "to_code": str, "weight": float}
    )


def joined(weights: pd.DataFrame, fallback: pd.DataFrame) -> pd.DataFrame:
    """Return both tables in one."""
    import pandas as pd

    return pd.concat([weights, fallback], ignore_index=True) if len(fallback) else weights


def named_lookup(
    weights: pd.DataFrame,
    between: tuple[Boundaries, Boundaries],
    method: str,
    notes: dict[str, int],
    named: dict[str, tuple[str, ...]],
) -> Lookup:
    """Return the lookup with every named fact also counted."""
    source, target = between
    return Lookup(
        source.geography,
        target.geography,
        weights,
        method,
        {**notes, **{fact: len(codes) for fact, codes in named.items()}},
        named,
        tuple(source.codes),
        tuple(target.codes),
    )
