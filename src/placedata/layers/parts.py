"""Part: the ward figures of one period of a layer, before disclosure control."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from placedata.layers.layer import ERROR_PARTS, Flow, period_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

PART_COLUMNS = ("value", "numerator", "denominator", "weight", "n", "coverage", *ERROR_PARTS)

USED_WITH = " are used with "


@dataclass(frozen=True)
class Part:
    """Ward figures of one period.

    Parameters
    ----------
    period
        The period.
    frame
        Index ``area_code`` (every ward of the place), columns of `PART_COLUMNS`; NaN is missing.
        The parts of the standard error are in the unit of ``value`` as it stands: where a count
        is divided later, they are divided with it.
    flow
        What became of the source's total.
    method
        How figures came to the wards, in words.
    notes
        Decisions and doubts, in words.
    rows
        The source rows behind the figures (columns `placedata.layers.traced.ROW_COLUMNS`); None
        where another layer's figures are behind them.
    errors
        Part of the standard error (``sampling``, ``apportionment``, ``sensors``) -> where it comes
        from, in words.
    rests
        For figures from sensors: what each rests on, columns
        `placedata.layers.sensors.REST_COLUMNS`.
    reasons
        Ward -> why it has no figure, where more is known than that it is missing.
    """

    period: str
    frame: pd.DataFrame
    flow: Flow
    method: str
    notes: tuple[str, ...] = ()
    rows: pd.DataFrame | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    rests: pd.DataFrame | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)


def part_frame(codes: list[str], columns: dict[str, pd.Series]) -> pd.DataFrame:
    """Return a frame with one row for each code and all of `PART_COLUMNS`, missing ones NaN."""
    import pandas as pd

    frame = pd.DataFrame(
        index=pd.Index(codes, name="area_code"), columns=list(PART_COLUMNS), dtype=float
    )
    for name, values in columns.items():
        frame[name] = values.reindex(frame.index).astype(float)
    return frame


def match_period(wanted: str, available: Iterable[str]) -> tuple[str | None, str]:
    """Return the period of `available` to set beside `wanted`, and a note unless it is the same.

    The same period if there is one, else the nearest by year (the earlier of two equally near).
    """
    names = list(available)
    if wanted in names:
        return wanted, ""
    if not names:
        return None, f"nothing to set beside {wanted}"

    def year(period: str) -> int:
        text = period_order(period)[0]
        return int(text) if text else 0

    best = min(sorted(names, key=period_order), key=lambda name: abs(year(name) - year(wanted)))
    return best, f"figures of {best}{USED_WITH}{wanted}"


def together(notes: Iterable[str]) -> tuple[str, ...]:
    """Return each note once; those on periods set beside others become one line."""
    lines: dict[str, list[str]] = {}
    for note in notes:
        fact, used, period = note.partition(USED_WITH)
        periods = lines.setdefault(fact + used, [])
        if period and period not in periods:
            periods.append(period)
    return tuple(fact + ", ".join(periods) for fact, periods in lines.items())


def counted(notes: Iterable[tuple[str, float]]) -> tuple[str, ...]:
    """Return counted facts as words: ``("outside", 3)`` becomes ``outside: 3``."""
    return tuple(f"{name}: {count:,.10g}" for name, count in notes if count)
