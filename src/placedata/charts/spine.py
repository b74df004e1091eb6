"""A spine chart: where areas stand on each indicator, worst on the left, the place in the middle.

After the spine charts of public health profiles: the place's figure is one upright line for all
indicators, and each row reaches to the worst and the best area.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from placedata import drawing
from placedata.charts.measure import BLUE, MARGIN, Measure, footer, heading
from placedata.drawing import FAINT_INK, INK, PAPER, element, escape, number, text

ROW = 26.0
LIGHT, DARK = "#d4dde6", "#a9b8c6"


@dataclass(frozen=True)
class SpineRow:
    """One indicator of the chart.

    Parameters
    ----------
    measure
        What it is.
    values
        A figure for each area of the chart, in their order; None where there is none.
    place
        The place's figure.
    low, q1, q3, high
        Least figure, quartiles and greatest figure of all areas.
    """

    measure: Measure
    values: tuple[float | None, ...]
    place: float
    low: float
    q1: float
    q3: float
    high: float

    def at(self, value: float) -> float:
        """Return where a value stands, 0 worst to 1 best, 0.5 the place.

        One scale for both sides, the longer of them, so that lengths can be compared.
        """
        reach = max(abs(self.high - self.place), abs(self.low - self.place))
        way = -1.0 if self.measure.lower_is_better else 1.0
        share = 0.5 if reach == 0 else 0.5 + way * (value - self.place) / (2 * reach)
        return min(1.0, max(0.0, share))


def _circle(x: float, y: float) -> str:
    return element("circle", cx=x, cy=y, r=6, fill=BLUE, stroke=PAPER, stroke_width=1.2)


def _shape(path: str, fill: str) -> Callable[[float, float], str]:
    def drawn(x: float, y: float) -> str:
        return element("path", d=path, transform=f"translate({number(x)} {number(y)})", fill=fill,
                       stroke=INK if fill != INK else PAPER, stroke_width=1)  # fmt: skip

    return drawn


#: Areas differ by the shape of their marks first, and by colour too.
MARKS: tuple[Callable[[float, float], str], ...] = (
    _circle,
    _shape("M-6-6h12v12h-12z", "#f46a25"),
    _shape("M0-7.5L7 5.5H-7z", "#28a197"),
    _shape("M0-8L7 0 0 8-7 0z", "#ffffff"),
    _shape("M0 7.5L7-5.5H-7z", "#801650"),
    _shape("M-2-7h4v5h5v4h-5v5h-4v-5h-5v-4h5z", "#3d3d3d"),
)


def svg_spine(
    rows: Sequence[SpineRow],
    names: Sequence[str],
    measure: Measure,
    *,
    place: str,
    width: float = 720,
) -> str:
    """Return the rows with a mark for each area.

    Parameters
    ----------
    rows
        Indicators whose better side is known; neither-way-better ones have no worst side.
    names
        The areas, at most six.
    measure
        Title and source of the whole chart.
    place
        What the line in the middle is.
    width
        Picture units.
    """
    body, y = heading(measure.title, width)
    made, y = _key(names, place, y, width)
    body += made
    left = MARGIN + min(0.42 * width, _longest(rows)) + 12
    right = width - MARGIN - 10
    body += text(left, y + 12, "Worse", size=12, fill=FAINT_INK)
    body += text(right, y + 12, "Better", size=12, fill=FAINT_INK, text_anchor="end")
    y += 20
    for i, row in enumerate(rows):
        body += _row(row, names, (left, right), y + ROW * i)
    bottom = y + ROW * len(rows)
    middle = (left + right) / 2
    body += element("path", d=f"M{number(middle)} {number(y)}V{number(bottom)}", stroke=INK,
                    stroke_width=2, stroke_dasharray="5 4")  # fmt: skip
    for i, row in enumerate(rows):
        body += _marks(row, names, (left, right), y + ROW * i)
    made, y = footer(measure.source, bottom + 4, width)
    told = _describe(rows, names, place)
    key = drawing.identifier("spine", measure, told, width)
    return drawing.picture((width, y + 6), measure.title, told, body + made, key=key)


def _longest(rows: Sequence[SpineRow]) -> float:
    return max((drawing.text_width(row.measure.title, 13) for row in rows), default=0.0)


def _key(names: Sequence[str], place: str, y: float, width: float) -> tuple[str, float]:
    """Return marks with names, and what the bars mean."""
    made, x = "", MARGIN
    bar = element("rect", x=0, y=0, width=24, height=10, fill=LIGHT)
    bar += element("rect", x=6, y=0, width=12, height=10, fill=DARK)
    line = element("path", d="M12 -2v14", stroke=INK, stroke_width=2, stroke_dasharray="5 4")
    entries = [(mark(10, 8), name) for mark, name in zip(MARKS, names, strict=False)]
    entries += [
        (element("g", line, transform="translate(0 2)"), place),
        (element("g", bar, transform="translate(0 3)"), "all areas, the middle half dark"),
    ]
    for mark, name in entries:
        words = drawing.shorten(name, 12, width / 2)
        long = 34 + drawing.text_width(words, 12)
        if x > MARGIN and x + long > width - MARGIN:
            x, y = MARGIN, y + 22
        made += element("g", mark, transform=f"translate({number(x)} {number(y)})")
        made += text(x + 30, y + 12, words, size=12)
        x += long + 12
    return made, y + 26


def _row(row: SpineRow, names: Sequence[str], across: tuple[float, float], y: float) -> str:
    """Return the name of an indicator and the bars of all areas."""
    start, end = across
    made = text(MARGIN, y + 17, _named(row.measure.title, start - MARGIN - 12), size=13)
    for low, high, fill in ((row.low, row.high, LIGHT), (row.q1, row.q3, DARK)):
        ends = sorted(start + row.at(value) * (end - start) for value in (low, high))
        made += element("rect", x=ends[0], y=y + 5, width=max(1.0, ends[1] - ends[0]),
                        height=ROW - 10, fill=fill)  # fmt: skip
    return element("g", element("title", escape(_told(row, names))) + made)


def _marks(row: SpineRow, names: Sequence[str], across: tuple[float, float], y: float) -> str:
    """Return the marks of the areas on one row, each with its figure as a tooltip."""
    start, end = across
    made = ""
    for mark, name, value in zip(MARKS, names, row.values, strict=False):
        if value is not None:
            tip = element("title", escape(f"{name}: {row.measure.write(value)}"))
            made += element("g", tip + mark(start + row.at(value) * (end - start), y + ROW / 2))
    return made


def _told(row: SpineRow, names: Sequence[str]) -> str:
    said = [
        f"{name} {row.measure.write(value)}" for name, value in zip(names, row.values, strict=True)
    ]
    return f"{row.measure.title}: {', '.join(said)}; place {row.measure.write(row.place)}"


def _describe(rows: Sequence[SpineRow], names: Sequence[str], place: str) -> str:
    """Return on how many indicators each area is on the better side of the place."""
    if not rows:
        return "No indicator to show."
    said = [f"{len(rows)} indicators, each set against {place}."]
    for i, name in enumerate(names):
        there = [(row, value) for row in rows if (value := row.values[i]) is not None]
        better = sum(row.at(value) > 0.5 for row, value in there)
        said.append(f"{name} is on the better side on {better} of {len(there)}.")
    return " ".join(said)


def _named(title: str, room: float) -> str:
    """Return a title that fits; where it is too long its period, after the last comma, stays."""
    name, comma, period = title.rpartition(", ")
    tail = comma + period if name else ""
    return drawing.shorten(name or title, 13, room - drawing.text_width(tail, 13)) + tail
