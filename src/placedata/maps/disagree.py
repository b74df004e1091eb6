"""Who would disagree about ranks: words, and whether a snapshot knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

#: Before the id of a node of the index about whose ranks people would disagree.
DISAGREE = "disagree."
UNIT = "% of weightings"
MEANING = (
    "Weights are a choice. Of all the weights that people could give to the parts of the index, "
    "this share would move the area into or out of the first or the last tenth. 0 means that "
    "everyone would agree, whatever they hold to be important."
)
DRAWN = "Weight sets evenly distributed over all that there are, on every node of the index"


def has_disagreement(snapshot: Snapshot, node: str) -> bool:
    """Return whether a snapshot says who would disagree about a node; older ones do not."""
    return bool(snapshot.score_table(node)["disagree"].notna().any())
