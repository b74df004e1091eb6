"""What is laid over the map: outlines of other geographies, and things of layers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.levels import level_id
from dashboard.map_look import LONGEST, said
from dashboard.served import served
from placedata.errors import nearest
from placedata.geography import geography_in_words
from placedata.maps.over import MOST_OVER, NONE, SIGNS, LaidOver, Over, laid_over
from placedata.maps.over import thing_layers as things_named
from placedata.snapshot.overlays import (
    CELL_RAMP,
    cell_records,
    line_geographies,
    read_things,
)

if TYPE_CHECKING:
    import pandas as pd

    from placedata.snapshot import Snapshot

#: More things than these are clusters on the map, and the table has the first of them.
MOST_POINTS = 500


def read_over(arguments: Mapping[str, str], snapshot: Snapshot, notices: list[str]) -> Over:
    """Return what an address wants over the map; a notice for each part that is not there.

    Parameters
    ----------
    arguments
        ``lines``: a geography; ``over``: layer ids, parted by commas; ``cells``: a layer id.
    """
    cells = _cells_asked(arguments.get("cells", ""), snapshot, notices)
    lines, asked = arguments.get("lines", ""), arguments.get("over", "")
    known = [name for name, _ in line_choices(snapshot)]
    if lines and lines not in known:
        near = nearest(lines[:LONGEST], known)
        hint = f" Did you mean ‘{near}’?" if near else ""
        notices.append(f"There are no outlines {said(lines)}.{hint} None are drawn.")
        lines = ""
    drawn = thing_layers(snapshot)
    wanted = list(dict.fromkeys(name for name in asked.split(",") if name))
    for name in [name for name in wanted if name not in drawn][:3]:
        near = nearest(name[:LONGEST], drawn)
        hint = f" Did you mean ‘{near}’?" if near else ""
        notices.append(f"No points of {said(name)} can be drawn.{hint}")
    wanted = [name for name in wanted if name in drawn]
    if len(wanted) > MOST_OVER:
        notices.append(f"At most {MOST_OVER} layers of points are drawn at once.")
    return Over(lines, tuple(wanted[:MOST_OVER]), cells)


def _cells_asked(asked: str, snapshot: Snapshot, notices: list[str]) -> str:
    known = cell_choices(snapshot)
    if not asked or asked in known:
        return asked
    near = nearest(asked[:LONGEST], known)
    hint = f" Did you mean ‘{near}’?" if near else ""
    notices.append(f"There are no cells of {said(asked)}.{hint} None are drawn.")
    return ""


def cell_choices(snapshot: Snapshot) -> dict[str, str]:
    """Return layer id -> title of the layers whose raster can be drawn."""
    there = _records(snapshot)
    return {name: record.title for name, record in snapshot.layers.items() if name in there}


def _records(snapshot: Snapshot) -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = served().made(
        ("cells", snapshot.id), lambda: cell_records(snapshot)
    )
    return found


def over_query(over: Over) -> dict[str, str]:
    """Return the parts of an address that say what is over the map."""
    return {"lines": over.lines, "over": ",".join(over.things), "cells": over.cells}


def line_choices(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """Return geographies whose outlines can be drawn, with their names."""
    return tuple((name, geography_in_words(name)) for name in _lines(snapshot))


def _lines(snapshot: Snapshot) -> tuple[str, ...]:
    found: tuple[str, ...] = served().made(
        ("lines", snapshot.id), lambda: line_geographies(snapshot)
    )
    return found


def things_in(snapshot: Snapshot) -> pd.DataFrame:
    """Return the things of all layers of the place's own snapshot, read once."""
    found: pd.DataFrame = served().made(("things", snapshot.id), lambda: read_things(snapshot))
    return found


def thing_layers(snapshot: Snapshot) -> dict[str, str]:
    """Return layer id -> what its points are called: ``Distance to a library: services``."""
    return served().made(
        ("thing layers", snapshot.id),
        lambda: things_named(snapshot, frozenset(things_in(snapshot)["layer"])),
    )


def over_document(snapshot: Snapshot, over: Over, base: str) -> dict[str, Any]:
    """Return the addresses that the map fetches."""
    return {
        "raster": _raster(snapshot, over.cells, base) if over.cells else None,
        "outlineUrl": f"{base}/lines/{over.lines}.geojson" if over.lines else None,
        "points": f"{base}/things.geojson?over={','.join(over.things)}" if over.things else None,
    }


def _raster(snapshot: Snapshot, layer: str, base: str) -> dict[str, Any]:
    """Return address and corners (EPSG:4326, clockwise from the north-west) of a raster."""
    from pyproj import Transformer

    from placedata.geography import CRS, WEB_CRS

    west, south, east, north = _records(snapshot)[layer]["bounds"]
    to_web = Transformer.from_crs(CRS, WEB_CRS, always_xy=True)
    corners = [(west, north), (east, north), (east, south), (west, south)]
    placed = [[round(part, 6) for part in to_web.transform(*corner)] for corner in corners]
    return {"url": f"{base}/cells/{layer}.png", "corners": placed}


def laid(snapshot: Snapshot, over: Over) -> LaidOver | None:
    """Return what is over the map, read once for each snapshot; None where nothing is."""
    if over == NONE:
        return None
    found: LaidOver = served().made(("laid", snapshot.id, over), lambda: laid_over(snapshot, over))
    return found


def over_words(snapshot: Snapshot, over: Over, shown: Snapshot) -> dict[str, Any] | None:
    """Return what legend and table say of what is over the map; None where nothing is.

    Parameters
    ----------
    snapshot, shown
        The place's own, and that of the level shown.
    """
    found = laid(snapshot, over)
    if found is None:
        return None
    return {
        "lines": found.lines,
        "groups": found.groups,
        "cells": found.cells,
        "ramp": ", ".join(CELL_RAMP),
        "count": found.count,
        "most": MOST_POINTS,
        "one": found.nouns[0],
        "source": found.source,
        "own": level_id(shown) == "",
    }


def things_geojson(snapshot: Snapshot, layers: Sequence[str]) -> str:
    """Return points (EPSG:4326) of some layers, each with its name and letter."""
    from pyproj import Transformer

    from placedata.geography import CRS, WEB_CRS

    things, features = things_in(snapshot), []
    to_web = Transformer.from_crs(CRS, WEB_CRS, always_xy=True)
    for sign, layer in zip(SIGNS, layers, strict=False):
        found = things[things["layer"] == layer]
        east, north = to_web.transform(found["x"].to_numpy(), found["y"].to_numpy())
        features += [
            {
                "type": "Feature",
                "properties": {"name": str(name), "sign": sign, "layer": layer},
                "geometry": {"type": "Point", "coordinates": [round(x, 5), round(y, 5)]},
            }
            for name, x, y in zip(found["name"], east, north, strict=True)
        ]
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
