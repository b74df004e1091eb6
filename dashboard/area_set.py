"""The areas that a page sets beside each other, as its address says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from flask import request

from dashboard.area_names import names_at_once
from dashboard.finding import LONGEST_SEARCH, find_area
from dashboard.levels import area_words, at_level, level_context, read_level
from dashboard.served import snapshot_now

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

#: More lines or columns than these cannot be told apart.
MOST_AREAS = 6


@dataclass(frozen=True)
class AreaSet:
    """Up to `MOST_AREAS` areas of one level, in the order in which they were chosen.

    Parameters
    ----------
    codes
        Area codes.
    level
        What addresses call the level; empty for the place's own areas.
    """

    codes: tuple[str, ...]
    level: str = ""

    @property
    def full(self) -> bool:
        """Whether no more can be added."""
        return len(self.codes) >= MOST_AREAS

    def query(self, **more: str | None) -> str:
        """Return the address of these areas with other parts: ``areas=A,B&layer=no2``."""
        parts = {**more, "level": self.level, "areas": ",".join(self.codes)}
        kept = {key: value for key, value in parts.items() if value}
        return urlencode(kept, safe=",", quote_via=quote)

    def without(self, code: str) -> AreaSet:
        """Return the set less one area."""
        return replace(self, codes=tuple(item for item in self.codes if item != code))


@dataclass(frozen=True)
class Asked:
    """What a request for several areas asks for.

    Parameters
    ----------
    own, shown
        The place's own snapshot, and that of the level that is shown.
    notices
        What cannot be used, in words; a page adds its own.
    """

    own: Snapshot
    shown: Snapshot
    areas: AreaSet
    notices: list[str]

    @property
    def context(self) -> dict[str, Any]:
        """What every page of several areas shows: areas, names to choose from, levels, notices."""
        return {
            "areas": self.areas,
            "names": names_at_once(self.shown),
            "most": MOST_AREAS,
            "notices": tuple(self.notices),
            **level_context(self.shown, self.own),
        }


def areas_asked() -> Asked:
    """Return what the address of the request asks for."""
    own, notices = snapshot_now(), list[str]()
    areas = read_areas(request.args, own, notices)
    return Asked(own, at_level(own, areas.level), areas, notices)


def read_areas(arguments: Mapping[str, str], snapshot: Snapshot, notices: list[str]) -> AreaSet:
    """Return the areas that an address asks for; what cannot be used is told in `notices`.

    Parameters
    ----------
    arguments
        ``areas`` (codes, comma between), ``add`` (a name, code or postcode), ``level``.
    snapshot
        The place's own, at its smallest level.
    """
    level = read_level(arguments.get("level", ""), snapshot, notices)
    shown = at_level(snapshot, level)
    one, many = area_words(shown)
    codes: list[str] = []
    unknown = []
    for code in arguments.get("areas", "").split(","):
        text = code.strip()[:LONGEST_SEARCH]
        if text in shown.areas.index:
            codes.append(text)
        elif text:
            unknown.append(text)
    if unknown:
        listed = ", ".join(f"‘{text}’" for text in unknown[:3])
        notices.append(f"{snapshot.place['name']} has no {one} {listed}.")
    added = arguments.get("add", "").strip()
    if added:
        found = find_area(snapshot, shown, added)
        if found.get("level", level) != level:
            notices.append(f"{found['name']} is not one of the {many}.")
        elif "area" in found:
            codes.append(found["area"])
        else:
            notices.append(found["error"])
    codes = list(dict.fromkeys(codes))
    if len(codes) > MOST_AREAS:
        notices.append(f"At most {MOST_AREAS} {many} fit beside each other; the first are shown.")
    return AreaSet(tuple(codes[:MOST_AREAS]), level)
