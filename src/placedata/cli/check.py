"""``placedata check``: every mistake in every file, and where every row went, nothing published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from placedata.cli.console import progress, put, reported, say
from placedata.cli.diff import tell_changes
from placedata.cli.opening import open_place
from placedata.cli.options import DataRoots, Json, PlaceDir, Quiet, Store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from placedata.layers import Layer


@reported
def check(
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    impact: Annotated[
        bool,
        typer.Option(
            "--impact", help="Tell what publishing now would move, beside the snapshot served."
        ),
    ] = False,
    level: Annotated[
        str | None,
        typer.Option(help="With --impact: larger areas to tell of [default: the place's own]."),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check every layer file and its data; tell every mistake at once; publish nothing."""
    from placedata.build.place import build_layers, preview
    from placedata.layers import Ground
    from placedata.snapshot.changes import changes
    from placedata.stores.files import current_version
    from placedata.trust.warnings import doubts

    opened = open_place(place, data_root, store)
    with progress(quiet=quiet or as_json) as tell:
        catalog = opened.catalog()
        ground = Ground(catalog)
        layers = build_layers(catalog, ground, store=opened.store, progress=tell)
    moved = None
    if impact and current_version(opened.store) is not None:
        with preview(catalog, ground, layers, opened.store) as after:
            moved = changes(opened.snapshot, after, level)
    found = doubts(layers.values())
    if as_json:
        told: dict[str, object] = {"layers": [summary(layer) for layer in layers.values()]}
        told["warnings"] = found
        put({**told, "impact": moved.document() if moved else None} if impact else told)
        return
    if not quiet:
        for layer in layers.values():
            tell_ledger(layer)
    for doubt in found:
        say(f"Warning: {doubt.text}.")
    many = len(layers) != 1
    say(f"{len(layers)} layer{'s are' if many else ' is'} right.")
    tell_hidden(layers.values())
    if moved is not None:
        tell_changes(moved)
    elif impact:
        say("Nothing is published yet, so there is nothing that a build would move.")


def summary(layer: Layer) -> dict[str, object]:
    """Return what is told of a layer's rows and figures."""
    latest = layer.values[layer.values["period"] == layer.periods[-1]]
    return {
        "layer": layer.id,
        "method": layer.method,
        "periods": layer.periods,
        "wards_with_a_value": int((latest["status"] == "ok").sum()),
        "wards": len(latest),
        "ledger": layer.ledger,
        "flows": layer.flows,
        "notes": layer.notes,
        "disclosure": {**(layer.rule.document if layer.rule else {}), "hidden": layer.counts},
    }


def tell_hidden(layers: Iterable[Layer]) -> None:
    """Say how many figures are not shown, by the rule that hides them."""
    from placedata.build.disclosing import WHY

    total: dict[str, int] = {}
    for layer in layers:
        for reason, count in layer.counts.items():
            total[reason] = total.get(reason, 0) + count
    if not total:
        say("Disclosure control hides no figure.")
        return
    parts = [f"{count:,} {WHY[reason]}" for reason, count in sorted(total.items())]
    say(f"Disclosure control hides {sum(total.values()):,} figures: {'; '.join(parts)}.")


def tell_ledger(layer: Layer) -> None:
    """Say where a layer's rows and figures went, in lines."""
    ledger = layer.ledger
    latest = layer.values[layer.values["period"] == layer.periods[-1]]
    ok = int((latest["status"] == "ok").sum())
    say(
        f"{layer.id}: {ledger.rows_in:,} rows in, {ledger.used:,} used; "
        f"{ok} of {len(latest)} wards; {layer.method}"
    )
    for reason, count in ledger.rejected.items():
        if count:
            examples = ", ".join(ledger.examples.get(reason, ())[:2])
            say(f"    rejected {count:,}: {reason}" + (f" ({examples})" if examples else ""))
    flow = layer.flows[-1]
    if flow.outside or flow.unallocated:
        say(
            f"    {flow.period}: {flow.amount_in:,.10g} in, {flow.allocated:,.10g} in wards, "
            f"{flow.unallocated:,.10g} unallocated, {flow.outside:,.10g} outside the place"
        )
    if layer.counts:
        from placedata.build.disclosing import WHY

        parts = [f"{count:,} {WHY[reason]}" for reason, count in sorted(layer.counts.items())]
        say(f"    not shown: {'; '.join(parts)}")
    for note in layer.notes:
        say(f"    note: {note}")
