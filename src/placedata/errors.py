"""The few kinds of error that placedata raises, and the one form in which problems are told."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One mistake in a file, told so that a person can mend it.

    Parameters
    ----------
    file
        Path as the person wrote it, relative to the place or to a data root.
    field
        The field, column or code at fault, dotted (``source.file``).
    found
        What was found there, in words.
    allowed
        What would have been right, in words.
    line
        1-based line in `file`, or None where a file has no lines.
    suggestion
        The nearest allowed value, or None.
    """

    file: str
    field: str
    found: str
    allowed: str = ""
    line: int | None = None
    suggestion: str | None = None

    def __str__(self) -> str:
        """Return ``file:line: field: found …; allowed: …; did you mean …?``."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        text = f"{where}: {self.field}: found {self.found}"
        if self.allowed:
            text += f"; allowed: {self.allowed}"
        if self.suggestion:
            text += f"; did you mean {self.suggestion!r}?"
        return text


class PlaceDataError(Exception):
    """Something a user can act upon; shown without a traceback."""

    exit_code = 1

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        self.message = message
        self.problems = tuple(problems)
        super().__init__("\n".join([message, *map(str, self.problems)]))


class UsageError(PlaceDataError):
    """A command was asked for something that it does not offer."""

    exit_code = 2


class ConfigError(PlaceDataError):
    """A place file, layer file or framework says something that it may not."""

    exit_code = 3


class DataError(PlaceDataError):
    """A data file is not what its layer says it is."""

    exit_code = 4


class LockedError(PlaceDataError):
    """Another build holds the place."""

    exit_code = 6


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed word most like `word`, or None where none is near."""
    found = difflib.get_close_matches(str(word), [str(item) for item in allowed], n=1, cutoff=0.6)
    return found[0] if found else None
