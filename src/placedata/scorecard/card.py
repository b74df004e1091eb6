"""The Scorecard object: every number that any format of a scorecard shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from placedata.geography import area_nouns
from placedata.snapshot import plain

if TYPE_CHECKING:
    from placedata.snapshot import LayerRecord, Snapshot

#: Shorthand of the Government Analysis Function for a figure that is not there.
SHORTHAND = {"suppressed": "[c]", "missing": "[x]"}


@dataclass(frozen=True)
class NodeScore:
    """One score of the ward: the index, a dimension or a component.

    Parameters
    ----------
    score
        0 to 100, higher is better; None where too little was observed.
    rank, of
        1 is best among the `of` wards that have a score.
    low, high
        Nine of ten repeats of the index, with its choices and the chance in its figures varied,
        rank the ward between these two.
    group
        Wards of one group cannot be told apart by this score; 1 is the group at the top.
    place_mean
        Simple mean of all wards' scores.
    coverage
        Share of the score's weight that was really observed, 0 to 1.
    label
        ``strength``, ``weakness`` or empty.
    indicators
        How many indicators there are below the node.
    """

    id: str
    title: str
    level: str
    parent: str | None
    question: str
    score: float | None
    rank: int | None
    of: int
    low: int | None
    high: int | None
    group: int | None
    place_mean: float | None
    coverage: float
    label: str
    indicators: int


@dataclass(frozen=True)
class Figure:
    """One layer's figure for the ward.

    Parameters
    ----------
    value
        In `unit`; None unless `status` is ``ok``.
    place, basis
        The whole place's value and how it was made.
    comparator
        The wider area's value, or None where the data do not have it.
    rank, of
        1 is best by polarity among the `of` wards with a figure; None for neutral layers.
    score
        The indicator's score, 0 to 100, or None for layers outside the index.
    trend
        (period, value) of every period, oldest first.
    """

    layer: str
    title: str
    description: str
    unit: str
    decimals: int
    polarity: str
    component: str | None
    theme: str
    period: str
    value: float | None
    status: str
    place: float | None
    basis: str
    comparator: float | None
    rank: int | None
    of: int
    score: float | None
    label: str
    coverage: float | None
    trend: tuple[tuple[str, float | None], ...]
    publisher: str
    licence: str
    url: str | None
    method: str
    share_alike: bool

    @property
    def shorthand(self) -> str:
        """``[c]`` or ``[x]`` where there is no value, else empty."""
        return SHORTHAND.get(self.status, "")


@dataclass(frozen=True)
class Scorecard:
    """One ward's scorecard.

    Parameters
    ----------
    nodes
        Index first, then each dimension with its components.
    figures
        Indicators of the index, in the order of the components.
    context
        Layers outside the index.
    periods
        Oldest and newest period behind the score, or None without a score.
    alike
        Names of the wards whose index score cannot be told apart from this one's.
    strengths, weaknesses
        In words: title, figure and rank of what stands out, components first.
    warning
        Said where periods mix; empty otherwise.
    reproduce
        Command that makes this scorecard again.
    """

    area_code: str
    area_name: str
    place_name: str
    fictional: bool
    geography: str
    comparator: str | None
    areas: int
    nodes: tuple[NodeScore, ...]
    figures: tuple[Figure, ...]
    context: tuple[Figure, ...]
    alike: tuple[str, ...]
    strengths: tuple[str, ...]
    weaknesses: tuple[str, ...]
    periods: tuple[str, str] | None
    warning: str
    framework: str
    notice: str
    rank_note: str
    publisher: str
    attribution: tuple[str, ...]
    licences: tuple[str, ...]
    snapshot: str
    published: str
    reproduce: str

    @property
    def index(self) -> NodeScore | None:
        """The score of the whole index, or None where the place has none."""
        return self.nodes[0] if self.nodes else None

    @property
    def nouns(self) -> tuple[str, str]:
        """What one area and several are called: ``ward``, ``wards``."""
        return area_nouns(self.geography, [self.area_code])

    def children(self, node: str) -> tuple[NodeScore, ...]:
        """Return the nodes right below a node, in order."""
        return tuple(item for item in self.nodes if item.parent == node)

    def figures_of(self, component: str) -> tuple[Figure, ...]:
        """Return the figures of a component, in order."""
        return tuple(item for item in self.figures if item.component == component)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON."""
        data: dict[str, Any] = plain(self)
        return data

    def to_json(self) -> str:
        """Return the scorecard as one JSON document."""
        from placedata.scorecard.json_document import to_json

        return to_json(self)

    def to_csv(self) -> str:
        """Return the scorecard as CSV text, one row a figure."""
        from placedata.scorecard.csv_rows import to_csv

        return to_csv([self])

    def to_html(self, snapshot: Snapshot) -> str:
        """Return the scorecard as one HTML file that needs no other, with its locator map."""
        from placedata.scorecard.html_page import to_html

        return to_html(self, snapshot)


