"""Compare: two to six areas and the place side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import Response, abort, render_template

from dashboard.area_set import areas_asked
from dashboard.picture_files import picture_file
from dashboard.served import served
from placedata.charts import Measure, SpineRow, svg_spine
from placedata.insight import Told, clearly_apart
from placedata.scorecard import Comparison, Figure, make_comparison
from placedata.scorecard.background import background
from placedata.wording import join_list, plural

if TYPE_CHECKING:
    from flask import Flask

    from dashboard.area_set import AreaSet
    from placedata.scorecard import Scorecard
    from placedata.snapshot import Snapshot

PATH = "/compare"
TITLE = "Compare"
FEWEST_AREAS = 2
#: Indicators that a sentence names before it counts the rest.
MOST_NAMED = 3


def register(app: Flask) -> Sequence[str]:
    """Add the page and its picture."""

    @app.get(PATH)
    def compare() -> str:
        asked = areas_asked()
        shown = asked.shown
        compared = _compared(shown, asked.areas)
        return render_template(
            "compare.html",
            hidden={},
            compared=compared,
            chart=_chart(shown, compared) if compared else "",
            indicators_said=indicators_said(compared) if compared else [],
            usual=_usual(shown),
            **asked.context,
        )

    @app.get(PATH + ".<kind>")
    def compare_picture(kind: str) -> Response:
        asked = areas_asked()
        compared = _compared(asked.shown, asked.areas)
        if compared is None or asked.notices:
            abort(404)
        return picture_file(_chart(asked.shown, compared), kind, "comparison")

    return ()


def _compared(snapshot: Snapshot, areas: AreaSet) -> Comparison | None:
    if len(areas.codes) < FEWEST_AREAS:
        return None
    key = ("comparison", snapshot.id, areas)
    return served().made(key, lambda: make_comparison(snapshot, areas.codes))


def _usual(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the areas at the two ends of the index, to begin with; none without scores."""
    if snapshot.scores.empty:
        return ()

    def ends() -> tuple[str, ...]:
        table = snapshot.score_table(snapshot.framework.top.id)
        ranked = table[table["rank"].notna()].sort_values("rank")
        return (str(ranked.index[0]), str(ranked.index[-1])) if len(ranked) > 1 else ()

    return served().made(("ends", snapshot.id, snapshot.place["geography"]), ends)


def indicators_said(compared: Comparison) -> list[str]:
    """Return how the areas differ over all indicators, and how much of that is clear.

    Two areas are set beside each other, more of them beside the place one by one.
    """
    cards = compared.cards
    if len(cards) == FEWEST_AREAS:
        return _two_said(*cards)
    made = []
    for card in cards:
        counts = card.counts
        tested = counts["better"] + counts["worse"] + counts["unclear"]
        if tested:
            made.append(
                f"{card.area_name}: clearly better than {card.place_name} on {counts['better']:,}, "
                f"clearly worse on {counts['worse']:,} and not clearly different on "
                f"{counts['unclear']:,} of the {plural(tested, 'indicator')} whose error is known."
            )
    return made


def _two_said(one: Scorecard, other: Scorecard) -> list[str]:
    """Return on which indicators each of two areas is clearly better, and how many nobody can tell.

    Indicators of which neither way is better are left out.
    """
    better: dict[str, list[str]] = {one.area_name: [], other.area_name: []}
    unclear = unknown = 0
    for mine, its in zip(one.figures, other.figures, strict=True):
        if mine.value is None or its.value is None or mine.polarity == "neutral":
            continue
        clear = clearly_apart(
            *(Told("", figure.value or 0.0, "", figure.error) for figure in (mine, its))
        )
        unknown += clear is None
        unclear += clear is False
        if clear:
            first = (mine.value > its.value) == (mine.polarity == "higher_is_better")
            better[(one if first else other).area_name].append(mine.title)
    tested = unclear + sum(map(len, better.values()))
    made = []
    if tested:
        told = [
            f"{name} is clearly better on {len(titles):,}"
            + (f" ({join_list(titles, most=MOST_NAMED)})" if titles else "")
            for name, titles in better.items()
        ]
        made.append(
            f"Of the {plural(tested, 'indicator')} whose error is known, {join_list(told)}; "
            f"on {unclear:,} the difference could be chance."
        )
    if unknown:
        made.append(f"On {plural(unknown, 'indicator')} it is not known how much is chance.")
    return made


def _chart(snapshot: Snapshot, compared: Comparison) -> str:
    codes = tuple(card.area_code for card in compared.cards)
    key = ("spine", snapshot.id, snapshot.place["geography"], codes)
    return served().made(key, lambda: _drawn(snapshot, compared))


def _drawn(snapshot: Snapshot, compared: Comparison) -> str:
    first = compared.cards[0]
    rows = [row for at, figure in enumerate(first.figures)
            if (row := _row(snapshot, compared, at, figure)) is not None]  # fmt: skip
    if not rows:
        return ""
    names = [card.area_name for card in compared.cards]
    fictional = " Fictional place." if first.fictional else ""
    source = (
        f"Snapshot {first.snapshot}, published {first.published}. {first.publisher}.{fictional}"
    )
    measure = Measure(f"Indicators of {compared.title}", source=source)
    return svg_spine(rows, names, measure, place=first.place_name)


def _row(snapshot: Snapshot, compared: Comparison, at: int, figure: Figure) -> SpineRow | None:
    """Return the row of one indicator; None where no side is better or the place has no figure."""
    layer = background(snapshot).layer(figure.layer)
    if figure.polarity == "neutral" or figure.place is None or layer.known < FEWEST_AREAS:
        return None
    found: Any = layer.spread
    own = tuple(card.figures[at].value for card in compared.cards)
    title = f"{figure.title}, {figure.period}"
    measure = Measure(title, figure.unit, figure.polarity, figure.decimals)
    return SpineRow(measure, own, figure.place, *found)
