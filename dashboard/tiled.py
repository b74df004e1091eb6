"""Whether a level of a snapshot has vector tiles that can be read here."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot


def has_tiles(shown: Snapshot) -> bool:
    """Whether a level has tiles, and what reads them is installed (the extra ``tiles``)."""
    return shown.tiles.is_file() and importlib.util.find_spec("pmtiles") is not None
