"""Loader ``raster``: GeoTIFF, ESRI ASCII tiles and CSV grids of cell centres."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import Field

from placedata.columns import PERIOD_PATTERN, find_column, missing_column
from placedata.coordinates import guess_crs
from placedata.errors import DataError, Problem
from placedata.files import parse_numbers, read_table
from placedata.files.rasters import ASCII, GEOTIFF, MOST_CELLS, Grid, read_raster
from placedata.intake import SourceModel, Tally, paths_of, with_rows
from placedata.observations import Observations, Raster, Request

_PAIRS = (("x", "y"), ("easting", "northing"), ("eastings", "northings"), ("bng_e", "bng_n"))
_ALIGNED = 1e-6


class Source(SourceModel):
    """What a layer says about a raster.

    Parameters
    ----------
    file
        Path or glob under a data root, or several. Files of one period are put together as
        tiles. ``{period}`` in the path stands for the period (``grids/nox_{period}.tif``).
    crs
        CRS of files that state none (``EPSG:27700``); a GeoTIFF usually states its own.
    band
        1-based band of a GeoTIFF.
    nodata
        A value that means missing although the file does not say so.
    x, y
        Columns of cell centres of a CSV grid; ``x`` and ``y`` or eastings and northings are found.
    """

    file: str | list[str]
    crs: str | None = None
    band: int = Field(default=1, ge=1)
    nodata: float | None = None
    x: str | None = None
    y: str | None = None


def read(source: Source, request: Request) -> Observations:
    """Return one raster a period, with the cells of all its tiles.

    For a CSV grid the layer's ``value`` names the column of values, where ``{period}`` is filled
    in too; its cell size is found from the centres. The ledger counts cells: valid and nodata.

    Raises
    ------
    DataError
        If a CRS is unknown, tiles do not lie on one grid, or a cell comes twice in a CSV.
    """
    tally = Tally(request.layer)
    rasters: dict[str, Raster] = {}
    used = 0
    for period, files in _by_period(source, request).items():
        tiles: list[Grid] = []
        for label, path in files:
            if path.suffix.lower() in (*GEOTIFF, *ASCII):
                tile = _with_crs(
                    read_raster(path, band=source.band, nodata=source.nodata), label, source.crs
                )
                tally.add_source(label, path, tile.values.size)
                tally.rows_in += tile.values.size
                tally.rejected["nodata"] += int(np.isnan(tile.values).sum())
                used += int(np.isfinite(tile.values).sum())
            else:
                tile, valid = _read_centres(label, path, source, request, period, tally)
                used += valid
            tiles.append(tile)
        rasters[period] = _mosaic(tiles, files[0][0], tally)
    if not tally.rejected["nodata"]:
        del tally.rejected["nodata"]
    nothing = with_rows("", pd.DataFrame(index=range(0)), value=0.0, period="")
    return tally.observations(nothing, "raster", [], rasters=rasters, used=used)


def _by_period(source: Source, request: Request) -> dict[str, list[tuple[str, Path]]]:
    """Return period -> its files, from ``{period}`` in the path or the layer's one period."""
    patterns = [source.file] if isinstance(source.file, str) else source.file
    if not any("{period}" in pattern for pattern in patterns):
        if len(request.periods) > 1:
            found = f"{len(request.periods)} periods"
            raise _refusal(
                f"layers/{request.layer}.yaml", "period", found, "one, or {period} in source.file"
            )
        return {request.periods[0] if request.periods else "": paths_of(request, patterns)}
    if request.periods:
        return {
            period: paths_of(request, [item.replace("{period}", period) for item in patterns])
            for period in request.periods
        }
    grouped: dict[str, list[tuple[str, Path]]] = {}
    for pattern in patterns:
        form = re.escape(pattern).replace(re.escape("{period}"), f"({PERIOD_PATTERN})")
        form = form.replace(re.escape("*"), ".*")
        for label, path in paths_of(request, pattern.replace("{period}", "*")):
            if match := re.fullmatch(form, label):
                grouped.setdefault(match.group(1), []).append((label, path))
    if not grouped:
        raise _refusal(str(source.file), "source.file", "no file with a period in its name", "2013")
    return dict(sorted(grouped.items()))


def _with_crs(grid: Grid, label: str, stated: str | None) -> Grid:
    """Return the grid with the CRS of its file, or the one that the layer states."""
    import pyproj

    if grid.crs is None and stated is None:
        raise _refusal(label, "source.crs", "a file without a CRS", "state it: crs: EPSG:27700")
    if grid.crs is not None and stated is not None and pyproj.CRS(grid.crs) != pyproj.CRS(stated):
        raise _refusal(
            label, "source.crs", stated, f"{grid.crs}, which the file states, or nothing"
        )
    return Grid(grid.values, grid.transform, grid.crs or stated)


