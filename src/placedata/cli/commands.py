"""The list of commands."""

from __future__ import annotations

from typing import Annotated

import typer

from placedata.cli import (
    build,
    check,
    diff,
    export,
    history,
    ledger,
    new,
    readiness,
    reference,
    sample,
    score,
    score_compare,
    scorecard,
    serve,
    trace,
)
from placedata.cli.map import write_map

app = typer.Typer(
    name="placedata",
    help="Turn addresses, sensors and deprivation indices into ward-level layers and scores.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="markdown",  # "[default: all]" would be taken for markup, and left out
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("init")(new.init)
app.command("new-layer")(new.new_layer)
app.command("sample")(sample.sample)
app.command("check")(check.check)
app.command("build")(build.build)
app.command("history")(history.history)
app.command("rollback")(history.rollback)
app.command("diff")(diff.diff)
app.command("layers")(export.layers)
app.command("readiness")(readiness.readiness)
app.command("score")(score.score)
app.command("score-compare")(score_compare.score_compare)
app.command("scorecard")(scorecard.scorecard)
app.command("export")(export.export)
app.command("map")(write_map)
app.command("serve")(serve.serve)
app.command("trace")(trace.trace)
app.command("ledger")(ledger.ledger)
app.command("schema")(reference.schema)


def _version(value: bool) -> None:  # noqa: FBT001
    if value:
        from placedata.version import VERSION

        typer.echo(f"placedata {VERSION}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Turn addresses, sensors and deprivation indices into ward-level layers and scores."""
