"""Two figures of the same areas as points, with the line of least squares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from placedata import drawing
from placedata.charts.lines import nice_ticks
from placedata.charts.measure import BLUE, MARGIN, ORANGE, QUIET, Measure, footer, heading
from placedata.drawing import FAINT_INK, INK, PAPER, RULE, element, escape, number, text

SIZE = 420.0
#: More points than these are dots without a name of their own: a mark each would be megabytes.
MOST_SINGLE = 1_000
#: Dots are drawn in so many see-through layers, so that where many areas are is darker.
LAYERS = 12


@dataclass(frozen=True)
class Point:
    """One area: its name, both figures, and whether it is named in the picture."""

    name: str
    x: float
    y: float
    labelled: bool = False


def svg_scatter(
    points: Sequence[Point],
    across: Measure,
    up: Measure,
    *,
    title: str,
    line: tuple[float, float] | None = None,
    width: float = 560,
) -> str:
    """Return a point for each area; labelled areas have a name and a square mark.

    Of more than `MOST_SINGLE` areas, those without a label are see-through dots without a tooltip.

    Parameters
    ----------
    points
        Areas that have both figures.
    across, up
        What the two figures are; `across.source` is printed beneath.
    title
        Printed above, and the name of the picture.
    line
        Slope and intercept of a line, or None.
    width
        Picture units.
    """
    body, y = heading(title, width)
    told = _describe(points, across, up)
    key = drawing.identifier("scatter", title, told, width)
    if not points:
        body += text(MARGIN, y + 20, "No area has both figures.", size=13, fill=FAINT_INK)
        return drawing.picture((width, y + 40), title, told, body, key=key)
    body += text(MARGIN, y + 11, f"Up: {_named(up)}", size=12, fill=FAINT_INK)
    grid = _Grid(points, (y + 26, y + 26 + SIZE), width)
    body += grid.scales()
    if line is not None:
        body += grid.line(*line)
    ordered = sorted(points, key=lambda point: point.labelled)
    if len(points) > MOST_SINGLE:
        body += grid.cloud([point for point in ordered if not point.labelled])
        ordered = [point for point in ordered if point.labelled]
    body += "".join(grid.point(point, across, up) for point in ordered)
    body += text(grid.right, grid.bottom + 34, f"Across: {_named(across)}", size=12,
                 fill=FAINT_INK, text_anchor="end")  # fmt: skip
    made, y = footer(across.source, grid.bottom + 44, width)
    return drawing.picture((width, y + 6), title, told, body + made, key=key)


def _named(measure: Measure) -> str:
    unit = "0 to 100" if measure.unit == "score" else measure.unit
    return f"{measure.title} ({unit})" if unit else measure.title


class _Grid:
    """The square of the chart: where two values stand."""

    def __init__(self, points: Sequence[Point], down: tuple[float, float], width: float) -> None:
        self.top, self.bottom = down
        xs, ys = [point.x for point in points], [point.y for point in points]
        self.xs, self.ys = nice_ticks(min(xs), max(xs)), nice_ticks(min(ys), max(ys))
        room = max(drawing.text_width(self._written(tick, self.ys), 11) for tick in self.ys)
        self.left, self.right = MARGIN + room + 8, width - MARGIN - 16

    def _written(self, value: float, among: list[float]) -> str:
        return Measure("").write(value, among)

    def x(self, value: float) -> float:
        low, high = self.xs[0], self.xs[-1]
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        low, high = self.ys[0], self.ys[-1]
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)

    def scales(self) -> str:
        made = ""
        for tick in self.ys:
            path = f"M{number(self.left)} {number(self.y(tick))}H{number(self.right)}"
            made += element("path", d=path, stroke=RULE)
            made += text(self.left - 6, self.y(tick) + 4, self._written(tick, self.ys), size=11,
                         fill=FAINT_INK, text_anchor="end")  # fmt: skip
        for tick in self.xs:
            path = f"M{number(self.x(tick))} {number(self.top)}V{number(self.bottom)}"
            made += element("path", d=path, stroke=RULE)
            made += text(self.x(tick), self.bottom + 16, self._written(tick, self.xs), size=11,
                         fill=FAINT_INK, text_anchor="middle")  # fmt: skip
        return made

    def line(self, slope: float, intercept: float) -> str:
        """Return the line inside the square."""
        ends = []
        for x in (self.xs[0], self.xs[-1]):
            y = min(max(intercept + slope * x, self.ys[0]), self.ys[-1])
            ends.append(((y - intercept) / slope if slope else x, y))
        path = "M" + "L".join(f"{number(self.x(x))} {number(self.y(y))}" for x, y in ends)
        return element("path", d=path, stroke=INK, stroke_width=1.6, stroke_dasharray="6 4")

    def cloud(self, points: Sequence[Point]) -> str:
        """Return a dot for each area, see-through, to whole picture units."""
        made = ""
        for start in range(LAYERS):
            dots = {f"M{self.x(point.x):.0f} {self.y(point.y):.0f}h0": None
                    for point in points[start::LAYERS]}  # fmt: skip
            made += element("path", d="".join(dots), fill="none", stroke=BLUE, stroke_width=4,
                            stroke_linecap="round", stroke_opacity="0.35")  # fmt: skip
        return made

    def point(self, point: Point, across: Measure, up: Measure) -> str:
        """Return the mark of one area with its tooltip, and its name where it is labelled."""
        x, y = self.x(point.x), self.y(point.y)
        tip = f"{point.name}: {across.write(point.x)}; {up.write(point.y)}"
        title = element("title", escape(tip))
        if not point.labelled:
            return element("circle", title, cx=x, cy=y, r=5, fill=QUIET, fill_opacity="0.8",
                           stroke=BLUE, stroke_width=1)  # fmt: skip
        mark = element("rect", title, x=x - 6, y=y - 6, width=12, height=12, fill=ORANGE,
                       stroke=INK, stroke_width=1.2)  # fmt: skip
        long = drawing.text_width(point.name, 12)
        left = x + 10 + long > self.right
        at, anchor = (x - 10, "end") if left else (x + 10, "start")
        look: dict[str, object] = {"font_weight": "bold", "text_anchor": anchor}
        halo = text(at, y - 8, point.name, size=12, stroke=PAPER, stroke_width=4, **look)
        return mark + halo + text(at, y - 8, point.name, size=12, **look)


def _describe(points: Sequence[Point], across: Measure, up: Measure) -> str:
    """Return what the picture shows in words."""
    if not points:
        return "No area has both figures."
    ends = [min(points, key=lambda point: point.x), max(points, key=lambda point: point.x)]
    xs, ys = [point.x for point in points], [point.y for point in points]
    said = f"{len(points):,} areas as points: {across.title} across, {up.title} up."
    for word, point in zip(("lowest", "highest"), ends, strict=True):
        said += f" {point.name} has the {word} {across.title}, {across.write(point.x, xs)},"
        said += f" with {up.write(point.y, ys)} of {up.title}."
    for point in points:
        if point.labelled:
            said += f" {point.name}: {across.write(point.x, xs)} and {up.write(point.y, ys)}."
    return said
