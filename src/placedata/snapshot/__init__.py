"""Snapshots: one published, immutable version of a place; every screen and export reads one."""

from __future__ import annotations

from placedata.snapshot.reading import Snapshot, open_snapshot
from placedata.snapshot.record import LayerRecord, plain

__all__ = ["LayerRecord", "Snapshot", "open_snapshot", "plain"]
