"""What every loader does with rows: read them, reject with a reason, end as Observations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from pydantic import BaseModel, ConfigDict

from placedata.errors import DataError, Problem
from placedata.files import parse_numbers, read_table, read_vector, sha256
from placedata.files.numbers import markers
from placedata.files.tables import cell_text
from placedata.files.vectors import BINARY, JSON
from placedata.geography import CRS
from placedata.observations import (
    KeyedBy,
    Ledger,
    Observations,
    Raster,
    Request,
    SourceFile,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

MOST_SHOWN = 20
SUPPRESSED = "suppressed"
_MOST_EXAMPLES = 5
#: Of rows that were taken together: the line of the last of them, and how many there are.
TAKEN_TOGETHER = ("last_row", "parts")


class SourceModel(BaseModel):
    """The fields of a layer's ``source``: unknown ones are mistakes, types are not bent."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


@dataclass(frozen=True)
class TableFile:
    """One table as read: its label, its text cells (index: line) and where it is."""

    label: str
    frame: pd.DataFrame
    path: Path


class Facts(TypedDict, total=False):
    """What a loader knows of its observations besides the rows (see `Observations`)."""

    geography: str | None
    rasters: Mapping[str, Raster]
    measure_kind: str | None
    alternative: str | None


class Tally:
    """Counts where every row goes, and gathers the problems that stop a load.

    Rows are frames with the columns ``source`` and ``row``; whoever takes rows away says why.
    """

    def __init__(self, layer: str) -> None:
        self.layer = layer
        self.rows_in = 0
        self.rejected: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = {}
        self.problems: list[Problem] = []
        self.sources: list[SourceFile] = []
        self.withheld: list[pd.DataFrame] = []

    def add_source(self, label: str, path: Path, rows: int) -> None:
        """Record a file that was read."""
        self.sources.append(SourceFile(label, sha256(path), rows))

    def take(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Count `rows` as having come in, and return them."""
        self.rows_in += len(rows)
        return rows

    def reject(
        self, rows: pd.DataFrame, unwanted: pd.Series | NDArray[np.bool_], reason: str
    ) -> pd.DataFrame:
        """Take the `unwanted` rows out under `reason`, and return the others.

        Suppressed rows of areas are kept as ``withheld``, so that a map can show them as such.
        """
        away = _as_flags(unwanted)
        if not away.any():
            return rows.copy(deep=False)
        gone = rows[away]
        if len(gone):
            self.rejected[reason] += len(gone)
            if reason == SUPPRESSED and {"area_code", "period"} <= set(gone.columns):
                self.withheld.append(gone[["area_code", "period"]].assign(reason=reason))
            shown = self.examples.setdefault(reason, [])
            for source, row in zip(gone["source"], gone["row"], strict=True):
                if len(shown) >= _MOST_EXAMPLES:
                    break
                shown.append(f"{source}:{row}")
        return rows[~away]

    def turn_away(
        self, rows: pd.DataFrame, unwanted: pd.Series | NDArray[np.bool_], reason: str
    ) -> pd.DataFrame:
        """Take out rows that `take` has not counted: they count as come in, and rejected."""
        self.rows_in += int(unwanted.sum())
        return self.reject(rows, unwanted, reason)

    def count_away(self, count: int, reason: str) -> None:
        """Count rows of a large file that were never kept: as come in, and as rejected."""
        if count:
            self.rows_in += count
            self.rejected[reason] += count

    def note(self, fact: str, count: int) -> None:
        """Record something counted that is no rejection; nothing is recorded for zero."""
        if count:
            self.notes[fact] += count

    def stop_if_problems(self) -> None:
        """Raise DataError with every problem so far; beyond 20 they are only counted."""
        if not self.problems:
            return
        count = len(self.problems)
        message = f"layer {self.layer}: {count} problem{'s' if count > 1 else ''} in its data"
        if count > MOST_SHOWN:
            message += f", of which the first {MOST_SHOWN}"
        raise DataError(message, self.problems[:MOST_SHOWN])

    def numbers(self, rows: pd.DataFrame, column: str, field: str = "value") -> pd.DataFrame:
        """Return rows with float64 ``value`` parsed from the text in `column`.

        Missing values are rejected by their reason (suppressed, not available, not applicable,
        blank), never read as zero. Text is a problem for each cell. Figures with a marker beside
        them (``12.3 [r]``) are used, and noted by their marker.
        """
        for mark, count in markers(rows[column]).items():
            self.note(f"figures marked [{mark}]", count)
        values, reasons = parse_numbers(rows[column])
        found = set(reasons.unique())
        for reason in ("suppressed", "not available", "not applicable", "blank"):
            if reason not in found:
                continue
            unwanted = reasons == reason
            rows = self.reject(rows, unwanted, reason)
            values, reasons = values[~unwanted], reasons[~unwanted]
        wrong = rows[(reasons == "text").to_numpy()]
        for source, row, cell in zip(wrong["source"], wrong["row"], wrong[column], strict=True):
            self.problems.append(
                Problem(
                    source, field, repr(cell), "a number, or a mark such as [c] or n/a", int(row)
                )
            )
        return rows.assign(value=values.to_numpy(dtype="float64"))

    def observations(
        self,
        rows: pd.DataFrame,
        keyed_by: KeyedBy,
        columns: Sequence[str],
        *,
        used: int | None = None,
        **facts: Unpack[Facts],
    ) -> Observations:
        """Return the rows that are left as Observations with a balanced ledger.

        `used` is given where observations are not rows: cells of a raster, rows taken together.
        """
        self.stop_if_problems()
        taken = [name for name in TAKEN_TOGETHER if name in rows]
        table = rows[["value", "period", "source", "row", *columns, *taken]]
        table = table.reset_index(drop=True)
        ledger = Ledger(
            self.rows_in,
            len(table) if used is None else used,
            dict(self.rejected),
            dict(self.notes),
            {reason: tuple(shown) for reason, shown in self.examples.items()},
        )
        return Observations(
            table.astype({"value": "float64", "row": "int64"}),
            keyed_by,
            ledger,
            tuple(self.sources),
            withheld=self._withheld(table) if keyed_by == "area" else None,
            **facts,
        )

    def _withheld(self, table: pd.DataFrame) -> pd.DataFrame | None:
        """Return the areas and periods that are suppressed and have no observation, each once."""
        import pandas as pd

        if not self.withheld:
            return None
        key = ["area_code", "period"]
        hidden = pd.concat(self.withheld, ignore_index=True).drop_duplicates(key)
        known = pd.MultiIndex.from_frame(table[key])
        hidden = hidden[~pd.MultiIndex.from_frame(hidden[key]).isin(known)]
        return hidden.sort_values(key, ignore_index=True) if len(hidden) else None


def _as_flags(flags: pd.Series | NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return flags as an array; a missing one is False."""
    import numpy as np

    if isinstance(flags, np.ndarray):
        return flags
    whole = flags if flags.dtype == bool else flags.fillna(value=False).astype(bool)
    return whole.to_numpy()


def paths_of(request: Request, file: str | Iterable[str]) -> list[tuple[str, Path]]:
    """Return (label, path) of every file that the patterns name, each once, in order."""
    patterns = [file] if isinstance(file, str) else list(file)
    found: dict[str, Path] = {}
    for pattern in patterns:
        for path in request.roots.resolve(pattern, where=f"layers/{request.layer}.yaml"):
            found.setdefault(request.roots.label(path), path)
    return list(found.items())


class Form(TypedDict, total=False):
    """Where a table is in its file, and its names (see `placedata.files.read_table`)."""

    sheet: str | int | None
    header: Literal["auto"] | int | None
    header_rows: int
    columns: Sequence[str] | None


def read_tables(
    request: Request,
    tally: Tally,
    file: str | Iterable[str],
    *,
    layer: str | None = None,
    **form: Unpack[Form],
) -> list[TableFile]:
    """Read every table that the patterns name and record it as a source.

    Of a map (GeoJSON, GeoPackage, shapefile) the properties are the table; `layer` names one of
    several in a file.
    """
    tables = []
    for label, path in paths_of(request, file):
        if path.name.lower().removesuffix(".gz").endswith((*JSON, *BINARY, ".zip")):
            frame = _properties(path, layer)
        else:
            frame = read_table(path, **form)
        tally.add_source(label, path, len(frame))
        tables.append(TableFile(label, frame, path))
    return tables


def _properties(path: Path, layer: str | None) -> pd.DataFrame:
    """Return the properties of the features of a map as text cells."""
    import pandas as pd

    features = read_vector(path, layer=layer, crs=CRS)
    cells = features.drop(columns=features.geometry.name).map(cell_text)
    return pd.DataFrame(cells, index=features.index)


def keep_where(
    table: TableFile, where: Mapping[str, Any], tally: Tally, field: str = "source.where"
) -> TableFile:
    """Return the table with only the rows whose cells equal the wanted text (or one of several).

    The rows left out are rejected as "filtered out: <column>".
    """
    from placedata.columns import find_column, missing_column

    frame = table.frame
    for column, wanted in where.items():
        name = find_column([str(item) for item in frame.columns], column)
        if name is None:
            names = [str(item) for item in frame.columns]
            tally.problems.append(missing_column(table.label, f"{field}.{column}", column, names))
            continue
        values = wanted if isinstance(wanted, list) else [wanted]
        keys = {str(value).strip().casefold() for value in values}
        unwanted = ~frame[name].str.strip().str.casefold().isin(keys)
        if unwanted.all() and len(frame):
            seen = ", ".join(repr(value) for value in frame[name].drop_duplicates().head(8))
            tally.problems.append(
                Problem(
                    table.label, f"{field}.{column}", f"no row with {wanted!r}", f"such as {seen}"
                )
            )
        tally.turn_away(with_rows(table.label, frame), unwanted, f"filtered out: {name}")
        frame = frame[~unwanted]
    return TableFile(table.label, frame, table.path)


def one_period(request: Request, tally: Tally) -> str:
    """Return the period of a source that is the state of one day; several are a problem."""
    if len(request.periods) > 1:
        found = f"{len(request.periods)} periods, and a file that is of one"
        where = f"layers/{request.layer}.yaml"
        tally.problems.append(Problem(where, "period", found, "one period"))
    return request.periods[0] if request.periods else ""


def with_rows(label: str, frame: pd.DataFrame, **columns: Any) -> pd.DataFrame:  # noqa: ANN401
    """Return a frame with ``source``, ``row`` (the index of `frame`) and the columns given."""
    import pandas as pd

    return pd.DataFrame(
        {"source": label, "row": frame.index.to_numpy(), **columns}, index=range(len(frame))
    )
