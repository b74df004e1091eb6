"""Exact shares of raster cells in areas by shapely, for a platform without exactextract."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

Bounds = tuple[float, float, float, float]


def by_cell_shares(
    values: np.ndarray,
    bounds: Bounds,
    frame: gpd.GeoDataFrame,
    statistic: str,
    quantile: float | None,
) -> pd.DataFrame:
    """Return ``value`` and ``cells`` (number of valid cells, parts as parts) by area.

    Parameters
    ----------
    values
        Cells, north up, shape (rows, columns), NaN without data.
    bounds
        West, south, east, north of the grid.
    frame
        Columns ``area_code`` and ``geometry``, in the CRS of the grid.
    statistic, quantile
        As `placedata.spatial.zonal.zonal` takes them; `quantile` (0 to 1) goes first.
    """
    import pandas as pd

    rows = []
    for shape in frame.geometry:
        row, column, share = cell_shares(shape, values.shape, bounds)
        cells = values[row, column]
        valid = ~np.isnan(cells)
        cells, share = cells[valid], share[valid]
        rows.append((_statistic(cells, share, statistic, quantile), share.sum()))
    index = pd.Index(frame["area_code"], name="area_code")
    return pd.DataFrame(rows, columns=["value", "cells"], index=index, dtype=float)


def cell_shares(
    shape: Any,  # noqa: ANN401  (a shapely geometry: the library has no types)
    size: tuple[int, ...],
    bounds: Bounds,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return row, column and share (0 < share <= 1) of every cell that lies in `shape`."""
    import shapely

    west, south, east, north = bounds
    wide, high = (east - west) / size[1], (north - south) / size[0]
    left, low, right, top = shape.bounds or (math.nan,) * 4
    if math.isnan(left) or left >= east or right <= west or low >= north or top <= south:
        none = np.empty(0, dtype=np.int64)
        return none, none, np.empty(0)
    first_column = max(math.floor((left - west) / wide), 0)
    last_column = min(math.ceil((right - west) / wide), size[1])
    first_row = max(math.floor((north - top) / high), 0)
    last_row = min(math.ceil((north - low) / high), size[0])
    row, column = np.mgrid[first_row:last_row, first_column:last_column].reshape(2, -1)
    x, y = west + column * wide, north - row * high
    boxes = shapely.box(x, y - high, x + wide, y)
    shapely.prepare(shape)
    share = np.where(shapely.contains_properly(shape, boxes), 1.0, 0.0)
    edge = np.flatnonzero((share == 0) & shapely.intersects(shape, boxes))
    share[edge] = shapely.area(shapely.intersection(boxes[edge], shape)) / (wide * high)
    inside = share > 0
    return row[inside], column[inside], np.minimum(share[inside], 1.0)


def _statistic(
    cells: np.ndarray, share: np.ndarray, statistic: str, quantile: float | None
) -> float:
    """Return one statistic of cell values weighted by their shares; NaN of no cells."""
    if not len(cells):
        return math.nan
    if quantile is not None:
        return _weighted_quantile(cells, share, quantile)
    total = (cells * share).sum()
    simple = {
        "mean": total / share.sum(),
        "sum": total,
        "min": cells.min(),
        "max": cells.max(),
        "count": share.sum(),
    }
    return float(simple[statistic])


def _weighted_quantile(cells: np.ndarray, share: np.ndarray, quantile: float) -> float:
    """Return the weighted quantile, linear between cells: numpy's own where all shares are 1."""
    order = np.argsort(cells, kind="stable")
    cells, share = cells[order], share[order]
    steps = len(cells) - 1
    before = np.concatenate([[0.0], np.cumsum(share)[:-1]])
    place = np.arange(len(cells)) * share + steps * before
    return float(np.interp(quantile * share.sum() * steps, place, cells))
