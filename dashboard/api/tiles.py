"""Vector tiles of a snapshot with thousands of areas, read from its one PMTiles file."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any, BinaryIO

from flask import Response, abort, request

from dashboard.served import served, snapshot_of
from dashboard.static_files import forever
from dashboard.tiled import has_tiles

if TYPE_CHECKING:
    from flask import Flask

    from placedata.snapshot import Snapshot

TILE = "application/vnd.mapbox-vector-tile"


def register(app: Flask) -> None:
    """Add the routes; all below ``/snapshots/<id>``, so browsers may keep every answer."""
    below = "/snapshots/<identifier>/tiles/<level>/"

    @app.get(below + "areas.json")
    def tile_areas(identifier: str, level: str) -> Response:
        shown = _shown(identifier, level)
        text = shown.tile_areas.read_bytes()
        return forever(Response(text, mimetype="application/json"), f"{shown.id}-{level}-areas")

    @app.get(below + "areas/<code>.json")
    def tile_outline(identifier: str, level: str, code: str) -> Response:
        import geopandas as gpd

        shown = _shown(identifier, level)
        if code not in shown.areas.index:
            abort(404)
        outlines = shown.boundaries.geometry
        at = shown.areas.index.get_loc(code)
        text = gpd.GeoSeries(outlines.iloc[[at]]).to_crs("EPSG:4326").to_json(drop_id=True)
        return forever(Response(text, mimetype="application/geo+json"), f"{shown.id}-{code}")

    @app.get(below + "<int:z>/<int:x>/<int:y>.mvt")
    def tile(identifier: str, level: str, z: int, x: int, y: int) -> Response:
        shown = _shown(identifier, level)
        if z > 24 or max(x, y) >= 1 << z:
            abort(404)
        found = _read(shown, z, x, y)
        if found is None:  # no area there: an empty tile, not a mistake
            return forever(Response(status=204), f"{shown.id}-empty")
        response = Response(found, mimetype=TILE)
        if request.accept_encodings["gzip"]:
            response.headers["Content-Encoding"] = "gzip"
        else:
            response.data = gzip.decompress(found)
        response.vary.add("Accept-Encoding")
        return forever(response, f"{shown.id}-{level}-{z}-{x}-{y}")


def _shown(identifier: str, level: str) -> Snapshot:
    """Return the level of a snapshot that an address names; 404 where it has no tiles."""
    own = snapshot_of(identifier)
    if level not in own.levels or not has_tiles(own.level(level)):
        abort(404)
    return own.level(level)


def _read(shown: Snapshot, z: int, x: int, y: int) -> bytes | None:
    """Return a tile as it is kept, compressed by gzip; None where there is none."""
    from pmtiles.tile import deserialize_directory, find_tile, zxy_to_tileid

    header, directory = served().made(("tiles", shown.tiles), lambda: _directory(shown))
    with shown.tiles.open("rb") as file:
        for _ in range(4):  # as deep as such a file may be
            entry = find_tile(directory, zxy_to_tileid(z, x, y))
            if entry is None:
                return None
            if entry.run_length:
                return _part(file, header["tile_data_offset"] + entry.offset, entry.length)
            at = header["leaf_directory_offset"] + entry.offset
            directory = deserialize_directory(_part(file, at, entry.length))
    return None


def _directory(shown: Snapshot) -> tuple[Any, list[Any]]:
    """Return the head of the file and its first directory, which every tile is found by."""
    from pmtiles.tile import deserialize_directory, deserialize_header

    with shown.tiles.open("rb") as file:
        header = deserialize_header(_part(file, 0, 127))
        root = _part(file, header["root_offset"], header["root_length"])
        return header, deserialize_directory(root)


def _part(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)
