"""A satellite's picture of the sample place: red, near infrared, and what each cell shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from placedata.sample import names
from placedata.sample.areas import outline
from placedata.sample.chance import waves
from placedata.sample.ground import BOX, ORIGIN, density
from placedata.sample.raster_files import cell_centres
from placedata.sample.town import Town

#: What a cell shows, as in Sentinel-2's scene classification.
PLANTS, BARE, WATER, CLOUD, THIN_CLOUD = 4, 5, 6, 9, 10
#: The ward that lies under cloud altogether.
CLOUDED = "Larkwood"
CELL = 50.0


def bands(town: Town) -> NDArray[np.uint16]:
    """Return red and near infrared reflectance × 10,000 and the class, shape (3, rows, columns)."""
    local, shape = cell_centres(CELL)
    at = local + np.array(ORIGIN)
    green = np.clip(0.75 - 0.5 * density(local) + 0.1 * waves(local, 71, 300.0), 0.02, 0.95)
    red = 400 + 850 * (1 - green) + 60 * waves(local, 72, 150.0)
    infrared = 1350 + 2900 * green + 90 * waves(local, 73, 150.0)
    kind = np.where(green > 0.45, PLANTS, BARE)
    river = _in(town.ground.river, at)
    red[river], infrared[river], kind[river] = 350, 180, WATER
    ward = list(names.WARDS).index(CLOUDED)
    below = outline(town.ground, town.areas.ward == ward).buffer(120.0)
    kind[_in(below, at)] = CLOUD
    thin = np.hypot(local[:, 0] - 4700, local[:, 1] - 4500) < 350
    kind[thin] = THIN_CLOUD
    bright = np.isin(kind, (CLOUD, THIN_CLOUD))
    red[bright], infrared[bright] = 7000, 7200
    stack = np.round(np.stack([red, infrared, kind])).astype(np.uint16)
    return np.asarray(stack.reshape(3, *shape), dtype=np.uint16)


def _in(shape: shapely.Geometry, at: NDArray[np.float64]) -> NDArray[np.bool_]:
    shapely.prepare(shape)
    return np.asarray(shapely.contains_xy(shape, *at.T))


def write_satellite(data: Path, town: Town) -> None:
    """Write the picture as a tiled GeoTIFF of three bands on EPSG:27700."""
    import rasterio

    cells = bands(town)
    path = data / "raster/satellite_2024-07.tif"
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(
        path, "w", driver="GTiff", width=cells.shape[2], height=cells.shape[1], count=3,
        dtype="uint16", crs="EPSG:27700", compress="deflate", predictor=2, tiled=True,
        blockxsize=64, blockysize=64, interleave="band",
        transform=rasterio.Affine(CELL, 0, ORIGIN[0], 0, -CELL, ORIGIN[1] + BOX[1]),
    ) as out:  # fmt: skip
        out.write(cells)
