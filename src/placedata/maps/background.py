"""A map in the background of ward maps, in greys: as tiles for the screen, as one picture for SVG.

Greys, since the classes have the colours: a green park or a blue lake beneath would be taken for
one. Points are moved between CRSs by pyproj, as the outlines of the areas are, so that both lie
alike.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placedata.files.backgrounds import Opened, in_place, open_background
from placedata.files.patches import Box, Patch, grey_of, laid
from placedata.files.sheets import placeless
from placedata.files.tile_archives import VECTOR, Archive, kind_of, unpacked
from placedata.geography import CRS, WEB_CRS
from placedata.maps.png import grey_png, paper_png

MERCATOR = "EPSG:3857"
TILE = 256
CLOSEST = 19
#: Half the width of the world, metres of EPSG:3857.
HALF = math.pi * 6_378_137.0
#: Tiles kept in memory, about 20 kB each.
_MOST_TILES = 500
#: Points of a tile along one side that are moved by pyproj; those between are drawn straight.
_KNOTS = 17
#: Tiles of an archive that one picture is put together of at most.
_MOST_PIECES = 64

Grid = tuple[NDArray[np.float64], NDArray[np.float64]]


class Background:
    """A background map of one place.

    Parameters
    ----------
    files
        What messages call each file, and where it is.
    bounds
        Of the place, EPSG:27700.
    crs
        CRS of files that state none.

    Raises
    ------
    DataError
        With what is wrong with every file.
    """

    def __init__(
        self, files: Sequence[tuple[str, Path]], bounds: Box, crs: str | None = None
    ) -> None:
        self.opened: Opened = in_place(open_background(files, crs), bounds, files[0][0])
        self.key = key_of(files)
        self._lock = Lock()
        self._kept = lru_cache(_MOST_TILES)(self._made)
        self.bounds = _degrees(self.opened)
        self.zooms = _zooms(self.opened, bounds)

    #: What gzip has packed, of a vector tile; at most some megabytes.
    unpacked = staticmethod(unpacked)

    @property
    def layers(self) -> tuple[tuple[str, str], ...]:
        """What is drawn of vector tiles, and the names of its layers; empty for pictures."""
        return self.opened.layers if isinstance(self.opened, Archive) else ()

    def tile(self, z: int, x: int, y: int) -> tuple[bytes, str] | None:
        """Return a tile of EPSG:3857 and its media type; None where the map says nothing.

        Vector tiles are as the file has them: packed by gzip, or not.
        """
        if not (self.zooms[0] <= z <= self.zooms[1] and 0 <= x < 1 << z and 0 <= y < 1 << z):
            return None
        if isinstance(self.opened, Archive):
            found = self.opened.tile(z, x, y)
            kind = VECTOR if self.layers else kind_of(found or b"")
            return None if found is None else (found, kind)
        return self._kept(z, x, y)

    def picture(self, bounds: Box, wide: int, strength: float = 1.0) -> bytes:
        """Return the map within bounds (EPSG:27700) on white paper as a PNG; not of vector tiles.

        Parameters
        ----------
        wide
            Pixels from west to east.
        strength
            How strongly it is drawn, 0 to 1.
        """
        west, south, east, north = bounds
        step = (east - west) / wide
        high = max(1, round((north - south) / step))
        across = west + (np.arange(wide) + 0.5) * step
        down = north - (np.arange(high) + 0.5) * (north - south) / high
        grid = np.meshgrid(across, down)
        with self._lock:
            return paper_png(*self._drawn((grid[0], grid[1]), CRS), strength)

    def _made(self, z: int, x: int, y: int) -> tuple[bytes, str] | None:
        """Return a tile of sheets, one at a time: each may read some megabytes."""
        size = 2 * HALF / (1 << z)
        west, north = -HALF + x * size, HALF - y * size
        middle = (np.arange(TILE) + 0.5) * size / TILE
        grid = np.meshgrid(west + middle, north - middle)
        with self._lock:
            grey, alpha = self._drawn((grid[0], grid[1]), MERCATOR)
        return (grey_png(grey, alpha), "image/png") if alpha.any() else None

    def _drawn(self, grid: Grid, crs: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return grey and alpha at the points of a grid."""
        grey = np.full(grid[0].shape, 255, np.uint8)
        alpha = np.zeros(grid[0].shape, np.uint8)
        for own, patches in self._sources():
            x, y = _moved(grid, crs, own)
            scale = abs(float(x[0, -1] - x[0, 0])) / max(1, x.shape[1] - 1)
            around = (float(x.min()), float(y.min()), float(x.max()), float(y.max()))
            found, seen = laid(patches(around, scale), x, y)
            grey = np.where(alpha == 0, found, grey).astype(np.uint8)
            alpha = np.where(alpha == 0, seen, alpha).astype(np.uint8)
        return grey, alpha

    def _sources(self) -> Iterator[tuple[str, Callable[[Box, float], Iterator[Patch]]]]:
        """Give each CRS that the map is in, with what reads its patches."""
        if isinstance(self.opened, Archive):
            archive = self.opened
            yield MERCATOR, lambda around, scale: _pieces(archive, around, scale)
            return
        sheets = self.opened
        for own in dict.fromkeys(sheet.crs for sheet in sheets):

            def read(around: Box, scale: float, own: str = own) -> Iterator[Patch]:
                for sheet in sheets:
                    if sheet.crs == own and (patch := sheet.patch(around, scale)) is not None:
                        yield patch

            yield own, read


