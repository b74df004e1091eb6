"""``placedata trace``: where one figure comes from, down to the rows of the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from placedata.cli.console import put, reported, say
from placedata.cli.opening import open_place
from placedata.cli.options import DataRoots, Json, PlaceDir, Store
from placedata.errors import Problem, UsageError

if TYPE_CHECKING:
    from placedata.place import Place
    from placedata.snapshot.trace import Trace


@reported
def trace(
    layer: Annotated[
        str,
        typer.Argument(
            help="Layer id, score.NODE for a score, or the reference that an export tells.",
            metavar="LAYER",
        ),
    ],
    area: Annotated[
        str | None, typer.Argument(help="Area code; none with a reference.", metavar="AREA")
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="Period of the figure [default: the newest].")
    ] = None,
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Tell where a figure comes from: formula, rows, files with their hashes, licence."""
    from placedata.snapshot.trace_lines import lines_of

    found = _found(open_place(place, data_root, store), layer, area, period)
    if as_json:
        put(found)
        return
    for line in lines_of(found):
        say(line)


def _found(place: Place, layer: str, area: str | None, period: str | None) -> Trace:
    """Return the trace of what is named; a reference names its snapshot too."""
    if area is not None:
        return place.trace(layer, area, period)
    if "/" not in layer:
        problem = Problem("command line", "AREA", "nothing", "an area code, after the layer")
        raise UsageError(f"which area's {layer} is to be traced?", [problem])
    return place.trace(layer)
