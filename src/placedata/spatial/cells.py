"""Exact shares of raster cells in areas, in double precision, and statistics weighted by them.

Where exactextract is installed it finds the cells; its own shares are rounded to single precision
(to 3e-8 of a cell, measured), so those of cells on the border are worked out again by shapely.
Elsewhere shapely does both. The shares, and so the figures, are the same.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    Cells = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]

Bounds = tuple[float, float, float, float]

#: A smaller share of a cell is a rounding error of outlines that follow its edge.
LEAST_SHARE = 1e-9


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
    for row, column, share in shares_of(frame, values.shape, bounds):
        cells = values[row, column]
        valid = ~np.isnan(cells)
        cells, share_valid = cells[valid], share[valid]
        rows.append((_statistic(cells, share_valid, statistic, quantile), share_valid.sum()))
    index = pd.Index(frame["area_code"], name="area_code")
    return pd.DataFrame(rows, columns=["value", "cells"], index=index, dtype=float)


def shares_of(frame: gpd.GeoDataFrame, size: tuple[int, ...], bounds: Bounds) -> Iterator[Cells]:
    """Yield row, column and share (0 < share <= 1) of the cells of each area in turn."""
    if importlib.util.find_spec("exactextract") is None:
        for shape in frame.geometry:
            yield cell_shares(shape, size, bounds)
        return
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    source = NumPyRasterSource(np.zeros(size, np.uint8), *bounds, srs_wkt=frame.crs.to_wkt())
    shapes = frame.reset_index(drop=True)[["geometry"]]
    found = exact_extract(source, shapes, ["cell_id", "coverage"], output="pandas")
    for shape, cell, share in zip(
        shapes.geometry, found["cell_id"], found["coverage"], strict=True
    ):
        row, column = np.divmod(np.asarray(cell, dtype=np.int64), size[1])
        yield refined(shape, size, bounds, (row, column, np.asarray(share, dtype=np.float64)))


def refined(
    shape: Any,  # noqa: ANN401  (a shapely geometry: the library has no types)
    size: tuple[int, ...],
    bounds: Bounds,
    cells: Cells,
) -> Cells:
    """Return cells with their shares in double precision, those found in single given.

    A whole cell next to one that is not may be a border cell that was rounded up: it is looked at.
    """
    import shapely

    row, column, share = cells
    if not len(row):
        return cells
    window = np.zeros((np.ptp(row) + 3, np.ptp(column) + 3), dtype=bool)
    at = (row - row.min() + 1, column - column.min() + 1)
    window[at] = share == 1.0
    inner = window.copy()
    for axis in (0, 1):
        inner &= np.roll(inner, 1, axis) & np.roll(inner, -1, axis)
    edge = np.flatnonzero(~inner[at])
    boxes = _boxes(row[edge], column[edge], size, bounds)
    shapely.prepare(shape)
    whole = shapely.covers(shape, boxes)
    share[edge[whole]] = 1.0
    part = edge[~whole]
    cell = (bounds[2] - bounds[0]) / size[1] * (bounds[3] - bounds[1]) / size[0]
    share[part] = shapely.area(shapely.intersection(boxes[~whole], shape)) / cell
    return _counting(row, column, share)


def cell_shares(
    shape: Any,  # noqa: ANN401  (a shapely geometry: the library has no types)
    size: tuple[int, ...],
    bounds: Bounds,
) -> Cells:
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
    boxes = _boxes(row, column, size, bounds)
    shapely.prepare(shape)
    share = np.where(shapely.covers(shape, boxes), 1.0, 0.0)
    edge = np.flatnonzero((share == 0) & shapely.intersects(shape, boxes))
    share[edge] = shapely.area(shapely.intersection(boxes[edge], shape)) / (wide * high)
    return _counting(row, column, share)


def _boxes(
    row: NDArray[np.int64], column: NDArray[np.int64], size: tuple[int, ...], bounds: Bounds
) -> NDArray[np.object_]:
    """Return the outlines of cells; neighbours share their edges to the last digit."""
    import shapely

    west, south, east, north = bounds
    wide, high = (east - west) / size[1], (north - south) / size[0]
    x, y = west + np.stack([column, column + 1]) * wide, north - np.stack([row + 1, row]) * high
    return np.asarray(shapely.box(x[0], y[0], x[1], y[1]))


def _counting(
    row: NDArray[np.int64], column: NDArray[np.int64], share: NDArray[np.float64]
) -> Cells:
    """Return the cells of which more than a rounding error lies inside, in grid order."""
    inside = np.flatnonzero(share >= LEAST_SHARE)
    order = inside[np.lexsort((column[inside], row[inside]))]
    return row[order], column[order], np.minimum(share[order], 1.0)


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
