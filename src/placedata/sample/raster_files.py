"""Rasters of the sample place: greenness, height, summer heat, and a 1 km grid as a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from placedata.sample.chance import waves
from placedata.sample.ground import BOX, ORIGIN, density
from placedata.sample.tables import write_csv, write_text
from placedata.sample.town import Town

NODATA_GREEN = 255
NODATA_HEAT = -9999


def cell_centres(cell: float) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Return local cell centres from the north-west corner by rows, and (rows, columns)."""
    rows, columns = round(BOX[1] / cell), round(BOX[0] / cell)
    x = (np.arange(columns) + 0.5) * cell
    y = BOX[1] - (np.arange(rows) + 0.5) * cell
    across, down = np.meshgrid(x, y)
    return np.column_stack([across.ravel(), down.ravel()]), (rows, columns)


def _in(shape: shapely.Geometry, local: NDArray[np.float64]) -> NDArray[np.bool_]:
    shapely.prepare(shape)
    return np.asarray(shapely.contains_xy(shape, *(local + np.array(ORIGIN)).T))


def greenness(town: Town) -> NDArray[np.uint8]:
    """Return the share of green in cells of 50 m, per cent, 255 on the river."""
    local, shape = cell_centres(50.0)
    parks = shapely.union_all(town.ground.blocks[town.people.park])
    green = 72 - 38 * density(local) + 9 * waves(local, 31, 350.0) + 5 * waves(local, 32, 90.0)
    green = np.where(_in(parks, local), 82 + 5 * waves(local, 33, 120.0), green)
    out = np.round(np.clip(green, 1, 98)).astype(np.uint8)
    out[_in(town.ground.river, local)] = NODATA_GREEN
    return np.asarray(out.reshape(shape), dtype=np.uint8)


def height(town: Town) -> NDArray[np.float64]:
    """Return height in cells of 50 m, metres above the sea; the tidal river reads -2.3."""
    local, shape = cell_centres(50.0)
    x, y = local[:, 0], local[:, 1]
    rise = 38 * np.exp(-((x - 1300) ** 2 + (y - 5200) ** 2) / (2 * 1500.0**2))
    slope = 0.0019 * np.clip(y - 900, 0, None) + 1.6 * waves(local, 41, 900.0)
    metres = np.clip(rise + slope + 1.0, 0.4, None)
    metres[_in(town.ground.river, local)] = -2.3
    return np.asarray(np.round(metres, 1).reshape(shape), dtype=np.float64)


def summer_heat(town: Town) -> NDArray[np.float64]:
    """Return surface temperature of a hot day in cells of 100 m, °C, -9999 on the river."""
    local, shape = cell_centres(100.0)
    parks = shapely.union_all(town.ground.blocks[town.people.park])
    heat = 27.2 + 5.2 * density(local) + 0.7 * waves(local, 51, 500.0) - 3.0 * _in(parks, local)
    heat = np.round(heat, 1)
    heat[_in(town.ground.river, local)] = NODATA_HEAT
    return np.asarray(heat.reshape(shape), dtype=np.float64)


def write_greenness(data: Path, town: Town) -> None:
    """Write greenness as a GeoTIFF on EPSG:27700."""
    import rasterio

    cells = greenness(town)
    path = data / "raster/greenness_2024.tif"
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(
        path, "w", driver="GTiff", width=cells.shape[1], height=cells.shape[0], count=1,
        dtype="uint8", crs="EPSG:27700", nodata=NODATA_GREEN, compress="deflate",
        transform=rasterio.Affine(50, 0, ORIGIN[0], 0, -50, ORIGIN[1] + BOX[1]),
    ) as out:  # fmt: skip
        out.write(cells, 1)


def write_grids(data: Path, town: Town) -> None:
    """Write height and heat as ESRI ASCII without a CRS (height without a nodata value too)."""
    _write_ascii(data / "raster/elevation_50m.asc", height(town), 50, None)
    heat = data / "raster/summer_surface_temperature_2024.asc"
    _write_ascii(heat, summer_heat(town), 100, NODATA_HEAT)


def _write_ascii(path: Path, cells: NDArray[np.float64], size: int, nodata: int | None) -> None:
    lines = [
        f"ncols {cells.shape[1]}", f"nrows {cells.shape[0]}", f"xllcorner {ORIGIN[0]:.0f}",
        f"yllcorner {ORIGIN[1]:.0f}", f"cellsize {size}",
    ]  # fmt: skip
    lines += [] if nodata is None else [f"NODATA_value {nodata}"]
    lines += [" ".join(f"{value:g}" for value in row) for row in cells.tolist()]
    write_text(path, "\n".join(lines) + "\n")


def write_background(data: Path) -> None:
    """Write modelled background NOx by 1 km cell centre as a table, one row without a value."""
    local, _ = cell_centres(1000.0)
    nox = np.round(9.5 + 11 * density(local) + 1.2 * waves(local, 61, 2500.0), 5)
    rows: list[tuple[Any, ...]] = []
    for n, (x, y) in enumerate(local.tolist()):
        value = "MISSING" if n == 0 else f"{nox[n]:.5f}"
        rows.append((990000 + n, int(ORIGIN[0] + x), int(ORIGIN[1] + y), value))
    write_csv(data / "raster/pcm_nox_2023.csv", ["ukgridcode", "x", "y", "nox2023"], rows)
