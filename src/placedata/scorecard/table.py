"""All wards in one table, with GSS codes: CSV, GeoJSON, GeoPackage; see `xlsx` for spreadsheets."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from placedata.geography import WEB_CRS
from placedata.scorecard.card import SHORTHAND
from placedata.scorecard.columns import columns
from placedata.scorecard.safe import safe_cell

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from placedata.snapshot import Snapshot

FORMATS = ("csv", "xlsx", "geojson", "gpkg")


def wide_table(snapshot: Snapshot, layers: Iterable[str] | None = None) -> pd.DataFrame:
    """Return area_code, area_name and one column a layer, headed by its id; figures unrounded."""
    frame = snapshot.areas[["area_code", "area_name"]].copy()
    for column in columns(snapshot, layers):
        frame[column.id] = column.values
    return frame.reset_index(drop=True)


def write_table(snapshot: Snapshot, layers: Iterable[str], path: Path) -> None:
    """Write the table of all wards to `path` in the format that its ending names."""
    kind = path.suffix.lstrip(".")
    names = list(layers)
    if kind == "xlsx":
        from placedata.scorecard.xlsx import to_xlsx

        path.write_bytes(to_xlsx(snapshot, names))
    elif kind == "csv":
        path.write_text(to_csv_table(snapshot, names), "utf-8", newline="")
    elif kind == "geojson":
        path.write_text(to_geojson(snapshot, names), "utf-8")
    else:
        from placedata.files.drivers import lock_drivers

        lock_drivers()
        frame = snapshot.boundaries[["area_code", "geometry"]]
        frame.merge(wide_table(snapshot, names), on="area_code").to_file(
            path, driver="GPKG", layer="wards"
        )


def to_csv_table(snapshot: Snapshot, layers: Iterable[str] | None = None) -> str:
    """Return the table of all wards as CSV, headings in words, missing figures [c] or [x]."""
    frame = snapshot.areas[["area_code", "area_name"]].copy()
    for column in columns(snapshot, layers):
        shown = column.values.astype(object).where(
            column.values.notna(), column.statuses.map(SHORTHAND)
        )
        frame[str(safe_cell(column.heading))] = shown
    frame["area_name"] = frame["area_name"].map(safe_cell)
    return frame.to_csv(index=False, lineterminator="\r\n")


def to_geojson(snapshot: Snapshot, layers: Iterable[str] | None = None) -> str:
    """Return all wards as GeoJSON (RFC 7946, WGS 84) with the layers as properties."""
    features = json.loads(snapshot.web_geometry.read_text("utf-8"))["features"]
    rows = wide_table(snapshot, layers).set_index("area_code", drop=False)
    records = rows.astype(object).where(rows.notna(), None)
    for feature in features:
        feature["properties"] = records.loc[feature["properties"]["area_code"]].to_dict()
    about = {
        "snapshot": snapshot.id,
        "published": snapshot.published,
        "place": snapshot.place["name"],
    }
    document = {"type": "FeatureCollection", "features": features, **about, "crs_note": WEB_CRS}
    return json.dumps(document, ensure_ascii=False)
