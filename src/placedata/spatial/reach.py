"""From services to areas: how far it is from where people live to the nearest one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placedata.spatial.exposure import nearest_of
from placedata.spatial.weighted import ByArea, weight_points

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from placedata.geography import Boundaries


def distance_to_nearest(
    services: pd.DataFrame,
    x: ArrayLike,
    y: ArrayLike,
    weights: ArrayLike | None,
    boundaries: Boundaries,
    *,
    within: float = 800.0,
) -> ByArea:
    """Return the mean straight-line distance from weight points to the nearest service, by area.

    Parameters
    ----------
    services
        One row a service, columns ``x`` and ``y`` (EPSG:27700, metres). Services beyond the edge
        of the place should be among them: without, distances near the edge come out too long.
    x, y
        Weight points (postcodes, addresses), shape (points,), EPSG:27700.
    weights
        Weight of each point; None counts each once.
    boundaries
        The areas.
    within
        Distance, metres, for the share of points that have a service near (800 m: ten minutes).

    Returns
    -------
    ByArea
        Columns ``value`` (metres), ``coverage``, ``n`` (points), ``services`` (how many different
        ones are nearest to a point) and ``share_within_800m`` (or as `within` says; by weight).
        All areas are missing where there is no service; an area without points is, and named.

    Raises
    ------
    DataError
        Coordinates or weights are missing.
    """
    points = weight_points(x, y, weights, boundaries)
    distance, which = nearest_of(services["x"], services["y"], points.x, points.y)
    near = np.where(np.isnan(distance), np.nan, distance <= within)
    columns = {
        "value": points.mean(distance),
        "coverage": points.coverage(distance),
        "services": points.count(which),
        f"share_within_{within:g}m": points.mean(near),
    }
    return points.by_area(columns, {"services": len(services)})
