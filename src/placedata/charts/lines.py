"""Several areas over the periods, as lines with names, and breaks in the series marked."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from placedata import drawing
from placedata.charts.measure import MARGIN, PALETTE, Measure, footer, heading
from placedata.drawing import FAINT_INK, INK, PAPER, RULE, element, escape, number, text
from placedata.wording import NINE_IN_TEN, polarity_sentence

HEIGHT = 300.0
#: Lines differ by their marks and dashes too, since colour alone must not tell them apart.
DASHES = (None, "7 4", "2 4", "10 4 2 4", "4 2", "1 3")
INKS = (*PALETTE, "#3d3d3d", "#a285d1")


@dataclass(frozen=True)
class Line:
    """One series of the chart.

    Parameters
    ----------
    name
        As it is called beside its end and in the key.
    values
        One a period; None where there is no figure.
    errors
        Standard error of each figure, drawn as the 90 % interval; None where not known.
    quiet
        Drawn grey: the place and the wider area, behind the areas chosen.
    """

    name: str
    values: tuple[float | None, ...]
    errors: tuple[float | None, ...] = ()
    quiet: bool = False


def period_positions(periods: Sequence[str]) -> list[float]:
    """Return where periods stand on the line of time: by their first year where each differs.

    Periods without a year, or several of one year, stand at equal distances.
    """
    years = [re.search(r"\d{4}", period) for period in periods]
    numbers = [float(found.group(0)) for found in years if found]
    if len(numbers) == len(periods) and len(set(numbers)) == len(numbers):
        return numbers
    return [float(i) for i in range(len(periods))]


def svg_lines(
    periods: Sequence[str],
    lines: Sequence[Line],
    measure: Measure,
    *,
    breaks: Sequence[tuple[str, str]] = (),
    width: float = 640,
) -> str:
    """Return lines over time; gaps stay gaps, and a break in the series cuts the lines.

    Parameters
    ----------
    periods
        Oldest first.
    lines
        At most six beside the quiet ones.
    measure
        What the values are.
    breaks
        (period from which figures are made otherwise, what changed): a dashed upright line.
    width
        Picture units.
    """
    body, y = heading(measure.title, width)
    unit = f"{measure.unit}. " if measure.unit else ""
    body += text(MARGIN, y + 11, unit + polarity_sentence(measure.polarity), size=12,
                 fill=FAINT_INK)  # fmt: skip
    made, y = _key(lines, y + 24, width)
    body += made
    ends = [value for line in lines for value in _reach(line)]
    told = _describe(periods, lines, measure, breaks)
    key = drawing.identifier("lines", measure, told, width)
    if not ends:
        body += text(MARGIN, y + 20, "No figures to show.", size=13, fill=FAINT_INK)
        return drawing.picture((width, y + 40), measure.title, told, body, key=key)
    frame = _Frame(periods, ends, measure, (y + 10, y + 10 + HEIGHT), width)
    body += frame.grid()
    broken = [period for period, _ in breaks if period in periods]
    for i, (period, words) in enumerate(breaks):
        if period in periods:
            body += frame.broken(period, f"{chr(ord('a') + i)}", words)
    loud = 0
    for line in lines:
        ink, dash = (RULE_INK, None) if line.quiet else (INKS[loud % 6], DASHES[loud % 6])
        body += frame.line(line, ink, dash, broken)
        loud += not line.quiet
    notes = "".join(f" {chr(ord('a') + i)}: {words}." for i, (_, words) in enumerate(breaks))
    made, y = footer((measure.source + notes).strip(), frame.bottom + 28, width)
    return drawing.picture((width, y + 6), measure.title, told, body + made, key=key)


RULE_INK = "#6f777b"


def _reach(line: Line) -> list[float]:
    """Return the values of a line with the ends of their intervals."""
    errors = line.errors or (None,) * len(line.values)
    made: list[float] = []
    for value, error in zip(line.values, errors, strict=True):
        if value is not None:
            spread = NINE_IN_TEN * error if error else 0.0
            made += [value - spread, value + spread]
    return made


class _Frame:
    """The area of the chart: where a period and a value stand."""

    def __init__(
        self,
        periods: Sequence[str],
        ends: list[float],
        measure: Measure,
        down: tuple[float, float],
        width: float,
    ) -> None:
        self.periods, self.measure = list(periods), measure
        self.top, self.bottom = down
        self.ticks = nice_ticks(min(0.0, *ends) if min(ends) >= 0 else min(ends), max(ends))
        room = max(drawing.text_width(self._written(tick), 11) for tick in self.ticks)
        self.left, self.right = MARGIN + room + 8, width - MARGIN - 20
        self.positions = period_positions(self.periods)

    def _written(self, value: float) -> str:
        return Measure("", "", "neutral").write(value, self.ticks)

    def x(self, at: int) -> float:
        """Return where a period stands."""
        first, last = self.positions[0], self.positions[-1]
        if first == last:
            return (self.left + self.right) / 2
        share = (self.positions[at] - first) / (last - first)
        return self.left + 14 + share * (self.right - self.left - 14)

    def y(self, value: float) -> float:
        """Return where a value stands."""
        low, high = self.ticks[0], self.ticks[-1]
        return self.bottom - (value - low) / ((high - low) or 1.0) * (self.bottom - self.top)

    def grid(self) -> str:
        """Return the lines of the scale with their values, and the periods beneath."""
        made = ""
        for tick in self.ticks:
            y = self.y(tick)
            path = f"M{number(self.left)} {number(y)}H{number(self.right)}"
            made += element("path", d=path, stroke=RULE, stroke_width=1)
            made += text(self.left - 6, y + 4, self._written(tick), size=11, fill=FAINT_INK,
                         text_anchor="end")  # fmt: skip
        room, last = 0.0, -math.inf
        for i, period in enumerate(self.periods):
            room = drawing.text_width(period, 11)
            x = min(self.x(i), self.right + 18 - room / 2)
            if x - room / 2 < last + 8:
                continue
            last = x + room / 2
            made += text(x, self.bottom + 16, period, size=11, fill=FAINT_INK,
                         text_anchor="middle")  # fmt: skip
        return made

    def broken(self, period: str, letter: str, words: str) -> str:
        """Return the dashed upright before the period from which figures are made otherwise."""
        at = self.periods.index(period)
        x = self.x(at) if at == 0 else (self.x(at - 1) + self.x(at)) / 2
        line = element("path", d=f"M{number(x)} {number(self.top)}V{number(self.bottom)}",
                       stroke=INK, stroke_width=1.4, stroke_dasharray="5 4")  # fmt: skip
        label = text(x + 4, self.top + 11, letter, size=12, font_weight="bold")
        return element("g", element("title", escape(words)) + line + label)

    def line(self, line: Line, ink: str, dash: str | None, broken: list[str]) -> str:
        """Return one line, its marks and its intervals; it stops at gaps and breaks."""
        made, run = "", ""
        errors = line.errors or (None,) * len(line.values)
        for i, (value, error) in enumerate(zip(line.values, errors, strict=True)):
            if value is None:
                run = ""
                continue
            x, y = self.x(i), self.y(value)
            if run and self.periods[i] not in broken:
                made += element("path", d=f"M{run}L{number(x)} {number(y)}", stroke=ink,
                                stroke_width=1.5 if line.quiet else 2.5,
                                stroke_dasharray=dash)  # fmt: skip
            run = f"{number(x)} {number(y)}"
            if error:
                ends = self.y(value - NINE_IN_TEN * error), self.y(value + NINE_IN_TEN * error)
                made += element("path", d=f"M{number(x)} {number(ends[0])}V{number(ends[1])}",
                                stroke=ink, stroke_width=1.2)  # fmt: skip
            tip = f"{line.name}, {self.periods[i]}: {self.measure.write(value)}"
            made += element("circle", element("title", escape(tip)), cx=x, cy=y,
                            r=3 if line.quiet else 4, fill=ink, stroke=PAPER)  # fmt: skip
        return made


def _key(lines: Sequence[Line], y: float, width: float) -> tuple[str, float]:
    """Return a stroke with its name for each line, in rows, and where they end."""
    made, x, loud = "", MARGIN, 0
    for line in lines:
        ink, dash = (RULE_INK, None) if line.quiet else (INKS[loud % 6], DASHES[loud % 6])
        loud += not line.quiet
        name = drawing.shorten(line.name, 12, width / 2)
        long = 44 + drawing.text_width(name, 12)
        if x > MARGIN and x + long > width - MARGIN:
            x, y = MARGIN, y + 20
        path = f"M{number(x)} {number(y + 4)}h30"
        made += element("path", d=path, stroke=ink, stroke_width=1.5 if line.quiet else 2.5,
                        stroke_dasharray=dash)  # fmt: skip
        made += element("circle", cx=x + 15, cy=y + 4, r=3, fill=ink)
        made += text(x + 36, y + 8, name, size=12)
        x += long + 12
    return made, y + 20


def nice_ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Return round values that hold `low` to `high`: steps of 1, 2 or 5 times a power of ten.

    Heckbert, P. (1990), Nice numbers for graph labels, Graphics Gems.
    """
    if low == high:
        low, high = (low - 1, high + 1) if low == 0 else sorted((0.0, low * 1.1))
    rough = (high - low) / wanted
    power = 10 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * i, 12) for i in range(first, last + 1)]


def _describe(
    periods: Sequence[str],
    lines: Sequence[Line],
    measure: Measure,
    breaks: Sequence[tuple[str, str]],
) -> str:
    """Return a sentence for each line, and one for each break."""
    said = []
    for line in lines:
        known = [(p, v) for p, v in zip(periods, line.values, strict=True) if v is not None]
        among = [value for _, value in known]
        if not known:
            said.append(f"{line.name}: no figures.")
            continue
        words = [f"{measure.write(value, among)} in {period}" for period, value in known]
        ends = words[0] if len(words) == 1 else f"{words[0]} to {words[-1]}"
        said.append(f"{line.name}: {ends}.")
    said += [f"From {period} figures are made otherwise: {words}." for period, words in breaks]
    return " ".join(said) or "No figures."
