"""What the map page's script asks for: outlines, one state of the map, the SVG map, a search."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from flask import Response, abort, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboard.finding import LONGEST_SEARCH, find_area
from dashboard.levels import at_level
from dashboard.map_background import background_key, background_on
from dashboard.map_over import cell_choices, line_choices, read_over, things_geojson
from dashboard.map_parts import (
    area_part,
    beside_view,
    labels_of,
    map_document,
    state_view,
    table_part,
)
from dashboard.map_state import read_state
from dashboard.pictures import view_svg
from dashboard.served import served, snapshot_now, snapshot_of
from dashboard.static_files import forever
from placedata.snapshot.overlays import cells_file, lines_file

if TYPE_CHECKING:
    from flask import Flask

    from dashboard.map_state import MapState
    from placedata.snapshot import Snapshot


def register(app: Flask) -> None:
    """Add the routes. Those below ``/snapshots/<id>`` never change, so browsers may keep them."""
    _register_overlays(app)

    @app.get("/snapshots/<identifier>/areas.geojson")
    def outlines(identifier: str) -> Response:
        snapshot = snapshot_of(identifier)
        shown = snapshot.level(request.args.get("level") or snapshot.levels[0])
        tag = f"areas-{snapshot.id}-{shown.place['geography']}"
        text = shown.web_geometry.read_bytes()
        return forever(Response(text, mimetype="application/geo+json"), tag)

    @app.get("/snapshots/<identifier>/sketch.json")
    def first_outlines(identifier: str) -> Response:
        snapshot = snapshot_of(identifier)
        shown = snapshot.level(request.args.get("level") or snapshot.levels[0])
        if not shown.sketch.is_file():  # a snapshot of an older version
            abort(404)
        tag = f"sketch-{snapshot.id}-{shown.place['geography']}"
        return forever(Response(shown.sketch.read_bytes(), mimetype="application/json"), tag)

    @app.get("/snapshots/<identifier>/map.json")
    def map_json(identifier: str) -> Response:
        snapshot = snapshot_of(identifier)
        state, notices = read_state(request.args, snapshot)
        only = request.args.get("only")
        if only == "area":
            document = _area_only(snapshot, state)
        elif only == "table":
            document = table_part(served(), snapshot, state)
        elif only == "labels":
            document = _labels_only(snapshot, state)
        else:
            document = map_document(served(), snapshot, state, notices)
        response = Response(json.dumps(document, ensure_ascii=False), mimetype="application/json")
        response.headers["Cache-Control"] = "private, max-age=600"
        return response

    @app.get("/snapshots/<identifier>/map.svg")
    def map_svg(identifier: str) -> Response:
        return _still(snapshot_of(identifier))

    @app.get("/snapshots/<identifier>/find.json")
    def find_json(identifier: str) -> Response:
        snapshot = snapshot_of(identifier)
        level = request.args.get("level") or snapshot.levels[0]
        return jsonify(find_area(snapshot, snapshot.level(level), request.args.get("q", "")))

    @app.get("/find")
    def find_page() -> AnyResponse:
        snapshot = snapshot_now()
        given = {name: request.args.get(name, "") for name in ("layer", "level")}
        state, _ = read_state(given, snapshot)
        asked = request.args.get("q", "")
        found = find_area(snapshot, at_level(snapshot, state.level), asked)
        area = found.get("area") or asked[:LONGEST_SEARCH]
        target = replace(state, area=area, level=found.get("level", state.level))
        return redirect(f"{request.script_root}/?{target.query}", code=303)


def _still(snapshot: Snapshot) -> Response:
    """Return the map of a state as SVG."""
    state, _ = read_state(request.args, snapshot)
    buttons = request.args.get("buttons") == "yes"
    text = view_svg(served(), snapshot, state, buttons=buttons)
    tag = f"map-{snapshot.id}-{buttons}-{state.query}"
    response = Response(text, mimetype="image/svg+xml")
    if not background_on(snapshot, state.background):
        return forever(response, tag)
    # the file of the background is no part of the snapshot
    response.set_etag(f"{tag}-{background_key(snapshot)}")
    response.make_conditional(request)
    return response


def _register_overlays(app: Flask) -> None:
    """Add the routes of what lies over the map."""

    @app.get("/snapshots/<identifier>/lines/<geography>.geojson")
    def lines(identifier: str, geography: str) -> Response:
        snapshot = snapshot_of(identifier)
        if geography not in dict(line_choices(snapshot)):
            abort(404)
        text = lines_file(snapshot, geography).read_bytes()
        tag = f"lines-{snapshot.id}-{geography}"
        return forever(Response(text, mimetype="application/geo+json"), tag)

    @app.get("/snapshots/<identifier>/cells/<layer>.png")
    def cells(identifier: str, layer: str) -> Response:
        snapshot = snapshot_of(identifier)
        if layer not in cell_choices(snapshot):
            abort(404)
        picture = cells_file(snapshot, layer).read_bytes()
        return forever(Response(picture, mimetype="image/png"), f"cells-{snapshot.id}-{layer}")

    @app.get("/snapshots/<identifier>/things.geojson")
    def things(identifier: str) -> Response:
        snapshot = snapshot_of(identifier)
        notices: list[str] = []
        over = read_over({"over": request.args.get("over", "")}, snapshot, notices)
        if notices:
            abort(404)
        tag = f"things-{snapshot.id}-{','.join(over.things)}"
        text = things_geojson(snapshot, over.things)
        return forever(Response(text, mimetype="application/geo+json"), tag)


def _labels_only(snapshot: Snapshot, state: MapState) -> dict[str, Any]:
    """Return what the map says of each area, and what the second map does."""
    shown = at_level(snapshot, state.level)
    beside = beside_view(served(), shown, state)
    return {
        "labels": labels_of(state_view(served(), shown, state)),
        "beside": None if beside is None else labels_of(beside),
    }


def _area_only(snapshot: Snapshot, state: MapState) -> dict[str, Any]:
    """Return what changes when another area is selected and nothing else."""
    said = "No area is selected."
    if state.area is not None:
        shown = at_level(snapshot, state.level)
        row = state_view(served(), shown, state).row(state.area)
        said = f"Selected {row.label}."
    return {
        "state": asdict(state),
        "query": state.query,
        "said": said,
        "parts": {"area": area_part(served(), snapshot, state)},
    }