def key_of(files: Sequence[tuple[str, Path]]) -> str:
    """Return a key that differs where a file has another name, size or time of writing."""
    told = []
    for label, path in files:
        state = path.stat()
        told.append((label, state.st_size, state.st_mtime_ns))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def _moved(grid: Grid, crs: str, own: str) -> Grid:
    """Return the points of a regular grid in another CRS; between knots they lie straight."""
    if crs == own:
        return grid
    rows, columns = grid[0].shape
    knots = [np.linspace(0, size - 1, min(size, _KNOTS)) for size in (rows, columns)]
    xs = np.interp(knots[1], np.arange(columns), grid[0][0])
    ys = np.interp(knots[0], np.arange(rows), grid[1][:, 0])
    x, y = _change(crs, own).transform(*np.meshgrid(xs, ys))
    return _filled(x, knots, (rows, columns)), _filled(y, knots, (rows, columns))


@lru_cache(32)
def _change(crs: str, own: str) -> Any:  # noqa: ANN401  (no types)
    """Return what moves points from a CRS to another; it takes longer to make than to use."""
    from pyproj import Transformer

    return Transformer.from_crs(crs, own, always_xy=True)


def _filled(
    part: NDArray[np.float64], knots: list[NDArray[np.float64]], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Return values between knots, straight along rows and then along columns."""
    across = np.stack([np.interp(np.arange(shape[1]), knots[1], row) for row in part])
    at = np.interp(np.arange(shape[0]), knots[0], np.arange(len(knots[0])))
    above = np.minimum(at.astype(int), len(knots[0]) - 2) if len(knots[0]) > 1 else at.astype(int)
    share = (at - above)[:, None]
    below = np.minimum(above + 1, len(knots[0]) - 1)
    filled: NDArray[np.float64] = across[above] * (1 - share) + across[below] * share
    return filled


def _degrees(opened: Opened) -> Box:
    """Return west, south, east, north in EPSG:4326."""
    if isinstance(opened, Archive):
        return opened.bounds
    boxes = [_change(sheet.crs, WEB_CRS).transform_bounds(*sheet.bounds) for sheet in opened]
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _zooms(opened: Opened, bounds: Box) -> tuple[int, int]:
    """Return the farthest zoom, at which the place is half a tile, and the closest."""
    if isinstance(opened, Archive):
        return opened.zooms
    finest = []
    for sheet in opened:
        left, _, right, _ = _change(sheet.crs, MERCATOR).transform_bounds(*sheet.bounds)
        finest.append((right - left) / sheet.shape[1])
    # the scale of EPSG:3857 at 54 degrees north: metres on the ground are 0.59 of its own
    wide = max(bounds[2] - bounds[0], bounds[3] - bounds[1]) / 0.59
    far = math.floor(math.log2(2 * HALF / (2 * wide)))
    close = math.ceil(math.log2(2 * HALF / TILE / min(finest)) - 0.25)
    return max(0, min(far, CLOSEST)), max(0, min(close, CLOSEST))


def _pieces(archive: Archive, around: Box, scale: float) -> Iterator[Patch]:
    """Give the tiles within a box of EPSG:3857, of the zoom whose pixels are about `scale` wide."""
    z = math.ceil(math.log2(2 * HALF / TILE / scale) - 0.25)
    z = max(archive.zooms[0], min(z, archive.zooms[1]))
    while True:
        size = 2 * HALF / (1 << z)
        left, right = (math.floor((edge + HALF) / size) for edge in (around[0], around[2]))
        top, low = (math.floor((HALF - edge) / size) for edge in (around[3], around[1]))
        if (right - left + 1) * (low - top + 1) <= _MOST_PIECES or z <= archive.zooms[0]:
            break
        z -= 1
    for x in range(left, right + 1):
        for y in range(top, low + 1):
            if found := archive.tile(z, x, y):
                patch = _decoded(found, (-HALF + x * size, HALF - y * size), size)
                if patch is not None:
                    yield patch


def _decoded(picture: bytes, corner: tuple[float, float], size: float) -> Patch | None:
    """Return a tile as pixels; None where it cannot be read, or is larger than a tile is."""
    import rasterio
    from rasterio.io import MemoryFile

    driver = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}[kind_of(picture)]
    try:
        with placeless(), MemoryFile(picture) as memory, memory.open(driver=driver) as data:
            if max(data.shape) > 4 * TILE or data.dtypes[0] != "uint8":
                return None
            bands = data.read()
            if data.count == 1 and data.colorinterp[0].name == "palette":
                table = [data.colormap(1).get(at, (0, 0, 0, 0)) for at in range(256)]
                bands = np.array(table, np.uint8).T[:, bands[0]]
    except rasterio.errors.RasterioError:
        return None
    grey = grey_of(bands[:3]) if len(bands) >= 3 else bands[0]
    alpha = bands[-1] if len(bands) in (2, 4) else np.full(grey.shape, 255, np.uint8)
    step = (size / grey.shape[1], size / grey.shape[0])
    return Patch(grey, alpha, corner[0], corner[1], step)
