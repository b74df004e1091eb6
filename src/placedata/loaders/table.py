"""Loader ``table``: CSV, spreadsheets and Parquet keyed by area code, wide or long."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from pydantic import Field

from placedata.columns import (
    find_code_column,
    find_column,
    missing_column,
    period_columns,
    unmarked_codes,
)
from placedata.errors import Problem
from placedata.geography import level_of
from placedata.intake import SourceModel, TableFile, Tally, keep_where, read_tables, with_rows
from placedata.intake.areas import KEY, among, of_one_level, refuse_repeats
from placedata.intake.errors import error_cells, errors_in, refuse_taken_together
from placedata.intake.names import by_name, named_areas
from placedata.observations import Observations, Request


class Source(SourceModel):
    """What a layer says about a table.

    Parameters
    ----------
    file
        Path or glob under a data root, or several: CSV, Excel, OpenDocument, Parquet, or the
        properties of a GeoJSON, GeoPackage or shapefile.
    sheet
        Sheet of a spreadsheet that shows several: its name, or its number from 1.
    layer
        Layer of a GeoPackage that has several.
    header
        1-based row of the header; found where left out.
    header_rows
        Rows of the header, where merged cells stand over others: with ``2``, the columns are
        called ``2021 Men``, ``2021 Women``. `header` is the first of them.
    area
        Column of area codes; found by its name or its GSS codes where left out.
    names
        For a table of area names without codes: a table, or the boundaries, that have both.
        `area` is then the column of names.
    name_columns
        The columns of codes and of names in `names` (``[LAD22CD, LAD22NM]``); found where left
        out.
    geography
        Geography of the codes (``wd25``), where the column's name does not tell it.
    where
        Column -> value, or list of values: only these rows are used.
    areas
        Only area codes that begin with this, or that are in this list.
    combine
        What to do when an area has several rows in a period: ``refuse`` (a problem), ``sum`` or
        ``mean``. Where a cell of the group is missing, the group is missing.
    kind
        What the value is (``score``, ``rank``, ``decile``, ``count``, ``rate``), where the name of
        its column does not tell it.
    """

    file: str | list[str]
    sheet: str | int | None = None
    layer: str | None = None
    header: int | None = Field(default=None, ge=1)
    header_rows: int = Field(default=1, ge=1, le=4)
    area: str | None = None
    names: str | None = None
    name_columns: list[str] | None = Field(default=None, min_length=2, max_length=2)
    geography: str | None = None
    where: dict[str, str | int | float | bool | list[str | int | float | bool]] = Field(
        default_factory=dict
    )
    areas: str | list[str] | None = None
    combine: Literal["refuse", "sum", "mean"] = "refuse"
    kind: Literal["score", "rank", "decile", "count", "rate"] | None = None


def read(source: Source, request: Request) -> Observations:
    """Return one observation for each area and period of the tables.

    A wide file (``value: meters_n_{period}``) gives one for each row and column. Rows of another
    level (a borough or England below a list of wards) and rows without a code are rejected.

    Raises
    ------
    DataError
        For every column that is absent, cell that is text, and area that is repeated.
    """
    tally = Tally(request.layer)
    if request.value is None:
        problem = Problem(
            f"layers/{request.layer}.yaml", "value", "nothing", "the column that holds the value"
        )
        tally.problems.append(problem)
    if source.combine != "refuse":
        refuse_taken_together(request, tally)
    tally.stop_if_problems()
    header: int | Literal["auto"] = source.header or "auto"
    tables = read_tables(
        request, tally, source.file, layer=source.layer,
        sheet=source.sheet, header=header, header_rows=source.header_rows,
    )  # fmt: skip
    rows, geography = _keyed(tables, source, request, tally)
    rows = of_one_level(rows, geography, tally)
    rows = among(rows, source.areas, tally)
    rows, used = _combine(rows, source.combine, tally)
    kind, alternative = source.kind or kind_of(request.value or ""), None
    if kind in ("rank", "decile"):
        alternative = score_beside(request.value or "", list(tables[-1].frame.columns))
    return tally.observations(
        rows,
        "area",
        ["area_code", *errors_in(rows)],
        geography=geography,
        measure_kind=kind,
        alternative=alternative,
        used=used,
    )


def _keyed(
    tables: list[TableFile], source: Source, request: Request, tally: Tally
) -> tuple[pd.DataFrame, str | None]:
    """Return the value cells of all tables as rows with area codes, and their geography."""
    parts: list[pd.DataFrame] = []
    codes: list[tuple[str | None, frozenset[str]]] = []
    stated = source.geography
    if source.names is not None:
        (table, *_) = read_tables(request, tally, source.names)
        known, edition = named_areas(table, source.name_columns, stated, tally)
        tables = [by_name(table, source.area, known, tally) for table in tables]
        stated = stated or edition
    for table in tables:
        kept = keep_where(table, source.where, tally)
        code = find_code_column(table.frame, table.label, wanted=source.area, geography=stated)
        if isinstance(code, Problem):
            tally.problems.append(code)
            continue
        cells = list(_cells(kept, code.name, request, tally))
        codes += [(code.geography, frozenset(part["period"])) for part in cells]
        parts += cells
    tally.stop_if_problems()
    return tally.take(pd.concat(parts, ignore_index=True)), _one_geography(codes, source, tally)


def kind_of(column: str) -> str | None:
    """Return ``rank``, ``decile`` or ``score`` where a column's name says so."""
    words = column.casefold().split("(where")[0].replace("_", " ").replace("-", " ").split()
    for kind in ("rank", "decile", "score"):
        if kind in words:
            return kind
    return None


