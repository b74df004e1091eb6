"""Loader ``raster``: GeoTIFF, ESRI ASCII tiles and CSV grids of cell centres."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from placedata.columns import PERIOD_PATTERN, find_column, missing_column
from placedata.coordinates import guess_crs
from placedata.errors import DataError, Problem
from placedata.files import parse_numbers, read_table
from placedata.files.band_maths import checked, computed, names_in
from placedata.files.rasters import ASCII, GEOTIFF, MOST_CELLS, Grid, read_raster
from placedata.intake import SourceModel, Tally, paths_of, with_rows
from placedata.observations import Observations, Raster, Request

_PAIRS = (("x", "y"), ("easting", "northing"), ("eastings", "northings"), ("bng_e", "bng_n"))
_ALIGNED = 1e-6


class Mask(SourceModel):
    """Cells to leave out.

    Parameters
    ----------
    band
        Name of the band that says what a cell is.
    values
        Cells of these values are left out (3, 8, 9 and 10 of Sentinel-2's scene classes).
    bits
        Cells with one of these bits set, 0 the lowest, are left out (3 and 4 of Landsat's QA).
    """

    band: str
    values: list[int] = Field(default_factory=list)
    bits: list[int] = Field(default_factory=list)


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
    bands
        Names of bands for `formula` and `mask`: the number of a band of `file`, or another file
        with one band on the same grid (``{red: 1, nir: 2}``, ``{red: data/B04.tif}``).
    formula
        What to compute of the bands in every cell: ``(nir - red) / (nir + red)``. Numbers,
        ``+ - * / **``, brackets, ``abs``, ``sqrt``, ``log``, ``exp``, ``minimum``, ``maximum``.
    mask
        Cells to leave out by a band of classes or flags: clouds, shadows, snow.
    nodata
        A value that means missing although the file does not say so.
    x, y
        Columns of cell centres of a CSV grid; ``x`` and ``y`` or eastings and northings are found.
    """

    file: str | list[str]
    crs: str | None = None
    band: int = Field(default=1, ge=1)
    bands: dict[str, int | str] = Field(default_factory=dict)
    formula: str | None = None
    mask: Mask | None = None
    nodata: float | None = None
    x: str | None = None
    y: str | None = None

    @model_validator(mode="after")
    def _bands_fit(self) -> Self:
        """Refuse a formula or mask without bands, and one that is not allowed."""
        if bool(self.bands) != (self.formula is not None):
            msg = "bands together with formula: …, or neither"
            raise ValueError(msg)
        if self.formula is not None:
            try:
                checked(self.formula, self.bands)
            except DataError as error:
                first = error.problems[0]
                msg = f"formula: {first.found}; allowed: {first.allowed}"
                raise ValueError(msg) from error
        if self.mask is not None and self.mask.band not in self.bands:
            msg = f"mask.band: one of bands ({', '.join(self.bands) or 'none'})"
            raise ValueError(msg)
        return self


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
                tile = _read_cells(label, path, source, request, period, tally)
                used += int(np.isfinite(tile.values).sum())
            else:
                tile, valid = _read_centres(label, path, source, request, period, tally)
                used += valid
            if tile.values.size:
                tiles.append(tile)
        if not tiles:
            west, south, east, north = request.bounds or (0, 0, 0, 0)
            found = "no cell in or near the place"
            allowed = (
                f"cells in {west:,.0f} to {east:,.0f} east, {south:,.0f} to {north:,.0f} north"
            )
            raise _refusal(files[0][0], "source.file", found, f"{allowed} (EPSG:27700)")
        rasters[period] = _mosaic(tiles, files[0][0], tally)
    if not tally.rejected["nodata"]:
        del tally.rejected["nodata"]
    nothing = with_rows("", pd.DataFrame(index=range(0)), value=0.0, period="")
    return tally.observations(nothing, "raster", [], rasters=rasters, used=used)


def _read_cells(
    label: str, path: Path, source: Source, request: Request, period: str, tally: Tally
) -> Grid:
    """Return the cells of one file that touch the place: a band, or a formula of several."""

    def band_of(where: Path, number: int, name: str) -> Grid:
        grid = read_raster(
            where, band=number, nodata=source.nodata, crs=source.crs, bounds=request.bounds
        )
        return _with_crs(grid, name, source.crs)

    if not source.bands:
        grid = band_of(path, source.band, label)
        tally.rejected["nodata"] += int(np.isnan(grid.values).sum())
    else:
        bands = {}
        for name, at in source.bands.items():
            if isinstance(at, int):
                bands[name] = band_of(path, at, label)
                continue
            (other, where), *_ = paths_of(request, at.replace("{period}", period))
            bands[name] = band_of(where, 1, other)
            tally.add_source(other, where, bands[name].values.size)
        grid = _of_bands(bands, source, label, tally)
    tally.add_source(label, path, grid.values.size)
    tally.rows_in += grid.values.size
    tally.note("cells outside the place and its margin, not read", grid.cells - grid.values.size)
    return grid


def _of_bands(bands: dict[str, Grid], source: Source, label: str, tally: Tally) -> Grid:
    """Return the formula of bands, cell by cell, without the cells of the mask."""
    first = next(iter(bands.values()))
    for name, grid in bands.items():
        same = grid.values.shape == first.values.shape and grid.crs == first.crs
        if not same or not np.allclose(grid.transform, first.transform):
            found = f"{name}: {grid.values.shape} cells, {grid.transform[0]:g} wide"
            allowed = f"bands of one grid: {first.values.shape} cells, {first.transform[0]:g} wide"
            raise _refusal(label, "source.bands", found, allowed)
    names = names_in(str(source.formula))
    absent = np.any([np.isnan(grid.values) for name, grid in bands.items() if name in names], 0)
    hidden = np.zeros(first.values.shape, dtype=bool)
    if source.mask is not None:
        classes = bands[source.mask.band].values
        hidden = np.isin(classes, source.mask.values)
        whole = np.nan_to_num(classes, nan=0.0).astype(np.int64)
        for bit in source.mask.bits:
            hidden |= (whole >> bit) & 1 == 1
        # What a cell is must be known: one without a class may be a cloud.
        absent = absent | np.isnan(classes)
    values = computed(str(source.formula), {name: grid.values for name, grid in bands.items()})
    values[hidden | absent] = np.nan
    tally.rejected["nodata"] += int(absent.sum())
    tally.rejected["masked"] += int((hidden & ~absent).sum())
    nothing = np.isnan(values) & ~hidden & ~absent
    tally.rejected["the formula has no answer"] += int(nothing.sum())
    for reason in ("masked", "the formula has no answer"):
        if not tally.rejected[reason]:
            del tally.rejected[reason]
    return Grid(values, first.transform, first.crs, first.cells)


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
    return Grid(grid.values, grid.transform, grid.crs or stated, grid.cells)


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
