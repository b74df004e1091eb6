"""Loader ``uk_air``: hourly measurements of Defra's UK-AIR (AURN), one file for a site and year.

Not tried on a published file: read by the published form, on invented rows.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from placedata.columns import find_column, missing_column
from placedata.coordinates import guess_crs, inside_uk, to_grid
from placedata.errors import Problem, nearest
from placedata.files import parse_numbers, read_table
from placedata.geography import WEB_CRS
from placedata.intake import SourceModel, Tally, paths_of, read_tables, with_rows
from placedata.intake.hours import captured, in_periods, one_value_an_hour, within
from placedata.observations import Observations, Request

#: Short name -> the name in the files' headers, without its tags.
PROPERTIES = {
    "NO2": "Nitrogen dioxide",
    "NO": "Nitric oxide",
    "NOX": "Nitrogen oxides as nitrogen dioxide",
    "O3": "Ozone",
    "SO2": "Sulphur dioxide",
    "CO": "Carbon monoxide",
    "PM10": "PM10 particulate matter (Hourly measured)",
    "PM25": "PM2.5 particulate matter (Hourly measured)",
}
_CODES = ("site code", "site_code", "site id", "site_id", "code", "id", "uk-air id", "uka code")
_NAMES = ("site name", "site_name", "name")
_EASTS = ("longitude", "lon", "easting", "x")
_NORTHS = ("latitude", "lat", "northing", "y")
_RATIFIED = ("r", "v")
_TITLE_ROWS = 12


class Source(SourceModel):
    """What a layer says about UK-AIR files.

    Parameters
    ----------
    file
        Path or glob under a data root, or several: ``MY1_2023.csv``. The site's code is the
        file's name, up to its last ``_``.
    sites
        Table of sites: a code, and longitude and latitude or easting and northing.
    positions
        Site code -> [latitude, longitude], instead of `sites`.
    observed_property
        ``NO2``, ``NO``, ``NOX``, ``O3``, ``SO2``, ``CO``, ``PM10``, ``PM25``, or the name in the
        files' headers.
    provisional
        Whether values that are not ratified are used: ``keep`` (noted) or ``reject``.
    minimum, maximum
        Values below or above are rejected. Left out, negative values stay, as ratified.
    capture
        Least share of the period's hours (0 to 1) that a site must have; others are rejected.
        Defra's annual means want 0.75.
    """

    file: str | list[str]
    sites: str | None = None
    positions: dict[str, tuple[float, float]] | None = None
    observed_property: str
    provisional: Literal["keep", "reject"] = "keep"
    minimum: float | None = None
    maximum: float | None = None
    capture: float | None = Field(default=None, ge=0, le=1)

    @model_validator(mode="before")
    @classmethod
    def _pairs(cls, fields: object) -> object:
        """Take a YAML list of two numbers for a position."""
        if isinstance(fields, dict) and isinstance(places := fields.get("positions"), dict):
            pairs = {
                key: tuple(value) if isinstance(value, list) else value
                for key, value in places.items()
            }
            return {**fields, "positions": pairs}
        return fields


def read(source: Source, request: Request) -> Observations:
    """Return one observation for each hour and site, at the site, EPSG:27700.

    UK-AIR tells the end of an hour, 01:00 to 24:00 GMT; ``time`` is its beginning, as for the
    other networks, so that the last hour of a year belongs to that year.

    Not tried on a published file: made from its published columns, tested on invented rows.

    Raises
    ------
    DataError
        If a header, date, value or site's position is not as it should be, or the files give the
        property in several units.
    """
    tally = Tally(request.layer)
    sites = _sites(source, request, tally)
    parts = []
    for label, path in paths_of(request, source.file):
        rows = _rows(label, _table(label, path, tally), source.observed_property, tally)
        if rows is not None:
            stem = path.name.split(".")[0]
            parts.append(rows.assign(thing=stem.rpartition("_")[0] or stem))
    tally.stop_if_problems()
    rows = in_periods(tally.take(pd.concat(parts, ignore_index=True)), request, tally)
    rows = tally.numbers(rows, "text", source.observed_property)
    _refuse_units(rows, tally)
    tally.stop_if_problems()
    ratified = rows["status"].isin(_RATIFIED)
    if source.provisional == "reject":
        rows = tally.reject(rows, ~ratified, "not ratified")
    else:
        tally.note("values not ratified", int((~ratified).sum()))
    rows = one_value_an_hour(rows, tally)
    rows = within(rows, source.minimum, source.maximum, tally)
    rows = captured(rows, source.capture, tally)
    rows = tally.reject(rows, ~rows["thing"].isin(sites.index), "unknown site")
    placed = sites.loc[rows["thing"]]
    rows = rows.assign(**{name: placed[name].to_numpy() for name in ("x", "y", "name")})
    return tally.observations(rows, "point", ["x", "y", "thing", "name", "time"])


def plain_header(cell: str) -> str:
    """Return a header without its tags: ``PM10`` for ``PM<sub>10</sub>``."""
    return " ".join(re.sub(r"<[^<>]*>", "", cell).split())


def _table(label: str, path: Path, tally: Tally) -> pd.DataFrame | None:
    """Return a file's cells under plain headers, found below the lines of preamble."""
    cells = read_table(path, header=None)
    if cells.shape[1] < 3:
        found = f"{cells.shape[1]} columns"
        tally.problems.append(Problem(label, "header", found, "a UK-AIR file of hours"))
        return None
    head = cells.head(_TITLE_ROWS).apply(lambda column: column.str.strip().str.casefold())
    starts = head.index[(head.iloc[:, 0] == "date") & (head.iloc[:, 1] == "time")]
    if not len(starts):
        found = f"no line 'Date,time,…' in the first {_TITLE_ROWS}"
        tally.problems.append(Problem(label, "header", found, "a UK-AIR file of hours"))
        return None
    body = cells[cells.index > starts[0]]
    body = body[body.iloc[:, 0].str.strip().str.casefold() != "end"]
    tally.add_source(label, path, len(body))
    return body.set_axis([plain_header(cell) for cell in cells.loc[starts[0]]], axis=1)


