"""What the address says of how the map looks: its classes, and what is hatched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from placedata.errors import nearest
from placedata.maps.classes import MOST_CLASSES
from placedata.maps.classing import FEWEST_CHOSEN, USUAL, WAYS, Classing

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

LONGEST = 60


def said(text: str) -> str:
    """Return what was asked for, in quotes, shortened where it is long."""
    shown = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    return f"‘{shown}’"


def read_classing(
    arguments: Mapping[str, str], layer: str, snapshot: Snapshot, notices: list[str]
) -> Classing:
    """Return the classes that an address asks for; a notice for each part that is not there.

    Parameters
    ----------
    arguments
        ``classes`` (one of `WAYS`), ``k``, ``unclear``.
    layer
        Id of the choice that is shown.
    """
    return Classing(
        _way(arguments.get("classes", ""), layer, snapshot, notices),
        _count(arguments.get("k", ""), notices),
        _switch(arguments.get("unclear", ""), notices),
    )


def has_bands(layer: str, snapshot: Snapshot) -> bool:
    """Return whether a choice has official bands."""
    return layer in snapshot.layers and bool(snapshot.layer(layer).bands)


def classing_query(classing: Classing) -> dict[str, str]:
    """Return the parts of an address that are not as usual."""
    way = "" if classing.way == USUAL.way else classing.way
    usual = classing.k == USUAL.k or classing.way == "bands"
    return {
        "classes": way,
        "k": "" if usual else str(classing.k),
        "unclear": "yes" if classing.unclear else "",
    }


def _way(asked: str, layer: str, snapshot: Snapshot, notices: list[str]) -> str:
    if not asked:
        return USUAL.way
    if asked not in WAYS:
        near = nearest(asked[:LONGEST], WAYS)
        hint = f" Did you mean ‘{near}’?" if near else ""
        notices.append(f"There are no classes {said(asked)}.{hint} Quantiles are shown instead.")
        return USUAL.way
    if asked == "bands" and not has_bands(layer, snapshot):
        notices.append("This layer has no official bands; quantiles are shown instead.")
        return USUAL.way
    return asked


def _count(asked: str, notices: list[str]) -> int:
    if not asked:
        return USUAL.k
    if asked.isascii() and asked.isdigit() and len(asked) == 1:
        wanted = int(asked)
        if FEWEST_CHOSEN <= wanted <= MOST_CLASSES:
            return wanted
    notices.append(
        f"There cannot be {said(asked)} classes, only {FEWEST_CHOSEN} to {MOST_CLASSES}; "
        f"{USUAL.k} are shown."
    )
    return USUAL.k


def _switch(asked: str, notices: list[str]) -> bool:
    if asked in {"", "no", "yes"}:
        return asked == "yes"
    notices.append(f"The hatch is on (yes) or off, not {said(asked)}; it is off.")
    return False
