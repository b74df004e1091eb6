"""Streets that people walk along, from OS Open Roads, OpenStreetMap or lines in GeoJSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from placedata.errors import DataError, Problem
from placedata.files import read_vector
from placedata.files.osm import OSM, read_osm_lines
from placedata.files.vectors import layer_names
from placedata.geography import CRS
from placedata.spatial.streets import Streets, make_streets

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

Bounds = tuple[float, float, float, float]

#: Layers of OS Open Roads that hold its links, by format.
ROAD_LINKS = ("road_link", "roadlink", "RoadLink")
#: Kinds of way, by ``highway`` of OpenStreetMap, that nobody walks along or that are not there.
_NOT_WALKED = (
    "motorway", "motorway_link", "construction", "proposed", "planned", "razed", "abandoned",
    "raceway", "bus_guideway", "escape", "elevator",
)  # fmt: skip
_CLASSES = ("class", "road_classification", "roadclassification", "function", "highway")
#: What a way closed to walkers says of them.
_CLOSED = ("no", "private")


def read_streets(
    path: Path, *, layer: str | None = None, crs: str | None = None, bounds: Bounds | None = None
) -> Streets:
    """Return the network of streets in a file, motorways and ways closed to walkers left out.

    Parameters
    ----------
    path
        ``.osm``, ``.osm.pbf``, or a vector file of lines: OS Open Roads, GeoJSON.
    layer, crs
        As for any vector file; the layer of links of OS Open Roads is found.
    bounds
        West, south, east, north in EPSG:27700: only lines that touch it are kept.

    Raises
    ------
    DataError
        The file cannot be read, or no line in it is a street.
    """
    import pandas as pd

    if path.suffix.lower() in OSM:
        frame = read_osm_lines(path)
        highway = frame["highway"].fillna("").astype(str)
        frame = frame[highway != ""]
        closed = frame["tags"].map(_closed_to_walkers)
        kind = highway[highway != ""]
    else:
        frame = read_vector(path, layer=layer or _links(path), crs=crs)
        kind = _kinds(frame)
        foot = frame["foot"].astype(str) if "foot" in frame else pd.Series("", index=frame.index)
        closed = foot.str.lower().isin(_CLOSED)
    motor = kind.str.lower().isin(_NOT_WALKED)
    lines = frame.geometry[~(motor | closed)].to_crs(CRS)
    lines = lines[lines.geom_type.isin(["LineString", "MultiLineString"])]
    notes = {
        "motorways and unbuilt ways left out": int(motor.sum()),
        "ways closed to walkers left out": int((closed & ~motor).sum()),
    }
    if bounds is not None:
        touching = lines.intersects(_rectangle(bounds))
        notes["streets outside the place and its margin"] = int((~touching).sum())
        lines = lines[touching]
    if lines.empty:
        problem = Problem(path.name, "streets", "no street", "lines that people can walk along")
        raise DataError("the streets cannot be used", [problem])
    return make_streets(np.asarray(lines.array, dtype=object), notes)


def _links(path: Path) -> str | None:
    """Return the layer of links in a file of OS Open Roads, None in any other."""
    if path.suffix.lower() not in (".gpkg", ".zip"):
        return None
    names = layer_names(path)
    return next((name for name in names if name.endswith(ROAD_LINKS)), None)


def _kinds(frame: gpd.GeoDataFrame) -> pd.Series:
    """Return the kind of each line in words, "" where the file does not say."""
    import pandas as pd

    by_case = {str(name).casefold(): name for name in frame.columns}
    name = next((by_case[word] for word in _CLASSES if word in by_case), None)
    if name is None:
        return pd.Series("", index=frame.index)
    return frame[name].fillna("").astype(str)


def _closed_to_walkers(tags: dict[str, str]) -> bool:
    foot = tags.get("foot")
    return foot in _CLOSED or (foot is None and tags.get("access") in _CLOSED)


def _rectangle(bounds: Bounds) -> object:
    import shapely

    return shapely.box(*bounds)
