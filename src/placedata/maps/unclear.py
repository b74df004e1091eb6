"""Which areas are not clearly different from the average, so that a map can hatch them.

A figure is not clearly different where the average of the place lies within nine-in-ten limits of
it: no further away than 1.645 standard errors. A score has no standard error but an interval of
its rank, which holds nine of ten of the ranks it had when the index was made again with other
weights, figures and rules: it is not clear where that interval holds the middle rank. Where the
error or the interval is not known, nothing is said, and nothing hatched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from placedata.wording import NINE_IN_TEN, plural

if TYPE_CHECKING:
    import pandas as pd

NOT_CLEAR = "not clearly different"
NOT_KNOWN = "not known"
#: Floating point noise, as a share of the sizes compared.
_SAME = 1e-9


def figures_against(table: pd.DataFrame, average: float) -> list[str]:
    """Return for each area where its figure stands against the average; "" without a figure.

    Parameters
    ----------
    table
        ``value``, ``status`` and ``standard_error``, one row an area.
    average
        Of the place, in the same unit.
    """
    found = []
    for value, status, error in zip(
        table["value"], table["status"], table["standard_error"], strict=True
    ):
        if status != "ok":
            found.append("")
        elif not error >= 0:  # NaN: not known
            found.append(NOT_KNOWN)
        elif abs(value - average) <= NINE_IN_TEN * error + _SAME * abs(average):
            found.append(NOT_CLEAR)
        else:
            found.append("clearly above" if value > average else "clearly below")
    return found


def ranks_against(table: pd.DataFrame) -> list[str]:
    """Return for each area where the interval of its rank stands against the middle rank.

    Parameters
    ----------
    table
        ``rank``, ``low`` and ``high`` (1 is best), one row an area.
    """
    middle = (int(table["rank"].notna().sum()) + 1) / 2
    found = []
    for rank, low, high in zip(table["rank"], table["low"], table["high"], strict=True):
        if not rank >= 1:
            found.append("")
        elif not (low >= 1 and high >= 1):
            found.append(NOT_KNOWN)
        elif low <= middle <= high:
            found.append(NOT_CLEAR)
        else:
            found.append("clearly better" if high < middle else "clearly worse")
    return found


def rule(against: Sequence[str], nouns: tuple[str, str], *, average: str = "") -> tuple[str, ...]:
    """Return what the hatch means, and for how many areas nothing can be said.

    Parameters
    ----------
    average
        ``the average of Aldermarsh in 2024 (31.2 µg/m³)``; empty for scores.
    """
    if average:
        meant = (
            f"Hatched: {average} lies within the nine-in-ten limits of the figure "
            "(1.645 standard errors)."
        )
    else:
        meant = "Hatched: the interval of the rank, which holds nine in ten, holds the middle rank."
    unknown = sum(item == NOT_KNOWN for item in against)
    if unknown == 0:
        return (meant,)
    if unknown == sum(bool(item) for item in against):
        what = "error of these figures" if average else "interval of these ranks"
        return (f"Nothing can be hatched: the {what} is not known.",)
    what = "error" if average else "interval"
    return (meant, f"The {what} of {plural(unknown, *nouns)} is not known; these are not hatched.")
