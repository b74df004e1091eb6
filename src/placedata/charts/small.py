"""Charts no higher than a line of text, for the cells of a table: score, rank, place among all."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from placedata import drawing
from placedata.charts.measure import BLUE, ORANGE, TRACK, Measure
from placedata.drawing import INK, PAPER, element, number
from placedata.wording import format_number, interval_text, rank_text

HEIGHT = 16.0
#: Kept free at both ends, so that marks at the ends are whole.
EDGE = 4.0
#: Picture units of the line on which all values lie.
POSITION_WIDTH = 120.0


def svg_score_bar(
    score: float | None,
    title: str,
    *,
    marks: Sequence[tuple[str, float | None]] = (),
    colour: str = BLUE,
    width: float = 150,
) -> str:
    """Return a bar from 0 to 100, with a tick for a mean and a diamond for another.

    Parameters
    ----------
    score
        0 to 100; None draws a dashed line.
    title
        Whose score of what.
    marks
        Name and value of the tick (all areas) and of the diamond (peers); None has no mark.
    """
    told = f"{title}: {'no score' if score is None else format_number(score, 1) + ' of 100'}"
    body = element("rect", x=0.0, y=4.0, width=float(width), height=8.0, fill=TRACK)
    if score is None:
        body = element("path", d=f"M0 8h{number(width)}", stroke=INK, stroke_dasharray="2 4")
    else:
        body += element("rect", x=0.0, y=4.0, width=_held(score) / 100 * width, height=8.0,
                        fill=colour)  # fmt: skip
    for (name, value), mark in zip(marks, (_tick, _diamond), strict=False):
        if value is not None:
            body += mark(_held(value) / 100 * width)
            told += f"; {name} {format_number(value, 1)}"
    return _picture(width, title, told + ".", body)


def svg_rank_band(
    rank: int | None,
    interval: tuple[int, int] | None,
    of: int,
    title: str,
    *,
    colour: str = BLUE,
    width: float = 90,
) -> str:
    """Return a dot for a rank, best on the right, on a band for where the rank may lie."""
    told = f"{title}: {rank_text(rank, of)}"
    body = element("rect", x=0.0, y=7.0, width=float(width), height=2.0, fill=TRACK)
    if rank is not None and of > 0:
        steps = max(1, of - 1)

        def at(place: float) -> float:
            return EDGE + (of - place) / steps * (width - 2 * EDGE)

        if interval is not None:
            low, high = interval
            told += f", most likely {interval_text(low, high)}"
            body += element("rect", x=at(high) - 2, y=4.0, width=at(low) - at(high) + 4,
                            height=8.0, fill=colour, fill_opacity="0.3")  # fmt: skip
        body += element("circle", cx=at(rank), cy=8.0, r=4.0, fill=colour, stroke=PAPER)
    return _picture(width, title, told + ".", body)


def svg_position(
    spread: tuple[float, float, float, float] | None,
    own: float | None,
    measure: Measure,
    *,
    interval: tuple[float, float] | None = None,
    marks: Sequence[tuple[str, float | None]] = (),
    colour: str = BLUE,
) -> str:
    """Return where a value lies among all: their range, the middle half, a dot, the marks.

    The better end is always on the right: a lower-is-better measure runs backwards.

    Parameters
    ----------
    spread
        Lowest, first quarter, third quarter and highest of all values; None is no data.
    own
        The area's value; None has no dot.
    interval
        Ends of its 90 % interval.
    marks
        Name and value of the tick (the place) and of the diamond (peers); None has no mark.
    """
    width = POSITION_WIDTH
    if spread is None:
        return _picture(width, measure.title, f"{measure.title}: no data.", "")
    at = _axis([*spread, *_given(own, marks)], measure, width)
    _, low, high, _ = spread
    body = element("rect", x=0.0, y=7.0, width=float(width), height=2.0, fill=TRACK)
    left, right = sorted((at(low), at(high)))
    body += element("rect", x=left, y=4.0, width=max(1.0, right - left), height=8.0, fill="#c3d3e2")
    told = f"{measure.title}: {measure.write(own, list(spread)) if own is not None else 'no data'}"
    for (name, value), mark in zip(marks, (_tick, _diamond), strict=False):
        if value is not None:
            body += mark(at(value))
            told += f"; {name} {measure.write(value, list(spread))}"
    if own is not None:
        if interval is not None:
            ends = sorted(min(width, max(0.0, at(end))) for end in interval)
            body += element("rect", x=ends[0], y=7.0, width=max(1.0, ends[1] - ends[0]),
                            height=2.0, fill=colour)  # fmt: skip
        body += element("circle", cx=at(own), cy=8.0, r=4.0, fill=colour, stroke=PAPER)
    told += f"; half of all lie from {measure.write(low, list(spread))}"
    return _picture(width, measure.title, f"{told} to {measure.write(high, list(spread))}.", body)


def _given(own: float | None, marks: Iterable[tuple[str, float | None]]) -> list[float]:
    return [value for value in (own, *(value for _, value in marks)) if value is not None]


def _axis(spread: Sequence[float], measure: Measure, width: float) -> Callable[[float], float]:
    """Return the function from a value to its place on the line."""
    found = [value for value in spread if math.isfinite(value)]
    low, high = min(found), max(found)

    def at(value: float) -> float:
        if high == low:
            return width / 2
        share = (value - low) / (high - low)
        share = 1 - share if measure.lower_is_better else share
        return EDGE + share * (width - 2 * EDGE)

    return at


def _held(score: float) -> float:
    return min(100.0, max(0.0, score))


def _tick(x: float) -> str:
    return element("rect", x=x - 1.5, y=1.0, width=3.0, height=14.0, fill=INK, stroke=PAPER,
                   stroke_width=0.8)  # fmt: skip


def _diamond(x: float) -> str:
    path = f"M{number(x)} 2l5 6l-5 6l-5-6z"
    return element("path", d=path, fill=ORANGE, stroke=INK, stroke_width=0.8)


def _picture(width: float, title: str, told: str, body: str) -> str:
    key = drawing.identifier("small", title, told, body, width)
    return drawing.picture((width, HEIGHT), title, told, body, key=key)
