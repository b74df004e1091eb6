"""The small pictures in the tables of an HTML scorecard."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from placedata.scorecard.card import Scorecard
    from placedata.scorecard.parts import AreaScore, Figure, NodeScore
    from placedata.snapshot import Snapshot

#: A line over fewer periods shows nothing that two numbers do not.
FEWEST_PERIODS = 3


def score_bar(card: Scorecard, node: NodeScore, *, peers: bool = True) -> str:
    """Return the bar of a score with the mean of all areas, and of the peers where asked for."""
    from placedata.charts import svg_score_bar

    marks: list[tuple[str, float | None]] = []
    if card.kind != "place":
        marks.append((f"mean of all {card.nouns[1]}", node.place_mean))
        marks.append(("mean of its peers", node.peer_mean if peers else None))
    title = f"{node.title}, {card.area_name}"
    return svg_score_bar(node.score, title, marks=marks, colour=card.branding.colour)


def rank_band(card: Scorecard, node: NodeScore) -> str:
    """Return the rank of a score and where it may lie."""
    from placedata.charts import svg_rank_band

    ranks = None if node.low is None or node.high is None else (node.low, node.high)
    title = f"Rank of {card.area_name} on {node.title}"
    return svg_rank_band(node.rank, ranks, node.of, title, colour=card.branding.colour)


def area_band(card: Scorecard, item: AreaScore) -> str:
    """Return the rank of one area of a place and where it may lie."""
    from placedata.charts import svg_rank_band

    ranks = None if item.low is None or item.high is None else (item.low, item.high)
    of = sum(each.score is not None for each in card.areas_by_score)
    title = f"Rank of {item.area_name}"
    return svg_rank_band(item.rank, ranks, of, title, colour=card.branding.colour)


def position(card: Scorecard, figure: Figure, snapshot: Snapshot) -> str:
    """Return where a figure lies among those of all areas."""
    from placedata.charts import Measure, svg_position
    from placedata.scorecard.background import background

    title = f"{figure.title}, {figure.period}, {card.area_name} among all {card.nouns[1]}"
    measure = Measure(title, figure.unit, figure.polarity, figure.decimals)
    ends = None if figure.low is None or figure.high is None else (figure.low, figure.high)
    # A total of the place is no average to set an area's count against.
    place = None if figure.is_total else figure.place
    spread = background(snapshot).layer(figure.layer).spread
    return svg_position(
        spread, figure.value, measure, interval=ends,
        marks=[(card.place_name, place), ("its peers", figure.peers)],
        colour=card.branding.colour,
    )  # fmt: skip


def trend(card: Scorecard, figure: Figure) -> str:
    """Return a line over the periods; empty where there are fewer than three."""
    import pandas as pd

    from placedata.charts import Measure, svg_sparkline

    if sum(value is not None for _, value in figure.trend) < FEWEST_PERIODS:
        return ""
    title = f"{figure.title}, {card.area_name}, over time"
    measure = Measure(title, figure.unit, figure.polarity, figure.decimals)
    return svg_sparkline(pd.Series(dict(figure.trend), dtype=float), measure, width=72, height=20)
