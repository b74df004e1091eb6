"""Summaries of many replicates: rank intervals, who outranks whom, groups, Sobol indices."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: Areas that are summarised at a time, so that memory stays small.
BLOCK = 256


@dataclass(frozen=True)
class Sobol:
    """First-order and total indices of each source, shape (sources,)."""

    first: Array
    total: Array


def rank_summary(ranks: NDArray[Any]) -> dict[str, Array]:
    """Return mean, median, 5 % and 95 % of the ranks, each of shape (areas,).

    Quantiles are interpolated linearly between the ordered values.

    Parameters
    ----------
    ranks
        Shape (replicates, areas).
    """
    parts = [
        np.percentile(ranks[:, at : at + BLOCK].T, [5, 50, 95], axis=1)
        for at in range(0, ranks.shape[1], BLOCK)
    ]
    low, median, high = np.concatenate(parts, axis=1) if parts else np.empty((3, 0))
    return {"mean": ranks.mean(axis=0), "median": median, "low": low, "high": high}


def share_within(ranks: NDArray[Any], first: int, last: int) -> Array:
    """Return the share of the replicates in which each area ranks from `first` to `last`."""
    parts = [
        ((block >= first) & (block <= last)).mean(axis=0)
        for block in (ranks[:, at : at + BLOCK] for at in range(0, ranks.shape[1], BLOCK))
    ]
    return np.concatenate(parts) if parts else np.empty(0)


def groups(nominal: Array, ranks: NDArray[Any], *, sure: float = 0.95) -> NDArray[np.int64]:
    """Return the group of each area, from 1 at the top; 0 without a nominal rank.

    Going down from the best area, an area opens a new group as soon as one of the group above
    outranks it in at least `sure` of the replicates. So no two areas of one group can be told
    apart; two of neighbouring groups sometimes cannot either.

    Parameters
    ----------
    nominal
        Rank as published, shape (areas,); NaN without a score.
    ranks
        Shape (replicates, areas).
    """
    found = np.zeros(len(nominal), dtype=np.int64)
    order = [at for at in np.argsort(nominal, kind="stable") if not np.isnan(nominal[at])]
    members: list[int] = []
    number = 0
    for at in order:
        if not members or _outranked(ranks, members, at, sure):
            members, number = [], number + 1
        members.append(int(at))
        found[at] = number
    return found


def _outranked(ranks: NDArray[Any], members: list[int], at: int, sure: float) -> bool:
    """Return whether one of some areas ranks before an area in at least `sure` of the replicates.

    The first of a group is mostly the one that does, so members are asked in blocks from the top.
    """
    own = ranks[:, [at]]
    return any(
        bool((np.mean(ranks[:, members[i : i + BLOCK]] < own, axis=0) >= sure).any())
        for i in range(0, len(members), BLOCK)
    )


def beats_next(nominal: Array, ranks: NDArray[Any]) -> Array:
    """Return the share of the replicates in which each area outranks the next; NaN for the last.

    Parameters
    ----------
    nominal
        Rank as published, shape (areas,).
    ranks
        Shape (replicates, areas).
    """
    order = np.argsort(nominal, kind="stable")
    found = np.full(len(nominal), np.nan)
    for above, below in itertools.pairwise(order.tolist()):
        found[above] = np.mean(ranks[:, above] < ranks[:, below])
    return found


def mean_shift(ranks: NDArray[Any], nominal: Array) -> Array:
    """Return the mean absolute shift of rank from the nominal one, shape (replicates,)."""
    return np.abs(np.asarray(ranks, dtype=np.float64) - nominal).mean(axis=1)


def sobol(base: Array, other: Array, crossed: Array) -> Sobol:
    """Return Sobol indices of a Saltelli design.

    S = mean(yB (yAB - yA))/V and ST = Σ (yA - yAB)²/(2 N V), V the variance (n - 1) of yA and yB
    together. Source: Saltelli and others (2010), Computer Physics Communications 181, 259-270.

    Parameters
    ----------
    base, other
        Outputs of the two independent samples A and B, shape (N,).
    crossed
        Outputs of A with one source at a time taken from B, shape (sources, N).
    """
    variance = np.var(np.concatenate([base, other]), ddof=1)
    if variance == 0:
        nothing = np.zeros(len(crossed))
        return Sobol(nothing, nothing.copy())
    first = (other * (crossed - base)).mean(axis=1) / variance
    total = ((base - crossed) ** 2).sum(axis=1) / (2 * len(base) * variance)
    return Sobol(first, total)
