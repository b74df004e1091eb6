"""What can be put on the map: the scores of the index, then the layers, in groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from dashboard.served import served
from placedata.maps.disagree import DISAGREE, has_disagreement
from placedata.maps.shown import SCORE

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

Made = TypeVar("Made")


@dataclass(frozen=True)
class Choice:
    """One thing that the map can show.

    Parameters
    ----------
    id
        A layer id, or ``score.`` and the id of a node of the index.
    title
        What people call it.
    """

    id: str
    title: str


@dataclass(frozen=True)
class Group:
    """Choices under one heading of the picker."""

    title: str
    choices: tuple[Choice, ...]


def choices(snapshot: Snapshot) -> tuple[Group, ...]:
    """Return everything that the map can show: scores first, then layers by theme.

    Nodes of the index without a single score are left out, and layers are in the order of the
    snapshot.
    """
    return _kept("choices", snapshot, _choices)


def _kept(name: str, snapshot: Snapshot, make: Callable[[Snapshot], Made]) -> Made:
    key = (name, snapshot.id, snapshot.place["geography"])
    return served().made(key, lambda: make(snapshot))


def _choices(snapshot: Snapshot) -> tuple[Group, ...]:
    groups = [*_scores(snapshot)]
    themes: dict[str, list[Choice]] = {}
    for record in snapshot.layers.values():
        themes.setdefault(record.theme, []).append(Choice(record.id, record.title))
    groups += [Group(theme, tuple(found)) for theme, found in themes.items()]
    return tuple(groups)


def map_choices(snapshot: Snapshot) -> tuple[Group, ...]:
    """Return `choices`, and behind the scores who would disagree about the whole index."""
    return _kept("map choices", snapshot, _map_choices)


def _map_choices(snapshot: Snapshot) -> tuple[Group, ...]:
    groups = choices(snapshot)
    if snapshot.scores.empty:
        return groups
    top = snapshot.framework.top
    if not has_disagreement(snapshot, top.id):
        return groups
    own = Group("Scores: how firm they are", (Choice(DISAGREE + top.id, "Who would disagree"),))
    scores = [group for group in groups if group.title.startswith("Scores")]
    return (*scores, own, *(group for group in groups if group not in scores))


def map_choice_ids(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the id of everything that the map can show, in order."""
    return tuple(choice.id for group in map_choices(snapshot) for choice in group.choices)


def choice_ids(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the id of every choice, in order."""
    return tuple(choice.id for group in choices(snapshot) for choice in group.choices)


def default_choice(snapshot: Snapshot) -> str:
    """Return what is shown first: the whole index, or the first layer where there is none."""
    return choice_ids(snapshot)[0]


def _scores(snapshot: Snapshot) -> list[Group]:
    if snapshot.scores.empty:
        return []
    scored = set(snapshot.scores.loc[snapshot.scores["score"].notna(), "node"])
    framework = snapshot.framework
    top = [framework.top, *framework.children(framework.top.id)]
    named = [Choice(SCORE + node.id, node.title) for node in top if node.id in scored]
    groups = [Group("Scores: index and dimensions", tuple(named))] if named else []
    below = [
        Choice(SCORE + child.id, child.title)
        for node in top[1:]
        for child in framework.children(node.id)
        if child.id in scored
    ]
    return [*groups, Group("Scores: components", tuple(below))] if below else groups
