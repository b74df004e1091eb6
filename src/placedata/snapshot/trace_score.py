"""Where a score comes from: the scores below it with their weights, down to layers' figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from placedata.errors import PlaceDataError, Problem, nearest
from placedata.snapshot.formula import MOST_TERMS, known, number

if TYPE_CHECKING:
    from placedata.framework import Node
    from placedata.snapshot.reading import Snapshot

SCORE = "score."
#: A score is of the newest period of each layer; references name no other.
NEWEST = "newest"
MEANS = {
    "arithmetic": "weighted mean",
    "geometric": "weighted geometric mean",
    "harmonic": "weighted harmonic mean",
    "power": "weighted power mean",
    "sum": "weighted sum",
}


def score_parts(snapshot: Snapshot, identifier: str, area: str) -> dict[str, Any]:
    """Return the fields of a score's `placedata.snapshot.trace.Trace` that are its own.

    Parameters
    ----------
    snapshot
        The level that has the area.
    identifier
        A node of the index or an indicator in it, ``score.NODE``.
    area
        Area code.

    Raises
    ------
    PlaceDataError
        The index has no such node.
    """
    name = identifier.removeprefix(SCORE)
    nodes = {node.id: node for node in snapshot.framework.nodes}
    indicators = [item.id for item in snapshot.framework.indicators]
    if name not in nodes and name not in indicators:
        near = nearest(name, [*nodes, *indicators])
        problem = Problem(
            "snapshot", "node", repr(name), "a node of the index", suggestion=near and SCORE + near
        )
        raise PlaceDataError(f"there is no score {name!r} in the index", [problem])
    value = _score(snapshot, name, area)
    if name in nodes:
        title, made_of = nodes[name].title, _children(snapshot, nodes[name], area)
        formula, method = _of_node(snapshot, nodes[name], made_of, value)
    else:
        title, made_of = snapshot.layer(name).title, [_figure(snapshot, name, area)]
        formula, method = _of_indicator(snapshot, name, area, value)
    return {
        "title": f"{title} score",
        "status": "missing" if value is None else "ok",
        "value": value,
        "formula": formula,
        "method": method,
        "made_of": tuple(made_of),
        "notes": tuple(
            f"{item['stage']}: {item['text']}"
            for item in snapshot.index["decisions"]
            if item["node"] == name
        ),
        "file": _framework(snapshot),
    }


def _score(snapshot: Snapshot, node: str, area: str) -> float | None:
    rows = snapshot.scores
    found = rows.loc[(rows["node"] == node) & (rows["area_code"] == area), "score"]
    return known(found.iloc[0]) if len(found) else None


def _framework(snapshot: Snapshot) -> dict[str, str]:
    text = json.dumps(snapshot.index["framework"], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"name": f"framework {snapshot.framework.id}", "sha256": digest}


def _children(snapshot: Snapshot, node: Node, area: str) -> list[dict[str, Any]]:
    """Return the scores that a node is made of, with their weights."""
    weights = {
        item["node"]: item["weight"]
        for item in snapshot.index["weights"]
        if item["parent"] == node.id
    }
    framework = snapshot.framework
    below = [(child.id, child.title, child.level) for child in framework.children(node.id)]
    below += [
        (item.id, snapshot.layer(item.id).title, "indicator")
        for item in framework.indicators_of(node.id)
        if item.id in snapshot.layers
    ]
    return [
        {
            "role": level,
            "layer": SCORE + name,
            "title": f"{title} score",
            "area_code": area,
            "period": "",
            "value": _score(snapshot, name, area),
            "weight": weights.get(name, 0.0),
            "command": f"placedata trace {SCORE}{name} {area}",
        }
        for name, title, level in below
    ]


def _figure(snapshot: Snapshot, layer: str, area: str) -> dict[str, Any]:
    period = snapshot.index["periods"].get(layer, snapshot.layer(layer).latest)
    row = snapshot.table(layer, period).loc[area]
    return {
        "role": "figure",
        "layer": layer,
        "title": snapshot.layer(layer).title,
        "area_code": area,
        "period": period,
        "value": known(row["value"]),
        "command": f"placedata trace {layer} {area} --period {period!r}".replace("'", ""),
    }


def _of_node(
    snapshot: Snapshot, node: Node, made_of: Sequence[dict[str, Any]], value: float | None
) -> tuple[tuple[str, ...], str]:
    """Return the formula of a node with its numbers, and its rule in words."""
    method = snapshot.framework.method.levels.get(node.level)
    aggregate = method.aggregate if method else None
    rule = aggregate.rule if aggregate else "arithmetic"
    words = f"{MEANS[rule]} of the scores below it"
    have = [item for item in made_of if item["value"] is not None and item["weight"] > 0]
    if value is None:
        counted = f"{len(have)} of {len(made_of)} scores below it are there"
        return (f"no score: {counted}",), words
    total = sum(item["weight"] for item in have)
    shares = [item["weight"] / total for item in have]
    floor = aggregate.floor if aggregate and aggregate.floor else None
    text = _mean(rule, [item["value"] for item in have], shares, floor)
    if method and method.rescale and method.rescale.rule != "none":
        return (text, f"rescaled by the rule {method.rescale.rule} = {number(value)}"), words
    return (f"{text} = {number(value)}",), words


def _mean(rule: str, scores: list[float], shares: list[float], floor: float | None) -> str:
    """Return a mean with its numbers; a score at or below zero stands at the floor."""
    told = [max(score, floor) if floor and score <= 0 else score for score in scores]
    if len(told) > MOST_TERMS or rule == "power":
        return f"{MEANS[rule]} of {len(told)} scores"
    pairs = list(zip(told, shares, strict=True))
    if rule == "geometric":
        return " × ".join(f"{number(score)}^{number(share)}" for score, share in pairs)
    if rule == "harmonic":
        below = " + ".join(f"{number(share)} / {number(score)}" for score, share in pairs)
        return f"1 / ({below})"
    return " + ".join(f"{number(share)} × {number(score)}" for score, share in pairs)


def _of_indicator(
    snapshot: Snapshot, name: str, area: str, value: float | None
) -> tuple[tuple[str, ...], str]:
    """Return how a figure became a score, with its numbers, and the rule in words."""
    rule = snapshot.framework.method.indicator.normalise
    words = f"put on a scale from worst to best by the rule {rule.rule if rule else 'none'}"
    bounds = next(
        (item for item in snapshot.index["bounds"] if item["indicator"] == name), None
    )  # fmt: skip
    figure = _figure(snapshot, name, area)["value"]
    if value is None or figure is None:
        return ("no score: the layer has no figure here",), words
    if bounds is None or rule is None or rule.rule != "min_max":
        return (f"{number(figure)} becomes {number(value)}",), words
    used, steps = figure, []
    low, high = bounds["low_cap"], bounds["high_cap"]
    if low is not None and high is not None:
        used = min(max(figure, low), high)
        if used != figure:
            steps.append(f"{number(figure)} is pulled in to {number(used)}, as an outlier")
    bottom, top = rule.to
    worst, best = bounds["worst"], bounds["best"]
    plain = bottom + (top - bottom) * (used - worst) / (best - worst)
    steps.append(
        f"{number(top - bottom)} × ({number(used)} − {number(worst)}) / "
        f"({number(best)} − {number(worst)}) = {number(plain)}"
    )
    if abs(plain - value) > 1e-9 * max(1.0, abs(plain)):
        steps.append(f"kept within {number(bottom)} and {number(top)}: {number(value)}")
    return tuple(steps), words
