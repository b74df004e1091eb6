"""Finding an area by what a person types: a name, its beginning, a code or a postcode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.area_names import named_areas, with_words
from dashboard.levels import area_words, level_id, parents
from placedata.errors import nearest

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

LONGEST_SEARCH = 80
#: Names that an error tells where several fit.
MOST_NAMED = 6


def typed(text: str) -> str:
    """Return words that a person may have typed, cut where they are long."""
    return " ".join(text.replace("\0", "").split())[:LONGEST_SEARCH]


def find_area(snapshot: Snapshot, shown: Snapshot, asked: str) -> dict[str, Any]:
    """Return the area of a name, a code or a postcode, or an error that a person can act on.

    Parameters
    ----------
    snapshot
        The place's own, which has the postcodes.
    shown
        At the level that is shown, which is searched first; then the others.
    """
    text = " ".join(asked[:LONGEST_SEARCH].split())
    one, _ = area_words(shown)
    if not text:
        postcode = " or a postcode" if len(snapshot.postcodes) else ""
        return {"error": f"Enter the name of a {one}{postcode}."}
    levels = [shown, *(at for at in map(snapshot.level, snapshot.levels) if at is not shown)]
    for search in (_named, _beginning):
        for at in levels:
            code = search(at, text)
            if code is not None:
                return {"area": code, "name": at.area_name(code), "level": level_id(at)}
        ward = snapshot.area_of_postcode(text)
        if ward is not None:
            level = level_id(shown)
            code = parents(snapshot, level)[ward] if level else ward
            return {"area": code, "name": shown.area_name(code), "level": level}
    place = snapshot.place["name"]
    several = [name for _, name in with_words(shown, text)]
    several.sort(key=lambda name: not name.casefold().startswith(text.casefold()))
    if len(several) > 1:
        listed = ", ".join(several[:MOST_NAMED])
        more = f" and {len(several) - MOST_NAMED:,} more" if len(several) > MOST_NAMED else ""
        many = area_words(shown)[1]
        return {"error": f"Several {many} fit ‘{text}’: {listed}{more}."}
    if any(letter.isdigit() for letter in text) and len(snapshot.postcodes):
        return {"error": f"‘{text}’ is not a postcode of {place}."}
    names = {name.casefold(): name for _, name in named_areas(shown)}
    near = nearest(text.casefold(), names)
    hint = f" Did you mean ‘{names[near]}’?" if near else ""
    return {"error": f"There is no {one} ‘{text}’ in {place}.{hint}"}


def _named(at: Snapshot, text: str) -> str | None:
    """Return the area of a level that has this code or exactly this name."""
    if text.upper() in at.areas.index:
        return text.upper()
    names = {str(name).casefold(): str(code) for code, name in at.areas["area_name"].items()}
    return names.get(text.casefold())


def _beginning(at: Snapshot, text: str) -> str | None:
    """Return the one area of a level whose name begins so."""
    found = [
        str(code)
        for code, name in at.areas["area_name"].items()
        if str(name).casefold().startswith(text.casefold())
    ]
    return found[0] if len(found) == 1 else None
