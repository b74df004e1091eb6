"""Rows placed at the place's postcode points."""

from __future__ import annotations

import pandas as pd

from placedata.columns import are_among
from placedata.errors import Problem
from placedata.intake import Tally
from placedata.observations import Request


def bare_postcodes(cells: pd.Series) -> pd.Series:
    """Return postcodes in capitals, without spaces or anything else."""
    return cells.str.upper().str.replace(r"[^A-Z0-9]", "", regex=True)


def postcode_points(request: Request, tally: Tally) -> pd.DataFrame | None:
    """Return x and y by bare postcode, or None and a problem where the place has none."""
    if request.postcodes is None:
        found = "rows placed by postcode, and a place without postcodes"
        where = f"layers/{request.layer}.yaml"
        tally.problems.append(Problem(where, "source.postcode", found, "postcodes: in place.yaml"))
        return None
    return request.postcodes().drop_duplicates("postcode").set_index("postcode")[["x", "y"]]


def by_postcode(
    rows: pd.DataFrame, cells: pd.Series, request: Request, tally: Tally
) -> pd.DataFrame:
    """Return rows placed at the place's postcode points; unknown postcodes are rejected."""
    points = postcode_points(request, tally)
    if points is None:
        return rows
    rows = rows.assign(postcode=bare_postcodes(cells).to_numpy())
    rows = tally.reject(rows, rows["postcode"] == "", "no postcode")
    rows = tally.reject(rows, ~are_among(rows["postcode"], points.index), "unknown postcode")
    places = points.loc[rows["postcode"]]
    return rows.assign(x=places["x"].to_numpy(), y=places["y"].to_numpy())
