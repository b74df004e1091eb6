"""Options and arguments that several commands have, each written once."""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Write one JSON document to stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but problems.")]
PlaceDir = Annotated[str, typer.Option("--place", "-p", help="The place folder.", metavar="DIR")]
DataRoots = Annotated[
    list[str] | None,
    typer.Option("--data-root", help="Where a data root of place.yaml is.", metavar="NAME=DIR"),
]
Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="Where snapshots are kept [default: .placedata in the place].",
        metavar="DIR",
    ),
]
Out = Annotated[str | None, typer.Option(help="Folder for all results.", metavar="DIR")]
LayerIds = Annotated[list[str] | None, typer.Argument(help="Layer ids [default: all].")]
