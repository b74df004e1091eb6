"""Tolerant and safe reading of files: data roots, tables, numbers, vector files, rasters."""

from __future__ import annotations

from placedata.files.kept import keeping, kept, stamp
from placedata.files.numbers import parse_numbers
from placedata.files.roots import Roots, sha256
from placedata.files.tables import read_table, sheet_names
from placedata.files.vectors import read_vector

__all__ = [
    "Roots",
    "keeping",
    "kept",
    "parse_numbers",
    "read_table",
    "read_vector",
    "sha256",
    "sheet_names",
    "stamp",
]
