"""Writing one sentence and keeping every number in it, with where the number stands in the JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.scorecard.statements import Rests, Sentence
from placedata.wording import format_number, format_value, ordinal

if TYPE_CHECKING:
    from placedata.scorecard.card import Scorecard
    from placedata.scorecard.parts import Figure, Gap, NodeScore


class Line:
    """One sentence in the making.

    Parameters
    ----------
    topic
        What it is about, as `Sentence` has it.
    card
        The card whose numbers it tells.
    at
        JSON pointer of the card in its document: empty, or ``/cards/0`` in a comparison.
    """

    def __init__(self, topic: str, card: Scorecard, at: str = "") -> None:
        self.topic, self.card, self.at = topic, card, at
        self.ids: list[str] = []
        self.rests: list[Rests] = []

    def sentence(self, text: str) -> Sentence:
        """Return the sentence with all that it rests on."""
        return Sentence(self.topic, text, tuple(dict.fromkeys(self.ids)), tuple(self.rests))

    def keep(self, path: str, value: float | str) -> None:
        """Remember a number, or a period or day, that the sentence tells."""
        self.rests.append(Rests(self.at + path, value))

    def whole(self, path: str, value: int) -> str:
        """Return a count as it is written."""
        self.keep(path, value)
        return format_number(value, 0)

    def text(self, path: str, value: str) -> str:
        """Return a period or a day."""
        self.keep(path, value)
        return value

    def path_of(self, item: NodeScore | Figure) -> str:
        """Return the JSON pointer of a node or figure, and note its id."""
        from placedata.scorecard.parts import NodeScore

        if isinstance(item, NodeScore):
            self.ids.append(item.id)
            return f"/nodes/{[node.id for node in self.card.nodes].index(item.id)}"
        self.ids.append(item.layer)
        for part in ("figures", "context"):
            ids = [figure.layer for figure in getattr(self.card, part)]
            if item.layer in ids:
                return f"/{part}/{ids.index(item.layer)}"
        raise KeyError(item.layer)

    def score(self, node: NodeScore, field: str = "score") -> str:
        """Return a score (or ``place_mean``, ``peer_mean``) with one decimal."""
        value = getattr(node, field)
        self.keep(f"{self.path_of(node)}/{field}", value)
        return format_number(value, 1)

    def points(self, node: NodeScore, gap: Gap) -> str:
        """Return how many points lie between a score and what it is set beside, without a sign."""
        at = node.gaps.index(gap)
        self.keep(f"{self.path_of(node)}/gaps/{at}/difference", gap.difference)
        return format_number(abs(gap.difference), 1)

    def rank(self, item: NodeScore | Figure) -> str:
        """Return ``4th of 19``."""
        path = self.path_of(item)
        self.keep(f"{path}/rank", item.rank or 0)
        self.keep(f"{path}/of", item.of)
        return f"{ordinal(item.rank or 0)} of {item.of:,}"

    def ranks(self, node: NodeScore) -> str:
        """Return ``2 and 7``: the ranks between which nine of ten repeats lie."""
        path = self.path_of(node)
        self.keep(f"{path}/low", node.low or 0)
        self.keep(f"{path}/high", node.high or 0)
        return f"{node.low:,} and {node.high:,}"

    def value(self, figure: Figure) -> str:
        """Return a figure with its unit."""
        self.keep(f"{self.path_of(figure)}/value", figure.value or 0.0)
        return format_value(figure.value, figure.unit, figure.decimals)

    def other(self, figure: Figure, gap: Gap) -> str:
        """Return what a figure is set beside, without the unit that the figure has told."""
        at = figure.gaps.index(gap)
        self.keep(f"{self.path_of(figure)}/gaps/{at}/value", gap.value)
        short = figure.unit if figure.unit[:1] in {"%", "£", "°", "€", "$"} else ""
        return format_value(gap.value, short if len(short) == 1 else "", figure.decimals)

    def period(self, figure: Figure, *, before: bool = False) -> str:
        """Return the period of a figure, or the one before."""
        at = len(figure.trend) - (2 if before else 1)
        return self.text(f"{self.path_of(figure)}/trend/{at}/0", figure.trend[at][0])
