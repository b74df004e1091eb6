"""Legends whose numbers keep their word: no row overlaps another, no value lies in the wrong one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from placedata.maps.classes import NO_DATA, SUPPRESSED, Classes
from placedata.wording import STATUS_LABELS, format_number, with_unit


@dataclass(frozen=True)
class LegendRow:
    """One row of a legend: class number (or `NO_DATA`, `SUPPRESSED`), words, areas in it."""

    number: int
    text: str
    count: int


def legend_rows(classes: Classes, unit: str = "", *, most_decimals: int = 9) -> list[LegendRow]:
    """Return the rows of a legend, lowest class first, then suppressed and no data where present.

    The numbers have just as many decimals as keep the classes apart, rows never overlap (a row
    begins one last digit above the row before), and every value that `class_breaks` saw, rounded
    alike, lies in the row of its own class.

    Parameters
    ----------
    classes
        From `class_breaks`.
    unit
        Unit of the layer.
    most_decimals
        Never more decimals than this.
    """
    rows = [
        LegendRow(i + 1, words, count)
        for i, (words, count) in enumerate(
            zip(_ranges(classes, unit, most_decimals), classes.counts, strict=True)
        )
    ]
    if classes.n_suppressed:
        rows.append(LegendRow(SUPPRESSED, STATUS_LABELS["suppressed"], classes.n_suppressed))
    if classes.n_missing:
        rows.append(LegendRow(NO_DATA, STATUS_LABELS["missing"], classes.n_missing))
    return rows


def _ranges(classes: Classes, unit: str, most: int) -> list[str]:
    """Return the words of each class."""
    if not classes.edges:
        return []
    decimals = _legend_decimals(classes, most)
    step = 10.0**-decimals
    uppers = []
    for edge, (_, above) in zip(classes.edges[1:-1], classes.breaks_between, strict=True):
        upper = round(edge, decimals)
        if np.isfinite(above) and round(above, decimals) <= upper:
            upper = round(above, decimals) - step
        uppers.append(round(upper, decimals))
    lowers = [round(upper + step, decimals) for upper in uppers]
    words = []
    for low, high in zip([classes.edges[0], *lowers], [*uppers, classes.edges[-1]], strict=True):
        words.append(_range(low, high, unit, decimals))
    return words


def _range(low: float, high: float, unit: str, decimals: int) -> str:
    """Return ``12.3 to 15.6 µg/m³``, ``15.6 µg/m³``, ``up to …`` or ``… or more``."""
    if not np.isfinite(low):
        return f"up to {with_unit(format_number(high, decimals), unit)}"
    if not np.isfinite(high):
        return f"{with_unit(format_number(low, decimals), unit)} or more"
    first, last = format_number(low, decimals), format_number(high, decimals)
    return with_unit(first if first == last else f"{first} to {last}", unit)


def _legend_decimals(classes: Classes, most: int) -> int:
    """Return the fewest decimals at which every class keeps its own numbers."""
    outer = [edge for edge in (classes.edges[0], classes.edges[-1]) if np.isfinite(edge)]
    inner = list(classes.edges[1:-1])
    pairs = list(classes.breaks_between)
    fixed = classes.method == "fixed"
    for decimals in range(most):
        step = 10.0**-decimals
        apart = all(
            not (np.isfinite(below) and np.isfinite(above))
            or round(below, decimals) < round(above, decimals)
            for below, above in pairs
        )
        # Official bands are quoted exactly; made ones keep at least ten steps over the whole range.
        exact = not fixed or all(abs(round(e, decimals) - e) < step * 1e-6 for e in inner)
        fine = len(outer) < 2 or outer[1] - outer[0] >= 10 * step or _whole(outer + inner)
        wide = all(b - a >= step for a, b in pairwise(inner))
        if apart and exact and fine and wide:
            return decimals
    return most


def _whole(numbers: list[float]) -> bool:
    """Return whether all numbers are whole."""
    return all(float(item).is_integer() for item in numbers)
