"""Style sheets, scripts and icons: each at an address that holds its hash, kept for ever."""

from __future__ import annotations

import hashlib
import mimetypes
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, abort, request

if TYPE_CHECKING:
    from flask import Flask

FOLDER = Path(__file__).parent / "assets"
#: Of the bundle of the map what is no part of Dash's scripts.
FROM_BUNDLE = (Path(__file__).parent / "map" / "bundle" / "sketch.min.js",)
FOREVER = "public, max-age=31536000, immutable"


@cache
def _files() -> dict[str, tuple[bytes, str]]:
    """Return the content and the hash of every file, by name."""
    found = {}
    for path in (*sorted(FOLDER.iterdir()), *FROM_BUNDLE):
        if path.is_file():
            content = path.read_bytes()
            found[path.name] = (content, hashlib.sha256(content).hexdigest()[:12])
    return found


def static_url(name: str) -> str:
    """Return the address of a file; KeyError where there is none."""
    return f"{request.script_root}/static/{_files()[name][1]}/{name}"


def register(app: Flask) -> None:
    """Serve the files, and let templates call ``static_url``."""
    app.jinja_env.globals["static_url"] = static_url

    @app.get("/static/<digest>/<name>")
    def static_file(digest: str, name: str) -> Response:
        if name not in _files() or _files()[name][1] != digest:
            abort(404)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return forever(Response(_files()[name][0], mimetype=kind), digest)

    @app.get("/favicon.ico")
    def favicon() -> Response:
        content, digest = _files()["icon.svg"]
        return forever(Response(content, mimetype="image/svg+xml"), digest)


def forever(response: Response, tag: str) -> Response:
    """Return the response as one that never changes at its address."""
    response.set_etag(tag)
    response.headers["Cache-Control"] = FOREVER
    response.make_conditional(request)
    return response
