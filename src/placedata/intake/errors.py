"""The columns of a table that tell how exact its values are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.columns import find_column, missing_column
from placedata.errors import Problem
from placedata.files import parse_numbers
from placedata.observations import ERROR_COLUMNS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from placedata.intake import TableFile, Tally
    from placedata.observations import Request


def error_cells(
    table: TableFile, request: Request, tally: Tally, period: str = ""
) -> dict[str, NDArray[np.float64]]:
    """Return the columns of errors that the layer asks for, by their name in `ERROR_COLUMNS`.

    A cell that is blank or marked as missing is NaN; text, and a column that is not there, are
    problems.

    Parameters
    ----------
    period
        What stands for ``{period}`` in a column's name.
    """
    frame, names = table.frame, [str(name) for name in table.frame.columns]
    cells = {}
    for field, pattern in request.errors.items():
        shown = f"error.{'column' if field == 'error' else field}"
        wanted = pattern.replace("{period}", period)
        column = find_column(names, wanted)
        if column is None:
            tally.problems.append(missing_column(table.label, shown, wanted, names))
            continue
        values, reasons = parse_numbers(frame[column])
        for row, cell in frame.loc[(reasons == "text").to_numpy(), column].items():
            allowed = "a number, or a mark such as [c] or n/a"
            tally.problems.append(Problem(table.label, shown, repr(cell), allowed, int(str(row))))
        cells[field] = values.to_numpy(float)
    return cells


def errors_in(rows: pd.DataFrame) -> list[str]:
    """Return the columns of errors that rows have, in order."""
    return [name for name in ERROR_COLUMNS if name in rows]


def refuse_taken_together(request: Request, tally: Tally) -> None:
    """Record a problem where rows with errors would be taken together."""
    if request.errors:
        where = f"layers/{request.layer}.yaml"
        found = "rows taken together, whose errors are told one by one"
        tally.problems.append(Problem(where, "error", found, "combine: refuse, or chance: poisson"))
