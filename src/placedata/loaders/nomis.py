"""Loader ``nomis``: CSV files of the ONS service Nomis (census, claimants, jobs) by area code.

Not tried on a published file: read by the published columns, on invented rows.
"""

from __future__ import annotations

import re
from typing import Literal

import pandas as pd
from pydantic import Field

from placedata.columns import find_column, missing_column
from placedata.errors import Problem
from placedata.files import parse_numbers
from placedata.intake import (
    SUPPRESSED,
    SourceModel,
    TableFile,
    Tally,
    keep_where,
    read_tables,
    with_rows,
)
from placedata.intake.areas import KEY, among, of_one_level, refuse_repeats
from placedata.intake.errors import error_cells, errors_in, refuse_taken_together
from placedata.observations import Observations, Request

Cell = str | int | float | bool

#: The most rows that Nomis gives in one answer; it does not say when it has cut.
MOST_ROWS = 25_000
_NOT_DIMENSIONS = ("DATE", "GEOGRAPHY", "MEASURES", "OBS_", "URN", "RECORD_", "COL", "ROW")
_LEVELS = (
    (r"lower layer", "lsoa"),
    (r"middle layer", "msoa"),
    (r"output areas", "oa"),
    (r"ward", "wd"),
    (r"local authorit", "lad"),
)
_HIDDEN = r"suppress|disclos|confidential"


class Source(SourceModel):
    """What a layer says about a Nomis file.

    Parameters
    ----------
    file
        Path or glob under a data root, or several: all pages of one query.
    where
        Column -> value, or list of values: only these rows are used
        (``C2021_TENURE_9_NAME: Owned``).
    measures
        The one of several measures that is used, by number or name (``20100``, ``Value``).
    combine
        What to do with the rows that an area has for several values of a dimension: ``refuse``
        (a problem) or ``sum``. Where a part is missing, the sum is missing.
    geography
        Geography of the codes (``lsoa21``), where ``GEOGRAPHY_TYPE`` does not tell it.
    areas
        Only area codes that begin with this, or that are in this list.
    """

    file: str | list[str]
    where: dict[str, Cell | list[Cell]] = Field(default_factory=dict)
    measures: str | int | None = None
    combine: Literal["refuse", "sum"] = "refuse"
    geography: str | None = None
    areas: str | list[str] | None = None


def read(source: Source, request: Request) -> Observations:
    """Return one observation for each area and period, from ``OBS_VALUE``.

    The period is that of the layer, or of ``DATE_NAME`` where the layer has none or several.

    Not tried on a published file: made from its published columns, tested on invented rows.

    Raises
    ------
    DataError
        If the files have fewer rows than ``RECORD_COUNT`` says (Nomis cuts at 25,000 without
        telling), a dimension's column is empty (the query named it wrongly), or a dimension or
        measure has several values and none is chosen.
    """
    tally = Tally(request.layer)
    tables = read_tables(request, tally, source.file)
    _refuse_cut(tables, tally)
    parts = []
    for table in tables:
        _refuse_empty(table, tally)
        rows = _rows(keep_where(table, source.where, tally), source, request, tally)
        if rows is not None:
            parts.append(rows)
    tally.stop_if_problems()
    rows = tally.take(pd.concat(parts, ignore_index=True))
    geography = source.geography or _geography(rows["type"])
    rows = among(of_one_level(rows, geography, tally), source.areas, tally)
    hidden = (rows["text"].str.strip() == "") & rows["hidden"]
    percent = bool(rows["measure"].str.contains("percent", case=False).any())
    if source.combine == "refuse":
        refuse_repeats(rows, tally, "each area once in a period: where, or combine: sum")
        rows = tally.numbers(tally.reject(rows, hidden, SUPPRESSED), "text", "OBS_VALUE")
        used = len(rows)
    else:
        refuse_taken_together(request, tally)
        rows, used = _summed(rows, hidden, tally)
    return tally.observations(
        rows, "area", ["area_code", *errors_in(rows)], geography=geography, used=used,
        measure_kind="rate" if percent else "count",
    )  # fmt: skip