def _read_centres(
    label: str, path: Path, source: Source, request: Request, period: str, tally: Tally
) -> tuple[Grid, int]:
    """Return a table of cell centres as a grid, and how many cells have a value."""
    frame = read_table(path)
    tally.add_source(label, path, len(frame))
    names = [str(name) for name in frame.columns]
    asked = (request.value or "the column of values").replace("{period}", period)
    column = find_column(names, asked)
    if column is None:
        tally.problems.append(missing_column(label, "value", asked, names))
    pair = _axes(names, label, source, tally)
    tally.stop_if_problems()
    rows = tally.take(with_rows(label, frame, text=frame[column].to_numpy()))
    centres = []
    for name in pair:
        numbers, reasons = parse_numbers(frame[name])
        for row in frame.index[reasons != ""]:
            cell = repr(frame[name][row])
            tally.problems.append(Problem(label, str(name), cell, "a number", int(row)))
        centres.append(numbers.to_numpy())
    rows = rows.assign(x=centres[0], y=centres[1])
    rows = tally.numbers(rows, "text", str(column))
    tally.stop_if_problems()
    if source.nodata is not None:
        rows = tally.reject(rows, rows["value"] == source.nodata, "nodata")
    crs = source.crs or guess_crs(centres[1])
    if crs is None:
        raise _refusal(label, "source.crs", "coordinates of an unknown CRS", "state it: crs:")
    grid = _grid_of(rows, centres[0], centres[1], label, crs)
    tally.note("cells of the grid without a value", int(np.isnan(grid.values).sum()))
    return grid, len(rows)


def _axes(names: list[str], label: str, source: Source, tally: Tally) -> list[str]:
    """Return the columns of x and y: those that the layer names, else a usual pair."""
    by_case = {name.casefold(): name for name in names}
    usual = next((pair for pair in _PAIRS if set(pair) <= set(by_case)), ("x", "y"))
    axes = []
    for axis, stated, guess in zip("xy", (source.x, source.y), usual, strict=True):
        found = find_column(names, stated or guess)
        if found is None:
            problem = missing_column(label, f"source.{axis}", stated or guess, names)
            tally.problems.append(problem)
        axes.append(str(found))
    return axes


def _grid_of(rows: pd.DataFrame, x: np.ndarray, y: np.ndarray, label: str, crs: str) -> Grid:
    """Lay rows with x, y and value on the grid that all centres `x` and `y` make."""
    size = min(_spacing(x), _spacing(y))
    if not np.isfinite(size):
        raise _refusal(label, "x", "one cell", "at least two cells, to find their size")
    west, north = float(x.min()), float(y.max())
    columns, lines = (x - west) / size, (north - y) / size
    off = (np.abs(columns - columns.round()) > _ALIGNED) | (
        np.abs(lines - lines.round()) > _ALIGNED
    )
    if off.any():
        where = int(np.flatnonzero(off)[0])
        raise _refusal(label, "x, y", f"{x[where]:g}, {y[where]:g}", f"centres {size:g} apart")
    width, height = int(columns.max().round()) + 1, int(lines.max().round()) + 1
    if width * height > MOST_CELLS:
        raise _refusal(label, "cells", f"{width * height:,} cells", f"at most {MOST_CELLS:,}")
    values = np.full((height, width), np.nan)
    column = ((rows["x"].to_numpy() - west) / size).round().astype(int)
    line = ((north - rows["y"].to_numpy()) / size).round().astype(int)
    twice = pd.Series(line * width + column).duplicated(keep=False).to_numpy()
    if twice.any():
        lines_twice = ", ".join(str(row) for row in rows["row"].to_numpy()[twice][:6])
        raise _refusal(label, "x, y", f"cells given twice, lines {lines_twice}", "each cell once")
    values[line, column] = rows["value"].to_numpy()
    return Grid(values, (size, 0.0, west - size / 2, 0.0, -size, north + size / 2), crs)


def _spacing(centres: np.ndarray) -> float:
    """Return the least distance between neighbouring centres along one axis."""
    steps = np.diff(np.unique(centres))
    return float(steps.min()) if len(steps) else float("inf")


def _mosaic(tiles: list[Grid], label: str, tally: Tally) -> Raster:
    """Return tiles of one grid as one raster; where two overlap, the first valid cell stays."""
    first = tiles[0]
    if len(tiles) == 1:
        return Raster(first.values, first.transform, str(first.crs))
    a, b, _, d, e, _ = first.transform
    if b or d or e >= 0:
        raise _refusal(label, "source.file", "a rotated grid", "tiles with north at the top")
    west = min(tile.transform[2] for tile in tiles)
    north = max(tile.transform[5] for tile in tiles)
    corners = []
    for tile in tiles:
        same = tile.crs == first.crs and np.allclose(tile.transform[:2], (a, b))
        if not same or tile.transform[4] != e:
            raise _refusal(
                label, "source.file", "tiles of different grids", "one CRS and cell size"
            )
        column, line = (tile.transform[2] - west) / a, (tile.transform[5] - north) / e
        if abs(column - round(column)) > _ALIGNED or abs(line - round(line)) > _ALIGNED:
            raise _refusal(label, "source.file", "tiles that do not line up", "tiles of one grid")
        corners.append((round(line), round(column)))
    ends = [
        (line + tile.values.shape[0], column + tile.values.shape[1])
        for (line, column), tile in zip(corners, tiles, strict=True)
    ]
    height, width = (max(end) for end in zip(*ends, strict=True))
    if height * width > MOST_CELLS:
        raise _refusal(label, "cells", f"{height * width:,} cells", f"at most {MOST_CELLS:,}")
    values = np.full((height, width), np.nan)
    for (line, column), tile in zip(corners, tiles, strict=True):
        window = values[line : line + tile.values.shape[0], column : column + tile.values.shape[1]]
        both = np.isfinite(window) & np.isfinite(tile.values)
        tally.note("cells in two tiles", int(both.sum()))
        tally.note(
            "cells that two tiles give differently", int((both & (window != tile.values)).sum())
        )
        np.copyto(window, tile.values, where=np.isnan(window))
    return Raster(values, (a, b, west, d, e, north), str(first.crs))


def _refusal(label: str, field: str, found: str, allowed: str) -> DataError:
    return DataError("a raster cannot be read", [Problem(label, field, found, allowed)])
