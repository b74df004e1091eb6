"""placedata turns addresses, sensors and deprivation indices into ward-level layers and scores."""

from __future__ import annotations

from placedata.errors import ConfigError, DataError, PlaceDataError, Problem
from placedata.place import Place
from placedata.version import VERSION

__version__ = VERSION

__all__ = ["ConfigError", "DataError", "Place", "PlaceDataError", "Problem"]
