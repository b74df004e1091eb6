"""Numbers as councils and statisticians write them in cells, and what stands where none is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

SUPPRESSED = frozenset({"*", "**", "[c]", "(c)", "c", "[low]", "[s]", "suppressed", "confidential"})
NOT_AVAILABLE = frozenset(
    {"n/a", "na", "n.a.", "[x]", "x", "..", "…", ":", "-", "--", "–", "—", "#n/a", "null", "none"}
    | {"nan", "[w]", "[u]", "not available", "no data", "missing"}
)
NOT_APPLICABLE = frozenset({"[z]", "z", ".", "not applicable"})

#: Why a cell holds no number; "text" is a mistake, the others are missing values.
REASONS = ("suppressed", "not available", "not applicable", "blank", "text")

_PLAIN = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
_GROUPED = r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?"
#: What statisticians write beside a figure that is there: break, estimated, forecast, provisional,
#: revised, low reliability (the Government Analysis Function's symbols), and footnotes.
_MARK = (
    r"\s*(?:\[((?:[befpru]|er|note\s*\d{1,2}|\d{1,2})(?:\s*,\s*(?:[befpru]|note\s*\d{1,2}|\d{1,2}))*)\]"
    r"|\(([befpru])\))$"
)
_LESS_THAN = r"[<≤]\s*\d+"


def parse_numbers(cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the numbers in text cells, and the reason where there is none.

    Reads ``12``, ``1,234.5``, ``12.5%`` (as 12.5), ``£1,200``, a typographic minus, exponents, and
    figures with a marker (``12.3 [r]``, ``45 (p)``, ``7 [note 2]``; see `markers`). A comma is
    accepted only between groups of three digits, so ``3,14`` is text.

    Parameters
    ----------
    cells
        Text; missing cells are "".

    Returns
    -------
    tuple of Series
        float64 with NaN where there is no number, and str: "" beside a number, else one of
        `REASONS`. A missing value is never zero. Both have the index of `cells`.
    """
    import pandas as pd

    text = cells.fillna("").astype(str).str.strip()
    reason = pd.Series("", index=cells.index, dtype=object)
    plain = text.str.fullmatch(_PLAIN).astype(bool)
    if plain.all():
        values = text.astype("float64")
    else:
        values = pd.Series(float("nan"), index=cells.index, dtype="float64")
        values[plain] = text[plain].astype("float64")
        values[~plain], reason[~plain] = _parse_dressed(text[~plain])
    infinite = values.abs() == float("inf")
    values[infinite], reason[infinite] = float("nan"), "text"
    return values, reason.astype(str)


def markers(cells: pd.Series) -> dict[str, int]:
    """Return the markers that stand beside figures, and how often: ``{"r": 3, "note 2": 1}``."""
    text = cells[cells.str.endswith(("]", ")"), na=False)].str.casefold().str.strip()
    found = text.str.extract(r"^[^\s\[(][^\[(]*" + _MARK, expand=True)
    marks = found[0].fillna(found[1]).dropna()
    return {str(mark): int(count) for mark, count in marks.value_counts(sort=False).items()}


def _parse_dressed(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Parse the cells that are not bare numbers; each distinct spelling is looked at once."""
    known = {spelling: _read_one(spelling) for spelling in text.unique()}
    values = text.map({spelling: value for spelling, (value, _) in known.items()})
    reason = text.map({spelling: why for spelling, (_, why) in known.items()})
    return values.astype("float64"), reason


def _read_one(cell: str) -> tuple[float, str]:
    """Return the number in one cell, or NaN and the reason."""
    import re

    bare = cell.casefold().replace("\N{NO-BREAK SPACE}", " ").strip()
    if not bare:
        return float("nan"), "blank"
    if bare in SUPPRESSED or re.fullmatch(_LESS_THAN, bare):
        return float("nan"), "suppressed"
    if bare in NOT_AVAILABLE:
        return float("nan"), "not available"
    if bare in NOT_APPLICABLE:
        return float("nan"), "not applicable"
    undressed = re.sub(_MARK, "", bare).replace("\N{MINUS SIGN}", "-").removesuffix("%").rstrip()
    undressed = re.sub(r"^([+-]?)\s*£\s*", r"\1", undressed)
    if re.fullmatch(_PLAIN, undressed) or re.fullmatch(_GROUPED, undressed):
        return float(undressed.replace(",", "")), ""
    return float("nan"), "text"
