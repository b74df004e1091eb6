"""Standard errors of raw values from what publishers state: counts, samples, intervals."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def binomial(share: Any, sample: Any, *, per: float = 1.0) -> Array:  # noqa: ANN401
    """Return the standard error of a share of a sample.

    That of Wilson's (1927) 95 % interval, which is not 0 where none or all of a small sample are.

    Parameters
    ----------
    share
        In units of `per` (``per=100`` for percentages), NaN where missing.
    sample
        People or things asked; NaN or 0: no standard error.
    """
    z = NormalDist().inv_cdf(0.975)
    p, n = np.asarray(share, dtype=np.float64) / per, np.asarray(sample, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        half = np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return np.where(n > 0, per * half, np.nan)


def poisson(count: Any, *, denominator: Any = 1.0, per: float = 1.0) -> Array:  # noqa: ANN401
    """Return the standard error of a count of independent events, or of its rate.

    √count, and of a count of 0 that of 1.

    Parameters
    ----------
    denominator, per
        The rate is per · count/denominator; missing where the denominator is 0.
    """
    events, whole = np.asarray(count, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    error = np.sqrt(np.where(events < 1, 1.0, events))
    error = np.where(np.isnan(events), np.nan, error)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, per * error / whole, np.nan)


def from_interval(low: Any, high: Any, *, level: float = 0.95) -> Array:  # noqa: ANN401
    """Return the standard error behind a published confidence interval.

    Parameters
    ----------
    low, high
        Ends of the interval, in the units of the value.
    level
        Its confidence, such as 0.95.
    """
    width = np.asarray(high, dtype=np.float64) - np.asarray(low, dtype=np.float64)
    return width / (2 * NormalDist().inv_cdf(0.5 + level / 2))
