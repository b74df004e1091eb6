"""The Scorecard object: every number that any format of a scorecard shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from placedata.geography import area_nouns
from placedata.scorecard.branding import Branding
from placedata.scorecard.parts import (
    SHORTHAND,
    AreaScore,
    Figure,
    Gap,
    NodeScore,
    SensorBasis,
    Source,
)
from placedata.scorecard.statements import Changed, Rests, Sentence, Since, Standing
from placedata.snapshot import plain

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

__all__ = [
    "SHORTHAND",
    "AreaScore",
    "Changed",
    "Comparison",
    "Figure",
    "Gap",
    "NodeScore",
    "Rests",
    "Scorecard",
    "SensorBasis",
    "Sentence",
    "Since",
    "Source",
    "Standing",
]

#: What the kinds of a card are called on it.
KINDS = {"area": "", "custom": "Area of several", "place": "Whole place"}


@dataclass(frozen=True)
class Scorecard:
    """The scorecard of one area, of an area made of several, or of the whole place.

    Parameters
    ----------
    kind
        ``area``; ``custom``: made of several areas, scored on the bounds and weights of the
        place's areas, and not ranked; ``place``: the whole place, whose scores are the simple
        mean of its areas' and which has no rank.
    area_code, area_name
        For a custom area the code is ``custom-`` and a hash of its members; for a place, ``place``.
    members
        (code, name) of the areas that a custom area is made of.
    square_km
        Land inside the outline.
    nodes
        Index first, then each dimension with its components.
    figures
        Indicators of the index, in the order of the components.
    context
        Layers outside the index.
    people
        Ids of the layers that say how many people and homes there are.
    sensors
        What each figure from sensors rests on.
    peers, peers_by
        (code, name) of the areas most like this one, and the layers in words by which they are
        found; empty where the place names none.
    periods
        Oldest and newest period behind the score, or None without a score.
    alike
        Names of the areas whose index score cannot be told apart from this one's.
    areas_by_score
        Of a place: all of its areas, best first.
    strengths, weaknesses
        What stands out against all areas, components first, with why.
    sentences
        The card in sentences, each with the numbers that it rests on.
    counts
        Of the indicators: ``all``; clearly ``better`` or ``worse`` than the place, ``unclear`` or
        ``untested`` (no margin of error); ``missing``, ``suppressed``, ``low_grade`` (D);
        ``better_than_comparator``, ``worse_than_comparator``; ``changed``: figures that differ
        from the snapshot before.
    since
        What has changed since the snapshot before; None where there is none.
    warning
        Said where periods mix; empty otherwise.
    not_scored
        Why there is no score, rank or interval; empty where all are there.
    sources
        Publishers and licences with the layers that use them.
    snapshot, content
        Id of the snapshot, and the SHA-256 of everything in it.
    reproduce
        Command that makes this scorecard again in the place's folder.
    branding
        Name, logo, colours and sections that the place file asks for.
    """

    kind: str
    area_code: str
    area_name: str
    members: tuple[tuple[str, str], ...]
    place_name: str
    fictional: bool
    geography: str
    comparator: str | None
    areas: int
    square_km: float | None
    nodes: tuple[NodeScore, ...]
    figures: tuple[Figure, ...]
    context: tuple[Figure, ...]
    people: tuple[str, ...]
    sensors: tuple[SensorBasis, ...]
    peers: tuple[tuple[str, str], ...]
    peers_by: tuple[str, ...]
    alike: tuple[str, ...]
    areas_by_score: tuple[AreaScore, ...]
    strengths: tuple[Standing, ...]
    weaknesses: tuple[Standing, ...]
    sentences: tuple[Sentence, ...]
    counts: Mapping[str, int]
    since: Since | None
    periods: tuple[str, str] | None
    warning: str
    not_scored: str
    framework: str
    notice: str
    rank_note: str
    caveats: tuple[str, ...]
    publisher: str
    contact: str | None
    attribution: tuple[str, ...]
    licences: tuple[str, ...]
    sources: tuple[Source, ...]
    snapshot: str
    content: str
    published: str
    reproduce: str
    branding: Branding

    @property
    def index(self) -> NodeScore | None:
        """The score of the whole index, or None where the place has none."""
        return self.nodes[0] if self.nodes else None

    @property
    def nouns(self) -> tuple[str, str]:
        """What one area and several are called: ``ward``, ``wards``."""
        codes = [code for code, _ in self.members] or [self.area_code]
        if self.kind == "place":
            codes = [item.area_code for item in self.areas_by_score]
        return area_nouns(self.geography, codes)

    @property
    def all_figures(self) -> tuple[Figure, ...]:
        """Indicators of the index, then the layers outside it."""
        return (*self.figures, *self.context)

    @cached_property
    def hash(self) -> str:
        """The first 16 digits of the SHA-256 of all that the card says; every format prints it."""
        text = json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def children(self, node: str) -> tuple[NodeScore, ...]:
        """Return the nodes right below a node, in order."""
        return tuple(item for item in self.nodes if item.parent == node)

    def figure(self, layer: str) -> Figure:
        """Return the figure of a layer; KeyError where the card has none."""
        found = {item.layer: item for item in self.all_figures}
        return found[layer]

    def figures_of(self, component: str) -> tuple[Figure, ...]:
        """Return the figures of a component, in order."""
        return tuple(item for item in self.figures if item.component == component)

    def sentences_of(self, *topics: str) -> tuple[Sentence, ...]:
        """Return the sentences of some topics, in order."""
        return tuple(item for item in self.sentences if item.topic in topics)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON; of the logo only its hash."""
        data: dict[str, Any] = plain(self)
        data["branding"] = self.branding.told()
        return data

    def to_json(self) -> str:
        """Return the scorecard as one JSON document."""
        from placedata.scorecard.json_document import to_json

        return to_json(self)

    def to_csv(self) -> str:
        """Return the scorecard as CSV text, one row a figure."""
        from placedata.scorecard.csv_rows import to_csv

        return to_csv([self])

    def to_pdf(self, snapshot: Snapshot) -> bytes:
        """Return the scorecard as a tagged PDF (PDF/UA-1)."""
        from placedata.scorecard.pdf import to_pdf

        return to_pdf(self, snapshot)

    def to_xlsx(self) -> bytes:
        """Return the scorecard as a workbook: sentences, scores, indicators, earlier periods."""
        from placedata.scorecard.xlsx import card_xlsx

        return card_xlsx(self)

    def to_pptx(self, snapshot: Snapshot) -> bytes:
        """Return the scorecard as a deck of three slides."""
        from placedata.scorecard.slides import to_pptx

        return to_pptx(self, snapshot)

    def to_html(self, snapshot: Snapshot) -> str:
        """Return the scorecard as one HTML file that needs no other, with its locator map."""
        from placedata.scorecard.html_page import to_html

        return to_html(self, snapshot)


