"""One layer or score of a snapshot as a map shows it: figures, classes, colours and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from placedata import wording
from placedata.errors import PlaceDataError, Problem, nearest
from placedata.maps.classes import LegendRow, assign, class_breaks, legend_rows, recount
from placedata.maps.palettes import Palette, sequential

if TYPE_CHECKING:
    import pandas as pd

    from placedata.maps.classes import Classes
    from placedata.snapshot import LayerRecord, Snapshot

#: Before the id of a node of the index: ``score.foundations``.
SCORE = "score."


@dataclass(frozen=True)
class ShownArea:
    """One area of a map.

    Parameters
    ----------
    text
        The value without its unit, or the shorthand ``[x]`` or ``[c]``.
    said
        Value, rank and class in words: ``34.2 µg/m³, 3rd of 19, class 2 of 5``.
    rank
        1 is best; empty where there is none.
    number
        Class, from 1; `placedata.maps.classes.NO_DATA` or `SUPPRESSED`.
    """

    code: str
    name: str
    text: str
    said: str
    rank: str
    number: int


@dataclass(frozen=True)
class Shown:
    """A layer in one period, or a score, ready to be drawn and told.

    Parameters
    ----------
    id
        Layer id, or ``score.`` and the id of a node.
    period
        The period shown; for a score the range of periods behind it.
    areas
        In the order of the snapshot.
    classes
        With the counts of this period; quantiles of all periods together, so that a colour means
        the same in every year.
    legend
        Lowest class first, then suppressed and no data where there are any.
    references
        (name, value in words, basis): the whole place, then the comparator.
    facts
        (name, words): source, licence, method and the like, for the foot of the map.
    """

    id: str
    title: str
    description: str
    unit: str
    polarity: str
    period: str
    areas: tuple[ShownArea, ...]
    classes: Classes
    palette: Palette
    references: tuple[tuple[str, str, str], ...]
    facts: tuple[tuple[str, str], ...]
    caveats: tuple[str, ...]

    @property
    def heading(self) -> str:
        """Title and period: ``Nitrogen dioxide, 2023``."""
        return f"{self.title}, {self.period}" if self.period else self.title

    @property
    def legend(self) -> list[LegendRow]:
        """Rows of the legend."""
        return legend_rows(self.classes, self.unit)

    @property
    def ranked(self) -> bool:
        """Whether one way is better, so that areas have a rank."""
        return self.polarity != "neutral"


def shown(snapshot: Snapshot, identifier: str, period: str | None = None) -> Shown:
    """Return a layer in a period (the newest unless given), or a score (``score.NODE``).

    Raises
    ------
    PlaceDataError
        There is no such layer, node or period; the nearest is told.
    """
    if identifier.startswith(SCORE):
        return _shown_score(snapshot, identifier, period)
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
        areas=_areas(table, classes, record.unit, record.decimals),
        classes=classes,
        palette=_palette(classes, record.polarity),
        references=_references(snapshot, record, period or record.latest),
        facts=_facts(record),
        caveats=record.caveats,
    )


def _shown_score(snapshot: Snapshot, identifier: str, period: str | None) -> Shown:
    if period is not None:
        problem = Problem(
            "map", f"{identifier}.period", repr(period), "no period: scores have none"
        )
        raise PlaceDataError(f"{identifier} cannot be shown for {period}", [problem])
    node_id = identifier.removeprefix(SCORE)
    table = snapshot.score_table(node_id).rename(columns={"score": "value"})
    node = snapshot.framework.node(node_id)
    table["status"] = table["value"].notna().map({True: "ok", False: "missing"})
    classes = class_breaks(table["value"], statuses=table["status"])
    polarity = snapshot.framework.polarity
    mean = table["value"].mean()
    mean_text = wording.format_value(mean, "", 1)
    return Shown(
        id=identifier,
        title=f"{node.title}: score",
        description=node.question,
        unit="score",
        polarity=polarity,
        period=wording.period_range(snapshot.scored_periods or ()),
        areas=_areas(table, classes, "", 1),
        classes=classes,
        palette=_palette(classes, polarity),
        references=((snapshot.place["name"], mean_text, "simple mean of areas"),),
        facts=(
            ("Source", f"{snapshot.framework.title}, from the layers of this place"),
            ("Ranks", snapshot.index["rank_note"] or "provisional: no interval yet"),
        ),
        caveats=(snapshot.index["notice"],) if snapshot.index["notice"] else (),
    )


def known_layers(snapshot: Snapshot, wanted: list[str]) -> None:
    """Refuse names that are neither layers nor scores, all of them at once.

    Raises
    ------
    PlaceDataError
        With one problem for each name that there is not.
    """
    known = [*snapshot.layers, *(SCORE + node.id for node in snapshot.framework.nodes)]
    problems = [
        Problem(
            "map", "layer", repr(name), "a layer id, or score. and a part of the index",
            suggestion=nearest(name, known),
        )
        for name in wanted
        if name not in known
    ]  # fmt: skip
    if problems or not wanted:
        names = wording.join_list([problem.found for problem in problems]) or "no name at all"
        raise PlaceDataError(f"a map needs layers that there are: found {names}", problems)


def _palette(classes: Classes, polarity: str) -> Palette:
    return sequential(max(classes.k, 1), polarity=polarity)  # type: ignore[arg-type]


def _areas(
    table: pd.DataFrame, classes: Classes, unit: str, decimals: int
) -> tuple[ShownArea, ...]:
    numbers = assign(classes, table["value"], table["status"])
    there = table["status"] == "ok"
    ranks = table["rank"].where(there)
    tied = ranks.duplicated(keep=False)
    made = []
    for at, (code, row) in enumerate(table.iterrows()):
        ok, number = bool(there.iloc[at]), int(numbers[at])
        place = wording.rank_text(ranks.iloc[at], int(there.sum()), tied=bool(tied.iloc[at]))
        rank = place if ok and ranks.notna().iloc[at] else ""
        spoken = wording.format_value(row["value"], unit, decimals, status=row["status"])
        band = f"class {number} of {classes.k}" if number > 0 else ""
        short = wording.SHORTHAND.get(row["status"], wording.SHORTHAND["missing"])
        made.append(
            ShownArea(
                code=str(code),
                name=str(row["area_name"]),
                text=wording.format_number(row["value"], decimals) if ok else short,
                said=", ".join(part for part in (spoken, rank, band) if part),
                rank=rank,
                number=number,
            )
        )
    return tuple(made)


def _references(
    snapshot: Snapshot, record: LayerRecord, period: str
) -> tuple[tuple[str, str, str], ...]:
    """Return name, value and basis of the whole place and of its comparator, where known."""
    summary = record.summary(period)
    given = [
        (snapshot.place["name"], summary["place"], summary["basis"]),
        (snapshot.place["comparator"], summary["comparator"], "comparator"),
    ]
    return tuple(
        (name, wording.format_value(value, record.unit, record.decimals), basis)
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
