"""A small map that shows where one area lies among the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from placedata import drawing
from placedata.drawing import element
from placedata.errors import DataError
from placedata.maps.outlines import outlines, path_of
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
        self._areas = boundaries.frame.set_index("area_code")
        unit = 0.6 / self.scale
        if len(self._areas) > MOST_BORDERS:
            # thousands of areas are drawn one by one, as they are asked for
            self._drawn = None
            whole = outlines(_together(boundaries), metres_per_unit=unit)
            self._extent = whole.extent
            self._ground = element("path", d=whole.paths[0], fill=GROUND)
            return
        self._drawn = outlines(boundaries, metres_per_unit=unit)
        self._extent = self._drawn.extent
        borders = element("path", d=self._drawn.borders, fill="none", **stroke("#ffffff", 1.2))
        self._ground = element("path", d="".join(self._drawn.paths), fill=GROUND) + borders

    def svg(self, *area_codes: str) -> str:
        """Return the map with one area filled, or several.

        Raises
        ------
        DataError
            No such area.
        """
        unknown = [code for code in area_codes if code not in self._areas.index]
        if unknown or not area_codes:
            found = repr(unknown[0]) if unknown else "none"
            msg = f"locator map: found area {found}; allowed: codes of the boundaries"
            raise DataError(msg)
        names = join_list([str(self._areas.at[code, "area_name"]) for code in area_codes])
        verb = "is" if len(area_codes) == 1 else "are"
        drawn = {code: self._area(code) for code in area_codes}
        east, north = (
            sum(inside[axis] for _, inside in drawn.values()) / len(drawn) / self._extent[axis]
            for axis in (0, 1)
        )
        side = _side(east, north)
        count = plural(len(self._areas), "area")
        title = f"Where {names} {verb}"
        description = f"{names} {verb} in the {side} of {count} on this map."
        filled = "".join(
            element("path", d=path, data_area=code, fill=HIGHLIGHT, **stroke(HIGHLIGHT, 1.6))
            for code, (path, _) in drawn.items()
        )
        high = self._extent[1] * self.scale
        body = element("g", self._ground + filled, transform=placed(4, 4 + high, self.scale))
        key = drawing.identifier(title, description, self.width)
        return drawing.picture((self.width, high + 8), title, description, body, key=key)

    def _area(self, code: str) -> tuple[str, tuple[float, float]]:
        """Return path data of one area and a point inside, in metres from the south-west corner."""
        import shapely

        if self._drawn is not None:
            at = self._drawn.codes.index(code)
            x, y, _ = self._drawn.anchors[at]
            return self._drawn.paths[at], (float(x), float(y))
        west, south, *_ = self._areas.total_bounds
        thin = self._areas.geometry.loc[[code]].simplify(0.15 / self.scale).iloc[0]
        moved = shapely.transform(thin, lambda xy: xy - (west, south))
        point = shapely.point_on_surface(moved)
        return path_of(moved), (float(point.x), float(point.y))


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