@dataclass(frozen=True)
class Comparison:
    """Two to six areas side by side.

    Parameters
    ----------
    cards
        One for each area, in the order asked for; all of one snapshot and level.
    sentences
        How they differ, each sentence with the numbers that it rests on.
    reproduce
        Command that makes the comparison again.
    """

    cards: tuple[Scorecard, ...]
    sentences: tuple[Sentence, ...]
    reproduce: str

    @property
    def title(self) -> str:
        """``Abbey, Bridge End and Dene``."""
        from placedata.wording import join_list

        return join_list([card.area_name for card in self.cards])

    @property
    def area_code(self) -> str:
        """A name for files: the codes joined."""
        return "_".join(card.area_code for card in self.cards)

    @cached_property
    def hash(self) -> str:
        """The first 16 digits of the SHA-256 of all that the comparison says."""
        text = json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON."""
        return {
            "kind": "comparison",
            "title": self.title,
            "cards": [card.as_dict() for card in self.cards],
            "sentences": plain(self.sentences),
            "reproduce": self.reproduce,
        }

    def to_json(self) -> str:
        """Return the comparison as one JSON document."""
        from placedata.scorecard.json_document import to_json

        return to_json(self)

    def to_html(self, snapshot: Snapshot) -> str:
        """Return the comparison as one HTML file that needs no other."""
        from placedata.scorecard.html_page import to_html

        return to_html(self, snapshot)
