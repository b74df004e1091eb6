"""The cells of a raster layer as a small picture, to be laid over the map."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from placedata.catalog import LayerEntry
    from placedata.geography import Boundaries
    from placedata.layers.ground import Ground
    from placedata.observations import Raster

#: Pixels of the longer side at most.
MOST_PIXELS = 700
#: Light to dark: darker is more. Eight samples of cividis, as the ramp of the legend.
RAMP = (
    "#fee838", "#dfcc53", "#c3b369", "#a59c74", "#878479", "#707173", "#434e6c", "#00224e",
)  # fmt: skip


@dataclass(frozen=True)
class Cells:
    """A picture of cells, north up.

    Parameters
    ----------
    png
        The picture; cells without a value are transparent.
    bounds
        West, south, east, north, EPSG:27700.
    low, high
        Values at the light and the dark end of `RAMP`: the 2nd and the 98th percentile of the
        cells, so that a few extreme ones do not take all the colours.
    period
        What the cells are of.
    """

    png: bytes
    bounds: tuple[float, float, float, float]
    low: float
    high: float
    period: str


def cells_of(entry: LayerEntry, ground: Ground) -> Cells | None:
    """Return the cells of a layer's newest raster; None for other layers, and for land cover.

    Classes of land cover are names, not amounts, so no ramp can show them.
    """
    import numpy as np

    definition = entry.definition
    if definition.source is None or (definition.zonal and definition.zonal.classes is not None):
        return None
    observations = ground.observations(entry.id)
    if observations.keyed_by != "raster" or not observations.rasters:
        return None
    period = max(observations.rasters)
    bounds = tuple(float(edge) for edge in ground.wards.frame.total_bounds)
    grid = _on_grid(observations.rasters[period], ground.wards, bounds)
    known = grid[np.isfinite(grid)]
    if known.size == 0:
        return None
    low, high = (float(edge) for edge in np.percentile(known, [2, 98]))
    return Cells(_png(grid, low, high), bounds, low, high, period)  # type: ignore[arg-type]


def _on_grid(raster: Raster, wards: Boundaries, bounds: tuple[float, ...]) -> NDArray[Any]:
    """Return the cells of the place on a north-up grid, EPSG:27700; the nearest cell counts."""
    import numpy as np
    from rasterio.features import geometry_mask
    from rasterio.transform import Affine
    from rasterio.warp import Resampling, reproject

    from placedata.geography import CRS

    west, south, east, north = bounds
    size = max(east - west, north - south) / MOST_PIXELS
    wide, high = max(1, round((east - west) / size)), max(1, round((north - south) / size))
    placed = Affine((east - west) / wide, 0, west, 0, (south - north) / high, north)
    grid = np.full((high, wide), np.nan, dtype="float32")
    reproject(
        raster.values.astype("float32"), grid,
        src_transform=Affine(*raster.transform), src_crs=raster.crs, src_nodata=np.nan,
        dst_transform=placed, dst_crs=CRS,
        dst_nodata=np.nan, resampling=Resampling.nearest,
    )  # fmt: skip
    grid[geometry_mask(wards.frame.geometry, grid.shape, placed)] = np.nan
    return grid


def _png(grid: NDArray[Any], low: float, high: float) -> bytes:
    """Return a grid as a PNG with colours of `RAMP` and transparency."""
    import numpy as np

    from placedata.colours import channels

    ramp = np.array([channels(colour) for colour in RAMP], dtype=float)
    place = np.clip((grid - low) / (high - low or 1.0), 0, 1) * (len(RAMP) - 1)
    filled = np.nan_to_num(place)
    left = np.minimum(filled.astype(int), len(RAMP) - 2)
    share = (filled - left)[..., None]
    colours = ramp[left] * (1 - share) + ramp[left + 1] * share
    alpha = np.where(np.isfinite(grid), 255, 0)[..., None]
    pixels = np.concatenate([colours, alpha], axis=2).round().astype("uint8")
    # a byte before each row says that it is not filtered; 8 bits, red green blue and alpha
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", grid.shape[1], grid.shape[0], 8, 6, 0, 0, 0)
    parts = [_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    """Return one chunk of a PNG file: length, kind, content, check sum."""
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check