def score_beside(column: str, names: list[str]) -> str | None:
    """Return the score column that goes with a rank or decile column, if the file has it."""
    for kind in ("Rank", "Decile", "rank", "decile"):
        if kind in column:
            stem = column.split(" (where", maxsplit=1)[0]
            for score in (kind.replace("rank", "score").replace("decile", "score"), "Score"):
                found = find_column(names, stem.replace(kind, score))
                if found is not None:
                    return found
    return None


def _cells(table: TableFile, code: str, request: Request, tally: Tally) -> list[pd.DataFrame]:
    """Return the value cells of one table as rows: area_code, period, text, and where from."""
    frame, names = table.frame, [str(name) for name in table.frame.columns]
    value = request.value or ""
    if "{period}" in value:
        columns = period_columns(names, value, request.periods)
        for period in request.periods or ([] if columns else ["{period}"]):
            if period not in columns:
                wanted = value.replace("{period}", period)
                tally.problems.append(missing_column(table.label, "value", wanted, names))
        return [
            with_rows(
                table.label,
                frame,
                area_code=unmarked_codes(frame[code]).array,
                period=period,
                text=frame[column].array,
                field=column,
                **error_cells(table, request, tally, period),
            )
            for period, column in columns.items()
        ]
    column = find_column(names, value)
    if column is None:
        tally.problems.append(missing_column(table.label, "value", value, names))
        return []
    periods = _periods(table, request, tally)
    if periods is None:
        return []
    rows = with_rows(
        table.label,
        frame,
        area_code=unmarked_codes(frame[code]).array,
        period=periods.to_numpy(),
        text=frame[column].array,
        field=column,
        **error_cells(table, request, tally),
    )
    if request.period_from and request.periods:
        rows = tally.turn_away(rows, ~rows["period"].isin(request.periods), "another period")
    return [rows]


def _periods(table: TableFile, request: Request, tally: Tally) -> pd.Series | None:
    """Return the period of each row of a table that is not wide."""
    frame = table.frame
    if request.period_from is None:
        if len(request.periods) > 1:
            found = f"{len(request.periods)} periods and one column {request.value!r}"
            allowed = "a column for each ({period} in value) or period: {from: column}"
            tally.problems.append(Problem(table.label, "period", found, allowed))
            return None
        return pd.Series(request.periods[0] if request.periods else "", index=frame.index)
    names = [str(name) for name in frame.columns]
    column = find_column(names, request.period_from)
    if column is None:
        tally.problems.append(missing_column(table.label, "period", request.period_from, names))
        return None
    return frame[column].str.strip()


def _one_geography(
    codes: list[tuple[str | None, frozenset[str]]], source: Source, tally: Tally
) -> str | None:
    """Return the geography of all files; None where each period has its own edition of one level.

    Which edition a period is of, its codes then tell. Files of several levels are refused, and
    editions mixed in one period.
    """
    found = {geography for geography, _ in codes}
    mixed = any(one & other for at, (here, one) in enumerate(codes) for there, other in codes[:at]
                if here != there)  # fmt: skip
    if len(found) > 1 and not mixed and len({level_of(str(item)) for item in found}) == 1:
        return None
    if len(found) > 1:
        names = ", ".join(sorted(str(item) for item in found))
        files = source.file if isinstance(source.file, str) else ", ".join(source.file)
        tally.problems.append(Problem(files, "source.geography", names, "one geography"))
        tally.stop_if_problems()
    return found.pop() if found else None


def _combine(rows: pd.DataFrame, how: str, tally: Tally) -> tuple[pd.DataFrame, int]:
    """Return one row for each area and period, and how many source rows they are made of."""
    field = str(rows["field"].iloc[0]) if len(rows) else "value"
    if how == "refuse":
        refuse_repeats(rows, tally)
        numbers = tally.numbers(rows, "text", field)
        return numbers, len(numbers)
    numbers = tally.numbers(rows, "text", field)
    lost = rows[~rows.index.isin(numbers.index)].set_index(KEY).index
    incomplete = pd.Series(numbers.set_index(KEY).index.isin(lost), index=numbers.index)
    numbers = tally.reject(numbers, incomplete, "part of its area and period is missing")
    merged = (
        numbers.groupby(KEY, sort=False)
        .agg(
            value=("value", how),
            source=("source", "first"),
            row=("row", "min"),
            last_row=("row", "max"),
            parts=("row", "size"),
        )
        .reset_index()
    )
    tally.note(f"rows taken together by {how}", int(merged["parts"][merged["parts"] > 1].sum()))
    return merged, len(numbers)
