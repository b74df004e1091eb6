"""``placedata trace``: where one figure comes from, down to the rows of the files."""

from __future__ import annotations

from typing import Annotated

import typer

from placedata.cli.console import DataRoots, Json, PlaceDir, Store, put, reported, say
from placedata.cli.opening import open_place


@reported
def trace(
    layer: Annotated[str, typer.Argument(help="Layer id.", metavar="LAYER")],
    area: Annotated[str, typer.Argument(help="Area code.", metavar="AREA")],
    period: Annotated[
        str | None, typer.Option(help="Period of the figure [default: the newest].")
    ] = None,
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Tell where a figure comes from: formula, rows, files with their hashes, licence."""
    from placedata.snapshot.trace import lines_of

    found = open_place(place, data_root, store).snapshot.trace(layer, area, period)
    if as_json:
        put(found)
        return
    for line in lines_of(found):
        say(line)
