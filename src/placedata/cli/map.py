"""``placedata map``: a map of one or more layers as one HTML file that needs no network."""

from __future__ import annotations

from typing import Annotated

import typer

from placedata.cli.console import DataRoots, Json, PlaceDir, Quiet, Store, put, reported, say
from placedata.cli.opening import open_place
from placedata.wording import plural


@reported
def write_map(
    layers: Annotated[
        list[str], typer.Argument(help="Layer ids, or score.PART for a score.", metavar="LAYER...")
    ],
    out: Annotated[str, typer.Option(help="File to write.", metavar="FILE")] = "map.html",
    period: Annotated[
        str | None, typer.Option(help="Period of every layer [default: the newest of each].")
    ] = None,
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a map of layers to one HTML file that opens with no network."""
    from placedata.maps.standalone import standalone_map

    snapshot = open_place(place, data_root, store).snapshot
    made = standalone_map(snapshot, layers, period)
    path = made.save(out)
    if as_json:
        put(
            {
                "snapshot": snapshot.id,
                "file": path.as_posix(),
                "layers": made.layers,
                "bytes": made.size,
            }
        )
    elif not quiet:
        say(
            f"{plural(len(made.layers), 'layer')} of {plural(made.areas, 'area')} written to "
            f"{path} ({made.size / 1000:,.0f} kB); it opens with no network."
        )
