"""Lines and points over an SVG map."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from placedata.drawing import element, number, text
from placedata.maps.furniture import CASING

LINE = "#b0006d"
MOST_SIGNED = 500


@dataclass(frozen=True)
class Overlay:
    """What lies over a map, EPSG:27700.

    Parameters
    ----------
    lines
        One shapely geometry of lines, or None.
    points
        (x, y, sign): metres, and one or two characters.
    picture
        PNG, north up, and its west, south, east and north edge; it lies over the colours, and
        under hatches, borders and class numbers.
    """

    lines: Any = None
    points: Sequence[tuple[float, float, str]] = ()
    picture: tuple[bytes, tuple[float, float, float, float]] | None = None

    def within(self, bounds: tuple[float, float, float, float], margin: float) -> Overlay:
        """Return what lies in a box, or no further than a margin (metres) from it.

        The rest would lie over the title and the legend.
        """
        import shapely

        west, south, east, north = bounds
        edges = (west - margin, south - margin, east + margin, north + margin)
        lines = None if self.lines is None else shapely.clip_by_rect(self.lines, *edges)
        points = [
            item for item in self.points
            if edges[0] <= item[0] <= edges[2] and edges[1] <= item[1] <= edges[3]
        ]  # fmt: skip
        kept = None if lines is None or lines.is_empty else lines
        return replace(self, lines=kept, points=points)

    def placed(
        self, corner: tuple[float, float], scale: float, origin: tuple[float, float]
    ) -> list[tuple[float, float]]:
        """Return where the signs of points stand in a picture, none where they are mere dots."""
        at = _placing(corner, scale, origin)
        signed = len(self.points) <= MOST_SIGNED
        return [at(x, y) for x, y, _ in self.points] if signed else []


def _placing(
    corner: tuple[float, float], scale: float, origin: tuple[float, float]
) -> Callable[[float, float], tuple[float, float]]:
    """Return what takes metres to the picture."""

    def at(x: float, y: float) -> tuple[float, float]:
        return corner[0] + (x - origin[0]) * scale, corner[1] - (y - origin[1]) * scale

    return at


def overlay_picture(
    picture: tuple[bytes, tuple[float, float, float, float]],
    corner: tuple[float, float],
    scale: float,
    origin: tuple[float, float],
) -> str:
    """Return a picture of cells, inside the SVG itself; parameters as of `overlay_marks`."""
    png, (west, south, east, north) = picture
    x, y = _placing(corner, scale, origin)(west, north)
    return element(
        "image", None, x=number(x), y=number(y), width=number((east - west) * scale),
        height=number((north - south) * scale), preserveAspectRatio="none",
        style="image-rendering:pixelated", pointer_events="none", aria_hidden="true",
        href=f"data:image/png;base64,{base64.b64encode(png).decode()}",
    )  # fmt: skip


def fineness(lines: Any, scale: float) -> float:  # noqa: ANN401  shapely has no types
    """Return what lines are made thinner by where they stand close, or they hide the colours.

    On a grid of squares twice the area parted by the length of all lines is a side of a square.
    """
    west, south, east, north = lines.bounds
    apart = 2 * 0.6 * (east - west) * (north - south) / max(lines.length, 1.0) * scale
    return round(min(1.0, max(0.3, apart / 30)), 2)


def overlay_marks(
    overlay: Overlay,
    corner: tuple[float, float],
    scale: float,
    origin: tuple[float, float],
    numbers: str = "",
) -> str:
    """Return the marks of an overlay; beyond 500 points are dots without their signs.

    Parameters
    ----------
    corner
        South-west corner of the map in the picture.
    scale
        Picture units per metre.
    origin
        The same corner, EPSG:27700.
    numbers
        Markup of the class numbers, over the lines and under the points.
    """
    at, made = _placing(corner, scale, origin), ""
    if overlay.lines is not None:
        parts = getattr(overlay.lines, "geoms", [overlay.lines])
        fine = fineness(overlay.lines, scale)
        d = "".join(
            "M"
            + "L".join(f"{number(u)} {number(v)}" for u, v in (at(x, y) for x, y in part.coords))
            for part in parts
        )
        shared: dict[str, object] = {"d": d, "fill": "none", "stroke_linejoin": "round"}
        made += element("path", None, **shared, stroke=CASING, stroke_width=4 * fine)
        made += element("path", None, **shared, stroke=LINE, stroke_width=1.8 * fine)
    made += numbers
    signed = len(overlay.points) <= MOST_SIGNED
    for x, y, sign in overlay.points:
        u, v = at(x, y)
        made += element(
            "circle", None, cx=number(u), cy=number(v), r=7 if signed else 2.5,
            fill="#ffffff", stroke="#0b0c0c", stroke_width=1.6,
        )  # fmt: skip
        if signed:
            made += text(u, v + 3.6, sign, size=10, text_anchor="middle", font_weight="600")
    return element("g", made, class_="pd-over", pointer_events="none", aria_hidden="true")
