"""What is switched on, from the environment; nothing else reads the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from placedata.errors import ConfigError, Problem


@dataclass(frozen=True)
class Settings:
    """Settings of this process.

    Parameters
    ----------
    store
        Where snapshots are kept instead of ``.placedata`` in the place, or None.
    data_roots
        Data root name -> directory, from ``PLACEDATA_DATA_ROOTS`` ("real=/srv/data;x=/y").
    """

    store: Path | None = None
    data_roots: tuple[tuple[str, Path], ...] = ()


def read_settings(environment: dict[str, str] | None = None) -> Settings:
    """Return the settings in `environment` (``os.environ`` unless given)."""
    env = dict(os.environ) if environment is None else environment
    store = env.get("PLACEDATA_STORE") or None
    roots = env.get("PLACEDATA_DATA_ROOTS", "")
    pairs = [parse_root(item) for item in roots.split(";") if item.strip()]
    return Settings(Path(store) if store else None, tuple(pairs))


def parse_root(text: str) -> tuple[str, Path]:
    """Return name and directory of ``NAME=DIR``.

    Raises
    ------
    ConfigError
        The text has no ``=`` or no name.
    """
    name, sign, directory = text.strip().partition("=")
    if not sign or not name or not directory:
        problem = Problem("data root", "NAME=DIR", repr(text), "a name, '=', a folder")
        raise ConfigError(f"a data root is given as NAME=DIR, not {text!r}", [problem])
    return name.strip(), Path(directory.strip()).expanduser()
