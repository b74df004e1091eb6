"""One area among all areas on a line, with the place and a comparator marked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from placedata import drawing
from placedata.charts.measure import BLUE, MARGIN, ORANGE, PINK, QUIET, Measure
from placedata.drawing import FAINT_INK, INK, PAPER, RULE, element, escape, number, text
from placedata.wording import plural, rank_text

if TYPE_CHECKING:
    import pandas as pd

#: At most this many marks beside the area: the place, and one wider comparator.
MOST_MARKS = 2


def svg_dot_strip(
    values: pd.Series,
    area_code: str,
    measure: Measure,
    *,
    area_name: str,
    marks: Mapping[str, float] | None = None,
    width: float = 340,
) -> str:
    """Return a line of dots, one an area, with one area and up to two averages picked out.

    The better end is always on the right: a lower-is-better measure runs backwards.

    Parameters
    ----------
    values
        Area code -> value; NaN is no data and has no dot.
    area_code, area_name
        The area picked out.
    measure
        What the values are.
    marks
        Name -> value of the place and of a comparator, in this order; NaN is told as no data.
    width
        Picture units; 340 suits a phone.
    """
    numbers = values.astype(float)
    own = float(numbers.get(area_code, np.nan))
    known = numbers[np.isfinite(numbers)]
    shown = dict(list((marks or {}).items())[:MOST_MARKS])
    told = _describe(known, own, measure, area_name, shown)
    key = drawing.identifier("strip", measure, area_code, told, width)
    spread = [*known, *(value for value in shown.values() if math.isfinite(value))]
    if not spread:
        body = text(MARGIN, 24, f"{area_name}: no data", size=13, fill=FAINT_INK)
        return drawing.picture((width, 36), measure.title, told, body, key=key)
    place_on = _axis(spread, measure, width)
    middle = 18.0
    body = element("path", d=f"M{number(MARGIN)} {number(middle)}H{number(width - MARGIN)}",
                   stroke=RULE, stroke_width=1.5)  # fmt: skip
    for code, value in known.items():
        if code != area_code:
            body += element("circle", cx=place_on(value), cy=middle, r=4, fill=QUIET,
                            fill_opacity="0.75", stroke=PAPER, stroke_width=0.6)  # fmt: skip
    for (_, value), mark in zip(shown.items(), (_diamond, _tick), strict=False):
        if math.isfinite(value):
            body += mark(place_on(value), middle)
    if math.isfinite(own):
        body += _dot(place_on(own), middle)
    body += _ends(spread, measure, width, middle + 24)
    made, y = _key_rows(own, measure, area_name, shown, list(known), width)
    return drawing.picture((width, y), measure.title, told, body + made, key=key)


def _axis(spread: list[float], measure: Measure, width: float) -> Callable[[float], float]:
    """Return the function from a value to its place on the line."""
    low, high = min(spread), max(spread)
    if low == high:
        return lambda _value: width / 2
    left, right = MARGIN + 8, width - MARGIN - 8
    if measure.lower_is_better:
        left, right = right, left
    return lambda value: left + (value - low) / (high - low) * (right - left)


def _dot(x: float, y: float) -> str:
    """Return the mark of the area itself."""
    return element("circle", cx=x, cy=y, r=7, fill=BLUE, stroke=PAPER, stroke_width=1.5)


def _diamond(x: float, y: float) -> str:
    """Return the mark of the place."""
    path = f"M{number(x)} {number(y - 8)}l6 8l-6 8l-6-8z"
    return element("path", d=path, fill=ORANGE, stroke=INK, stroke_width=1)


def _tick(x: float, y: float) -> str:
    """Return the mark of the wider comparator."""
    return element("rect", x=x - 2.5, y=y - 10, width=5, height=20, fill=PINK, stroke=PAPER,
                   stroke_width=1)  # fmt: skip


def _ends(spread: list[float], measure: Measure, width: float, y: float) -> str:
    """Return what the two ends of the line mean, with their values."""
    known = measure.polarity != "neutral"
    left, right = ("Worse", "Better") if known else ("Less", "More")
    ends = [measure.write(end, spread) for end in (min(spread), max(spread))]
    first, last = reversed(ends) if measure.lower_is_better else ends
    left, right = f"{left} ({first})", f"{right} ({last})"
    return text(MARGIN, y, left, size=11, fill=FAINT_INK) + text(
        width - MARGIN, y, right, size=11, fill=FAINT_INK, text_anchor="end"
    )


def _key_rows(
    own: float,
    measure: Measure,
    area_name: str,
    shown: Mapping[str, float],
    among: list[float],
    width: float,
) -> tuple[str, float]:
    """Return the marks with their names and values, in as many rows as they need, and the end."""
    entries = [(area_name, own, _dot), *(
        (name, value, mark)
        for (name, value), mark in zip(shown.items(), (_diamond, _tick), strict=False)
    )]  # fmt: skip
    made, x, y = "", MARGIN, 62.0
    for name, value, mark in entries:
        written = measure.write(value, among)
        room = width - 2 * MARGIN - 24 - drawing.text_width(f" {written}", 13)
        label = drawing.shorten(name, 12, room)
        long = 24 + drawing.text_width(label, 12) + drawing.text_width(f" {written}", 13)
        if x > MARGIN and x + long > width - MARGIN:
            x, y = MARGIN, y + 24
        words = element("tspan", escape(label + " ")) + element(
            "tspan", escape(written), font_weight="bold"
        )
        whole = element("title", escape(f"{name}: {written}"))
        shown_words = element("text", words, x=x + 22, y=y, font_size=12, fill=INK)
        made += mark(x + 8, y - 4) + element("g", whole + shown_words)
        x += long + 14
    return made, y + 14


def _describe(
    known: pd.Series, own: float, measure: Measure, area_name: str, shown: Mapping[str, float]
) -> str:
    """Return one sentence about where the area lies."""
    among = list(known)
    if not math.isfinite(own):
        said = f"{area_name} has no data; {plural(len(known), 'other area')} shown"
    else:
        better = (known < own) if measure.lower_is_better else (known > own)
        tied = int((known == own).sum()) > 1
        place = rank_text(int(better.sum()) + 1, len(known), tied=tied)
        way = {
            "higher_is_better": " (1st is best)",
            "lower_is_better": " (1st is best)",
        }.get(measure.polarity, " (1st is highest)")
        said = f"{area_name} has {measure.write(own, among)}, {place}{way}"
    for name, value in shown.items():
        said += f"; {name} {measure.write(value, among)}"
    return said + "."
