"""Mistakes in the tree of a framework, found in the raw document so that all are told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from placedata.errors import nearest

Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """One mistake: where, what is wrong in words, what was found, what may have been meant."""

    loc: Loc
    text: str
    found: object
    suggestion: str | None = None


def structural_faults(document: Mapping[str, Any]) -> list[Fault]:
    """Return every mistake in the tree, the levels and the indicators of a raw framework.

    Entries that are not mappings are left to the field checks.
    """
    nodes = _entries(document, "nodes")
    levels = [str(level) for level in document.get("levels") or () if isinstance(level, str)]
    ids = [str(node["id"]) for _, node in nodes if "id" in node]
    return [
        *_repeated_nodes(nodes),
        *_parents(nodes, ids),
        *_cycles(nodes),
        *_levels(document, nodes, levels),
        *_indicators(_entries(document, "indicators"), ids),
        *_roll_ups(_entries(document, "roll_up"), ids),
    ]


def _entries(document: Mapping[str, Any], field: str) -> list[tuple[int, Mapping[str, Any]]]:
    """Return the (position, mapping) pairs of a list; models among them become mappings."""
    entries = document.get(field) or ()
    if not isinstance(entries, (list, tuple)):
        return []
    found = []
    for position, entry in enumerate(entries):
        plain = entry.model_dump(exclude_unset=True) if hasattr(entry, "model_dump") else entry
        if isinstance(plain, Mapping):
            found.append((position, plain))
    return found


def _repeated_nodes(nodes: list[tuple[int, Mapping[str, Any]]]) -> Iterator[Fault]:
    first: dict[str, Mapping[str, Any]] = {}
    for position, node in nodes:
        name = str(node.get("id"))
        if "id" not in node:
            continue
        if name in first:
            one, two = first[name].get("parent"), node.get("parent")
            text = f"node {name!r} is given twice"
            if one != two:
                text = f"node {name!r} has two parents, {one!r} and {two!r}; a node has one"
            yield Fault(("nodes", position, "id"), text, name)
        else:
            first[name] = node


def _parents(nodes: list[tuple[int, Mapping[str, Any]]], ids: list[str]) -> Iterator[Fault]:
    tops = [(position, node) for position, node in nodes if node.get("parent") is None]
    for position, node in tops[1:]:
        text = f"node {node.get('id')!r} has no parent; only the top node {tops[0][1].get('id')!r}"
        yield Fault(("nodes", position), f"{text} may have none", node.get("id"))
    if nodes and not tops:
        yield Fault(("nodes",), "no node is the top: every one has a parent", len(nodes))
    for position, node in nodes:
        parent = node.get("parent")
        if parent is not None and str(parent) not in ids:
            text = f"parent {parent!r} of node {node.get('id')!r} is not a node"
            yield Fault(("nodes", position, "parent"), text, parent, nearest(str(parent), ids))


def _cycles(nodes: list[tuple[int, Mapping[str, Any]]]) -> Iterator[Fault]:
    parents = {str(node.get("id")): node.get("parent") for _, node in nodes}
    told: set[str] = set()
    for position, node in nodes:
        path = [str(node.get("id"))]
        above = parents.get(path[0])
        while above is not None and str(above) in parents and str(above) not in path:
            path.append(str(above))
            above = parents.get(str(above))
        if above is not None and str(above) == path[0] and not told & set(path):
            told |= set(path)
            circle = " -> ".join([*path, path[0]])
            yield Fault(
                ("nodes", position, "parent"), f"the tree runs in a circle: {circle}", above
            )


def _levels(
    document: Mapping[str, Any], nodes: list[tuple[int, Mapping[str, Any]]], levels: list[str]
) -> Iterator[Fault]:
    allowed = ", ".join(levels)
    depth = {level: position for position, level in enumerate(levels)}
    level_of = {str(node.get("id")): node.get("level") for _, node in nodes}
    if "indicator" in levels:
        yield Fault(
            ("levels",), "'indicator' is always the lowest level; leave it out", "indicator"
        )
    for position, node in nodes:
        level = node.get("level")
        if level is not None and str(level) not in depth:
            text = f"level {level!r} of node {node.get('id')!r} is not one of {allowed}"
            yield Fault(("nodes", position, "level"), text, level, nearest(str(level), levels))
            continue
        above = level_of.get(str(node.get("parent")))
        if above in depth and level in depth and depth[above] >= depth[level]:
            text = (
                f"node {node.get('id')!r} is a {level} below a {above}; levels go down: {allowed}"
            )
            yield Fault(("nodes", position, "level"), text, level)
    method = document.get("method")
    rules = method.get("levels") if isinstance(method, Mapping) else None
    for level in rules if isinstance(rules, Mapping) else ():
        if str(level) not in depth:
            text = f"method for level {level!r}, which is not one of {allowed}"
            loc: Loc = ("method", "levels", str(level))
            yield Fault(loc, text, level, nearest(str(level), levels))


def _indicators(indicators: list[tuple[int, Mapping[str, Any]]], ids: list[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for position, item in indicators:
        name, component = str(item.get("id")), item.get("component")
        if name in seen or name in ids:
            other = "an indicator" if name in seen else "a node"
            text = f"indicator {name!r} has the id of {other}"
            yield Fault(("indicators", position, "id"), text, name)
        seen.add(name)
        if component is not None and str(component) not in ids:
            text = f"component {component!r} of indicator {name!r} is not in the tree"
            guess = nearest(str(component), ids)
            yield Fault(("indicators", position, "component"), text, component, guess)
        yield from _direction(position, item)


def _roll_ups(entries: list[tuple[int, Mapping[str, Any]]], ids: list[str]) -> Iterator[Fault]:
    for position, entry in entries:
        node = entry.get("node")
        if node is not None and str(node) not in ids:
            guess = nearest(str(node), ids)
            text = f"node {node!r}, which is rolled up, is not in the tree"
            yield Fault(("roll_up", position, "node"), text, node, guess)


def _direction(position: int, item: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what contradicts the polarity of an indicator."""
    name, polarity = item.get("id"), item.get("polarity", "higher_is_better")
    if polarity == "neutral" and item.get("target") is None:
        text = f"indicator {name!r} is neutral and cannot be scored; give a polarity or a target"
        yield Fault(("indicators", position, "polarity"), text, polarity)
    goalposts = item.get("goalposts")
    if not isinstance(goalposts, Mapping):
        return
    best, worst = goalposts.get("best"), goalposts.get("worst")
    if not isinstance(best, (int, float)) or not isinstance(worst, (int, float)):
        return
    low_is_good = polarity == "lower_is_better" or item.get("target") is not None
    if best == worst or (best < worst) != low_is_good:
        way = "below" if low_is_good else "above"
        text = f"goalposts of {name!r} are inverted: {polarity}, so best must be {way} worst"
        found = f"best {best}, worst {worst}"
        yield Fault(("indicators", position, "goalposts"), text, found)
