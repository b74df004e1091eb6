"""Headers of tables: below title rows, over two rows with merged cells, names made distinct."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from placedata.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

    Header = Literal["auto"] | int | None
    #: First and last (row, column) of merged cells, counted from 0.
    Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]

_HEADER_ROWS = 40


def refusal(path: Path, found: str, allowed: str, guess: str | None = None) -> DataError:
    """Return the error of a table that cannot be read."""
    problem = Problem(path.name, "file", found, allowed, None, guess)
    return DataError("a table cannot be read", [problem])


def spread_labels(cells: pd.DataFrame, header: int, header_rows: int, merged: Merged) -> None:
    """Write the label of merged header cells into each of them, in place.

    Where none of the header's cells is known to be merged (a CSV), a label reaches over the blank
    cells to its right, as far as there are labels below them.
    """
    lines = [line for line in range(header, header + header_rows) if line in cells.index]
    inside = [span for span in merged if span[0][0] + 1 in lines]
    for (top, left), (bottom, right) in inside:
        label = cells.loc[top + 1, left] if left in cells.columns else ""
        rows = [line for line in range(top + 1, bottom + 2) if line in lines]
        columns = [column for column in range(left, right + 1) if column in cells.columns]
        cells.loc[rows, columns] = label
    if inside:
        return
    for upper, lower in itertools.pairwise(lines):
        label = ""
        for column in cells.columns:
            if not cells.loc[lower, column].strip():
                label = ""
            elif cells.loc[upper, column].strip():
                label = cells.loc[upper, column]
            else:
                cells.loc[upper, column] = label


def _joined(rows: pd.DataFrame) -> list[str]:
    """Return one name for each column from the rows of its header: ``2021 Men``."""
    names = []
    for column in rows.columns:
        parts = [" ".join(str(cell).split()) for cell in rows[column]]
        names.append(" ".join(dict.fromkeys(part for part in parts if part)))
    return names


def with_header(
    path: Path,
    cells: pd.DataFrame,
    header: Header,
    columns: Sequence[str] | None,
    *,
    header_rows: int = 1,
) -> pd.DataFrame:
    """Name the columns and keep the rows below the header that are not blank."""
    filled = (cells.apply(lambda column: column.str.strip()) != "").sum(axis=1)
    if not filled.any():
        raise refusal(path, "an empty file", "a header row and at least one row")
    names: list[str]
    if header is None:
        names = list(columns or [])
        if len(names) > cells.shape[1]:
            raise refusal(path, f"{cells.shape[1]} columns", f"{len(names)} columns, as named")
        names += [f"col{number}" for number in range(len(names) + 1, cells.shape[1] + 1)]
        body = cells
    else:
        row = _find_header(filled) if header == "auto" else header
        last = row + header_rows - 1
        for line in (row, last):
            if line not in cells.index:
                raise refusal(path, f"no row {line}", f"rows 1 to {cells.index.max()}")
        names = _unique_names(_joined(cells.loc[row:last]))
        body = cells[cells.index > last]
    body = body[filled[body.index] > 0]
    used = [
        position
        for position, name in enumerate(names)
        if name != f"col{position + 1}" or header is None or (body.iloc[:, position] != "").any()
    ]
    table = body.iloc[:, used].copy()
    table.columns = [names[position] for position in used]
    table.index.name = "row"
    return table


def _find_header(filled: pd.Series) -> int:
    """Return the row of the header: the first that is nearly as wide as the table below it."""
    head = filled[filled > 0].head(_HEADER_ROWS)
    # Many notes of one cell each, above or below a short table, say nothing of its width.
    several = head[head > 1]
    width = several.quantile(0.75) if len(several) else 1.0
    wide = head[head >= max(1.0, 0.6 * width)]
    return int(wide.index[0])


def _unique_names(cells: list[str]) -> list[str]:
    """Return column names: whitespace collapsed, blanks and repeats made distinct."""
    names: list[str] = []
    seen: dict[str, int] = {}
    for position, cell in enumerate(cells, start=1):
        name = " ".join(str(cell).split()) or f"col{position}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names
