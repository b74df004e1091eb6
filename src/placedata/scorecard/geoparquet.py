"""All wards as GeoParquet 1.1: WGS 84, a covering box for each row, and what the columns are."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from placedata.geography import WEB_CRS
from placedata.scorecard.columns import notices
from placedata.scorecard.flat import flat_frame, flat_name

if TYPE_CHECKING:
    from pathlib import Path

    from placedata.scorecard.columns import Column
    from placedata.snapshot import Snapshot

VERSION = "1.1.0"
#: Key of the file's metadata that says what the columns are and where they come from.
KEY = b"placedata"


def write_geoparquet(snapshot: Snapshot, found: Iterable[Column], path: Path) -> None:
    """Write all areas with columns; missing figures are null with a status."""
    import pyarrow.parquet as pq

    given = list(found)
    shapes = snapshot.boundaries[["area_code", "geometry"]].to_crs(WEB_CRS)
    frame = shapes.merge(flat_frame(snapshot, given), on="area_code")
    order = [name for name in frame.columns if name != "geometry"]
    buffer = io.BytesIO()
    frame[[*order, "geometry"]].to_parquet(
        buffer, index=False, schema_version=VERSION, write_covering_bbox=True
    )
    buffer.seek(0)
    table = pq.read_table(buffer)
    kept = {key: value for key, value in table.schema.metadata.items() if key != b"pandas"}
    about = {"notes": notices(snapshot, given), "columns": {flat_name(c): _about(c) for c in given}}
    kept[KEY] = json.dumps(about, ensure_ascii=False).encode()
    pq.write_table(table.replace_schema_metadata(kept), path, compression="zstd")


def _about(column: Column) -> dict[str, object]:
    return {
        "title": column.title,
        "unit": column.unit,
        "period": column.period,
        "polarity": column.polarity,
        "publisher": column.source,
        "licence": column.licence,
        "share_alike": column.share_alike,
    }
