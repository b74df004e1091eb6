"""Files to take away: the view of the map, scorecards, layers, and all areas in one table.

Each names the snapshot it came from, and each text cell is safe to open in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Response, abort, request

from dashboard.levels import at_level, level_id, level_of_area
from dashboard.map_over import laid
from dashboard.map_parts import beside_view, state_view, view_of
from dashboard.map_state import MapState, read_state
from dashboard.picture_files import picture_file
from dashboard.pictures import view_svg
from dashboard.served import served, snapshot_now
from placedata.scorecard import make_scorecard
from placedata.scorecard.archive import zipped
from placedata.scorecard.columns import share_alike_notice
from placedata.scorecard.formats import MEDIA, card_files
from placedata.scorecard.geojson import collection, feature
from placedata.scorecard.safe import safe_cell
from placedata.scorecard.table import write_table

if TYPE_CHECKING:
    from flask import Flask

    from placedata.maps.shown import Shown, ShownArea
    from placedata.snapshot import Snapshot

#: Ending of a file -> its media type.
KINDS = {
    **MEDIA,
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
}
#: Formats of the table of all areas.
TABLES = ("csv", "xlsx", "geojson", "gpkg", "parquet")
#: So that spreadsheets read UTF-8.
BYTE_ORDER_MARK = "\ufeff"
COLUMNS = (
    "area_code", "area_name", "layer", "title", "period", "value", "unit", "polarity", "status",
    "rank", "class", "numerator", "denominator", "coverage", "publisher", "licence", "place",
    "snapshot", "published",
)  # fmt: skip


def register(app: Flask) -> None:
    """Add the download routes."""
    app.get("/download/view.<kind>")(view_file)
    app.get("/download/map.html")(map_file)
    app.get("/download/layers/<identifier>.<kind>")(layer_file)
    app.get("/download/areas/<code>.<kind>")(scorecard_file)
    app.get("/download/areas.<kind>")(areas_file)


def view_file(kind: str) -> Response:
    """Return what the map shows, as its address says it, in a format; 404 for bad values."""
    snapshot = snapshot_now()
    state, wrong = read_state(request.args, snapshot)
    shown = at_level(snapshot, state.level)
    second = beside_view(served(), shown, state)
    if wrong or kind not in {"csv", "geojson", "svg", "png"}:
        abort(404)
    name = file_name(shown, state.layer, state.period, second)
    if kind in {"svg", "png"}:
        drawn = view_svg(served(), snapshot, state)
        return picture_file(drawn, kind, name, page=f"/?{state.query}")
    view = state_view(served(), shown, state)
    if kind == "geojson":
        return _file(view_geojson(shown, view, second), kind, name)
    return _file(view_csv(shown, [view, second] if second else [view]), kind, name)


def map_file() -> Response:
    """Return one layer or score as a map that opens without a network; 404 for bad values."""
    snapshot = snapshot_now()
    state, wrong = read_state(request.args, snapshot)
    if wrong:
        abort(404)
    shown = at_level(snapshot, state.level)
    second = beside_view(served(), shown, state)
    # what it cannot hold: the background map, and which area is selected
    kept = replace(state.shown, background=MapState.background)
    made = served().made(("map", snapshot.id, kept), lambda: _alone(snapshot, shown, kept))
    return _file(made, "html", file_name(shown, state.layer, state.period, second))


def _alone(snapshot: Snapshot, shown: Snapshot, state: MapState) -> str:
    """Return a file with one map or two, and what lies over them."""
    # folium takes a third of a second to import, which the first page need not wait for
    from placedata.maps.standalone import standalone_map

    maps = [(state.layer, state.period)]
    if state.beside:
        maps.append((state.beside, state.beside_period))
    over = laid(snapshot, state.over)
    return standalone_map(shown, maps, classing=state.classing, over=over).html


def layer_file(identifier: str, kind: str) -> Response:
    """Return a layer: CSV with all its periods, or GeoJSON with the newest."""
    snapshot = _asked_level()
    record = snapshot.layer(identifier)
    periods = record.periods if kind == "csv" else (record.latest,)
    if kind not in {"csv", "geojson"}:
        abort(404)
    views = [view_of(served(), snapshot, identifier, period) for period in periods]
    text = view_csv(snapshot, views) if kind == "csv" else view_geojson(snapshot, views[0])
    return _file(text, kind, file_name(snapshot, identifier, None))


def scorecard_file(code: str, kind: str) -> Response:
    """Return the scorecard of one area in a format."""
    snapshot = level_of_area(snapshot_now(), code)
    if kind not in {*MEDIA, "zip"}:
        abort(404)
    card, stem = make_scorecard(snapshot, code), file_name(snapshot, "scorecard", code)
    if kind == "csv":
        return _file(BYTE_ORDER_MARK + card.to_csv(), kind, stem)
    if kind != "zip":
        return _file(card_files(card, snapshot, kind, stem)[f"{stem}.{kind}"], kind, stem)
    files: dict[str, bytes] = {}
    for each in MEDIA:
        files |= card_files(card, snapshot, each, stem)
    return _file(zipped(files, snapshot.published), kind, stem)


def areas_file(kind: str) -> Response:
    """Return all areas by all indicators as one workbook, table or file for maps."""
    if kind not in TABLES:
        abort(404)
    snapshot = _asked_level()
    key = ("areas", kind, snapshot.id, level_id(snapshot))
    content = served().made(key, lambda: _areas_in(snapshot, kind))
    return _file(content, kind, file_name(snapshot, "all-areas", None))


def _areas_in(snapshot: Snapshot, kind: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write_table(snapshot, list(snapshot.layers), Path(folder) / f"areas.{kind}")[
            0
        ].read_bytes()


def _asked_level() -> Snapshot:
    """Return the snapshot at the level that the address names; PlaceDataError where none is."""
    snapshot = snapshot_now()
    return snapshot.level(request.args.get("level") or snapshot.levels[0])


def file_name(snapshot: Snapshot, what: str, which: str | None, second: Shown | None = None) -> str:
    """Return a file name of plain letters: ``aldermarsh-no2-2023-v000001``."""
    version = str(snapshot.manifest["version"])
    beside = ["beside", second.id, second.period if second.record else ""] if second else []
    parts = [snapshot.place["name"], level_id(snapshot), what, which or "", *beside, version]
    text = "-".join(part for part in parts if part).lower()
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in text)
    return "-".join(part for part in kept.split("-") if part)


def view_csv(snapshot: Snapshot, views: list[Shown]) -> str:
    """Return views as CSV: one row an area and period, figures unrounded, missing [x] or [c]."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for view in views:
        for row in view.rows:
            found = _properties(snapshot, view, row)
            if row.value is None:
                found["value"] = row.text
            cells = ["" if found[name] is None else found[name] for name in COLUMNS]
            writer.writerow([safe_cell(cell) for cell in cells])
    return text.getvalue()


