"""What can be said of published figures: how two go together, how one changed, other weights."""

from placedata.insight.apart import Told, alike, apart_sentence, clearly_apart
from placedata.insight.relationships import Relationship, correlations, relationship
from placedata.insight.reweigh import MOST, Part, parts, reweighed
from placedata.insight.trends import Change, change

__all__ = [
    "MOST",
    "Change",
    "Part",
    "Relationship",
    "Told",
    "alike",
    "apart_sentence",
    "change",
    "clearly_apart",
    "correlations",
    "parts",
    "relationship",
    "reweighed",
]
