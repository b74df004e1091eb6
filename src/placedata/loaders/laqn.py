"""Loader ``laqn``: hourly measurements of the London Air Quality Network with their sites."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from placedata.columns import find_column, missing_column
from placedata.coordinates import guess_crs, inside_uk, to_grid
from placedata.errors import Problem
from placedata.files import kept, parse_numbers, stamp
from placedata.geography import WEB_CRS
from placedata.intake import SourceModel, TableFile, Tally, paths_of, read_tables, with_rows
from placedata.intake.hours import captured, in_periods, one_value_an_hour, within
from placedata.observations import Observations, Request, SourceFile

_SAME_PLACE_METRES = 100.0


class Source(SourceModel):
    """What a layer says about LAQN files.

    Parameters
    ----------
    sites
        Table of sites (``@SiteCode``, ``@Latitude``, ``@Longitude``).
    observations
        Path or glob of the hourly files, or several (``@SpeciesCode``, ``@MeasurementDateGMT``,
        ``@Value``, ``SiteCode``).
    observed_property
        Species code, or several: ``NO2``, ``PM10``, ``PM25``, ``O3``. ``PM25`` and ``FINE`` both
        stand for fine particles, by different instruments; name both to use both.
    minimum, maximum
        Values below or above are rejected. Left out, negative values stay: ratified data keep
        them, since an instrument's noise around zero has both signs and a mean without the
        negative half would be too high.
    capture
        Least share of the period's hours (0 to 1) that a site must have; others are rejected.
    """

    sites: str
    observations: str | list[str]
    observed_property: str | list[str]
    minimum: float | None = None
    maximum: float | None = None
    capture: float | None = Field(default=None, ge=0, le=1)


def read(source: Source, request: Request) -> Observations:
    """Return one observation for each hour and site, at the site, EPSG:27700.

    ``thing`` is the site's code, ``time`` the hour in GMT (ISO 8601), ``period`` the period of
    the layer that the hour belongs to (``2023`` or ``2023-01``; the year where none is stated).
    An hour with two different values is rejected, both rows; a repeated equal row once. The notes
    count the hours that the files do not list: the API's end date is exclusive, so files made a
    month at a time lack the last day of every month.

    Raises
    ------
    DataError
        If a column is absent, a value or time is text, or a site's position is unknown.
    """
    tally = Tally(request.layer)
    sites = _sites(source.sites, request, tally)
    rows, files = _all_rows(source.observations, request)
    tally.sources += files
    rows = tally.take(rows)
    rows = _wanted(rows, source, request, tally)
    _count_gaps(rows, tally)
    rows = tally.reject(rows, rows["text"].str.strip() == "", "no value")
    rows = tally.numbers(rows, "text", "Value")
    tally.stop_if_problems()
    rows = one_value_an_hour(rows, tally)
    rows = within(rows, source.minimum, source.maximum, tally)
    rows = captured(rows, source.capture, tally)
    rows = tally.reject(rows, ~rows["thing"].isin(sites.index), "unknown site")
    placed = sites.loc[rows["thing"]]
    rows = rows.assign(**{name: placed[name].to_numpy() for name in ("x", "y", "name")})
    rows = tally.reject(rows, rows["x"].isna(), "site without a position")
    return tally.observations(rows, "point", ["x", "y", "thing", "name", "time"])


def _columns(table: TableFile, wanted: dict[str, str], tally: Tally) -> dict[str, str] | None:
    """Return our name -> the file's column; LAQN's begin with ``@`` or not."""
    names = [str(name) for name in table.frame.columns]
    found = {ours: find_column(names, theirs) for ours, theirs in wanted.items()}
    for ours, column in found.items():
        if column is None:
            tally.problems.append(missing_column(table.label, ours, wanted[ours], names))
    return None if None in found.values() else {key: str(name) for key, name in found.items()}


def _sites(file: str, request: Request, tally: Tally) -> pd.DataFrame:
    """Return sites by code: x, y (EPSG:27700) and name.

    ``@LatitudeWGS84`` holds Web Mercator metres in spite of its name; the size of the numbers
    decides, and both pairs must agree to 100 m, else the site is noted.
    """
    (table, *_) = read_tables(request, tally, file)
    wanted = {"thing": "@SiteCode", "name": "@SiteName", "y": "@Latitude", "x": "@Longitude"}
    columns = _columns(table, wanted, tally)
    tally.stop_if_problems()
    assert columns is not None  # noqa: S101 - stop_if_problems has raised otherwise
    frame = table.frame
    x, y = _grid(frame, columns["x"], columns["y"], "", tally)
    names = [str(name) for name in frame.columns]
    pair = [find_column(names, name) for name in ("@LongitudeWGS84", "@LatitudeWGS84")]
    if pair[0] and pair[1]:
        other_x, other_y = _grid(frame, pair[0], pair[1], "LatitudeWGS84 ", tally)
        apart = np.hypot(x - other_x, y - other_y)
        tally.note(
            "sites whose two positions are over 100 m apart",
            int((apart > _SAME_PLACE_METRES).sum()),
        )
        x, y = np.where(np.isnan(x), other_x, x), np.where(np.isnan(y), other_y, y)
    sites = pd.DataFrame(
        {
            "x": x,
            "y": y,
            "name": frame[columns["name"]].str.strip().to_numpy(),
            "row": frame.index.to_numpy(),
        },
        index=frame[columns["thing"]].str.strip().to_numpy(),
    )
    outside = ~inside_uk(x, y)
    sites.loc[outside, ["x", "y"]] = np.nan
    tally.note("sites without a position in the UK", int(outside.sum()))
    for code in sites.index[sites.index.duplicated()].unique():
        lines = ", ".join(str(row) for row in sites.loc[code, "row"])
        tally.problems.append(
            Problem(table.label, "@SiteCode", f"{code} on lines {lines}", "each site once")
        )
    tally.stop_if_problems()
    return sites


def _grid(
    frame: pd.DataFrame, east: str, north: str, label: str, tally: Tally
) -> tuple[np.ndarray, np.ndarray]:
    """Return grid coordinates of two columns whose CRS is told by the size of the numbers."""
    easts, norths = parse_numbers(frame[east])[0], parse_numbers(frame[north])[0]
    crs = guess_crs(norths) or WEB_CRS
    if crs != WEB_CRS:
        tally.note(f"{label}positions that are {crs}, not degrees", int(norths.notna().sum()))
    return to_grid(easts, norths, crs)


def _all_rows(patterns: str | list[str], request: Request) -> tuple[pd.DataFrame, list[SourceFile]]:
    """Return the rows of all files, and the files: read once for the layers of all species."""
    paths = [path for _, path in paths_of(request, patterns)]

    def read_all() -> tuple[pd.DataFrame, list[SourceFile]]:
        tally = Tally(request.layer)
        parts = [_rows(table, tally) for table in read_tables(request, tally, patterns)]
        tally.stop_if_problems()
        return pd.concat(parts, ignore_index=True), tally.sources

    return kept(("laqn", *map(stamp, paths)), read_all, lambda made: _bytes(made[0]))


def _bytes(rows: pd.DataFrame) -> int:
    return int(rows.memory_usage(deep=True).sum())


def _rows(table: TableFile, tally: Tally) -> pd.DataFrame | None:
    """Return one file's rows: thing, species, time and the text of the value."""
    wanted = {
        "species": "@SpeciesCode",
        "time": "@MeasurementDateGMT",
        "text": "@Value",
        "thing": "SiteCode",
    }
    columns = _columns(table, wanted, tally)
    if columns is None:
        return None
    cells = {ours: table.frame[theirs].array for ours, theirs in columns.items()}
    rows = with_rows(table.label, table.frame, **cells)
    # many sites tell the same hours: each is read once
    at, hours = pd.factorize(rows["time"], use_na_sentinel=False)
    parsed = pd.to_datetime(pd.Series(hours), errors="coerce", format="ISO8601")
    times = parsed.take(at).set_axis(rows.index)
    for _, wrong in rows[times.isna()].iterrows():
        tally.problems.append(
            Problem(
                table.label,
                columns["time"],
                repr(wrong["time"]),
                "a time such as 2023-01-31 23:00:00",
                int(wrong["row"]),
            )
        )
    return rows.assign(time=parsed.dt.strftime("%Y-%m-%dT%H:%M").array.take(at))


