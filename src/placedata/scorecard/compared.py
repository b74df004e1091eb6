"""A comparison of areas on pages: scores and indicators side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.scorecard.blocks import (
    Block,
    figure_text,
    heading,
    listed,
    rank_words,
    score_text,
    sentence,
    table,
    value_text,
)
from placedata.scorecard.method import method
from placedata.wording import polarity_sentence

if TYPE_CHECKING:
    from placedata.scorecard.card import Comparison, Scorecard
    from placedata.scorecard.parts import Figure, NodeScore


def comparison_blocks(compared: Comparison) -> list[Block]:
    """Return sentences, scores, indicators and context of the areas, a column for each."""
    cards = compared.cards
    made = [listed([item.text for item in compared.sentences])] if compared.sentences else []
    heads = [(card.area_name, "right", 1.6) for card in cards]
    if cards[0].nodes:
        rows = [{"cells": _score_cells(cards, at)} for at in range(len(cards[0].nodes))]
        mean = (f"Mean of all {cards[0].nouns[1]}", "right", 1.2)
        made += [
            heading("Scores"),
            table("Scores from 0 to 100, higher is better; ranks in brackets may lie between",
                  [("Score", "left", 3.0), *heads, mean], rows),
        ]  # fmt: skip
    place = (cards[0].place_name, "right", 1.3)
    columns = [("Indicator", "left", 3.0), *heads, place]
    first = cards[0]
    for title, found in (("Indicators", first.figures), ("Not part of the score", first.context)):
        if found:
            rows = [{"cells": _figure_cells(cards, figure)} for figure in found]
            made += [heading(title), table(title, columns, rows)]
    last = method(cards[0])[:-2]
    snapshot = f"Snapshot {cards[0].snapshot}, published {cards[0].published}. Made again by:"
    return [*made, *last, sentence(snapshot), sentence(compared.reproduce, "code")]


def _score_cells(cards: tuple[Scorecard, ...], at: int) -> list[Block | str]:
    node: NodeScore = cards[0].nodes[at]
    small = node.level == "component"
    first: Block = {"text": f"– {node.title}" if small else node.title, "strong": not small}
    own = [
        {"text": score_text(card.nodes[at].score), "note": rank_words(card.nodes[at]),
         "label": card.nodes[at].label}
        for card in cards
    ]  # fmt: skip
    return [first, *own, score_text(node.place_mean)]


def _figure_cells(cards: tuple[Scorecard, ...], figure: Figure) -> list[Block | str]:
    said = ". ".join(filter(None, [figure.unit, figure.period, polarity_sentence(figure.polarity)]))
    own: list[Block | str] = []
    for card in cards:
        item = card.figure(figure.layer)
        rank = "" if item.rank is None else rank_words(item)
        own.append({"text": figure_text(item), "note": rank, "label": item.label})
    place = value_text(figure.place, figure.unit, figure.decimals)
    return [
        {"text": figure.title, "note": said},
        *own,
        f"total {place}" if figure.is_total else place,
    ]
