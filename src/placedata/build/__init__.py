"""The whole-place build: every layer in order, the scores, and one snapshot at the end."""

from __future__ import annotations

from placedata.build.place import Built, build_layers, build_place

__all__ = ["Built", "build_layers", "build_place"]
