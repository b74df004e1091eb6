"""``placedata map``: a map of one or more layers as one HTML file that needs no network."""

from __future__ import annotations

from typing import Annotated

import typer

from placedata.cli.console import put, reported, say
from placedata.cli.opening import open_place
from placedata.cli.options import DataRoots, Json, PlaceDir, Quiet, Store
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
    classes: Annotated[
        str, typer.Option(help="quantiles, equal, natural, bands or around.")
    ] = "quantiles",
    k: Annotated[int, typer.Option(help="How many classes, 2 to 9.")] = 5,
    unclear: Annotated[
        bool, typer.Option(help="Hatch what is not clearly different from the average.")
    ] = False,
    lines: Annotated[
        str, typer.Option(help="Outlines of another geography of the place.", metavar="GEOGRAPHY")
    ] = "",
    over: Annotated[
        list[str] | None,
        typer.Option(help="Layer whose services, assets or sensors are drawn; up to 4 times."),
    ] = None,
    cells: Annotated[str, typer.Option(help="Layer whose raster is drawn.", metavar="LAYER")] = "",
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a map of layers to one HTML file that opens with no network."""
    from placedata.maps.classing import Classing
    from placedata.maps.over import NONE, Over, laid_over
    from placedata.maps.standalone import standalone_map

    classing, wanted = Classing(classes, k, unclear), Over(lines, tuple(over or ()), cells)
    snapshot = open_place(place, data_root, store).snapshot
    laid = None if wanted == NONE else laid_over(snapshot, wanted)
    made = standalone_map(snapshot, layers, period, classing, laid)
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
