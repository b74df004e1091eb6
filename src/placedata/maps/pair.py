"""Two maps as one picture, for print and files."""

from __future__ import annotations

import re
from collections.abc import Sequence

from placedata import drawing
from placedata.drawing import element, number

_ROOT = re.compile(r'<svg\b[^>]*?viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>')
GAP = 20.0


def apart(pictures: Sequence[str]) -> tuple[str, ...]:
    """Return pictures of this package for one page: no two have the same names inside."""
    return tuple(_renamed(picture, at) for at, picture in enumerate(pictures))


def side_by_side(pictures: Sequence[str], titles: Sequence[str]) -> str:
    """Return pictures of this package in one row, in one SVG element.

    Parameters
    ----------
    pictures
        SVG elements of `placedata.drawing.picture`, from `apart`.
    titles
        What each shows, for the alternative text.
    """
    made, x, height = [], 0.0, 0.0
    for picture in pictures:
        root = _ROOT.match(picture)
        if root is None:
            msg = "a picture of placedata.drawing begins with its view box"
            raise ValueError(msg)
        wide, high = float(root[1]), float(root[2])
        made.append(
            element("g", _placed(picture[root.end() :], root[0], wide, high),
                    transform=f"translate({number(x)} 0)")
        )  # fmt: skip
        x, height = x + wide + GAP, max(height, high)
    title = " beside ".join(titles)
    description = "Two maps of the same areas, each with its own title, legend and source."
    key = drawing.identifier(title, description)
    return drawing.picture(
        (x - GAP, height), title, description, "".join(made), key=key, role="group"
    )


def _renamed(picture: str, at: int) -> str:
    """Return a picture whose names differ from those of the same picture before it."""
    found = re.search(r'aria-labelledby="([\w-]+)-title"', picture)
    return picture if found is None or at == 0 else picture.replace(found[1], f"{found[1]}-{at}")


def _placed(inside: str, root: str, wide: float, high: float) -> str:
    """Return a picture as an inner element of its own size, its names kept."""
    kept = re.sub(r'\s(?:xmlns|style|class)="[^"]*"', "", root)
    sized = kept[:-1] + f' width="{number(wide)}" height="{number(high)}">'
    return sized + inside
