"""Types of a framework: index -> dimension -> component -> indicator, and the rules of its method.

No files are read here: a framework file is read by `placedata.catalog`, and the frameworks that
ship with placedata are the YAML files in ``placedata/frameworks/``.
"""

from placedata.framework.labels import Labels
from placedata.framework.model import (
    Framework,
    Goalposts,
    Indicator,
    IndicatorMethod,
    Limits,
    Method,
    Node,
    NodeMethod,
    Polarity,
    RollUp,
)
from placedata.framework.robustness import Robustness
from placedata.framework.rules import (
    Aggregate,
    Bounds,
    Impute,
    Normalise,
    Rank,
    Rescale,
    Transform,
    Treat,
    Weights,
)

__all__ = [
    "Aggregate",
    "Bounds",
    "Framework",
    "Goalposts",
    "Impute",
    "Indicator",
    "IndicatorMethod",
    "Labels",
    "Limits",
    "Method",
    "Node",
    "NodeMethod",
    "Normalise",
    "Polarity",
    "Rank",
    "Rescale",
    "Robustness",
    "RollUp",
    "Transform",
    "Treat",
    "Weights",
]
