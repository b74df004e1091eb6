"""The whole web application of one place, as WSGI."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, redirect, request
from flask_compress import Compress
from werkzeug.wrappers import Response as AnyResponse

from dashboard import kept_pages, ledgers, rendering, security, static_files
from dashboard.api import (
    backgrounds,
    card_files,
    downloads,
    health,
    map_data,
    suggestions,
    tiles,
    traces,
)
from dashboard.pages import (
    about,
    accessibility,
    area,
    changes,
    compare,
    embed,
    errors,
    jobs,
    layer,
    layers,
    map_page,
    rankings,
    readiness,
    relationships,
    search,
    together,
    trace,
    trends,
    weights,
)
from dashboard.served import keep_served

if TYPE_CHECKING:
    from placedata import Place

PAGES = (
    map_page,
    area,
    compare,
    together,
    rankings,
    trends,
    relationships,
    weights,
    search,
    embed,
    layers,
    layer,
    readiness,
    about,
    accessibility,
    changes,
    trace,
    jobs,
)
MENU = tuple(
    (page.PATH, page.TITLE)
    for page in (
        map_page,
        area,
        compare,
        rankings,
        trends,
        relationships,
        weights,
        layers,
        readiness,
        about,
    )
)
#: Pages that the search finds besides those of the menu.
OTHERS = tuple((page.PATH, page.TITLE) for page in (together, changes, jobs, accessibility))
MOST_BODY = 200_000


def create_app(place: Place) -> Flask:
    """Return the web application of one place; several may live in one process.

    Parameters
    ----------
    place
        The place whose published snapshot is shown. Every request reads the newest one.
    """
    app = Flask("dashboard", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BODY,
        MENU=MENU,
        SEARCHED=(*MENU, *OTHERS),
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_MIN_SIZE=400,
        COMPRESS_MIMETYPES=[
            "text/html", "text/css", "text/csv", "text/javascript", "application/javascript",
            "application/json", "application/geo+json", "image/svg+xml",
        ],
    )  # fmt: skip
    Compress(app)
    keep_served(app, place)
    rendering.register(app, MENU)
    ledgers.register(app)
    static_files.register(app)
    errors.register(app)
    map_data.register(app)
    tiles.register(app)
    suggestions.register(app)
    backgrounds.register(app)
    downloads.register(app)
    card_files.register(app)
    traces.register(app)
    health.register(app)
    hashes: list[str] = []
    for page in PAGES:
        hashes += page.register(app) or ()
    kept_pages.register(app)
    _only_known_paths(app)
    security.register(app, hashes)
    return app


def _only_known_paths(app: Flask) -> None:
    """Answer 404 where Dash would serve its page for any address, and 400 to junk callbacks."""

    @app.before_request
    def refuse() -> AnyResponse | None:
        if request.endpoint == "/<path:path>":
            if request.path.endswith("/"):
                return redirect(f"{request.script_root}/" + request.path.strip("/"), 308)
            abort(404)
        if request.path == security.CALLBACK:
            # The page has no callback on the server: everything sent here is a mistake.
            return Response(
                json.dumps({"error": "no such callback"}), 400, mimetype="application/json"
            )
        return None
