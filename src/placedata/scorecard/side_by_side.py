"""How areas set side by side differ, in sentences: ahead only where rank intervals say so."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from placedata.scorecard.line import Line
from placedata.wording import join_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placedata.scorecard.card import Scorecard
    from placedata.scorecard.parts import NodeScore
    from placedata.scorecard.statements import Sentence


def comparison_sentences(cards: Sequence[Scorecard]) -> tuple[Sentence, ...]:
    """Return how the areas of a comparison differ."""
    return (*_scores_side_by_side(cards), *_told_apart(cards), *_parts_side_by_side(cards))


def _scores_side_by_side(cards: Sequence[Scorecard]) -> Iterator[Sentence]:
    rests, told = [], []
    for at, card in enumerate(cards):
        if card.index is not None and card.index.score is not None:
            line = Line("score", card, f"/cards/{at}")
            told.append(f"{card.area_name} {line.score(card.index)}")
            rests += line.rests
    if told:
        made = Line("score", cards[0])
        made.rests = rests
        yield made.sentence(f"The scores out of 100 are: {join_list(told)}.")


def _told_apart(cards: Sequence[Scorecard]) -> Iterator[Sentence]:
    """Return for each two areas whether their rank intervals keep them apart."""
    known = [
        (at, card)
        for at, card in enumerate(cards)
        if card.index is not None and card.index.low is not None
    ]
    known.sort(key=lambda item: item[1].index.rank or 0 if item[1].index else 0)
    for (at, one), (other_at, other) in pairwise(known):
        if one.index is None or other.index is None:
            continue
        line, right = Line("score", one, f"/cards/{at}"), Line("score", other, f"/cards/{other_at}")
        left, after = _where(line, one.index), _where(right, other.index)
        line.rests += right.rests
        apart = (one.index.high or 0) < (other.index.low or 0)
        words = "clearly ahead of" if apart else "not clearly different from"
        yield line.sentence(
            f"{one.area_name} is {words} {other.area_name}: the rank of the first {left}, "
            f"that of the second {after}."
        )


def _where(line: Line, node: NodeScore) -> str:
    """Return ``lies between 2 and 7``, or ``is most likely 1`` where it is one rank."""
    ranks = line.ranks(node)
    return f"is most likely {node.low:,}" if node.low == node.high else f"lies between {ranks}"


def _parts_side_by_side(cards: Sequence[Scorecard]) -> Iterator[Sentence]:
    """Return for each dimension which area scores highest, which lowest, and how sure that is."""
    if cards[0].index is None:
        return
    for node in cards[0].children(cards[0].index.id):
        found = [
            (own.score, at, card, own)
            for at, card in enumerate(cards)
            for own in card.nodes
            if own.id == node.id and own.score is not None
        ]
        if len(found) < 2:
            continue
        best, worst = max(found, key=_by_score), min(found, key=_by_score)
        line = Line("score", best[2], f"/cards/{best[1]}")
        high = line.score(best[3])
        other = Line("score", worst[2], f"/cards/{worst[1]}")
        low = other.score(worst[3])
        line.rests += other.rests
        yield line.sentence(
            f"On {node.title}, {best[2].area_name} scores highest ({high}) and "
            f"{worst[2].area_name} lowest ({low}){_sure(best[3], worst[3])}."
        )


def _sure(best: NodeScore, worst: NodeScore) -> str:
    """Return whether the rank intervals keep two scores apart, in words."""
    if best.high is None or worst.low is None:
        return "; how much of that is chance is not known"
    clear = best.high < worst.low
    return ": the difference is clear" if clear else ": the difference could be chance"


def _by_score(item: tuple[float, object, object, object]) -> float:
    return item[0]
