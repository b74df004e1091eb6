"""placedata turns addresses, sensors and deprivation indices into ward-level layers and scores."""

from __future__ import annotations

from placedata.errors import ConfigError, DataError, PlaceDataError, Problem
from placedata.place import Place
from placedata.version import VERSION as __version__

__all__ = ["ConfigError", "DataError", "Place", "PlaceDataError", "Problem", "__version__"]
