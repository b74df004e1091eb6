"""Loaders: one module reads one source format; they are found by listing this folder."""

from __future__ import annotations

import importlib
import pkgutil
from typing import cast

from placedata.errors import ConfigError, Problem, nearest
from placedata.observations import Loader


def loader_names() -> list[str]:
    """Return the names that ``source.loader`` may have."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def get_loader(name: str, *, where: str = "source") -> Loader:
    """Return the loader called `name`: a module with ``Source`` and ``read``.

    Raises
    ------
    ConfigError
        If there is none, with the nearest name.
    """
    names = loader_names()
    if name not in names:
        problem = Problem(
            where, "source.loader", repr(name), ", ".join(names), None, nearest(name, names)
        )
        raise ConfigError("unknown loader", [problem])
    return cast("Loader", importlib.import_module(f"{__name__}.{name}"))
