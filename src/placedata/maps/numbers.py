"""The class number of each area on a map: where it stands, and what it stands on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from placedata.drawing import INK, element, number, text

On = Literal["colour", "halo", "disc"]
#: Areas smaller than this (radius of the largest circle inside, picture units) carry no number.
SMALLEST_NUMBERED = 4.5
#: Radius of the sign of a point, and the room left around it.
_SIGN = 9.0
_HALO = {"stroke_width": 5, "stroke_linejoin": "round", "paint_order": "stroke"}


@dataclass(frozen=True)
class Spot:
    """One number.

    Parameters
    ----------
    x, y, room
        Middle and radius of the largest circle inside the area, picture units.
    ink, ground
        Colour of the number, and of its class.
    on
        What it stands on: the colour of the class itself, a halo of it where hatches lie over
        that, or a disc of it where a raster hides it.
    """

    x: float
    y: float
    room: float
    number: int
    ink: str
    ground: str
    on: On = "colour"


def class_numbers(
    spots: Iterable[Spot], points: Sequence[tuple[float, float]], most: float = 14.0
) -> str:
    """Return the numbers of areas that are large enough, beside the points rather than under them.

    Parameters
    ----------
    points
        Where signs of points will lie over the numbers, picture units.
    most
        Size of the largest number.
    """
    made = []
    for spot in spots:
        if spot.room < SMALLEST_NUMBERED:
            continue
        size = min(most, max(8.0, spot.room * 0.9))
        x, y = clear_of(spot, points, size * 0.5)
        told: dict[str, object] = {"fill": spot.ink}
        if spot.on == "halo":
            told |= {"stroke": spot.ground, **_HALO}
        elif spot.on == "disc":
            made.append(
                element("circle", None, cx=number(x), cy=number(y), r=number(size * 0.68),
                        fill=spot.ground, stroke=INK, stroke_width=0.9)
            )  # fmt: skip
        made.append(text(x, y + size * 0.36, spot.number, size=size, **told))
    return element(
        "g", "".join(made), text_anchor="middle", font_weight="600", pointer_events="none",
        aria_hidden="true",
    )  # fmt: skip


def clear_of(
    spot: Spot, points: Sequence[tuple[float, float]], radius: float
) -> tuple[float, float]:
    """Return the middle of a spot, or the nearest place inside its circle that no point covers."""
    apart = (_SIGN + radius) ** 2
    near: list[Any] = [
        (x, y) for x, y in points if math.hypot(x - spot.x, y - spot.y) < spot.room + _SIGN + radius
    ]
    reach = max(0.0, spot.room - radius)
    for share in (0.0, 0.5, 0.75, 1.0):
        for turn in range(1 if share == 0 else 12):
            angle = turn * math.pi / 6
            x = spot.x + share * reach * math.cos(angle)
            y = spot.y + share * reach * math.sin(angle)
            if all((x - u) ** 2 + (y - v) ** 2 >= apart for u, v in near):
                return x, y
    return spot.x, spot.y
