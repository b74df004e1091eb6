"""A small map that shows where one area lies among the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from placedata import drawing
from placedata.drawing import element
from placedata.errors import DataError
from placedata.maps.outlines import outlines
from placedata.maps.svg import placed, scale_of, stroke
from placedata.wording import join_list, plural

if TYPE_CHECKING:
    from placedata.geography import Boundaries

HIGHLIGHT = "#12436d"
GROUND = "#e4e7ea"
#: With more areas than these, borders cannot be told apart: the ground is one shape.
MOST_BORDERS = 1_000


class Locator:
    """Locator maps of one geography: the ground is drawn once, each area only itself.

    Parameters
    ----------
    boundaries
        EPSG:27700.
    width
        Picture units.
    """

    def __init__(self, boundaries: Boundaries, *, width: float = 160) -> None:
        self.width = width
        self.scale = scale_of(boundaries, width - 8)
        self.drawn = outlines(boundaries, metres_per_unit=0.6 / self.scale)
        if len(self.drawn.codes) > MOST_BORDERS:
            whole = outlines(_together(boundaries), metres_per_unit=0.6 / self.scale)
            self._ground = element("path", d=whole.paths[0], fill=GROUND)
            return
        borders = element("path", d=self.drawn.borders, fill="none", **stroke("#ffffff", 1.2))
        self._ground = element("path", d="".join(self.drawn.paths), fill=GROUND) + borders

    def svg(self, *area_codes: str) -> str:
        """Return the map with one area filled, or several.

        Raises
        ------
        DataError
            No such area.
        """
        drawn = self.drawn
        unknown = [code for code in area_codes if code not in drawn.codes]
        if unknown or not area_codes:
            found = repr(unknown[0]) if unknown else "none"
            msg = f"locator map: found area {found}; allowed: codes of the boundaries"
            raise DataError(msg)
        at = [drawn.codes.index(code) for code in area_codes]
        names = join_list([drawn.names[one] for one in at])
        verb = "is" if len(at) == 1 else "are"
        x, y = (float(drawn.anchors[at, axis].mean()) for axis in (0, 1))
        side = _side(x / drawn.extent[0], y / drawn.extent[1])
        count = plural(len(drawn.codes), "area")
        title = f"Where {names} {verb}"
        description = f"{names} {verb} in the {side} of {count} on this map."
        filled = "".join(
            element("path", d=drawn.paths[one], data_area=drawn.codes[one], fill=HIGHLIGHT,
                    **stroke(HIGHLIGHT, 1.6))
            for one in at
        )  # fmt: skip
        high = drawn.extent[1] * self.scale
        body = element("g", self._ground + filled, transform=placed(4, 4 + high, self.scale))
        key = drawing.identifier(title, description, self.width)
        return drawing.picture((self.width, high + 8), title, description, body, key=key)


def _together(boundaries: Boundaries) -> Boundaries:
    """Return all areas as one."""
    import shapely

    frame = boundaries.frame
    shapes = frame.geometry.to_numpy()
    # areas that share their borders point for point are put together in a tenth of the time
    valid = shapely.coverage_is_valid(shapes)
    whole = shapely.coverage_union_all(shapes) if valid else shapely.union_all(shapes)
    return replace(boundaries, frame=frame.iloc[[0]].set_geometry([whole], crs=frame.crs))


def _side(east: float, north: float) -> str:
    """Return ``north-west``, ``south``, ``centre`` from shares (0 to 1) of the extent."""
    vertical = "north" if north > 2 / 3 else "south" if north < 1 / 3 else ""
    across = "east" if east > 2 / 3 else "west" if east < 1 / 3 else ""
    return "-".join(part for part in (vertical, across) if part) or "centre"
