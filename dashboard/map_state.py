"""The state of the map page: what its address says, read with care and written shortly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from dashboard.choices import SCORE, choice_ids, default_choice
from placedata.errors import nearest

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

SORTS = ("name", "-name", "value", "-value", "rank", "-rank", "class", "-class")
_LONGEST = 60


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
    """

    layer: str
    period: str | None
    area: str | None
    sort: str

    @property
    def query(self) -> str:
        """The address of this state: ``layer=no2&period=2023``."""
        parts = {"layer": self.layer, "period": self.period, "area": self.area}
        if self.sort != "name":
            parts["sort"] = self.sort
        return urlencode({key: value for key, value in parts.items() if value})


def read_state(
    arguments: Mapping[str, str], snapshot: Snapshot
) -> tuple[MapState, tuple[str, ...]]:
    """Return the state that an address asks for, and a sentence for each part that is not there.

    Parameters
    ----------
    arguments
        ``layer``, ``period``, ``area``, ``sort``: anything that a person may have typed.
    """
    notices: list[str] = []
    layer = _layer(arguments.get("layer", ""), snapshot, notices)
    period = _period(layer, arguments.get("period", ""), snapshot, notices)
    area = _area(arguments.get("area", ""), snapshot, notices)
    sort = arguments.get("sort", "") or "name"
    if sort not in SORTS:
        notices.append(f"The table cannot be sorted by {_said(sort)}; it is sorted by name.")
        sort = "name"
    return MapState(layer, period, area, sort), tuple(notices)


def _said(text: str) -> str:
    """Return what was asked for, in quotes, shortened where it is long."""
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return f"‘{shown}’"


def _layer(asked: str, snapshot: Snapshot, notices: list[str]) -> str:
    known = choice_ids(snapshot)
    if not asked:
        return default_choice(snapshot)
    if asked in known:
        return asked
    near = nearest(asked[:_LONGEST], known)
    hint = f" Did you mean ‘{near}’?" if near else ""
    notices.append(f"There is no layer {_said(asked)}.{hint} The first layer is shown instead.")
    return default_choice(snapshot)


def _period(layer: str, asked: str, snapshot: Snapshot, notices: list[str]) -> str | None:
    if layer.startswith(SCORE):
        if asked:
            notices.append("Scores have no single period; the latest figures are shown.")
        return None
    record = snapshot.layer(layer)
    if not asked:
        return record.latest
    if asked in record.periods:
        return asked
    notices.append(
        f"{record.title} has no figures for {_said(asked)}; {record.latest} is shown instead."
    )
    return record.latest


def _area(asked: str, snapshot: Snapshot, notices: list[str]) -> str | None:
    if not asked:
        return None
    if asked in snapshot.areas.index:
        return asked
    notices.append(f"{snapshot.place['name']} has no area {_said(asked)}; no ward is selected.")
    return None
