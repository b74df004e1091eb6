"""Tiles in one file: MBTiles (SQLite) and PMTiles, with pictures or with vector tiles."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from placedata.errors import DataError, Problem
from placedata.files.patches import Box

MOST_TILE = 2_000_000
MOST_UNPACKED = 20_000_000
MOST_DIRECTORY = 20_000_000
#: Steps of SQLite's machine for one tile; a view that needs more is not what it seems.
MOST_STEPS = 2_000_000
PICTURES = ("image/png", "image/jpeg", "image/webp")
_SQLITE = b"SQLite format 3\0"
_PMTILES = b"PMTiles\x03"
_GZIP = b"\x1f\x8b"
_WORDS = {0: "unknown tiles", 5: "AVIF pictures", 6: "vector tiles of the form MLT"}
_ALLOWED = "tiles that are PNG, JPEG or WebP pictures, or vector tiles (MVT)"
VECTOR = "application/vnd.mapbox-vector-tile"
#: What is drawn of vector tiles, from the lowest up -> its layers in OS Open Zoomstack,
#: OpenMapTiles and Protomaps. Names and borders are left out: the map has its own.
DRAWN = {
    "green": ("national_parks", "greenspaces", "greenspace", "woodland", "landcover", "park"),
    "built": ("urban_areas", "sites", "buildings", "building"),
    "water": ("sea", "surfacewater", "water"),
    "stream": ("waterlines", "waterway"),
    "rail": ("rail",),
    "road": ("roads", "transportation"),
}


@dataclass(frozen=True)
class Archive:
    """One file of tiles, checked and closed again.

    Parameters
    ----------
    path
        The file.
    kind
        ``mbtiles`` or ``pmtiles``.
    zooms
        Farthest and closest.
    bounds
        West, south, east, north, EPSG:4326.
    layers
        Of vector tiles: what is drawn (a key of `DRAWN`) and the name of its layer, from the lowest
        up; empty for pictures.
    """

    path: Path
    kind: str
    zooms: tuple[int, int]
    bounds: Box
    layers: tuple[tuple[str, str], ...] = ()

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile as it is kept; None where there is none.

        Vector tiles may be packed by gzip. What is no picture in a file of pictures counts as none.
        """
        if not self.zooms[0] <= z <= self.zooms[1]:
            return None
        read = _mbtile if self.kind == "mbtiles" else _pmtile
        found = read(self.path, z, x, y)
        return found if found and (self.layers or kind_of(found)) else None


def kind_of(picture: bytes) -> str:
    """Return the media type of a picture by its first bytes; empty for anything else."""
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if picture.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
        return "image/webp"
    return ""


def unpacked(content: bytes) -> bytes:
    """Return what gzip has packed; nothing where it is damaged or of many megabytes."""
    if not content.startswith(_GZIP):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            found = file.read(MOST_UNPACKED + 1)
    except (OSError, EOFError, zlib.error):
        return b""
    return found if len(found) <= MOST_UNPACKED else b""


def is_archive(path: Path) -> bool:
    """Whether the first bytes of a file are those of MBTiles or PMTiles."""
    with path.open("rb") as stream:
        return stream.read(16).startswith((_SQLITE, b"PMTiles"))


def open_archive(label: str, path: Path) -> Archive:
    """Return a file of tiles, checked.

    Raises
    ------
    DataError
        Vector tiles, other pictures, another version, a damaged file, or no reader for PMTiles.
    """
    with path.open("rb") as stream:
        head = stream.read(16)
    if head.startswith(_SQLITE):
        return _open_mbtiles(label, path)
    if not head.startswith(_PMTILES):
        raise _refusal(label, f"PMTiles of version {head[7:8].hex() or '?'}", "PMTiles version 3")
    return _open_pmtiles(label, path)


