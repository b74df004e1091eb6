"""Edges between map classes, from plain numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

#: Values nearer than this share of their size are the same value (noise of floating point).
SAME = 1e-10


def breaks_around(values: pd.Series, reference: float, *, k: int = 5) -> tuple[float, ...]:
    """Return k - 1 inner edges in equal steps, symmetric around a reference, for fixed classes.

    An odd k has a middle class around the reference; an even k has an edge on it. The outer
    classes are as wide as the others for the value furthest from the reference. Edges are
    rounded to three significant figures of their step, so that they can be quoted.

    Parameters
    ----------
    values
        One number per area.
    reference
        Place average, target or limit, in the unit of the values.
    k
        Classes, 2 to 9.
    """
    numbers = np.asarray(values, dtype=float)
    far = np.abs(numbers[np.isfinite(numbers)] - reference)
    reach = float(far.max()) if far.size and far.max() > 0 else 1.0
    step = 2 * reach / k
    decimals = 2 - int(np.floor(np.log10(step)))
    return tuple(round(reference - reach + step * i, decimals) for i in range(1, k))


def inner_edges(known: NDArray[np.float64], method: str, k: int) -> NDArray[np.float64]:
    """Return the inner edges of at most k classes, all different.

    Quantiles and natural breaks never leave a class empty: edges that would are left out. Equal
    intervals may, because equal width is what they promise.

    Parameters
    ----------
    known
        Sorted values, at least one.
    method
        ``quantiles`` (linear interpolation, as numpy), ``equal_interval`` or ``natural_breaks``.
    k
        Classes wanted.
    """
    differing = distinct(known)
    if len(differing) == 1 or k == 1:
        return known[:0]
    if method == "equal_interval":
        return np.linspace(known[0], known[-1], k + 1)[1:-1]
    if len(differing) <= k:
        return differing[:-1]
    if method == "natural_breaks":
        return natural_edges(differing, known, k)
    kept: list[float] = []
    for edge in np.unique(np.quantile(known, np.arange(1, k) / k)):
        above = known[known > edge]
        inside = known[(known <= edge) & (known > (kept[-1] if kept else -np.inf))]
        # On the highest value, or with no value since the last edge: no class.
        if above.size and inside.size and len(distinct(np.array([inside[-1], above[0]]))) == 2:
            kept.append(float(edge))
    return np.asarray(kept, dtype=float)


def natural_edges(
    differing: NDArray[np.float64], known: NDArray[np.float64], k: int
) -> NDArray[np.float64]:
    """Return the inner edges that make the squares within classes least (Fisher 1958, exact).

    Dynamic programming over the differing values, each weighted by how often it occurs, so that
    equal values are never parted.

    Parameters
    ----------
    differing
        Values that differ, rising, more than k of them.
    known
        All values, sorted.
    k
        Classes.
    """
    weight = np.bincount(np.searchsorted(differing, known), minlength=len(differing))
    centred = differing - known.mean()
    total, first, second = (
        np.concatenate([[0.0], np.cumsum(weight * centred**power)]) for power in (0, 1, 2)
    )

    def squares(start: NDArray[np.int64], stop: int) -> NDArray[np.float64]:
        """Return the sum of squares about the mean from each start up to `stop`."""
        count, moment = total[stop] - total[start], first[stop] - first[start]
        within: NDArray[np.float64] = second[stop] - second[start] - moment**2 / count
        return within

    n = len(differing)
    best = np.array([0.0, *(squares(np.array([0]), stop)[0] for stop in range(1, n + 1))])
    came = np.zeros((k, n + 1), dtype=np.int64)
    for i in range(1, k):
        longer = np.full(n + 1, np.inf)
        for stop in range(i + 1, n + 1):
            start = np.arange(i, stop)
            cost = best[i:stop] + squares(start, stop)
            came[i, stop] = start[int(np.argmin(cost))]
            longer[stop] = cost.min()
        best = longer
    stops, stop = [], n
    for i in range(k - 1, 0, -1):
        stop = int(came[i, stop])
        stops.append(stop)
    chosen: NDArray[np.float64] = differing[np.asarray(stops[::-1]) - 1]
    return chosen


def distinct(known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sorted values that really differ, each group by its largest."""
    gaps = np.diff(known) > SAME * np.abs(known[1:])
    kept: NDArray[np.float64] = known[np.append(gaps, True)]
    return kept


def round_edges(inner: NDArray[np.float64], known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return edges with the fewest decimals that move hardly a value to another class.

    Among thousands of values two neighbours differ in the fifth digit, and an edge between them
    cannot be read. Rounding moves at most one value in a hundred for each edge; of fewer than a
    hundred none, so that the classes stay as they are.

    Parameters
    ----------
    inner
        Inner edges, rising.
    known
        Sorted values.
    """
    most = len(known) // 100
    at = np.searchsorted(known, inner, side="right")
    filled = bool(np.all(np.array(counts(inner, known)) > 0))
    for decimals in range(10):
        rounded = np.round(inner, decimals)
        moved = np.abs(np.searchsorted(known, rounded, side="right") - at)
        apart = len(rounded) == 0 or bool(np.all(np.diff(rounded) > 0))
        emptied = filled and min(counts(rounded, known), default=1) == 0
        if apart and not emptied and bool(np.all(moved <= most)):
            return rounded
    return inner


def counts(inner: NDArray[np.float64], known: NDArray[np.float64]) -> tuple[int, ...]:
    """Return how many values fall in each class."""
    found = np.searchsorted(inner, known, side="left")
    return tuple(int(n) for n in np.bincount(found, minlength=len(inner) + 1))


def between(
    inner: NDArray[np.float64], known: NDArray[np.float64]
) -> tuple[tuple[float, float], ...]:
    """Return for each inner edge the nearest values at or below it, and above it."""
    pairs = []
    for edge in inner:
        below, above = known[known <= edge], known[known > edge]
        pairs.append(
            (
                float(below[-1]) if below.size else float("nan"),
                float(above[0]) if above.size else float("nan"),
            )
        )
    return tuple(pairs)
