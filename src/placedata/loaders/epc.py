"""Loader ``epc``: energy performance certificates of homes, from the old and the new service.

Not tried on a published file: read by the published columns, on invented rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pydantic import Field

from placedata.columns import are_among, find_column, missing_column
from placedata.errors import Problem
from placedata.files.chunks import LargeTable, large_tables
from placedata.intake import SourceModel, Tally, one_period, paths_of
from placedata.intake.postcodes import bare_postcodes, postcode_points
from placedata.intake.rectangle import in_rectangle, numbered, pieces
from placedata.observations import Observations, Request

BANDS = "ABCDEFG"
#: Our name -> the columns that hold it: the new service's, in lower case, and the old one's.
_COLUMNS = {
    "certificate": ("certificate_number", "lmk_key"),
    "uprn": ("uprn",),
    "postcode": ("postcode",),
    "lodged": ("lodgement_date",),
    "inspected": ("inspection_date",),
    "address1": ("address1",),
    "address2": ("address2",),
    "address3": ("address3",),
}
_NEEDED = ("certificate", "postcode", "lodged")
_EASTINGS = ("X_COORDINATE", "GRIDGB1E")
_NORTHINGS = ("Y_COORDINATE", "GRIDGB1N")
_LEFT = ["certificate", "uprn", "address", "lodged", "inspected", "text", "x", "y", "source", "row"]


class Source(SourceModel):
    """What a layer says about energy certificates.

    Parameters
    ----------
    file
        Path or glob under a data root, or several: ``certificates.csv``, bare, gzipped or zipped.
        They are read in pieces.
    measure
        Column of numbers: ``current_energy_efficiency``, ``total_floor_area``,
        ``co2_emissions_current``. The layer's ``value`` does the same.
    band
        Instead of a measure: 100 for a home of this energy rating or better, else 0, so that the
        mean is a percentage (``C``).
    uprns
        OS Open UPRN or NSUL file, to place homes by UPRN. Left out, or for a certificate without
        a UPRN: the place's postcode points.
    lodged_from, lodged_to
        First and last year of lodgement that is used.
    """

    file: str | list[str]
    measure: str | None = None
    band: str | None = Field(default=None, pattern=r"^[A-G]$")
    uprns: str | list[str] | None = None
    lodged_from: int | None = Field(default=None, ge=2000, le=2100)
    lodged_to: int | None = Field(default=None, ge=2000, le=2100)


def read(source: Source, request: Request) -> Observations:
    """Return one observation for each home: its latest certificate, EPSG:27700.

    A home is a UPRN, or an address and postcode where the certificate has none. Neither leaves
    the file: ``thing`` is a running number and ``name`` is empty.

    Not tried on a published file: made from its published columns, tested on invented rows.

    Raises
    ------
    DataError
        If a column is absent, a date or number is text, or the homes cannot be placed.
    """
    tally = Tally(request.layer)
    period = one_period(request, tally)
    wanted = source.measure or request.value
    if (wanted is None) == (source.band is None):
        found = "neither measure nor band" if wanted is None else "measure and band"
        where = f"layers/{request.layer}.yaml"
        tally.problems.append(Problem(where, "source.measure", found, "one of them"))
    tally.stop_if_problems()
    column = wanted or "current_energy_rating"
    places = _places(source, request, tally)
    parts = [pd.DataFrame(columns=_LEFT)]
    for piece in _certificates(source, column, request, tally):
        dated = _dated(piece, source, tally)
        parts.append(_placed(dated, places, tally)[_LEFT])
    tally.stop_if_problems()
    rows = pd.concat(parts[1:] or parts, ignore_index=True)
    rows = _latest(rows, tally)
    if source.band is None:
        rows = tally.numbers(rows, "text", column)
    else:
        rows = _banded(rows, source.band, tally)
    rows = numbered(rows, "home").assign(period=period)
    return tally.observations(rows, "point", ["x", "y", "thing", "name"])


@dataclass(frozen=True)
class _Places:
    """Where homes are: x and y by UPRN, and by bare postcode; either may be absent."""

    uprns: pd.DataFrame | None
    postcodes: pd.DataFrame | None


def _places(source: Source, request: Request, tally: Tally) -> _Places:
    """Return what homes are placed by."""
    if source.uprns is None:
        points = postcode_points(request, tally)
        tally.stop_if_problems()
        return _Places(None, points)
    known = None if request.postcodes is None else postcode_points(request, tally)
    path = paths_of(request, source.uprns)[0][1]
    names = large_tables(path)[0].names
    pair = [
        next((column for name in choices if (column := find_column(names, name))), choices[0])
        for choices in (_EASTINGS, _NORTHINGS)
    ]
    columns = ["UPRN", *pair]
    parts = [pd.DataFrame(columns=columns)]
    for _, piece in pieces(request, tally, source.uprns, columns, pair):
        near = in_rectangle(piece[pair[0]].to_numpy(), piece[pair[1]].to_numpy(), request)
        parts.append(piece[near])
    tally.stop_if_problems()
    table = pd.concat(parts[1:] or parts).set_axis(["uprn", "x", "y"], axis=1)
    table["uprn"] = bare_uprns(table["uprn"])
    return _Places(table.drop_duplicates("uprn").set_index("uprn"), known)


def bare_uprns(cells: pd.Series) -> pd.Series:
    """Return UPRNs without leading zeros, or the ``.0`` that spreadsheets add."""
    return cells.str.strip().str.replace(r"\.0$", "", regex=True).str.lstrip("0")


def _certificates(
    source: Source, column: str, request: Request, tally: Tally
) -> Iterator[pd.DataFrame]:
    """Return pieces of the certificates under our own column names, counted as come in."""
    for label, path in paths_of(request, source.file):
        rows = 0
        for table in large_tables(path):
            spelt = _spelt(table, label, column, tally)
            if spelt is None:
                continue
            for piece in table.chunks(list(spelt.values()), quoted_lines=True):
                rows += len(piece)
                frame = piece.set_axis(list(spelt), axis=1)
                for absent in set(_COLUMNS) - set(spelt):
                    frame[absent] = ""
                yield tally.take(frame.assign(source=label, row=frame.index))
        tally.add_source(label, path, rows)


def _spelt(table: LargeTable, label: str, column: str, tally: Tally) -> dict[str, str] | None:
    """Return our name -> the file's, or record the columns that are not there."""
    where = f"{label}/{table.member}" if table.member else label
    choices = {**_COLUMNS, "text": (column,)}
    found = {
        ours: next((name for wanted in names if (name := find_column(table.names, wanted))), None)
        for ours, names in choices.items()
    }
    lost = [name for name in (*_NEEDED, "text") if found[name] is None]
    for name in lost:
        tally.problems.append(missing_column(where, "columns", choices[name][0], table.names))
    return None if lost else {ours: name for ours, name in found.items() if name is not None}