def _refuse_cut(tables: list[TableFile], tally: Tally) -> None:
    """Record a problem where the files have fewer rows than Nomis has."""
    rows = sum(len(table.frame) for table in tables)
    label = tables[0].label if len(tables) == 1 else f"{tables[0].label} and {len(tables) - 1} more"
    told: list[float] = []
    for table in tables:
        column = find_column([str(name) for name in table.frame.columns], "RECORD_COUNT")
        counts = parse_numbers(table.frame[column])[0].dropna() if column is not None else []
        if len(counts):
            told.append(float(max(counts)))
        elif len(table.frame) and len(table.frame) % MOST_ROWS == 0:
            found = f"{len(table.frame):,} rows, where Nomis cuts, and no RECORD_COUNT"
            allowed = "RECORD_COUNT among the columns selected"
            tally.problems.append(Problem(table.label, "RECORD_COUNT", found, allowed))
        else:
            tally.note("files that do not tell how many rows there should be", 1)
    if told and rows < max(told):
        found = f"{rows:,} rows of {max(told):,.0f}"
        allowed = f"all of them: pages of {MOST_ROWS:,} with RecordOffset"
        tally.problems.append(Problem(label, "RECORD_COUNT", found, allowed))


def _refuse_empty(table: TableFile, tally: Tally) -> None:
    """Record a problem for each dimension whose column is empty."""
    frame = table.frame
    for name in _dimensions(frame):
        if len(frame) and (frame[name].str.strip() == "").all():
            found = "an empty column: the data set has no dimension of this name"
            tally.problems.append(Problem(table.label, name, found, "the name in Nomis", 1))


def _dimensions(frame: pd.DataFrame) -> list[str]:
    """Return a column for each dimension: its names where the file has them, else its numbers."""
    names = [str(name) for name in frame.columns]
    upper = {name.upper() for name in names}
    own = [name for name in names if not name.upper().startswith(_NOT_DIMENSIONS)]
    return [
        name
        for name in own
        if not name.upper().endswith(("_CODE", "_TYPE", "_SORTORDER"))
        and f"{name.upper()}_NAME" not in upper
    ]


def _rows(table: TableFile, source: Source, request: Request, tally: Tally) -> pd.DataFrame | None:
    """Return one file's rows with code, period, text, type, measure and whether suppressed."""
    names = [str(name) for name in table.frame.columns]
    code = find_column(names, "GEOGRAPHY_CODE")
    value = find_column(names, request.value or "OBS_VALUE")
    for wanted, column in (("GEOGRAPHY_CODE", code), (request.value or "OBS_VALUE", value)):
        if column is None:
            tally.problems.append(missing_column(table.label, "columns", wanted, names))
    table = _one_measure(_beside(table, request, known=names), source, tally)
    _refuse_several(table, source, tally)
    periods = _periods(table, request, tally)
    if code is None or value is None or periods is None:
        return None
    frame = table.frame

    def cells(name: str) -> pd.Series:
        column = find_column(names, name)
        blank = pd.Series("", index=frame.index, dtype=str)
        return blank if column is None else frame[column].str.strip()

    status = cells("OBS_STATUS_NAME") + " " + cells("OBS_CONF_NAME") + " " + cells("OBS_CONF")
    rows = with_rows(
        table.label,
        frame,
        area_code=cells("GEOGRAPHY_CODE").to_numpy(),
        period=periods.to_numpy(),
        text=frame[value].to_numpy(),
        type=cells("GEOGRAPHY_TYPE").to_numpy(),
        measure=cells("MEASURES_NAME").to_numpy(),
        hidden=status.str.contains(_HIDDEN, case=False, regex=True).to_numpy(dtype=bool),
        **error_cells(table, request, tally),
    )
    if request.periods:
        rows = tally.turn_away(rows, ~rows["period"].isin(request.periods), "another period")
    return rows


def _beside(table: TableFile, request: Request, *, known: list[str]) -> TableFile:
    """Return the table with the measures that tell errors (``Confidence``) as columns too.

    Nomis gives them as rows of their own, equal to those of the value but for the measure.
    """
    column = find_column(known, "MEASURES_NAME")
    if column is None:
        return table
    frame, others = table.frame, ("MEASURES", "OBS_", "URN", "RECORD_")
    key = [name for name in known if not name.upper().startswith(others)]
    rows = pd.MultiIndex.from_frame(frame[key])
    for wanted in request.errors.values():
        found = frame[column].str.strip().str.casefold() == wanted.casefold()
        if find_column(known, wanted) is not None or not found.any():
            continue
        told = pd.Series(frame.loc[found, "OBS_VALUE"].to_numpy(), index=rows[found])
        told = told[~told.index.duplicated()]
        frame = frame.assign(**{wanted: told.reindex(rows).fillna("").to_numpy()})
    return TableFile(table.label, frame, table.path)


