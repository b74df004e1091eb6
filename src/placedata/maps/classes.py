"""Classes of a map, and its legend, whose numbers keep their word.

Classes are numbered from 1 (lowest values). A value on an edge falls in the lower class, as in
mapclassify. Areas without a value are never in a class: `NO_DATA` and `SUPPRESSED` are their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from placedata.errors import ConfigError
from placedata.maps import edges
from placedata.wording import STATUS_LABELS, decimals_for, format_number, plural, with_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

Method = Literal["quantiles", "equal_interval", "natural_breaks", "fixed"]
METHODS: tuple[str, ...] = ("quantiles", "equal_interval", "natural_breaks", "fixed")
NO_DATA = -1
SUPPRESSED = -2
#: Not a class: the sign on areas that are not clearly different from the average.
UNCLEAR = -3
MOST_CLASSES = 9
#: Among as many values as these an edge may be rounded: one in a hundred changes its class.
MANY = 100
_MOST = 9


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
    quoted
        Whether a legend quotes the edges as they are: given breaks, and edges of so many values
        that they were rounded.
    """

    method: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    n_missing: int = 0
    n_suppressed: int = 0
    breaks_between: tuple[tuple[float, float], ...] = ()
    notes: tuple[str, ...] = ()
    quoted: bool = False

    @property
    def k(self) -> int:
        """How many classes there are."""
        return len(self.counts)


@dataclass(frozen=True)
class LegendRow:
    """One row of a legend: class number (or `NO_DATA`, `SUPPRESSED`), words, areas in it."""

    number: int
    text: str
    count: int


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
        inner, asked = edges.inner_edges(known, method, k), k
        outer = (float(known[0]), float(known[-1]))
    counts = edges.counts(inner, known)
    made = Classes(
        method=method,
        edges=(outer[0], *map(float, inner), outer[1]),
        counts=counts,
        n_missing=missing,
        n_suppressed=suppressed,
        breaks_between=edges.between(inner, known),
        notes=_notes(counts, asked, known),
        quoted=method == "fixed",
    )
    return made if made.quoted else _readable(made, known)


def _readable(classes: Classes, known: NDArray[np.float64]) -> Classes:
    """Return the classes with rounded edges, where a legend would else need more decimals."""
    if len(known) < MANY or classes.k < 2:
        return classes
    inner = edges.round_edges(np.asarray(classes.edges[1:-1]), known)
    rounded = replace(
        classes,
        edges=(classes.edges[0], *map(float, inner), classes.edges[-1]),
        counts=edges.counts(inner, known),
        breaks_between=edges.between(inner, known),
        quoted=True,
    )
    fewer = _legend_decimals(rounded, _MOST) < _legend_decimals(classes, _MOST)
    return rounded if fewer else classes


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


def legend_rows(classes: Classes, unit: str = "", *, most_decimals: int = 9) -> list[LegendRow]:
    """Return the rows of a legend, lowest class first, then suppressed and no data where present.

    The numbers have just as many decimals as keep the classes apart, rows never overlap (a row
    begins one last digit above the row before), and every value that `class_breaks` saw, rounded
    alike, lies in the row of its own class. Fixed breaks are quoted as given, and so are the
    rounded edges of very many values: "over 10 to 40".

    Parameters
    ----------
    classes
        From `class_breaks`.
    unit
        Unit of the layer.
    most_decimals
        Never more decimals than this.
    """
    rows = [
        LegendRow(i + 1, words, count)
        for i, (words, count) in enumerate(
            zip(_ranges(classes, unit, most_decimals), classes.counts, strict=True)
        )
    ]
    if classes.n_suppressed:
        rows.append(LegendRow(SUPPRESSED, STATUS_LABELS["suppressed"], classes.n_suppressed))
    if classes.n_missing:
        rows.append(LegendRow(NO_DATA, STATUS_LABELS["missing"], classes.n_missing))
    return rows


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


def _notes(counts: tuple[int, ...], asked: int, known: NDArray[np.float64]) -> tuple[str, ...]:
    """Return in plain words where the classes are not as asked."""
    notes = []
    if len(counts) < asked:
        different = plural(len(edges.distinct(known)), "different value")
        notes.append(
            f"{plural(len(counts), 'class', 'classes')} instead of {asked}: the values are too "
            f"alike ({different}) to be told apart further."
        )
    empty = [str(i + 1) for i, count in enumerate(counts) if count == 0]
    if empty:
        which = "Class" if len(empty) == 1 else "Classes"
        verb = "holds" if len(empty) == 1 else "hold"
        notes.append(f"{which} {', '.join(empty)} {verb} no area.")
    return tuple(notes)


def _ranges(classes: Classes, unit: str, most: int) -> list[str]:
    """Return the words of each class."""
    if not classes.edges:
        return []
    value = classes.edges[0]
    if classes.edges == (value, value):  # one value: there is nothing to keep it apart from
        return [with_unit(format_number(value, decimals_for([value])), unit)]
    decimals = _legend_decimals(classes, most)
    if classes.quoted:
        return _bands(classes, unit, decimals)
    step = 10.0**-decimals
    uppers = []
    for edge, (_, above) in zip(classes.edges[1:-1], classes.breaks_between, strict=True):
        upper = round(edge, decimals)
        if np.isfinite(above) and round(above, decimals) <= upper:
            upper = round(above, decimals) - step
        uppers.append(round(upper, decimals))
    lows = [classes.edges[0], *(upper + step for upper in uppers)]
    highs = [*uppers, classes.edges[-1]]
    words = []
    for low, high in zip(lows, highs, strict=True):
        first, last = format_number(low, decimals), format_number(high, decimals)
        words.append(with_unit(first if first == last else f"{first} to {last}", unit))
    return words


def _bands(classes: Classes, unit: str, decimals: int) -> list[str]:
    """Return ``up to 10``, ``over 10 to 40``, ``over 40``: quoted edges as they are.

    Where the outer edges are those of the values, they are told: ``2 to 10``, ``over 40 to 51``.
    """
    told = [format_number(edge, decimals) for edge in classes.edges[1:-1]]
    low, high = (
        format_number(edge, decimals) if np.isfinite(edge) else ""
        for edge in (classes.edges[0], classes.edges[-1])
    )
    middle = [f"over {with_unit(f'{a} to {b}', unit)}" for a, b in pairwise(told)]
    first, last = with_unit(told[0], unit), with_unit(told[-1], unit)
    whole = bool(low) and low != told[0]
    first = with_unit(f"{low} to {told[0]}", unit) if whole else f"up to {first}"
    last = with_unit(f"{told[-1]} to {high}", unit) if high and high != told[-1] else last
    return [first, *middle, f"over {last}"]


def _legend_decimals(classes: Classes, most: int) -> int:
    """Return the fewest decimals at which every class keeps its own numbers."""
    inner, outer = classes.edges[1:-1], (classes.edges[0], classes.edges[-1])
    for decimals in range(most):
        step = 10.0**-decimals
        if classes.quoted:
            enough = all(abs(round(edge, decimals) - edge) < step * 1e-6 for edge in inner)
        else:
            apart = all(
                round(below, decimals) < round(above, decimals)
                for below, above in classes.breaks_between
            )
            wide = all(b - a >= step for a, b in pairwise(inner))
            # At least one step for each class, unless the ends are whole anyhow.
            fine = outer[1] - outer[0] >= classes.k * step
            enough = apart and wide and (fine or all(edge.is_integer() for edge in outer))
        if enough:
            return decimals
    return most
