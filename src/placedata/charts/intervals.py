"""Areas as rows, best first: a dot for each value and a bar for where it may lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from placedata import drawing
from placedata.charts.measure import BLUE, MARGIN, QUIET, TRACK, Measure, footer, heading
from placedata.drawing import FAINT_INK, INK, PAPER, RULE, element, escape, number, text
from placedata.wording import plural, polarity_sentence

ROW = 24.0
HEAD = 26.0


@dataclass(frozen=True)
class IntervalRow:
    """One area of the chart.

    Parameters
    ----------
    name
        As the row is called.
    value
        Where the dot stands, on the axis; None draws no dot.
    low, high
        Ends of the bar; None where they are not known.
    text
        What is printed beside the bar ("3 (2 to 6)").
    group
        Neighbouring rows of one group are bracketed; None is in no group.
    bold
        Whether the row is picked out.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    text: str = ""
    group: int | None = None
    bold: bool = False


@dataclass(frozen=True)
class Axis:
    """The line that values stand on.

    Parameters
    ----------
    low, high
        Its ends, left and right (`low` may be the greater).
    left, right
        What is written at the ends.
    mark
        Name and value of a dashed line across the rows, or None.
    """

    low: float
    high: float
    left: str
    right: str
    mark: tuple[str, float] | None = None

    def at(self, value: float, start: float, end: float) -> float:
        """Return where a value stands between two places of the picture."""
        span = self.high - self.low
        if span == 0:
            return (start + end) / 2
        return start + min(1.0, max(0.0, (value - self.low) / span)) * (end - start)


def svg_intervals(
    rows: Sequence[IntervalRow],
    measure: Measure,
    axis: Axis,
    *,
    group_word: str = "cannot be told apart",
    width: float = 720,
) -> str:
    """Return rows of dots with bars, in the order given, groups bracketed on the right.

    Parameters
    ----------
    rows
        In the order in which they are drawn.
    measure
        What is ranked; its title is printed.
    axis
        The scale.
    group_word
        What the brackets mean, for the key.
    width
        Picture units; 720 suits a page, 360 a phone.
    """
    body, y = heading(measure.title, width)
    said = polarity_sentence(measure.polarity)
    if said:
        body += text(MARGIN, y + 11, said, size=12, fill=FAINT_INK)
        y += 20
    grouped = any(row.group is not None for row in rows)
    made, y = _key(rows, axis, group_word if grouped else "", y)
    body += made
    start, end, names = _columns(rows, width, grouped=grouped)
    y += HEAD
    bottom = y + ROW * len(rows)
    body += _grid(axis, (start, end), (y, bottom))
    for i, row in enumerate(rows):
        body += _row(row, axis, (start, end), y + ROW * i, names)
    if grouped:
        body += _brackets(rows, width - MARGIN - 16, y)
    made, y = footer(measure.source, bottom + 6, width)
    told = _describe(rows, measure, axis)
    key = drawing.identifier("intervals", measure, told, width)
    return drawing.picture((width, y + 6), measure.title, told, body + made, key=key)


def _columns(
    rows: Sequence[IntervalRow], width: float, *, grouped: bool
) -> tuple[float, float, float]:
    """Return where the axis starts and ends, and the room of the names."""
    sizes = (drawing.text_width(row.name, 14 if row.bold else 13) for row in rows)
    names = min(0.4 * width, max(sizes, default=0.0))
    words = min(0.3 * width, max((drawing.text_width(row.text, 12) for row in rows), default=0.0))
    right = width - MARGIN - words - (28 if grouped else 0) - 12
    return MARGIN + names + 14, right, names


