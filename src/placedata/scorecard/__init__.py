"""Scorecards: the scores and figures of an area against its place, and every format they leave in.

Four kinds: an area (`make_scorecard`), an area made of several (`make_custom`), two to six areas
side by side (`make_comparison`), and the whole place (`make_place_card`).
"""

from __future__ import annotations

from placedata.scorecard.branding import SECTIONS, Branding
from placedata.scorecard.card import Comparison, Scorecard
from placedata.scorecard.kinds import make_custom, make_place_card
from placedata.scorecard.make import make_comparison, make_scorecard
from placedata.scorecard.parts import Figure, NodeScore

__all__ = [
    "SECTIONS",
    "Branding",
    "Comparison",
    "Figure",
    "NodeScore",
    "Scorecard",
    "make_comparison",
    "make_custom",
    "make_place_card",
    "make_scorecard",
]
