"""Scorecards as rows: one a score, a figure or an earlier figure, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from placedata.scorecard.parts import SHORTHAND
from placedata.scorecard.safe import safe_cell

if TYPE_CHECKING:
    from placedata.scorecard.card import Scorecard
    from placedata.scorecard.parts import Figure, NodeScore

#: Name of a column -> its kind, as CSVW names it.
COLUMNS = {
    "area_code": "string", "area_name": "string", "kind": "string", "id": "string",
    "title": "string", "component": "string", "period": "string", "value": "number",
    "unit": "string", "polarity": "string", "standard_error": "number", "value_low": "number",
    "value_high": "number", "rank": "integer", "rank_low": "integer", "rank_high": "integer",
    "of": "integer", "score": "number", "place_value": "number", "peer_value": "number",
    "comparator_value": "number", "coverage": "number", "label": "string", "grade": "string",
    "status": "string", "publisher": "string", "licence": "string", "share_alike": "string",
    "trace": "string", "place": "string", "snapshot": "string", "published": "string",
    "card": "string",
}  # fmt: skip
ENDING = "-metadata.json"


def to_csv(cards: Iterable[Scorecard]) -> str:
    """Return the scorecards as CSV text: UTF-8 with a header, CRLF, missing figures [c] or [x].

    Figures are unrounded. Rows of kind ``history`` are the earlier periods of a layer.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for card in cards:
        for row in card_rows(card):
            writer.writerow([safe_cell(row[name]) for name in COLUMNS])
    return text.getvalue()


def to_csv_metadata(card: Scorecard, file_name: str) -> str:
    """Return the CSVW metadata of the scorecard's CSV, which is in `file_name`."""
    from placedata.scorecard.csvw import rows_metadata

    title = f"{card.area_name}: scorecard, {card.place_name}"
    return rows_metadata(COLUMNS, file_name, title, card.snapshot)


def card_rows(card: Scorecard) -> Iterator[dict[str, object]]:
    """Yield the rows of a card with every name of `COLUMNS`; what is not there is empty."""
    shared = {
        "area_code": card.area_code,
        "area_name": card.area_name,
        "place": card.place_name,
        "snapshot": card.snapshot,
        "published": card.published,
        "card": card.hash,
    }
    empty = dict.fromkeys(COLUMNS, "")
    for node in card.nodes:
        yield {**empty, **shared, **_filled(_node(node))}
    for figure in card.all_figures:
        yield {**empty, **shared, **_filled(_figure(figure))}
        for period, value in figure.trend:
            if period != figure.period:
                yield {**empty, **shared, **_filled(_earlier(figure, period, value))}


def _filled(row: dict[str, object]) -> dict[str, object]:
    return {name: "" if value is None else value for name, value in row.items()}


def _node(node: NodeScore) -> dict[str, object]:
    return {
        "kind": node.level,
        "id": node.id,
        "title": node.title,
        "component": node.parent,
        "value": "[x]" if node.score is None else node.score,
        "unit": "score, 0 to 100",
        "polarity": "higher_is_better",
        "rank": node.rank,
        "rank_low": node.low,
        "rank_high": node.high,
        "of": node.of,
        "score": node.score,
        "place_value": node.place_mean,
        "peer_value": node.peer_mean,
        "coverage": node.coverage,
        "label": node.label,
        "status": "missing" if node.score is None else "ok",
    }


def _figure(figure: Figure) -> dict[str, object]:
    return {
        **_layer(figure),
        "kind": "indicator" if figure.component else "context",
        "period": figure.period,
        "value": (figure.shorthand or "[x]") if figure.value is None else figure.value,
        "standard_error": figure.error,
        "value_low": figure.low,
        "value_high": figure.high,
        "rank": figure.rank,
        "rank_low": figure.rank_low,
        "rank_high": figure.rank_high,
        "of": figure.of,
        "score": figure.score,
        "place_value": figure.place,
        "peer_value": figure.peers,
        "comparator_value": figure.comparator,
        "coverage": figure.coverage,
        "label": figure.label,
        "grade": figure.grade,
        "status": figure.status,
        "trace": figure.trace,
    }


def _earlier(figure: Figure, period: str, value: float | None) -> dict[str, object]:
    status = "suppressed" if period in figure.hidden_periods else "missing"
    if value is not None:
        status = "ok"
    return {
        **_layer(figure),
        "kind": "history",
        "period": period,
        "value": SHORTHAND[status] if value is None else value,
        "status": status,
    }


def _layer(figure: Figure) -> dict[str, object]:
    return {
        "id": figure.layer,
        "title": figure.title,
        "component": figure.component,
        "unit": figure.unit,
        "polarity": figure.polarity,
        "publisher": figure.publisher,
        "licence": figure.licence,
        "share_alike": "yes" if figure.share_alike else "no",
    }
