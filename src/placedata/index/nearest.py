"""The nearest weights at which two areas change places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Crossing:
    """Weights at which an upper and a lower area are equal, and which areas they are."""

    weights: Array
    upper: int
    lower: int
    distance: float


def crossing(upper: Array, lower: Array, weights: Array) -> Crossing | None:
    """Return the weights nearest to the given ones at which some lower area reaches an upper one.

    Nearest by Euclid among weights that are not negative and add up to 1. Areas are ordered by
    Σ w x; the result is a tie, so that anything further exchanges the two. None where no weights
    do it.

    Parameters
    ----------
    upper, lower
        Scores of the two sides on the scale of the mean, shape (areas, k).
    weights
        Nominal weights, shape (k,), adding up to 1.
    """
    if not len(upper) or not len(lower):
        return None
    best: Crossing | None = None
    for at, one in enumerate(upper):
        ahead = one - lower
        across = ahead - ahead.mean(axis=1, keepdims=True)  # along the plane of equal sums
        length = np.sqrt((across**2).sum(axis=1))
        gap = np.maximum(ahead @ weights, 0.0)
        # without heed of the sign of weights: never further than with it
        least = np.divide(gap, length, out=np.full(len(lower), np.inf), where=length > 0)
        least[gap == 0] = 0.0
        for other in np.argsort(least):
            if best is not None and least[other] >= best.distance:
                break
            if not np.isfinite(least[other]):
                break
            found = _project(weights, ahead[other])
            if found is None:
                continue
            distance = float(np.sqrt(((found - weights) ** 2).sum()))
            if best is None or distance < best.distance:
                best = Crossing(found, at, int(other), distance)
    return best


def _project(weights: Array, ahead: Array) -> Array | None:
    """Return the point nearest to `weights` with w ≥ 0, Σ w = 1 and w · ahead = 0, or None.

    Every set of weights that may be 0 is tried with up to 10 weights; beyond, sets of one, so
    that a nearer point can be overlooked where the nearest has two weights of 0.
    """
    if (ahead > 0).all() or (ahead < 0).all():
        return None
    size = len(weights)
    best: Array | None = None
    for free in _free_sets(size):
        found = _on_planes(weights, ahead, free)
        if found is None or (found < -1e-12).any():
            continue
        if best is None or ((found - weights) ** 2).sum() < ((best - weights) ** 2).sum():
            best = np.maximum(found, 0.0)
        if free.all():
            break
    return best


def _free_sets(size: int) -> NDArray[np.bool_]:
    """Return the sets of weights that may differ from 0, the whole set first."""
    if size > 10:
        single = ~np.eye(size, dtype=bool)
        return np.vstack([np.ones((1, size), dtype=bool), single])
    codes = np.arange(2**size - 1, 0, -1)
    sets = (codes[:, None] >> np.arange(size)) & 1
    return sets.astype(bool)


def _on_planes(weights: Array, ahead: Array, free: NDArray[np.bool_]) -> Array | None:
    """Return the nearest point with Σ w = 1, w · ahead = 0 and w = 0 where not free."""
    planes = np.vstack([np.ones(int(free.sum())), ahead[free]])
    start = weights[free]
    missed = np.array([1.0, 0.0]) - planes @ start
    step, *_ = np.linalg.lstsq(planes, missed, rcond=None)
    found = np.zeros(len(weights))
    found[free] = start + step
    if np.abs(planes @ found[free] - [1.0, 0.0]).max() > 1e-9 * max(1.0, np.abs(ahead).max()):
        return None
    return found
