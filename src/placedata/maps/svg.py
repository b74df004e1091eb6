"""Ward maps as SVG, made on the server: for print, for paper, and where WebGL is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from placedata import drawing
from placedata.drawing import FAINT_INK, INK, element, escape, number
from placedata.errors import DataError
from placedata.maps import furniture
from placedata.maps.classes import NO_DATA, SUPPRESSED, LegendRow
from placedata.maps.numbers import On, Spot, class_numbers
from placedata.maps.outlines import Outlines, outlines
from placedata.maps.over_legend import OverRow, over_legend
from placedata.maps.overlays import Overlay, overlay_marks, overlay_picture
from placedata.maps.palettes import THROUGH, paler
from placedata.wording import join_list, plural

if TYPE_CHECKING:
    import pandas as pd

    from placedata.geography import Boundaries
    from placedata.maps.beneath import Beneath
    from placedata.maps.palettes import Palette

MARGIN = 10.0
FOCUS = "#ffdd00"

# Without a script the focused area has a band inside it, black or white, whichever contrasts with
# its colour; a script may copy its outline into both paths of `pd-focus` for a ring on top.
FOCUS_STYLE = (
    ".pd-area{cursor:pointer}.pd-area:focus{outline:none;stroke:var(--pd-ink);stroke-width:9px}"
)


@dataclass(frozen=True)
class MapWords:
    """Everything that a map says.

    Parameters
    ----------
    title
        What is shown, with the period: ``Nitrogen dioxide, 2023``.
    legend
        From `placedata.maps.classes.legend_rows`.
    source
        Publisher, licence and snapshot, for the line beneath.
    labels
        Area code -> accessible name (``Abbey: 12.3 µg/m³, class 2 of 5``); by default made from
        the area's name and its legend row.
    description
        Alternative text; by default made from the classes.
    nouns
        What one area and several are called: ``("ward", "wards")``.
    notes
        Sentences beneath the legend.
    over
        Rows of the legend for what lies over the map.
    """

    title: str
    legend: Sequence[LegendRow] = ()
    source: str = ""
    labels: pd.Series | None = None
    description: str | None = None
    nouns: tuple[str, str] = ("area", "areas")
    notes: Sequence[str] = ()
    over: Sequence[OverRow] = ()


@dataclass(frozen=True)
class MapLook:
    """How a map is drawn.

    Parameters
    ----------
    width
        Picture units; text is 13 units high, so 360 suits a phone and 720 a page.
    focusable
        Areas are buttons in one roving tab stop (``data-area``, ``data-index``, ``aria-pressed``);
        the arrow keys need the page's script.
    selected
        Area code with a ring around it.
    class_numbers
        Print the class number on each area.
    show_title
        Print the title in the picture (it is in the alternative text in any case).
    scale
        Scale bar and north arrow.
    hatched
        Codes of areas with a hatch over their colour: not clearly different from the average.
    overlay
        Lines and points over the areas.
    beneath
        A background map, which the areas let through.
    """

    width: float = 480
    focusable: bool = False
    selected: str | None = None
    class_numbers: bool = True
    show_title: bool = True
    scale: bool = True
    hatched: tuple[str, ...] = ()
    overlay: Overlay | None = None
    beneath: Beneath | None = None


@dataclass(frozen=True)
class _Sheet:
    """A map on its sheet: what is drawn, in which class, and where (south-west corner).

    `palette` has the colours that are seen, `paint` those that areas are drawn in, see-through.
    """

    drawn: Outlines
    found: dict[str, int]
    palette: Palette
    key: str
    scale: float
    corner: tuple[float, float]
    origin: tuple[float, float]
    paint: Palette
    through: float | None


def svg_map(
    boundaries: Boundaries,
    classes: pd.Series,
    palette: Palette,
    words: MapWords,
    look: MapLook | None = None,
) -> str:
    """Return a choropleth map as one SVG element.

    Parameters
    ----------
    boundaries
        EPSG:27700.
    classes
        Area code -> class number (1 to k), `NO_DATA` or `SUPPRESSED`; an area left out has no data.
    palette
        At least as many colours as classes.
    words, look
        What it says and how it is drawn.

    Raises
    ------
    DataError
        A class without a colour, an area code without a boundary, or a selected area that is none.
    """
    look = look or MapLook()
    _check(boundaries, classes, palette, look)
    scale = scale_of(boundaries, look.width - 2 * MARGIN)
    if look.overlay is not None:
        box = boundaries.frame.total_bounds
        look = replace(look, overlay=look.overlay.within(tuple(box), MARGIN / scale))
    drawn = outlines(boundaries, metres_per_unit=0.6 / scale)
    found = {code: int(classes.get(code, NO_DATA)) for code in drawn.codes}
    description = words.description or _describe(drawn, found, words)
    key = drawing.identifier(words.title, description, look, words.source)
    top = MARGIN
    head = furniture.patterns(key) + furniture.patterns(f"{key}-map", scale)
    head += element("style", FOCUS_STYLE) if look.focusable else ""
    if look.show_title:
        made, top = furniture.heading(words.title, MARGIN, look.width)
        head += made
    corner = ((look.width - drawn.extent[0] * scale) / 2, top + drawn.extent[1] * scale)
    west, south, *_ = map(float, boundaries.frame.total_bounds)
    seen = palette if look.beneath is None else paler(palette)
    there = look.beneath is not None and look.beneath.picture is not None
    paint = (palette, THROUGH) if there else (seen, None)
    sheet = _Sheet(drawn, found, seen, key, scale, corner, (west, south), *paint)
    numbers = _numbers(sheet, look)
    over = numbers
    if look.overlay is not None:
        over = overlay_marks(look.overlay, corner, scale, (west, south), numbers)
    foot, y = _below(sheet, words, look)
    return drawing.picture(
        (look.width, y + MARGIN),
        words.title,
        description,
        head + _areas(sheet, words, look) + over + foot,
        key=key,
        role="group" if look.focusable else "img",
    )


def _check(boundaries: Boundaries, classes: pd.Series, palette: Palette, look: MapLook) -> None:
    """Refuse classes that cannot be drawn truthfully."""
    codes = set(boundaries.codes)
    strange = [str(code) for code in classes.index if code not in codes]
    if strange:
        raise DataError(f"map: found areas without a boundary: {join_list(strange, most=5)}")
    allowed = {NO_DATA, SUPPRESSED, *range(1, palette.k + 1)}
    wrong = sorted({int(item) for item in classes.to_numpy()} - allowed)
    if wrong:
        raise DataError(f"map: found classes {wrong}; allowed: 1 to {palette.k}, -1, -2")
    if look.selected is not None and look.selected not in codes:
        raise DataError(f"map: found selected area {look.selected!r}, which has no boundary")


def scale_of(boundaries: Boundaries, width: float) -> float:
    """Return picture units per metre, so that the map fits `width` and is no taller than 1.25."""
    west, south, east, north = boundaries.frame.total_bounds
    return float(min(width / max(1.0, east - west), 1.25 * width / max(1.0, north - south)))


def placed(x: float, y: float, scale: float) -> str:
    """Return the transform from metres (north up) to the picture."""
    return f"translate({number(x)} {number(y)}) scale({scale:.7f} {-scale:.7f})"


def stroke(colour: str, width: float) -> dict[str, object]:
    """Return attributes of a line that keeps its width at every size."""
    return {
        "stroke": colour,
        "stroke_width": width,
        "stroke_linejoin": "round",
        "vector_effect": "non-scaling-stroke",
    }


def _below(sheet: _Sheet, words: MapWords, look: MapLook) -> tuple[str, float]:
    """Return scale, north arrow, legend and source, and where they end."""
    made, y = "", sheet.corner[1] + 8
    if look.scale:
        made += furniture.scale_bar(MARGIN, y, sheet.scale, look.width)
        made += furniture.north_arrow(look.width - MARGIN - 10, y)
        y += 32
    if words.legend:
        rows, y = furniture.legend(
            words.legend, sheet.palette, sheet.key, (MARGIN, y), look.width, words.nouns
        )
        made += rows
        for note in words.notes:
            lines = drawing.wrap(note, 12, look.width - 2 * MARGIN)
            made += furniture.lines(MARGIN, y + 10, lines, size=12, leading=15, fill=FAINT_INK)
            y += 15 * len(lines) + 3
    if words.over:
        rows, y = over_legend(words.over, sheet.key, (MARGIN, y + 2), look.width)
        made += rows
    if words.source:
        lines = drawing.wrap(words.source, 11, look.width - 2 * MARGIN, lines=9)
        made += furniture.lines(MARGIN, y + 12, lines, size=11, leading=14, fill=FAINT_INK)
        y += 14 * len(lines) + 4
    return made, y


def _areas(sheet: _Sheet, words: MapWords, look: MapLook) -> str:
    """Return the areas, their borders, the ring of the selected one, and the class numbers."""
    fine = _fineness(sheet)
    every = range(len(sheet.drawn.codes))
    shapes = "".join(_area(sheet, index, words, look, fine) for index in every)
    picture = look.overlay.picture if look.overlay else None
    below = ""
    if look.beneath is not None:
        wide, high = (edge * sheet.scale for edge in sheet.drawn.extent)
        below = look.beneath.drawn(sheet.corner, (wide, high))
    if picture is not None:
        below += element("g", shapes, transform=placed(*sheet.corner, sheet.scale))
        below += overlay_picture(picture, sheet.corner, sheet.scale, sheet.origin)
        shapes = element("path", d=sheet.drawn.borders, fill="none", pointer_events="none",
                         **stroke(furniture.CASING, 2.6 * fine))  # fmt: skip
    shapes += _hatch(sheet, look.hatched)
    borders = element(
        "path",
        d=sheet.drawn.borders,
        fill="none",
        pointer_events="none",
        **stroke(INK, 0.9 * fine),
    )
    ring = "" if look.selected is None else _ring(sheet, look.selected)
    if look.focusable:
        quiet = {"class_": "pd-focus", "fill": "none", "pointer_events": "none"}
        ring += element("path", None, **quiet, **stroke(INK, 8))
        ring += element("path", None, **quiet, **stroke(FOCUS, 3))
    made = element("g", shapes + borders + ring, transform=placed(*sheet.corner, sheet.scale))
    return below + made


def _area(sheet: _Sheet, index: int, words: MapWords, look: MapLook, fine: float) -> str:
    """Return the one path of an area, a button where areas can take the focus."""
    code = sheet.drawn.codes[index]
    name = _label(sheet.drawn.names[index], code, sheet.found[code], words)
    button: dict[str, object] = {}
    if look.focusable:
        button = {
            "role": "button",
            "tabindex": 0 if code == (look.selected or sheet.drawn.codes[0]) else -1,
            "aria_label": name,
            "aria_pressed": "true" if code == look.selected else "false",
            "style": f"--pd-ink:{furniture.ink(sheet.found[code], sheet.palette)}",
        }
    return element(
        "path",
        element("title", escape(name)),
        d=sheet.drawn.paths[index],
        class_="pd-area",
        data_area=code,
        data_index=index,
        data_class=sheet.found[code],
        fill=furniture.fill(sheet.found[code], sheet.paint, f"{sheet.key}-map"),
        fill_rule="evenodd",
        fill_opacity=sheet.through,
        **button,
        **stroke(furniture.CASING, 2.6 * fine),
    )


def _hatch(sheet: _Sheet, codes: Sequence[str]) -> str:
    """Return the hatch over the areas that are not clearly different, as one path."""
    wanted = set(codes)
    paths = zip(sheet.drawn.codes, sheet.drawn.paths, strict=True)
    d = "".join(path for code, path in paths if code in wanted)
    if not d:
        return ""
    return element(
        "path", None, d=d, class_="pd-unclear", fill=f"url(#{sheet.key}-map-unclear)",
        fill_rule="evenodd", pointer_events="none", aria_hidden="true",
    )  # fmt: skip


def _fineness(sheet: _Sheet) -> float:
    """Return what lines are made thinner by where areas are small, or they hide the colours."""
    middle = float(sorted(sheet.drawn.anchors[:, 2])[len(sheet.drawn.codes) // 2])
    return round(min(1.0, max(0.25, middle * sheet.scale / 12)), 2)


def _ring(sheet: _Sheet, code: str) -> str:
    """Return the ring around the selected area: black on white, seen on every colour."""
    shared: dict[str, object] = {
        "d": sheet.drawn.paths[sheet.drawn.codes.index(code)],
        "fill": "none",
        "pointer_events": "none",
        "aria_hidden": "true",
    }
    white = element("path", None, **shared, **stroke("#ffffff", 7))
    return white + element("path", None, **shared, **stroke(INK, 3.6))


def _numbers(sheet: _Sheet, look: MapLook) -> str:
    """Return the class numbers: on a disc over a raster, on a halo over hatches and lines."""
    if not look.class_numbers:
        return ""
    over, (left, bottom), scale = look.overlay or Overlay(), sheet.corner, sheet.scale
    colours = sheet.palette.colours
    ground: On = (
        "disc" if over.picture is not None else "halo" if over.lines is not None else "colour"
    )
    spots = [
        Spot(
            left + x * scale, bottom - y * scale, radius * scale, found,
            sheet.palette.inks[found - 1], colours[found - 1],
            "halo" if ground == "colour" and code in look.hatched else ground,
        )
        for code, (x, y, radius) in zip(sheet.drawn.codes, sheet.drawn.anchors, strict=True)
        if (found := sheet.found[code]) > 0
    ]  # fmt: skip
    return class_numbers(spots, over.placed(sheet.corner, scale, sheet.origin))


def _label(name: str, code: str, found: int, words: MapWords) -> str:
    """Return the accessible name of an area."""
    if words.labels is not None and code in words.labels.index:
        return str(words.labels[code])
    row = next((row for row in words.legend if row.number == found), None)
    return f"{name}: {row.text if row else furniture.row_words(found)}"


def _describe(drawn: Outlines, found: dict[str, int], words: MapWords) -> str:
    """Return the alternative text of a map, from its classes."""
    names = dict(zip(drawn.codes, drawn.names, strict=True))
    told = {row.number: row.text for row in words.legend}
    present = sorted({item for item in found.values() if item > 0})
    parts = [f"Map of {plural(len(drawn.codes), *words.nouns)}."]
    ends = [("Highest class", present[-1])] if present else []
    ends += [("Lowest class", present[0])] if len(present) > 1 else []
    for which, item in ends:
        inside = [names[code] for code in drawn.codes if found[code] == item]
        range_ = f" ({told[item]})" if item in told else ""
        parts.append(f"{which}{range_}: {join_list(inside, most=6)}.")
    for item, verb in ((NO_DATA, "have no data"), (SUPPRESSED, "are suppressed")):
        inside = [names[code] for code in drawn.codes if found[code] == item]
        if inside:
            singular = verb.replace("have", "has").replace("are", "is")
            parts.append(f"{join_list(inside, most=6)} {singular if len(inside) == 1 else verb}.")
    return " ".join(parts)
