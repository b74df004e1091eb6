"""What a built layer is: ward values, how they were made, and what became of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

    from placedata.definitions import LayerDefinition
    from placedata.layers.cells import Cells
    from placedata.observations import Ledger, SourceFile
    from placedata.trust.disclosure import Rule

Status = Literal["ok", "missing", "suppressed"]

#: Parts of a figure's standard error: chance in the source, moving it to wards, gaps of sensors.
ERROR_PARTS = ("error_sampling", "error_apportionment", "error_sensors")
#: The part whose causes neighbouring areas have in common.
SHARED_ERROR = "error_sensors"
#: Columns of `Layer.values`.
VALUE_COLUMNS = (
    "area_code", "period", "value", "numerator", "denominator", "weight", "n", "coverage", "status",
    "standard_error", *ERROR_PARTS, "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Flow:
    """What became of a layer's figures on their way to the wards, for one period.

    ``amount_in == allocated + unallocated + outside`` to 1e-9 for counts. For means the amounts
    are numbers of source areas or points.

    Parameters
    ----------
    period
        The period.
    amount_in
        Total of the source.
    allocated
        What reached a ward of the place.
    unallocated
        What belongs to the place's source areas but reached no ward.
    outside
        What lies in areas or points outside the place.
    """

    period: str
    amount_in: float
    allocated: float
    unallocated: float
    outside: float


@dataclass(frozen=True)
class Summary:
    """One period of a layer for the whole place, and for the wider area it is set beside.

    Parameters
    ----------
    period
        The period.
    place
        Value of the place as a whole, or None.
    comparator
        Value of the wider area, or None where the data do not have it.
    basis
        How the place's value was made ("total", "mean weighted by …").
    wider
        How the wider area's value was made: ``how`` in words, ``areas`` (how many), ``period``
        and ``sources`` (files with their hashes and rows); empty where it has none.
    """

    period: str
    place: float | None
    comparator: float | None
    basis: str
    wider: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Layer:
    """One layer as built.

    Parameters
    ----------
    definition
        What the layer file says.
    values
        One row a ward and period, all wards always there: ``area_code``, ``period``, ``value``
        (in the layer's unit, NaN unless status is ok), ``numerator``, ``denominator``, ``weight``
        (what the ward counts for in the place's mean), ``n`` (observations), ``coverage`` (0 to 1),
        ``status``, ``standard_error`` (of the value, in the layer's unit; NaN where none is known)
        and its parts, `ERROR_PARTS`, whose squares add up to its square; ``reason`` (why a figure
        is missing, where more is known than that; else ""). Sorted by period, then code.
    method
        How figures came to the wards, in words.
    ledger
        Rows in = used + rejected.
    flows
        One for each period.
    summaries
        One for each period.
    sources
        Files read, with hashes.
    notes
        Decisions and doubts, in words, in the order in which they arose.
    rows
        The source rows behind the figures that are shown, for their trace: ``period`` and the
        columns of `placedata.layers.traced`; None where the figures are those of another layer.
    errors
        Part of the standard error (``sampling``, ``apportionment``, ``sensors``) -> where it comes
        from, in words; only those that are known.
    rests
        For figures from sensors: what each rests on, ``period`` and the columns of
        `placedata.layers.sensors.REST_COLUMNS`.
    apportionment
        Where figures were shared out: how wrong each way is for this layer, as measured by
        `placedata.layers.apportioned`; None where it was not measured.
    rule
        Which figures may not be shown, and how far the others are rounded.
    larger
        Level -> the figures of larger areas as they are shown, columns as of `values`; empty
        until disclosure control has seen the whole place.
    contributors
        For layers with a rule of dominance: the amounts that make up each ward's sum, columns
        ``period``, ``area_code``, ``thing``, ``value``; never published.
    breaks
        Where the series goes over to another edition: ``period`` (the first of it), ``before``
        (the last of the other), ``from``, ``to``.
    things
        Services, assets or sensors to draw on the map, columns of
        `placedata.layers.things.THING_COLUMNS`; None where points may not be drawn.
    cells
        A picture of the newest raster, for the map; None for other layers.
    """

    definition: LayerDefinition
    values: pd.DataFrame
    method: str
    ledger: Ledger
    flows: tuple[Flow, ...]
    summaries: tuple[Summary, ...]
    sources: tuple[SourceFile, ...]
    notes: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    rows: pd.DataFrame | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    rests: pd.DataFrame | None = None
    apportionment: Mapping[str, Any] | None = None
    breaks: tuple[Mapping[str, Any], ...] = ()
    rule: Rule | None = None
    larger: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    contributors: pd.DataFrame | None = None
    things: pd.DataFrame | None = None
    cells: Cells | None = None

    @property
    def id(self) -> str:
        """The layer's id."""
        return self.definition.id

    @cached_property
    def periods(self) -> list[str]:
        """The periods, oldest first."""
        return sorted(self.values["period"].unique(), key=period_order)


def period_order(period: str) -> tuple[str, str]:
    """Return a key that sorts periods by the first year in them, then by the whole text."""
    import re

    match = re.search(r"\d{4}", period)
    return (match.group(0) if match else "", period)
