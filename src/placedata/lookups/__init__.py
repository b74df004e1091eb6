"""Weighted lookups between geographies, made from points, areas or published tables."""

from __future__ import annotations

from placedata.lookups.published import read_lookup_frame, recode
from placedata.lookups.weighted import Averaged, Lookup, Moved

__all__ = ["Averaged", "Lookup", "Moved", "read_lookup_frame", "recode"]
