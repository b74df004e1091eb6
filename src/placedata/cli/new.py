"""``placedata init`` and ``placedata new-layer``: a new place, and a new layer file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from placedata.cli.console import put, reported, say
from placedata.cli.options import Json, PlaceDir, Quiet


@reported
def init(
    directory: Annotated[str, typer.Argument(help="Folder of the new place.", metavar="DIR")],
    boundaries: Annotated[
        str, typer.Option(help="Outlines of the wards: GeoJSON, GeoPackage, shapefile …")
    ],
    name: Annotated[str, typer.Option(help="Name of the place.")],
    geography: Annotated[
        str | None,
        typer.Option(help="Level and edition of the codes, wd25 [default: from the code column]."),
    ] = None,
    publisher: Annotated[str, typer.Option(help="Who publishes the place.")] = "",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a new place from its ward outlines: place.yaml, one example layer, ready to build."""
    from placedata.recipes.new_place import new_place

    made = new_place(
        Path(directory), Path(boundaries), name, geography=geography, publisher=publisher
    )
    if as_json:
        put(made)
    elif not quiet:
        say(f"Made {name}: {made.areas} areas of {made.geography} in {directory}.")
        for note in made.notes:
            say(f"  note: {note}")
        say(f"Next: placedata check --place {directory}")
        say(f"      placedata build --place {directory}")
        say(f"      placedata serve --place {directory}")


@reported
def new_layer(
    file: Annotated[
        str, typer.Argument(help="Table to make a layer of: CSV, spreadsheet, Parquet.")
    ],
    column: Annotated[
        str | None, typer.Option(help="Column of the value [default: the first of numbers].")
    ] = None,
    place: PlaceDir = ".",
    out: Annotated[
        str | None, typer.Option(help="File to write [default: layers/NAME.yaml of the place].")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Look at a table and draft the layer file for it."""
    from placedata.recipes.new_layer import draft_layer

    draft = draft_layer(Path(file), Path(place), column=column)
    path = Path(out) if out else Path(place) / "layers" / f"{draft.id}.yaml"
    draft.write(path)
    if as_json:
        put({"file": path.as_posix(), "columns": draft.columns, "layer": draft.id})
        return
    if not quiet:
        say(f"{draft.rows:,} rows; columns:")
        for described in draft.columns:
            say(f"  {described}")
        say(f"Drafted {path}. Fill in what says TO FILL IN, then: placedata check --place {place}")
