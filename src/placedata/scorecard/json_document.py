"""A scorecard as one JSON document: the numbers that every other format is held against."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from placedata.scorecard.card import Comparison, Scorecard

SCHEMA = "placedata scorecard 2"


def to_json(card: Scorecard | Comparison) -> str:
    """Return the scorecard as JSON text, unrounded; missing figures are null with a status."""
    document = {"schema": SCHEMA, "hash": card.hash, **card.as_dict()}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
