"""The rows of a trace as a table: in pages, each said in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.levels import level_of_area
from dashboard.served import snapshot_now
from placedata.errors import PlaceDataError

MOST_ROWS = 100
#: Role of a row -> what it is called, and what its share is of.
ROLES = {
    "figure": "Row of the source",
    "weight": "Weight",
    "point": "Point",
    "together": "Rows told together",
    "service": "Nearest service",
    "sensor": "Sensor",
    "file": "Lines behind a sensor",
    "cells": "Cells of a raster",
}
#: Roles whose number is that of lines of a file.
LINES = ("figure", "weight", "point")
#: Roles whose share says something, and what.
SHARES = {
    "figure": "Share: how much of the source area belongs to this area.",
    "weight": "Share: how much of the source area belongs to this area.",
    "service": "Share: of where people live here, the part that it is nearest to; the value is the "
    "mean figure there.",
    "sensor": "Share: what its figure counts for in that of this area.",
}


@dataclass(frozen=True)
class RowPage:
    """One page of the rows of a trace.

    Parameters
    ----------
    rows
        The rows of the page.
    page, pages
        From 1.
    total
        All rows.
    """

    rows: Sequence[Mapping[str, Any]]
    page: int
    pages: int
    total: int

    @property
    def first(self) -> int:
        """Number of the first row of the page."""
        return (self.page - 1) * MOST_ROWS + 1

    @property
    def last(self) -> int:
        """Number of the last row of the page."""
        return self.first + len(self.rows) - 1


def row_page(rows: Sequence[Mapping[str, Any]], asked: str) -> RowPage:
    """Return a page of rows; the first where the address asks for none, or for junk."""
    pages = max(1, -(-len(rows) // MOST_ROWS))
    page = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
    page = min(max(page, 1), pages)
    first = (page - 1) * MOST_ROWS
    return RowPage(rows[first : first + MOST_ROWS], page, pages, len(rows))


def rows_hint(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return what the columns of a table of rows mean."""
    roles = list(dict.fromkeys(row["role"] for row in rows))
    hints = dict.fromkeys(SHARES[role] for role in roles if role in SHARES)
    return " ".join(["Line: of the file, its first line being 1.", *hints])


def row_words(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row is, where it stands in its file, and whether it has a share."""
    first, last = row["row"], row["last"]
    where = ""
    if first:
        where = f"{first:,}" if first == last else f"{first:,}–{last:,}"
    if row["role"] in {"figure", "weight"} and row["n"] > 1:
        where += f" ({row['n']:,} rows)"
    return {
        "role": ROLES.get(row["role"], row["role"]),
        "where": where,
        "share_of": row["role"] in SHARES,
    }


def suppressed_now(layer: str, area: str, period: str) -> bool:
    """Whether a figure is suppressed in the snapshot that is served.

    What protects people now protects them in earlier snapshots too.
    """
    try:
        table = level_of_area(snapshot_now(), area).table(layer, period)
    except PlaceDataError:
        return False
    return bool(table.loc[area, "status"] == "suppressed")
