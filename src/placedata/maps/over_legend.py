"""The part of a legend that says what is laid over a map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from placedata.drawing import (
    FAINT_INK,
    INK,
    element,
    escape,
    number,
    shorten,
    text,
    text_width,
    wrap,
)
from placedata.maps.furniture import CASING, ROW, SWATCH, lines
from placedata.maps.overlays import LINE


@dataclass(frozen=True)
class OverRow:
    """One row: a class of cells (one colour), a ramp (several), a line, a letter, or words alone.

    Parameters
    ----------
    colours
        From the low to the high end.
    count
        How many, or how much of the place.
    ends
        What the two ends of a ramp are.
    quiet
        Words in small letters, over as many lines as they need.
    """

    text: str
    colours: tuple[str, ...] = ()
    count: str = ""
    sign: str = ""
    line: bool = False
    ends: tuple[str, str] | None = None
    quiet: bool = False


def over_legend(
    rows: Sequence[OverRow], key: str, corner: tuple[float, float], width: float
) -> tuple[str, float]:
    """Return the rows and where they end; a ramp has its ends beneath it.

    Parameters
    ----------
    key
        Id prefix of the gradients.
    corner
        Left and top.
    width
        Picture width.
    """
    left, y = corner
    made = []
    for at, row in enumerate(rows):
        if row.quiet:
            told = wrap(row.text, 11, width - 2 * left, lines=9)
            made.append(lines(left, y + 10, told, size=11, leading=14, fill=FAINT_INK))
            y += 14 * len(told) + 4
            continue
        signed = len(row.colours) == 1 or row.line or bool(row.sign)
        inset = SWATCH[0] + 8 if signed else 0.0
        room = width - 2 * left - inset - text_width(row.count, 12) - 16
        made.append(_sign(row, left, y))
        made.append(
            element(
                "text",
                element("tspan", escape(shorten(row.text, 13, room)), fill=INK)
                + element("tspan", escape(row.count), fill=FAINT_INK, font_size=12, dx=8),
                x=left + inset, y=y + 13.5, font_size=13,
            )
        )  # fmt: skip
        y += ROW
        if row.ends is not None:
            made.append(_ramp(row, f"{key}-ramp-{at}", (left, y - 4), min(260.0, width - 2 * left)))
            y += ROW + 10
    return "".join(made), y


def _sign(row: OverRow, x: float, y: float) -> str:
    """Return what stands before the words of a row."""
    wide, high = SWATCH
    if len(row.colours) == 1:
        return element("rect", x=x, y=y, width=wide, height=high, fill=row.colours[0],
                       stroke=INK, stroke_width=0.9)  # fmt: skip
    if row.line:
        d = f"M{number(x)} {number(y + high / 2)}h{number(wide)}"
        casing = element("path", d=d, stroke=CASING, stroke_width=4)
        return casing + element("path", d=d, stroke=LINE, stroke_width=1.8)
    if row.sign:
        disc = element("circle", cx=x + wide / 2, cy=y + high / 2, r=7, fill="#ffffff",
                       stroke="#0b0c0c", stroke_width=1.6)  # fmt: skip
        return disc + text(x + wide / 2, y + high / 2 + 3.6, row.sign, size=10,
                           text_anchor="middle", font_weight="600")  # fmt: skip
    return ""


def _ramp(row: OverRow, name: str, corner: tuple[float, float], wide: float) -> str:
    """Return a bar of all colours, its two ends in words beneath."""
    x, y = corner
    last = len(row.colours) - 1
    stops = "".join(
        element("stop", offset=f"{100 * at / last:.1f}%", stop_color=colour)
        for at, colour in enumerate(row.colours)
    )
    bar = element("defs", element("linearGradient", stops, id=name))
    bar += element("rect", x=x, y=y, width=wide, height=12, fill=f"url(#{name})",
                   stroke=INK, stroke_width=0.9)  # fmt: skip
    low, high = row.ends or ("", "")
    bar += text(x, y + 26, low, size=12)
    return bar + text(x + wide, y + 26, high, size=12, text_anchor="end")
