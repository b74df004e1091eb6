"""Write what can be laid over the map: things of layers, and outlines of other geographies."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from placedata.build.scoring import write_json
from placedata.geography import WEB_CRS
from placedata.snapshot import names
from placedata.snapshot.overlays import read_things

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from placedata.geography import Boundaries
    from placedata.layers import Ground, Layer
    from placedata.snapshot import Snapshot

#: Outlines of more areas than these would cover the map.
MOST_AREAS = 2_000
#: Metres: detail of outlines finer than this is dropped, since they lie over others.
DETAIL = 8.0
#: Decimals of a degree: about 1 m.
DEGREE_DECIMALS = 5


def write_overlays(folder: Path, ground: Ground, layers: list[Layer]) -> None:
    """Write ``things.parquet``, and one file of lines for each other geography of the place."""
    import pandas as pd

    frames = [layer.things.assign(layer=layer.id) for layer in layers if layer.things is not None]
    if frames:
        things = pd.concat(frames, ignore_index=True)
        things.to_parquet(folder / names.THINGS, index=False, compression="zstd")
    told = {}
    for layer in layers:
        if layer.cells is not None:
            (folder / names.CELLS_OF.format(layer.id)).write_bytes(layer.cells.png)
            fields = dataclasses.asdict(layer.cells)
            told[layer.id] = {name: fields[name] for name in fields if name != "png"}
    write_json(folder / names.CELLS, told)
    place = ground.catalog.place
    for geography in place.boundaries:
        if geography == place.geography:
            continue
        found = ground.boundaries(geography)
        if len(found.codes) <= MOST_AREAS:
            _write_lines(folder / names.LINES.format(geography), found)


def kept_things(snapshot: Snapshot, layer: str) -> pd.DataFrame | None:
    """Return the things of a layer as a snapshot has them."""
    every = read_things(snapshot)
    things = every[every["layer"] == layer]
    return None if things.empty else things.drop(columns="layer").reset_index(drop=True)


def _write_lines(path: Path, areas: Boundaries) -> None:
    """Write the outlines of areas as lines, each shared border once."""
    import geopandas as gpd
    import shapely

    lines = shapely.union_all(shapely.boundary(areas.frame.geometry.to_numpy()))
    merged = shapely.line_merge(lines).simplify(DETAIL)
    web = gpd.GeoSeries([merged], crs=areas.frame.crs).to_crs(WEB_CRS)
    drawn = shapely.set_precision(web.to_numpy()[0], 10.0**-DEGREE_DECIMALS, mode="pointwise")
    feature = {
        "type": "Feature",
        "properties": {"areas": len(areas.codes)},
        "geometry": json.loads(shapely.to_geojson(drawn)),
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}, separators=(",", ":"))
    path.write_text(text, "utf-8")
