"""One layer or score of a snapshot as it is shown: figures, classes, colours and words.

What the dashboard, the SVG maps, the stand-alone maps and the downloads of a view say is all here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from placedata import wording
from placedata.errors import PlaceDataError, Problem
from placedata.geography import area_nouns
from placedata.maps.classes import UNCLEAR, LegendRow, legend_rows
from placedata.maps.classing import USUAL, Average, Classing, classed, same_in_all
from placedata.maps.disagree import DISAGREE, DRAWN, MEANING, UNIT
from placedata.maps.palettes import Palette
from placedata.maps.rows import AGAINST, Reference, ShownArea, rows_of
from placedata.maps.unclear import NOT_CLEAR, figures_against, ranks_against, rule

if TYPE_CHECKING:
    from placedata.maps.classes import Classes
    from placedata.snapshot import LayerRecord, Snapshot

__all__ = ["SCORE", "Reference", "Shown", "ShownArea", "place_average", "shown"]

#: Before the id of a node of the index (``score.foundations``), so that no layer has the same id.
SCORE = "score."
#: Ways of adding figures up whose value for the whole place is no average of its areas.
_NOT_AVERAGES = frozenset({"count", "sum", "minimum", "maximum"})


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
    classing
        What was chosen for the classes.
    about
        What a legend must say besides: that periods share their classes, what the hatch means.
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
    classing: Classing = USUAL
    about: tuple[str, ...] = ()

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
        """What was done with the classes in other than the asked way, and what they mean."""
        return (*self.classes.notes, *self.about)

    @cached_property
    def legend(self) -> list[LegendRow]:
        """Lowest class first, then suppressed, no data and what is hatched, where there is any."""
        rows = legend_rows(self.classes, self.unit)
        if not self.classing.unclear:
            return rows
        return [*rows, LegendRow(UNCLEAR, f"{NOT_CLEAR} from the average", len(self.hatched))]

    @cached_property
    def hatched(self) -> tuple[str, ...]:
        """Codes of the areas that are hatched as not clearly different from the average."""
        return tuple(row.code for row in self.rows if row.hatched)

    def said(self, row: ShownArea) -> str:
        """Return value, rank and class in words: ``34.2 µg/m³, 3rd of 19, class 2 of 5``."""
        band = f"class {row.number} of {self.classes.k}" if row.number > 0 else ""
        told = (row.spoken, row.place, band, AGAINST.get(row.against, ""))
        return ", ".join(part for part in told if part)

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


def shown(
    snapshot: Snapshot,
    identifier: str,
    period: str | None = None,
    classing: Classing = USUAL,
) -> Shown:
    """Return a layer in a period (the newest unless given), or a score (``score.NODE``).

    Or who would disagree about a score (``disagree.NODE``).

    Raises
    ------
    PlaceDataError
        There is no such layer, node or period; the nearest is told. Official bands were asked of
        a layer that has none.
    """
    if identifier.startswith((SCORE, DISAGREE)):
        return _shown_node(snapshot, identifier, period, classing)
    record = snapshot.layer(identifier)
    table = snapshot.table(identifier, period)
    pooled = snapshot.values[snapshot.values["layer"] == identifier]
    average = place_average(snapshot, record)
    made = classed(
        pooled, table, classing, polarity=record.polarity, average=average, bands=record.bands
    )
    against: list[str] | None = None
    hatch: tuple[str, ...] = ()
    if classing.unclear:
        mean = place_average(snapshot, record, period or record.latest)
        against = figures_against(table, mean.value) if mean else [""] * len(table)
        hatch = _hatch_rule(snapshot, against, f"{mean.name} ({mean.text})" if mean else "")
    return Shown(
        id=identifier,
        title=record.title,
        description=record.description,
        unit=record.unit,
        polarity=record.polarity,
        period=period or record.latest,
        periods=record.periods,
        record=record,
        rows=rows_of(table, made.classes, record.unit, record.decimals, against),
        classes=made.classes,
        palette=made.palette,
        references=_references(snapshot, record, period or record.latest),
        facts=_facts(record),
        caveats=record.caveats,
        classing=classing,
        about=tuple(
            filter(
                None,
                (
                    *made.notes,
                    _bands_note(made.classes.method, classing, record),
                    same_in_all(record.periods),
                    *hatch,
                ),
            )
        ),
    )


def _shown_node(
    snapshot: Snapshot, identifier: str, period: str | None, classing: Classing
) -> Shown:
    if period is not None:
        problem = Problem(
            "map", f"{identifier}.period", repr(period), "no period: scores have none"
        )
        raise PlaceDataError(f"{identifier} cannot be shown for {period}", [problem])
    if identifier.startswith(DISAGREE):
        return _shown_disagreement(snapshot, identifier, classing)
    return _shown_score(snapshot, identifier, classing)


def _shown_score(snapshot: Snapshot, identifier: str, classing: Classing) -> Shown:
    node_id = identifier.removeprefix(SCORE)
    table = snapshot.score_table(node_id).rename(columns={"score": "value"})
    node = snapshot.framework.node(node_id)
    table["status"] = table["value"].notna().map({True: "ok", False: "missing"})
    mean = float(table["value"].mean())
    average = Average(mean, "the mean of the areas", wording.format_number(mean, 1))
    polarity = snapshot.framework.polarity
    made = classed(
        table, table, classing, polarity=polarity, average=average if mean == mean else None  # noqa: PLR0124  NaN
    )  # fmt: skip
    against = ranks_against(table) if classing.unclear else None
    periods = snapshot.scored_periods
    return Shown(
        id=identifier,
        title=f"{node.title} score",
        description=node.question,
        unit="score",
        polarity=polarity,
        period=wording.period_range(periods) if periods else "",
        periods=(),
        record=None,
        rows=rows_of(table, made.classes, "score", 1, against),
        classes=made.classes,
        palette=made.palette,
        references=(Reference(snapshot.place["name"], average.text, "simple mean of areas"),),
        facts=(
            ("Source", f"{snapshot.framework.title}, from the layers of this place"),
            ("Ranks", snapshot.index["rank_note"] or "provisional: no interval yet"),
        ),
        caveats=(snapshot.index["notice"],) if snapshot.index["notice"] else (),
        classing=classing,
        about=(*made.notes, *(_hatch_rule(snapshot, against, "") if against else ())),
    )


def _shown_disagreement(snapshot: Snapshot, identifier: str, classing: Classing) -> Shown:
    """Return who would disagree about a node, in per cent of all weightings."""
    node_id = identifier.removeprefix(DISAGREE)
    table = snapshot.score_table(node_id)
    node = snapshot.framework.node(node_id)
    who = table["who"].fillna("")
    table = table[["area_name", "coverage"]].assign(
        value=100 * table["disagree"].astype(float), rank=float("nan")
    )
    table["status"] = table["value"].notna().map({True: "ok", False: "missing"})
    classing = replace(classing, unclear=False)  # a share of weightings has no error of its own
    made = classed(table, table, classing, polarity="neutral")
    rows = rows_of(table, made.classes, UNIT, 1)
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
        classes=made.classes,
        palette=made.palette,
        references=(),
        facts=(
            ("Source", f"{snapshot.framework.title}, from the layers of this place"),
            ("Method", DRAWN),
        ),
        caveats=(snapshot.index["notice"],) if snapshot.index["notice"] else (),
        classing=classing,
        about=made.notes,
    )


def place_average(
    snapshot: Snapshot, record: LayerRecord, period: str | None = None
) -> Average | None:
    """Return the average of the place in a period (the newest unless given), where it is known.

    The value of the whole place; where that is a total or an extreme, the mean of the areas.
    """
    wanted = period or record.latest
    value = record.summary(wanted)["place"]
    name = f"the average of {snapshot.place['name']} in {wanted}"
    if record.statistic in _NOT_AVERAGES and record.per is None:
        table = snapshot.table(record.id, wanted)
        mean = table["value"].where(table["status"] == "ok").mean()
        value = None if mean != mean else float(mean)  # noqa: PLR0124  NaN
        name = f"the mean of the areas in {wanted}"
    if value is None:
        return None
    return Average(value, name, wording.format_value(value, record.unit, record.decimals))


def _bands_note(method: str, classing: Classing, record: LayerRecord) -> str:
    """Return whose bands are shown; "" for other classes."""
    if classing.way != "bands" or method != "fixed":
        return ""
    return f"Official bands: {record.bands_by}." if record.bands_by else "Official bands."


def _hatch_rule(snapshot: Snapshot, against: list[str], average: str) -> tuple[str, ...]:
    nouns = area_nouns(snapshot.place["geography"], snapshot.areas.index)
    return rule(against, nouns, average=average)


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
