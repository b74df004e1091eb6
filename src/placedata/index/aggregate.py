"""Rules that make one score of many; scores of shape (..., k), weights broadcast to it.

A weight of 0 leaves its child out. The weights of missing children are shared among those that
are there; with none there the result is missing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def available(scores: Array, weights: Array) -> NDArray[np.bool_]:
    """Return which children count: they have a score and a weight."""
    return ~np.isnan(scores) & (weights > 0)


def shares(scores: Array, weights: Array) -> Array:
    """Return the weights over their sum among the children that count, shape of the scores."""
    wide = np.broadcast_to(weights, scores.shape)
    held = np.where(available(scores, weights), wide, 0.0)
    total = held.sum(axis=-1, keepdims=True)
    return np.divide(held, total, out=np.full(scores.shape, np.nan), where=total > 0)


def arithmetic(scores: Array, weights: Array) -> Array:
    """Return the weighted mean, times the sum of the weights (1, unless kept as given)."""
    total = np.sum(np.broadcast_to(weights, scores.shape), axis=-1)
    return total * _dot(shares(scores, weights), scores)


def geometric(scores: Array, weights: Array, floor: float | None = None) -> Array:
    """Return exp of the weighted mean of logs; scores at or below 0 become `floor` first.

    Raises
    ------
    ValueError
        A score at or below 0 and no floor.
    """
    held = floored(scores, weights, floor)
    return np.exp(_dot(shares(scores, weights), _log(held)))


def harmonic(scores: Array, weights: Array, floor: float | None = None) -> Array:
    """Return 1 over the weighted mean of 1/x; floor as in `geometric`."""
    held = floored(scores, weights, floor)
    inverse = np.divide(1.0, held, out=np.full(held.shape, np.nan), where=held > 0)
    return 1.0 / _dot(shares(scores, weights), inverse)


def power(scores: Array, weights: Array, exponent: float, floor: float | None = None) -> Array:
    """Return (Σ w x^β)^(1/β); β = 0 is the geometric mean.

    With β < 0 a score of 0 gives 0. A score below 0 needs a floor, except for β = 1.
    """
    if exponent == 1:
        return arithmetic(scores, weights)
    counted = available(scores, weights)
    zero = np.any(counted & (scores == 0), axis=-1)
    if exponent <= 0 and floor is None and np.any(zero):
        kept = np.where(zero[..., None], 1.0, scores)
        return np.where(zero, 0.0, power(kept, weights, exponent))
    if exponent == 0:
        return geometric(scores, weights, floor)
    held = scores
    if floor is not None or np.any(counted & (scores < 0)):
        held = floored(scores, weights, floor)
    with np.errstate(divide="ignore"):
        raised = np.where(counted, held, 1.0) ** exponent
    return _dot(shares(scores, weights), raised) ** (1.0 / exponent)


def total(scores: Array, weights: Array) -> Array:
    """Return Σ w x; missing children are taken at the weighted mean of the others."""
    return arithmetic(scores, weights)


def floored(scores: Array, weights: Array, floor: float | None) -> Array:
    """Return the scores with those at or below 0 set to `floor`; without a floor refuse them."""
    low = available(scores, weights) & (scores <= 0)
    if floor is None and np.any(low):
        msg = f"{int(np.sum(low))} scores at or below 0, the lowest {np.min(scores[low]):g}"
        raise ValueError(msg)
    return np.where(low, 1.0 if floor is None else floor, scores)


def _log(values: Array) -> Array:
    return np.log(values, out=np.full(values.shape, np.nan), where=values > 0)


def _dot(held: Array, scores: Array) -> Array:
    """Return Σ share x over the children that count; NaN where none does."""
    counted = np.where(held > 0, held * np.where(np.isnan(scores), 0.0, scores), 0.0)
    return np.where(np.isnan(held).any(axis=-1), np.nan, counted.sum(axis=-1))
