"""Class breaks for maps.

Classes are numbered from 1 (lowest values). A value on an edge falls in the lower class, as in
mapclassify. Areas without a value are never in a class: `NO_DATA` and `SUPPRESSED` are their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from placedata.errors import ConfigError
from placedata.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

Method = Literal["quantiles", "equal_interval", "natural_breaks", "fixed"]
METHODS: tuple[str, ...] = ("quantiles", "equal_interval", "natural_breaks", "fixed")
NO_DATA = -1
SUPPRESSED = -2
MOST_CLASSES = 9
#: Values nearer than this share of their size are the same value (noise of floating point).
SAME = 1e-10


@dataclass(frozen=True)
class Classes:
    """The classes of one map.

    Parameters
    ----------
    method
        One of `METHODS`.
    edges
        k + 1 numbers, rising. Class i holds edges[i - 1] < value <= edges[i]; class 1 also holds
        its lower edge. Fixed breaks are open at both ends (minus and plus infinity). Empty where
        no area has a value.
    counts
        Areas in each class.
    n_missing, n_suppressed
        Areas without a value, and areas whose value may not be shown.
    breaks_between
        For each inner edge the largest value below or on it and the smallest above (NaN: none):
        what a legend needs to round without moving an area.
    notes
        What was done in other than the asked way, in plain words.
    """

    method: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    n_missing: int = 0
    n_suppressed: int = 0
    breaks_between: tuple[tuple[float, float], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def k(self) -> int:
        """How many classes there are."""
        return len(self.counts)


def class_breaks(
    values: pd.Series,
    *,
    method: Method = "quantiles",
    k: int = 5,
    breaks: Sequence[float] | None = None,
    statuses: pd.Series | None = None,
) -> Classes:
    """Return the classes of some values.

    For classes that stay the same over the years, give the values of all years together and then
    `recount` for each year.

    Parameters
    ----------
    values
        One number per area; NaN and infinity are missing.
    method
        ``quantiles`` (about as many areas in each), ``equal_interval``, ``natural_breaks``
        (Fisher-Jenks, exact), or ``fixed``.
    k
        Classes wanted, 1 to 9. Fewer are made where the values are too alike, with a note.
    breaks
        Inner edges of ``fixed``, rising (official bands, reference values).
    statuses
        ``ok``, ``missing`` or ``suppressed``, in the order of `values`.

    Raises
    ------
    ConfigError
        Unknown method, k out of range, breaks absent or not rising.
    """
    _check(method, k, breaks)
    numbers, usable, hidden = _read(values, statuses)
    known = np.sort(numbers[usable])
    missing, suppressed = int((~usable & ~hidden).sum()), int(hidden.sum())
    if method == "fixed" and breaks is not None:
        inner, asked = np.asarray(breaks, dtype=float), len(breaks) + 1
        outer = (-np.inf, np.inf)
    elif known.size == 0:
        note = ("No area has a value, so there are no classes.",)
        return Classes(method, (), (), missing, suppressed, (), note)
    else:
        inner, asked = _inner_edges(known, method, k), k
        outer = (float(known[0]), float(known[-1]))
    edges = (outer[0], *map(float, inner), outer[1])
    counts = _counts(inner, known)
    return Classes(
        method=method,
        edges=edges,
        counts=counts,
        n_missing=missing,
        n_suppressed=suppressed,
        breaks_between=_between(inner, known),
        notes=_notes(counts, asked, known),
    )


def breaks_around(values: pd.Series, reference: float, *, k: int = 5) -> tuple[float, ...]:
    """Return k - 1 inner edges in equal steps, symmetric around a reference, for fixed classes.

    An odd k has a middle class around the reference; an even k has an edge on it. The outer
    classes are as wide as the others for the value furthest from the reference.

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
    return tuple(reference - reach + step * i for i in range(1, k))


def assign(
    classes: Classes, values: pd.Series, statuses: pd.Series | None = None
) -> NDArray[np.int64]:
    """Return the class number of each value: 1 to k, `NO_DATA` or `SUPPRESSED`.

    A value on an edge falls in the lower class. Values beyond the outer edges fall in the first
    or the last class; pool the values of all periods in `class_breaks` to have none.
    """
    numbers, usable, hidden = _read(values, statuses)
    inner = np.asarray(classes.edges[1:-1], dtype=float)
    found = np.full(numbers.shape, NO_DATA, dtype=np.int64)
    if classes.edges:
        found[usable] = np.searchsorted(inner, numbers[usable], side="left") + 1
    found[hidden] = SUPPRESSED
    return found


