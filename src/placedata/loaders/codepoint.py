"""Loader ``codepoint``: OS Code-Point Open, one point for each postcode unit."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from pydantic import Field

from placedata.columns import find_column
from placedata.coordinates import inside_uk
from placedata.errors import DataError, Problem
from placedata.files import read_table
from placedata.intake import SourceModel, TableFile, Tally, paths_of, with_rows
from placedata.observations import Observations, Request

#: The ten columns since 2011, short and long names as in OS's own list of headers.
COLUMNS = {
    "PC": "Postcode",
    "PQ": "Positional_quality_indicator",
    "EA": "Eastings",
    "NO": "Northings",
    "CY": "Country_code",
    "RH": "NHS_regional_HA_code",
    "LH": "NHS_HA_code",
    "CC": "Admin_county_code",
    "DC": "Admin_district_code",
    "WC": "Admin_ward_code",
}
_POSTCODE = r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}"
_NO_POSITION = 90


class Source(SourceModel):
    """What a layer says about Code-Point Open.

    Parameters
    ----------
    file
        Path or glob under a data root, or several: OS's ``Data/CSV/*.csv``.
    headers
        OS's file of column names, where the order may differ from the usual ten.
    district
        Only postcodes of these districts (``E09000002``), one or several.
    quality
        Greatest positional quality indicator that is used (10 is within the building, 60 is the
        sector's mean); 90, without a position, is always rejected.
    """

    file: str | list[str]
    headers: str | None = None
    district: str | list[str] | None = None
    quality: int = Field(default=60, ge=10, le=60)


def read(source: Source, request: Request) -> Observations:
    """Return one point of value 1 for each postcode, EPSG:27700.

    ``thing`` is the postcode without a space, ``name`` the postcode with one; ``ward_code`` and
    ``district_code`` are those of the file's own edition. Reads the forms with and without a
    header row, and postcodes of seven characters (2014) or with one space (2025).

    Raises
    ------
    DataError
        If a file has other columns, a coordinate is text or a postcode comes twice.
    """
    tally = Tally(request.layer)
    names = _header_names(source, request)
    parts = []
    for label, path in paths_of(request, source.file):
        frame = _named(read_table(path, header=None), names, label)
        tally.add_source(label, path, len(frame))
        parts.append(_rows(TableFile(label, frame, path)))
    rows = tally.take(pd.concat(parts, ignore_index=True))
    if source.district is not None:
        wanted = [source.district] if isinstance(source.district, str) else source.district
        other = ~rows["district_code"].isin(wanted)
        rows = tally.reject(
            rows, other & (rows["quality"] != str(_NO_POSITION)), "another district"
        )
    rows = _placed(rows, source.quality, tally)
    rows = tally.reject(rows, ~rows["thing"].str.fullmatch(_POSTCODE), "no postcode")
    for thing, group in rows[rows.duplicated("thing", keep=False)].groupby("thing"):
        lines = ", ".join(f"{s}:{r}" for s, r in zip(group["source"], group["row"], strict=True))
        tally.problems.append(
            Problem(str(group["source"].iloc[0]), "postcode", f"{thing} at {lines}", "each once")
        )
    rows = rows.assign(value=1.0, period=request.periods[0] if request.periods else "")
    return tally.observations(
        rows, "point", ["x", "y", "thing", "name", "ward_code", "district_code"]
    )


def tidy_postcode(postcode: str) -> str:
    """Return a postcode in capitals with its one space: ``IG11 0AE`` for ``ig110ae``."""
    bare = re.sub(r"\s+", "", postcode).upper()
    return f"{bare[:-3]} {bare[-3:]}" if len(bare) > 3 else bare


def _header_names(source: Source, request: Request) -> list[str]:
    """Return the long column names, from OS's file of headers if the layer names it."""
    if source.headers is None:
        return list(COLUMNS.values())
    (label, path), *_ = paths_of(request, source.headers)
    cells = read_table(path, header=None)
    long = [COLUMNS.get(str(cell).strip(), str(cell).strip()) for cell in cells.iloc[-1]]
    missing = [name for name in COLUMNS.values() if find_column(long, name) is None]
    if missing:
        raise _refusal(label, "source.headers", "no " + ", ".join(missing), "OS's ten columns")
    return long


def _named(frame: pd.DataFrame, names: list[str], label: str) -> pd.DataFrame:
    """Return the table under the long names; a header row in the file itself is understood."""
    if frame.shape[1] != len(names):
        raise _refusal(
            label,
            "columns",
            f"{frame.shape[1]} columns",
            f"{len(names)} columns: {', '.join(names)}",
        )
    first = [str(cell).strip() for cell in frame.iloc[0]]
    long = [COLUMNS.get(cell, cell) for cell in first]
    if "Postcode" in long:
        missing = [name for name in COLUMNS.values() if find_column(long, name) is None]
        if missing:
            raise _refusal(label, "columns", "no " + ", ".join(missing), "OS's ten columns")
        names, frame = long, frame.iloc[1:]
        if len(frame) and str(frame.iloc[0, long.index("Postcode")]) in COLUMNS.values():
            frame = frame.iloc[1:]
    return frame.set_axis(names, axis=1)


def _rows(table: TableFile) -> pd.DataFrame:
    """Return the columns that are used, as text."""
    frame = table.frame
    bare = frame["Postcode"].str.upper().str.replace(r"\s+", "", regex=True)
    return with_rows(
        table.label,
        frame,
        thing=bare.to_numpy(),
        name=[tidy_postcode(code) for code in bare],
        quality=frame["Positional_quality_indicator"].str.strip().to_numpy(),
        easting=frame["Eastings"].to_numpy(),
        northing=frame["Northings"].to_numpy(),
        ward_code=frame["Admin_ward_code"].str.strip().to_numpy(),
        district_code=frame["Admin_district_code"].str.strip().to_numpy(),
    )


def _placed(rows: pd.DataFrame, quality: int, tally: Tally) -> pd.DataFrame:
    """Return rows with x and y; those without a position or of too low a quality are rejected."""
    grade = pd.to_numeric(rows["quality"], errors="coerce").fillna(_NO_POSITION)
    rows = tally.reject(rows, grade >= _NO_POSITION, "no position (quality 90)")
    grade = grade[grade < _NO_POSITION]
    rows = tally.reject(rows, grade > quality, f"positional quality above {quality}")
    for column, axis in (("easting", "x"), ("northing", "y")):
        rows = tally.numbers(rows, column, column).rename(columns={"value": axis})
    if tally.problems:
        return rows
    x, y = rows["x"].to_numpy(), rows["y"].to_numpy()
    rows = tally.reject(rows, pd.Series((x == 0) & (y == 0)), "no position (0, 0)")
    x, y = rows["x"].to_numpy(), rows["y"].to_numpy()
    return tally.reject(rows, pd.Series(np.logical_not(inside_uk(x, y))), "outside the UK")


def _refusal(label: str, field: str, found: str, allowed: str) -> DataError:
    return DataError("Code-Point Open cannot be read", [Problem(label, field, found, allowed)])
