"""Loader ``dft_counts``: annual average daily flow at the Department for Transport's count points.

Tried on the published file of London, 2022 to 2024.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from placedata.columns import are_among, find_column, missing_column
from placedata.coordinates import inside_uk
from placedata.errors import Problem, nearest
from placedata.files import parse_numbers
from placedata.intake import SourceModel, TableFile, Tally, keep_where, read_tables, with_rows
from placedata.observations import Observations, Request

#: Classes of vehicle in the file; the last includes all others but pedal cycles.
VEHICLES = (
    "pedal_cycles",
    "two_wheeled_motor_vehicles",
    "cars_and_taxis",
    "buses_and_coaches",
    "lgvs",
    "all_hgvs",
    "all_motor_vehicles",
)
_MOVED_METRES = 100.0
Cell = str | int | float | bool


class Source(SourceModel):
    """What a layer says about traffic counts.

    Parameters
    ----------
    file
        Path or glob under a data root, or several: the AADF table, not the one by direction.
    points
        Table of count points, whose coordinates are used instead of those in `file`.
    vehicle
        ``all_motor_vehicles``, ``pedal_cycles``, ``cars_and_taxis``, ``buses_and_coaches``,
        ``lgvs``, ``all_hgvs``, ``two_wheeled_motor_vehicles``, or another column of the file. The
        layer's ``value`` does the same.
    estimated
        Whether flows that are estimated, not counted in that year, are used: ``keep`` (noted) or
        ``reject``. Most of them are estimated from an earlier year.
    where
        Column -> value, or list of values: only these rows are used (``road_type: Major``).
    """

    file: str | list[str]
    points: str | None = None
    vehicle: str | None = None
    estimated: Literal["keep", "reject"] = "keep"
    where: dict[str, Cell | list[Cell]] = Field(default_factory=dict)


def read(source: Source, request: Request) -> Observations:
    """Return one observation for each count point and year, vehicles a day, EPSG:27700.

    ``thing`` is the number of the count point, ``name`` its road, ``period`` the year.

    Tried on the published flows of London, 2022 to 2024.

    Raises
    ------
    DataError
        If a column is absent, a flow is text, or a count point comes twice in a year.
    """
    tally = Tally(request.layer)
    vehicle = source.vehicle or request.value or "all_motor_vehicles"
    points = _positions(source.points, request, tally) if source.points else None
    parts = []
    for table in read_tables(request, tally, source.file):
        rows = _rows(keep_where(table, source.where, tally), vehicle, tally)
        if rows is not None:
            parts.append(rows)
    tally.stop_if_problems()
    rows = tally.take(pd.concat(parts, ignore_index=True))
    if request.periods:
        rows = tally.reject(rows, ~rows["period"].isin(request.periods), "another period")
    rows = _counted(rows, source.estimated, tally)
    _refuse_repeats(rows, tally)
    rows = tally.numbers(rows, "text", vehicle)
    tally.stop_if_problems()
    if points is not None:
        rows = _moved(rows, points, tally)
    nowhere = ~inside_uk(rows["x"].to_numpy(), rows["y"].to_numpy())
    rows = tally.reject(rows, pd.Series(nowhere), "no position in the UK")
    return tally.observations(rows, "point", ["x", "y", "thing", "name"])


def _rows(table: TableFile, vehicle: str, tally: Tally) -> pd.DataFrame | None:
    """Return one file's rows with thing, period, x, y, whether counted, and the flow as text."""
    frame, names = table.frame, [str(name) for name in table.frame.columns]
    if find_column(names, "direction_of_travel"):
        problem = Problem(
            table.label, "source.file", "flows by direction", "the AADF file of both directions", 1
        )
        tally.problems.append(problem)
        return None
    wanted = ("count_point_id", "year", "estimation_method", "road_name", "easting", "northing")
    found = {name: find_column(names, name) for name in wanted}
    for name, column in found.items():
        if column is None:
            tally.problems.append(missing_column(table.label, "columns", name, names))
    flow = find_column(names, vehicle)
    if flow is None:
        classes = ", ".join(VEHICLES)
        guess = nearest(vehicle, VEHICLES)
        tally.problems.append(
            Problem(table.label, "source.vehicle", repr(vehicle), classes, 1, guess)
        )
    if flow is None or None in found.values():
        return None
    cells = {name: frame[str(column)].str.strip() for name, column in found.items()}
    return with_rows(
        table.label,
        frame,
        thing=cells["count_point_id"].to_numpy(),
        period=cells["year"].to_numpy(),
        name=cells["road_name"].to_numpy(),
        method=cells["estimation_method"].str.casefold().to_numpy(),
        x=parse_numbers(cells["easting"])[0].to_numpy(),
        y=parse_numbers(cells["northing"])[0].to_numpy(),
        text=frame[flow].to_numpy(),
    )


def _counted(rows: pd.DataFrame, estimated: str, tally: Tally) -> pd.DataFrame:
    """Note or reject the flows that were not counted."""
    guessed = rows["method"] != "counted"
    if estimated == "reject":
        return tally.reject(rows, guessed, "estimated, not counted")
    tally.note("flows estimated, not counted", int(guessed.sum()))
    return rows


def _refuse_repeats(rows: pd.DataFrame, tally: Tally) -> None:
    """Record a problem for each count point that has several rows in a year."""
    key = ["thing", "period"]
    for (thing, year), group in rows[rows.duplicated(key, keep=False)].groupby(key):
        lines = ", ".join(f"{s}:{r}" for s, r in zip(group["source"], group["row"], strict=True))
        found = f"{thing} in {year} at {lines}"
        label = str(group["source"].iloc[0])
        tally.problems.append(Problem(label, "count_point_id", found, "each point once in a year"))


def _positions(file: str, request: Request, tally: Tally) -> pd.DataFrame:
    """Return x and y by count point, from the table of count points."""
    (table, *_) = read_tables(request, tally, file)
    frame, names = table.frame, [str(name) for name in table.frame.columns]
    found = {name: find_column(names, name) for name in ("count_point_id", "easting", "northing")}
    for name, column in found.items():
        if column is None:
            tally.problems.append(missing_column(table.label, "source.points", name, names))
    tally.stop_if_problems()
    east, north = (
        parse_numbers(frame[str(found[name])])[0].to_numpy() for name in ("easting", "northing")
    )
    index = frame[str(found["count_point_id"])].str.strip().to_numpy()
    points = pd.DataFrame({"x": east, "y": north}, index=index)
    for thing in points.index[points.index.duplicated()].unique():
        problem = Problem(table.label, "count_point_id", f"{thing} twice", "each point once")
        tally.problems.append(problem)
    tally.stop_if_problems()
    return points


def _moved(rows: pd.DataFrame, points: pd.DataFrame, tally: Tally) -> pd.DataFrame:
    """Return rows at the positions of the table of count points."""
    strange = ~are_among(rows["thing"], points.index)
    rows = tally.reject(rows, strange, "count point not in its table")
    place = points.loc[rows["thing"]]
    x, y = place["x"].to_numpy(), place["y"].to_numpy()
    apart = np.hypot(rows["x"].to_numpy() - x, rows["y"].to_numpy() - y)
    far = rows.loc[apart > _MOVED_METRES, "thing"].nunique()
    tally.note(f"count points over {_MOVED_METRES:g} m from where the flows say", far)
    return rows.assign(x=x, y=y)
