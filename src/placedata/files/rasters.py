"""Raster files: GeoTIFF and ESRI ASCII grids, opened by their own drivers only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placedata.errors import DataError, Problem
from placedata.files.drivers import RASTER_DRIVERS, lock_drivers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GEOTIFF = (".tif", ".tiff")
ASCII = (".asc",)
MOST_CELLS = 50_000_000
BRITISH_GRID = "EPSG:27700"
Bounds = tuple[float, float, float, float]
_TIFF_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


@dataclass(frozen=True)
class Grid:
    """Cells as a file holds them.

    Parameters
    ----------
    values
        float64, shape (rows, columns), north first; nodata is NaN.
    transform
        Affine (a, b, c, d, e, f) in units of the CRS.
    crs
        The file's CRS as text, or None where it states none.
    cells
        How many cells the file has, read or not.
    """

    values: NDArray[np.float64]
    transform: tuple[float, float, float, float, float, float]
    crs: str | None
    cells: int = 0


def read_raster(
    path: Path | str,
    *,
    band: int = 1,
    nodata: float | None = None,
    crs: str | None = None,
    bounds: Bounds | None = None,
) -> Grid:
    """Return one band of a GeoTIFF or ESRI ASCII grid.

    Parameters
    ----------
    path
        ``.tif``, ``.tiff`` or ``.asc``; scale and offset stated in the file are applied.
    band
        1-based.
    nodata
        Cells of this value are missing too, beside those that the file itself calls nodata.
    crs
        CRS of a file that states none; needed for `bounds` only.
    bounds
        West, south, east, north in EPSG:27700: only the cells that touch it are read, from the
        blocks of the file that hold them. A grid with none has no cells (shape (0, 0)).

    Raises
    ------
    DataError
        If the content is not what the suffix says, or the band is absent or too large.
    """
    lock_drivers()
    import numpy as np
    import rasterio

    path = Path(path)
    _check_magic(path)
    driver = "GTiff" if path.suffix.lower() in GEOTIFF else "AAIGrid"
    options = {} if driver == "GTiff" else {"DATATYPE": "Float64"}
    try:
        with (
            rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"),
            rasterio.open(path, driver=driver, **options) as data,
        ):
            if not 1 <= band <= data.count:
                raise _refusal(path, f"no band {band}", f"bands 1 to {data.count}")
            stated = data.crs.to_string() if data.crs else None
            window = _not_too_large(path, _window(data, stated or crs, bounds))
            cells = data.read(band, masked=True, window=window).astype("float64")
            values = np.asarray(cells.filled(np.nan)) * data.scales[band - 1]
            values = values + data.offsets[band - 1]
            a, b, c, d, e, f = (float(number) for number in data.transform[:6])
            left, top = window.col_off, window.row_off
            transform = (a, b, c + left * a + top * b, d, e, f + left * d + top * e)
    except rasterio.errors.RasterioError as error:
        raise _refusal(path, f"a damaged file ({error})", "a GeoTIFF or ASCII grid") from error
    if nodata is not None:
        values[values == nodata] = np.nan
    values[~np.isfinite(values)] = np.nan
    return Grid(values, transform, stated, data.width * data.height)


def _not_too_large(path: Path, window: Any) -> Any:  # noqa: ANN401  (no types)
    """Return the window, or refuse one of more than `MOST_CELLS`."""
    if window.width * window.height > MOST_CELLS:
        found = f"{window.width * window.height:,} cells"
        raise _refusal(path, found, f"at most {MOST_CELLS:,}")
    return window


def _window(data: Any, crs: str | None, bounds: Bounds | None) -> Any:  # noqa: ANN401  (no types)
    """Return the cells that touch the bounds as a window of rasterio; all where that is not known.

    A turned grid is read whole.
    """
    import math

    from pyproj import CRS, Transformer
    from rasterio.windows import Window

    whole = Window(0, 0, data.width, data.height)
    step = data.transform
    if bounds is None or crs is None or step.b or step.d or not step.a or not step.e:
        return whole
    to_grid = Transformer.from_crs(BRITISH_GRID, CRS.from_user_input(crs), always_xy=True)
    west, south, east, north = to_grid.transform_bounds(*bounds, densify_pts=21)
    columns = sorted([(west - step.c) / step.a, (east - step.c) / step.a])
    rows = sorted([(south - step.f) / step.e, (north - step.f) / step.e])
    if not all(map(math.isfinite, (*columns, *rows))):
        return whole
    left, right = max(math.floor(columns[0]), 0), min(math.ceil(columns[1]), data.width)
    top, bottom = max(math.floor(rows[0]), 0), min(math.ceil(rows[1]), data.height)
    if right <= left or bottom <= top:
        return Window(0, 0, 0, 0)
    return Window(left, top, right - left, bottom - top)


def _check_magic(path: Path) -> None:
    """Refuse a file whose first bytes are not those of its suffix."""
    suffix = path.suffix.lower()
    with path.open("rb") as stream:
        head = stream.read(64)
    if not head:
        raise _refusal(path, "an empty file", "a GeoTIFF or ASCII grid")
    if suffix in GEOTIFF and not head.startswith(_TIFF_MAGIC):
        raise _refusal(path, "bytes of another kind of file", "a GeoTIFF")
    if suffix in ASCII and not head.lstrip().lower().startswith((b"ncols", b"nrows")):
        raise _refusal(path, "bytes of another kind of file", "an ASCII grid beginning with ncols")
    if suffix not in (*GEOTIFF, *ASCII):
        raise _refusal(path, f"suffix {path.suffix!r}", ", ".join((*GEOTIFF, *ASCII)))


def _refusal(path: Path, found: str, allowed: str) -> DataError:
    return DataError("a raster cannot be read", [Problem(path.name, "file", found, allowed)])


__all__ = ["ASCII", "GEOTIFF", "MOST_CELLS", "RASTER_DRIVERS", "Grid", "read_raster"]