def _key(rows: Sequence[IntervalRow], axis: Axis, group_word: str, y: float) -> tuple[str, float]:
    """Return what dot, bar, bracket and dashed line mean, one a line."""
    made = element("circle", cx=MARGIN + 14, cy=y + 9, r=5, fill=BLUE)
    entries = [(made, "the figure itself")]
    if any(row.low is not None for row in rows):
        bar = element("rect", x=MARGIN, y=y + 26, width=28, height=8, fill=QUIET)
        entries.append((bar, "where it may lie"))
    if group_word:
        at = y + 13 + 21 * len(entries)
        path = f"M{number(MARGIN + 10)} {number(at - 10)}h6v14h-6"
        entries.append((element("path", d=path, fill="none", stroke=INK, stroke_width=2),
                        group_word))  # fmt: skip
    if axis.mark is not None:
        at = y + 9 + 21 * len(entries)
        line = element("path", d=f"M{number(MARGIN)} {number(at)}h28", stroke=INK,
                       stroke_width=1.6, stroke_dasharray="4 3")  # fmt: skip
        entries.append((line, axis.mark[0]))
    drawn = "".join(
        mark + text(MARGIN + 36, y + 13 + 21 * i, words, size=12)
        for i, (mark, words) in enumerate(entries)
    )
    return drawn, y + 21 * len(entries)


def _grid(axis: Axis, across: tuple[float, float], down: tuple[float, float]) -> str:
    """Return the ends of the axis with their words, and the dashed line."""
    (start, end), (top, bottom) = across, down
    made = text(start, top - 8, axis.left, size=11, fill=FAINT_INK)
    made += text(end, top - 8, axis.right, size=11, fill=FAINT_INK, text_anchor="end")
    for x in (start, end):
        made += element("path", d=f"M{number(x)} {number(top)}V{number(bottom)}", stroke=RULE)
    if axis.mark is not None:
        x = axis.at(axis.mark[1], start, end)
        made += element("path", d=f"M{number(x)} {number(top)}V{number(bottom)}", stroke=INK,
                        stroke_width=1.6, stroke_dasharray="4 3")  # fmt: skip
    return made


def _row(row: IntervalRow, axis: Axis, across: tuple[float, float], y: float, room: float) -> str:
    """Return name, bar, dot and words of one area; the whole name is in its tooltip."""
    start, end = across
    middle = y + ROW / 2
    made = element("rect", x=start, y=middle - 1, width=end - start, height=2, fill=TRACK)
    if row.low is not None and row.high is not None:
        ends = sorted((axis.at(row.low, start, end), axis.at(row.high, start, end)))
        made += element("rect", x=ends[0] - 3, y=middle - 5, width=ends[1] - ends[0] + 6,
                        height=10, rx=5, fill=QUIET)  # fmt: skip
    if row.value is not None:
        made += element("circle", cx=axis.at(row.value, start, end), cy=middle, r=5, fill=BLUE,
                        stroke=PAPER, stroke_width=1.2)  # fmt: skip
    weight = "bold" if row.bold else None
    name = drawing.shorten(row.name, 13, room)
    made += text(MARGIN, middle + 4.5, name, size=13, font_weight=weight)
    made += text(end + 12, middle + 4.5, row.text, size=12, font_weight=weight,
                 fill=FAINT_INK if row.value is None else INK)  # fmt: skip
    return element("g", element("title", escape(f"{row.name}: {row.text}")) + made)


def _brackets(rows: Sequence[IntervalRow], x: float, y: float) -> str:
    """Return a bracket beside each run of two or more rows of one group."""
    made, at = "", 0
    for group, run in groupby(rows, key=lambda row: row.group):
        count = len(list(run))
        if group is not None and count > 1:
            top, bottom = y + ROW * at + 4, y + ROW * (at + count) - 4
            path = f"M{number(x)} {number(top)}h8V{number(bottom)}h-8"
            made += element("path", d=path, fill="none", stroke=INK, stroke_width=2)
        at += count
    return made


def _describe(rows: Sequence[IntervalRow], measure: Measure, axis: Axis) -> str:
    """Return in words what the chart shows."""
    known = [row for row in rows if row.value is not None]
    if not known:
        return f"No figures for any of {plural(len(rows), 'area')}."
    said = f"{plural(len(known), 'area')} in order, from {known[0].name}"
    said += f" ({known[0].text}) to {known[-1].name} ({known[-1].text})."
    picked = [row for row in known if row.bold]
    said += "".join(f" {row.name}: {row.text}." for row in picked)
    runs = [len(list(run)) for group, run in groupby(known, key=lambda row: row.group)
            if group is not None]  # fmt: skip
    if runs:
        said += f" Brackets make {plural(len(runs), 'group')} of areas that cannot be told apart."
    if axis.mark is not None:
        said += f" {axis.mark[0]}: {measure.write(axis.mark[1])}."
    return said
