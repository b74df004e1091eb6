"""Ranks with named tie methods, along the last axis, missing values left missing."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ties = Literal["min", "average", "max", "dense"]
DIGITS = 12


def rank(values: Array, ties: Ties = "min", *, decimals: int | None = None) -> Array:
    """Return ascending ranks, 1 = lowest.

    Parameters
    ----------
    values
        Shape (..., areas); NaN is missing and has rank NaN.
    ties
        ``min``: tied values all get the smallest of their ranks; ``max``, ``average`` the same
        way; ``dense``: the next value follows without a gap.
    decimals
        Round to so many decimals first, so that values equal when published are tied.
    """
    rounded = values if decimals is None else np.round(values, decimals)
    order = np.argsort(rounded, axis=-1)  # ties get the same rank, in whatever order they come
    ordered = np.take_along_axis(rounded, order, axis=-1)
    starts = np.ones(ordered.shape, dtype=bool)
    starts[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    result = np.empty(values.shape, dtype=np.float64)
    places = tied(starts, ties)
    np.put_along_axis(result, order, places, axis=-1)
    result[np.isnan(values)] = np.nan
    return result


def tied(starts: NDArray[np.bool_], ties: Ties) -> Array:
    """Return the rank of each place in sorted order, given where each run of ties starts."""
    if ties == "dense":
        return np.cumsum(starts, axis=-1).astype(np.float64)
    count = starts.shape[-1]
    place = np.arange(1, count + 1)
    first = np.maximum.accumulate(np.where(starts, place, 0), axis=-1)
    if ties == "min":
        return first.astype(np.float64)
    ends = np.ones(starts.shape, dtype=bool)
    ends[..., :-1] = starts[..., 1:]
    backwards = np.where(ends, place, count + 1)[..., ::-1]
    last = np.minimum.accumulate(backwards, axis=-1)[..., ::-1]
    return last.astype(np.float64) if ties == "max" else (first + last) / 2


def without_noise(scores: Array) -> Array:
    """Return scores rounded to 12 digits of the largest of their row, so that equal sums tie.

    The same numbers added up in another order differ in the 16th digit.
    """
    if scores.shape[-1] == 0:
        return scores
    held = np.where(np.isfinite(scores), np.abs(scores), 0.0)
    largest = held.max(axis=-1, keepdims=True)
    power = np.floor(np.log10(np.where(largest > 0, largest, 1.0)))
    scale = 10.0 ** (DIGITS - 1 - power)
    return np.rint(scores * scale) / scale


def descending(values: Array, ties: Ties = "min", *, decimals: int | None = None) -> Array:
    """Return ranks with 1 = highest; otherwise as `rank`."""
    return rank(-values, ties, decimals=decimals)


def present(values: Array) -> Array:
    """Return the number of values along the last axis, shape (..., 1)."""
    return np.sum(~np.isnan(values), axis=-1, keepdims=True).astype(np.float64)


def normal_score(ranks: Array) -> Array:
    """Return the standard normal quantile of rank/(n + 1), n the ranks that are there.

    Source: the indices of deprivation of England and Scotland (technical reports).
    """
    from scipy.special import ndtri

    scores: Array = ndtri(ranks / (present(ranks) + 1))
    return scores


def percentile(ranks: Array) -> Array:
    """Return (rank - 1)/(n - 1), the PERCENTRANK.INC of spreadsheets; NaN for a single area."""
    count = present(ranks)
    return np.divide(
        ranks - 1, count - 1, out=np.full(ranks.shape, np.nan), where=(count > 1) & ~np.isnan(ranks)
    )


def exponential(share: Array) -> Array:
    """Return -23 ln(1 - R (1 - exp(-100/23))) of a rank share R in (0, 1].

    R = 1 is the area at the top and gives 100; the top tenth spreads over 50 to 100.
    Source: McLennan et al., English Indices of Deprivation 2019, Technical report.

    Raises
    ------
    ValueError
        A share outside 0 to 1 (a rank of 0, or beyond the number of areas).
    """
    if np.any(share > 1 + 1e-12) or np.any(share < 0):
        wrong = share[(share > 1 + 1e-12) | (share < 0)].flat[0]
        msg = f"a rank share of {wrong:g}; ranks run from 1 to the number of areas"
        raise ValueError(msg)
    return -23.0 * np.log(1.0 - np.minimum(share, 1.0) * (1.0 - np.exp(-100.0 / 23.0)))
