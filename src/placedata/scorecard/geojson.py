"""All wards as GeoJSON (RFC 7946): WGS 84, right-hand rule, bounding box, no ``crs`` member."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from placedata.scorecard.columns import notices
from placedata.scorecard.flat import flat_frame

if TYPE_CHECKING:
    from placedata.scorecard.columns import Column
    from placedata.snapshot import Snapshot

#: About 11 cm on the ground: RFC 7946, section 11.2, advises no more.
DECIMALS = 6


def areas_geojson(snapshot: Snapshot, found: Iterable[Column]) -> str:
    """Return all areas with columns as properties; missing figures are null with a status."""
    given = list(found)
    rows = flat_frame(snapshot, given)
    records = rows.astype(object).where(rows.notna(), None).set_index("area_code", drop=False)
    features = []
    for item in json.loads(snapshot.web_geometry.read_text("utf-8"))["features"]:
        code = item["properties"]["area_code"]
        features.append(feature(code, item["geometry"], records.loc[code].to_dict()))
    return collection(features, notices(snapshot, given))


def feature(code: str, geometry: Any, properties: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """Return one feature, its rings turned by the right-hand rule and its box beside it.

    Parameters
    ----------
    geometry
        GeoJSON geometry, EPSG:4326.
    """
    import shapely
    from shapely.geometry import mapping, shape

    turned = shapely.orient_polygons(shape(geometry))
    plain = json.loads(json.dumps(mapping(turned)))
    return {
        "type": "Feature",
        "id": code,
        "bbox": [round(edge, DECIMALS) for edge in turned.bounds],
        "properties": properties,
        "geometry": {"type": plain["type"], "coordinates": _rounded(plain["coordinates"])},
    }


def collection(features: list[dict[str, Any]], notes: list[str] | None = None) -> str:
    """Return a collection as text, with the box of all its features and the notes of its source."""
    boxes = [item["bbox"] for item in features]
    box = [min(b[i] for b in boxes) for i in (0, 1)] + [max(b[i] for b in boxes) for i in (2, 3)]
    document = {
        "type": "FeatureCollection",
        "bbox": box,
        "notes": notes or [],
        "features": features,
    }
    return json.dumps(document, ensure_ascii=False)


def _rounded(item: Any) -> Any:  # noqa: ANN401  rings within rings
    if isinstance(item, (int, float)):
        return round(item, DECIMALS)
    return [_rounded(part) for part in item]
