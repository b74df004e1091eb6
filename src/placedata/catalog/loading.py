"""Loaders by name: one for each module in `placedata.loaders`, found by listing the folder."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

from placedata.observations import Loader

#: Fields of a source that name files.
PATH_FIELDS = ("file", "sites", "observations")


def loader_names() -> list[str]:
    """Return the loaders there are: one for each module in `placedata.loaders`."""
    package = importlib.import_module("placedata.loaders")
    return sorted(
        m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_")
    )


@cache
def loader(name: str) -> Loader:
    """Return the loader of that name."""
    module: Any = importlib.import_module(f"placedata.loaders.{name}")
    loaded: Loader = module
    return loaded
