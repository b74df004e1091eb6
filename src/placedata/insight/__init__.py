"""What can be said of published figures: how two go together, and how one changed."""

from placedata.insight.relationships import Relationship, correlations, relationship
from placedata.insight.trends import Change, change

__all__ = ["Change", "Relationship", "change", "correlations", "relationship"]
