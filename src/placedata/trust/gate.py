"""The ledger as a gate: a load that does not balance, or misses its total, is not published."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from placedata.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

    from placedata.definitions import LayerDefinition
    from placedata.documents import Document
    from placedata.observations import Ledger

#: Relative difference that floating point sums may have.
EXACT = 1e-9
#: How a note begins that tells why a layer is published though it does not balance.
PUBLISHED_ALTHOUGH = "published although "


class Amounts(Protocol):
    """What became of one period's figures; `placedata.layers.layer.Flow` is one."""

    @property
    def period(self) -> str:
        """Return the period."""
        ...

    @property
    def amount_in(self) -> float:
        """Return the total of the source."""
        ...

    @property
    def allocated(self) -> float:
        """Return what reached a ward."""
        ...

    @property
    def unallocated(self) -> float:
        """Return what reached no ward of the place."""
        ...

    @property
    def outside(self) -> float:
        """Return what lies outside the place."""
        ...


class BuiltLayer(Protocol):
    """What the gate reads of a built layer; `placedata.layers.Layer` is one."""

    @property
    def definition(self) -> LayerDefinition:
        """Return what the layer file says."""
        ...

    @property
    def values(self) -> pd.DataFrame:
        """Return the ward figures."""
        ...

    @property
    def method(self) -> str:
        """Return how figures came to the wards."""
        ...

    @property
    def ledger(self) -> Ledger:
        """Return what became of the rows."""
        ...

    @property
    def flows(self) -> Sequence[Amounts]:
        """Return what became of the figures."""
        ...

    @property
    def periods(self) -> list[str]:
        """Return the periods, oldest first."""
        ...


def imbalances(layer: BuiltLayer, document: Document) -> list[Problem]:
    """Return what does not balance in a layer, each told at a line of its file.

    Four things are asked, of every period:

    - rows in = rows used + rows rejected, by reason;
    - amount in = in wards + unallocated + outside the place, to 1e-9 of the amount;
    - counts of wards add up to what was placed in wards (less what is hidden or missing), and no
      ward has a figure of which nothing was observed: a gap is not a zero;
    - what belongs to the place (in wards + unallocated) is the control total, where there is one.
    """
    return [
        *_rows(layer.ledger, document),
        *(problem for flow in layer.flows for problem in _amounts(flow, document)),
        *_wards(layer, document),
        *_control(layer, document),
    ]


def refuse(found: Mapping[str, Iterable[Problem]]) -> None:
    """Raise the problems of all layers that do not balance, if there are any.

    Parameters
    ----------
    found
        Layer id -> its problems, as `imbalances` tells them.

    Raises
    ------
    DataError
        A layer has problems; nothing may be published.
    """
    wrong = {name: list(problems) for name, problems in found.items()}
    wrong = {name: problems for name, problems in wrong.items() if problems}
    if not wrong:
        return
    one = len(wrong) == 1
    msg = (
        f"{len(wrong)} layer{' does' if one else 's do'} not balance or "
        f"miss{'es' if one else ''} {'its' if one else 'their'} control total; "
        f'nothing is published (placedata build --allow-imbalance "REASON" does so all the same)'
    )
    raise DataError(msg, [problem for problems in wrong.values() for problem in problems])


def with_reason(
    notes: Iterable[str], problems: Iterable[Problem], reason: str | None
) -> tuple[str, ...]:
    """Return a layer's notes with what does not balance and the reason given for publishing.

    Notes of an earlier permission are left out: it was for that build.
    """
    kept = [note for note in notes if not note.startswith(PUBLISHED_ALTHOUGH)]
    told = [
        f"{PUBLISHED_ALTHOUGH}{item.field} is {item.found}, not {item.allowed}: {reason}"
        for item in problems
    ]
    return (*kept, *told)


def _rows(ledger: Ledger, document: Document) -> list[Problem]:
    rejected = sum(ledger.rejected.values())
    if ledger.rows_in == ledger.used + rejected and min(ledger.used, rejected) >= 0:
        return []
    found = f"{ledger.used:,} rows used and {rejected:,} rejected of {ledger.rows_in:,}"
    return [document.problem(("source",), found, "every row used, or rejected with a reason")]


def _amounts(flow: Amounts, document: Document) -> list[Problem]:
    parts = flow.allocated + flow.unallocated + flow.outside
    if math.isclose(flow.amount_in, parts, rel_tol=EXACT, abs_tol=EXACT):
        return []
    found = (
        f"{flow.amount_in:,.12g} in, but {parts:,.12g} out in {flow.period} "
        f"({flow.allocated:,.12g} in wards, {flow.unallocated:,.12g} unallocated, "
        f"{flow.outside:,.12g} outside)"
    )
    return [document.problem(("source",), found, "as much out as in")]


def _wards(layer: BuiltLayer, document: Document) -> list[Problem]:
    problems = []
    allocated = {flow.period: flow.allocated for flow in layer.flows}
    observed = "sensor" not in layer.method
    for period, rows in layer.values.groupby("period", sort=False):
        shown = rows["status"] == "ok"
        invented = rows.loc[shown & (rows["coverage"] == 0), "area_code"]
        if observed and len(invented):
            found = f"a figure for {_some(invented)} in {period}, of which nothing was observed"
            problems.append(
                document.problem(("source",), found, "no figure there: missing is not zero")
            )
        if not _adds_up(layer) or period not in allocated:
            continue
        total, numbers = allocated[str(period)], rows.loc[shown, "numerator"]
        if numbers.isna().any() or (numbers < 0).any():
            continue
        published, room = float(numbers.sum()), EXACT * max(1.0, abs(total))
        if published > total + room or (shown.all() and published < total - room):
            found = f"{published:,.12g} in ward figures of {period}"
            told = f"the {total:,.12g} that were placed in wards"
            problems.append(document.problem(("source",), found, told))
    return problems


def _adds_up(layer: BuiltLayer) -> bool:
    """Tell whether ward numerators add up to what was placed in wards."""
    definition, method = layer.definition, layer.method
    if "raster" in method or "sensor" in method or "distance" in method:
        return False
    return definition.statistic in {"count", "sum"} or (
        definition.rate is not None and not method.startswith("points")
    )


def _control(layer: BuiltLayer, document: Document) -> list[Problem]:
    control = layer.definition.control
    if control is None:
        return []
    period = control.period or layer.periods[-1]
    flow = next((flow for flow in layer.flows if flow.period == period), None)
    if flow is None:
        periods = ", ".join(layer.periods)
        return [document.problem(("control", "period"), repr(period), periods)]
    found = flow.allocated + flow.unallocated
    room = control.tolerance + EXACT * max(1.0, abs(control.total))
    if abs(found - control.total) <= room:
        return []
    told = f"{found:,.12g} in {period}"
    allowed = f"{control.total:,.12g}"
    if control.tolerance:
        allowed += f", up to {control.tolerance:,.12g} more or less"
    return [document.problem(("control", "total"), told, allowed)]


def _some(codes: pd.Series) -> str:
    listed = ", ".join(codes.iloc[:3])
    return listed + (f" and {len(codes) - 3:,} more" if len(codes) > 3 else "")
