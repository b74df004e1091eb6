"""What is laid over a stand-alone map, as data for its script and rules for its legend."""

from __future__ import annotations

import base64
import json
import struct
from typing import TYPE_CHECKING, Any

from placedata.maps.overlays import MOST_SIGNED, fineness

if TYPE_CHECKING:
    from placedata.maps.over import LaidOver

#: Pixels of a map on a wide screen, for how fine dense outlines are.
_WIDE = 800.0


def over_data(over: LaidOver | None) -> str:
    """Return raster, lines and points as JSON, EPSG:4326, (latitude, longitude); ``{}`` for none.

    ``raster``: address, size in pixels, and the corners north-west, north-east and south-west.
    ``lines``: GeoJSON, and how fine they are. ``points``: latitude, longitude, name, letter.
    """
    found: dict[str, Any] = {}
    if over is not None and over.cells is not None:
        found["raster"] = _raster(over.cells.cells.png, over.cells.cells.bounds)
    if over is not None and over.outline is not None:
        west, _, east, _ = over.outline.bounds
        fine = fineness(over.outline, _WIDE / max(1.0, east - west))
        found["lines"] = {"geometry": json.loads(over.web_outline), "fine": fine}
    if over is not None and over.groups:
        found["points"] = _points(over)
        found["signed"] = over.count <= MOST_SIGNED
    return json.dumps(found, separators=(",", ":"))


def _to_web(x: Any, y: Any) -> tuple[Any, Any]:  # noqa: ANN401  numbers, or arrays of them
    """Return latitude and longitude of places on the National Grid."""
    from pyproj import Transformer

    from placedata.geography import CRS, WEB_CRS

    east, north = Transformer.from_crs(CRS, WEB_CRS, always_xy=True).transform(x, y)
    return north, east


def _raster(png: bytes, bounds: tuple[float, float, float, float]) -> dict[str, Any]:
    west, south, east, north = bounds
    lats, lons = _to_web([west, east, west], [north, north, south])
    return {
        "url": f"data:image/png;base64,{base64.b64encode(png).decode()}",
        # width and height stand behind the signature of a PNG and the name of its first chunk
        "size": list(struct.unpack(">II", png[16:24])),
        "corners": [[round(a, 6), round(b, 6)] for a, b in zip(lats, lons, strict=True)],
    }


def _points(over: LaidOver) -> list[list[Any]]:
    things = [(item, group.sign) for group in over.groups for item in group.things]
    lats, lons = _to_web([item.x for item, _ in things], [item.y for item, _ in things])
    return [
        [round(lat, 5), round(lon, 5), item.name, sign]
        for (item, sign), lat, lon in zip(things, lats, lons, strict=True)
    ]


def over_rules(over: LaidOver | None) -> str:
    """Return style rules for the swatches of the legend: ``.o0`` is its first row."""
    if over is None:
        return ""
    rules = []
    for at, row in enumerate(over.legend):
        if len(row.colours) == 1:
            rules.append(f".o{at} {{ background: {row.colours[0]}; }}")
        elif row.colours:
            ramp = ", ".join(row.colours)
            rules.append(f".o{at} {{ background: linear-gradient(90deg, {ramp}); }}")
    return "\n".join(rules)
