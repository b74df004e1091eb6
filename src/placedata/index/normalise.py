"""Rules that put a column on the scale of the scores; shape (..., areas).

`direction` is +1 where a high value is to give a high score and -1 where a low one is.
"""

from __future__ import annotations

import warnings
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from placedata.index import rank as ranking
from placedata.index.rank import Ties

Array = NDArray[np.float64]
Scale = tuple[float, float]


def spread(values: Array, *, ddof: int = 1, people: Array | None = None) -> tuple[Array, Array]:
    """Return mean and standard deviation of the values there, shape (..., 1).

    Parameters
    ----------
    ddof
        The sum of squares is divided by n less this.
    people
        Weight of each area, shape (areas,); the sum of squares is then divided by their sum.
        An area without a weight does not count.
    """
    if people is not None:
        share = np.where(np.isnan(values), 0.0, np.nan_to_num(people))
        held = np.nan_to_num(values)
        total = share.sum(axis=-1, keepdims=True)
        mean = (share * held).sum(axis=-1, keepdims=True) / total
        return mean, np.sqrt((share * (held - mean) ** 2).sum(axis=-1, keepdims=True) / total)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        mean = np.nanmean(values, axis=-1, keepdims=True)
        sd = np.nanstd(values, axis=-1, ddof=ddof, keepdims=True)
    return mean, sd


def is_flat(values: Array) -> bool:
    """Return whether all values of a column are equal, but for the noise of floating point."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return high - low <= 1e-12 * max(abs(low), abs(high))


def min_max(values: Array, start: float | Array, end: float | Array, to: Scale) -> Array:
    """Return a + (b - a)(x - start)/(end - start): `start` scores a and `end` scores b."""
    return to[0] + (to[1] - to[0]) * ((values - start) / (np.asarray(end) - start))


def z_score(values: Array, mean: float | Array, sd: float | Array, direction: int) -> Array:
    """Return direction (x - mean)/sd; 0 where there is no spread."""
    away = direction * (values - mean)
    wide = np.broadcast_to(np.asarray(sd, dtype=np.float64), away.shape)
    scores = np.divide(away, wide, out=np.zeros(away.shape), where=wide > 0)
    return np.where(np.isnan(values), np.nan, scores)


def percentile_rank(
    values: Array, direction: int, to: Scale, ties: Ties = "min", *, reverse: str = "value"
) -> Array:
    """Return (rank - 1)/(n - 1) on the scale `to`.

    Parameters
    ----------
    reverse
        Where low values are to score high: rank the negated ``value``, or take 1 - ``score`` of
        the ascending rank. They differ where values are tied.
    """
    if reverse == "score" and direction < 0:
        share = 1 - ranking.percentile(ranking.rank(values, ties))
    else:
        share = ranking.percentile(ranking.rank(direction * values, ties))
    return to[0] + (to[1] - to[0]) * share


def rank_share(
    values: Array, direction: int, ties: Ties | Literal["given"], count: int | None
) -> Array:
    """Return R = (N + 1 - r)/N with r = 1 for the area that is to score highest.

    Parameters
    ----------
    ties
        A tie method, or ``given``: the values are the ranks r themselves.
    count
        N, where it is not the number of values (ranks of a part of a country).
    """
    ranks = values if ties == "given" else ranking.descending(direction * values, ties)
    number = ranking.present(values) if count is None else float(count)
    return (number + 1 - ranks) / number


def fraction_of_maximum(values: Array, to: Scale) -> Array:
    """Return x over the highest x, on the scale `to`; only for positive values."""
    return to[0] + (to[1] - to[0]) * values / np.nanmax(values, axis=-1, keepdims=True)


def distance_to(values: Array, reference: float | Array, direction: int, to: Scale) -> Array:
    """Return 1 - (ref - x)/(ref - lowest), x and ref times direction, on the scale `to`.

    1 at the reference, 0 at the value furthest below it; above 1 beyond the reference.
    Source: COINr n_dist2ref, n_dist2targ, n_dist2max.
    """
    x, aim = direction * values, direction * np.asarray(reference, dtype=np.float64)
    lowest = np.nanmin(x, axis=-1, keepdims=True)
    return to[0] + (to[1] - to[0]) * (1 - (aim - x) / (aim - lowest))
