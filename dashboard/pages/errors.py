"""Pages for what cannot be shown: unknown addresses, nothing built yet, faults."""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING

from flask import Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from dashboard.levels import level_of_area
from dashboard.served import NotBuiltError, snapshot_now
from placedata.errors import PlaceDataError, nearest

if TYPE_CHECKING:
    from flask import Flask

_LOG = logging.getLogger("placedata.web")
_MACHINES = ("/snapshots/", "/download/", "/api/", "/_dash")
_PAGES = ("/", "/areas/", "/layers/", "/changes", "/jobs/", "/about", "/accessibility")
_WORDS = {
    400: ("Bad request", "This request could not be understood."),
    403: ("Not allowed", "This form was not sent from a page of this site. Open it again."),
    404: ("Page not found", "There is nothing at this address."),
    405: ("Not possible here", "This address cannot be used in that way."),
    413: ("Too large", "This request is larger than any that the pages send."),
    415: ("Bad request", "This request is of a kind that is not understood here."),
}


def page(status: int, title: str, message: str, *, near: str | None = None) -> str:
    """Return the HTML of an error page."""
    name = _title(near) if near else ""
    return render_template(
        "error.html", status=status, title=title, message=message, near=near, near_name=name
    )


def _title(path: str) -> str:
    """Return what the page of an area or a layer is called; the address of any other."""
    kind, _, name = path.strip("/").partition("/")
    try:
        snapshot = snapshot_now()
        if kind == "layers" and name in snapshot.layers:
            return snapshot.layers[name].title
        return level_of_area(snapshot, name).area_name(name) if kind == "areas" and name else path
    except (NotBuiltError, PlaceDataError):
        return path


def register(app: Flask) -> None:
    """Answer every fault with a page that helps; to machines with a line of JSON."""

    @app.errorhandler(NotBuiltError)
    def not_built(_: NotBuiltError) -> tuple[str | Response, int]:
        if request.path.startswith(_MACHINES):
            return jsonify(error="nothing is built yet: run placedata build"), 503
        return render_template("not_built.html"), 503

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str | Response, int]:
        status = error.code or 500
        title, message = _WORDS.get(status, ("Something is wrong", "This could not be done."))
        if request.path.startswith(_MACHINES):
            return jsonify(error=message), status
        near = _near(request.path) if status == 404 else None
        return page(status, title, message, near=near), status

    @app.errorhandler(PlaceDataError)
    def unknown(error: PlaceDataError) -> tuple[str | Response, int]:
        message = error.message[:1].upper() + error.message[1:] + "."
        if request.path.startswith(_MACHINES):
            return jsonify(error=message), 404
        return page(404, "Page not found", message, near=_near(request.path)), 404

    @app.errorhandler(Exception)
    def fault(error: Exception) -> tuple[str | Response, int]:
        number = uuid.uuid4().hex[:8]
        _LOG.exception("fault %s at %s", number, request.path, exc_info=error)
        message = f"Something went wrong on our side. It has been noted as {number}."
        if request.path.startswith(_MACHINES):
            return jsonify(error=message), 500
        return page(500, "Something went wrong", message), 500


def _near(path: str) -> str | None:
    """Return the address most like the one asked for, among pages, areas and layers."""
    try:
        snapshot = snapshot_now()
    except NotBuiltError:
        return nearest(path[:80], _PAGES)
    levels = map(snapshot.level, snapshot.levels)
    areas = [f"/areas/{code}" for at in levels for code in at.areas.index]
    layers = [f"/layers/{name}" for name in snapshot.layers]
    return nearest(path[:80], [*_PAGES, *areas, *layers])
