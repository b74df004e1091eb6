"""The card in sentences, by rules: short words, no claim that chance can explain, no bare text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.scorecard.parts import Rests, Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placedata.scorecard.card import Scorecard


def sentences_of(card: Scorecard) -> tuple[Sentence, ...]:
    """Return the sentences of a card, in the order in which they are read."""
    top = card.index
    if top is None or top.score is None:
        return ()
    text = f"{card.area_name} scores {top.score:.1f} out of 100."
    return (Sentence("score", text, (top.id,), (Rests("/nodes/0/score", top.score),)),)


def comparison_sentences(cards: Sequence[Scorecard]) -> tuple[Sentence, ...]:
    """Return how the areas of a comparison differ."""
    return tuple(item for card in cards for item in card.sentences_of("score"))
