"""Scorecards: the list of areas, and one page for each area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import render_template

from dashboard.map_parts import view_of
from dashboard.pictures import locator
from dashboard.served import served, snapshot_now
from placedata.charts import Measure, svg_component_bars, svg_sparkline
from placedata.scorecard import Scorecard, make_scorecard

if TYPE_CHECKING:
    from flask import Flask

    from placedata.snapshot import Snapshot

PATH = "/areas/"
TITLE = "Scorecards"


def register(app: Flask) -> Sequence[str]:
    """Add the list and the page of one area."""

    @app.get(PATH)
    def areas() -> str:
        snapshot = snapshot_now()
        return render_template(
            "areas.html", scores=_scores(snapshot), layers=_first_layer(snapshot)
        )

    @app.get(PATH + "<code>")
    def area(code: str) -> str:
        snapshot = snapshot_now()
        card = make_scorecard(snapshot, code)
        dimensions = card.children(card.nodes[0].id) if card.nodes else ()
        return render_template(
            "area.html",
            card=card,
            dimensions=dimensions,
            bars=_bars(snapshot, card),
            locator=locator(served(), snapshot, code),
            charts=_charts(card),
            neighbours=_before_and_after(snapshot, code),
            periods=_periods(card),
        )

    return ()


def _scores(snapshot: Snapshot) -> list[Any]:
    """Return the views of the index and its dimensions; none where nothing has a score."""
    if snapshot.scores.empty or snapshot.scores["score"].isna().all():
        return []
    framework = snapshot.framework
    nodes = (framework.top, *framework.children(framework.top.id))
    return [view_of(served(), snapshot, f"score.{node.id}", None) for node in nodes]


def _first_layer(snapshot: Snapshot) -> str:
    return next(iter(snapshot.layers))


def _bars(snapshot: Snapshot, card: Scorecard) -> str:
    """Return the bars of the components that have a score, under their dimensions."""
    import pandas as pd

    titles = {node.id: node.title for node in card.nodes}
    components = [node for node in card.nodes if node.level == "component" and node.indicators]
    if not any(node.score is not None for node in components):
        return ""
    scores = pd.Series({node.title: node.score for node in components}, dtype=float)
    place = pd.Series({node.title: node.place_mean for node in components}, dtype=float)
    groups = {node.title: titles.get(node.parent or "", "") for node in components}
    measure = Measure(f"Component scores of {card.area_name}", "score", "higher_is_better", 0)
    names = (card.area_name, f"mean of {card.place_name}")
    return served().made(
        ("bars", snapshot.id, card.area_code),
        lambda: svg_component_bars(scores, place, measure, names=names, groups=groups, width=440),
    )


def _charts(card: Scorecard) -> dict[str, str]:
    """Return a line over the periods for each figure that has at least three."""
    import pandas as pd

    made = {}
    for figure in (*card.figures, *card.context):
        if len(figure.trend) < 3:
            continue
        measure = Measure(
            f"{figure.title}, {card.area_name}", figure.unit, figure.polarity, figure.decimals
        )
        values = pd.Series(dict(figure.trend), dtype=float)
        made[figure.layer] = svg_sparkline(values, measure, width=110, height=30)
    return made


def _before_and_after(snapshot: Snapshot, code: str) -> tuple[tuple[str, str] | None, ...]:
    """Return the areas before and after this one by name."""
    names = sorted(snapshot.areas["area_name"].items(), key=lambda item: item[1].casefold())
    codes = [item[0] for item in names]
    at = codes.index(code)
    before = names[at - 1] if at > 0 else None
    after = names[at + 1] if at + 1 < len(names) else None
    return before, after


def _periods(card: Scorecard) -> list[tuple[str, int]]:
    """Return each period behind the score with how many indicators have it."""
    counts: dict[str, int] = {}
    for figure in card.figures:
        counts[figure.period] = counts.get(figure.period, 0) + 1
    return sorted(counts.items())
