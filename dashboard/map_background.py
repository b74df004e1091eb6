"""The map in the background of the map page: whether it is shown, and where its tiles are."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from dashboard.map_look import said
from dashboard.served import served
from placedata.errors import PlaceDataError
from placedata.maps.background import Background, key_of
from placedata.maps.beneath import Beneath
from placedata.maps.palettes import THROUGH
from placedata.wording import licence_name

if TYPE_CHECKING:
    from placedata import Place
    from placedata.snapshot import Snapshot

ON, OFF = "yes", "no"
#: Closest zoom of a host whose own is not told.
CLOSEST = 18
#: Pixels of a background from west to east in a picture.
PICTURE = 1_000
#: Seconds after which the files are looked at again: they may have been renewed.
_AGAIN = 10.0
_LOG = logging.getLogger(__name__)


class _Files:
    """The files of a background map, opened where they can be."""

    def __init__(self, place: Place, snapshot: Snapshot) -> None:
        self._place, self._rule = place, snapshot.place["basemap"]
        west, south, east, north = (float(edge) for edge in snapshot.boundaries.total_bounds)
        self._bounds = (west, south, east, north)
        self._lock = Lock()
        self._looked = -_AGAIN
        self._found: Background | None = None

    def now(self) -> Background | None:
        """Return the map, opened again where its files have changed; None where it cannot be."""
        with self._lock:
            if time.monotonic() - self._looked >= _AGAIN:
                self._look()
                self._looked = time.monotonic()
            return self._found

    def _look(self) -> None:
        try:
            files = self._place.data_files(self._rule["file"])
            if self._found is None or self._found.key != key_of(files):
                self._found = Background(files, self._bounds, self._rule["crs"])
        except (PlaceDataError, OSError) as error:
            self._found = None
            _LOG.warning("the background map cannot be drawn: %s", error)


def background_rule(snapshot: Snapshot) -> Mapping[str, Any] | None:
    """Return what the place says of its background map; None where it has none."""
    found: Mapping[str, Any] | None = snapshot.place.get("basemap")
    return found


def tile_host(snapshot: Snapshot) -> str:
    """Return the one origin that the map page may ask for tiles; empty where there is none."""
    rule = background_rule(snapshot)
    return str(rule["host"] or "") if rule else ""


def read_background(asked: str, snapshot: Snapshot, notices: list[str]) -> str:
    """Return `ON` or `OFF` where an address asks for other than the place says; else nothing."""
    rule = background_rule(snapshot)
    if asked not in {"", ON, OFF}:
        notices.append(f"The background map is ‘{ON}’ or ‘{OFF}’, not {said(asked)}.")
        return ""
    if rule is None:
        if asked == ON:
            notices.append(f"{snapshot.place['name']} has no background map.")
        return ""
    return "" if asked == (ON if rule["shown"] else OFF) else asked


def background_on(snapshot: Snapshot, asked: str) -> bool:
    """Tell whether a state has a map in its background."""
    rule = background_rule(snapshot)
    return rule is not None and (asked or (ON if rule["shown"] else OFF)) == ON


def local_background(snapshot: Snapshot) -> Background | None:
    """Return the background map of a file; None where there is none that can be read now."""
    rule = background_rule(snapshot)
    if rule is None or rule["file"] is None:
        return None
    kept = served()
    files: _Files = kept.made(("basemap", snapshot.id), lambda: _Files(kept.place, snapshot))
    return files.now()


def background_key(snapshot: Snapshot) -> str:
    """Return what changes when the file of the background map does; empty where there is none."""
    found = local_background(snapshot)
    return found.key if found else ""


def lost_background(snapshot: Snapshot, asked: str) -> str:
    """Return why a map that is asked for is not there; nothing where it is, or is not asked for."""
    rule = background_rule(snapshot)
    if not background_on(snapshot, asked) or not rule or rule["file"] is None:
        return ""
    if local_background(snapshot) is not None:
        return ""
    return (
        "The background map cannot be drawn: its file is not there or cannot be read. "
        "`placedata check` says why. The map goes on without it."
    )


def background_document(snapshot: Snapshot, asked: str, base: str) -> dict[str, Any] | None:
    """Return what the map draws beneath the areas; None where nothing is."""
    rule = background_rule(snapshot)
    if rule is None or not background_on(snapshot, asked):
        return None
    shared = {"opacity": rule["opacity"], "through": THROUGH}
    if rule["file"] is None:
        closest = rule["max_zoom"] or CLOSEST
        return {"tiles": rule["tiles"], "zooms": [0, closest], "bounds": None, **shared}
    found = local_background(snapshot)
    if found is None:
        return None
    address = f"{base}/basemap/{found.key}/{{z}}/{{x}}/{{y}}"
    shared["layers"] = [list(layer) for layer in found.layers]
    return {"tiles": address, "zooms": list(found.zooms), "bounds": list(found.bounds), **shared}


def _there(snapshot: Snapshot, asked: str) -> tuple[Mapping[str, Any], Background | None] | None:
    """Return the rule of a map that is asked for and there, and its file, None for a host's."""
    rule = background_rule(snapshot)
    if rule is None or not background_on(snapshot, asked):
        return None
    found = local_background(snapshot)
    return None if rule["file"] is not None and found is None else (rule, found)


def background_words(snapshot: Snapshot, asked: str) -> dict[str, Any] | None:
    """Return what legend and credit say of the map in the background; None where there is none."""
    there = _there(snapshot, asked)
    if there is None:
        return None
    rule, found = there
    licence = licence_name(rule["licence"]) if rule["licence"] else ""
    credit = ", ".join(part for part in (rule["attribution"].rstrip("."), licence) if part)
    # the server draws pictures of files alone, and no vector tiles
    live = found is None or bool(found.layers)
    return {"credit": credit, "attribution": rule["attribution"], "only_live": live}


def beneath(snapshot: Snapshot, shown: Snapshot, asked: str) -> Beneath | None:
    """Return what an SVG map has beneath its areas; a host's map is never fetched for it.

    Vector tiles are drawn by the browser alone.

    Parameters
    ----------
    snapshot, shown
        The place's own, and that of the level shown.
    """
    there = _there(snapshot, asked)
    if there is None:
        return None
    rule, found = there
    if found is None or found.layers:
        return Beneath()
    west, south, east, north = (float(edge) for edge in shown.boundaries.total_bounds)
    key = ("basemap picture", snapshot.id, shown.place["geography"], found.key)
    box = (west, south, east, north)
    try:
        return served().made(key, lambda: Beneath(found.picture(box, PICTURE, rule["opacity"])))
    except PlaceDataError as error:
        _LOG.warning("the background map: %s", error)
        return Beneath()


def background_notes(snapshot: Snapshot, asked: str) -> tuple[str, ...]:
    """Return what the legend of a picture says of the map in the background."""
    words = background_words(snapshot, asked)
    if words is None:
        return ()
    if words["only_live"]:
        return (f"Without the background map of the screen ({words['credit']}).",)
    return (f"Background map: {words['credit']}.",)
