"""OpenStreetMap files: the lines of an extract, ``.osm`` or ``.osm.pbf``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from placedata.errors import DataError, Problem
from placedata.files.drivers import lock_drivers

if TYPE_CHECKING:
    import geopandas as gpd

OSM = (".osm", ".pbf")
_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')


def read_osm_lines(path: Path | str) -> gpd.GeoDataFrame:
    """Return the ways of an OpenStreetMap extract that are lines, EPSG:4326.

    Columns are those of GDAL's OSM driver (``osm_id``, ``name``, ``highway`` …), ``other_tags``
    opened into a column ``tags`` of mappings.

    Raises
    ------
    DataError
        If the content is not what the suffix says, or there is no line in it.
    """
    lock_drivers()
    import pyogrio

    path = Path(path)
    _check_content(path)
    try:
        frame = pyogrio.read_dataframe(path, layer="lines")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise _refusal(path, f"a damaged file ({error})", "an OpenStreetMap extract") from error
    if not len(frame):
        raise _refusal(path, "no line", "ways with their nodes")
    tags = frame["other_tags"].fillna("").map(lambda text: dict(_PAIR.findall(text)))
    return frame.drop(columns="other_tags").assign(tags=tags)


def _check_content(path: Path) -> None:
    """Refuse a file whose first bytes are not those of its suffix."""
    with path.open("rb") as stream:
        head = stream.read(512)
    if path.suffix.lower() == ".pbf":
        if b"OSMHeader" not in head[:32]:
            raise _refusal(path, "bytes of another kind of file", "an .osm.pbf extract")
    elif b"<osm" not in head or b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise _refusal(path, "text of another kind", "an .osm extract, which begins with <osm")


def _refusal(path: Path, found: str, allowed: str) -> DataError:
    problem = Problem(path.name, "file", found, allowed)
    return DataError("an OpenStreetMap file cannot be read", [problem])
