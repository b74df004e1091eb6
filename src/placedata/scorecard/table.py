"""All wards in one table, with GSS codes, in every format that `FORMATS` names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from placedata.scorecard.columns import columns
from placedata.scorecard.parts import SHORTHAND
from placedata.scorecard.safe import safe_cell

if TYPE_CHECKING:
    from pathlib import Path

    from placedata.scorecard.columns import Column
    from placedata.snapshot import Snapshot

FORMATS = ("csv", "xlsx", "geojson", "gpkg", "geoparquet")


def write_table(
    snapshot: Snapshot, layers: Iterable[str], path: Path, *, share_alike: str = "notice"
) -> list[Path]:
    """Write the table of all wards to `path` in the format that its ending names.

    Parameters
    ----------
    layers
        Layer ids; the scores are there where these are all.
    path
        Its ending is one of `FORMATS` (``.parquet`` for GeoParquet).
    share_alike
        ``notice``, or ``leave-out`` for a file without anything made from ODbL data.

    Returns
    -------
    list
        What was written: a CSV comes with its CSVW metadata.
    """
    found = columns(snapshot, list(layers), share_alike=share_alike)
    kind = path.suffix.lstrip(".")
    if kind == "csv":
        from placedata.scorecard.csvw import ENDING, wide_metadata

        path.write_text(csv_table(snapshot, found), "utf-8", newline="")
        beside = path.with_name(path.name + ENDING)
        beside.write_text(wide_metadata(snapshot, found, path.name), "utf-8")
        return [path, beside]
    if kind == "xlsx":
        from placedata.scorecard.xlsx import all_areas_xlsx

        path.write_bytes(all_areas_xlsx(snapshot, found))
    elif kind == "geojson":
        from placedata.scorecard.geojson import areas_geojson

        path.write_text(areas_geojson(snapshot, found), "utf-8")
    elif kind == "gpkg":
        from placedata.scorecard.geopackage import write_geopackage

        write_geopackage(snapshot, found, path)
    else:
        from placedata.scorecard.geoparquet import write_geoparquet

        write_geoparquet(snapshot, found, path)
    return [path]


def csv_table(snapshot: Snapshot, found: Iterable[Column]) -> str:
    """Return columns as CSV text: UTF-8, CRLF, headings in words, missing figures [c] or [x]."""
    import pandas as pd

    given = list(found)
    parts = [snapshot.areas["area_code"], snapshot.areas["area_name"].map(safe_cell)]
    for column in given:
        shown = column.values.astype(object)
        parts.append(shown.where(column.values.notna(), column.statuses.map(SHORTHAND)))
    frame = pd.concat([part.reset_index(drop=True) for part in parts], axis=1)
    headings = [str(safe_cell(column.heading)) for column in given]
    frame.columns = ["area_code", "area_name", *headings]
    return frame.to_csv(index=False, lineterminator="\r\n")
