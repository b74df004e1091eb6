"""What a chart is about, and the look that all charts share."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from placedata import drawing
from placedata.drawing import FAINT_INK, text
from placedata.wording import decimals_for, format_value

#: Analysis Function categorical palette: dark blue, turquoise, dark pink, orange; at most four.
BLUE, TURQUOISE, PINK, ORANGE = "#12436d", "#28a197", "#801650", "#f46a25"
PALETTE = (BLUE, TURQUOISE, PINK, ORANGE)
#: The other areas, behind the one that the chart is about.
QUIET = "#6bace6"
TRACK = "#e4e7ea"
MARGIN = 10.0


@dataclass(frozen=True)
class Measure:
    """What the numbers of a chart are.

    Parameters
    ----------
    title
        The message or the name, with the period.
    unit
        Unit of the values.
    polarity
        ``higher_is_better``, ``lower_is_better`` or ``neutral``.
    decimals
        Digits after the point; by default as the values need.
    source
        Publisher, period, snapshot: printed beneath.
    """

    title: str
    unit: str = ""
    polarity: str = "neutral"
    decimals: int | None = None
    source: str = ""

    def write(self, value: float | None, among: Iterable[float] = ()) -> str:
        """Return a value with its unit, with as many decimals as the values around it."""
        places = self.decimals
        if places is None:
            known = [float(item) for item in among if math.isfinite(item)]
            places = decimals_for(known) if known else None
        return format_value(value, self.unit, places)

    @property
    def lower_is_better(self) -> bool:
        """Whether small values are the good ones."""
        return self.polarity == "lower_is_better"


def heading(words: str, width: float, *, size: float = 15) -> tuple[str, float]:
    """Return the printed title and where it ends."""
    lines = drawing.wrap(words, size, width - 2 * MARGIN, bold=True)
    made = "".join(
        text(MARGIN, MARGIN + 13 + 18 * i, line, size=size, font_weight="bold")
        for i, line in enumerate(lines)
    )
    return made, MARGIN + 18.0 * len(lines) + 6


def footer(words: str, y: float, width: float) -> tuple[str, float]:
    """Return the printed source and where it ends; nothing where there is no source."""
    if not words:
        return "", y
    lines = drawing.wrap(words, 11, width - 2 * MARGIN, lines=12)
    made = "".join(
        text(MARGIN, y + 13 + 14 * i, line, size=11, fill=FAINT_INK) for i, line in enumerate(lines)
    )
    return made, y + 14.0 * len(lines) + 6
