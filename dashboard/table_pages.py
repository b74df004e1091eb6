"""The table of the map page in pages, so that hundreds of areas stay quick to read and to send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.map_state import MapState
    from placedata.maps.shown import Shown, ShownArea

MOST_ROWS = 100


@dataclass(frozen=True)
class TablePage:
    """The rows of a view that its table shows.

    Parameters
    ----------
    rows
        In the order asked for.
    page, pages
        From 1; a page beyond the last is the last.
    found, total
        Areas whose name holds the words looked for, and all areas.
    """

    rows: tuple[ShownArea, ...]
    page: int
    pages: int
    found: int
    total: int

    @property
    def paged(self) -> bool:
        """Whether the areas do not fit on one page."""
        return self.total > MOST_ROWS

    @property
    def first(self) -> int:
        """Number of the first row shown among those found; 0 where none is."""
        return (self.page - 1) * MOST_ROWS + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Number of the last row shown among those found."""
        return (self.page - 1) * MOST_ROWS + len(self.rows)


def table_page(view: Shown, state: MapState) -> TablePage:
    """Return the page of a view's table that a state asks for."""
    words = state.find.casefold().split()
    rows = [
        row
        for row in view.sorted_rows(state.sort)
        if all(word in f"{row.name} {row.code}".casefold() for word in words)
    ]
    pages = max(1, -(-len(rows) // MOST_ROWS))
    page = min(state.page, pages)
    shown = rows[(page - 1) * MOST_ROWS : page * MOST_ROWS]
    return TablePage(tuple(shown), page, pages, len(rows), len(view.rows))
