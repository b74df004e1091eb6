"""Files to take away: the view of the map, scorecards, layers, and all areas in one table.

Each names the snapshot it came from, and each text cell is safe to open in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from flask import Response, abort, request
from placedata.scorecard import make_scorecard
from placedata.scorecard.safe import safe_cell
from placedata.scorecard.xlsx import to_xlsx

from dashboard.map_parts import view_of
from dashboard.map_state import read_state
from dashboard.pictures import view_svg
from dashboard.served import served, snapshot_now

if TYPE_CHECKING:
    from flask import Flask
    from placedata.snapshot import Snapshot

    from dashboard.views import Row, View

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    "area_code", "area_name", "layer", "title", "period", "value", "unit", "polarity", "status",
    "rank", "class", "numerator", "denominator", "coverage", "publisher", "licence", "place",
    "snapshot", "published",
)  # fmt: skip


def register(app: Flask) -> None:
    """Add the download routes."""

    @app.get("/download/view.<kind>")
    def view_file(kind: str) -> Response:
        snapshot = snapshot_now()
        state, wrong = read_state(request.args, snapshot)
        if wrong:
            abort(404)
        view = view_of(served(), snapshot, state.layer, state.period)
        name = file_name(snapshot, state.layer, state.period)
        if kind == "csv":
            return _file(view_csv(snapshot, [view]), "text/csv", f"{name}.csv")
        if kind == "geojson":
            return _file(view_geojson(snapshot, view), "application/geo+json", f"{name}.geojson")
        if kind == "svg":
            return _file(view_svg(served(), snapshot, state), "image/svg+xml", f"{name}.svg")
        abort(404)

    @app.get("/download/layers/<identifier>.<kind>")
    def layer_file(identifier: str, kind: str) -> Response:
        snapshot = snapshot_now()
        record = snapshot.layer(identifier)
        name = file_name(snapshot, identifier, None)
        if kind == "csv":
            views = [view_of(served(), snapshot, identifier, period) for period in record.periods]
            return _file(view_csv(snapshot, views), "text/csv", f"{name}.csv")
        if kind == "geojson":
            view = view_of(served(), snapshot, identifier, record.latest)
            return _file(view_geojson(snapshot, view), "application/geo+json", f"{name}.geojson")
        abort(404)

    @app.get("/download/areas/<code>.<kind>")
    def scorecard_file(code: str, kind: str) -> Response:
        snapshot = snapshot_now()
        card = make_scorecard(snapshot, code)
        name = file_name(snapshot, "scorecard", code)
        if kind == "html":
            return _file(card.to_html(snapshot), "text/html", f"{name}.html")
        if kind == "csv":
            return _file("\ufeff" + card.to_csv(), "text/csv", f"{name}.csv")
        if kind == "json":
            return _file(card.to_json(), "application/json", f"{name}.json")
        abort(404)

    @app.get("/download/areas.xlsx")
    def workbook() -> Response:
        snapshot = snapshot_now()
        content = served().made(("xlsx", snapshot.id), lambda: to_xlsx(snapshot))
        return _file(content, XLSX, file_name(snapshot, "all-areas", None) + ".xlsx")


def file_name(snapshot: Snapshot, what: str, which: str | None) -> str:
    """Return a file name of plain letters: ``aldermarsh-no2-2023-v000001``."""
    parts = [snapshot.place["name"], what, which or "", str(snapshot.manifest["version"])]
    text = "-".join(part for part in parts if part).lower()
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in text)
    return "-".join(part for part in kept.split("-") if part)


def view_csv(snapshot: Snapshot, views: list[View]) -> str:
    """Return views as CSV: one row an area and period, figures unrounded, missing [x] or [c]."""
    text = io.StringIO()
    text.write("\ufeff")  # so that spreadsheets read UTF-8
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


def view_geojson(snapshot: Snapshot, view: View) -> str:
    """Return a view as GeoJSON (RFC 7946: WGS 84, six decimals); missing figures are null."""
    collection = json.loads(snapshot.web_geometry.read_text("utf-8"))
    for feature in collection["features"]:
        row = view.row(feature["properties"]["area_code"])
        feature["id"] = row.code
        feature["properties"] = _properties(snapshot, view, row)
    return json.dumps(collection, ensure_ascii=False)


def _properties(snapshot: Snapshot, view: View, row: Row) -> dict[str, Any]:
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
    response = Response(content, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
