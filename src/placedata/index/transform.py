"""Rules that change the shape of a raw column; shape (..., areas), missing stays missing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def divide(values: Array, denominator: Array) -> Array:
    """Return values / denominator; missing where the denominator is missing or 0."""
    usable = ~np.isnan(denominator) & (denominator != 0)
    return np.divide(values, denominator, out=np.full(values.shape, np.nan), where=usable)


def distance(values: Array, target: float) -> Array:
    """Return the distance from the ideal value, in the units of the values."""
    return np.abs(values - target)


def log(values: Array) -> Array:
    """Return the natural logarithm; NaN at or below 0 (the caller refuses those)."""
    return np.log(values, out=np.full(values.shape, np.nan), where=values > 0)


def log1p(values: Array) -> Array:
    """Return ln(1 + x); NaN at or below -1 (the caller refuses those)."""
    return np.log1p(values, out=np.full(values.shape, np.nan), where=values > -1)


def log_shift(values: Array, low: float | Array, high: float | Array) -> Array:
    """Return ln(x - low + 0.01 (high - low)), the log that COINr falls back to (log_CT)."""
    return log(values - low + 0.01 * (np.asarray(high) - low))


def sqrt(values: Array) -> Array:
    """Return the square root; NaN below 0 (the caller refuses those)."""
    return np.sqrt(values, out=np.full(values.shape, np.nan), where=values >= 0)


def arcsine(values: Array, whole: float) -> Array:
    """Return arcsin √(x/whole) in radians; NaN outside 0 to `whole` (the caller refuses those)."""
    share = values / whole
    inside = (share >= 0) & (share <= 1)
    return np.arcsin(np.sqrt(np.where(inside, share, 0))) + np.where(inside, 0.0, np.nan)


def logit(values: Array, whole: float) -> Array:
    """Return ln(x/(whole − x)); NaN unless between 0 and `whole` (the caller refuses those)."""
    inside = (values > 0) & (values < whole)
    held = np.where(inside, values, whole / 2)
    return np.log(held / (whole - held)) + np.where(inside, 0.0, np.nan)


def cap(values: Array, low: float | Array | None, high: float | Array | None) -> Array:
    """Return the values with those beyond `low` and `high` moved onto them."""
    capped = values if low is None else np.maximum(values, low)
    return capped if high is None else np.minimum(capped, high)


def bucket(values: Array, edges: Sequence[float]) -> Array:
    """Return how many of the edges are at or below each value."""
    counts = np.searchsorted(np.sort(np.asarray(edges)), values, side="right").astype(np.float64)
    return np.where(np.isnan(values), np.nan, counts)


def parity(values: Array) -> Array:
    """Return |1 - x|, the distance of a ratio from parity."""
    return np.abs(1.0 - values)