def make_scorecard(snapshot: Snapshot, area: str) -> Scorecard:
    """Return the scorecard of one area of a snapshot.

    Raises
    ------
    PlaceDataError
        The place has no such area; the nearest code or name is told.
    """
    name = snapshot.area_name(area)
    figures = [_figure(snapshot, record, area) for record in snapshot.layers.values()]
    inside = tuple(item for item in figures if item.component is not None)
    nodes = _nodes(snapshot, area)
    place, periods = snapshot.place, snapshot.scored_periods
    return Scorecard(
        area_code=area,
        area_name=name,
        place_name=place["name"],
        fictional=bool(place["fictional"]),
        geography=place["geography"],
        comparator=place["comparator"],
        areas=len(snapshot.areas),
        nodes=nodes,
        figures=inside,
        context=tuple(item for item in figures if item.component is None),
        alike=_alike(snapshot, nodes, area),
        strengths=_labelled(nodes, inside, "strength"),
        weaknesses=_labelled(nodes, inside, "weakness"),
        periods=periods,
        warning=period_warning(periods),
        framework=snapshot.framework.title,
        notice=snapshot.index["notice"],
        rank_note=snapshot.index["rank_note"],
        publisher=place["publisher"],
        attribution=tuple(place["attribution"]),
        licences=tuple(dict.fromkeys(item.licence for item in figures)),
        snapshot=snapshot.id,
        published=snapshot.published_date,
        reproduce=f"placedata scorecard --area {area} --format html,csv,json",
    )


def period_warning(periods: tuple[str, str] | None) -> str:
    """Return what is said where a score rests on figures of different periods."""
    if periods is None or periods[0] == periods[1]:
        return ""
    return (
        f"The figures behind this score are of different times, from {periods[0]} to {periods[1]}. "
        "It is not a picture of one year."
    )


def _nodes(snapshot: Snapshot, area: str) -> tuple[NodeScore, ...]:
    labels, framework = snapshot.labels.get(area, {}), snapshot.framework
    if snapshot.scores.empty:
        return ()
    made: list[NodeScore] = []

    def visit(identifier: str) -> int:
        node, at = framework.node(identifier), len(made)
        made.append(_node(snapshot, framework.node(identifier), area, labels))
        below = len(framework.indicators_of(identifier))
        below += sum(visit(child.id) for child in framework.children(node.id))
        made[at] = _counted(made[at], below)
        return below

    visit(framework.top.id)
    return tuple(made)


def _counted(node: NodeScore, indicators: int) -> NodeScore:
    return replace(node, indicators=indicators)


def _node(snapshot: Snapshot, node: Any, area: str, labels: Mapping[str, str]) -> NodeScore:  # noqa: ANN401
    rows = snapshot.score_table(node.id)
    row = rows.loc[area]
    return NodeScore(
        id=node.id,
        title=node.title,
        level=node.level,
        parent=node.parent,
        question=node.question,
        score=_number(row["score"]),
        rank=_whole(row["rank"]),
        of=int(rows["score"].notna().sum()),
        low=_whole(row["low"]),
        high=_whole(row["high"]),
        group=_whole(row["group"]) or None,
        place_mean=_number(rows["score"].mean()),
        coverage=float(row["coverage"]),
        label=labels.get(node.id, ""),
        indicators=0,
    )


def _figure(snapshot: Snapshot, record: LayerRecord, area: str) -> Figure:
    table = snapshot.table(record.id)
    row, summary = table.loc[area], record.summary()
    history = snapshot.history(record.id).loc[area]
    score = snapshot.indicator_scores(record.id)
    return Figure(
        layer=record.id,
        title=record.title,
        description=record.description,
        unit=record.unit,
        decimals=record.decimals,
        polarity=record.polarity,
        component=record.component,
        theme=record.theme,
        period=record.latest,
        value=_number(row["value"]),
        status=str(row["status"]),
        place=summary["place"],
        basis=summary["basis"],
        comparator=summary["comparator"],
        rank=_whole(row["rank"]),
        of=int(table["value"].notna().sum()),
        score=_number(score.get(area)),
        label=snapshot.labels.get(area, {}).get(record.id, ""),
        coverage=_number(row["coverage"]),
        trend=tuple((period, _number(history[period])) for period in record.periods),
        publisher=record.publisher,
        licence=record.licence,
        url=record.url,
        method=record.method,
        share_alike=record.share_alike,
    )


def _alike(snapshot: Snapshot, nodes: tuple[NodeScore, ...], area: str) -> tuple[str, ...]:
    """Return the names of the other wards in this ward's group on the whole index."""
    if not nodes or nodes[0].group is None:
        return ()
    table = snapshot.score_table(nodes[0].id)
    same = table[(table["group"] == nodes[0].group) & (table.index != area)]
    return tuple(same.sort_values("rank")["area_name"])


def _labelled(
    nodes: tuple[NodeScore, ...], figures: tuple[Figure, ...], label: str
) -> tuple[str, ...]:
    """Return what carries a label, components first: title, figure and rank.

    A title such as "Burglary" says neither that it is low nor that low is good; its figure and
    rank (1 is best) do.
    """
    from placedata.wording import format_value, rank_text

    told = []
    below = [node for node in nodes if node.level != nodes[0].level]
    items: list[NodeScore | Figure] = [*below, *figures]
    for item in items:
        if item.label == label and item.rank is not None:
            if isinstance(item, NodeScore):
                value = f"{format_value(item.score, decimals=1)} of 100"
            else:
                value = format_value(item.value, item.unit, item.decimals)
            told.append(f"{item.title}: {value}, {rank_text(item.rank, item.of)}")
    return tuple(told)


def _number(value: Any) -> float | None:  # noqa: ANN401
    import pandas as pd

    return None if pd.isna(value) else float(value)


def _whole(value: Any) -> int | None:  # noqa: ANN401
    import pandas as pd

    return None if pd.isna(value) else int(value)
