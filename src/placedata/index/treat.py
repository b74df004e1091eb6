"""Rules against outliers: each finds the caps or the factors; shape (..., areas)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def winsor_caps(values: Array, share: float) -> tuple[Array, Array]:
    """Return the lowest and highest value left after winsorising, each of shape (..., 1).

    The h = floor(share n) lowest of n values become the (h + 1)-th lowest, the same at the top.
    NaN where no value is there.
    """
    ordered = np.sort(values, axis=-1)
    count = np.sum(~np.isnan(values), axis=-1, keepdims=True)
    pulled = np.floor(share * count + 1e-9).astype(np.int64)
    low = np.take_along_axis(ordered, np.minimum(pulled, values.shape[-1] - 1), axis=-1)
    high = np.take_along_axis(ordered, np.maximum(count - 1 - pulled, 0), axis=-1)
    return low, high


def _moments(values: Array) -> tuple[Array, Array, Array, Array]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # all-missing columns give NaN, as told
        away = values - np.nanmean(values, axis=-1, keepdims=True)
        count = np.sum(~np.isnan(values), axis=-1).astype(np.float64)
        return count, *(np.nansum(away**power, axis=-1) for power in (2, 3, 4))


def skewness(values: Array) -> Array:
    """Return the small-sample skewness G1, shape (...); NaN below 3 values or without spread."""
    count, second, third, _ = _moments(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        biased = np.sqrt(count) * third / second**1.5
        return np.where(count > 2, biased * np.sqrt(count * (count - 1)) / (count - 2), np.nan)


def kurtosis(values: Array) -> Array:
    """Return the small-sample excess kurtosis G2, shape (...); NaN below 4 values."""
    count, second, _, fourth = _moments(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = count * fourth / second**2
        scaled = ((count + 1) * (ratio - 3) + 6) * (count - 1) / ((count - 2) * (count - 3))
        return np.where(count > 3, scaled, np.nan)


def share_by_skew(values: Array, shares: Sequence[float], limit: float) -> float:
    """Return the first share whose winsorised column has |skewness| < limit, else the last.

    A share that leaves no spread is passed over. `values` is one column, shape (areas,).
    """
    chosen = shares[0]
    for share in shares:
        low, high = winsor_caps(values, share)
        if low[0] == high[0] and share > shares[0]:
            break
        chosen = share
        skew = skewness(np.clip(values, low, high))
        if not np.abs(skew) >= limit:
            break
    return chosen


@dataclass(frozen=True)
class Pulled:
    """What the skew-kurtosis rule did to one column: caps, points pulled in, and if it passed."""

    low: float
    high: float
    at_low: int
    at_high: int
    passed: bool


def skew_kurtosis_caps(
    values: Array, points: int, skew_limit: float = 2.0, kurtosis_limit: float = 3.5
) -> Pulled:
    """Pull in one extreme value at a time, on the side of the skew, until the column passes.

    A column passes with |G1| < skew_limit or G2 < kurtosis_limit. Tied extremes are pulled in
    one after the other and count one each. Source: COINr 1.1.14, Treat.

    Parameters
    ----------
    values
        One column, shape (areas,).
    points
        At most so many values are pulled in.
    """
    ordered = np.sort(values[~np.isnan(values)])
    at_low = at_high = 0

    def passes(column: Array) -> bool:
        return not (np.abs(skewness(column)) >= skew_limit and kurtosis(column) >= kurtosis_limit)

    column = ordered.copy()
    while not passes(column) and at_low + at_high < points and len(ordered) > points + 1:
        if skewness(column) > 0:
            at_high += 1
        else:
            at_low += 1
        low, high = ordered[at_low], ordered[len(ordered) - 1 - at_high]
        column = np.clip(ordered, low, high)
    low, high = ordered[at_low], ordered[len(ordered) - 1 - at_high]
    return Pulled(float(low), float(high), at_low, at_high, passes(column))


def shrink(values: Array, errors: Array, groups: NDArray[np.object_], *, logit: bool) -> Array:
    """Move each rate towards the mean of its larger area, the more the less certain it is.

    x* = w x + (1 - w) m, w = (1/s²)/(1/s² + 1/t²), with m and t² (n - 1) the mean and variance
    of the rates in the larger area and s the standard error of the rate; with `logit` all on the
    logit scale (s by the delta method). A rate without a standard error, or alone in its larger
    area, is left as it is. Source: McLennan et al., IoD 2019 Technical report.

    Parameters
    ----------
    values, errors
        One column and its standard errors, shape (areas,).
    groups
        Larger area of each area, shape (areas,).
    """
    inside = np.clip(values, 1e-9, 1 - 1e-9) if logit else values
    x = np.log(inside / (1 - inside)) if logit else values
    s = errors / (inside * (1 - inside)) if logit else errors
    shrunk = x.copy()
    for group in dict.fromkeys(groups.tolist()):
        rows = (groups == group) & ~np.isnan(x)
        if np.sum(rows) < 2:
            continue
        mean, variance = np.mean(x[rows]), np.var(x[rows], ddof=1)
        usable = rows & ~np.isnan(s) & (s > 0)
        if variance == 0:
            shrunk[usable] = mean
            continue
        weight = (1 / s[usable] ** 2) / (1 / s[usable] ** 2 + 1 / variance)
        shrunk[usable] = weight * x[usable] + (1 - weight) * mean
    return 1 / (1 + np.exp(-shrunk)) if logit else shrunk
