"""``placedata build``: build what has changed and publish a snapshot."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from placedata.cli.console import (
    DataRoots,
    Json,
    PlaceDir,
    Quiet,
    Store,
    progress,
    put,
    reported,
    say,
)
from placedata.cli.opening import open_place


@reported
def build(
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    force: Annotated[bool, typer.Option("--force", help="Build everything again.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Build what has changed and publish a snapshot; what was served before stays if it fails."""
    opened = open_place(place, data_root, store)
    began = time.monotonic()
    with progress(quiet=quiet or as_json) as tell:
        built = opened.build(force=force, progress=tell)
    seconds = time.monotonic() - began
    snapshot = built.snapshot
    if as_json:
        put(
            {
                "snapshot": snapshot.id,
                "changed": built.changed,
                "layers_built": built.layers,
                "layers_kept": built.reused,
                "seconds": round(seconds, 2),
                "ledgers": {record.id: record.ledger for record in snapshot.layers.values()},
            }
        )
        return
    if quiet:
        return
    if not built.changed:
        say(f"Nothing has changed: {snapshot.place['name']} stays at snapshot {snapshot.id}.")
        return
    rows = sum(record.ledger["rows_in"] for record in snapshot.layers.values())
    rejected = sum(sum(record.ledger["rejected"].values()) for record in snapshot.layers.values())
    say(
        f"Built {snapshot.place['name']}: {built.layers} layers anew, {built.reused} kept, "
        f"in {seconds:.1f} s."
    )
    say(
        f"{rows:,} rows in, {rows - rejected:,} used, {rejected:,} rejected "
        "(placedata check tells why)."
    )
    say(f"Snapshot {snapshot.id} is published.")
