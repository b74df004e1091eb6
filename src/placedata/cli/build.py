"""``placedata build``: build what has changed and publish a snapshot."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from placedata.cli.console import progress, put, reported, say
from placedata.cli.opening import open_place
from placedata.cli.options import DataRoots, Json, PlaceDir, Quiet, Store

if TYPE_CHECKING:
    from placedata.build import Built
    from placedata.snapshot import Snapshot


@reported
def build(
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    force: Annotated[bool, typer.Option("--force", help="Build everything again.")] = False,
    allow_imbalance: Annotated[
        str | None,
        typer.Option(
            help="Publish layers that do not balance or miss their control total; the reason is "
            "kept in the snapshot and shown with them.",
            metavar="REASON",
        ),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Build what has changed and publish a snapshot; what was served before stays if it fails."""
    from placedata.build.place import build_place

    opened = open_place(place, data_root, store)
    began = time.monotonic()
    with progress(quiet=quiet or as_json) as tell:
        built = build_place(
            opened.catalog(),
            opened.store,
            force=force,
            allow_imbalance=allow_imbalance,
            progress=tell,
        )
    seconds = time.monotonic() - began
    if as_json:
        put(_document(built, seconds))
    elif not quiet:
        _tell(built, seconds)
        if allow_imbalance and not built.snapshot.manifest.get("allowed_imbalance"):
            say("Every layer balances: the reason was not needed, and is not kept.")


def _document(built: Built, seconds: float) -> dict[str, object]:
    snapshot = built.snapshot
    return {
        "snapshot": snapshot.id,
        "changed": built.changed,
        "layers_built": built.layers,
        "layers_kept": built.reused,
        "allowed_imbalance": snapshot.manifest.get("allowed_imbalance"),
        "warnings": snapshot.index.get("warnings", []),
        "seconds": round(seconds, 2),
        "ledgers": {record.id: record.ledger for record in snapshot.layers.values()},
    }


def _tell(built: Built, seconds: float) -> None:
    snapshot = built.snapshot
    if not built.changed:
        say(f"Nothing has changed: {snapshot.place['name']} stays at snapshot {snapshot.id}.")
        tell_warnings(snapshot)
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
    for problems in snapshot.manifest.get("allowed_imbalance", {}).get("layers", {}).values():
        for problem in problems:
            say(f"Published although: {problem}")
    tell_warnings(snapshot)
    say(f"Snapshot {snapshot.id} is published.")


def tell_warnings(snapshot: Snapshot) -> None:
    """Say how many warnings a snapshot has, of which kinds."""
    kinds = Counter(item["kind"] for item in snapshot.index.get("warnings", []))
    if kinds:
        total = sum(kinds.values())
        listed = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
        say(f"{total} warning{'s' if total != 1 else ''}: {listed} (placedata check tells each).")
