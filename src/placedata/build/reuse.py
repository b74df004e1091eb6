"""Layers taken over from the snapshot before, where nothing that they depend on has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.build.overlays import kept_things
from placedata.build.tracing import kept_rests, kept_rows
from placedata.catalog import needed
from placedata.layers.layer import VALUE_COLUMNS, Flow, Layer, Summary
from placedata.layers.things import kind_of
from placedata.observations import Ledger, SourceFile
from placedata.snapshot.names import CELLS, TRACE
from placedata.snapshot.overlays import cell_records, read_cells
from placedata.trust.disclosure import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from placedata.catalog import Catalog
    from placedata.snapshot import LayerRecord, Snapshot


def reused_layers(
    catalog: Catalog, previous: Snapshot | None, keys: Mapping[str, str]
) -> dict[str, Layer]:
    """Return layer id -> layer as the previous snapshot has it, for those with the same key.

    A layer that hides or rounds figures is built again, since the snapshot does not have them all;
    so is one that is made of such a layer.
    """
    if previous is None or not (previous.directory / TRACE).is_file():
        return {}
    before = previous.manifest.get("layer_keys", {})
    kept: dict[str, Layer] = {}
    for name, key in keys.items():
        others = needed(catalog.layers[name].definition)
        same = before.get(name) == key and name in previous.layers
        if _drawn(catalog, name) and not _kept_drawing(catalog, previous, name):
            continue  # made by an older placedata, which kept nothing to lay over maps
        if same and _whole(previous.layer(name)) and all(other in kept for other in others):
            kept[name] = _layer(catalog, previous, name)
    return kept


def _drawn(catalog: Catalog, name: str) -> bool:
    """Tell whether a layer has points or cells that are laid over maps."""
    definition = catalog.layers[name].definition
    raster = definition.source is not None and definition.source.loader == "raster"
    return raster or kind_of(definition) is not None


def _kept_drawing(catalog: Catalog, previous: Snapshot, name: str) -> bool:
    """Tell whether a snapshot kept what is laid over maps; land cover is kept since its colours."""
    zonal = catalog.layers[name].definition.zonal
    if zonal is not None and zonal.classes is not None:
        return name in cell_records(previous)
    return (previous.directory / CELLS).is_file()


def _whole(record: LayerRecord) -> bool:
    """Tell whether a snapshot has all figures of a layer, as they were made."""
    rule = record.disclosure
    return bool(rule) and not (rule["hidden"] or rule["rounding"] > 1 or rule["dominance"])


def _rule(record: LayerRecord) -> Rule:
    told = {key: value for key, value in record.disclosure.items() if key != "hidden"}
    return Rule(**told)


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
        rule=_rule(record),
        rests=kept_rests(snapshot, name),
        apportionment=record.apportionment,
        breaks=record.breaks,
        things=kept_things(snapshot, name),
        cells=read_cells(snapshot, name),
    )
