"""Coordinates to the British National Grid, and whether they can be in the United Kingdom."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from placedata.geography import CRS, WEB_CRS

if TYPE_CHECKING:
    import numpy as np
    import pyproj
    from numpy.typing import ArrayLike, NDArray

WEB_MERCATOR = "EPSG:3857"
#: Extent of the British National Grid over land, in metres: x from, y from, x to, y to.
EXTENT = (-10_000.0, -10_000.0, 700_000.0, 1_250_000.0)


@cache
def _transformer(crs: str) -> pyproj.Transformer:
    import pyproj
    from pyproj import network

    network.set_network_enabled(active=False)  # type: ignore[attr-defined]
    return pyproj.Transformer.from_crs(crs, CRS, always_xy=True)


def to_grid(
    x: ArrayLike, y: ArrayLike, crs: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return EPSG:27700 eastings and northings in metres.

    Parameters
    ----------
    x, y
        Longitude and latitude in degrees, or eastings and northings, in `crs`; x always first.
    crs
        CRS that pyproj understands. Without the OSTN15 grid, which is not installed here, WGS 84
        is moved by the Helmert transformation, good to about 2 m.

    Returns
    -------
    tuple of arrays
        NaN where an input is missing or cannot be placed.
    """
    import numpy as np

    east, north = np.asarray(x, dtype="float64"), np.asarray(y, dtype="float64")
    if crs.upper() != CRS:
        east, north = _transformer(crs).transform(east, north)
    known = np.isfinite(east) & np.isfinite(north)
    return np.where(known, east, np.nan), np.where(known, north, np.nan)


def inside_uk(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which EPSG:27700 points can be in the United Kingdom; a missing point is not."""
    west, south, east, north = EXTENT
    inside: NDArray[np.bool_] = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return inside


def guess_crs(y: ArrayLike) -> str | None:
    """Return the CRS that northings or latitudes of the UK can be in, by their size, or None.

    The median decides: up to 90 degrees EPSG:4326, up to 1,250,000 m EPSG:27700, above
    5,000,000 m EPSG:3857 (Web Mercator).
    """
    import numpy as np

    values = np.asarray(y, dtype="float64")
    values = values[np.isfinite(values) & (values != 0)]
    if not len(values):
        return None
    middle = float(np.median(np.abs(values)))
    if middle <= 90:
        return WEB_CRS
    if middle <= EXTENT[3]:
        return CRS
    return WEB_MERCATOR if middle > 5_000_000 else None
