"""One layer or score of a snapshot as it is shown: figures, classes, colours and words.

What the dashboard, the SVG maps, the stand-alone maps and the downloads of a view say is all here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from placedata import wording
from placedata.errors import PlaceDataError, Problem
from placedata.maps.classes import LegendRow, assign, class_breaks, legend_rows, recount
from placedata.maps.disagree import DISAGREE, DRAWN, MEANING, UNIT
from placedata.maps.palettes import Palette, sequential

if TYPE_CHECKING:
    import pandas as pd

    from placedata.maps.classes import Classes
    from placedata.snapshot import LayerRecord, Snapshot

#: Before the id of a node of the index (``score.foundations``), so that no layer has the same id.
SCORE = "score."


@dataclass(frozen=True)
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
    def place(self) -> str:
        """The rank in words, with its interval where known: ``3rd of 19 (2 to 6)``."""
        return f"{self.rank_text} ({self.interval})" if self.interval else self.rank_text

    @property
    def label(self) -> str:
        """What the map says of the area: ``Abbey: 34.2 µg/m³, 3rd of 19``."""
        return ": ".join([self.name, ", ".join(filter(None, [self.spoken, self.place]))])


@dataclass(frozen=True)
class Reference:
    """A value to set the areas beside: of the whole place, or of a wider area."""

    name: str
    text: str
    basis: str


@dataclass(frozen=True)
class Shown:
    """A layer in one period, or a score, ready to be drawn and told.

    Parameters
    ----------
    id
        Layer id, or ``score.`` and the id of a node.
    period
        The period shown; for a score the range of periods behind it.
    periods
        Every period that there is; none for a score.
    record
        The layer's record; None for a score, and for who would disagree about one.
    rows
        One an area, in the order of the snapshot.
    classes
        With the counts of this period; quantiles of all periods together, so that a colour means
        the same in every year.
    references
        The whole place, then the comparator.
    facts
        (name, words): source, licence, method and the like, for the foot of the map.
    """

    id: str
    title: str
    description: str
    unit: str
    polarity: str
    period: str
    periods: tuple[str, ...]
    record: LayerRecord | None
    rows: tuple[ShownArea, ...]
    classes: Classes
    palette: Palette
    references: tuple[Reference, ...]
    facts: tuple[tuple[str, str], ...]
    caveats: tuple[str, ...]

    @property
    def is_score(self) -> bool:
        """Whether this is a score of the index."""
        return self.id.startswith(SCORE)

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

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done with the classes in other than the asked way."""
        return self.classes.notes

    @cached_property
    def legend(self) -> list[LegendRow]:
        """Lowest class first, then suppressed and no data where there are any."""
        return legend_rows(self.classes, self.unit)

    def said(self, row: ShownArea) -> str:
        """Return value, rank and class in words: ``34.2 µg/m³, 3rd of 19, class 2 of 5``."""
        band = f"class {row.number} of {self.classes.k}" if row.number > 0 else ""
        return ", ".join(part for part in (row.spoken, row.place, band) if part)

    def row(self, code: str) -> ShownArea:
        """Return the row of one area; KeyError where there is none."""
        return self._by_code[code]

    @cached_property
    def _by_code(self) -> dict[str, ShownArea]:
        return {row.code: row for row in self.rows}

    def sorted_rows(self, sort: str) -> list[ShownArea]:
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


def _sort_key(row: ShownArea, column: str) -> float | None:
    if column == "class":
        return row.number if row.number > 0 else None
    return row.rank if column == "rank" else row.value


def shown(snapshot: Snapshot, identifier: str, period: str | None = None) -> Shown:
    """Return a layer in a period (the newest unless given), or a score (``score.NODE``).

    Or who would disagree about a score (``disagree.NODE``).

    Raises
    ------
    PlaceDataError
        There is no such layer, node or period; the nearest is told.
    """
    if identifier.startswith((SCORE, DISAGREE)):
        return _shown_node(snapshot, identifier, period)
    record = snapshot.layer(identifier)
    table = snapshot.table(identifier, period)
    pooled = snapshot.values[snapshot.values["layer"] == identifier]
    classes = recount(
        class_breaks(pooled["value"], statuses=pooled["status"]), table["value"], table["status"]
    )
    return Shown(
        id=identifier,
        title=record.title,
        description=record.description,
        unit=record.unit,
        polarity=record.polarity,
        period=period or record.latest,
        periods=record.periods,
        record=record,
        rows=rows_of(table, classes, record.unit, record.decimals),
        classes=classes,
        palette=palette_of(classes, record.polarity),
        references=_references(snapshot, record, period or record.latest),
        facts=_facts(record),
        caveats=record.caveats,
    )


def _shown_node(snapshot: Snapshot, identifier: str, period: str | None) -> Shown:
    if period is not None:
        problem = Problem(
            "map", f"{identifier}.period", repr(period), "no period: scores have none"
        )
        raise PlaceDataError(f"{identifier} cannot be shown for {period}", [problem])
    if identifier.startswith(DISAGREE):
        return _shown_disagreement(snapshot, identifier)
    return _shown_score(snapshot, identifier)


