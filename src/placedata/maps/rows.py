"""The areas of a view, one row each: figure, words, rank, class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from sys import intern
from typing import TYPE_CHECKING, NamedTuple

from placedata import wording
from placedata.maps.classes import assign
from placedata.maps.unclear import NOT_CLEAR

if TYPE_CHECKING:
    import pandas as pd

    from placedata.maps.classes import Classes

#: Where an area stands -> what the map says of it.
AGAINST = {NOT_CLEAR: "not clearly different from the average"}


@dataclass(frozen=True, slots=True)
class ShownArea:
    """One area of a layer or score that is shown.

    Parameters
    ----------
    value
        Number in the layer's unit; None where there is none to show.
    text
        The value without its unit, or the shorthand ``[x]`` or ``[c]``.
    spoken
        The value with its unit, or in words why there is none.
    rank
        1 is best by polarity; None where there is no rank.
    rank_text
        ``3rd of 19``, ``joint 3rd of 19``; empty where there is no rank.
    number
        Class on the map, from 1; `placedata.maps.classes.NO_DATA` or `SUPPRESSED`.
    interval
        Where the rank may lie, ``2 to 6``; empty where that is not known.
    against
        Where the area stands against the average, in words of `placedata.maps.unclear`; empty
        unless that was asked for.
    grade
        How good the figure is, ``A`` to ``D``; empty where that is not known, and of scores.
    """

    code: str
    name: str
    value: float | None
    text: str
    spoken: str
    status: str
    rank: int | None
    rank_text: str
    number: int
    coverage: float | None
    numerator: float | None = None
    denominator: float | None = None
    interval: str = ""
    against: str = ""
    grade: str = ""

    @property
    def place(self) -> str:
        """The rank in words, with its interval where known: ``3rd of 19 (2 to 6)``."""
        return f"{self.rank_text} ({self.interval})" if self.interval else self.rank_text

    @property
    def label(self) -> str:
        """What the map says of the area: ``Abbey: 34.2 µg/m³, 3rd of 19``."""
        told = [self.spoken, self.place, AGAINST.get(self.against, "")]
        return ": ".join([self.name, ", ".join(filter(None, told))])

    @property
    def hatched(self) -> bool:
        """Whether the area is hatched as not clearly different from the average."""
        return self.against == NOT_CLEAR


@dataclass(frozen=True)
class Reference:
    """A value to set the areas beside: of the whole place, or of a wider area."""

    name: str
    text: str
    basis: str


class _Row(NamedTuple):
    """What a table of figures says of one area; None where it has no such column."""

    code: str
    area_name: str
    value: float
    status: str
    rank: float | None
    coverage: float | None
    low: float | None
    high: float | None
    numerator: float | None
    denominator: float | None
    reason: str | None
    grade: str | None


def rows_of(
    table: pd.DataFrame,
    classes: Classes,
    unit: str,
    decimals: int,
    against: Sequence[str] | None = None,
) -> tuple[ShownArea, ...]:
    """Return a row for each area of a table of figures, with classes, words and ranks."""
    numbers = assign(classes, table["value"], table["status"]).tolist()
    of = int((table["status"] == "ok").sum())
    ranks = table["rank"].where(table["status"] == "ok")
    tied = (ranks.duplicated(keep=False) & ranks.notna()).tolist()
    made = []
    for at, row in enumerate(_rows(table.assign(rank=ranks))):
        there = row.status == "ok"
        rank, low, high = _number(row.rank), _number(row.low), _number(row.high)
        known = rank is not None and low is not None and high is not None
        text = wording.format_number(row.value, decimals) if there else ""
        made.append(
            ShownArea(
                code=row.code,
                name=row.area_name,
                value=float(row.value) if there else None,
                text=text or wording.SHORTHAND.get(row.status, wording.SHORTHAND["missing"]),
                spoken=wording.with_unit(text, unit) if text
                else _reason(row) or wording.format_value(None, status=row.status),
                status=row.status,
                rank=None if rank is None else int(rank),
                rank_text="" if rank is None else wording.rank_text(rank, of, tied=tied[at]),
                number=int(numbers[at]),
                coverage=_number(row.coverage),
                numerator=_number(row.numerator) if there else None,
                denominator=_number(row.denominator) if there else None,
                interval=wording.interval_text(int(low or 0), int(high or 0)) if known else "",
                against=against[at] if against else "",
                grade=intern(str(row.grade or "")),
            )
        )  # fmt: skip
    return tuple(made)


def _rows(table: pd.DataFrame) -> Iterator[_Row]:
    """Yield the rows of a table: from whole columns, since a row of a frame is slow to get."""
    absent = [None] * len(table)
    columns = [table[name].tolist() if name in table else absent for name in _Row._fields[4:]]
    # thousands of areas, dozens of views: the words that all of these share are held once
    words = [
        [intern(str(word)) for word in column.tolist()]
        for column in (table.index, table["area_name"], table["status"])
    ]
    values = table["value"].tolist()
    yield from map(_Row, words[0], words[1], values, words[2], *columns)


def _reason(row: _Row) -> str:
    """Return why there is no figure, in few words; "" where that is not known."""
    reason = str(row.reason or "") if row.status == "missing" else ""
    return f"no figure: {reason.partition(':')[0]}" if reason else ""


def _number(value: float | None) -> float | None:
    return None if value is None or value != value else float(value)  # noqa: PLR0124  NaN