def _rows(label: str, table: pd.DataFrame | None, wanted: str, tally: Tally) -> pd.DataFrame | None:
    """Return a file's rows: time, text of the value, status and unit."""
    if table is None:
        return None
    names = list(table.columns)
    kinds = ("status", "unit", "status/unit", "")
    measured = [name for name in names[2:] if name.casefold() not in kinds]
    name = find_column(measured, PROPERTIES.get(wanted.upper(), wanted))
    if name is None:
        short = {full: key for key, full in PROPERTIES.items()}
        known = [short.get(item, item) for item in measured]
        problem = Problem(
            label, "source.observed_property", repr(wanted), ", ".join(known), None,
            nearest(wanted, known),
        )  # fmt: skip
        tally.problems.append(problem)
        return None
    at = names.index(name)
    beside = {}
    for step in (1, 2):
        if at + step < len(names) and names[at + step].casefold() in kinds:
            beside[names[at + step].casefold()] = table.iloc[:, at + step].str.strip()
    if "status/unit" in beside:
        both = beside["status/unit"].str.partition(" ")
        beside = {"status": both[0], "unit": both[2]}
    blank = pd.Series("", index=table.index)
    units = beside.get("unit", blank)
    return with_rows(
        label,
        table,
        time=_hours(label, table, tally).to_numpy(),
        text=table.iloc[:, at].to_numpy(),
        status=beside.get("status", blank).str.casefold().to_numpy(),
        unit=units.map({cell: _unit(cell) for cell in units.unique()}).to_numpy(),
    )


def _hours(label: str, table: pd.DataFrame, tally: Tally) -> pd.Series:
    """Return when each hour begins, from its day and the hour's end (01:00 to 24:00)."""
    # each day and each hour is told many times: it is read once
    at, told = pd.factorize(table.iloc[:, 0])
    each = pd.to_datetime(told.to_series().str.strip(), format="%d-%m-%Y", errors="coerce")
    days = pd.Series(each.array.take(at), index=table.index)
    at, told = pd.factorize(table.iloc[:, 1])
    clock = told.to_series().str.strip().str.extract(r"^(\d\d):00(?::00)?$")[0]
    hours = pd.Series(pd.to_numeric(clock, errors="coerce").array.take(at), index=table.index)
    wrong = table[(days.isna() | ~hours.between(1, 24)).to_numpy()]
    for row, cells in zip(wrong.index, wrong.iloc[:, :2].to_numpy(), strict=True):
        found = repr(" ".join(cells))
        allowed = "dd-mm-yyyy and 01:00 to 24:00"
        tally.problems.append(Problem(label, "Date, time", found, allowed, int(row)))
    begin = days + pd.to_timedelta(hours.fillna(1) - 1, unit="h")
    written = np.datetime_as_string(begin.to_numpy("datetime64[m]"), unit="m")
    return pd.Series(written, index=table.index, dtype=str)


