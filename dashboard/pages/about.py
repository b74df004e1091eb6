"""About: the method in plain words, licences, attribution, boundaries, disclosure, snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import render_template

from dashboard.served import snapshot_now

if TYPE_CHECKING:
    from flask import Flask

    from placedata.snapshot import Snapshot

PATH = "/about"
TITLE = "About"

#: Rule of a framework -> what it is called in plain words, and why it is used.
AGGREGATES = {
    "arithmetic": ("the plain mean", ""),
    "geometric": ("the geometric mean", ", so that one very low score is not hidden by a high one"),
    "harmonic": ("the harmonic mean", ", which leans towards the lowest scores"),
    "minimum": ("the lowest", ""),
}


def register(app: Flask) -> Sequence[str]:
    """Add the page."""

    @app.get(PATH)
    def about() -> str:
        snapshot = snapshot_now()
        return render_template(
            "about.html",
            framework=snapshot.framework,
            steps=_steps(snapshot),
            licences=_licences(snapshot),
            caveats=_caveats(snapshot),
            decisions=_decisions(snapshot),
        )

    return ()


def _steps(snapshot: Snapshot) -> list[str]:
    """Return how each level of the index is made from the one below, from the bottom up."""
    framework = snapshot.framework
    steps = []
    below = "indicators"
    for level in reversed(framework.levels):
        method = framework.method.levels.get(level)
        rule = getattr(method.aggregate, "rule", method.aggregate) if method else None
        made, why = AGGREGATES.get(str(rule or "arithmetic"), (f"made by the rule “{rule}”", ""))
        whose = (
            "The score of the whole index"
            if level == framework.levels[0]
            else f"The score of each {level}"
        )
        text = f"{whose} is {made} of its {below}{why}."
        if method and method.coverage:
            share = round(100 * float(method.coverage))
            text += f" It is given only where at least {share}% of their weight was observed."
        steps.append(text)
        below = f"{level}s"
    return steps


def _licences(snapshot: Snapshot) -> list[tuple[str, str, list[str]]]:
    """Return each publisher and licence with the titles of its layers."""
    found: dict[tuple[str, str], list[str]] = {}
    for record in snapshot.layers.values():
        found.setdefault((record.publisher, record.licence), []).append(record.title)
    return [(publisher, licence, titles) for (publisher, licence), titles in sorted(found.items())]


def _caveats(snapshot: Snapshot) -> list[tuple[str, str, str]]:
    """Return (layer id, title, caveat) of every caveat of every layer."""
    return [
        (record.id, record.title, caveat)
        for record in snapshot.layers.values()
        for caveat in record.caveats
    ]


def _decisions(snapshot: Snapshot) -> list[tuple[str, list[str]]]:
    """Return (title, what was decided) for each indicator and node, in the order of the index."""
    titles = {node.id: node.title for node in snapshot.framework.nodes}
    titles |= {record.id: record.title for record in snapshot.layers.values()}
    told: dict[str, list[str]] = {}
    for item in snapshot.index["decisions"]:
        title = titles.get(item["node"], item["node"])
        told.setdefault(title, []).append(item["text"])
    return list(told.items())
