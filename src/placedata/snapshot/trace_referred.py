"""The trace that a reference names, of the snapshot that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.errors import PlaceDataError, Problem
from placedata.snapshot.reading import open_snapshot
from placedata.snapshot.trace_reference import read_trace_ref
from placedata.snapshot.trace_score import NEWEST
from placedata.stores.files import read_manifest, versions

if TYPE_CHECKING:
    from pathlib import Path

    from placedata.snapshot.trace import Trace


def trace_of_reference(store: Path, reference: str) -> Trace:
    """Return the trace that a reference names.

    Raises
    ------
    PlaceDataError
        The text is no reference, its snapshot is not kept any more, or has no such figure.
    """
    named = read_trace_ref(reference)
    version, _, content = named.snapshot.partition("-")
    kept = versions(store)
    if version not in kept or not read_manifest(store, version)["content"].startswith(content):
        problem = Problem("store", "snapshot", named.snapshot, ", ".join(kept) or "none")
        raise PlaceDataError(f"the snapshot {named.snapshot} is not kept any more", [problem])
    period = None if named.period == NEWEST else named.period
    return open_snapshot(store, version).trace(named.layer, named.area, period)
