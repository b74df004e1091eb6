"""How two figures of the same areas go together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from placedata.wording import MINUS, NINE_IN_TEN

if TYPE_CHECKING:
    import pandas as pd

#: With fewer pairs a correlation has no interval worth its name (Fisher's needs more than three).
FEWEST_PAIRS = 4
#: Cohen (1988), Statistical power analysis for the behavioral sciences: sizes of a correlation.
SIZES = ((0.5, "strong"), (0.3, "moderate"), (0.1, "weak"))


@dataclass(frozen=True)
class Relationship:
    """Pearson's correlation of two figures, with its 90 % interval.

    Parameters
    ----------
    pairs
        Areas that have both figures.
    left_out
        Areas that lack one of them.
    r
        Correlation, -1 to 1; None where there are too few pairs or a figure is the same everywhere.
    low, high
        90 % interval by Fisher's transformation; None where `r` is.
    slope, intercept
        Line of least squares of the second figure on the first.
    spearman
        Rank correlation: the same without weight for single far areas.
    """

    pairs: int
    left_out: int
    r: float | None = None
    low: float | None = None
    high: float | None = None
    slope: float | None = None
    intercept: float | None = None
    spearman: float | None = None

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low is not None and self.high is not None and self.low * self.high > 0

    def sentence(self, first: str, second: str, areas: str) -> str:
        """Return in plain words what the relationship is, and that it shows no cause."""
        if self.r is None:
            if self.pairs < FEWEST_PAIRS:
                return f"Too few {areas} have both figures ({self.pairs}) to say anything."
            return f"One of the two figures is the same in all {areas}, so nothing can be said."
        span = f"r = {_written(self.r)}, 90% interval {_written(self.low)} to {_written(self.high)}"
        if not self.clear:
            return f"{first} and {second} show no clear link over {self.pairs:,} {areas} ({span})."
        size = next((word for least, word in SIZES if abs(self.r) >= least), "very weak")
        way = "higher" if self.r > 0 else "lower"
        return (
            f"Where {first} is higher, {second} tends to be {way}: a {size} link over "
            f"{self.pairs:,} {areas} ({span}). A link does not show that one causes the other."
        )


def _written(value: float | None) -> str:
    if value is None:
        return "[x]"
    return f"{value:.2f}".replace("-", MINUS)


def relationship(first: pd.Series, second: pd.Series) -> Relationship:
    """Return how two figures of the same areas go together.

    Interval: Fisher, R. A. (1915), z = artanh(r) with standard error 1 / sqrt(n - 3).

    Parameters
    ----------
    first, second
        Area code -> value; NaN and areas of only one of them are left out and counted.
    """
    import numpy as np

    joined = first.to_frame("x").join(second.to_frame("y"), how="outer").astype(float)
    there = joined[np.isfinite(joined).all(axis=1)]
    pairs, left_out = len(there), len(joined) - len(there)
    x, y = there["x"].to_numpy(), there["y"].to_numpy()
    if pairs < FEWEST_PAIRS or np.ptp(x) == 0 or np.ptp(y) == 0:
        return Relationship(pairs, left_out)
    r = float(np.corrcoef(x, y)[0, 1])
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
    ranks = there.rank()
    spearman = float(np.corrcoef(ranks["x"], ranks["y"])[0, 1])
    # artanh has no value at 1: points on a line have an interval without width
    bounded = min(max(r, -1 + 1e-15), 1 - 1e-15)
    spread = NINE_IN_TEN / math.sqrt(pairs - 3)
    low, high = (math.tanh(math.atanh(bounded) + way * spread) for way in (-1, 1))
    return Relationship(
        pairs, left_out, r, low, high, slope, float(y.mean() - slope * x.mean()), spearman
    )


def correlations(table: pd.DataFrame) -> pd.DataFrame:
    """Return Pearson's correlation of each pair of columns over the areas that have both.

    Parameters
    ----------
    table
        Areas by figures; NaN is missing.

    Returns
    -------
    Square frame; NaN where fewer than `FEWEST_PAIRS` areas have both or a figure does not vary.
    """
    return table.astype(float).corr(min_periods=FEWEST_PAIRS)
