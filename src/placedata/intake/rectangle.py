"""Points of a national file: counted, and kept where they lie in the place's rectangle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placedata.columns import find_column, missing_column
from placedata.errors import Problem
from placedata.files.chunks import LargeTable, large_tables
from placedata.intake import Tally, paths_of
from placedata.observations import Request

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Beyond this many points a place would not fit in memory with all that is done with them.
MOST_POINTS = 5_000_000
OUTSIDE = "outside the place's rectangle"
NOWHERE = "no coordinates"


def pieces(
    request: Request,
    tally: Tally,
    file: str | Sequence[str],
    columns: Sequence[str],
    numbers: Sequence[str] = (),
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Return (label, piece) of large CSV files; every file is recorded as a source.

    The pieces have the columns asked for under the names asked for, however the file spells them.
    The same file twice under two names is a problem: its rows would count double.
    """
    for label, path in paths_of(request, file):
        rows = 0
        for table in large_tables(path):
            spelt = _spelt(table, label, columns, tally)
            if spelt is None:
                continue
            wanted = [spelt[name] for name in numbers]
            for piece in table.chunks(list(spelt.values()), wanted):
                rows += len(piece)
                yield label, piece.set_axis(list(columns), axis=1)
        tally.add_source(label, path, rows)
        for earlier in tally.sources[:-1]:
            if earlier.sha256 == tally.sources[-1].sha256:
                found = f"the same bytes as {earlier.label}"
                tally.problems.append(Problem(label, "source.file", found, "each file once"))


def _spelt(
    table: LargeTable, label: str, columns: Sequence[str], tally: Tally
) -> dict[str, str] | None:
    """Return our name -> the file's, or record the columns that are not there."""
    where = f"{label}/{table.member}" if table.member else label
    found = {name: find_column(table.names, name) for name in columns}
    for name, column in found.items():
        if column is None:
            tally.problems.append(missing_column(where, "columns", name, table.names))
    return None if None in found.values() else {key: str(name) for key, name in found.items()}


def inside(
    piece: pd.DataFrame, pair: tuple[str, str], request: Request, tally: Tally
) -> pd.DataFrame:
    """Return the rows of a piece that lie in the rectangle, with ``x`` and ``y``, EPSG:27700."""
    x, y = (piece[name].to_numpy(dtype="float64") for name in pair)
    known = np.isfinite(x) & np.isfinite(y) & ((x != 0) | (y != 0))
    kept = known & in_rectangle(x, y, request)
    tally.count_away(int((~known).sum()), NOWHERE)
    tally.count_away(int((known & ~kept).sum()), OUTSIDE)
    return piece[kept].assign(x=x[kept], y=y[kept])


def in_rectangle(
    x: NDArray[np.float64], y: NDArray[np.float64], request: Request
) -> NDArray[np.bool_]:
    """Tell which points lie in the place's rectangle; all do where it is not known."""
    if request.bounds is None:
        return np.ones(len(x), dtype=bool)
    west, south, east, north = request.bounds
    kept: NDArray[np.bool_] = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return kept


def addresses(
    request: Request, tally: Tally, file: str | Sequence[str], columns: tuple[str, str, str]
) -> pd.DataFrame:
    """Return a point of value 1 for each UPRN in the rectangle, under a running number.

    `columns` are those of the UPRN, the easting and the northing. The UPRN itself is used to
    find repeats, and goes no further.
    """
    kept = ["uprn", "x", "y", "source", "row"]
    parts = [pd.DataFrame(columns=kept)]
    for label, piece in pieces(request, tally, file, columns, columns[1:]):
        near = inside(piece, columns[1:], request, tally)
        if near.empty:
            continue
        near = near.assign(uprn=near[columns[0]].str.strip(), source=label, row=near.index)
        parts.append(near[kept])
        if sum(len(part) for part in parts) > MOST_POINTS:
            found = f"over {MOST_POINTS:,} points in the place's rectangle"
            tally.problems.append(Problem(label, "source.file", found, "a smaller place or file"))
            tally.stop_if_problems()
    tally.stop_if_problems()
    rows = tally.take(pd.concat(parts[1:] or parts, ignore_index=True))
    rows = tally.reject(rows, rows["uprn"] == "", "no UPRN")
    rows = tally.reject(rows, rows["uprn"].duplicated(), "repeated UPRN")
    rows = numbered(rows.drop(columns="uprn"), "address")
    return rows.assign(value=1.0)


def numbered(rows: pd.DataFrame, noun: str) -> pd.DataFrame:
    """Return rows whose ``thing`` is a running number: ``address 1``, and never a UPRN."""
    things = [f"{noun} {number}" for number in range(1, len(rows) + 1)]
    return rows.assign(thing=things, name="")
