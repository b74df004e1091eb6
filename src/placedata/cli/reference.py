"""``placedata schema``: what layer, place and framework files may say, and scorecards do."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from placedata.cli.console import reported, say
from placedata.cli.options import Quiet
from placedata.errors import Problem, UsageError, nearest


@reported
def schema(
    kind: Annotated[str, typer.Argument(help="layer, place, framework or scorecard.")] = "layer",
    out: Annotated[
        str | None, typer.Option(help="Folder to write all schemas to.", metavar="DIR")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write the JSON Schema of a kind of file, with which an editor completes and checks it.

    That of scorecards says what `placedata scorecard --format json` writes.
    """
    from placedata.recipes.schemas import EXPORTS, SCHEMAS, as_text, write_schemas

    makers = {**SCHEMAS, **EXPORTS}
    if kind not in makers:
        allowed, near = ", ".join(makers), nearest(kind, makers)
        problem = Problem("command line", "KIND", repr(kind), allowed, suggestion=near)
        raise UsageError("there is no schema of that kind of file", [problem])
    if out is None:
        sys.stdout.write(as_text(makers[kind]()))
        return
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    changed = write_schemas(folder)
    if not quiet:
        say(f"Written to {out}: {', '.join(changed) or 'nothing, they were up to date'}.")
