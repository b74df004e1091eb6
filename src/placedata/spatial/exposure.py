"""From a few sensors to areas: what the air is like where people are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placedata.errors import DataError
from placedata.spatial.locate import checked_points
from placedata.spatial.weighted import ByArea, weight_points

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from placedata.geography import Boundaries


def nearest_sensor(
    things: pd.DataFrame,
    x: ArrayLike,
    y: ArrayLike,
    weights: ArrayLike | None,
    boundaries: Boundaries,
    *,
    within: float = 500.0,
) -> ByArea:
    """Give each weight point the value of its nearest sensor; return the weighted mean by area.

    Parameters
    ----------
    things
        One row a sensor: ``thing`` (id), ``x``, ``y`` (EPSG:27700, metres), ``value``. Sensors
        outside the place count too. A sensor without a value is not used, and counted.
    x, y
        Weight points (postcodes, addresses), shape (points,), EPSG:27700.
    weights
        Weight of each point; None counts each once.
    boundaries
        The areas.
    within
        Distance, metres, for the share of points near a sensor.

    Returns
    -------
    ByArea
        Columns ``value``, ``coverage`` (1 where there is a value), ``n`` (points), ``sensors``
        (how many different ones were nearest to a point), ``share_within_500m`` (or as `within`
        says; by weight) and ``distance_m`` (weighted mean). An area without weight points is
        missing, and named.

    Raises
    ------
    DataError
        Columns are absent, one sensor stands twice, or coordinates or weights are missing.

    Notes
    -----
    Sensors in one place, or exactly as far from a point: the lowest id is used.
    """
    sensors, notes = _usable(things)
    points = weight_points(x, y, weights, boundaries)
    distance, which = nearest_of(sensors["x"], sensors["y"], points.x, points.y)
    value = np.full(len(points.x), np.nan)
    value[which >= 0] = sensors["value"].to_numpy(dtype=float)[which[which >= 0]]
    near = np.where(np.isnan(distance), np.nan, distance <= within)
    columns = {
        "value": points.mean(value),
        "coverage": points.coverage(value),
        "sensors": points.count(which),
        f"share_within_{within:g}m": points.mean(near),
        "distance_m": points.mean(distance),
    }
    return points.by_area(columns, notes)


def nearest_of(
    site_x: ArrayLike, site_y: ArrayLike, x: ArrayLike, y: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return distance to, and row of, the nearest site of each point; the first row on a tie.

    Without any site: NaN and -1.
    """
    from scipy.spatial import cKDTree

    xs, ys = checked_points(x, y)
    sites = np.column_stack(checked_points(site_x, site_y))
    if not len(sites):
        return np.full(len(xs), np.nan), np.full(len(xs), -1, dtype=np.int64)
    places, first = np.unique(sites, axis=0, return_index=True)
    order = np.argsort(first, kind="stable")
    places, first = places[order], first[order]
    distance, found = cKDTree(places).query(np.column_stack([xs, ys]), k=min(2, len(places)))
    if len(places) > 1:
        tied = distance[:, 0] == distance[:, 1]
        found = np.where(tied, found.min(axis=1), found[:, 0])
        distance = distance[:, 0]
    return np.asarray(distance, dtype=float), first[found].astype(np.int64)


def _usable(things: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the sensors that have a value, by id, and the number of those that have none."""
    absent = [name for name in ("thing", "x", "y", "value") if name not in things.columns]
    if absent:
        found = ", ".join(map(str, things.columns))
        raise DataError(f"sensors: columns {', '.join(absent)} are absent; found: {found}")
    double = things["thing"][things["thing"].duplicated()]
    if len(double):
        raise DataError(f"sensors: one row a sensor, but {double.iloc[0]!r} stands twice")
    silent = things["value"].isna()
    notes = {"sensors used": int((~silent).sum()), "sensors without a value": int(silent.sum())}
    return things[~silent].sort_values("thing", ignore_index=True), notes
