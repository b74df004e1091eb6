"""What lies beneath the areas of an SVG map: a background map in greys, or its white paper."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from placedata.drawing import element, number


@dataclass(frozen=True)
class Beneath:
    """A background, over which areas keep `placedata.maps.palettes.THROUGH` of their colours.

    Parameters
    ----------
    picture
        PNG of the box around all areas, north up; None where the background is not at hand, and
        the areas are drawn in the colours that they have over its white paper.
    """

    picture: bytes | None = None

    def drawn(self, corner: tuple[float, float], size: tuple[float, float]) -> str:
        """Return the picture, inside the SVG itself.

        Parameters
        ----------
        corner
            South-west corner of the map.
        size
            Its width and height; all in units of the picture.
        """
        if self.picture is None:
            return ""
        return element(
            "image", None, x=number(corner[0]), y=number(corner[1] - size[1]),
            width=number(size[0]), height=number(size[1]), preserveAspectRatio="none",
            pointer_events="none", aria_hidden="true", class_="pd-beneath",
            href=f"data:image/png;base64,{base64.b64encode(self.picture).decode()}",
        )  # fmt: skip