def recount(classes: Classes, values: pd.Series, statuses: pd.Series | None = None) -> Classes:
    """Return the same classes with the counts of other values (another year, a selection)."""
    found = assign(classes, values, statuses)
    counts = tuple(int((found == i).sum()) for i in range(1, classes.k + 1))
    return replace(
        classes,
        counts=counts,
        n_missing=int((found == NO_DATA).sum()),
        n_suppressed=int((found == SUPPRESSED).sum()),
    )


def _check(method: str, k: int, breaks: Sequence[float] | None) -> None:
    """Refuse what cannot make classes."""
    if method not in METHODS:
        raise ConfigError(f"class method: found {method!r}; allowed: {', '.join(METHODS)}")
    if not 1 <= k <= MOST_CLASSES:
        raise ConfigError(f"number of classes: found {k}; allowed: 1 to {MOST_CLASSES}")
    if method != "fixed":
        return
    given = [float(item) for item in breaks or ()]
    rising = all(a < b for a, b in pairwise(given))
    if not given or not rising or not all(map(np.isfinite, given)) or len(given) >= MOST_CLASSES:
        raise ConfigError(
            f"fixed breaks: found {given}; allowed: 1 to {MOST_CLASSES - 1} numbers, rising"
        )


def _read(
    values: pd.Series, statuses: pd.Series | None
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the numbers, which of them are usable, and which are suppressed."""
    numbers = np.asarray(values, dtype=float)
    hidden = np.zeros(numbers.shape, dtype=bool)
    usable = np.isfinite(numbers)
    if statuses is not None:
        words = np.asarray(statuses, dtype=object)
        hidden = words == "suppressed"
        usable &= words == "ok"
    return numbers, usable & ~hidden, hidden


def _inner_edges(known: NDArray[np.float64], method: str, k: int) -> NDArray[np.float64]:
    """Return the inner edges by mapclassify, without those that would make an empty class."""
    import mapclassify

    distinct = _distinct(known)
    if len(distinct) <= k and method != "equal_interval":
        return distinct[:-1]
    if len(distinct) == 1 or k == 1:
        return known[:0]
    if method == "equal_interval":
        return np.asarray(mapclassify.EqualInterval(known, k=k).bins, dtype=float)[:-1]
    if method == "natural_breaks":
        bins = mapclassify.FisherJenks(known, k=k).bins
    else:
        bins = np.quantile(known, np.arange(1, k + 1) / k)
        bins = mapclassify.UserDefined(known, bins=bins).bins
    inner = np.unique(np.asarray(bins, dtype=float))
    kept: list[float] = []
    for edge in inner:
        # Below the lowest or on the highest value, or with no value since the last edge: no class.
        above = known[known > edge]
        if above.size == 0 or not np.any(known <= edge):
            continue
        floor = kept[-1] if kept else -np.inf
        inside = known[(known > floor) & (known <= edge)]
        if inside.size and above[0] - inside[-1] > SAME * max(abs(above[0]), abs(inside[-1])):
            kept.append(float(edge))
    return np.asarray(kept, dtype=float)


def _distinct(known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sorted values that really differ, each group by its largest."""
    gaps = np.diff(known) > SAME * np.abs(known[1:])
    kept: NDArray[np.float64] = known[np.append(gaps, True)]
    return kept


def _counts(inner: NDArray[np.float64], known: NDArray[np.float64]) -> tuple[int, ...]:
    """Return how many values fall in each class."""
    found = np.searchsorted(inner, known, side="left")
    return tuple(int(n) for n in np.bincount(found, minlength=len(inner) + 1))


def _between(
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


def _notes(counts: tuple[int, ...], asked: int, known: NDArray[np.float64]) -> tuple[str, ...]:
    """Return in plain words where the classes are not as asked."""
    notes = []
    if len(counts) < asked:
        notes.append(
            f"{plural(len(counts), 'class', 'classes')} instead of {asked}: the values are too "
            f"alike ({plural(len(_distinct(known)), 'different value')}) to be told apart further."
        )
    empty = [str(i + 1) for i, count in enumerate(counts) if count == 0]
    if empty:
        which = "Class" if len(empty) == 1 else "Classes"
        verb = "holds" if len(empty) == 1 else "hold"
        notes.append(f"{which} {', '.join(empty)} {verb} no area.")
    return tuple(notes)
