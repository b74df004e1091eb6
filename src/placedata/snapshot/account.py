"""The ledger of a layer as one account that adds up, with the official total beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from placedata.snapshot.record import plain

if TYPE_CHECKING:
    from placedata.snapshot.reading import Snapshot
    from placedata.snapshot.record import LayerRecord

#: Relative difference that floating point sums may have, as `placedata.trust.gate` allows.
EXACT = 1e-9
#: What notes say that tell why figures are not in the published ones.
REASONS = (
    "join no", "does not have", "outside", "in no target", "without a figure", "not shown",
    "without a rate", "published although",
)  # fmt: skip


@dataclass(frozen=True)
class PeriodAccount:
    """What became of the figures of one period.

    ``amount_in == published + not_shown + unmatched + outside + difference``, where the
    difference is zero unless the layer was published although it does not balance.

    Parameters
    ----------
    period
        The period.
    amount_in
        All that the source has.
    published
        What is in ward figures that are shown.
    not_shown
        What reached wards whose figure is suppressed or was too thinly observed to be shown.
    unmatched
        What belongs to the place and reached no ward.
    outside
        What lies outside the place.
    suppressed, missing
        Wards whose figure is suppressed, and wards without a figure.
    control
        The official total of what belongs to the place, None where the layer states none for the
        period.
    """

    period: str
    amount_in: float
    published: float
    not_shown: float
    unmatched: float
    outside: float
    suppressed: int
    missing: int
    control: float | None
    tolerance: float

    @property
    def in_place(self) -> float:
        """What belongs to the place: what the official total is compared with."""
        return self.published + self.not_shown + self.unmatched

    @property
    def difference(self) -> float:
        """What went in less what came out."""
        left = self.amount_in - (self.in_place + self.outside)
        return 0.0 if abs(left) <= EXACT * max(1.0, abs(self.amount_in)) else left

    @property
    def control_difference(self) -> float | None:
        """What belongs to the place less the official total; None without one."""
        if self.control is None:
            return None
        left = self.in_place - self.control
        return 0.0 if abs(left) <= EXACT * max(1.0, abs(self.control)) else left

    @property
    def met(self) -> bool | None:
        """Whether the official total is met within its tolerance; None without one."""
        left = self.control_difference
        return None if left is None else abs(left) <= self.tolerance


@dataclass(frozen=True)
class Account:
    """The ledger of one layer: of its rows, then of the figures of each period.

    Parameters
    ----------
    layer
        Layer id.
    rows_in, used
        Rows in the files, and rows that became observations.
    rejected
        Reason -> rows; ``rows_in == used + sum(rejected)``.
    counts
        What the amounts are: the layer's own unit or its numerator's, or ``source areas``,
        ``points``, ``observations``, ``cells`` where figures are not added up.
    periods
        One a period, the newest first.
    reasons
        Why figures are not shown, unmatched or outside, in words with how many; of all periods.
    """

    layer: str
    rows_in: int
    used: int
    rejected: Mapping[str, int]
    counts: str
    periods: tuple[PeriodAccount, ...]
    reasons: tuple[str, ...] = ()

    @property
    def difference(self) -> int:
        """Rows that are neither used nor rejected: none."""
        return self.rows_in - self.used - sum(self.rejected.values())

    @property
    def document(self) -> dict[str, Any]:
        """The account as plain data that JSON can hold."""
        periods = [
            {**plain(item), "difference": item.difference, "met": item.met} for item in self.periods
        ]
        made: dict[str, Any] = plain(self)
        return {**made, "periods": periods, "balances": self.balances}

    @property
    def balances(self) -> bool:
        """Whether rows and figures add up and every official total is met."""
        figures = all(item.difference == 0 and item.met is not False for item in self.periods)
        return figures and self.difference == 0


def account_of(snapshot: Snapshot, layer: str) -> Account:
    """Return the account of a layer of the place's own areas.

    Raises
    ------
    PlaceDataError
        There is no such layer.
    """
    record = snapshot.layer(layer)
    periods = [_period(snapshot, record, flow) for flow in reversed(record.flows)]
    ledger = record.ledger
    rejected = {reason: count for reason, count in ledger["rejected"].items() if count}
    return Account(
        layer,
        ledger["rows_in"],
        ledger["used"],
        rejected,
        _counts(record),
        tuple(periods),
        tuple(note for note in record.notes if any(words in note for words in REASONS)),
    )


def _period(snapshot: Snapshot, record: LayerRecord, flow: Mapping[str, Any]) -> PeriodAccount:
    rows = snapshot.table(record.id, flow["period"])
    shown = rows["status"] == "ok"
    allocated = flow["allocated"]
    published = allocated
    if _adds_up(record) and not shown.all():
        published = math.fsum(rows.loc[shown, "numerator"].dropna())
    control = record.control or {}
    asked = control and flow["period"] == (control.get("period") or record.latest)
    return PeriodAccount(
        flow["period"],
        flow["amount_in"],
        published,
        allocated - published,
        flow["unallocated"],
        flow["outside"],
        int((rows["status"] == "suppressed").sum()),
        int((rows["status"] == "missing").sum()),
        control["total"] if asked else None,
        control["tolerance"] if asked else 0.0,
    )


def _adds_up(record: LayerRecord) -> bool:
    """Whether ward numerators add up to what reached wards (as `placedata.trust.gate` asks)."""
    if any(word in record.method for word in ("raster", "sensor", "distance")):
        return False
    return record.statistic in {"count", "sum"} or (
        record.per is not None and not record.method.startswith("points")
    )


def _counts(record: LayerRecord) -> str:
    if "raster" in record.method:
        return "cells"
    if "sensor" in record.method:
        return "observations"
    if record.method.startswith("points") or "distance" in record.method:
        counted = record.statistic != "sum"
        return "points" if counted else record.unit
    if not _adds_up(record):
        return "points" if "on foot" in record.method else "source areas"
    return record.unit if record.per is None else "numerator"


def account_lines(account: Account) -> list[str]:
    """Return an account as lines for people."""
    lines = [f"{account.layer}: {account.rows_in:,} rows in = {account.used:,} used"]
    lines[0] += "".join(f" + {count:,} rejected" for count in [sum(account.rejected.values())])
    lines += [f"    rejected {count:,}: {reason}" for reason, count in account.rejected.items()]
    for item in account.periods:
        lines += _period_lines(item, account.counts)
    return [*lines, *(f"    why: {reason}" for reason in account.reasons)]


def _period_lines(item: PeriodAccount, counts: str) -> list[str]:
    told = [f"{item.published:,.10g} published"]
    if item.not_shown or item.suppressed:
        why = [f"{item.suppressed} suppressed"] if item.suppressed else []
        why += [f"{item.missing} without a figure"] if item.missing else []
        told.append(f"{item.not_shown:,.10g} not shown ({' and '.join(why) or 'no figure'})")
    told.append(f"{item.unmatched:,.10g} unmatched")
    told.append(f"{item.outside:,.10g} outside the place")
    if item.difference:
        told.append(f"{item.difference:,.10g} not accounted for")
    lines = [f"    {item.period}, {counts}: {item.amount_in:,.10g} in = {' + '.join(told)}"]
    if item.control is not None:
        verdict = "met" if item.met else "missed"
        room = f", tolerance {item.tolerance:,.10g}" if item.tolerance else ""
        lines.append(
            f"    {item.period}, official total: {item.control:,.10g}; in the place "
            f"{item.in_place:,.10g}, difference {item.control_difference:,.10g}{room}: {verdict}"
        )
    return lines
