"""What one layer file, and the place file, may say; closed models, no unknown field accepted."""

from placedata.definitions.layer import LayerDefinition
from placedata.definitions.parts import ErrorRule, Source
from placedata.definitions.place import LookupRule, PlaceDefinition
from placedata.definitions.words import LAYER_ID, PERIOD, Apportion, Polarity, Statistic

__all__ = [
    "LAYER_ID",
    "PERIOD",
    "Apportion",
    "ErrorRule",
    "LayerDefinition",
    "LookupRule",
    "PlaceDefinition",
    "Polarity",
    "Source",
    "Statistic",
]
