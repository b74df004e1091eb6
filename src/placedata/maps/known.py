"""Names of what can be shown: layers, scores, and who would disagree about one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata import wording
from placedata.errors import PlaceDataError, Problem, nearest
from placedata.maps.disagree import DISAGREE
from placedata.maps.shown import SCORE

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot


def known_layers(snapshot: Snapshot, wanted: list[str]) -> None:
    """Refuse names that are neither layers nor scores, all of them at once.

    Raises
    ------
    PlaceDataError
        With one problem for each name that there is not.
    """
    nodes = snapshot.framework.nodes
    known = [*snapshot.layers, *(mark + node.id for mark in (SCORE, DISAGREE) for node in nodes)]
    problems = [
        Problem(
            "map", "layer", repr(name), "a layer id, or score. and a part of the index",
            suggestion=nearest(name, known),
        )
        for name in wanted
        if name not in known
    ]  # fmt: skip
    if problems or not wanted:
        names = wording.join_list([problem.found for problem in problems]) or "no name at all"
        raise PlaceDataError(f"a map needs layers that there are: found {names}", problems)