def _shown_score(snapshot: Snapshot, identifier: str) -> Shown:
    node_id = identifier.removeprefix(SCORE)
    table = snapshot.score_table(node_id).rename(columns={"score": "value"})
    node = snapshot.framework.node(node_id)
    table["status"] = table["value"].notna().map({True: "ok", False: "missing"})
    classes = class_breaks(table["value"], statuses=table["status"])
    polarity = snapshot.framework.polarity
    periods = snapshot.scored_periods
    mean = wording.format_number(table["value"].mean(), 1)
    return Shown(
        id=identifier,
        title=f"{node.title} score",
        description=node.question,
        unit="score",
        polarity=polarity,
        period=wording.period_range(periods) if periods else "",
        periods=(),
        record=None,
        rows=rows_of(table, classes, "score", 1),
        classes=classes,
        palette=palette_of(classes, polarity),
        references=(Reference(snapshot.place["name"], mean, "simple mean of areas"),),
        facts=(
            ("Source", f"{snapshot.framework.title}, from the layers of this place"),
            ("Ranks", snapshot.index["rank_note"] or "ranks stand without intervals in this snapshot"),
        ),
        caveats=(snapshot.index["notice"],) if snapshot.index["notice"] else (),
    )


def _shown_disagreement(snapshot: Snapshot, identifier: str) -> Shown:
    """Return who would disagree about a node, in per cent of all weightings."""
    node_id = identifier.removeprefix(DISAGREE)
    table = snapshot.score_table(node_id)
    node = snapshot.framework.node(node_id)
    who = table["who"].fillna("")
    table = table[["area_name", "coverage"]].assign(
        value=100 * table["disagree"].astype(float), rank=float("nan")
    )
    table["status"] = table["value"].notna().map({True: "ok", False: "missing"})
    classes = class_breaks(table["value"], statuses=table["status"])
    rows = rows_of(table, classes, UNIT, 1)
    rows = tuple(
        replace(row, spoken=f"{row.spoken}: {who[row.code]}" if who[row.code] else row.spoken)
        for row in rows
    )
    periods = snapshot.scored_periods
    return Shown(
        id=identifier,
        title=f"Who would disagree: {node.title}",
        description=MEANING,
        unit=UNIT,
        polarity="neutral",
        period=wording.period_range(periods) if periods else "",
        periods=(),
        record=None,
        rows=rows,
        classes=classes,
        palette=palette_of(classes, "neutral"),
        references=(),
        facts=(
            ("Source", f"{snapshot.framework.title}, from the layers of this place"),
            ("Method", DRAWN),
        ),
        caveats=(snapshot.index["notice"],) if snapshot.index["notice"] else (),
    )


def palette_of(classes: Classes, polarity: str) -> Palette:
    """Return the palette for some classes."""
    return sequential(max(classes.k, 1), polarity=polarity)  # type: ignore[arg-type]


def rows_of(
    table: pd.DataFrame, classes: Classes, unit: str, decimals: int
) -> tuple[ShownArea, ...]:
    """Return a row for each area of a table of figures, with classes, words and ranks."""
    numbers = assign(classes, table["value"], table["status"])
    of = int((table["status"] == "ok").sum())
    ranks = table["rank"].where(table["status"] == "ok")
    tied = (ranks.duplicated(keep=False) & ranks.notna()).to_numpy()
    made = []
    for at, row in enumerate(table.itertuples()):
        there = row.status == "ok"
        rank = _number(ranks.iloc[at])
        low, high = _number(getattr(row, "low", None)), _number(getattr(row, "high", None))
        known = rank is not None and low is not None and high is not None
        made.append(
            ShownArea(
                code=str(row.Index),
                name=str(row.area_name),
                value=float(row.value) if there else None,
                text=wording.format_number(row.value, decimals) if there
                else wording.SHORTHAND.get(row.status, wording.SHORTHAND["missing"]),
                spoken=_reason(row)
                or wording.format_value(row.value, unit, decimals, status=row.status),
                status=str(row.status),
                rank=None if rank is None else int(rank),
                rank_text="" if rank is None else wording.rank_text(rank, of, tied=bool(tied[at])),
                number=int(numbers[at]),
                coverage=_number(row.coverage),
                numerator=_number(getattr(row, "numerator", None)) if there else None,
                denominator=_number(getattr(row, "denominator", None)) if there else None,
                interval=wording.interval_text(int(low or 0), int(high or 0)) if known else "",
            )
        )  # fmt: skip
    return tuple(made)


def _reason(row: Any) -> str:  # noqa: ANN401  (a row of a table)
    """Return why there is no figure, in few words; "" where that is not known."""
    reason = str(getattr(row, "reason", "") or "") if row.status == "missing" else ""
    return f"no figure: {reason.partition(':')[0]}" if reason else ""


def _number(value: float | None) -> float | None:
    return None if value is None or value != value else float(value)  # noqa: PLR0124  NaN


def _references(snapshot: Snapshot, record: LayerRecord, period: str) -> tuple[Reference, ...]:
    """Return the values of the whole place and of its comparator, where known."""
    summary = record.summary(period)
    given = [
        (snapshot.place["name"], summary["place"], summary["basis"]),
        (snapshot.place["comparator"], summary["comparator"], "the wider area it is set beside"),
    ]
    return tuple(
        Reference(name, wording.format_number(value, record.decimals), basis)
        for name, value, basis in given
        if name and value is not None
    )


def _facts(record: LayerRecord) -> tuple[tuple[str, str], ...]:
    """Return where a layer comes from, in words; addresses stay text."""
    source = f"{record.publisher} ({record.url})" if record.url else record.publisher
    licence = wording.licence_name(record.licence)
    if record.share_alike:
        licence += " (share alike: what is made from this layer carries the same licence)"
    found = [
        ("Source", source),
        ("Licence", licence),
        ("Method", record.method[:1].upper() + record.method[1:]),
    ]
    if record.updated:
        found.append(("Updated", record.updated))
    return tuple(found)
