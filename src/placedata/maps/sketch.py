"""The first picture of a map: outlines with no more detail than a screen shows at the first look.

A browser draws it within milliseconds on a plain canvas, in the very place where the map library
draws the same areas some seconds later. It holds no figures, so that it can be kept for ever.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from placedata.geography import WEB_CRS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from placedata.geography import Boundaries

#: Pixels that a class number needs on every side, those of the world at zoom 0, its girth in m.
ROOM, WORLD_PIXELS, EQUATOR = 6, 512, 40_075_016.68557849
MERCATOR = "EPSG:3857"
#: Steps of the grid along the longer side of the place, by the number of areas: the more there
#: are, the less is seen of each, and the file has to stay small.
STEPS, STEPS_OF_MANY, MANY = 4096, 1024, 2_000
#: The longer side of the picture that the detail is made for, in screen pixels.
SCREEN = 900
#: Outlines keep what is larger than this part of such a pixel.
DETAIL, DETAIL_OF_MANY = 0.6, 1.0


@dataclass(frozen=True)
class _Grid:
    """Whole numbers instead of metres: origin (north-west) and metres of a step, EPSG:3857."""

    west: float
    north: float
    step: float

    def placed(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return columns and rows of points, counted from the north-west."""
        moved = (xy - (self.west, self.north)) / (self.step, -self.step)
        return np.rint(moved).astype(np.int64)


def sketch(areas: Boundaries) -> dict[str, Any]:
    """Return the outlines of a place as small as a first look needs them.

    Parameters
    ----------
    areas
        EPSG:27700.

    Returns
    -------
    dict
        ``bounds``: west, south, east, north (EPSG:4326); ``size``: columns and rows of the grid,
        which is Web Mercator; ``typical``: zoom at which half of the areas are over 24 pixels wide;
        ``codes``; ``paths``: SVG path data of each area on the grid, south
        down; ``numbers``: index of an area, column and row of the point deepest inside, and the
        zoom from which a class number fits there.
    """
    import shapely

    frame = areas.frame
    web = frame.geometry.to_crs(MERCATOR).to_numpy()
    west, south, east, north = bounds = shapely.total_bounds(web)
    longer, many = max(east - west, north - south, 1.0), len(frame) > MANY
    grid = _Grid(float(west), float(north), float(longer) / (STEPS_OF_MANY if many else STEPS))
    thin = _thin(web, (DETAIL_OF_MANY if many else DETAIL) * longer / SCREEN)
    zoom = math.log2(SCREEN * EQUATOR / (WORLD_PIXELS * longer))
    return {
        "bounds": [round(edge, 6) for edge in (*_degrees(*bounds[:2]), *_degrees(*bounds[2:]))],
        "size": [math.ceil((east - west) / grid.step), math.ceil((north - south) / grid.step)],
        "typical": _typical_zoom(web),
        "codes": [str(code) for code in frame["area_code"]],
        "paths": [_path(shape, grid) for shape in thin],
        "numbers": _numbers(areas, grid, zoom),
    }


def inside_points(areas: Boundaries) -> list[tuple[float, float, float]]:
    """Return for each area the point deepest inside, and the zoom from which a number fits there.

    Parameters
    ----------
    areas
        EPSG:27700.

    Returns
    -------
    list of tuple
        Longitude and latitude (EPSG:4326, 5 decimals), zoom of Web Mercator on 512 pixel tiles.
    """
    import geopandas as gpd
    import shapely

    frame = areas.frame
    parts = frame[["geometry"]].explode(index_parts=False)
    largest = parts.assign(size=parts.area).sort_values("size").groupby(level=0).tail(1)
    outlines = largest["geometry"].reindex(frame.index)
    bounds = shapely.bounds(outlines.to_numpy())
    coarse = (bounds[:, 2:] - bounds[:, :2]).min(axis=1) / 25
    lines = shapely.maximum_inscribed_circle(outlines.to_numpy(), coarse)
    centres = gpd.GeoSeries(shapely.get_point(lines, 0), crs=frame.crs).to_crs(WEB_CRS)
    return [
        (round(point.x, 5), round(point.y, 5), round(_zoom_for(radius, point.y), 1))
        for point, radius in zip(centres, shapely.length(lines), strict=True)
    ]


