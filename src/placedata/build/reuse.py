"""Layers taken over from the snapshot before, where nothing that they depend on has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.build.tracing import kept_rests, kept_rows
from placedata.layers.layer import VALUE_COLUMNS, Flow, Layer, Summary
from placedata.observations import Ledger, SourceFile
from placedata.snapshot.names import TRACE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from placedata.catalog import Catalog
    from placedata.snapshot import Snapshot


def reused_layers(
    catalog: Catalog, previous: Snapshot | None, keys: Mapping[str, str]
) -> dict[str, Layer]:
    """Return layer id -> layer as the previous snapshot has it, for those with the same key."""
    if previous is None or not (previous.directory / TRACE).is_file():
        return {}
    before = previous.manifest.get("layer_keys", {})
    return {
        name: _layer(catalog, previous, name)
        for name, key in keys.items()
        if before.get(name) == key and name in previous.layers
    }


def _layer(catalog: Catalog, snapshot: Snapshot, name: str) -> Layer:
    record = snapshot.layer(name)
    values = snapshot.values[snapshot.values["layer"] == name]
    ledger = dict(record.ledger)
    ledger["examples"] = {key: tuple(items) for key, items in ledger["examples"].items()}
    return Layer(
        catalog.layers[name].definition,
        values[list(VALUE_COLUMNS)].reset_index(drop=True),
        record.method,
        Ledger(**ledger),
        tuple(Flow(**flow) for flow in record.flows),
        tuple(Summary(**summary) for summary in record.summaries),
        tuple(SourceFile(**source) for source in record.sources),
        record.notes,
        rows=kept_rows(snapshot, name),
        errors=dict(record.errors),
        rests=kept_rests(snapshot, name),
        apportionment=record.apportionment,
        breaks=record.breaks,
    )
