"""Between which bounds hidden figures can be worked out from everything that is shown.

What is shown are linear equations in what is hidden: wards add up to larger areas and to the
place, parts to their total. Counts are not negative. Linear programming finds how low and how
high each hidden figure can be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

#: An interval may be this much less wide than asked for: what linear programming leaves open.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Equation:
    """``sum of factor x cell = what it truly is``, known to everybody.

    Parameters
    ----------
    cells
        Positions of cells, each once.
    factors
        One for each of them.
    """

    cells: tuple[int, ...]
    factors: tuple[float, ...]


def matrix_of(equations: Sequence[Equation], count: int) -> csr_matrix:
    """Return the factors of equations, shape (equations, `count` cells)."""
    from scipy.sparse import csr_matrix

    rows = np.repeat(np.arange(len(equations)), [len(item.cells) for item in equations])
    columns = [cell for item in equations for cell in item.cells]
    factors = [factor for item in equations for factor in item.factors]
    return csr_matrix((factors, (rows, columns)), shape=(len(equations), count))


@dataclass(frozen=True)
class Cells:
    """Figures, and what is known of each.

    Parameters
    ----------
    true
        The figures, 0 or more, shape (n,).
    low, high
        What is known of a figure that is shown: itself twice, or where it was before rounding.
    need
        How wide the interval of a hidden figure must be at least; 0: it is not sensitive.
    upper
        How far above the figure itself its interval must reach at least: for sums that one
        contributor dominates, whom a bound close above would tell.
    cost
        What hiding a figure costs, besides its own size: 0 a ward, more a larger area; inf: it is
        told elsewhere and cannot be hidden.
    """

    true: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    need: NDArray[np.float64]
    upper: NDArray[np.float64]
    cost: NDArray[np.float64]


class Bounds:
    """The intervals of the figures that are open (hidden or rounded), as far as they are needed.

    Parameters
    ----------
    cells
        The figures.
    matrix
        The equations between them (`matrix_of`).
    hidden
        Which of them are not shown, shape (n,).
    """

    def __init__(self, cells: Cells, matrix: csr_matrix, hidden: NDArray[np.bool_]) -> None:
        self.cells = cells
        self.open = np.flatnonzero(hidden | (cells.low < cells.high))
        self.low = np.where(hidden, 0.0, cells.low)[self.open]
        self.high = np.where(hidden, np.inf, cells.high)[self.open]
        own = matrix[:, self.open]
        # equations in which everything is shown say nothing of what is not
        self.matrix = own[np.diff(own.indptr) > 0]
        self.right = self.matrix @ cells.true[self.open]
        self.parts = _components(self.matrix)

    def narrow(self, wanted: Iterable[int]) -> list[int]:
        """Return those of the `wanted` cells whose interval is less wide than they need."""
        found: list[int] = []
        by_part: dict[int, list[int]] = {}
        for cell in wanted:
            at = int(np.searchsorted(self.open, cell))
            by_part.setdefault(int(self.parts[at]), []).append(at)
        for part, places in by_part.items():
            found += self._narrow_part(part, places)
        return sorted(found)

    def _narrow_part(self, part: int, wanted: list[int]) -> list[int]:
        """Return the narrow cells of one part, each solution seen helping to settle the others."""
        members = np.flatnonzero(self.parts == part)
        own = self.matrix[:, members]
        rows = np.diff(own.indptr) > 0
        if not rows.any():
            return []
        matrix, right = own[rows], self.right[rows]
        scale = max(1.0, float(np.abs(right).max(initial=0.0)))
        bounds = np.column_stack([self.low[members], self.high[members]]) / scale
        true = self.cells.true[self.open[members]]
        need = self.cells.need[self.open[members]] * (1 - TOLERANCE)
        upper = true + self.cells.upper[self.open[members]] * (1 - TOLERANCE)
        least, most = true.copy(), true.copy()
        narrow = []
        for at in np.searchsorted(members, wanted):
            for sign in (-1.0, 1.0):
                if most[at] - least[at] >= need[at] and most[at] >= upper[at]:
                    break
                solution = _extreme(matrix, right / scale, bounds, int(at), sign)
                if solution is not None:
                    least = np.minimum(least, solution * scale)
                    most = np.maximum(most, solution * scale)
            if most[at] - least[at] < need[at] or most[at] < upper[at]:
                narrow.append(int(self.open[members[at]]))
        return narrow


def _components(matrix: csr_matrix) -> NDArray[np.int64]:
    """Return the part that each column belongs to: columns joined by rows."""
    from scipy.sparse import bmat
    from scipy.sparse.csgraph import connected_components

    rows, columns = matrix.shape
    if not rows:
        return np.arange(columns)
    graph = bmat([[None, matrix], [matrix.T, None]], format="csr")
    _, labels = connected_components(graph, directed=False)
    return np.asarray(labels[rows:], dtype=np.int64)


def _extreme(
    matrix: csr_matrix,
    right: NDArray[np.float64],
    bounds: NDArray[np.float64],
    at: int,
    sign: float,
) -> NDArray[np.float64] | None:
    """Return a solution in which one cell is as small (sign 1) or large (-1) as can be."""
    from scipy.optimize import linprog

    # A cell that nothing bounds from above would have no largest value: the totals do.
    top = max(1.0, float(np.abs(right).sum()) * 2)
    limits = np.column_stack([bounds[:, 0], np.minimum(bounds[:, 1], top)])
    cost = np.zeros(matrix.shape[1])
    cost[at] = sign
    found = linprog(cost, A_eq=matrix, b_eq=right, bounds=limits, method="highs")
    return found.x if found.status == 0 else None
