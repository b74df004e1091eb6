"""TopoJSON to GeoJSON features: shared arcs put back together into rings."""

from __future__ import annotations

from typing import Any

Point = list[float]


def features_of(topology: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the GeoJSON features of one object of a topology (TopoJSON specification, section 2).

    Parameters
    ----------
    topology
        A parsed document of type Topology; quantised or not.
    name
        Key in its ``objects``.
    """
    arcs = [_absolute(arc, topology.get("transform")) for arc in topology["arcs"]]
    top = topology["objects"][name]
    items = top["geometries"] if top["type"] == "GeometryCollection" else [top]
    return [
        {
            "type": "Feature",
            "properties": {**({"id": item["id"]} if "id" in item else {}), **_properties(item)},
            "geometry": _geometry(item, arcs, topology.get("transform")),
        }
        for item in items
    ]


def _properties(item: dict[str, Any]) -> dict[str, Any]:
    return item.get("properties") or {}


def _absolute(arc: list[Point], transform: dict[str, Any] | None) -> list[Point]:
    """Return an arc's coordinates; a quantised arc is stored as differences."""
    if transform is None:
        return [point[:2] for point in arc]
    (scale_x, scale_y), (move_x, move_y) = transform["scale"], transform["translate"]
    x = y = 0.0
    points = []
    for step in arc:
        x, y = x + step[0], y + step[1]
        points.append([x * scale_x + move_x, y * scale_y + move_y])
    return points


def _line(indexes: list[int], arcs: list[list[Point]]) -> list[Point]:
    """Join arcs end to end; ``~i`` means arc ``i`` backwards."""
    points: list[Point] = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return points


def _geometry(
    item: dict[str, Any], arcs: list[list[Point]], transform: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Return one TopoJSON geometry as GeoJSON."""
    kind = item.get("type")
    if kind in ("Point", "MultiPoint"):
        points = [item["coordinates"]] if kind == "Point" else item["coordinates"]
        placed = [_absolute([point], transform)[0] for point in points]
        return {"type": kind, "coordinates": placed[0] if kind == "Point" else placed}
    shapes = item.get("arcs")
    if shapes is None:
        return None
    coordinates: Any
    if kind == "LineString":
        coordinates = _line(shapes, arcs)
    elif kind in ("Polygon", "MultiLineString"):
        coordinates = [_line(ring, arcs) for ring in shapes]
    else:
        coordinates = [[_line(ring, arcs) for ring in polygon] for polygon in shapes]
    return {"type": kind, "coordinates": coordinates}
