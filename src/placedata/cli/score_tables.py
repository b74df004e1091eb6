"""Tables of units for ``placedata score``: numbers as numbers, groups as text, gaps told."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from placedata.errors import DataError, Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from placedata.framework import Framework


@dataclass(frozen=True)
class Units:
    """Where a table of units is and how it is read.

    Parameters
    ----------
    unit
        Column that names the units, several separated by commas, or None for the first column
        that the framework does not use.
    """

    path: Path
    unit: str | None = None
    sheet: str | None = None

    def cells(self) -> pd.DataFrame:
        """Return the cells as text, index the line in the file."""
        from placedata.files import read_table

        if not self.path.is_file():
            problem = Problem(str(self.path), "table", "no such file", "a table")
            raise DataError(f"there is no table {str(self.path)!r}", [problem])
        return read_table(self.path, sheet=self.sheet)

    def names(self, cells: pd.DataFrame, used: Sequence[str]) -> tuple[pd.Series, list[Problem]]:
        """Return the name of each unit, and what is wrong with the names."""
        others = [str(name) for name in cells.columns if name not in used]
        wanted = [part.strip() for part in self.unit.split(",")] if self.unit else others[:1]
        lost = [name for name in wanted if name not in cells.columns]
        if lost or not wanted:
            allowed = ", ".join(others[:20]) or "a column of names"
            found = repr(lost[0]) if lost else "no column besides values"
            guess = nearest(lost[0], cells.columns) if lost else None
            return cells.index.to_series(), [
                Problem(self.path.name, "--unit", found, allowed, suggestion=guess)
            ]
        named = cells[wanted].astype(str).agg(" ".join, axis=1).str.strip()
        repeated = named[named.duplicated()]
        problems = [
            Problem(
                self.path.name, ", ".join(wanted), f"{name!r} twice", "each unit once", int(row)
            )
            for row, name in repeated.iloc[:5].items()
        ]
        problems += [
            Problem(self.path.name, ", ".join(wanted), "no name", "a name for each unit", int(row))
            for row in named.index[named == ""][:5]
        ]
        return named, problems


@dataclass(frozen=True)
class UnitTable:
    """Values of units, and how many cells hold no number, in words by column."""

    frame: pd.DataFrame
    gaps: dict[str, str] = field(default_factory=dict)


def unit_table(units: Units, framework: Framework) -> UnitTable:
    """Return units by the columns of a framework.

    Raises
    ------
    DataError
        Missing columns, text where a number is wanted (the first five cells of each column),
        units without or with a repeated name: all at once, with lines.
    """
    import pandas as pd

    cells = units.cells()
    names, problems = units.names(cells, framework.columns)
    problems += _missing_columns(units, cells, framework.columns)
    frame, gaps = {}, {}
    for column in framework.columns:
        if column not in cells.columns:
            continue
        if column in framework.group_columns:
            frame[column] = cells[column].where(cells[column] != "", None).astype(object)
            continue
        frame[column], gaps[column], wrong = _numbers(units.path.name, cells[column])
        problems += wrong
    if problems:
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        raise DataError(f"the table {units.path.name} cannot be scored: {count}", problems)
    table = pd.DataFrame(frame)
    table.index = pd.Index(names, name="area_code")
    return UnitTable(table, {column: told for column, told in gaps.items() if told})


def numbers_of(units: Units, used: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """Return those of some columns of numbers that a table of units has.

    Parameters
    ----------
    used
        The columns that do not name the units.

    Raises
    ------
    DataError
        Text where a number is wanted.
    """
    import pandas as pd

    cells = units.cells()
    names, problems = units.names(cells, used)
    frame = {}
    for column in columns:
        if column in cells.columns:
            frame[column], _, wrong = _numbers(units.path.name, cells[column])
            problems += wrong
    if problems:
        raise DataError(f"the table {units.path.name} cannot be used", problems)
    table = pd.DataFrame(frame, index=cells.index)
    table.index = pd.Index(names, name="area_code")
    return table


def error_table(units: Units, framework: Framework) -> pd.DataFrame:
    """Return standard errors of units by those indicators that the table has."""
    import pandas as pd

    cells = units.cells()
    known = [item.id for item in framework.indicators]
    names, problems = units.names(cells, known)
    have = [name for name in known if name in cells.columns]
    if not have:
        found = ", ".join(map(str, cells.columns[:10]))
        problems.append(Problem(units.path.name, "columns", found, "ids of indicators"))
    frame = {}
    for column in have:
        frame[column], _, wrong = _numbers(units.path.name, cells[column])
        problems += wrong
    if problems:
        raise DataError(f"the standard errors in {units.path.name} cannot be used", problems)
    table = pd.DataFrame(frame)
    table.index = pd.Index(names, name="area_code")
    return table


def _missing_columns(units: Units, cells: pd.DataFrame, wanted: Sequence[str]) -> list[Problem]:
    return [
        Problem(
            units.path.name,
            column,
            "no such column",
            "a column of the table",
            suggestion=nearest(column, cells.columns),
        )
        for column in wanted
        if column not in cells.columns
    ]


def _numbers(file: str, cells: pd.Series) -> tuple[pd.Series, str, list[Problem]]:
    """Return the numbers of a column, its gaps in words, and its cells that are text."""
    from placedata.files import parse_numbers

    numbers, reasons = parse_numbers(cells)
    wrong = [
        Problem(file, str(cells.name), repr(cells.loc[row]), "a number", int(row))
        for row in reasons.index[reasons == "text"][:5]
    ]
    counts = reasons[(reasons != "") & (reasons != "text")].value_counts()
    told = ", ".join(f"{count} {reason}" for reason, count in counts.items())
    return numbers, told, wrong
