"""What a snapshot has to lay over its map: things of layers, outlines of other geographies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.snapshot.names import LINES, THINGS

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from placedata.snapshot.reading import Snapshot

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


def lines_file(snapshot: Snapshot, geography: str) -> Path:
    """Return where the outlines of another geography are, as GeoJSON lines (EPSG:4326)."""
    return snapshot.directory / LINES.format(geography)


def line_geographies(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the geographies whose outlines can be laid over the map, in order of their names."""
    before, _, after = LINES.partition("{}")
    found = snapshot.directory.glob(f"{before}*{after}")
    return tuple(sorted(path.name.removeprefix(before).removesuffix(after) for path in found))
