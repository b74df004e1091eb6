"""Loaders as the catalogue uses them: by name, and which of their fields name files."""

from __future__ import annotations

from placedata.loaders import get_loader as loader
from placedata.loaders import loader_names

__all__ = ["PATH_FIELDS", "loader", "loader_names"]

#: Fields of a source that name files.
PATH_FIELDS = (
    "file",
    "sites",
    "observations",
    "headers",
    "points",
    "uprns",
    "names",
    "bands",
)
