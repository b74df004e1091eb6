"""Which figures must be hidden besides, so that no hidden one can be worked out too closely."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from placedata.trust.disclosure_bounds import Bounds, Cells, Equation, matrix_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Hiding:
    """What must be hidden.

    Parameters
    ----------
    hidden
        Shape (n,): the sensitive figures, and those that protect them.
    exposed
        Sensitive figures that nothing can protect, since too much is told elsewhere.
    """

    hidden: NDArray[np.bool_]
    exposed: tuple[int, ...]


def protected(
    cells: Cells, equations: Sequence[Equation], hidden: NDArray[np.bool_] | None = None
) -> Hiding:
    """Return what must be hidden so that every hidden figure's interval is as wide as it needs.

    A figure that is hidden for the sake of another needs an interval as wide as that one's.

    Method: intervals by linear programming (an audit), then the cheapest figure in the equation
    that gives most away is hidden too, and again, until none is too narrow.

    Parameters
    ----------
    hidden
        Figures that are hidden for other reasons.
    """
    cells = replace(cells, need=cells.need.copy())
    found = (cells.need > 0) | (np.zeros(len(cells.need), bool) if hidden is None else hidden)
    of_cell = _equations_of(equations, len(cells.need))
    matrix = matrix_of(equations, len(cells.need))
    exposed: set[int] = set()
    while True:
        sensitive = np.flatnonzero(cells.need > 0)
        waiting = [int(cell) for cell in sensitive if int(cell) not in exposed]
        weak = Bounds(cells, matrix, found).narrow(waiting)
        if not weak:
            return Hiding(found, tuple(sorted(exposed)))
        helped = False
        for cell in weak:
            helper, lacking = _helper(cell, cells, equations, of_cell, found)
            if helped and not lacking:
                continue  # what is hidden for the others may do for this one
            if helper is None:
                exposed.add(cell)
                continue
            found[helper] = helped = True
            cells.need[helper] = max(cells.need[helper], cells.need[cell])


def _equations_of(equations: Sequence[Equation], count: int) -> list[list[int]]:
    """Return the equations of each cell, the shortest first.

    What is hidden in a short one (a borough) is hidden in the longer ones (the place) as well.
    """
    of_cell: list[list[int]] = [[] for _ in range(count)]
    order = sorted(range(len(equations)), key=lambda number: len(equations[number].cells))
    for number in order:
        for cell in equations[number].cells:
            of_cell[cell].append(number)
    return of_cell


def _helper(
    cell: int,
    cells: Cells,
    equations: Sequence[Equation],
    of_cell: list[list[int]],
    found: NDArray[np.bool_],
) -> tuple[int | None, bool]:
    """Return the figure to hide for the sake of `cell`, or None, and whether it surely is needed.

    Equations are looked at from the cell outwards. In the first that has too little hidden beside
    the cell it came from, the cheapest figure that suffices is taken, else the largest.
    """
    need, spare = float(cells.need[cell]), None
    # What is open of a figure: all of it if hidden or never shown, else what rounding leaves.
    room = np.where(found, cells.true, np.minimum(cells.true, cells.high - cells.low))
    for number, came_from in _outwards(cell, equations, of_cell, found):
        members = np.array(equations[number].cells)
        factors = np.abs(np.array(equations[number].factors))
        mass = float((factors * room[members])[members != came_from].sum())
        free = ~found[members] & np.isfinite(cells.cost[members]) & (cells.true[members] > 0)
        if not free.any():
            continue
        choice = _cheapest(members[free], cells, need - mass)
        if mass < need:
            return choice, True
        spare = choice if spare is None else spare
    return spare, False


def _cheapest(candidates: NDArray[np.int64], cells: Cells, lacking: float) -> int:
    """Return the candidate of least cost and then least size that is large enough; else largest."""
    values, costs = cells.true[candidates], cells.cost[candidates]
    enough = values >= lacking
    cheap = costs == costs.min()
    if (enough & cheap).any():
        pool = candidates[enough & cheap]
        return int(pool[np.argmin(cells.true[pool])])
    pool = candidates[enough] if enough.any() else candidates
    order = np.lexsort((cells.true[pool], cells.cost[pool]))
    return int(pool[order[0]] if enough.any() else pool[np.argmax(cells.true[pool])])


def _outwards(
    cell: int,
    equations: Sequence[Equation],
    of_cell: list[list[int]],
    found: NDArray[np.bool_],
) -> Iterator[tuple[int, int]]:
    """Give the equations around a cell, nearest first, each with the hidden cell it is met at."""
    queue, seen_cells, seen = [cell], {cell}, set()
    for at in queue:
        for number in of_cell[at]:
            if number in seen:
                continue
            seen.add(number)
            yield number, at
            for other in equations[number].cells:
                if found[other] and other not in seen_cells:
                    seen_cells.add(other)
                    queue.append(other)
