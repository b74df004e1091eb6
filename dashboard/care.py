"""What is said plainly where figures were shared out by area overlap, the weakest of the ways."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dashboard.levels import area_words, level_id
from placedata.wording import plural

if TYPE_CHECKING:
    from placedata.snapshot import LayerRecord, Snapshot

#: How the method of such a layer says it.
SIGN = "area overlap"


def shared_by_area(record: LayerRecord) -> bool:
    """Whether a layer's figures came to the areas by area overlap."""
    return SIGN in record.method


def layer_care(snapshot: Snapshot, own: Snapshot, record: LayerRecord) -> str:
    """Return what to know of a layer at a level; empty where it was not shared out by area."""
    if not shared_by_area(record):
        return ""
    smaller, _ = area_words(own)
    made = "These figures were" if not level_id(snapshot) else "They are made of figures that were"
    return (
        f"{made} shared out to {area_words(own)[1]} by area overlap, as if people were spread "
        f"evenly over the land. The figure of a single {smaller} can be far out."
    )


def score_care(snapshot: Snapshot, own: Snapshot, layers: Iterable[str]) -> str:
    """Return what to know of a score that rests on some layers; empty where none is shared so."""
    records = [snapshot.layers[layer] for layer in layers if layer in snapshot.layers]
    shared = sum(map(shared_by_area, records))
    if not shared:
        return ""
    smaller, many = area_words(own)
    whole = plural(len(records), "indicator")
    counted = f"All {whole}" if shared == len(records) else f"{shared} of the {whole}"
    if len(records) == 1:
        counted = "The one indicator"
    verb = "was" if shared == 1 else "were"
    return (
        f"{counted} behind it {verb} shared out to {many} by area overlap, as if people were "
        f"spread evenly over the land. The figure of a single {smaller} can be far out."
    )


def indicators_below(snapshot: Snapshot, node: str) -> list[str]:
    """Return the layers that a node of the index rests on, at any depth."""
    framework = snapshot.framework
    found = [item.id for item in framework.indicators_of(node)]
    for child in framework.children(node):
        found += indicators_below(snapshot, child.id)
    return found
