"""Hourly measurements of sites: their periods, their limits and how many hours there are.

Rows are frames with ``thing`` (the site), ``time`` (the beginning of the hour in GMT, ISO 8601)
and, once parsed, ``value``.
"""

from __future__ import annotations

import re

import pandas as pd

from placedata.errors import Problem
from placedata.intake import Tally
from placedata.observations import Request

_PERIOD = re.compile(r"\d{4}(-\d{2}){0,2}")
_USUAL_CAPTURE = 0.75


def in_periods(rows: pd.DataFrame, request: Request, tally: Tally) -> pd.DataFrame:
    """Return the rows of the periods asked for, with ``period``; the year where none is stated.

    Raises
    ------
    DataError
        If a period is no year, month or day.
    """
    if not request.periods:
        return rows.assign(period=rows["time"].str[:4])
    wrong = [period for period in request.periods if not _PERIOD.fullmatch(period)]
    if wrong:
        where = f"layers/{request.layer}.yaml"
        problem = Problem(where, "period", ", ".join(wrong), "2023, 2023-01 or a day")
        tally.problems.append(problem)
    tally.stop_if_problems()
    period = pd.Series("", index=rows.index)
    for wanted in request.periods:
        period = period.mask((period == "") & rows["time"].str.startswith(wanted), wanted)
    rows = rows.assign(period=period)
    return tally.reject(rows, rows["period"] == "", "another period")


def one_value_an_hour(rows: pd.DataFrame, tally: Tally) -> pd.DataFrame:
    """Return rows with one value for each site and hour.

    Two different values of an hour are rejected both, a repeated equal one once.
    """
    key = ["thing", "time"]
    values = rows.groupby(key)["value"].transform("nunique")
    rows = tally.reject(rows, values > 1, "hour with two different values")
    return tally.reject(rows, rows.duplicated(key), "repeated hour")


def within(
    rows: pd.DataFrame, minimum: float | None, maximum: float | None, tally: Tally
) -> pd.DataFrame:
    """Return the rows whose values are not below the minimum or above the maximum."""
    if minimum is not None:
        rows = tally.reject(rows, rows["value"] < minimum, f"below {minimum:g}")
    if maximum is not None:
        rows = tally.reject(rows, rows["value"] > maximum, f"above {maximum:g}")
    tally.note("negative values kept", int((rows["value"] < 0).sum()))
    return rows


def captured(rows: pd.DataFrame, capture: float | None, tally: Tally) -> pd.DataFrame:
    """Reject the sites with under `capture` (0 to 1) of a period's hours; None: only note them."""
    if rows.empty:
        return rows
    spans = {period: hours_of(period) for period in rows["period"].unique()}
    hours = rows.groupby(["thing", "period"])["value"].transform("size")
    share = hours / rows["period"].map(spans)
    least = _USUAL_CAPTURE if capture is None else capture
    few = share < least
    sites = rows[few].drop_duplicates(["thing", "period"])
    tally.note(f"sites with under {least:.0%} of a period's hours", len(sites))
    return rows if capture is None else tally.reject(rows, few, f"site under {least:.0%}")


def hours_of(period: str) -> int:
    """Return the hours in a year, month or day."""
    span = pd.Period(period)
    return int((span.end_time - span.start_time).total_seconds() // 3600) + 1
