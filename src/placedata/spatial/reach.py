"""From services to areas: how far it is from where people live, as the crow flies or on foot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from placedata.spatial.exposure import nearest_of
from placedata.spatial.streets import Streets, ends_of, feet, with_services
from placedata.spatial.weighted import ByArea, WeightPoints

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

Measure = Literal["distance", "minutes", "share_within", "people_within"]
#: How much longer than the straight line a walk is where no streets are known: a common rule of
#: thumb for towns (measured detours lie mostly between 1.2 and 1.5).
DETOUR = 1.3


@dataclass(frozen=True, eq=False)
class Walk:
    """How far each point is from services.

    Parameters
    ----------
    metres
        Mean over the nearest services asked for, shape (points,); NaN where they are not reached.
    nearest
        Row of the nearest service, -1 where none is reached.
    notes
        Facts counted, in words.
    """

    metres: Floats
    nearest: Integers
    notes: Mapping[str, int] = field(default_factory=dict)


def walk_straight(services: pd.DataFrame, points: WeightPoints, nearest: int = 1) -> Walk:
    """Return straight lines × `DETOUR` to the `nearest` services, their mean.

    Parameters
    ----------
    services
        Columns ``x``, ``y`` (EPSG:27700, metres).
    """
    from scipy.spatial import cKDTree

    distance, which = nearest_of(services["x"], services["y"], points.x, points.y)
    if 1 < nearest <= len(services):
        tree = cKDTree(services[["x", "y"]].to_numpy(dtype=float))
        distance = tree.query(np.column_stack([points.x, points.y]), k=nearest)[0].mean(axis=1)
    elif nearest > 1:
        distance = np.full(len(points.x), np.nan)
    return Walk(distance * DETOUR, which, {"services": len(services)})


def walk_streets(
    services: pd.DataFrame,
    points: WeightPoints,
    streets: Streets,
    *,
    nearest: int = 1,
    off_street: float = 250.0,
) -> Walk:
    """Return the shortest ways along streets to the `nearest` services, their mean.

    Every point and service goes straight to the nearest place on a street, and from there along
    the streets, one-way or not. A service goes to the longest connected part of the streets where
    that is near enough, else to any other; a point goes to a part that has a service.

    Parameters
    ----------
    services
        Columns ``x``, ``y`` (EPSG:27700, metres).
    off_street
        A point or service further than this from the streets, metres, is not reached.

    Notes
    -----
    Dijkstra's algorithm (scipy.sparse.csgraph), from all services at once.
    """
    x, y = services["x"].to_numpy(dtype=float), services["y"].to_numpy(dtype=float)
    every = np.arange(len(streets.metres))
    at = feet(streets, x, y, every[streets.part == 0], off_street)
    lost = np.flatnonzero(at.piece < 0)
    other = feet(streets, x[lost], y[lost], every, off_street)
    at.piece[lost], at.along[lost], at.away[lost] = other.piece, other.along, other.away
    ways = with_services(streets, at)
    served = np.isin(streets.part, streets.part[at.piece[at.piece >= 0]])
    foot = feet(streets, points.x, points.y, every[served], off_street)
    node, metres = ends_of(streets, ways, foot)
    found, which = _shortest(ways.graph, ways.services, node, metres, nearest)
    notes = {
        **streets.notes,
        "services": len(services),
        f"services over {off_street:,.0f} m from every street, not used": int((at.piece < 0).sum()),
        f"points over {off_street:,.0f} m from every street to a service": int(
            (foot.piece < 0).sum()
        ),
    }
    return Walk(found, which, notes)


def _shortest(
    graph: Any,  # noqa: ANN401  (a sparse matrix: scipy has no types)
    services: Integers,
    node: Integers,
    metres: Floats,
    nearest: int,
) -> tuple[Floats, Integers]:
    """Return the mean way to the `nearest` services, and the row of the nearest one."""
    from scipy.sparse.csgraph import dijkstra

    points = len(node)
    there = np.flatnonzero(services >= 0)
    best = np.full((points, nearest), np.inf)
    which = np.full(points, -1, dtype=np.int64)
    if len(there) >= nearest and nearest == 1:
        far, _, source = dijkstra(
            graph, directed=False, indices=services[there], min_only=True, return_predecessors=True
        )
        ways = np.where(node >= 0, far[node] + metres, np.inf)
        side = ways.argmin(axis=1)
        row = np.arange(points)
        best[:, 0] = ways[row, side]
        of = np.full(graph.shape[0], -1, dtype=np.int64)
        of[services[there]] = there
        found = source[node[row, side]]
        which = np.where(np.isfinite(best[:, 0]) & (found >= 0), of[found], -1)
    elif len(there) >= nearest:
        for service in there.tolist():
            far = dijkstra(graph, directed=False, indices=int(services[service]))
            way = np.where(node >= 0, far[node] + metres, np.inf).min(axis=1)
            which = np.where(way < best[:, 0], service, which)
            best = np.sort(np.concatenate([best, way[:, None]], axis=1), axis=1)[:, :nearest]
    mean = best.mean(axis=1)
    return np.where(np.isfinite(mean), mean, np.nan), which


def metric(
    walk: Walk, points: WeightPoints, measure: Measure, *, minutes: float, speed_kmh: float
) -> Floats:
    """Return the figure of each point whose weighted mean by area is the area's figure.

    Parameters
    ----------
    measure
        ``distance`` (metres), ``minutes``, ``share_within`` (100 for a point with a service within
        so many `minutes`, else 0) or ``people_within`` (the whole weight of its area, or 0).
    """
    if measure == "distance":
        return walk.metres
    time = walk.metres / (speed_kmh * 1000 / 60)
    if measure == "minutes":
        return time
    # A rounding error must not put somebody at exactly ten minutes beyond them.
    within = np.where(np.isnan(time), np.nan, (time <= minutes * (1 + 1e-12)).astype(float))
    if measure == "share_within":
        return 100 * within
    known = points.total(np.where(np.isnan(within), np.nan, points.weight))
    return within * np.where(points.located.positions >= 0, known[points.located.positions], np.nan)


def reach_by_area(walk: Walk, points: WeightPoints, figures: Floats) -> ByArea:
    """Return the weighted mean of `figures` (see `metric`) by area.

    Returns
    -------
    ByArea
        Columns ``value``, ``coverage`` (share of the weight that is reached), ``n`` (points) and
        ``services`` (how many different ones are nearest to a point).
    """
    columns = {
        "value": points.mean(figures),
        "coverage": points.coverage(figures),
        "services": points.count(walk.nearest),
    }
    return points.by_area(columns, walk.notes)
