"""The catalogue: every layer file, framework and place file of a folder, every mistake at once."""

from __future__ import annotations

from placedata.catalog.entries import Catalog, LayerEntry, indicator, needed
from placedata.catalog.frameworks import read_framework, shipped_frameworks
from placedata.catalog.loading import PATH_FIELDS, loader, loader_names
from placedata.catalog.reader import read_catalog, read_roots

__all__ = [
    "PATH_FIELDS",
    "Catalog",
    "LayerEntry",
    "indicator",
    "loader",
    "loader_names",
    "needed",
    "read_catalog",
    "read_framework",
    "read_roots",
    "shipped_frameworks",
]
