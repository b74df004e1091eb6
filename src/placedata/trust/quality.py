"""How good a figure and a layer are: six dimensions, each A to D by a written rule.

The dimensions are those of the European Statistical System as the Office for National Statistics
uses them, in the words of this house; the rules and where they come from are in
``docs/quality.md``. What is not known is never good: it keeps a grade from being A.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Dimension = Literal[
    "coverage", "timeliness", "precision", "apportionment", "data capture", "source rows"
]
State = Literal["graded", "not known", "does not apply"]

GRADES = ("A", "B", "C", "D")
DIMENSIONS: tuple[Dimension, ...] = (
    "coverage", "timeliness", "precision", "apportionment", "data capture", "source rows",
)  # fmt: skip
#: Grade in words, for a badge.
IN_WORDS = {"A": "good", "B": "fair", "C": "use with care", "D": "weak", "": "no figure"}

#: The best grade of what has a dimension that is not known.
BEST_WHERE_UNKNOWN = "B"
#: Share of an area, or of the areas, that figures cover: at least this for A, B, C.
COVERAGE = (0.95, 0.80, 0.50)
#: Standard error over the value: under this for A, B; up to this for C (bands of the ONS).
PRECISION = (0.05, 0.10, 0.20)
#: Share of a period's hours that sensors measured: at least this for A, B, C (LAQM TG22).
CAPTURE = (0.90, 0.85, 0.75)
#: Share of the wanted rows that could not be used: up to this for A, B, C.
REJECTED = (0.01, 0.05, 0.20)
#: A layer is as good as this share of its areas.
MOST_AREAS = 0.75

#: Beginnings of reasons for which a row is not wanted, or is known elsewhere: no loss of quality.
NOT_WANTED = (
    "another ", "an older ", "area not asked for", "filtered out", "left out", "lodged ", "nodata",
    "not available", "of a category", "outside", "duplicate of ", "repeated ", "suppressed",
)  # fmt: skip
#: Reasons that are gaps of a sensor, which its data capture tells already.
GAPS = ("no value", "blank")


@dataclass(frozen=True)
class Judged:
    """One dimension of a figure or layer.

    Parameters
    ----------
    dimension
        Which.
    grade
        ``A`` to ``D``; empty unless `state` is ``graded``.
    reason
        Why, in words.
    state
        ``graded``, ``not known`` or ``does not apply``.
    measure
        The number that was graded (a share), or None.
    """

    dimension: Dimension
    grade: str
    reason: str
    state: State = "graded"
    measure: float | None = None


def at_least(shares: ArrayLike, limits: tuple[float, float, float]) -> NDArray[np.str_]:
    """Return grades of shares of which more is better; empty where there is none.

    Parameters
    ----------
    shares
        Numbers, any shape; NaN is not known.
    limits
        Least share for A, B and C; below is D.
    """
    found = np.asarray(shares, dtype=float)
    grades = np.select([found >= limit - 1e-9 for limit in limits], ["A", "B", "C"], "D")
    return np.where(np.isnan(found), "", grades)


def at_most(shares: ArrayLike, limits: tuple[float, float, float]) -> NDArray[np.str_]:
    """Return grades of shares of which less is better; empty where there is none.

    Parameters
    ----------
    shares
        Numbers, any shape; NaN is not known.
    limits
        Greatest share for A, B and C; above is D.
    """
    found = np.asarray(shares, dtype=float)
    grades = np.select([found <= limit + 1e-9 for limit in limits], ["A", "B", "C"], "D")
    return np.where(np.isnan(found), "", grades)


def relative_error(error: ArrayLike, value: ArrayLike) -> NDArray[np.float64]:
    """Return the standard error over the size of the value; NaN for a value of zero."""
    size = np.abs(np.asarray(value, dtype=float))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size > 0, np.asarray(error, dtype=float) / size, np.nan)


def sample_error(n: ArrayLike) -> NDArray[np.float64]:
    """Return about what the relative error of a mean of `n` observations is: 1 over their root.

    It is that of observations as spread out as they are large: of a share of one half, or of a
    count of `n` independent events.
    """
    many = np.asarray(n, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(many > 0, 1 / np.sqrt(many), np.nan)


def overall(grades: Iterable[str], *, unknown: bool) -> str:
    """Return the worst of some grades; not better than B where a dimension is not known.

    Nothing graded at all is D: what nobody knows anything about cannot be relied upon.
    """
    known = [grade for grade in grades if grade]
    if not known:
        return GRADES[-1]
    return max([*known, BEST_WHERE_UNKNOWN] if unknown else known)


def judged_overall(dimensions: Iterable[Judged]) -> tuple[str, tuple[Dimension, ...]]:
    """Return the grade of all dimensions together, and those that hold it down.

    Where nothing is worse than B and something is not known, that is what holds it down too.
    """
    found = [item for item in dimensions if item.state != "does not apply"]
    unknown = any(item.state == "not known" for item in found)
    grade = overall((item.grade for item in found), unknown=unknown)
    held = tuple(
        item.dimension
        for item in found
        if item.grade == grade or (item.state == "not known" and grade == BEST_WHERE_UNKNOWN)
    )
    return grade, () if grade == "A" else held


def lost_rows(rejected: dict[str, int], *, hourly: bool) -> int:
    """Return how many rejected rows had been wanted, by their reasons.

    Parameters
    ----------
    rejected
        Reason -> rows.
    hourly
        Whether gaps are told by the data capture of sensors, and so are not counted here.
    """
    passed = (*NOT_WANTED, *GAPS) if hourly else NOT_WANTED
    return sum(count for reason, count in rejected.items() if not reason.startswith(passed))
