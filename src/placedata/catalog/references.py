"""The names by which layers point at components and at each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from placedata.catalog.entries import LayerEntry, component_ids, needed
from placedata.errors import Problem, nearest
from placedata.framework import Framework


def reference_problems(
    entries: Mapping[str, LayerEntry], names: Collection[str], framework: Framework | None
) -> list[Problem]:
    """Return what is wrong with the names by which layers point at components and at each other.

    Parameters
    ----------
    entries
        The layers whose files are right.
    names
        Ids of all layer files: a layer may point at one that has mistakes of its own.
    framework
        The place's framework, or None where it could not be read.
    """
    problems: list[Problem] = []
    components = sorted(component_ids(framework)) if framework else []
    for entry in entries.values():
        definition, document = entry.definition, entry.document
        component = definition.component
        if components and component and component not in components:
            near = nearest(component, components)
            allowed = ", ".join(components)
            problems.append(document.problem(("component",), repr(component), allowed, near))
        named: list[tuple[tuple[str, ...], str | None]] = [
            (("weighted_by",), definition.weighted_by),
            (("finer",), definition.finer),
            (("part_of",), definition.part_of),
        ]
        if definition.error:
            named.append((("error", "sample_layer"), definition.error.sample_layer))
        ways = {"exposure": definition.exposure, "reach": definition.reach}
        named += [((way, "people"), said.people) for way, said in ways.items() if said]
        if definition.rate:
            named.append((("value", "denominator"), definition.rate.denominator))
            if definition.source is None:
                named.append((("value", "numerator"), definition.rate.numerator))
        for loc, other in named:
            if other and (other not in names or other == entry.id):
                found = repr(other) if other != entry.id else "the layer itself"
                allowed = "the id of another layer"
                problems.append(document.problem(loc, found, allowed, nearest(other, names)))
    return problems


def in_building_order(
    entries: Mapping[str, LayerEntry],
) -> tuple[dict[str, LayerEntry], list[Problem]]:
    """Return the layers with those they need before them, and the circles among them."""
    problems: list[Problem] = []
    ordered: dict[str, LayerEntry] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in ordered or name not in entries:
            return
        entry = entries[name]
        if name in path:
            circle = " → ".join([*path[path.index(name) :], name])
            problems.append(entry.document.problem(("value",), f"a circle: {circle}", "no circle"))
            return
        for other in needed(entry.definition):
            visit(other, (*path, name))
        ordered[name] = entry

    for name in sorted(entries):
        visit(name, ())
    return ordered, problems
