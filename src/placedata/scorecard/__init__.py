"""Scorecards: one ward's scores and figures against the place, and every format they leave in."""

from __future__ import annotations

from placedata.scorecard.card import Figure, NodeScore, Scorecard, make_scorecard

__all__ = ["Figure", "NodeScore", "Scorecard", "make_scorecard"]