#: Of the second map, in a file of two: the same as of the first, with a word before.
BESIDE = "beside_"
_SHARED = frozenset({"area_code", "area_name", "place", "snapshot", "published"})


def view_geojson(snapshot: Snapshot, view: Shown, second: Shown | None = None) -> str:
    """Return a view as GeoJSON (RFC 7946: WGS 84, six decimals); missing figures are null.

    Parameters
    ----------
    second
        The map beside it: what it says of each area has ``beside_`` before its name.
    """
    made = []
    for item in json.loads(snapshot.web_geometry.read_text("utf-8"))["features"]:
        row = view.row(item["properties"]["area_code"])
        told = _properties(snapshot, view, row)
        if second is not None:
            other = _properties(snapshot, second, second.row(row.code))
            told |= {BESIDE + name: other[name] for name in other if name not in _SHARED}
        made.append(feature(row.code, item["geometry"], told))
    views = [view] if second is None else [view, second]
    shared = [each.title for each in views if each.record and each.record.share_alike]
    return collection(made, [share_alike_notice(shared)] if shared else [])


def _properties(snapshot: Snapshot, view: Shown, row: ShownArea) -> dict[str, Any]:
    record = view.record
    return {
        "area_code": row.code,
        "area_name": row.name,
        "layer": view.id,
        "title": view.title,
        "period": view.period,
        "value": row.value,
        "unit": view.unit,
        "polarity": view.polarity,
        "status": row.status,
        "rank": row.rank,
        "class": row.number if row.number > 0 else None,
        "numerator": row.numerator,
        "denominator": row.denominator,
        "coverage": row.coverage,
        "publisher": record.publisher if record else snapshot.place["publisher"],
        "licence": record.licence if record else snapshot.place["licence"],
        "place": snapshot.place["name"] + (" (fictional)" if snapshot.place["fictional"] else ""),
        "snapshot": snapshot.id,
        "published": snapshot.published_date,
    }


def _file(content: str | bytes, kind: str, name: str) -> Response:
    response = Response(content, mimetype=KINDS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
