"""What the map page's script asks for: outlines, one state of the map, the SVG map, a search."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboard.levels import area_words, at_level, level_id, parents
from dashboard.map_parts import area_part, map_document, table_part, view_of
from dashboard.map_state import read_state
from dashboard.pictures import view_svg
from dashboard.served import served, snapshot_now, snapshot_of
from dashboard.static_files import forever
from placedata.errors import nearest

if TYPE_CHECKING:
    from flask import Flask

    from dashboard.map_state import MapState
    from placedata.snapshot import Snapshot

LONGEST_SEARCH = 80


def register(app: Flask) -> None:
    """Add the routes. Those below ``/snapshots/<id>`` never change, so browsers may keep them."""

    @app.get("/snapshots/<identifier>/areas.geojson")
    def outlines(identifier: str) -> Response:
        snapshot = snapshot_of(identifier)
        shown = snapshot.level(request.args.get("level") or snapshot.levels[0])
        tag = f"areas-{snapshot.id}-{shown.place['geography']}"
        text = shown.web_geometry.read_bytes()
        return forever(Response(text, mimetype="application/geo+json"), tag)

    @app.get("/snapshots/<identifier>/map.json")
    def map_json(identifier: str) -> Response:
        snapshot = snapshot_of(identifier)
        state, notices = read_state(request.args, snapshot)
        only = request.args.get("only")
        if only == "area":
            document = _area_only(snapshot, state)
        elif only == "table":
            document = table_part(served(), snapshot, state)
        else:
            document = map_document(served(), snapshot, state, notices)
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


def find_area(snapshot: Snapshot, shown: Snapshot, asked: str) -> dict[str, Any]:
    """Return the area of a name, a code or a postcode, or an error that a person can act on.

    Parameters
    ----------
    snapshot
        The place's own, which has the postcodes.
    shown
        At the level that is shown, which is searched first; then the others.
    """
    text = " ".join(asked[:LONGEST_SEARCH].split())
    one, _ = area_words(shown)
    if not text:
        postcode = " or a postcode" if len(snapshot.postcodes) else ""
        return {"error": f"Enter the name of a {one}{postcode}."}
    levels = [shown, *(at for at in map(snapshot.level, snapshot.levels) if at is not shown)]
    for search in (_named, _beginning):
        for at in levels:
            code = search(at, text)
            if code is not None:
                return {"area": code, "name": at.area_name(code), "level": level_id(at)}
        ward = snapshot.area_of_postcode(text)
        if ward is not None:
            level = level_id(shown)
            code = parents(snapshot, level)[ward] if level else ward
            return {"area": code, "name": shown.area_name(code), "level": level}
    place = snapshot.place["name"]
    if any(letter.isdigit() for letter in text) and len(snapshot.postcodes):
        return {"error": f"‘{text}’ is not a postcode of {place}."}
    names = {name.casefold(): name for name in shown.areas["area_name"]}
    near = nearest(text.casefold(), names)
    hint = f" Did you mean ‘{names[near]}’?" if near else ""
    return {"error": f"There is no {one} ‘{text}’ in {place}.{hint}"}


def _named(at: Snapshot, text: str) -> str | None:
    """Return the area of a level that has this code or exactly this name."""
    if text.upper() in at.areas.index:
        return text.upper()
    names = {str(name).casefold(): str(code) for code, name in at.areas["area_name"].items()}
    return names.get(text.casefold())


def _beginning(at: Snapshot, text: str) -> str | None:
    """Return the one area of a level whose name begins so."""
    found = [
        str(code)
        for code, name in at.areas["area_name"].items()
        if str(name).casefold().startswith(text.casefold())
    ]
    return found[0] if len(found) == 1 else None


def _area_only(snapshot: Snapshot, state: MapState) -> dict[str, Any]:
    """Return what changes when another area is selected and nothing else."""
    said = "No area is selected."
    if state.area is not None:
        shown = at_level(snapshot, state.level)
        row = view_of(served(), shown, state.layer, state.period).row(state.area)
        said = f"Selected {row.label}."
    return {
        "state": asdict(state),
        "query": state.query,
        "said": said,
        "parts": {"area": area_part(served(), snapshot, state)},
    }
