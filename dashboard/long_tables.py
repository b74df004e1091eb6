"""Tables of many areas in pages: which rows an address asks for, and the addresses of the others.

Without a script: pages, order and words looked for are links and a form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from dashboard.bad_values import page_asked

Row = TypeVar("Row")

#: A table of at most so many rows is whole, and sorted by the page's script; else its pages hold so
#: many.
MOST_WHOLE, MOST_ROWS = 300, 100


@dataclass(frozen=True)
class RowsShown(Generic[Row]):
    """The rows of a table that a page shows.

    Parameters
    ----------
    rows
        In the order asked for.
    page, pages
        From 1.
    found, total
        Rows in which the words looked for are, and all.
    asked
        The other parts of the address: ``period``, ``level``, ``sort``, ``find``.
    """

    rows: Sequence[Row]
    page: int
    pages: int
    found: int
    total: int
    asked: Mapping[str, str]

    @property
    def paged(self) -> bool:
        """Whether all rows would be too long a table."""
        return self.total > MOST_WHOLE

    @property
    def first(self) -> int:
        """Number of the first row shown among those found; 0 where none is."""
        return (self.page - 1) * MOST_ROWS + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Number of the last row shown among those found."""
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def kept(self) -> dict[str, str]:
        """What a form for words sends besides."""
        return {key: value for key, value in self.asked.items() if value and key != "find"}

    def on_page(self, page: int) -> str:
        """Return the parts of the address of another page."""
        return self._query({"page": str(page) if page > 1 else ""})

    def sorted_by(self, column: str) -> str:
        """Return the parts of the address with another order, or with the same one turned round."""
        now = self.asked.get("sort") or "name"
        return self._query({"sort": f"-{column}" if now == column else column})

    def order(self, column: str) -> str:
        """Return ``ascending``, ``descending`` or ``none``, as a head of the table says it."""
        now = self.asked.get("sort") or "name"
        if now.lstrip("-") != column:
            return "none"
        return "descending" if now.startswith("-") else "ascending"

    def _query(self, more: Mapping[str, str]) -> str:
        parts = {**self.asked, **more}
        return urlencode({key: value for key, value in parts.items() if value}, safe=",")


def rows_shown(
    rows: Sequence[Row], total: int, page: str, asked: Mapping[str, str]
) -> RowsShown[Row]:
    """Return the part of some rows that an address asks for.

    Parameters
    ----------
    rows
        Those found, in the order asked for.
    total
        How many there are without the words looked for.
    page
        What the address says; anything that a person may have typed.
    asked
        The other parts of the address, as they are understood.
    """
    if total <= MOST_WHOLE:
        return RowsShown(rows, 1, 1, len(rows), total, asked)
    pages = max(1, -(-len(rows) // MOST_ROWS))
    at = page_asked(page, pages, "the table")
    shown = rows[(at - 1) * MOST_ROWS : at * MOST_ROWS]
    return RowsShown(shown, at, pages, len(rows), total, asked)
