"""From cells to areas: statistics of a raster by area, with the exact share of every cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from placedata.errors import ConfigError, DataError
from placedata.spatial.cells import by_cell_shares
from placedata.spatial.weighted import ByArea

if TYPE_CHECKING:
    import geopandas as gpd

    from placedata.geography import Boundaries
    from placedata.observations import Raster

#: Statistics by name; ``p5``, ``p95``, ``p99.9`` stand for quantiles.
STATISTICS = ("mean", "sum", "min", "max", "median", "count")
QUANTILE = re.compile(r"^p(\d{1,2}(?:\.\d+)?|100)$")


def zonal(raster: Raster, boundaries: Boundaries, statistic: str) -> ByArea:
    """Return a statistic of the cells by area, each cell weighted by its share inside the area.

    An area smaller than a cell, or without a cell centre, so still gets its value.

    Parameters
    ----------
    raster
        Cells, NaN where there is no data. North may be up or down; a turned grid is refused.
    boundaries
        The areas; taken to the CRS of the raster where that differs (the cells are never moved).
    statistic
        ``mean``, ``sum`` (of value × share: for grids of counts), ``min`` and ``max`` (of every
        cell touched), ``median``, ``p95`` and the like (weighted), ``count`` (valid cells, parts
        of cells counted as parts).

    Returns
    -------
    ByArea
        Columns ``value`` and ``coverage``, the share (0 to 1) of the area that valid cells cover.
        An area without any valid cell is missing, with coverage 0, and named.

    Raises
    ------
    ConfigError
        The statistic is unknown.
    DataError
        The grid is turned, has no size or no cells, or its CRS is unknown.

    Notes
    -----
    Cells by exactextract (Baston), or by shapely where it is not installed; shares in double
    precision by `placedata.spatial.cells` in both cases.
    """
    import shapely

    quantile = quantile_of(statistic)
    values, bounds = upright(raster)
    frame = _in_crs(boundaries, raster.crs)
    table = by_cell_shares(values, bounds, frame, statistic, quantile)
    empty = table["cells"] <= 0
    cell = (bounds[2] - bounds[0]) * (bounds[3] - bounds[1]) / values.size
    size = shapely.area(np.asarray(frame.geometry.array, dtype=object))
    table["coverage"] = np.minimum(table.pop("cells").to_numpy() * cell / size, 1.0)
    table.loc[empty, "value"] = np.nan
    names = tuple(table.index[empty])
    fact = "areas without a valid cell: missing"
    notes = {fact: len(names), "areas smaller than a cell": int((size < cell).sum())}
    return ByArea(table[["value", "coverage"]], notes, {fact: names})


def quantile_of(statistic: str) -> float | None:
    """Return 0.95 for ``p95`` and 0.5 for ``median``, None for the other statistics."""
    match = QUANTILE.match(statistic)
    if match:
        return float(match.group(1)) / 100
    if statistic not in STATISTICS:
        allowed = ", ".join(STATISTICS)
        raise ConfigError(f"statistic: found {statistic!r}; allowed: {allowed}, or p5, p95 …")
    return 0.5 if statistic == "median" else None


def upright(raster: Raster) -> tuple[np.ndarray, tuple[float, float, float, float]]:
    """Return the cells with north up and west left, and their bounds (west, south, east, north)."""
    a, b, c, d, e, f = raster.transform
    values = np.asarray(raster.values, dtype=np.float64)
    if b or d or not a or not e:
        raise DataError(f"raster: a turned or empty grid cannot be used: {raster.transform}")
    if values.ndim != 2 or not values.size:
        raise DataError(f"raster: one band of cells is needed, not shape {values.shape}")
    rows, columns = values.shape
    if e > 0:
        values = values[::-1]
    if a < 0:
        values = values[:, ::-1]
    west, east = sorted((c, c + a * columns))
    south, north = sorted((f, f + e * rows))
    return np.ascontiguousarray(values), (west, south, east, north)


def _in_crs(boundaries: Boundaries, crs: str) -> gpd.GeoDataFrame:
    """Return the areas in the CRS of the raster."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        wanted = CRS.from_user_input(crs)
    except CRSError as error:
        raise DataError(f"raster: its CRS is unknown: {crs!r}") from error
    frame = boundaries.frame[["area_code", "geometry"]]
    return frame if frame.crs == wanted else frame.to_crs(wanted)
