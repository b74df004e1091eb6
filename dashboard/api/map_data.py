"""What the map page's script asks for: outlines, one state of the map, the SVG map, a search."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboard.map_parts import area_part, map_document, view_of
from dashboard.map_state import MapState, read_state
from dashboard.pictures import view_svg
from dashboard.rendering import area_words
from dashboard.served import served, snapshot_now, snapshot_of
from dashboard.static_files import forever
from placedata.errors import nearest

if TYPE_CHECKING:
    from flask import Flask

    from placedata.snapshot import Snapshot

LONGEST_SEARCH = 80


def register(app: Flask) -> None:
    """Add the routes. Those below ``/snapshots/<id>`` never change, so browsers may keep them."""

    @app.get("/snapshots/<identifier>/areas.geojson")
    def outlines(identifier: str) -> Response:
        snapshot = snapshot_of(identifier)
        text = snapshot.web_geometry.read_bytes()
        return forever(Response(text, mimetype="application/geo+json"), f"areas-{snapshot.id}")

    @app.get("/snapshots/<identifier>/map.json")
    def map_json(identifier: str) -> Response:
        snapshot = snapshot_of(identifier)
        state, notices = read_state(request.args, snapshot)
        only = request.args.get("only") == "area"
        document = (
            _area_only(snapshot, state)
            if only
            else map_document(served(), snapshot, state, notices)
        )
        response = Response(json.dumps(document, ensure_ascii=False), mimetype="application/json")
        response.headers["Cache-Control"] = "private, max-age=600"
        return response

    @app.get("/snapshots/<identifier>/map.svg")
    def map_svg(identifier: str) -> Response:
        snapshot = snapshot_of(identifier)
        state, _ = read_state(request.args, snapshot)
        buttons = request.args.get("buttons") == "yes"
        text = view_svg(served(), snapshot, state, buttons=buttons)
        return forever(
            Response(text, mimetype="image/svg+xml"), f"map-{snapshot.id}-{buttons}-{state.query}"
        )

    @app.get("/snapshots/<identifier>/find.json")
    def find_json(identifier: str) -> Response:
        return jsonify(find_area(snapshot_of(identifier), request.args.get("q", "")))

    @app.get("/find")
    def find_page() -> AnyResponse:
        snapshot = snapshot_now()
        state, _ = read_state({"layer": request.args.get("layer", "")}, snapshot)
        asked = request.args.get("q", "")
        found = find_area(snapshot, asked).get("area") or asked[:LONGEST_SEARCH]
        return redirect("/?" + MapState(state.layer, state.period, found, "name").query, code=303)


def find_area(snapshot: Snapshot, asked: str) -> dict[str, Any]:
    """Return the area of a name, a code or a postcode, or an error that a person can act on."""
    text = " ".join(asked[:LONGEST_SEARCH].split())
    one, _ = area_words(snapshot)
    if not text:
        postcode = " or a postcode" if len(snapshot.postcodes) else ""
        return {"error": f"Enter the name of a {one}{postcode}."}
    names = {name.casefold(): code for code, name in snapshot.areas["area_name"].items()}
    wanted = text.casefold()
    if wanted.upper() in snapshot.areas.index:
        return _found(snapshot, wanted.upper())
    if wanted in names:
        return _found(snapshot, names[wanted])
    by_postcode = snapshot.area_of_postcode(text)
    if by_postcode is not None:
        return _found(snapshot, by_postcode)
    beginning = [name for name in names if name.startswith(wanted)]
    if len(beginning) == 1:
        return _found(snapshot, names[beginning[0]])
    place = snapshot.place["name"]
    if any(letter.isdigit() for letter in text) and len(snapshot.postcodes):
        return {"error": f"‘{text}’ is not a postcode of {place}."}
    near = nearest(wanted, names)
    hint = f" Did you mean ‘{snapshot.area_name(names[near])}’?" if near else ""
    return {"error": f"There is no {one} ‘{text}’ in {place}.{hint}"}


def _found(snapshot: Snapshot, code: str) -> dict[str, Any]:
    return {"area": code, "name": snapshot.area_name(code)}


def _area_only(snapshot: Snapshot, state: MapState) -> dict[str, Any]:
    """Return what changes when another area is selected and nothing else."""
    said = "No area is selected."
    if state.area is not None:
        row = view_of(served(), snapshot, state.layer, state.period).row(state.area)
        said = f"Selected {row.label}."
    return {
        "state": {
            "layer": state.layer,
            "period": state.period,
            "area": state.area,
            "sort": state.sort,
        },
        "query": state.query,
        "said": said,
        "parts": {"area": area_part(served(), snapshot, state)},
    }
