"""Opening the place that a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.settings import parse_root

if TYPE_CHECKING:
    from placedata.place import Place


def open_place(directory: str, data_roots: list[str] | None, store: str | None) -> Place:
    """Return the place in `directory` with the data roots and store given on the command line."""
    from placedata.place import Place

    roots = dict(parse_root(item) for item in data_roots or [])
    return Place.open(directory, data_roots=roots, store=store)
