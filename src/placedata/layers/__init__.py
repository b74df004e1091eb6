"""Layers: one indicator, one value for each ward and period, with where it came from."""

from __future__ import annotations

from placedata.layers.build import build_layer
from placedata.layers.ground import Ground
from placedata.layers.layer import Flow, Layer, Summary

__all__ = ["Flow", "Ground", "Layer", "Summary", "build_layer"]
