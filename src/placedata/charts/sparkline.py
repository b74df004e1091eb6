"""A small line of one area over the periods."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from placedata import drawing
from placedata.charts.measure import BLUE, Measure
from placedata.drawing import FAINT_INK, PAPER, element, number, text
from placedata.wording import join_list

if TYPE_CHECKING:
    import pandas as pd


def svg_sparkline(
    values: pd.Series, measure: Measure, *, width: float = 150, height: float = 40
) -> str:
    """Return a line over the periods, broken where there is no data, with its last value dotted.

    Periods stand at equal steps. The vertical range is that of the values, so shape, not size,
    is what it shows; the first and last value are in the alternative text.

    Parameters
    ----------
    values
        Period -> value, in order; NaN is no data.
    measure
        What the values are.
    width, height
        Picture units.
    """
    numbers = [float(value) for value in values]
    periods = [str(period) for period in values.index]
    known = [value for value in numbers if math.isfinite(value)]
    told = _describe(periods, numbers, measure)
    key = drawing.identifier("sparkline", measure, told, width, height)
    if not known:
        body = text(4, height / 2 + 4, "no data", size=12, fill=FAINT_INK)
        return drawing.picture((width, height), measure.title, told, body, key=key)
    points = _points(numbers, width, height)
    body = ""
    for run in _runs(points):
        if len(run) > 1:
            path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in run)
            body += element("path", d=path, fill="none", stroke=BLUE, stroke_width=2,
                            stroke_linejoin="round", stroke_linecap="round")  # fmt: skip
        else:
            body += element("circle", cx=run[0][0], cy=run[0][1], r=2, fill=BLUE)
    last = [point for point in points if point is not None][-1]
    body += element("circle", cx=last[0], cy=last[1], r=4, fill=BLUE, stroke=PAPER,
                    stroke_width=1.5)  # fmt: skip
    return drawing.picture((width, height), measure.title, told, body, key=key)


def _points(numbers: list[float], width: float, height: float) -> list[tuple[float, float] | None]:
    """Return where each period lies; None where there is no data."""
    known = [value for value in numbers if math.isfinite(value)]
    low, high = min(known), max(known)
    step = (width - 16) / max(1, len(numbers) - 1)
    made: list[tuple[float, float] | None] = []
    for i, value in enumerate(numbers):
        share = 0.5 if low == high else (value - low) / (high - low)
        at = (8 + step * i, height - 7 - share * (height - 14))
        made.append(at if math.isfinite(value) else None)
    return made


def _runs(points: list[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Return the unbroken stretches."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _describe(periods: list[str], numbers: list[float], measure: Measure) -> str:
    """Return one sentence about first, last and gaps."""
    found = [(p, v) for p, v in zip(periods, numbers, strict=True) if math.isfinite(v)]
    gaps = [p for p, v in zip(periods, numbers, strict=True) if not math.isfinite(v)]
    if not found:
        return f"{measure.title}: no data."
    among = [value for _, value in found]
    (first, start), (last, end) = found[0], found[-1]
    said = f"{measure.title}: {measure.write(start, among)} in {first}"
    if len(found) > 1:
        said += f", {measure.write(end, among)} in {last}"
    return said + (f"; no data for {join_list(gaps, most=4)}." if gaps else ".")
