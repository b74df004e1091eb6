"""The state of the map page: what its address says, read with care and written shortly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from dashboard.choices import default_choice, map_choice_ids
from dashboard.levels import area_words, at_level, level_id, parents, read_level
from dashboard.map_background import lost_background, read_background
from dashboard.map_look import LONGEST, classing_query, read_classing, said
from dashboard.map_over import over_query, read_over
from placedata.errors import nearest
from placedata.maps.classing import USUAL, Classing
from placedata.maps.disagree import DISAGREE
from placedata.maps.over import NONE, Over
from placedata.maps.shown import SCORE

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

SORTS = ("name", "-name", "value", "-value", "rank", "-rank", "class", "-class")


@dataclass(frozen=True)
class MapState:
    """What the map page shows.

    Parameters
    ----------
    layer
        Id of a choice: a layer, or a score.
    period
        One of the layer's periods; None for scores, which have none of their own.
    area
        The selected area's code, or None.
    sort
        One of `SORTS`: a column, falling where it begins with a minus.
    level
        Geography of larger areas (``lad22``); empty for the place's own.
    page
        Page of the table, from 1.
    find
        Words that the names in the table must hold.
    classing
        How the classes are made, how many, and whether what is not clear is hatched.
    beside
        Id of the choice on a second map beside the first; empty for one map.
    beside_period
        Its period; None for scores.
    over
        What is laid over the map.
    background
        ``yes`` or ``no`` where the map in the background is wanted otherwise than the place says.
    """

    layer: str
    period: str | None
    area: str | None
    sort: str = "name"
    level: str = ""
    page: int = 1
    find: str = ""
    classing: Classing = USUAL
    beside: str = ""
    beside_period: str | None = None
    over: Over = NONE
    background: str = ""

    @property
    def query(self) -> str:
        """The address of this state: ``layer=no2&period=2023``."""
        parts = {
            "layer": self.layer,
            "period": self.period,
            "level": self.level,
            "area": self.area,
            "sort": self.sort if self.sort != "name" else "",
            "find": self.find,
            "page": str(self.page) if self.page > 1 else "",
            **classing_query(self.classing),
            "beside": self.beside,
            "beside_period": self.beside_period if self.beside else "",
            **over_query(self.over),
            "background": self.background,
        }
        return urlencode({key: value for key, value in parts.items() if value}, safe=",")

    def on_page(self, page: int) -> str:
        """Return the address of the same view with another page of its table."""
        return replace(self, page=page).query

    def up(self, level: str, area: str) -> str:
        """Return the address of the same view with another area at another level."""
        return replace(self.shown, area=area, level=level).query

    @property
    def shown(self) -> MapState:
        """The state of the map alone: without selection, order and page of the table."""
        return replace(self, area=None, sort="name", page=1, find="")


def read_state(
    arguments: Mapping[str, str], snapshot: Snapshot
) -> tuple[MapState, tuple[str, ...]]:
    """Return the state that an address asks for, and a sentence for each part that is not there.

    Parameters
    ----------
    arguments
        ``layer``, ``period``, ``level``, ``area``, ``sort``, ``find``, ``page``, ``classes``,
        ``k``, ``unclear``, ``beside``, ``beside_period``, ``lines``, ``over``, ``background``:
        anything that a person may have typed.
    snapshot
        The place's own, at its smallest level.
    """
    notices: list[str] = []
    layer = _layer(arguments.get("layer", ""), snapshot, notices)
    period = _period(layer, arguments.get("period", ""), snapshot, notices)
    asked_area = arguments.get("area", "")
    level = _level(arguments.get("level", ""), asked_area, snapshot, notices)
    area = _area(asked_area, level, snapshot, notices)
    sort = arguments.get("sort", "") or "name"
    if sort not in SORTS:
        notices.append(f"The table cannot be sorted by {said(sort)}; it is sorted by name.")
        sort = "name"
    page = _page(arguments.get("page", ""), notices)
    find = " ".join(arguments.get("find", "").replace("\0", "").split())[:LONGEST]
    classing = read_classing(arguments, layer, snapshot, notices)
    beside = _beside(arguments, snapshot, notices)
    over = read_over(arguments, snapshot, notices)
    background = read_background(arguments.get("background", ""), snapshot, notices)
    shown = (layer, period, area, sort, level, page, find, classing, *beside, over, background)
    state = MapState(*shown)
    if lost := lost_background(snapshot, background):
        notices.append(lost)
    return state, tuple(notices)


def _beside(
    arguments: Mapping[str, str], snapshot: Snapshot, notices: list[str]
) -> tuple[str, str | None]:
    """Return layer and period of the second map; "" and None where there is none."""
    asked = arguments.get("beside", "")
    if not asked:
        return "", None
    known = map_choice_ids(snapshot)
    if asked not in known:
        near = nearest(asked[:LONGEST], known)
        hint = f" Did you mean ‘{near}’?" if near else ""
        notices.append(f"There is no layer {said(asked)} to set beside.{hint} One map is shown.")
        return "", None
    return asked, _period(asked, arguments.get("beside_period", ""), snapshot, notices)


def _layer(asked: str, snapshot: Snapshot, notices: list[str]) -> str:
    known = map_choice_ids(snapshot)
    if not asked:
        return default_choice(snapshot)
    if asked in known:
        return asked
    near = nearest(asked[:LONGEST], known)
    hint = f" Did you mean ‘{near}’?" if near else ""
    notices.append(f"There is no layer {said(asked)}.{hint} The first layer is shown instead.")
    return default_choice(snapshot)


def _period(layer: str, asked: str, snapshot: Snapshot, notices: list[str]) -> str | None:
    if layer.startswith((SCORE, DISAGREE)):
        if asked:
            notices.append("Scores have no single period; the latest figures are shown.")
        return None
    record = snapshot.layer(layer)
    if not asked:
        return record.latest
    if asked in record.periods:
        return asked
    notices.append(
        f"{record.title} has no figures for {said(asked)}; {record.latest} is shown instead."
    )
    return record.latest


def _level(asked: str, area: str, snapshot: Snapshot, notices: list[str]) -> str:
    """Return the level asked for; without one, that of the selected area."""
    if not asked:
        having = (at for at in map(snapshot.level, snapshot.levels) if area in at.areas.index)
        return level_id(next(having, snapshot))
    return read_level(asked, snapshot, notices)


def _area(asked: str, level: str, snapshot: Snapshot, notices: list[str]) -> str | None:
    """Return the selected area; from a ward its borough, where boroughs are shown."""
    if not asked:
        return None
    shown = at_level(snapshot, level)
    if asked in shown.areas.index:
        return asked
    if level and asked in snapshot.areas.index:
        return parents(snapshot, level).get(asked)
    if any(asked in snapshot.level(other).areas.index for other in snapshot.levels):
        return None
    one = area_words(shown)[0]
    notices.append(f"{snapshot.place['name']} has no area {said(asked)}; no {one} is selected.")
    return None


def _page(asked: str, notices: list[str]) -> int:
    if not asked:
        return 1
    if asked.isascii() and asked.isdigit() and int(asked[:9]) > 0 and len(asked) < 9:
        return int(asked)
    notices.append(f"The table has no page {said(asked)}; its first page is shown.")
    return 1
