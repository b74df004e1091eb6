"""A table read area by area: columns kept as they are, a row made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from sys import intern
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: Lists of areas whose places are kept: all tables of a level have the same.
MOST_LISTS = 8
_places: list[tuple[pd.Index, dict[str, int]]] = []


class ByArea:
    """The rows of a table by area code.

    A frame takes some 100 microseconds to give one of its rows; a dictionary of dictionaries
    gives it at once, but takes tens of megabytes for thousands of areas.

    Parameters
    ----------
    table
        Indexed by area code, each once.
    """

    def __init__(self, table: pd.DataFrame) -> None:
        self._at = _places_of(table.index)
        self._columns = {str(name): _reader(table[name]) for name in table.columns}

    def __getitem__(self, area: str) -> dict[str, Any]:
        """Return column -> value of an area; KeyError where the table has no such area."""
        at = self._at[area]
        return {name: read(at) for name, read in self._columns.items()}

    def value(self, area: str, column: str) -> Any:  # noqa: ANN401
        """Return one value of an area; KeyError where there is no such area or column."""
        return self._columns[column](self._at[area])


class Numbers(Mapping[str, float]):
    """One column of numbers by area code, in a tenth of the memory of a dictionary.

    Parameters
    ----------
    column
        Indexed by area code, each once.
    """

    def __init__(self, column: pd.Series) -> None:
        self._at = _places_of(column.index)
        self._read = column.astype(float).to_numpy().item

    def __getitem__(self, area: str) -> float:
        """Return the number of an area; KeyError where there is no such area."""
        return float(self._read(self._at[area]))

    def __iter__(self) -> Iterator[str]:
        """Iterate over the areas."""
        return iter(self._at)

    def __len__(self) -> int:
        """Return how many areas there are."""
        return len(self._at)


def _reader(column: pd.Series) -> Callable[[int], Any]:
    """Return what gives a value of a column by its place: numbers packed, words held once."""
    if column.dtype.kind in "fiub":
        read: Callable[[int], Any] = column.to_numpy().item
        return read
    return [intern(item) if isinstance(item, str) else item for item in column.tolist()].__getitem__


def _places_of(index: pd.Index) -> dict[str, int]:
    """Return area -> place in a list of areas, one dictionary for all equal lists."""
    for known, places in tuple(_places):  # another thread may add one
        if known is index or known.equals(index):
            return places
    made = {intern(str(code)): at for at, code in enumerate(index.tolist())}
    _places.append((index, made))
    del _places[:-MOST_LISTS]
    return made