def _unit(cell: str) -> str:
    """Return a unit without its instrument, in one spelling: ``ugm-3`` for ``µg m⁻³ (TEOM)``."""
    bare = re.sub(r"\(.*?\)|\s|/", "", plain_header(cell).casefold())
    return re.sub("[µμ]", "u", bare).replace("⁻³", "-3").replace("m3", "m-3")


def _refuse_units(rows: pd.DataFrame, tally: Tally) -> None:
    """Record a problem where values are in several units."""
    first = rows[rows["unit"] != ""].drop_duplicates("unit")
    if len(first) > 1:
        found = ", ".join(
            f"{unit} ({source}:{row})"
            for unit, source, row in zip(first["unit"], first["source"], first["row"], strict=True)
        )
        label = str(first["source"].iloc[0])
        tally.problems.append(Problem(label, "unit", found, "one unit in all files"))


def _sites(source: Source, request: Request, tally: Tally) -> pd.DataFrame:
    """Return sites by code: x, y (EPSG:27700) and name."""
    if (source.sites is None) == (source.positions is None):
        found = "neither" if source.sites is None else "both"
        where = f"layers/{request.layer}.yaml"
        problem = Problem(where, "source.sites", f"{found} of sites and positions", "one of them")
        tally.problems.append(problem)
        tally.stop_if_problems()
    if source.positions is not None:
        places = source.positions
        label = f"layers/{request.layer}.yaml"
        x, y = to_grid(
            [place[1] for place in places.values()], [p[0] for p in places.values()], WEB_CRS
        )
        sites = pd.DataFrame({"x": x, "y": y, "name": list(places)}, index=list(places))
    else:
        label, sites = _listed_sites(str(source.sites), request, tally)
    lost = ~inside_uk(sites["x"].to_numpy(), sites["y"].to_numpy())
    if source.positions is not None:
        for code in sites.index[lost]:
            found = f"{code} at {places[code]}"
            allowed = "[latitude, longitude] in the UK"
            tally.problems.append(Problem(label, "source.positions", found, allowed))
    tally.note("sites without a position in the UK", int(lost.sum()))
    for code in sites.index[sites.index.duplicated()].unique():
        tally.problems.append(Problem(label, "site code", f"{code} twice", "each site once"))
    tally.stop_if_problems()
    return sites[~lost]


def _listed_sites(file: str, request: Request, tally: Tally) -> tuple[str, pd.DataFrame]:
    """Return the label and the sites of a table of sites."""
    (table, *_) = read_tables(request, tally, file)
    frame = table.frame
    by_case = {str(name).strip().casefold(): name for name in frame.columns}
    found = {
        ours: next((by_case[name] for name in names if name in by_case), None)
        for ours, names in (("code", _CODES), ("x", _EASTS), ("y", _NORTHS), ("name", _NAMES))
    }
    for ours, wanted in (("code", _CODES), ("x", _EASTS), ("y", _NORTHS)):
        if found[ours] is None:
            names = [str(name) for name in frame.columns]
            tally.problems.append(missing_column(table.label, "source.sites", wanted[0], names))
    tally.stop_if_problems()
    easts, norths = (parse_numbers(frame[found[axis]])[0] for axis in "xy")
    x, y = to_grid(easts, norths, guess_crs(norths) or WEB_CRS)
    codes = frame[found["code"]].str.strip().to_numpy()
    names = codes if found["name"] is None else frame[found["name"]].str.strip().to_numpy()
    return table.label, pd.DataFrame({"x": x, "y": y, "name": names}, index=codes)
