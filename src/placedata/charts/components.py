"""The components of one area's score, beside those of the place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from placedata import drawing
from placedata.charts.measure import BLUE, MARGIN, PINK, TRACK, TURQUOISE, Measure, footer, heading
from placedata.drawing import FAINT_INK, INK, PAPER, element, escape, number, text
from placedata.wording import join_list

if TYPE_CHECKING:
    import pandas as pd

#: One colour a dimension; more than three dimensions begin again.
DIMENSION_COLOURS = (BLUE, TURQUOISE, PINK)
ROW = 38.0
GROUP = 30.0


def svg_component_bars(
    scores: pd.Series,
    place: pd.Series,
    measure: Measure,
    *,
    names: tuple[str, str],
    groups: Mapping[str, str] | None = None,
    width: float = 360,
) -> str:
    """Return a bar from 0 to 100 for each component, with the place's score as a mark on it.

    Parameters
    ----------
    scores
        Component title -> score of the area, 0 to 100; NaN is no score.
    place
        Component title -> score of the place; one left out or NaN has no mark.
    measure
        Title, decimals and source.
    names
        Name of the area and of the place.
    groups
        Component title -> dimension title; components stand under their dimension, in the order
        of `scores`. None for one group without a heading.
    width
        Picture units; 360 suits a phone.
    """
    body, y = heading(measure.title, width)
    body += _key(names, y, width)
    y += 26
    dimensions = list(dict.fromkeys((groups or {}).get(str(each), "") for each in scores.index))
    for i, dimension in enumerate(dimensions):
        colour = DIMENSION_COLOURS[i % len(DIMENSION_COLOURS)]
        if dimension:
            body += text(MARGIN, y + 20, drawing.shorten(dimension, 14, width - 2 * MARGIN),
                         size=14, font_weight="bold", fill=colour_ink(colour))  # fmt: skip
            y += GROUP
        for component, score in scores.items():
            if (groups or {}).get(str(component), "") == dimension:
                mark = float(place.get(component, np.nan))
                body += _bar(str(component), (float(score), mark), measure, colour, (y, width))
                y += ROW
    made, end = footer(measure.source, y + 2, width)
    told = _describe(scores, place, measure, names)
    key = drawing.identifier("components", measure, told, width)
    return drawing.picture((width, end + 6), measure.title, told, body + made, key=key)


def colour_ink(colour: str) -> str:
    """Return the ink for words in a dimension's colour: turquoise is too pale for text."""
    return "#1b6f68" if colour == TURQUOISE else colour


def _key(names: tuple[str, str], y: float, width: float) -> str:
    """Return what the bar and the mark are."""
    half = (width - 2 * MARGIN) / 2
    made = element("rect", x=MARGIN, y=y + 3, width=20, height=10, fill=BLUE)
    made += text(MARGIN + 26, y + 12.5, drawing.shorten(names[0], 12, half - 30), size=12)
    made += _mark(MARGIN + half + 8, y + 1)
    return made + text(
        MARGIN + half + 20, y + 12.5, drawing.shorten(names[1], 12, half - 24), size=12
    )


def _mark(x: float, y: float) -> str:
    """Return the mark of the place: a black bar with a white edge, 14 high."""
    return element("rect", x=x - 2.5, y=y, width=5, height=14, fill=INK, stroke=PAPER,
                   stroke_width=1)  # fmt: skip


def _bar(
    component: str,
    pair: tuple[float, float],
    measure: Measure,
    colour: str,
    at: tuple[float, float],
) -> str:
    """Return one component: its name and score, the track, the bar and the mark."""
    (score, mark), (y, width) = pair, at
    room = width - 2 * MARGIN
    places = 0 if measure.decimals is None else measure.decimals
    written = f"{score:.{places}f}" if math.isfinite(score) else "no score"
    name = drawing.shorten(component, 13, room - drawing.text_width(written, 13) - 8)
    made = element("title", escape(f"{component}: {written}"))
    made += text(MARGIN, y + 13, name, size=13)
    made += text(width - MARGIN, y + 13, written, size=13, text_anchor="end",
                 font_weight="bold" if math.isfinite(score) else None,
                 fill=INK if math.isfinite(score) else FAINT_INK)  # fmt: skip
    if math.isfinite(score):
        made += element("rect", x=MARGIN, y=y + 19, width=room, height=10, fill=TRACK)
        held = min(100.0, max(0.0, score))
        made += element("rect", x=MARGIN, y=y + 19, width=room * held / 100, height=10, fill=colour)
    else:
        path = f"M{number(MARGIN)} {number(y + 24)}h{number(room)}"
        made += element("path", d=path, stroke=FAINT_INK, stroke_dasharray="2 4")
    if math.isfinite(mark):
        made += _mark(MARGIN + room * min(100.0, max(0.0, mark)) / 100, y + 17)
    return element("g", made)


def _describe(scores: pd.Series, place: pd.Series, measure: Measure, names: tuple[str, str]) -> str:
    """Return one sentence: best and worst component, and how many lie above the place."""
    places = 0 if measure.decimals is None else measure.decimals
    known = scores.astype(float).dropna()
    if known.empty:
        return f"{names[0]} has no component scores."
    best, worst = str(known.idxmax()), str(known.idxmin())
    said = f"{names[0]} scores highest on {best} ({known.max():.{places}f} of 100)"
    if len(known) > 1:
        said += f" and lowest on {worst} ({known.min():.{places}f})"
    both = place.astype(float).reindex(known.index)
    above = int((known > both).sum())
    said += f"; {above} of {int(both.notna().sum())} components are above {names[1]}"
    gaps = [str(each) for each in scores.index if each not in known.index]
    return said + (f"; no score for {join_list(gaps, most=12)}." if gaps else ".")
