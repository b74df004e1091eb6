"""Tiles of the map in the background, where it is a file of the place."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import Response, abort, request

from dashboard.map_background import local_background
from dashboard.served import snapshot_of
from dashboard.static_files import forever
from placedata.errors import PlaceDataError
from placedata.maps.background import Background

if TYPE_CHECKING:
    from flask import Flask

_LOG = logging.getLogger(__name__)
MOST_ZOOM = 24
PACKED = b"\x1f\x8b"


def register(app: Flask) -> None:
    """Add the route; its key changes with the file, so browsers may keep every answer.

    A page of before the file changed has the old key: it is given the new tiles, not to be kept.
    """

    @app.get("/snapshots/<identifier>/basemap/<key>/<int:z>/<int:x>/<int:y>")
    def background_tile(identifier: str, key: str, z: int, x: int, y: int) -> Response:
        snapshot = snapshot_of(identifier)
        found = local_background(snapshot)
        if found is None or z > MOST_ZOOM or max(x, y) >= 1 << z:
            abort(404)
        try:
            tile = found.tile(z, x, y)
        except PlaceDataError as error:  # the map goes on without its background, and says so
            _LOG.warning("the background map: %s", error)
            abort(404)
        # outside the file: nothing, and no mistake
        answer = _answer(*tile) if tile else Response(status=204)
        if found.key != key:
            answer.headers["Cache-Control"] = "no-store"
            return answer
        return forever(answer, f"{key}-{z}-{x}-{y}")


def _answer(tile: bytes, kind: str) -> Response:
    """Return a tile, packed as its file has it where the browser takes that."""
    if not tile.startswith(PACKED):
        return Response(tile, mimetype=kind)
    packed = request.accept_encodings["gzip"] > 0
    answer = Response(tile if packed else Background.unpacked(tile), mimetype=kind)
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    return answer
