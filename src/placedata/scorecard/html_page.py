"""A scorecard as one HTML file that needs no other: styles, locator map and charts inside."""

from __future__ import annotations

import math
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placedata.geography import geography_in_words
from placedata.wording import (
    SHORTHAND_NOTES,
    format_value,
    interval_text,
    join_list,
    licence_name,
    plural,
    polarity_sentence,
    rank_text,
)

if TYPE_CHECKING:
    from jinja2 import Environment

    from placedata.maps.locator import Locator
    from placedata.scorecard.card import Comparison, Scorecard
    from placedata.scorecard.parts import Figure, NodeScore
    from placedata.snapshot import Snapshot


#: Letters of a unit that stands beside a number in a table.
SHORT_UNIT = 6
#: Width of the strip of all wards in a table, picture units.
STRIP_WIDTH = 260


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("placedata.scorecard", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "licence": licence_name,
        "plural": plural,
        "listed": join_list,
        "polarity": polarity_sentence,
    }
    return environment


def to_html(card: Scorecard | Comparison, snapshot: Snapshot) -> str:
    """Return the scorecard as a whole HTML document.

    It has no script, no link to another file, and prints on A4.
    """
    template = _environment().get_template("scorecard.html")
    return template.render(card=card, body=body_html(card, snapshot))


def body_html(card: Any, snapshot: Snapshot) -> Any:  # noqa: ANN401
    """Return the inside of the scorecard, marked safe, for a page with its own frame."""
    from markupsafe import Markup

    locator = _locator(snapshot.directory, card.geography)
    template = _environment().get_template("body.html")
    text = template.render(
        card=card,
        edition=geography_in_words(card.geography),
        top=card.index,
        dimensions=card.children(card.index.id) if card.index else (),
        locator=Markup(locator.svg(card.area_code)),  # noqa: S704  our own SVG, its text escaped
        bars=Markup(_bars(card)),  # noqa: S704
        value=lambda figure: value_text(figure, figure.value),
        place_value=lambda figure: value_text(figure, figure.place),
        comparator_value=lambda figure: value_text(figure, figure.comparator),
        rank=_rank,
        strip=lambda figure: Markup(_strip(snapshot, card, figure)),  # noqa: S704
        score=score_text,
        against=partial(_against, many=card.nouns[1]),
        notes=[f"{sign} {words}" for sign, words in SHORTHAND_NOTES.items() if sign != "[z]"],
        shares_alike=[item.title for item in (*card.figures, *card.context) if item.share_alike],
    )
    return Markup(text)  # noqa: S704  made by an escaping template


def value_text(figure: Figure, value: float | None) -> str:
    """Return one number of a figure as people read it, or its shorthand."""
    if value is None:
        return figure.shorthand if figure.value is None and figure.shorthand else "[x]"
    # The row's heading says the unit; in a cell only a short one is repeated.
    unit = figure.unit if len(figure.unit) <= SHORT_UNIT else ""
    return format_value(value, unit, figure.decimals)


def score_text(score: float | None) -> str:
    """Return a score with one decimal, or ``no score``."""
    return "no score" if score is None else f"{score:.1f}"


def _rank(item: NodeScore | Figure) -> str:
    if item.rank is None:
        return "not ranked"
    text = rank_text(item.rank, item.of)
    low, high = getattr(item, "low", None), getattr(item, "high", None)
    return text if low is None or high is None else f"{text} ({interval_text(low, high)})"


def _against(node: NodeScore, many: str) -> str:
    """Return how a score stands to the mean of all areas, in words with the number."""
    if node.score is None or node.place_mean is None:
        return ""
    gap = node.score - node.place_mean
    if abs(gap) < 0.05:
        return f"the same as the mean of all {many}"
    side = "above" if gap > 0 else "below"
    return f"{abs(gap):.1f} {side} the mean of all {many}"


@lru_cache(maxsize=4)
def _locator(version: Path, geography: str) -> Locator:
    """Return the locator maps of a version, which never changes once it is published."""
    from placedata.geography import Boundaries
    from placedata.maps.locator import Locator
    from placedata.snapshot import Snapshot

    return Locator(Boundaries(geography, Snapshot(version, {}).boundaries))


def _bars(card: Scorecard) -> str:
    import pandas as pd

    from placedata.charts import Measure, svg_component_bars

    components = [item for item in card.nodes if item.level == "component" and item.indicators]
    if not components:
        return ""
    titles = {item.id: item.title for item in card.nodes}
    scores = pd.Series({item.title: _float(item.score) for item in components})
    place = pd.Series({item.title: _float(item.place_mean) for item in components})
    groups = {item.title: titles[str(item.parent)] for item in components}
    measure = Measure("Component scores, 0 to 100, higher is better", decimals=1)
    names = (card.area_name, f"mean of {card.place_name}'s {card.nouns[1]}")
    return svg_component_bars(scores, place, measure, names=names, groups=groups)


def _strip(snapshot: Snapshot, card: Scorecard, figure: Figure) -> str:
    from placedata.charts import Measure, svg_dot_strip

    values = snapshot.table(figure.layer)["value"]
    # A total of the place is no average to set a ward's count against.
    total = figure.basis.startswith("total")
    marks = {} if total else {card.place_name: _float(figure.place)}
    if figure.comparator is not None and card.comparator:
        marks[card.comparator] = figure.comparator
    title = f"{figure.title}, {figure.period}"
    unit = figure.unit if len(figure.unit) <= SHORT_UNIT else ""
    measure = Measure(title, unit, figure.polarity, figure.decimals)
    name = card.area_name
    return svg_dot_strip(
        values, card.area_code, measure, area_name=name, marks=marks, width=STRIP_WIDTH
    )


def _float(value: float | None) -> float:
    return math.nan if value is None else value