@contextlib.contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a file of SQLite to be read only; a request that takes too long is given up."""
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_TILE)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.set_progress_handler(lambda: 1, MOST_STEPS)
        yield connection
    finally:
        connection.close()


def _mbtile(path: Path, z: int, x: int, y: int) -> bytes | None:
    """Return a tile; MBTiles count rows from the south."""
    asked = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
    try:
        with _connected(path) as file:
            found = file.execute(asked, (z, x, (1 << z) - 1 - y)).fetchone()
    except sqlite3.Error:  # damaged since it was checked: the map goes on without this tile
        return None
    return found[0] if found and isinstance(found[0], bytes) else None


def _open_mbtiles(label: str, path: Path) -> Archive:
    try:
        with _connected(path) as file:
            said = dict(file.execute("SELECT name, value FROM metadata").fetchall())
            sample = file.execute("SELECT zoom_level, tile_data FROM tiles LIMIT 1").fetchone()
            zooms = [_zoom(file, said, end) for end in ("min", "max")] if sample else []
    except sqlite3.Error as error:
        raise _refusal(label, f"no MBTiles that can be read ({error})", "MBTiles") from error
    if not sample or not isinstance(sample[1], bytes):
        raise _refusal(label, "MBTiles without a tile", _ALLOWED)
    layers: tuple[tuple[str, str], ...] = ()
    if not kind_of(sample[1]):
        form = str(said.get("format", ""))[:20]
        if form != "pbf":
            raise _refusal(label, f"tiles of the format {form!r}", _ALLOWED)
        layers = _drawn(label, said.get("json"))
    bounds = _bounds(label, str(said.get("bounds", "-180,-85,180,85")))
    return Archive(path, "mbtiles", (zooms[0], zooms[1]), bounds, layers)


def _zoom(file: sqlite3.Connection, said: dict[str, str], end: str) -> int:
    """Return the farthest (``min``) or closest (``max``) zoom, as stated or else as it is."""
    try:
        return int(said[f"{end}zoom"])
    except (KeyError, ValueError, TypeError):
        # one at a time: SQLite finds both ends at once only by going through all tiles
        return int(file.execute(f"SELECT {end}(zoom_level) FROM tiles").fetchone()[0])  # noqa: S608


def _drawn(label: str, told: object) -> tuple[tuple[str, str], ...]:
    """Return what is drawn of vector tiles, from what the file says of its layers (JSON)."""
    try:
        said = json.loads(told) if isinstance(told, str | bytes) else {}
        names = [str(layer["id"]) for layer in said.get("vector_layers", [])]
    except (ValueError, TypeError, KeyError, AttributeError):
        names = []
    found = tuple((what, name) for what, known in DRAWN.items() for name in known if name in names)
    if not found:
        listed = ", ".join(names[:8])[:120] or "none that are named"
        known = ", ".join(name for each in DRAWN.values() for name in each)
        raise _refusal(label, f"vector tiles with the layers {listed}", f"one or more of {known}")
    return found


def _bounds(label: str, text: str) -> Box:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise _refusal(label, f"bounds {text[:60]!r}", "west,south,east,north in degrees") from None
    return west, south, east, north


def _open_pmtiles(label: str, path: Path) -> Archive:
    try:
        from pmtiles.tile import deserialize_header
    except ImportError:
        allowed = "pip install placedata[tiles] on this machine, or a GeoTIFF or MBTiles file"
        raise _refusal(label, "PMTiles, whose reader is not installed", allowed) from None
    try:
        with path.open("rb") as file:
            head = deserialize_header(file.read(127))
            file.seek(head["metadata_offset"])
            told = file.read(min(head["metadata_length"], MOST_TILE))
    except Exception as error:  # the reader raises what it likes
        raise _refusal(label, f"a damaged file ({error})", "PMTiles version 3") from error
    kind = int(head["tile_type"].value)
    if kind not in (1, 2, 3, 4):
        raise _refusal(label, _WORDS.get(kind, f"tiles of the kind {kind}"), _ALLOWED)
    layers: tuple[tuple[str, str], ...] = ()
    if kind == 1:
        if int(head["tile_compression"].value) > 2:
            raise _refusal(label, "vector tiles packed otherwise", "packed by gzip, or not at all")
        layers = _drawn(label, unpacked(told))
    degrees = [
        head[name] / 1e7 for name in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
    ]
    west, south, east, north = degrees
    zooms = (int(head["min_zoom"]), int(head["max_zoom"]))
    return Archive(path, "pmtiles", zooms, (west, south, east, north), layers)


def _pmtile(path: Path, z: int, x: int, y: int) -> bytes | None:
    from pmtiles.reader import Reader

    with path.open("rb") as file:

        def part(offset: int, length: int) -> bytes:
            if length > MOST_DIRECTORY:
                msg = f"{length:,} bytes asked for"
                raise ValueError(msg)
            file.seek(offset)
            return file.read(length)

        try:
            found = Reader(part).get(z, x, y)
        except Exception:  # noqa: BLE001  damaged: the map goes on without this tile
            return None
    return found if found and len(found) <= MOST_TILE else None


def _refusal(label: str, found: str, allowed: str) -> DataError:
    problem = Problem(label, "file", found, allowed)
    return DataError("a background map cannot be read", [problem])
