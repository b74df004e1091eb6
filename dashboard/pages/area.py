"""Scorecards: the list of areas, and one page for each area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import render_template, request

from dashboard.area_names import beside, with_words
from dashboard.bad_values import one_of
from dashboard.care import score_care
from dashboard.finding import typed
from dashboard.levels import level_context, level_id, level_of_area, parent_of, wards_in
from dashboard.long_tables import RowsShown, rows_shown
from dashboard.map_parts import view_of
from dashboard.pictures import locator
from dashboard.served import served, snapshot_now
from placedata.charts import Measure, svg_component_bars, svg_sparkline
from placedata.scorecard import Scorecard, make_scorecard
from placedata.scorecard.cell_pictures import position
from placedata.wording import join_list

if TYPE_CHECKING:
    from flask import Flask

    from placedata.maps.shown import Shown
    from placedata.snapshot import Snapshot

PATH = "/areas/"
TITLE = "Scorecards"
#: Strengths, and weaknesses, that are told before the rest is folded away.
MOST_STANDING = 8


def register(app: Flask) -> Sequence[str]:
    """Add the list and the page of one area."""

    @app.get(PATH)
    def areas() -> str:
        own = snapshot_now()
        asked = request.args.get("level", "")
        snapshot = own.level(asked if asked in own.levels else own.levels[0])
        scores = _scores(snapshot)
        return render_template(
            "areas.html",
            scores=scores,
            part=_listed(snapshot, scores, request.args),
            unknown_level=asked if asked and asked not in own.levels else "",
            **level_context(snapshot, own),
        )

    @app.get(PATH + "<code>")
    def area(code: str) -> str:
        own = snapshot_now()
        snapshot = level_of_area(own, code)
        card = _card(snapshot, code)
        dimensions = card.children(card.nodes[0].id) if card.nodes else ()
        return render_template(
            "area.html",
            card=card,
            dimensions=dimensions,
            bars=_bars(snapshot, card),
            components_said=components_said(card),
            most_standing=MOST_STANDING,
            locator=locator(served(), snapshot, code),
            charts=served().made(
                ("lines", snapshot.id, card.geography, code), lambda: _charts(card)
            ),
            places=_places(snapshot, card),
            periods=_periods(card),
            care=score_care(snapshot, own, [figure.layer for figure in card.figures]),
            **_around(own, snapshot, code),
            **level_context(snapshot, own),
        )

    return ()


def _listed(
    snapshot: Snapshot, scores: Sequence[Shown], asked: Mapping[str, str]
) -> RowsShown[tuple[str, str]]:
    """Return codes and names of the areas of the list, in the order asked for."""
    find = typed(asked.get("find", ""))
    views = {f"score{at}": (view, "value") for at, view in enumerate(scores, 1)}
    if scores:
        views["rank"] = (scores[0], "rank")
    known = [way + name for name in ("name", *views) for way in ("", "-")]
    sort = one_of(asked.get("sort", ""), known, "order", "the table is by name")
    rows = with_words(snapshot, find)
    column = sort.lstrip("-")
    if column in views:
        view, by = views[column]
        names = dict(rows)
        ordered = view.sorted_rows(f"-{by}" if sort.startswith("-") else by)
        rows = [(row.code, names[row.code]) for row in ordered if row.code in names]
    elif sort.startswith("-"):
        rows.reverse()
    kept = {"level": level_id(snapshot), "sort": sort, "find": find}
    return rows_shown(rows, len(snapshot.areas), asked.get("page", ""), kept)


def _card(snapshot: Snapshot, code: str) -> Scorecard:
    """Return the scorecard of an area, made once."""
    key = ("card", snapshot.id, snapshot.place["geography"], code)
    return served().made(key, lambda: make_scorecard(snapshot, code))


def _scores(snapshot: Snapshot) -> list[Any]:
    """Return the views of the index and its dimensions; none where nothing has a score."""
    if snapshot.scores.empty or snapshot.scores["score"].isna().all():
        return []
    framework = snapshot.framework
    nodes = (framework.top, *framework.children(framework.top.id))
    return [view_of(served(), snapshot, f"score.{node.id}", None) for node in nodes]


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
    names = (card.area_name, f"mean of all {card.nouns[1]}")
    return served().made(
        ("bars", snapshot.id, card.area_code),
        lambda: svg_component_bars(scores, place, measure, names=names, groups=groups, width=440),
    )


def components_said(card: Scorecard) -> str:
    """Return which components stand clearly apart from the middle rank, and which may not."""
    told: dict[str, list[str]] = {"better": [], "worse": [], "unclear": []}
    for node in card.nodes:
        gap = node.gap("place")
        if node.level == "component" and gap is not None and gap.clear is not None:
            told[gap.direction if gap.clear else "unclear"].append(node.title)
    words = {
        "better": "Clearly better than the middle rank: {}.",
        "worse": "Clearly worse than the middle rank: {}.",
        "unclear": "The difference could be chance for {}.",
    }
    return " ".join(words[way].format(join_list(names)) for way, names in told.items() if names)


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


def _places(snapshot: Snapshot, card: Scorecard) -> dict[str, str]:
    """Return where each ranked figure lies among those of all areas."""

    def draw() -> dict[str, str]:
        return {
            figure.layer: position(card, figure, snapshot)
            for figure in card.all_figures
            if figure.rank is not None
        }

    return served().made(("places", snapshot.id, card.geography, card.area_code), draw)


def _around(own: Snapshot, snapshot: Snapshot, code: str) -> dict[str, Any]:
    """Return the larger area of a ward, the wards of a larger area, and the areas before and after.

    Before and after go by name, for a ward within its larger area.
    """
    level = level_id(snapshot)
    parent = None if level else parent_of(own, code)
    inside = wards_in(own, level, code) if level else []
    if parent:
        names = [(ward, own.area_name(ward)) for ward in wards_in(own, own.levels[1], parent[0])]
        at = [ward for ward, _ in names].index(code)
        neighbours = (
            names[at - 1] if at > 0 else None,
            names[at + 1] if at + 1 < len(names) else None,
        )
    else:
        neighbours = beside(snapshot, code)
    return {
        "parent": parent,
        "inside": inside,
        "inside_scores": _scores(own) if inside else [],
        "own_areas": own.areas["area_name"],
        "neighbours": neighbours,
    }


def _periods(card: Scorecard) -> list[tuple[str, int]]:
    """Return each period behind the score with how many indicators have it."""
    counts: dict[str, int] = {}
    for figure in card.figures:
        counts[figure.period] = counts.get(figure.period, 0) + 1
    return sorted(counts.items())
