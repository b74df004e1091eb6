"""Observations, the one table that every loader returns, and the Ledger that must balance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

from placedata.errors import DataError, Problem

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from pydantic import BaseModel

    from placedata.files import Roots

#: How exact a value is, as the source tells: its standard error, half the width of its interval,
#: the ends of that interval, how many were asked.
ERROR_COLUMNS = ("error", "margin", "low", "high", "sample")

KeyedBy = Literal["area", "point", "raster"]


@dataclass(frozen=True)
class Ledger:
    """Where every row of a load went: ``rows_in == used + sum(rejected)``.

    Parameters
    ----------
    rows_in
        Rows (cells, features) found in the source files, headers left out.
    used
        Rows that became observations.
    rejected
        Reason in words -> number of rows.
    notes
        Things counted that are not rejections ("postcode on a border: lowest code") -> number.
    examples
        Reason -> a few row references ("laqn/BG1_2022-01.csv:17"), at most five.
    """

    rows_in: int
    used: int
    rejected: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a ledger that does not balance."""
        if self.rows_in != self.used + sum(self.rejected.values()):
            msg = (
                f"the ledger does not balance: {self.rows_in} rows in, {self.used} used, "
                f"{sum(self.rejected.values())} rejected"
            )
            raise DataError(msg)

    def __add__(self, other: Ledger) -> Ledger:
        """Return the ledger of two loads taken together."""

        def both(one: Mapping[str, int], two: Mapping[str, int]) -> dict[str, int]:
            return {key: one.get(key, 0) + two.get(key, 0) for key in [*one, *two]}

        examples = {
            key: (*self.examples.get(key, ()), *other.examples.get(key, ()))[:5]
            for key in [*self.examples, *other.examples]
        }
        return Ledger(
            self.rows_in + other.rows_in,
            self.used + other.used,
            both(self.rejected, other.rejected),
            both(self.notes, other.notes),
            examples,
        )


@dataclass(frozen=True)
class SourceFile:
    """A file that was read: its label (root and path, never an absolute path), hash and rows."""

    label: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Raster:
    """One band of cells on EPSG:27700 or the CRS named.

    Parameters
    ----------
    values
        float64 array, shape (rows, columns); nodata is NaN.
    transform
        The six numbers of an affine transform (a, b, c, d, e, f), in units of `crs`.
    crs
        CRS as text that pyproj understands ("EPSG:27700").
    """

    values: NDArray[np.float64]
    transform: tuple[float, float, float, float, float, float]
    crs: str


@dataclass(frozen=True)
class Observations:
    """What a loader returns.

    Parameters
    ----------
    table
        One row an observation. Columns always: ``value`` (float64), ``period`` (str), ``source``
        (str, the label of the file) and ``row`` (int64, 1-based line or feature number).
        Keyed by area: ``area_code`` (str), and where the layer asks for them and the source has
        them the columns of `ERROR_COLUMNS` (float64, in the unit of the value).
        Keyed by point: ``x`` and ``y`` (EPSG:27700, metres), ``thing`` (str, id of the sensor,
        service or postcode) and ``name`` (str).
        Where rows were taken together, also ``last_row`` and ``parts``: the line of the last of
        them, and how many they are.
        Keyed by raster: empty table with those four columns; the cells are in `rasters`.
    keyed_by
        What an observation is tied to.
    ledger
        Rows in, used, rejected by reason.
    sources
        The files read.
    geography
        For areas: the geography of the codes where the file says so (``lsoa21``), else None.
    rasters
        Period -> raster, for ``keyed_by="raster"``.
    measure_kind
        What the value is, where the source says so: ``score``, ``rank``, ``decile``, ``count`` or
        ``rate``. Ranks and deciles are never apportioned.
    alternative
        For a rank or decile: the column of the same file to use instead, or None.
    withheld
        For areas: figures that exist and that the source does not tell, one row each: columns
        ``area_code``, ``period`` and ``reason`` ("suppressed"). None where there are none. No
        area and period is both here and in `table`.
    """

    table: pd.DataFrame
    keyed_by: KeyedBy
    ledger: Ledger
    sources: tuple[SourceFile, ...]
    geography: str | None = None
    rasters: Mapping[str, Raster] = field(default_factory=dict)
    measure_kind: str | None = None
    alternative: str | None = None
    withheld: pd.DataFrame | None = None

    @cached_property
    def series(self) -> Mapping[str, pd.Series]:
        """Of areas: period -> values indexed by area code, periods sorted as text."""
        return {
            str(period): group.set_index("area_code")["value"]
            for period, group in self.table.groupby("period", sort=True)
        }


@dataclass(frozen=True)
class Request:
    """What a layer asks of its loader, besides the fields of its own ``source``.

    Parameters
    ----------
    layer
        Layer id, for messages.
    roots
        The declared data roots; every path is resolved through them.
    value
        Column that holds the value, or a pattern with ``{period}`` for one column a period; None
        where rows are counted or the loader knows its own column.
    periods
        Periods wanted ("2023", "2023-01", "2022/23", "mid-2020"), in order; empty: all there are.
    period_from
        Column that holds the period, or None.
    postcodes
        Gives the place's postcode points (columns ``postcode`` without spaces, ``x``, ``y``,
        EPSG:27700), for sources located by postcode; None where the place has none.
    bounds
        The place's rectangle in EPSG:27700 metres (west, south, east, north), with a margin. Of a
        national file of points only those inside it are kept; None: all are.
    errors
        Name of `ERROR_COLUMNS` -> column of the source, or a pattern with ``{period}``; for
        sources keyed by area.
    """

    layer: str
    roots: Roots
    value: str | None = None
    periods: tuple[str, ...] = ()
    period_from: str | None = None
    postcodes: Callable[[], pd.DataFrame] | None = None
    bounds: tuple[float, float, float, float] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


class Loader(Protocol):
    """The contract of one module in `placedata.loaders`."""

    Source: type[BaseModel]

    def read(self, source: Any, request: Request) -> Observations:  # noqa: ANN401
        """Return the observations of `source`; raise DataError with every problem found."""
        ...


def data_error(layer: str, problems: list[Problem]) -> DataError:
    """Return the error that tells all problems of one layer's data at once."""
    count = len(problems)
    return DataError(
        f"layer {layer}: {count} problem{'s' if count != 1 else ''} in its data", problems
    )
