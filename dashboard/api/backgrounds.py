"""Tiles of the map in the background, where it is a file of the place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort

from dashboard.map_background import local_background
from dashboard.served import snapshot_of
from dashboard.static_files import forever

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Add the route; its key changes with the file, so browsers may keep every answer."""

    @app.get("/snapshots/<identifier>/basemap/<key>/<int:z>/<int:x>/<int:y>")
    def background_tile(identifier: str, key: str, z: int, x: int, y: int) -> Response:
        snapshot = snapshot_of(identifier)
        found = local_background(snapshot)
        if found is None or found.key != key or z > 24 or max(x, y) >= 1 << z:
            abort(404)
        tile = found.tile(z, x, y)
        if tile is None:  # outside the file: nothing, and no mistake
            return forever(Response(status=204), f"{key}-empty")
        return forever(Response(tile[0], mimetype=tile[1]), f"{key}-{z}-{x}-{y}")
