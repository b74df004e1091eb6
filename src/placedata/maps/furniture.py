"""What stands around a map: legend, patterns, scale bar, north arrow, lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

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
from placedata.maps import palettes
from placedata.maps.classes import NO_DATA, SUPPRESSED, UNCLEAR, LegendRow
from placedata.wording import format_number, plural

if TYPE_CHECKING:
    from placedata.maps.palettes import Palette

#: White beneath each dark border: one of the two meets 3 to 1 on every colour.
CASING = "#ffffff"
SWATCH = (26.0, 18.0)
ROW = 24.0
_NICE = (1, 2, 5)
#: The two lines of the hatch for areas not clearly different, on a tile of 8 by 8.
UNCLEAR_DARK = "M-1 -1l10 10M-1 7l2 2M7 -1l2 2"
UNCLEAR_LIGHT = "M0.5 -1l8.5 8.5M-1 5.5l3.5 3.5"


def fill(found: int, palette: Palette, key: str) -> str:
    """Return the paint of a class, a pattern where there is no value to show.

    Parameters
    ----------
    found
        Class number, `NO_DATA` or `SUPPRESSED`.
    palette
        Colours of the classes.
    key
        Id prefix of the patterns.
    """
    if found == NO_DATA:
        return f"url(#{key}-none)"
    if found == SUPPRESSED:
        return f"url(#{key}-hidden)"
    if found == UNCLEAR:
        return f"url(#{key}-unclear)"
    return palette.colours[found - 1]


def ink(found: int, palette: Palette) -> str:
    """Return black or white, whichever is seen on the paint of a class."""
    return palette.inks[found - 1] if found > 0 else "#000000"


def row_words(found: int) -> str:
    """Return what a class is called where no legend says so."""
    if found == NO_DATA:
        return "no data"
    return "suppressed to protect people" if found == SUPPRESSED else f"class {found}"


def patterns(key: str, scale: float = 1.0) -> str:
    """Return the hatches: no data, suppressed (crossed), and over a colour, not clearly different.

    Parameters
    ----------
    key
        Id prefix: ``<key>-none``, ``<key>-hidden`` and ``<key>-unclear``.
    scale
        Picture units per unit of the shapes that are painted, so that lines stay 8 units apart.
    """
    none = _hatch(
        f"{key}-none",
        ("M-2 2l4-4M0 8l8-8M6 10l4-4", palettes.NO_DATA_FILL, palettes.NO_DATA_LINE),
        scale,
    )
    hidden = _hatch(
        f"{key}-hidden",
        ("M0 0l8 8M0 8l8-8", palettes.SUPPRESSED_FILL, palettes.SUPPRESSED_LINE),
        scale,
    )
    return element("defs", none + hidden + _unclear(key, scale))


def _unclear(key: str, scale: float) -> str:
    """Return the hatch that lies over a colour: dark beside white, so that all colours show it."""
    lines = ((UNCLEAR_DARK, INK), (UNCLEAR_LIGHT, CASING))
    inside = "".join(
        element("path", d=path, stroke=ink, stroke_width=1, fill="none") for path, ink in lines
    )
    # a map's paths have north up, pictures the other way: the hatch must lean as in the legend
    grown = None if scale == 1.0 else f"scale({1 / scale:.4f} {-1 / scale:.4f})"
    return element(
        "pattern", inside, id=f"{key}-unclear", width=8, height=8,
        patternUnits="userSpaceOnUse", patternTransform=grown,
    )  # fmt: skip


def _hatch(name: str, look: tuple[str, str, str], scale: float) -> str:
    """Return one pattern, 8 picture units square; `look` is path, ground and ink."""
    path, ground, ink = look
    inside = element("rect", width=8, height=8, fill=ground)
    inside += element("path", d=path, stroke=ink, stroke_width=1, fill="none")
    # a map's paths have north up, pictures the other way: the hatch must lean as in the legend
    grown = None if scale == 1.0 else f"scale({1 / scale:.4f} {-1 / scale:.4f})"
    return element(
        "pattern",
        inside,
        id=name,
        width=8,
        height=8,
        patternUnits="userSpaceOnUse",
        patternTransform=grown,
    )


def lines(
    x: float, y: float, words: Sequence[str], *, size: float, leading: float, **attributes: object
) -> str:
    """Return lines of text, the first with its baseline at `y`."""
    return "".join(
        text(x, y + leading * i, line, size=size, **attributes) for i, line in enumerate(words)
    )


def heading(words: str, margin: float, width: float) -> tuple[str, float]:
    """Return the printed title and where it ends."""
    broken = wrap(words, 16, width - 2 * margin, bold=True)
    made = lines(margin, margin + 14, broken, size=16, leading=20, font_weight="bold")
    return made, margin + 20.0 * len(broken) + 4


def legend(
    rows: Sequence[LegendRow],
    palette: Palette,
    key: str,
    corner: tuple[float, float],
    width: float,
    nouns: tuple[str, str] = ("area", "areas"),
) -> tuple[str, float]:
    """Return the legend and where it ends.

    Parameters
    ----------
    rows
        From `placedata.maps.classes.legend_rows`.
    palette, key
        Colours, and the id prefix of the patterns.
    corner
        Left and top.
    width
        Picture width; rows stand in two columns where they fit.
    nouns
        What one area and several are called.
    """
    left, top = corner
    room = width - 2 * left
    counts = [plural(row.count, *nouns) for row in rows]
    longest = max(
        text_width(row.text, 13) + text_width(count, 12)
        for row, count in zip(rows, counts, strict=True)
    )
    columns = 2 if longest + SWATCH[0] + 30 < room / 2 and len(rows) > 3 else 1
    per = -(-len(rows) // columns)
    made = []
    for i, (row, count) in enumerate(zip(rows, counts, strict=True)):
        x = left + (i // per) * room / columns
        at = (x, top + (i % per) * ROW)
        made.append(_row(row, count, (palette, key), at, room / columns))
    end = top + per * ROW
    told = wrap(palette.note, 12, room)
    note = lines(left, end + 12, told, size=12, leading=15, fill=FAINT_INK)
    return "".join(made) + note, end + 5 + 15 * len(told)


def _row(
    row: LegendRow,
    count: str,
    look: tuple[Palette, str],
    corner: tuple[float, float],
    room: float,
) -> str:
    """Return a swatch with its number, the range and the number of areas in words.

    Parameters
    ----------
    count
        ``4 wards``.
    look
        Colours, and the id prefix of the patterns.
    """
    palette, key = look
    x, y = corner
    wide, high = SWATCH
    made = element(
        "rect", x=x, y=y, width=wide, height=high, fill=fill(row.number, palette, key),
        stroke=INK, stroke_width=0.9,
    )  # fmt: skip
    if row.number > 0:
        made += text(
            x + wide / 2, y + 13.5, row.number, size=12, fill=palette.inks[row.number - 1],
            text_anchor="middle", font_weight="600",
        )  # fmt: skip
    words = shorten(row.text, 13, room - wide - 24 - text_width(count, 12))
    made += element(
        "text",
        element("tspan", escape(words), fill=INK)
        + element("tspan", escape(count), fill=FAINT_INK, font_size=12, dx=8),
        x=x + wide + 8,
        y=y + 13.5,
        font_size=13,
    )
    return made


def scale_bar(x: float, y: float, scale: float, width: float) -> str:
    """Return a bar of a round length, at most three tenths of the picture.

    Parameters
    ----------
    x, y
        Left and top.
    scale
        Picture units per metre.
    width
        Width of the picture.
    """
    metres = nice_length(0.3 * width / scale)
    long = metres * scale
    words = f"{format_number(metres / 1000)} km" if metres >= 1000 else f"{metres:g} m"
    bar = element(
        "path",
        d=f"M{number(x)} {number(y + 4)}v8h{number(long)}v-8",
        fill="none",
        stroke=INK,
        stroke_width=1.4,
    )
    return bar + text(x + long + 6, y + 13, words, size=12)


def nice_length(most: float) -> float:
    """Return the longest 1, 2 or 5 times a power of ten that is not above `most` (metres)."""
    power = 10.0 ** (len(str(int(max(1.0, most)))) - 1)
    return max(step * power for step in _NICE if step * power <= max(1.0, most))


def north_arrow(x: float, y: float) -> str:
    """Return an arrow to grid north with its letter; `x` is its middle, `y` its top."""
    path = f"M{number(x)} {number(y)}l5 14l-5-4l-5 4z"
    return element("path", d=path, fill=INK) + text(
        x, y + 25, "N", size=11, text_anchor="middle", font_weight="600"
    )
