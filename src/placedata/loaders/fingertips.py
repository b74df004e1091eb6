"""Loader ``fingertips``: public health indicators of OHID Fingertips, one by area and period.

Not tried on a published file: read by the published columns, on invented rows.
"""

from __future__ import annotations

import pandas as pd

from placedata.columns import find_column, missing_column
from placedata.errors import Problem
from placedata.files import parse_numbers
from placedata.intake import SUPPRESSED, SourceModel, TableFile, Tally, read_tables, with_rows
from placedata.intake.areas import KEY, among, of_one_level
from placedata.intake.errors import error_cells, errors_in
from placedata.observations import Observations, Request

_COLUMNS = (
    "Indicator ID", "Area Code", "Area Type", "Sex", "Age", "Category Type", "Time period",
    "Value note",
)  # fmt: skip
_LIMITS = {
    "low": ("Lower CI 95.0 limit", "Lower CI limit"),
    "high": ("Upper CI 95.0 limit", "Upper CI limit"),
}
_HIDDEN = "suppressed|disclosure|small count|small number"


class Source(SourceModel):
    """What a layer says about a Fingertips file.

    Parameters
    ----------
    file
        Path or glob under a data root, or several.
    indicator
        The indicator's number: a file often has many.
    area_type
        ``Wards``, ``MSOA``, ``Districts & UAs (from Apr 2023)``: needed where the file has the
        indicator for several.
    sex, age
        ``Persons``, ``Female``; ``All ages``, ``10-11 yrs``: needed where the file has several.
    geography
        Geography of the codes (``wd23``): the file does not tell its edition.
    areas
        Only area codes that begin with this, or that are in this list.
    """

    file: str | list[str]
    indicator: int
    area_type: str | None = None
    sex: str | None = None
    age: str | None = None
    geography: str | None = None
    areas: str | list[str] | None = None


def read(source: Source, request: Request) -> Observations:
    """Return one observation for each area and period, with ``low`` and ``high``.

    ``low`` and ``high`` are the 95 % confidence limits, NaN where the file has none. The value is
    ``Value``, or the layer's ``value`` column (``Count``). Rows of a category (deprivation
    deciles, ethnic groups) are left out.

    Not tried on a published file: made from its published columns, tested on invented rows.

    Raises
    ------
    DataError
        If the indicator is not in the files, has several sexes, ages or area types and none is
        chosen, or an area has two different values in a period.
    """
    tally = Tally(request.layer)
    value = request.value or "Value"
    tables = read_tables(request, tally, source.file)
    parts = [rows for table in tables if (rows := _rows(table, value, request, tally)) is not None]
    tally.stop_if_problems()
    rows = tally.take(pd.concat(parts, ignore_index=True))
    rows = _indicator(rows, source, tally)
    rows = tally.reject(rows, rows["category"] != "", "of a category, not of all")
    for field, column in (("area_type", "Area Type"), ("sex", "Sex"), ("age", "Age")):
        rows = _chosen(rows, field, column, getattr(source, field), tally)
    tally.stop_if_problems()
    if request.periods:
        rows = _of_periods(rows, request, tally)
    rows = among(of_one_level(rows, source.geography, tally), source.areas, tally)
    rows = tally.reject(rows, rows.duplicated([*KEY, "text"]), "repeated row")
    _refuse_two(rows, tally)
    hidden = (rows["text"].str.strip() == "") & rows["note"].str.contains(_HIDDEN, case=False)
    rows = tally.numbers(tally.reject(rows, hidden, SUPPRESSED), "text", value)
    noted = rows.loc[rows["note"] != "", "note"].value_counts()
    for note, count in noted.items():
        tally.note(f"values noted: {note}", int(count))
    kind = "count" if value.casefold() in ("count", "denominator") else None
    return tally.observations(
        rows, "area", ["area_code", *errors_in(rows)], geography=source.geography,
        measure_kind=kind,
    )  # fmt: skip


