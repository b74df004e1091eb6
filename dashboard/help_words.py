"""What each page is for and how to read it, in a few plain sentences: reads ``help_words.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def all_help() -> dict[str, list[str]]:
    """Return the first part of a page's path -> its sentences."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def help_for(path: str) -> list[str]:
    """Return the sentences for a page by its path; none where it has no help."""
    return all_help().get("/" + path.strip("/").partition("/")[0], [])
