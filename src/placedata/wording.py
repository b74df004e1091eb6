"""Numbers, ranks, periods and lists as people read them: one way of writing for every screen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

MINUS = "\N{MINUS SIGN}"
#: Half the width of an interval that holds nine of ten, in standard errors: the share that every
#: interval of this program has, of ranks and of figures.
NINE_IN_TEN = 1.6448536269514722
NO_BREAK = "\N{NO-BREAK SPACE}"

#: Status of a value -> what a person reads.
STATUS_LABELS = {
    "ok": "Available",
    "missing": "No data",
    "suppressed": "Suppressed to protect people",
}

#: Status of a value -> Analysis Function shorthand, for tables and exports.
SHORTHAND = {"missing": "[x]", "suppressed": "[c]", "not_applicable": "[z]"}

#: What each shorthand means, for the note beneath a table.
SHORTHAND_NOTES = {
    "[x]": "not available",
    "[c]": "confidential: suppressed to protect people",
    "[z]": "not applicable",
}

POLARITY_WORDS = {
    "higher_is_better": "Higher is better.",
    "lower_is_better": "Lower is better.",
    "neutral": "Neither high nor low is better.",
}

#: Licence code -> its name and address.
LICENCES = {
    "OGL-UK-2.0": (
        "Open Government Licence v2.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/2/",
    ),
    "OGL-UK-3.0": (
        "Open Government Licence v3.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    ),
    "CC-BY-4.0": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "ODbL-1.0": ("Open Database Licence 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
}

_UNITLESS = frozenset({"", "score", "index", "ratio", "number", "count"})
_PREFIXED = ("£", "€", "$")


def _finite(value: float | None) -> bool:
    """Return whether `value` is a real, finite number."""
    try:
        return value is not None and math.isfinite(value)
    except TypeError:
        return False


def decimals_for(values: Iterable[float | None], *, most: int = 4) -> int:
    """Return how many decimals a set of values is written with.

    The median size decides (rule of the house): from 100 up none, from 1 up one, from 0.1 up
    two, from 0.01 up three, and so on; but never more than the values themselves carry.

    Parameters
    ----------
    values
        Numbers in one unit; missing ones are passed over.
    most
        Never more decimals than this.
    """
    sizes = sorted(abs(float(value)) for value in values if value is not None and _finite(value))
    if all(size == int(size) for size in sizes):
        return 0
    middle = sizes[len(sizes) // 2] or sizes[-1]
    ruled = 0 if middle >= 100 else 1 if middle >= 1 else 1 - math.floor(math.log10(middle))
    carried = next(
        (d for d in range(most) if all(abs(round(s, d) - s) <= 1e-9 * s for s in sizes)), most
    )
    return min(most, ruled, carried)


def format_number(value: float | None, decimals: int | None = None) -> str:
    """Return a number with thousands separators and a true minus sign; ``[x]`` where missing.

    Parameters
    ----------
    value
        The number; None, NaN and infinity are missing.
    decimals
        Digits after the point; by default `decimals_for` decides.
    """
    if value is None or not _finite(value):
        return SHORTHAND["missing"]
    places = decimals_for([value]) if decimals is None else decimals
    text = f"{abs(float(value)):,.{places}f}"
    zero = not text.strip("0.,")
    return text if zero or value >= 0 else MINUS + text


def with_unit(number: str, unit: str) -> str:
    """Return a written number with its unit: ``12.3 µg/m³``, ``12%``, ``£310``, ``61``.

    Parameters
    ----------
    number
        A number already written as text, or two joined by " to ".
    unit
        Unit of the layer; ``score``, ``count`` and such are left unsaid.
    """
    unit = unit.strip()
    if unit.lower() in _UNITLESS:
        return number
    if unit[0] in _PREFIXED:
        signed = [_prefixed(part, unit[0]) for part in number.split(" to ")]
        rest = unit[1:].strip()
        return " to ".join(signed) + (f" {rest}" if rest else "")
    if unit[0] in "%°":
        return number + unit
    return f"{number}{NO_BREAK}{unit}"


def _prefixed(number: str, currency: str) -> str:
    """Return ``−£3`` for ``−3`` and ``£``."""
    if number.startswith(MINUS):
        return MINUS + currency + number[len(MINUS) :]
    return currency + number


def format_value(
    value: float | None, unit: str = "", decimals: int | None = None, *, status: str = "ok"
) -> str:
    """Return a value with its unit, or in words why there is none.

    Parameters
    ----------
    value
        The number; None and NaN are missing.
    unit
        Unit of the layer.
    decimals
        Digits after the point; by default `decimals_for` decides.
    status
        ``ok``, ``missing`` or ``suppressed``; a suppressed value is never written.
    """
    if status == "suppressed":
        return "suppressed"
    if status == "missing" or not _finite(value):
        return "no data"
    return with_unit(format_number(value, decimals), unit)


def ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd, 4th … 11th, 12th, 13th … 21st."""
    if 10 <= number % 100 <= 20:
        return f"{number:,}th"
    return f"{number:,}" + {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def rank_text(rank: float | None, of: int, *, tied: bool = False) -> str:
    """Return ``3rd of 19`` or ``joint 3rd of 19``; ``not ranked`` where there is no rank."""
    if rank is None or not _finite(rank):
        return "not ranked"
    return f"{'joint ' if tied else ''}{ordinal(int(rank))} of {of:,}"


def interval_text(low: int, high: int) -> str:
    """Return a rank interval: ``4 to 7``, or ``4`` where it is one rank."""
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def polarity_sentence(polarity: str) -> str:
    """Return which way is good, as a sentence; empty for an unknown polarity."""
    return POLARITY_WORDS.get(polarity, "")


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return ``1 area``, ``3 areas``, ``1,204 areas``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def join_list(items: Sequence[str], *, most: int | None = None) -> str:
    """Return ``A, B and C``; beyond `most` items ``A, B and 4 more``.

    Parameters
    ----------
    items
        Words, in order.
    most
        How many are named at most; all by default.
    """
    words = [str(item) for item in items]
    if most is not None and len(words) > most:
        words = [*words[:most], f"{len(words) - most:,} more"]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def period_range(periods: Iterable[str | int | None]) -> str:
    """Return ``2023``, ``2019 to 2023``, or ``period not stated``."""
    stated = sorted({str(period) for period in periods if period not in (None, "")})
    if not stated:
        return "period not stated"
    return stated[0] if len(stated) == 1 else f"{stated[0]} to {stated[-1]}"


def months_in_words(months: float) -> str:
    """Return a time in words: ``under a month``, ``7 months``, ``3 years``."""
    if months < 1:
        return "under a month"
    if months < 23.5:
        return plural(round(months), "month")
    return plural(round(months / 12), "year")


def licence_name(code: str) -> str:
    """Return a licence as people know it: ``Open Government Licence v3.0``; else its code."""
    return LICENCES.get(code, (code, ""))[0]