def _dated(rows: pd.DataFrame, source: Source, tally: Tally) -> pd.DataFrame:
    """Return rows with ISO dates, of the years asked for."""
    lodged = rows["lodged"].str.strip().str[:10]
    wrong = ~lodged.str.fullmatch(r"\d{4}-\d{2}-\d{2}")
    for label, row, cell in rows.loc[wrong, ["source", "row", "lodged"]].to_numpy()[:20]:
        found = repr(cell)
        tally.problems.append(Problem(label, "lodgement_date", found, "2024-01-31", int(row)))
    rows = rows.assign(lodged=lodged)
    years = pd.to_numeric(lodged.str[:4], errors="coerce")
    if source.lodged_from is not None:
        early = years < source.lodged_from
        rows = tally.reject(rows, early, f"lodged before {source.lodged_from}")
        years = years[~early]
    if source.lodged_to is not None:
        rows = tally.reject(rows, years > source.lodged_to, f"lodged after {source.lodged_to}")
    return rows


def _placed(rows: pd.DataFrame, places: _Places, tally: Tally) -> pd.DataFrame:
    """Return rows with x and y, a bare UPRN and a bare address with its postcode."""
    uprn, postcode = bare_uprns(rows["uprn"]), bare_postcodes(rows["postcode"])
    address = rows["address1"] + " " + rows["address2"] + " " + rows["address3"]
    address = address.str.casefold().str.replace(r"[^0-9a-z]+", " ", regex=True).str.strip()
    rows = rows.assign(uprn=uprn, address=address + "|" + postcode)
    tally.note("certificates without a UPRN", int((uprn == "").sum()))
    nameless = (uprn == "") & ((address == "") | (postcode == ""))
    x = pd.Series(np.nan, index=rows.index)
    y = x.copy()
    for points, keys in ((places.uprns, uprn), (places.postcodes, postcode)):
        if points is None:
            continue
        known = x.isna() & are_among(keys, points.index)
        if places.uprns is not None and keys is postcode:
            known &= uprn == ""
            tally.note("certificates without a UPRN, placed by postcode", int(known.sum()))
        found = points.loc[keys[known]]
        x[known], y[known] = found["x"].to_numpy(), found["y"].to_numpy()
    rows = rows.assign(x=x, y=y)
    rows = tally.reject(rows, nameless, "neither UPRN nor address")
    missing = rows["x"].isna()
    reason = "unknown postcode" if places.uprns is None else "UPRN or postcode not in the place"
    return tally.reject(rows, missing, reason)


def _latest(rows: pd.DataFrame, tally: Tally) -> pd.DataFrame:
    """Return the latest certificate of each home: by lodgement, then inspection, then place."""
    rows = tally.reject(rows, rows["certificate"].duplicated(), "repeated certificate")
    home = _homes(rows, tally)
    order = rows.assign(home=home).sort_values(["lodged", "inspected"], kind="stable")
    older = order["home"].duplicated(keep="last").reindex(rows.index)
    return tally.reject(rows, older, "an older certificate of the same home")


def _homes(rows: pd.DataFrame, tally: Tally) -> pd.Series:
    """Return what tells one home from another: its UPRN, else its address and postcode.

    A certificate without a UPRN is of the home whose address it shares, if that has only one.
    """
    named = rows.loc[rows["uprn"] != "", ["address", "uprn"]].drop_duplicates()
    named = named[~named["address"].duplicated(keep=False)]
    uprn_at = dict(named.itertuples(index=False, name=None))
    blank = rows["uprn"] == ""
    found = [uprn_at.get(address, "") for address in rows["address"]]
    known = pd.Series(found, index=rows.index, dtype=str).where(blank, "")
    tally.note("certificates without a UPRN, known by their address", int((known != "").sum()))
    uprn = rows["uprn"].where(~blank, known)
    return ("u" + uprn).where(uprn != "", rows["address"])


def _banded(rows: pd.DataFrame, band: str, tally: Tally) -> pd.DataFrame:
    """Return 100 for a home of the band or better, else 0."""
    rating = rows["text"].str.strip().str.upper()
    rows = tally.reject(rows, ~rating.isin(list(BANDS)), "no energy rating")
    good = rows["text"].str.strip().str.upper().isin(list(BANDS[: BANDS.index(band) + 1]))
    return rows.assign(value=good.map({True: 100.0, False: 0.0}))
