"""What a snapshot has to lay over its map: things of layers, outlines of other geographies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from placedata.layers.cells import RAMP
from placedata.snapshot.names import CELLS, CELLS_OF, LINES, THINGS

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from placedata.layers.cells import Cells
    from placedata.snapshot.reading import Snapshot

#: Colours of cells, from the low to the high end.
CELL_RAMP = RAMP
_COLUMNS = ("name", "x", "y", "area_code", "layer")


def read_things(snapshot: Snapshot) -> pd.DataFrame:
    """Return services, assets and sensors of all layers; empty for older snapshots.

    Columns ``layer``, ``name``, ``x``, ``y`` (EPSG:27700, metres), ``area_code`` ("" outside).
    """
    import pandas as pd

    path = snapshot.directory / THINGS
    if not path.is_file():
        return pd.DataFrame(columns=list(_COLUMNS))
    return pd.read_parquet(path)


def cell_records(snapshot: Snapshot) -> Mapping[str, Mapping[str, Any]]:
    """Return layer -> what is told of its cells.

    ``bounds`` (EPSG:27700), ``period``; of amounts ``low`` and ``high``; of land cover ``classes``
    (name, colour, share, counted) and ``most`` (area code -> place in the classes, per cent).
    """
    path = snapshot.directory / CELLS
    if not path.is_file():
        return {}
    found: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return found


def cells_file(snapshot: Snapshot, layer: str) -> Path:
    """Return where the picture of a layer's cells is."""
    return snapshot.directory / CELLS_OF.format(layer)


def read_cells(snapshot: Snapshot, layer: str) -> Cells | None:
    """Return the cells of a layer as a snapshot has them; None where it has none."""
    from placedata.layers.cell_classes import CellClass
    from placedata.layers.cells import Cells

    record = cell_records(snapshot).get(layer)
    if record is None:
        return None
    bounds = tuple(record["bounds"])
    png = cells_file(snapshot, layer).read_bytes()
    classes = tuple(CellClass(**item) for item in record.get("classes", ()))
    most = {code: (int(at), share) for code, (at, share) in record.get("most", {}).items()}
    return Cells(png, bounds, record["low"], record["high"], record["period"], classes, most)


def lines_file(snapshot: Snapshot, geography: str) -> Path:
    """Return where the outlines of another geography are, as GeoJSON lines (EPSG:4326)."""
    return snapshot.directory / LINES.format(geography)


def line_geographies(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the geographies whose outlines can be laid over the map, in order of their names."""
    before, _, after = LINES.partition("{}")
    found = snapshot.directory.glob(f"{before}*{after}")
    return tuple(sorted(path.name.removeprefix(before).removesuffix(after) for path in found))
