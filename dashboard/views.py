"""One layer or score as it is shown: values, ranks, classes, colours and words for every area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.choices import SCORE
from dashboard.intervals import rank_intervals
from placedata import wording
from placedata.maps.classes import LegendRow, assign, class_breaks, legend_rows, recount
from placedata.maps.palettes import Palette, sequential

if TYPE_CHECKING:
    from placedata.maps.classes import Classes
    from placedata.snapshot import LayerRecord, Snapshot


@dataclass(frozen=True)
class Row:
    """One area of a view.

    Parameters
    ----------
    value
        Number in the view's unit; None where there is none to show.
    text
        The value without its unit, or the shorthand ``[x]`` or ``[c]``.
    spoken
        The value with its unit, or in words why there is none.
    rank
        1 is best by polarity; None where there is no rank.
    rank_text
        ``3rd of 19``, ``joint 3rd of 19``; empty where there is no rank.
    number
        Class on the map, from 1; -1 no data, -2 suppressed.
    interval
        Where the rank may lie, ``2 to 6``; empty where that is not known.
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

    @property
    def label(self) -> str:
        """What the map says of the area: ``Abbey: 34.2 µg/m³, 3rd of 19``."""
        return ": ".join([self.name, ", ".join(filter(None, [self.spoken, self.place]))])

    @property
    def place(self) -> str:
        """The rank in words, with its interval where known: ``3rd of 19 (2 to 6)``."""
        return f"{self.rank_text} ({self.interval})" if self.interval else self.rank_text


@dataclass(frozen=True)
class Reference:
    """A value to set the areas beside: of the whole place, or of a wider area."""

    name: str
    text: str
    basis: str


@dataclass(frozen=True)
class View:
    """One layer or score in one period, ready to be shown.

    Parameters
    ----------
    id
        Id of the choice.
    record
        The layer's record; None for a score.
    period
        The period shown; for a score the range of periods behind it.
    rows
        One an area, in the order of the snapshot.
    legend
        Lowest class first, then suppressed and no data where there are any.
    palette
        A colour for each class.
    """

    id: str
    title: str
    description: str
    unit: str
    polarity: str
    period: str
    periods: tuple[str, ...]
    record: LayerRecord | None
    rows: tuple[Row, ...]
    legend: tuple[LegendRow, ...]
    palette: Palette
    references: tuple[Reference, ...]
    notes: tuple[str, ...]

    @property
    def is_score(self) -> bool:
        """Whether this is a score of the index."""
        return self.record is None

    @property
    def ranked(self) -> bool:
        """Whether one way is better, so that areas have a rank."""
        return self.polarity != "neutral"

    @property
    def heading(self) -> str:
        """Title and period: ``Nitrogen dioxide, 2023``."""
        return f"{self.title}, {self.period}" if self.period else self.title

    @property
    def direction(self) -> str:
        """Which way is good, as a sentence."""
        return wording.polarity_sentence(self.polarity)

    def row(self, code: str) -> Row:
        """Return the row of one area; KeyError where there is none."""
        return self._by_code[code]

    @cached_property
    def _by_code(self) -> dict[str, Row]:
        return {row.code: row for row in self.rows}

    def sorted_rows(self, sort: str) -> list[Row]:
        """Return the rows by name, value, rank or class; areas without a value stay last."""
        column, falling = sort.lstrip("-"), sort.startswith("-")
        if column == "name":
            return sorted(self.rows, key=lambda row: row.name.casefold(), reverse=falling)
        by_name = sorted(self.rows, key=lambda row: row.name.casefold())
        keyed = [(_sort_key(row, column), row) for row in by_name]
        there = sorted(
            ((key, row) for key, row in keyed if key is not None),
            key=lambda pair: pair[0],
            reverse=falling,
        )
        return [row for _, row in there] + [row for key, row in keyed if key is None]


