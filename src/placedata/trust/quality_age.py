"""How old a layer's newest figures are against how often their publisher renews them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

Badge = Literal["current", "due", "overdue", "no set date", "age not known"]

#: Days in a month, on average over four years.
MONTH = 365.25 / 12


@dataclass(frozen=True)
class Renewal:
    """How long figures stay current, in months after the end of the time that they are about.

    Parameters
    ----------
    gap
        Months from one edition to the next.
    lag
        Months that a publisher may take from the end of a period to its figures.
    grace
        Months for which newer figures are called due before they are called overdue.
    words
        How often, in words.
    """

    gap: int
    lag: int
    grace: int
    words: str


#: Cadence of a layer file -> how long its figures stay current. ``irregular`` has no rule.
RENEWALS = {
    "daily": Renewal(0, 1, 2, "daily or oftener"),
    "weekly": Renewal(0, 2, 2, "about every week"),
    "monthly": Renewal(1, 3, 3, "about every month"),
    "quarterly": Renewal(3, 6, 6, "every quarter"),
    "yearly": Renewal(12, 12, 12, "every year"),
    "two_yearly": Renewal(24, 12, 12, "every two years"),
    "few_years": Renewal(48, 12, 12, "every three to six years"),
    "census": Renewal(120, 24, 12, "every ten years"),
    "ended": Renewal(0, 12, 12, "no longer"),
}


@dataclass(frozen=True)
class Span:
    """The end of a period and its length in months (0: a day; periods of several years: 12)."""

    end: date
    months: int


@dataclass(frozen=True)
class Age:
    """How old figures are on a day.

    Parameters
    ----------
    badge
        ``current``, ``due``, ``overdue``; ``no set date`` where the publisher keeps no cadence;
        ``age not known`` where the file does not say the cadence, or the period tells no date.
    months
        From the end of the period to that day, not below 0; None where the period tells no date.
    late
        Months since newer figures could be had; 0 unless due or overdue.
    twice
        Whether figures are more than twice as old as those that are just overdue.
    """

    badge: Badge
    months: float | None
    late: float = 0.0
    twice: bool = False


def span_of(period: str) -> Span | None:
    """Return when a period ends and how long it is, or None where its text tells no date.

    Of a range the end counts. A year ``2022/23`` ends on 31 March, ``mid-2020`` on 30 June.
    Two digits behind a year and a hyphen are a month up to 12 (``2023-01``), else a year
    (``2019-23``).
    """
    text = period.strip().replace("\N{EN DASH}", "-")
    whole = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
    if whole:
        return _day(int(whole[1]), int(whole[2]), int(whole[3]), 0)
    quarter = re.search(r"(\d{4})[ -]?Q([1-4])$", text)
    if quarter:
        return _month_end(int(quarter[1]), 3 * int(quarter[2]), 3)
    split = re.search(r"(\d{2}|\d{4})/(\d{2}|\d{4})$", text)
    if split:
        first, second = int(split[1]), int(split[2])
        start = first if first > 99 else 2000 + first
        return _month_end(second if second > 99 else _next(start, second), 3, 12)
    short = re.search(r"(\d{4})-(\d{2})$", text)
    if short:
        year, rest = int(short[1]), int(short[2])
        month = 1 <= rest <= 12
        return _month_end(year, rest, 1) if month else _day(_next(year, rest), 12, 31, 12)
    last = re.search(r"(\d{4})$", text)
    if last is None:
        return None
    middle = text.lower().startswith("mid")
    return _day(int(last[1]), 6, 30, 12) if middle else _day(int(last[1]), 12, 31, 12)


def _next(year: int, digits: int) -> int:
    """Return the first year from `year` on that ends in two digits: 2000 for 1999 and 0."""
    return year + (digits - year) % 100


def _month_end(year: int, month: int, months: int) -> Span | None:
    if not (1 <= month <= 12 and 1 <= year <= 9998):
        return None
    return _day(year, month, calendar.monthrange(year, month)[1], months)


def _day(year: int, month: int, day: int, months: int) -> Span | None:
    try:
        return Span(date(year, month, day), months)
    except ValueError:
        return None


def age_on(day: date, span: Span | None, cadence: str | None) -> Age:
    """Return how old figures are on a day, and whether newer ones should be there.

    Figures are current until the next period has ended and its publisher has had the usual time:
    for ``max(gap, length of the period) + lag`` months after the end of their own. Then newer
    ones are due, and after ``grace`` months more overdue.
    """
    if span is None:
        return Age("age not known", None)
    months = max(0.0, (day - span.end).days / MONTH)
    if cadence is None:
        return Age("age not known", months)
    renewal = RENEWALS.get(cadence)
    if renewal is None:
        return Age("no set date", months)
    current = max(renewal.gap, span.months if renewal.gap < 12 else 0) + renewal.lag
    if cadence == "ended":
        current = renewal.lag
    overdue = current + renewal.grace
    if months <= current:
        return Age("current", months)
    return Age(
        "due" if months <= overdue else "overdue", months, months - current, months > 2 * overdue
    )
