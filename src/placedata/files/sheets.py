"""Sheets of a background map: GeoTIFF files with grey, palette or red, green and blue."""

from __future__ import annotations

import contextlib
import math
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placedata.errors import DataError, Problem
from placedata.files.drivers import lock_drivers
from placedata.files.patches import Box, Patch, grey_of, smaller

MOST_SHEETS = 2_000
#: Pixels of the place on its coarsest level: more take too long to draw from afar.
MOST_PIXELS = 64_000_000
#: Pixels read at once along one side; a wider part is thinned while it is read.
MOST_READ = 2_048
ALLOWED = "a GeoTIFF, MBTiles or PMTiles file"
_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_WORLD = (".tfw", ".tifw", ".wld")


@dataclass(frozen=True)
class Sheet:
    """One GeoTIFF, checked and closed again.

    Parameters
    ----------
    path
        The file.
    crs
        Its CRS, as text.
    west, north
        Outer corner of the first pixel, in units of the CRS.
    step
        Width and height of a pixel, both positive.
    shape
        Rows and columns.
    levels
        1, and the factors of its overviews.
    bands
        Which bands make the picture: one, or three.
    greys
        Of a palette, and of a single band: grey and alpha of each value, shape (2, 256).
    alpha
        Band that says where the sheet is see-through, or None.
    """

    path: Path
    crs: str
    west: float
    north: float
    step: tuple[float, float]
    shape: tuple[int, int]
    levels: tuple[int, ...]
    bands: tuple[int, ...]
    greys: NDArray[np.uint8] | None = None
    alpha: int | None = None

    @property
    def bounds(self) -> Box:
        """West, south, east, north in units of the CRS."""
        east = self.west + self.shape[1] * self.step[0]
        return self.west, self.north - self.shape[0] * self.step[1], east, self.north

    def patch(self, box: Box, step: float) -> Patch | None:
        """Return the part of the sheet in a box, its pixels about `step` wide; None outside.

        Parameters
        ----------
        box, step
            In units of the sheet's CRS.

        Raises
        ------
        DataError
            The file is damaged, or has changed since it was checked.
        """
        west, south, east, north = self.bounds
        if box[0] >= east or box[2] <= west or box[1] >= north or box[3] <= south:
            return None  # most sheets of many, and none of them is opened
        import rasterio

        wanted = step / self.step[0]
        at = max((level for level in self.levels if level <= wanted * 1.2), default=1)
        index = self.levels.index(at)
        options = {} if index == 0 else {"overview_level": index - 1}
        try:
            with (
                placeless(),
                rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"),
                rasterio.open(self.path, driver="GTiff", **options) as data,
            ):
                found = self._within(data, box, step)
        except (rasterio.errors.RasterioError, MemoryError) as error:
            raise _refusal(self.path.name, f"a damaged file ({error})", ALLOWED) from error
        return None if found is None else smaller(found, int(step / found.step[0] + 0.1))

    def _within(self, data: Any, box: Box, step: float) -> Patch | None:  # noqa: ANN401  (no types)
        """Return the pixels of an opened level in a box and a little around it."""
        from rasterio.windows import Window

        high, wide = data.shape
        across, down = self.shape[1] * self.step[0] / wide, self.shape[0] * self.step[1] / high
        more = 2 * math.ceil(step / across)
        left = max(0, math.floor((box[0] - self.west) / across) - more)
        right = min(wide, math.ceil((box[2] - self.west) / across) + more)
        top = max(0, math.floor((self.north - box[3]) / down) - more)
        low = min(high, math.ceil((self.north - box[1]) / down) + more)
        if right <= left or low <= top:
            return None
        window = Window(left, top, right - left, low - top)
        thin = max(1, math.ceil(max(right - left, low - top) / MOST_READ))
        size = (math.ceil((low - top) / thin), math.ceil((right - left) / thin))
        grey, alpha = self._read(data, window, size)
        pixel = (across * (right - left) / size[1], down * (low - top) / size[0])
        return Patch(grey, alpha, self.west + left * across, self.north - top * down, pixel)

    def _read(
        self,
        data: Any,  # noqa: ANN401  (no types)
        window: Any,  # noqa: ANN401
        size: tuple[int, int],
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return grey and alpha of a window, at a size of rows and columns."""
        from rasterio.enums import MaskFlags

        first = data.read(self.bands, window=window, out_shape=(len(self.bands), *size))
        if self.greys is not None:
            grey, alpha = self.greys[0][first[0]], self.greys[1][first[0]]
        else:
            grey = grey_of(first)
            masked = self.alpha is None and MaskFlags.all_valid not in data.mask_flag_enums[0]
            alpha = np.full(size, 255, np.uint8)
            if masked:  # by a value that means nothing, or by a mask inside the file
                alpha = data.dataset_mask(window=window, out_shape=size)
        if self.alpha is not None:
            alpha = np.minimum(alpha, data.read(self.alpha, window=window, out_shape=size))
        return grey, alpha


def open_sheets(files: Sequence[tuple[str, Path]], crs: str | None = None) -> tuple[Sheet, ...]:
    """Return sheets, each checked; nothing of their pixels is read.

    Parameters
    ----------
    files
        What messages call each, and where it is. A world file (``.tfw``) beside a file that has
        no place of its own is read.
    crs
        CRS of files that state none.

    Raises
    ------
    DataError
        With what is wrong with every file: not a GeoTIFF, no CRS, nowhere, turned, other pixels.
    """
    lock_drivers()
    if len(files) > MOST_SHEETS:
        problem = Problem(files[0][0], "file", f"{len(files):,} sheets", f"at most {MOST_SHEETS:,}")
        raise DataError("a background map cannot be read", [problem])
    found: list[Sheet] = []
    problems: list[Problem] = []
    for label, path in files:
        try:
            found.append(_open(label, path, crs))
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError("a background map cannot be read", problems)
    return tuple(found)


def near(sheets: Iterable[Sheet], bounds: Box) -> tuple[Sheet, ...]:
    """Return the sheets that touch bounds in EPSG:27700."""
    return tuple(sheet for sheet in sheets if math.prod(_shared(sheet, bounds)) > 0)


def too_many_pixels(sheets: Iterable[Sheet], bounds: Box) -> str:
    """Return why sheets cannot be drawn from afar, or nothing where they can.

    Parameters
    ----------
    bounds
        Of the place, EPSG:27700; only pixels inside are counted, on the coarsest level.
    """
    count = 0.0
    for sheet in sheets:
        wide, high = _shared(sheet, bounds)
        count += wide * high / (sheet.step[0] * sheet.step[1]) / max(sheet.levels) ** 2
    return "" if count <= MOST_PIXELS else f"{count / 1e6:,.0f} million pixels without overviews"


def _shared(sheet: Sheet, bounds: Box) -> tuple[float, float]:
    """Return how wide and high the part of a sheet within bounds (EPSG:27700) is, in its CRS."""
    west, south, east, north = _box(sheet.crs, bounds)
    left, low, right, top = sheet.bounds
    return max(0.0, min(right, east) - max(left, west)), max(0.0, min(top, north) - max(low, south))


@lru_cache(64)
def _box(crs: str, bounds: Box) -> Box:
    from pyproj import Transformer

    change = Transformer.from_crs("EPSG:27700", crs, always_xy=True)
    box: Box = change.transform_bounds(*bounds, densify_pts=21)
    return box


@contextlib.contextmanager
def placeless() -> Iterator[None]:
    """Let a picture be opened that says of no place where it lies; rasterio would warn."""
    from rasterio.errors import NotGeoreferencedWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        yield


def _open(label: str, path: Path, stated: str | None) -> Sheet:
    import rasterio
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    with path.open("rb") as stream:
        if not stream.read(4).startswith(_MAGIC):
            raise _refusal(label, "bytes of another kind of file", ALLOWED)
    try:
        with (
            placeless(),
            rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"),
            rasterio.open(path, driver="GTiff") as data,
        ):
            place = _placed(label, path, data)
            own = data.crs.to_wkt() if data.crs else stated
            if own is None:
                raise _refusal(
                    label, "a file without a CRS", "a GeoTIFF that states it, or basemap.crs"
                )
            bands, greys, alpha = _picture(label, data)
            levels = (1, *(int(factor) for factor in data.overviews(1)))
            shape = (int(data.height), int(data.width))
    except rasterio.errors.RasterioError as error:
        raise _refusal(label, f"a damaged file ({error})", ALLOWED) from error
    try:
        known = CRS.from_user_input(own)
    except CRSError:
        raise _refusal(label, f"the CRS {own[:60]!r}", "a CRS that PROJ knows") from None
    # The British grid is written in many ways; all are moved as the outlines of the areas are.
    crs = f"EPSG:{number}" if (number := known.to_epsg()) else own
    return Sheet(path, crs, place[0], place[1], place[2:], shape, levels, bands, greys, alpha)


def _placed(label: str, path: Path, data: Any) -> tuple[float, float, float, float]:  # noqa: ANN401
    """Return west, north and the size of a pixel, of the file or of the world file beside it."""
    a, b, c, d, e, f = (float(part) for part in data.transform[:6])
    if data.transform.is_identity:
        ends = [item for end in _WORLD for item in (end, end.upper())]
        world = next((at for end in ends if (at := path.with_suffix(end)).is_file()), None)
        if world is None:
            allowed = "a GeoTIFF that states its place, or a world file (.tfw) beside it"
            raise _refusal(label, "a picture without a place (no georeference)", allowed)
        try:
            a, d, b, e, x, y = (float(line) for line in world.read_text("ascii")[:500].split())
        except ValueError:
            raise _refusal(label, f"{world.name} without six numbers", "a world file") from None
        c, f = x - a / 2, y - e / 2
    if b or d or a <= 0 or e >= 0 or not all(map(math.isfinite, (a, c, e, f))):
        raise _refusal(label, "a turned picture", "north at the top")
    return c, f, a, -e


def _picture(
    label: str,
    data: Any,  # noqa: ANN401
) -> tuple[tuple[int, ...], NDArray[np.uint8] | None, int | None]:
    """Return the bands of the picture, the greys of a single one, and the band of alpha."""
    from rasterio.enums import ColorInterp

    kinds = set(data.dtypes)
    if kinds != {"uint8"} or data.count > 4:
        found = f"{data.count} bands of {', '.join(sorted(kinds))}"
        allowed = "a picture of 8 bits: grey, a palette, or red, green and blue"
        raise _refusal(label, found, allowed)
    alpha = data.count if data.count in (2, 4) else None
    if data.count >= 3:
        return (1, 2, 3), None, alpha
    greys = np.stack([np.arange(256), np.full(256, 255)]).astype(np.uint8)
    if data.colorinterp[0] == ColorInterp.palette:
        table = np.array([data.colormap(1).get(at, (0, 0, 0, 0)) for at in range(256)])
        greys = np.stack([grey_of(table[:, :3].T), table[:, 3].astype(np.uint8)])
    if data.nodata is not None and 0 <= data.nodata <= 255:
        greys[1][int(data.nodata)] = 0
    return (1,), greys, alpha


def _refusal(label: str, found: str, allowed: str) -> DataError:
    problem = Problem(label, "file", found, allowed)
    return DataError("a background map cannot be read", [problem])
