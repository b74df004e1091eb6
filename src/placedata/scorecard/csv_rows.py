"""Scorecards as CSV: one row a score or figure, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from placedata.scorecard.safe import safe_cell

if TYPE_CHECKING:
    from placedata.scorecard.card import Scorecard
    from placedata.scorecard.parts import Figure, NodeScore

COLUMNS = (
    "area_code", "area_name", "kind", "id", "title", "component", "period", "value", "unit",
    "polarity", "rank", "rank_low", "rank_high", "of", "score", "place_value", "comparator_value",
    "coverage", "label", "status", "publisher", "licence", "place", "snapshot", "published",
)  # fmt: skip


def to_csv(cards: Iterable[Scorecard]) -> str:
    """Return the scorecards as CSV text: UTF-8 with a header, CRLF, missing figures [c] or [x]."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for card in cards:
        for row in _rows(card):
            writer.writerow([safe_cell(row.get(name, "")) for name in COLUMNS])
    return text.getvalue()


def _rows(card: Scorecard) -> Iterator[dict[str, object]]:
    shared = {
        "area_code": card.area_code,
        "area_name": card.area_name,
        "place": card.place_name,
        "snapshot": card.snapshot,
        "published": card.published,
    }
    for node in card.nodes:
        yield {**shared, **_node(node)}
    for figure in (*card.figures, *card.context):
        yield {**shared, **_figure(figure)}


def _node(node: NodeScore) -> dict[str, object]:
    return {
        "kind": node.level,
        "id": node.id,
        "title": node.title,
        "component": node.parent or "",
        "value": "[x]" if node.score is None else node.score,
        "unit": "score, 0 to 100",
        "polarity": "higher_is_better",
        "rank": "" if node.rank is None else node.rank,
        "rank_low": "" if node.low is None else node.low,
        "rank_high": "" if node.high is None else node.high,
        "of": node.of,
        "score": "" if node.score is None else node.score,
        "place_value": "" if node.place_mean is None else node.place_mean,
        "coverage": node.coverage,
        "label": node.label,
        "status": "missing" if node.score is None else "ok",
    }


def _figure(figure: Figure) -> dict[str, object]:
    return {
        "kind": "indicator" if figure.component else "context",
        "id": figure.layer,
        "title": figure.title,
        "component": figure.component or "",
        "period": figure.period,
        "value": figure.shorthand if figure.value is None else figure.value,
        "unit": figure.unit,
        "polarity": figure.polarity,
        "rank": "" if figure.rank is None else figure.rank,
        "of": figure.of,
        "score": "" if figure.score is None else figure.score,
        "place_value": "" if figure.place is None else figure.place,
        "comparator_value": "" if figure.comparator is None else figure.comparator,
        "coverage": "" if figure.coverage is None else figure.coverage,
        "label": figure.label,
        "status": figure.status,
        "publisher": figure.publisher,
        "licence": figure.licence,
    }
