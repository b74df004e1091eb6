"""Snapshots: one published, immutable version of a place; every screen and export reads one."""

from __future__ import annotations

from placedata.snapshot.reading import Snapshot, open_snapshot
from placedata.snapshot.record import LayerRecord, plain
from placedata.snapshot.trace_reference import trace_ref

__all__ = ["LayerRecord", "Snapshot", "open_snapshot", "plain", "trace_ref"]
