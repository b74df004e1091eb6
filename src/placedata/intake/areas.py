"""Rows keyed by area code: of one level, among those asked for, each area once in a period."""

from __future__ import annotations

import pandas as pd

from placedata.columns import level_of_cells, levels_of
from placedata.errors import Problem
from placedata.geography import level_of
from placedata.intake import Tally

KEY = ["area_code", "period"]


def of_one_level(rows: pd.DataFrame, geography: str | None, tally: Tally) -> pd.DataFrame:
    """Return the rows whose codes are of the geography's level, or else of the commonest.

    Rows without a GSS code, and of every other level, are rejected by reason.
    """
    levels = levels_of(rows["area_code"])
    rows = tally.reject(rows, levels == "", "no area code")
    levels = levels[levels != ""]
    wanted = level_of(geography) if geography else level_of_cells(rows["area_code"])
    for other in sorted(set(levels) - {wanted or ""}):
        rows = tally.reject(rows, levels == other, f"another level: {other}")
        levels = levels[levels != other]
    return rows


def among(rows: pd.DataFrame, areas: str | list[str] | None, tally: Tally) -> pd.DataFrame:
    """Return the rows whose codes begin with `areas`, or are in that list."""
    if areas is None:
        return rows
    if isinstance(areas, str):
        inside = rows["area_code"].str.startswith(areas)
    else:
        inside = rows["area_code"].isin(areas)
    return tally.reject(rows, ~inside, "area not asked for")


def refuse_repeats(
    rows: pd.DataFrame,
    tally: Tally,
    remedy: str = "each area once in a period, or combine: sum or mean",
) -> None:
    """Record a problem for each area that has several rows in a period."""
    repeated = rows[rows.duplicated(KEY, keep=False)]
    for (area, period), group in repeated.groupby(KEY, sort=False):
        lines = ", ".join(str(row) for row in group["row"].head(5))
        what = f"{area} in {period}" if period else str(area)
        tally.problems.append(
            Problem(
                str(group["source"].iloc[0]),
                "area",
                f"{what} {len(group)} times (lines {lines})",
                remedy,
                int(group["row"].iloc[0]),
            )
        )
