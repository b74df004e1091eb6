"""``placedata history`` and ``placedata rollback``: the versions kept, and serving one again."""

from __future__ import annotations

from typing import Annotated

import typer

from placedata.cli.console import put, reported, say
from placedata.cli.opening import open_place
from placedata.cli.options import DataRoots, Json, PlaceDir, Quiet, Store


@reported
def history(
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """List the versions that are kept, which one is served, and who did what in the audit log."""
    from placedata.stores.audit import read_audit
    from placedata.stores.history import kept_versions

    folder = open_place(place, data_root, store).store
    kept, log = kept_versions(folder), read_audit(folder)
    if as_json:
        put({"versions": kept, "audit": log})
        return
    if not kept:
        say("Nothing is published yet: run placedata build.")
        return
    for item in kept:
        served = "  served" if item.served else ""
        typer.echo(f"{item.id}  {item.published}  {item.layers} layers{served}")
        if item.allowed_imbalance:
            typer.echo(f"    published although unbalanced: {item.allowed_imbalance['reason']}")
    if log:
        typer.echo("Audit log:")
    for line in log:
        reason = f": {line['reason']}" if line["reason"] else ""
        typer.echo(f"    {line['time']}  {line['action']} {line['id']} by {line['user']}{reason}")


@reported
def rollback(
    version: Annotated[
        str | None, typer.Argument(help="The version to serve [default: the one before].")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why, for the audit log.", metavar="TEXT")
    ] = None,
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Serve an earlier version again; nothing is removed, and the audit log tells it."""
    from placedata.snapshot import open_snapshot
    from placedata.stores.rollback import roll_back

    folder = open_place(place, data_root, store).store
    before, after = roll_back(folder, version, reason=reason)
    snapshot = open_snapshot(folder, after)
    if as_json:
        put({"before": before, "served": after, "id": snapshot.id})
    elif not quiet:
        say(f"Snapshot {snapshot.id} of {snapshot.published_date} is served again, not {before}.")
