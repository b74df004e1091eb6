"""A background map of a place, of GeoTIFF sheets or of tiles in one file, checked and opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from placedata.errors import DataError, Problem
from placedata.files.patches import Box
from placedata.files.sheets import Sheet, near, open_sheets, too_many_pixels
from placedata.files.tile_archives import Archive, is_archive, open_archive

SUFFIXES = (".tif", ".tiff", ".mbtiles", ".pmtiles")
Opened = tuple[Sheet, ...] | Archive


def open_background(files: Sequence[tuple[str, Path]], crs: str | None = None) -> Opened:
    """Return sheets, or the one file of tiles; nothing of their pixels is read.

    Parameters
    ----------
    files
        What messages call each, and where it is.
    crs
        CRS of sheets that state none.

    Raises
    ------
    DataError
        With what is wrong with every file.
    """
    strange = [(label, path) for label, path in files if path.suffix.lower() not in SUFFIXES]
    if strange:
        found = f"a name that ends in {strange[0][1].suffix!r}"
        raise _refusal(strange[0][0], found, ", ".join(SUFFIXES))
    archives = [label for label, path in files if is_archive(path)]
    if not archives:
        return open_sheets(files, crs)
    if len(files) > 1:
        raise _refusal(archives[0], f"{len(files)} files", "one MBTiles or PMTiles file alone")
    return open_archive(*files[0])


def in_place(opened: Opened, bounds: Box, label: str) -> Opened:
    """Return what of a background map touches the place.

    Parameters
    ----------
    bounds
        Of the place, EPSG:27700.

    Raises
    ------
    DataError
        Nothing of it does, or it has too many pixels there to be drawn from afar.
    """
    if isinstance(opened, Archive):
        if not _touch(opened.bounds, bounds):
            raise _refusal(label, "tiles of elsewhere", _where(bounds))
        return opened
    kept = near(opened, bounds)
    if not kept:
        raise _refusal(label, "a map of elsewhere", _where(bounds))
    if found := too_many_pixels(kept, bounds):
        allowed = "overviews inside the files, which `rio overview --build auto FILE` or QGIS make"
        raise _refusal(label, found, allowed)
    return kept


def _touch(degrees: Box, bounds: Box) -> bool:
    from pyproj import Transformer

    to_web = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    west, south, east, north = to_web.transform_bounds(*bounds, densify_pts=21)
    return degrees[0] < east and degrees[2] > west and degrees[1] < north and degrees[3] > south


def _where(bounds: Box) -> str:
    west, south, east, north = bounds
    return (
        f"a map that touches {west:,.0f} to {east:,.0f} east, {south:,.0f} to {north:,.0f} north "
        "(EPSG:27700)"
    )


def _refusal(label: str, found: str, allowed: str) -> DataError:
    problem = Problem(label, "file", found, allowed)
    return DataError("a background map cannot be read", [problem])