def _wanted(rows: pd.DataFrame, source: Source, request: Request, tally: Tally) -> pd.DataFrame:
    """Return the rows of the observed property in the periods asked for."""
    asked = source.observed_property
    species = [asked] if isinstance(asked, str) else asked
    present = rows["species"].unique()
    if not set(species) & set(present):
        known = ", ".join(sorted(present))
        tally.problems.append(
            Problem(str(source.observations), "source.observed_property", str(asked), known)
        )
    for wanted, twin in (("PM25", "FINE"), ("FINE", "PM25")):
        if wanted in species and twin not in species:
            count = int((rows["species"] == twin).sum())
            tally.note(f"rows of {twin}, also fine particles, not used", count)
    rows = tally.reject(rows, ~rows["species"].isin(species), "another observed property")
    return in_periods(rows, request, tally)


def _count_gaps(rows: pd.DataFrame, tally: Tally) -> None:
    """Note how many hours of the months in the files are not listed at all."""
    hours = rows.drop_duplicates(["thing", "species", "time"])
    at, times = pd.factorize(hours["time"])
    days = pd.PeriodIndex([time[:7] for time in times], freq="M").days_in_month.to_numpy()
    month = np.array([time[:7] for time in times], dtype=object)[at]
    keys = [hours["thing"].to_numpy(), hours["species"].to_numpy(), month]
    listed = hours.assign(days=days[at]).groupby(keys)["days"].agg(["size", "first"])
    expected = 24 * int(listed["first"].sum())
    last = np.array([int(time[8:10]) for time in times], dtype="int64") == days
    on_last_days = int(last[at].sum())
    tally.note("hours in the months of the files", expected)
    missing = expected - int(listed["size"].sum())
    at_the_end = 24 * len(listed) - on_last_days
    tally.note("hours not listed on the last day of a month", at_the_end)
    tally.note("hours not listed on other days", missing - at_the_end)