def _rows(table: TableFile, value: str, request: Request, tally: Tally) -> pd.DataFrame | None:
    """Return one file's rows: its columns found by name, since their number varies."""
    frame, names = table.frame, [str(name) for name in table.frame.columns]
    found = {name: find_column(names, name) for name in (*_COLUMNS, value)}
    for name, column in found.items():
        if column is None:
            tally.problems.append(missing_column(table.label, "columns", name, names))
    if None in found.values():
        return None
    cells = {name: frame[str(column)].str.strip().to_numpy() for name, column in found.items()}
    rows: pd.DataFrame = with_rows(
        table.label,
        frame,
        indicator=cells["Indicator ID"],
        area_code=cells["Area Code"],
        area_type=cells["Area Type"],
        sex=cells["Sex"],
        age=cells["Age"],
        category=cells["Category Type"],
        period=cells["Time period"],
        note=cells["Value note"],
        text=cells[value],
    )
    for ours, theirs in _LIMITS.items():
        column = next((c for name in theirs if (c := find_column(names, name))), None)
        limits = float("nan") if column is None else parse_numbers(frame[column])[0].to_numpy()
        if value.casefold() == "value":  # the limits are those of the value, not of its count
            rows[ours] = limits
    return rows.assign(**error_cells(table, request, tally))


def _indicator(rows: pd.DataFrame, source: Source, tally: Tally) -> pd.DataFrame:
    """Return the rows of the indicator."""
    known = sorted(set(rows["indicator"]))
    if str(source.indicator) not in known:
        found = ", ".join(known[:10]) + (f" and {len(known) - 10} more" if len(known) > 10 else "")
        label = str(rows["source"].iloc[0]) if len(rows) else str(source.file)
        problem = Problem(label, "source.indicator", str(source.indicator), found or "none")
        tally.problems.append(problem)
        tally.stop_if_problems()
    return tally.reject(rows, rows["indicator"] != str(source.indicator), "another indicator")


def _chosen(
    rows: pd.DataFrame, field: str, column: str, wanted: str | None, tally: Tally
) -> pd.DataFrame:
    """Return the rows of one area type, sex or age; several and none chosen is a problem."""
    values = list(dict.fromkeys(rows[field]))
    shown = ", ".join(map(repr, values[:12]))
    if wanted is None:
        # The England row of an area type is often in a file of wards, and is no choice to make.
        choices = [item for item in values if field != "area_type" or item != "England"]
        if len(choices) > 1:
            problem = Problem(
                str(rows["source"].iloc[0]), f"source.{field}", f"{len(choices)} values", shown
            )
            tally.problems.append(problem)
        return rows
    key = wanted.strip().casefold()
    other = rows[field].str.casefold() != key
    if other.all() and len(rows):
        problem = Problem(str(rows["source"].iloc[0]), f"source.{field}", repr(wanted), shown)
        tally.problems.append(problem)
        return rows
    return tally.reject(rows, other, f"another {column.lower()}")


def _of_periods(rows: pd.DataFrame, request: Request, tally: Tally) -> pd.DataFrame:
    """Return the rows of the periods asked for, however they are spaced: ``2020 - 22``."""
    spelt = {"".join(period.split()): period for period in request.periods}
    tight = rows["period"].str.replace(r"[\s]+", "", regex=True).str.replace("–", "-")
    rows = rows.assign(period=tight.map(spelt).fillna(""))
    missing = [period for period in request.periods if period not in set(rows["period"])]
    for period in missing:
        known = ", ".join(sorted(set(tight)))
        label = str(rows["source"].iloc[0])
        tally.problems.append(Problem(label, "period", period, known))
    tally.stop_if_problems()
    return tally.reject(rows, rows["period"] == "", "another period")


def _refuse_two(rows: pd.DataFrame, tally: Tally) -> None:
    """Record a problem for each area that has two different values in a period."""
    for (area, period), group in rows[rows.duplicated(KEY, keep=False)].groupby(KEY, sort=False):
        lines = ", ".join(str(row) for row in group["row"].head(5))
        found = f"{area} in {period} with {', '.join(map(repr, group['text']))} (lines {lines})"
        label = str(group["source"].iloc[0])
        tally.problems.append(Problem(label, "Area Code", found, "one value in a period"))