def layer_view(snapshot: Snapshot, identifier: str, period: str | None) -> View:
    """Return the view of a layer in a period, or of a score.

    Classes are quantiles of all periods together, so that a colour means the same in every year.
    """
    if identifier.startswith(SCORE):
        return _score_view(snapshot, identifier)
    record = snapshot.layer(identifier)
    table = snapshot.table(identifier, period)
    shown = period or record.latest
    pooled = snapshot.values[snapshot.values["layer"] == identifier]
    found = class_breaks(pooled["value"], statuses=pooled["status"])
    decimals = record.decimals
    found = recount(found, table["value"], table["status"])
    summary = record.summary(shown)
    references = _references(snapshot, summary, decimals)
    return View(
        id=identifier,
        title=record.title,
        description=record.description,
        unit=record.unit,
        polarity=record.polarity,
        period=shown,
        periods=record.periods,
        record=record,
        rows=_rows(table, found, record.unit, decimals),
        legend=tuple(legend_rows(found, record.unit)),
        palette=_palette(found, record.polarity),
        references=references,
        notes=found.notes,
    )


def _score_view(snapshot: Snapshot, identifier: str) -> View:
    node = snapshot.framework.node(identifier.removeprefix(SCORE))
    table = snapshot.score_table(node.id).rename(columns={"score": "value"})
    status = table["value"].notna().map({True: "ok", False: "missing"})
    table = table.assign(status=status)
    found = class_breaks(table["value"], statuses=table["status"])
    polarity = snapshot.framework.polarity
    periods = snapshot.scored_periods
    intervals = rank_intervals(snapshot, node=node.id)
    mean = table["value"].mean()
    references = (
        Reference(snapshot.place["name"], wording.format_number(mean, 1), "simple mean of areas"),
    )
    return View(
        id=identifier,
        title=f"{node.title} score",
        description=node.question,
        unit="score",
        polarity=polarity,
        period=wording.period_range(periods) if periods else "",
        periods=(),
        record=None,
        rows=tuple(
            replace(row, interval=intervals.get((row.code, node.id), "") if row.rank else "")
            for row in _rows(table, found, "score", 1)
        ),
        legend=tuple(legend_rows(found, "score")),
        palette=_palette(found, polarity),
        references=references,
        notes=found.notes,
    )


def _sort_key(row: Row, column: str) -> float | None:
    if column == "class":
        return row.number if row.number > 0 else None
    return row.rank if column == "rank" else row.value


def _palette(found: Classes, polarity: str) -> Palette:
    return sequential(max(found.k, 1), polarity=polarity)  # type: ignore[arg-type]


def _references(
    snapshot: Snapshot, summary: Mapping[str, Any], decimals: int
) -> tuple[Reference, ...]:
    place, comparator = snapshot.place["name"], snapshot.place["comparator"]
    made = []
    if summary["place"] is not None:
        text = wording.format_number(summary["place"], decimals)
        made.append(Reference(place, text, summary["basis"]))
    if comparator and summary["comparator"] is not None:
        text = wording.format_number(summary["comparator"], decimals)
        made.append(Reference(comparator, text, "the wider area it is set beside"))
    return tuple(made)


def _rows(table: pd.DataFrame, found: Classes, unit: str, decimals: int) -> tuple[Row, ...]:
    numbers = assign(found, table["value"], table["status"])
    of = int((table["status"] == "ok").sum())
    ranks = table["rank"].where(table["status"] == "ok")
    tied = (ranks.duplicated(keep=False) & ranks.notna()).to_numpy()
    places = [None if pd.isna(rank) else int(rank) for rank in ranks]
    made = []
    for at, row in enumerate(table.itertuples()):
        there = row.status == "ok"
        rank = places[at]
        made.append(
            Row(
                code=str(row.Index),
                name=str(row.area_name),
                value=float(row.value) if there else None,
                text=wording.format_number(row.value, decimals) if there
                else wording.SHORTHAND.get(row.status, "[x]"),
                spoken=wording.format_value(row.value, unit, decimals, status=row.status),
                status=str(row.status),
                rank=rank,
                rank_text=wording.rank_text(rank, of, tied=bool(tied[at])) if rank else "",
                number=int(numbers[at]),
                coverage=_number(row.coverage),
                numerator=_number(getattr(row, "numerator", None)) if there else None,
                denominator=_number(getattr(row, "denominator", None)) if there else None,
            )
        )  # fmt: skip
    return tuple(made)


def _number(value: float | None) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
