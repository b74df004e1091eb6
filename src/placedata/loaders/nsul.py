"""Loader ``nsul``: the ONS National Statistics UPRN Lookup (NSUL) and directory (ONSUD).

Not tried on the published files: read by their published header, on invented rows.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from placedata.columns import edition_of, levels_of
from placedata.errors import Problem
from placedata.files.chunks import large_tables
from placedata.geography import level_of
from placedata.intake import SourceModel, Tally, one_period, paths_of
from placedata.intake.rectangle import addresses, pieces
from placedata.observations import Observations, Request

_COLUMNS = ("UPRN", "GRIDGB1E", "GRIDGB1N")
_PART = ["area_code", "source", "row", "value"]


class Source(SourceModel):
    """What a layer says about the UPRN lookup.

    Parameters
    ----------
    file
        Path or glob under a data root, or several: the CSV files of the regions, bare, gzipped or
        in the zip. They are read in pieces.
    count_by
        Column of area codes (``WD25CD``, ``OA21CD``, ``LSOA21CD``): the value is the number of
        UPRNs with each code. Left out: one point for each UPRN in the place's rectangle.
    areas
        With `count_by`: only codes that begin with this, or that are in this list.
    """

    file: str | list[str]
    count_by: str | None = None
    areas: str | list[str] | None = None


def read(source: Source, request: Request) -> Observations:
    """Return the number of UPRNs by area code, or a point of value 1 for each UPRN.

    The edition of the codes is that of the column's name: ``WD25CD`` is ``wd25``. As a point,
    ``thing`` is a running number: a UPRN never leaves the file.

    Not tried on a published file: made from its published columns, tested on invented rows.

    Raises
    ------
    DataError
        If a column is absent, the column's name tells no geography, or a coordinate is text.
    """
    tally = Tally(request.layer)
    period = one_period(request, tally)
    if source.count_by is None:
        if source.areas is not None:
            where = f"layers/{request.layer}.yaml"
            found = "areas, and no column of codes"
            tally.problems.append(Problem(where, "source.areas", found, "count_by: WD25CD"))
        rows = addresses(request, tally, source.file, _COLUMNS).assign(period=period)
        return tally.observations(rows, "point", ["x", "y", "thing", "name"])
    geography = _geography(source, request, tally)
    counts = _counts(source, geography, request, tally)
    rows = counts.assign(period=period)
    used = int(counts["value"].sum())
    return tally.observations(
        rows, "area", ["area_code"], geography=geography, measure_kind="count", used=used
    )


def _geography(source: Source, request: Request, tally: Tally) -> str:
    """Return the geography of the column counted by, or stop with those that the file has."""
    geography = edition_of(str(source.count_by))
    if geography is None:
        label, path = paths_of(request, source.file)[0]
        known = [name for name in large_tables(path)[0].names if edition_of(name)]
        problem = Problem(label, "source.count_by", repr(source.count_by), ", ".join(known))
        tally.problems.append(problem)
    tally.stop_if_problems()
    return str(geography)


def _counts(source: Source, geography: str, request: Request, tally: Tally) -> pd.DataFrame:
    """Return one row for each code, with its number of UPRNs and where it is first found."""
    parts = list(_counted(source, geography, request, tally))
    tally.stop_if_problems()
    if not parts:
        return pd.DataFrame(columns=_PART).astype({"value": "float64", "row": "int64"})
    groups = pd.concat(parts, ignore_index=True).groupby("area_code", sort=True)
    return groups.agg({"source": "first", "row": "first", "value": "sum"}).reset_index()


def _counted(
    source: Source, geography: str, request: Request, tally: Tally
) -> Iterator[pd.DataFrame]:
    """Return the counts of each piece of the files."""
    column, level = str(source.count_by), level_of(geography)
    for label, piece in pieces(request, tally, source.file, [column]):
        codes = piece[column].str.strip()
        groups = codes.reset_index().groupby(column, sort=False)["row"]
        part = groups.agg(value="size", row="first").reset_index(names="area_code")
        part["source"] = label
        fits = levels_of(part["area_code"]) == level
        asked = pd.Series(data=True, index=part.index)
        if isinstance(source.areas, str):
            asked = part["area_code"].str.startswith(source.areas)
        elif source.areas is not None:
            asked = part["area_code"].isin(source.areas)
        tally.count_away(int(part.loc[~fits, "value"].sum()), "no area code")
        tally.count_away(int(part.loc[fits & ~asked, "value"].sum()), "area not asked for")
        part = part[fits & asked]
        tally.rows_in += int(part["value"].sum())
        yield part[_PART].astype({"value": "float64"})
