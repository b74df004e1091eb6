"""Levels of a place: its wards, and the larger areas (boroughs) that hold them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.served import served
from placedata.errors import PlaceDataError, Problem
from placedata.geography import area_nouns, geography_in_words

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot


@dataclass(frozen=True)
class Level:
    """One level that a person can choose.

    Parameters
    ----------
    geography
        Level and edition, ``lad22``.
    id
        What addresses call it: empty for the place's own areas, else the geography.
    one
        ``borough``.
    title
        ``Boroughs``.
    words
        ``boroughs of 2022``.
    """

    geography: str
    id: str
    one: str
    title: str
    words: str


def area_words(snapshot: Snapshot) -> tuple[str, str]:
    """Return what one area and several areas of a snapshot are called."""
    return area_nouns(snapshot.place["geography"], snapshot.areas.index)


def level_id(snapshot: Snapshot) -> str:
    """Return what addresses call the level of a snapshot: empty for the place's own areas."""
    geography: str = snapshot.place["geography"]
    return "" if geography == snapshot.levels[0] else geography


def levels_of(snapshot: Snapshot) -> tuple[Level, ...]:
    """Return the levels of a place's own snapshot, smallest areas first."""
    made = []
    for geography in snapshot.levels:
        at = snapshot.level(geography)
        one, many = area_words(at)
        edition = geography_in_words(geography)
        year = edition.rpartition(" of ")[2] if " of " in edition else ""
        made.append(
            Level(
                geography,
                level_id(at),
                one,
                many[:1].upper() + many[1:],
                f"{many} of {year}" if year else edition,
            )
        )
    return tuple(made)


def at_level(snapshot: Snapshot, level: str) -> Snapshot:
    """Return the snapshot of a level by what addresses call it; PlaceDataError where none."""
    return snapshot.level(level) if level else snapshot


def read_level(asked: str, snapshot: Snapshot, notices: list[str]) -> str:
    """Return what addresses call the level asked for; one that is not there is told in `notices`.

    Parameters
    ----------
    snapshot
        The place's own, at its smallest level.
    """
    if not asked:
        return ""
    if asked in snapshot.levels:
        return level_id(snapshot.level(asked))
    many = area_words(snapshot)[1]
    notices.append(f"There is no level ‘{asked[:40]}’; the {many} are shown instead.")
    return ""


def level_of_area(snapshot: Snapshot, code: str) -> Snapshot:
    """Return the snapshot of the level that has an area.

    Raises
    ------
    PlaceDataError
        No level has it; the nearest code or name of the place's own areas is told.
    """
    for geography in snapshot.levels:
        at = snapshot.level(geography)
        if code in at.areas.index:
            return at
    snapshot.area_name(code)
    problem = Problem("snapshot", "area", repr(code), "an area code of the place")
    raise PlaceDataError(f"there is no area {code!r}", [problem])


def parents(snapshot: Snapshot, level: str) -> Mapping[str, str]:
    """Return ward -> the area of a larger level that holds most of it."""

    def read() -> dict[str, str]:
        path = snapshot.directory / f"{level}.json"
        found: dict[str, str] = json.loads(path.read_text("utf-8"))["areas"]
        return found

    return served().made(("parents", snapshot.id, level), read)


def parent_of(snapshot: Snapshot, code: str) -> tuple[str, str] | None:
    """Return code and name of the next larger area that holds a ward, or None."""
    for level in snapshot.levels[1:]:
        found = parents(snapshot, level).get(code)
        if found is not None:
            return found, snapshot.level(level).area_name(found)
    return None


def wards_in(snapshot: Snapshot, level: str, code: str) -> list[str]:
    """Return the place's own areas that lie in an area of a larger level, by name."""
    names = snapshot.areas["area_name"]
    inside = [ward for ward, larger in parents(snapshot, level).items() if larger == code]
    return sorted(inside, key=lambda ward: str(names[ward]).casefold())


def level_context(snapshot: Snapshot, own: Snapshot | None = None) -> dict[str, Any]:
    """Return what templates need to know of the level that is shown.

    Parameters
    ----------
    snapshot
        At the level that is shown.
    own
        The place's own snapshot, where `snapshot` is one of a larger level.
    """
    base = own or snapshot
    one, many = area_words(snapshot)
    kept = served().made(("levels", base.id), lambda: levels_of(base))
    return {
        "snapshot": snapshot,
        "place": snapshot.place,
        "area_word": one,
        "areas_word": many,
        "own_areas_word": area_words(base)[1],
        "level": level_id(snapshot),
        "levels": kept,
    }
