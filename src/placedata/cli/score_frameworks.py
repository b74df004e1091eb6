"""Framework files for ``placedata score``: every mistake at once, by file, line and field.

Some mistakes are in the file alone (an unknown rule, a circle in the tree), others show only with
a table (no variance, a negative loading). Where the file has mistakes, what is sound in it is
tried on the table all the same, so that both kinds are told together.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from placedata.documents import Document, read_document, validate
from placedata.errors import ConfigError, DataError, Problem, nearest
from placedata.framework import Framework

#: What the index calls the table that it scores.
TABLE = "table of values"
MOST_ROUNDS = 20


@dataclass(frozen=True)
class FrameworkFile:
    """A framework and the file that it was read from."""

    document: Document
    framework: Framework

    def located(self, error: DataError, table: str) -> DataError:
        """Return an error of scoring with the lines of the framework file in it."""
        return DataError(
            error.message, [_located(self.document, one, table) for one in error.problems]
        )


def framework_file(name: str) -> Path:
    """Return the path of a framework file, or of a shipped framework given by its id."""
    from placedata.catalog import shipped_frameworks

    path = Path(name)
    if path.is_file():
        return path
    shipped = shipped_frameworks()
    if name in shipped:
        return shipped[name]
    allowed = f"a framework YAML file, or {', '.join(shipped)}"
    problem = Problem(name, "--framework", "no such file", allowed, None, nearest(name, shipped))
    raise DataError(f"there is no framework {name!r}", [problem])


def read_for(path: Path, table: str, trial: Callable[[Framework], object]) -> FrameworkFile:
    """Return the framework in a file.

    Parameters
    ----------
    table
        Name of the table, for problems.
    trial
        Scores the table with a framework; called with the sound part of a file with mistakes.

    Raises
    ------
    ConfigError
        With every mistake in the file, and those that the table shows in its sound part.
    """
    document = read_document(path, path.name)
    if isinstance(document.data, dict):
        document = Document(document.label, {"id": path.stem, **document.data}, document.lines)
    framework, problems = validate(Framework, document)
    if framework is not None:
        return FrameworkFile(document, framework)
    sound = _sound_part(document.data)
    if sound is not None and sound.indicators:
        try:
            trial(sound)
        except DataError as error:
            problems += [_located(document, one, table) for one in error.problems]
    count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
    raise ConfigError(f"{count} in the framework {document.label}", problems)


def _located(document: Document, problem: Problem, table: str) -> Problem:
    """Return a problem that names an indicator or node with its line in the framework file."""
    if problem.file != TABLE:
        return problem
    for section in ("indicators", "nodes"):
        entries = document.data.get(section) or ()
        for at, entry in enumerate(entries):
            if isinstance(entry, Mapping) and entry.get("id") == problem.field:
                line = document.line((section, at))
                field = f"{section}.{at} ({problem.field})"
                found, allowed = problem.found, problem.allowed
                return Problem(document.label, field, found, allowed, line, problem.suggestion)
    return Problem(table, problem.field, problem.found, problem.allowed, None, problem.suggestion)


def _sound_part(data: object) -> Framework | None:
    """Return the framework without its faulty entries, or None where nothing sound is left."""
    from pydantic import ValidationError

    rest = copy.deepcopy(data)
    if not isinstance(rest, dict):
        return None
    for _ in range(MOST_ROUNDS):
        try:
            return Framework.model_validate(rest)
        except ValidationError as error:
            if not _cut(rest, [one["loc"] for one in error.errors()]):
                return None
    return None


def _cut(data: dict[str, Any], locations: Sequence[tuple[int | str, ...]]) -> bool:
    """Take the entries at some locations out of a framework; False where that cannot be done."""
    entries: dict[str, set[int]] = {}
    done = False
    for loc in locations:
        section, rest = loc[0], loc[1:]
        if section in {"nodes", "indicators", "roll_up"} and rest and isinstance(rest[0], int):
            entries.setdefault(str(section), set()).add(rest[0])
        elif section == "method" and rest:
            done |= _cut_rule(data[section], [str(part) for part in rest])
        elif section in data and section not in {"nodes", "levels", "id"}:
            del data[str(section)]
            done = True
    for section, places in entries.items():
        data[section] = [one for at, one in enumerate(data[section]) if at not in places]
        done = True
    return done


def _cut_rule(method: object, path: Sequence[str]) -> bool:
    """Take one rule, such as levels.component.weights, out of a method."""
    depth = 3 if path[0] == "levels" else 2
    for part in path[: depth - 1][:-1] if len(path) < depth else path[: depth - 1]:
        if not isinstance(method, dict) or part not in method:
            return False
        method = method[part]
    last = path[min(depth, len(path)) - 1]
    if isinstance(method, dict) and last in method:
        del method[last]
        return True
    return False
