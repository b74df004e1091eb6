"""Boundaries as SVG path data: whole metres, simplified together so that no gap opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from placedata.geography import Boundaries

#: Drawn forms that are kept: maps of many layers are drawn on the same ground.
MOST_KEPT = 8
_kept: dict[tuple[int, float], tuple[Any, Outlines]] = {}


@dataclass(frozen=True)
class Outlines:
    """The areas of a map, ready to draw.

    Parameters
    ----------
    codes, names
        One per area, in the order of the boundaries.
    paths
        SVG path data per area, in whole metres from the south-west corner, north up.
    borders
        Path data of all boundaries together, each shared edge once.
    anchors
        Per area (x, y, radius) in metres: centre of the largest circle inside it, for a label.
    extent
        Width and height in metres.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    paths: tuple[str, ...]
    borders: str
    anchors: NDArray[np.float64]
    extent: tuple[float, float]


def outlines(boundaries: Boundaries, *, metres_per_unit: float = 1.0) -> Outlines:
    """Return the drawn form of some boundaries.

    Areas that fit together are simplified as one coverage (Visvalingam-Whyatt on shared edges,
    GEOS), so neighbours keep their common border. Boundaries that overlap or gape cannot be, and
    are simplified singly, with a tolerance too small to see.

    Parameters
    ----------
    boundaries
        EPSG:27700, polygons.
    metres_per_unit
        Size of one picture unit on the ground; detail finer than this is dropped.
    """
    frame = boundaries.frame
    key = (id(frame), round(metres_per_unit, 3))
    owner, found = _kept.get(key, (None, None))
    if found is None or owner is None or owner() is not frame:
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        found = _drawn(boundaries, metres_per_unit)
        _kept[key] = (ref(frame), found)
    return found


def _drawn(boundaries: Boundaries, metres_per_unit: float) -> Outlines:
    import shapely

    frame = boundaries.frame
    shapes = np.asarray(frame.geometry.values, dtype=object)
    west, south, east, north = shapely.total_bounds(shapes)
    thinned = _thin(shapes, metres_per_unit)
    local = shapely.transform(thinned, lambda xy: xy - (west, south))
    circles = shapely.maximum_inscribed_circle(local, tolerance=max(1.0, metres_per_unit))
    ends = shapely.get_coordinates(circles).reshape(len(local), 2, 2)
    radius = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    edges = shapely.line_merge(shapely.unary_union(shapely.boundary(local)))
    return Outlines(
        codes=tuple(map(str, frame["area_code"])),
        names=tuple(map(str, frame["area_name"])),
        paths=tuple(path_of(shape) for shape in local),
        borders="".join(_line(part, closed=False) for part in _parts(edges)),
        anchors=np.column_stack([ends[:, 0], radius]),
        extent=(float(east - west), float(north - south)),
    )


def _thin(shapes: NDArray[np.object_], metres_per_unit: float) -> NDArray[np.object_]:
    """Return the shapes without detail that cannot be seen."""
    import shapely

    if shapely.coverage_is_valid(shapes):
        thinned = shapely.coverage_simplify(shapes, metres_per_unit)
    else:
        thinned = shapely.simplify(shapes, metres_per_unit / 4, preserve_topology=True)
    gone = shapely.is_empty(thinned)
    thinned = np.where(gone, shapes, thinned)
    return np.asarray(thinned, dtype=object)


def _parts(geometry: object) -> list[object]:
    """Return the single geometries of a geometry."""
    import shapely

    return list(shapely.get_parts(geometry))


def path_of(shape: object) -> str:
    """Return path data of one area: every ring of every polygon, never empty."""
    import shapely

    rings = [ring for part in _parts(shape) for ring in shapely.get_rings(part)]
    drawn = "".join(_line(ring, closed=True) for ring in rings)
    if drawn:
        return drawn
    # Smaller than a metre: a square of one metre, so that the area is there at all.
    x, y = shapely.get_coordinates(shape)[0]
    return f"M{round(x)} {round(y)}h1v1h-1z"


def _line(line: object, *, closed: bool) -> str:
    """Return one line as ``M`` and relative steps in whole metres; empty where it collapses."""
    import shapely

    points = np.rint(shapely.get_coordinates(line)).astype(np.int64)
    steps = np.diff(points, axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    if closed:
        steps = steps[:-1]
    if len(steps) < (2 if closed else 1):
        return ""
    x, y = points[0]
    return f"M{x} {y}l" + " ".join(f"{dx} {dy}" for dx, dy in steps) + ("z" if closed else "")
