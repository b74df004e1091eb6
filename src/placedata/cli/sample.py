"""``placedata sample``: make the fictional place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from placedata.cli.console import put, reported, say
from placedata.cli.options import Json, Quiet

DEFAULT_SEED = 2025


@reported
def sample(
    directory: Annotated[str, typer.Argument(help="Folder to make it in.")] = "aldermarsh",
    seed: Annotated[int, typer.Option(help="Seed of its chance.")] = DEFAULT_SEED,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make the files of the fictional borough Aldermarsh."""
    from placedata.sample import make_sample

    made = make_sample(Path(directory), seed=seed)
    if as_json:
        put(made)
    elif not quiet:
        say(f"Made the fictional place in {directory}.")
        say(f"Next: placedata build --place {directory}")