def _one_measure(table: TableFile, source: Source, tally: Tally) -> TableFile:
    """Return the rows of the measure chosen; several and none chosen is a problem."""
    names = [str(name) for name in table.frame.columns]
    columns = [find_column(names, name) for name in ("MEASURES_NAME", "MEASURES")]
    known = [column for column in columns if column is not None]
    if source.measures is None:
        for column in known[:1]:
            values = sorted(set(table.frame[column].str.strip()))
            if len(values) > 1:
                found = f"{len(values)} measures: {', '.join(map(repr, values))}"
                tally.problems.append(Problem(table.label, column, found, "measures: one of them"))
        return table
    wanted = str(source.measures).strip().casefold()
    for column in known:
        if (table.frame[column].str.strip().str.casefold() == wanted).any():
            return keep_where(table, {column: source.measures}, tally, "source.measures")
    seen = sorted({cell for column in known for cell in table.frame[column].str.strip()})
    problem = Problem(table.label, "source.measures", repr(source.measures), ", ".join(seen))
    tally.problems.append(problem)
    return table


def _refuse_several(table: TableFile, source: Source, tally: Tally) -> None:
    """Record a problem for a dimension with several values, where they cannot be summed."""
    for name in _dimensions(table.frame):
        values = list(dict.fromkeys(table.frame[name].str.strip()))
        totals = [value for value in values if value.casefold().startswith(("total", "all "))]
        if len(values) < 2 or (source.combine == "sum" and not totals):
            continue
        shown = ", ".join(map(repr, values[:6])) + (" …" if len(values) > 6 else "")
        allowed = f"one in where: {{{name}: …}}, or combine: sum of parts without their total"
        problem = Problem(table.label, name, f"{len(values)} values: {shown}", allowed)
        tally.problems.append(problem)


def _periods(table: TableFile, request: Request, tally: Tally) -> pd.Series | None:
    """Return the period of each row: that of a column, under the layer's name if it is one."""
    frame, names = table.frame, [str(name) for name in table.frame.columns]
    wanted = request.period_from or "DATE_NAME"
    column = find_column(names, wanted)
    if column is None and request.period_from is None:
        column = find_column(names, "DATE")
    if column is None and (request.period_from or len(request.periods) > 1):
        tally.problems.append(missing_column(table.label, "period", wanted, names))
        return None
    only = request.periods[0] if request.periods else ""
    if column is None:
        return pd.Series(only, index=frame.index, dtype=str)
    cells = frame[column].str.strip()
    dates = list(dict.fromkeys(cells))
    if len(request.periods) == 1 and len(dates) == 1 and request.period_from is None:
        tally.note(f"rows that the file dates {dates[0]}", len(cells) if dates[0] != only else 0)
        return pd.Series(only, index=frame.index, dtype=str)
    for period in request.periods:
        if period not in dates:
            shown = ", ".join(dates[:12])
            tally.problems.append(Problem(table.label, "period", repr(period), shown))
    return cells


def _geography(types: pd.Series) -> str | None:
    """Return the geography that ``GEOGRAPHY_TYPE`` tells, None where it is not one."""
    found = set()
    for text in types.unique():
        year = re.search(r"\b20(\d\d)\b", text)
        level = next((level for words, level in _LEVELS if re.search(words, text.casefold())), None)
        found.add(f"{level}{year.group(1)}" if year and level else None)
    return found.pop() if len(found) == 1 else None


def _summed(rows: pd.DataFrame, hidden: pd.Series, tally: Tally) -> tuple[pd.DataFrame, int]:
    """Return one row for each area and period, and how many rows they are made of."""
    numbers = tally.numbers(tally.reject(rows, hidden, SUPPRESSED), "text", "OBS_VALUE")
    lost = pd.MultiIndex.from_frame(rows.loc[~rows.index.isin(numbers.index), KEY])
    part = pd.Series(pd.MultiIndex.from_frame(numbers[KEY]).isin(lost), index=numbers.index)
    numbers = tally.reject(numbers, part, "part of its area and period is missing")
    merged = numbers.groupby(KEY, sort=False, as_index=False).agg(
        value=("value", "sum"), source=("source", "first"), row=("row", "min"),
        last_row=("row", "max"), parts=("row", "size"),
    )  # fmt: skip
    tally.note("rows taken together by sum", len(numbers) if len(numbers) > len(merged) else 0)
    return merged, len(numbers)
