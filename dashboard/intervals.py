"""Ranks with their uncertainty: ``3 (2 to 6)`` where the snapshot has intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.wording import interval_text

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot


def has_intervals(snapshot: Snapshot) -> bool:
    """Whether the scores of a snapshot carry an interval of each rank."""
    return {"low", "high"} <= set(snapshot.scores.columns)


def rank_intervals(
    snapshot: Snapshot, area: str | None = None, node: str | None = None
) -> dict[tuple[str, str], str]:
    """Return (area code, node) -> ``2 to 6``, of one area or node or of all; else empty."""
    if not has_intervals(snapshot):
        return {}
    frame = snapshot.scores
    if area is not None:
        frame = frame[frame["area_code"] == area]
    if node is not None:
        frame = frame[frame["node"] == node]
    frame = frame[frame["low"].notna() & frame["high"].notna()]
    columns = (frame[name] for name in ("area_code", "node", "low", "high"))
    return {
        (str(code), str(node)): interval_text(int(low), int(high))
        for code, node, low, high in zip(*columns, strict=True)
    }
