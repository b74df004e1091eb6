"""The cells of a raster whose values are names, not amounts: land cover and the like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

#: One colour a class, from Okabe and Ito (2008): any two are apart for every colour vision.
COLOURS = (
    "#009e73", "#f0e442", "#0072b2", "#d55e00", "#56b4e9", "#cc79a7", "#e69f00",
)  # fmt: skip
#: Of all classes for which no colour is left.
OTHER = "#e0e0e0"


@dataclass(frozen=True)
class CellClass:
    """One class of cells.

    Parameters
    ----------
    name
        ``Trees``; ``class 30`` where the layer file gives no name.
    colour
        ``#rrggbb``, of this class alone.
    share
        Per cent of the cells of the place that have a value.
    counted
        Whether the layer's figures count these cells.
    """

    name: str
    colour: str
    share: float
    counted: bool


@dataclass(frozen=True)
class ClassedCells:
    """Cells by class: the classes in order of their values, and the class of each cell.

    Parameters
    ----------
    classes
        At most one for each of `COLOURS`, and one for the rest.
    numbers
        Row by row the place in `classes`, -1 without a value.
    """

    classes: tuple[CellClass, ...]
    numbers: NDArray[Any]


def classed_cells(
    grid: NDArray[Any], counted: list[float], names: Mapping[float, str]
) -> ClassedCells:
    """Return cells by class; beyond seven, those not counted with least ground are one.

    Parameters
    ----------
    grid
        Values of cells, NaN without one; at least one has a value.
    counted
        Values that the layer's figures count.
    names
        Value -> name.
    """
    import numpy as np

    values, counts = np.unique(grid[np.isfinite(grid)], return_counts=True)
    # what the layer counts goes first, then what covers most; colours in order of the values
    order = sorted(range(len(values)), key=lambda at: (values[at] not in counted, -counts[at]))
    own = np.sort(values[order[: len(COLOURS)]])
    share = {
        float(value): 100 * count / counts.sum()
        for value, count in zip(values, counts, strict=True)
    }
    made = [
        CellClass(names.get(value, f"class {value:g}"), colour, share[value], value in counted)
        for value, colour in zip(map(float, own), COLOURS, strict=False)
    ]
    numbers = np.where(np.isfinite(grid), len(own), -1)
    for at, value in enumerate(own):
        numbers[grid == value] = at
    rest = [float(value) for value in values if value not in own]
    if rest:
        told = f"{len(rest)} other classes: " + ", ".join(names.get(v, f"{v:g}") for v in rest)
        made.append(
            CellClass(told, OTHER, sum(share[v] for v in rest), any(v in counted for v in rest))
        )
    return ClassedCells(tuple(made), numbers)


def most_of(cells: ClassedCells, areas: NDArray[Any], codes: Sequence[str]) -> dict[str, Any]:
    """Return area code -> place in the classes of what covers most of it, and its per cent.

    Parameters
    ----------
    areas
        For each cell the place in `codes` of the area that holds its centre, -1 outside.
    """
    import numpy as np

    many = len(cells.classes)
    inside = (areas >= 0) & (cells.numbers >= 0)
    pairs = areas[inside] * many + cells.numbers[inside]
    table = np.bincount(pairs, minlength=len(codes) * many).reshape(len(codes), many)
    found = {}
    for code, row in zip(codes, table, strict=True):
        if row.sum():
            first = int(row.argmax())
            found[code] = [first, round(100 * float(row[first]) / float(row.sum()), 1)]
    return found