def _zoom_for(radius: float, latitude: float) -> float:
    """Return the zoom at which a circle of so many metres has room for a class number."""
    across = EQUATOR * math.cos(math.radians(latitude))
    return math.log2(ROOM * across / (WORLD_PIXELS * max(radius, 1e-3)))


def _typical_zoom(web: NDArray[np.object_]) -> float:
    """Return the zoom that the widths of lines go by, as the map in the browser works it out."""
    import shapely

    sides = [
        max(b - a for a, b in zip(_degrees(*box[:2]), _degrees(*box[2:]), strict=True))
        for box in shapely.bounds(web)
    ]
    middle = sorted(sides)[len(sides) // 2]
    return round(min(max(math.log2(24 * 360 / (WORLD_PIXELS * max(middle, 1e-9))), 2), 16), 2)


def _degrees(x: float, y: float) -> tuple[float, float]:
    """Return longitude and latitude of a point of Web Mercator (EPSG:3857, the formula of EPSG)."""
    turn = 2 * math.pi * x / EQUATOR
    return math.degrees(turn), math.degrees(math.atan(math.sinh(2 * math.pi * y / EQUATOR)))


def _metres(longitude: float, latitude: float) -> tuple[float, float]:
    """Return a point in Web Mercator: the inverse of `_degrees`."""
    up = math.asinh(math.tan(math.radians(latitude)))
    return longitude * EQUATOR / 360, up * EQUATOR / (2 * math.pi)


def _thin(shapes: NDArray[np.object_], metres: float) -> NDArray[np.object_]:
    """Return the shapes without detail that cannot be seen, shared borders kept shared."""
    import shapely

    if shapely.coverage_is_valid(shapes):
        thinned = shapely.coverage_simplify(shapes, metres)
    else:
        thinned = shapely.simplify(shapes, metres / 4, preserve_topology=True)
    return np.where(shapely.is_empty(thinned), shapes, thinned)


def _numbers(areas: Boundaries, grid: _Grid, most: float) -> list[list[float]]:
    """Return where class numbers stand, of the areas that have room for one up to a zoom."""
    from placedata.geography import Boundaries

    near = np.sqrt(areas.frame.area.to_numpy())  # no circle inside is wider
    large = np.flatnonzero([_zoom_for(side, 0.0) - 1.5 <= most for side in near])  # up to 70° north
    frame = areas.frame.iloc[large].reset_index(drop=True)
    points = inside_points(Boundaries(areas.geography, frame))
    placed = grid.placed(np.array([_metres(lon, lat) for lon, lat, _ in points]).reshape(-1, 2))
    return [
        [int(at), *map(int, where), zoom]
        for at, where, (_, _, zoom) in zip(large, placed, points, strict=True)
        if zoom <= most
    ]


def _path(shape: Any, grid: _Grid) -> str:  # noqa: ANN401  shapely has no types
    """Return the rings of one area as path data; a step wide where it is smaller than that."""
    import shapely

    rings = shapely.get_rings(shapely.get_parts(shape))
    drawn = "".join(_ring(grid.placed(shapely.get_coordinates(ring))) for ring in rings)
    if drawn:
        return drawn
    x, y = grid.placed(shapely.get_coordinates(shape)[:1])[0]
    return f"M{x} {y}h1v1h-1z"


def _ring(points: NDArray[np.int64]) -> str:
    """Return a closed line as ``M`` and steps; empty where it collapses."""
    steps = np.diff(points, axis=0)
    steps = steps[np.any(steps != 0, axis=1)][:-1]
    if len(steps) < 2:
        return ""
    told = " ".join(f"{dx} {dy}" for dx, dy in steps.tolist())
    return f"M{points[0][0]} {points[0][1]}l{told.replace(' -', '-')}z"
