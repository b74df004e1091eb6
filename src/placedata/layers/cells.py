"""The cells of a raster layer as a small picture, to be laid over the map."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from placedata.layers.cell_classes import classed_cells, most_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from placedata.catalog import LayerEntry
    from placedata.geography import Boundaries
    from placedata.layers.cell_classes import CellClass
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
        cells, so that a few extreme ones do not take all the colours. None where cells have
        classes.
    period
        What the cells are of.
    classes
        Of land cover and the like: names with their colours. Empty where cells are amounts.
    most
        Area code -> place in `classes` of what covers most of the area, and its per cent.
    """

    png: bytes
    bounds: tuple[float, float, float, float]
    low: float | None
    high: float | None
    period: str
    classes: tuple[CellClass, ...] = ()
    most: dict[str, tuple[int, float]] = field(default_factory=dict)


def cells_of(entry: LayerEntry, ground: Ground) -> Cells | None:
    """Return the cells of a layer's newest raster; None for other layers.

    Classes of land cover are names, not amounts: each has a colour of its own, and no ramp.
    """
    import numpy as np

    definition = entry.definition
    if definition.source is None:
        return None
    observations = ground.observations(entry.id)
    if observations.keyed_by != "raster" or not observations.rasters:
        return None
    period = max(observations.rasters)
    bounds = tuple(float(edge) for edge in ground.wards.frame.total_bounds)
    grid, areas = _on_grid(observations.rasters[period], ground.wards, bounds)
    known = grid[np.isfinite(grid)]
    if known.size == 0:
        return None
    rule = definition.zonal
    if rule is not None and rule.classes is not None:
        found = classed_cells(grid, rule.classes, rule.names)
        colours = [item.colour for item in found.classes]
        most = most_of(found, areas, ground.wards.codes)
        picture = _png(_coloured(found.numbers, colours), found.numbers >= 0)
        return Cells(picture, bounds, None, None, period, found.classes, most)  # type: ignore[arg-type]
    low, high = (float(edge) for edge in np.percentile(known, [2, 98]))
    picture = _png(_ramped(grid, low, high), np.isfinite(grid))
    return Cells(picture, bounds, low, high, period)  # type: ignore[arg-type]


def _on_grid(
    raster: Raster, wards: Boundaries, bounds: tuple[float, ...]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the cells of the place on a north-up grid, EPSG:27700, and the ward of each.

    The nearest cell of the raster counts; a ward is its place in the boundaries, -1 outside.
    """
    import numpy as np
    from rasterio.features import rasterize
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
    shapes = ((shape, at) for at, shape in enumerate(wards.frame.geometry))
    areas = rasterize(shapes, grid.shape, fill=-1, transform=placed, dtype="int32")
    grid[areas < 0] = np.nan
    return grid, areas


def _coloured(numbers: NDArray[Any], colours: list[str]) -> NDArray[Any]:
    """Return red, green and blue of each cell by the number of its class, -1 for none."""
    import numpy as np

    from placedata.colours import channels

    table = np.array([channels(colour) for colour in [*colours, "#000000"]], dtype=float)
    return table[numbers]


def _ramped(grid: NDArray[Any], low: float, high: float) -> NDArray[Any]:
    """Return red, green and blue of each cell from `RAMP`."""
    import numpy as np

    from placedata.colours import channels

    ramp = np.array([channels(colour) for colour in RAMP], dtype=float)
    place = np.clip((grid - low) / (high - low or 1.0), 0, 1) * (len(RAMP) - 1)
    filled = np.nan_to_num(place)
    left = np.minimum(filled.astype(int), len(RAMP) - 2)
    share = (filled - left)[..., None]
    mixed: NDArray[Any] = ramp[left] * (1 - share) + ramp[left + 1] * share
    return mixed


def _png(colours: NDArray[Any], there: NDArray[Any]) -> bytes:
    """Return colours (rows, columns, 3) as a PNG, transparent where nothing is there."""
    import numpy as np

    alpha = np.where(there, 255, 0)[..., None]
    pixels = np.concatenate([colours, alpha], axis=2).round().astype("uint8")
    # a byte before each row says that it is not filtered; 8 bits, red green blue and alpha
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", there.shape[1], there.shape[0], 8, 6, 0, 0, 0)
    parts = [_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    """Return one chunk of a PNG file: length, kind, content, check sum."""
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check
