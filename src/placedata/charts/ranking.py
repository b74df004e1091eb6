"""All areas as bars, best first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from placedata import drawing
from placedata.charts.measure import BLUE, MARGIN, QUIET, Measure, footer, heading
from placedata.drawing import FAINT_INK, INK, element, escape, number, text
from placedata.wording import join_list, plural, polarity_sentence

if TYPE_CHECKING:
    import pandas as pd

ROW = 24.0
DASHED: dict[str, object] = {"stroke": INK, "stroke_width": 1.6, "stroke_dasharray": "4 3"}


def svg_bar_ranking(
    values: pd.Series,
    measure: Measure,
    *,
    highlight: str | None = None,
    reference: tuple[str, float] | None = None,
    width: float = 360,
) -> str:
    """Return a horizontal bar for each area, best first (most first where neither is better).

    Bars start at zero. Areas without a value stand last, with "no data" in place of a bar.

    Parameters
    ----------
    values
        Area name -> value; NaN is no data.
    measure
        What the values are.
    highlight
        Name of the area drawn dark.
    reference
        Name and value of a line across the bars (place average).
    width
        Picture units; 360 suits a phone.
    """
    ordered = values.astype(float).sort_values(
        ascending=measure.lower_is_better, na_position="last", kind="stable"
    )
    known = ordered[np.isfinite(ordered)]
    among = list(known)
    bare = measure if len(measure.unit) == 1 else replace(measure, unit="")
    written = [bare.write(value, among) for value in ordered]
    names = _room([str(name) for name in ordered.index], 13, 0.42 * width)
    ends = _room(written, 12, 0.3 * width)
    left, right = MARGIN + names + 8, width - MARGIN - ends - 6
    body, y = _head(measure, bare, reference, among, width)
    spread = [*among, *([reference[1]] if reference else []), 0.0]
    low, high = min(spread), max(spread)
    unit_length = (right - left) / ((high - low) or 1.0)
    zero = left - low * unit_length
    for i, (name, value) in enumerate(ordered.items()):
        row = y + ROW * i
        body += _row(str(name), written[i], row, names, bold=name == highlight)
        if np.isfinite(value):
            start, end = sorted((zero, zero + value * unit_length))
            colour = BLUE if highlight is None or name == highlight else QUIET
            body += element("rect", x=start, y=row + 4, width=max(1.0, end - start),
                            height=ROW - 8, fill=colour)  # fmt: skip
        at = right + 6 if np.isfinite(value) else left + 6
        body += text(at, row + 16.5, written[i], size=12,
                     fill=INK if np.isfinite(value) else FAINT_INK)  # fmt: skip
    bottom = y + ROW * len(ordered)
    body += element("path", d=f"M{number(zero)} {number(y)}V{number(bottom)}", stroke=INK)
    if reference is not None:
        x = zero + reference[1] * unit_length
        body += element("path", d=f"M{number(x)} {number(y)}V{number(bottom)}", **DASHED)
    made, end_y = footer(measure.source, bottom + 4, width)
    told = _describe(ordered, measure, highlight, reference)
    key = drawing.identifier("ranking", measure, told, width)
    return drawing.picture((width, end_y + 6), measure.title, told, body + made, key=key)


def _room(words: list[str], size: float, most: float) -> float:
    """Return the room that the widest words need, at most `most`."""
    return min(most, max((drawing.text_width(each, size) for each in words), default=0.0))


def _row(name: str, value: str, y: float, room: float, *, bold: bool) -> str:
    """Return the name of an area, cut where it is long, whole in its tooltip."""
    shown = drawing.shorten(name, 13, room)
    return element(
        "g",
        element("title", escape(f"{name}: {value}"))
        + text(MARGIN, y + 16.5, shown, size=13, font_weight="bold" if bold else None),
    )


def _head(
    measure: Measure,
    bare: Measure,
    reference: tuple[str, float] | None,
    among: list[float],
    width: float,
) -> tuple[str, float]:
    """Return title, unit and polarity, and what the dashed line is; and where they end."""
    made, y = heading(measure.title, width)
    if measure.unit or measure.polarity != "neutral":
        made += _subtitle(measure, bare, y)
        y += 20
    if reference is not None:
        made += _reference_key(reference, measure, among, y)
        y += 22
    return made, y


def _subtitle(measure: Measure, bare: Measure, y: float) -> str:
    """Return the unit, where the bars do not carry it, and which way is good."""
    unit = f"{measure.unit}. " if measure.unit != bare.unit else ""
    words = unit + polarity_sentence(measure.polarity)
    return text(MARGIN, y + 11, words, size=12, fill=FAINT_INK)


def _reference_key(
    reference: tuple[str, float], measure: Measure, among: list[float], y: float
) -> str:
    """Return what the dashed line is."""
    line = element("path", d=f"M{number(MARGIN)} {number(y + 9)}h22", **DASHED)
    words = f"{reference[0]}: {measure.write(reference[1], among)}"
    return line + text(MARGIN + 30, y + 13, words, size=12)


def _describe(
    ordered: pd.Series,
    measure: Measure,
    highlight: str | None,
    reference: tuple[str, float] | None,
) -> str:
    """Return one sentence (and one more for gaps) about the ranking."""
    known = ordered[np.isfinite(ordered)]
    among = list(known)
    if known.empty:
        return f"No data for any of {plural(len(ordered), 'area')}."
    ends = ("best", "worst") if measure.polarity != "neutral" else ("highest", "lowest")
    said = f"Bars of {plural(len(known), 'area')}, {ends[0]} first"
    said += f": from {known.index[0]} ({measure.write(known.iloc[0], among)})"
    said += f" to {known.index[-1]} ({measure.write(known.iloc[-1], among)})"
    if highlight in known.index:
        said += f"; {highlight} has {measure.write(known[highlight], among)}"
    if reference is not None:
        said += f"; {reference[0]} is {measure.write(reference[1], among)}"
    gaps = [str(name) for name in ordered.index if name not in known.index]
    return said + "." + (f" No data: {join_list(gaps, most=6)}." if gaps else "")
