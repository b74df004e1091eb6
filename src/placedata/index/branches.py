"""Node scores of many replicates at once: weighted, combined and rescaled again.

Arrays have the replicates of one chunk first, then children, then areas; behind the areas come
two columns with the scores of the lowest and of the highest bounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placedata.framework import Aggregate, Framework, Node, Rescale
from placedata.framework.robustness import Mean
from placedata.index import normalise, rank
from placedata.index.inputs import Run
from placedata.index.nodes import Scored, method_at
from placedata.index.scaling import Scaled

Array = NDArray[Any]
MEANS = {"arithmetic", "geometric", "harmonic", "power"}


@dataclass(frozen=True)
class Branch:
    """One node and its weighted children, ready to be combined again and again.

    Parameters
    ----------
    weights
        Nominal weights, shape (k,).
    known
        Where each child has a score, shape (k, areas); None where all have one.
    scored
        Where the node itself has a score, shape (areas,).
    gaps
        Child, its areas without a score where the node has one, the standard deviation of its
        score about the mean of the others, and its lowest and highest score.
    floor
        What scores at or below 0 become for a mean that takes none.
    open
        True where one mean may be exchanged for another.
    memo
        Children that are the same in all replicates, on the scale of each mean.
    """

    node: Node
    names: tuple[str, ...]
    weights: Array
    rule: Aggregate
    rescale: Rescale
    one: Scored
    known: NDArray[np.bool_] | None
    scored: NDArray[np.bool_]
    gaps: tuple[tuple[int, NDArray[np.int64], float, float, float], ...]
    floor: float
    open: bool
    memo: dict[str, Array] = field(default_factory=dict)


def branches_of(
    run: Run, indicators: Mapping[str, Scaled], nodes: Mapping[str, Scored]
) -> dict[str, Branch]:
    """Return the nodes that have children with a weight, children before their parents."""
    found = {}
    for node in run.framework.bottom_up():
        one = nodes[node.id]
        held = {name: _values(name, indicators, nodes) for name in one.weights}
        names = tuple(
            name for name, weight in one.weights.items()
            if weight > 0 and not np.isnan(held[name]).all()
        )  # fmt: skip
        if not names or np.isnan(one.aggregate).all():
            continue
        block = np.array([held[name] for name in names])
        weights = np.array([one.weights[name] for name in names])
        # what a child without any score weighs goes to the others, in every area
        weights *= sum(weight for weight in one.weights.values() if weight > 0) / weights.sum()
        method = method_at(run, node)
        rule = method.aggregate or Aggregate(rule="arithmetic")
        scored = ~np.isnan(one.aggregate)
        missing = np.isnan(block)
        lowest = float(np.nanmin(block[:, scored]))
        floor = rule.floor if rule.floor is not None else 0.1
        if rule.floor is None and rule.rule != "arithmetic" and lowest > 0:
            floor = min(floor, lowest)
        found[node.id] = Branch(
            node, names, weights, rule,
            method.rescale or Rescale.model_construct(rule="none"), one,
            ~missing if missing.any() else None, scored, _gaps(block, scored), floor,
            open=rule.rule in MEANS and lowest >= 0,
        )  # fmt: skip
    return found


def _values(name: str, indicators: Mapping[str, Scaled], nodes: Mapping[str, Scored]) -> Array:
    return nodes[name].carried if name in nodes else indicators[name].values


def _gaps(
    block: Array, scored: NDArray[np.bool_]
) -> tuple[tuple[int, NDArray[np.int64], float, float, float], ...]:
    found = []
    for at, child in enumerate(block):
        areas = np.flatnonzero(np.isnan(child) & scored)
        if not len(areas):
            continue
        others = np.delete(block, at, axis=0)
        both = ~np.isnan(child) & ~np.isnan(others).all(axis=0)
        away = child[both] - np.nanmean(others[:, both], axis=0) if both.any() else child[:0]
        if len(away) < 3:
            away = child[~np.isnan(child)]
        residual = float(np.std(away, ddof=1)) if len(away) > 1 else 0.0
        found.append((at, areas, residual, float(np.nanmin(child)), float(np.nanmax(child))))
    return tuple(found)


def droppable(framework: Framework, branches: Mapping[str, Branch]) -> dict[str, tuple[str, int]]:
    """Return for each indicator and node whose weight in which node becomes 0 when it is left out.

    A part that is alone in its node takes the node with it, and is told once, by the name below.
    One that some area cannot do without is not left out.
    """
    parents = {node.id: node.parent for node in framework.nodes}
    parts = [(item.id, item.component) for item in framework.indicators]
    parts += [(node.id, node.parent) for node in framework.bottom_up() if node.parent]
    found: dict[str, tuple[str, int]] = {}
    for name, above in parts:
        child, node = name, str(above)
        while node in branches and len(branches[node].names) == 1 and parents[node]:
            child, node = node, str(parents[node])
        if node not in branches or child not in branches[node].names:
            continue
        branch = branches[node]
        at = branch.names.index(child)
        known = branch.known
        rest = len(branch.names) > 1
        if known is not None and rest:
            rest = bool(np.delete(known, at, axis=0)[:, branch.scored].any(axis=0).all())
        if rest and (node, at) not in found.values():
            found[name] = (node, at)
    return found


@dataclass(frozen=True)
class Given:
    """What a chunk of replicates gives one node.

    Parameters
    ----------
    children
        Scores of the children, each of shape (replicates or 1, areas + 2).
    weights
        Shape (replicates, k).
    means
        The mean of each replicate.
    errors
        Standard normal numbers for the gaps, shape (replicates, gaps); None: gaps stay.
    """

    children: list[Array]
    weights: Array
    means: list[Mean]
    errors: Array | None


def combined(run: Run, branch: Branch, given: Given) -> tuple[Array, Array]:
    """Return what is shown and what goes up, each of shape (replicates, areas + 2)."""
    children = given.children
    if all(len(child) == 1 for child in children):
        block = np.stack([child[0] for child in children])[None]
    else:
        wide = (len(given.weights), children[0].shape[1])
        block = np.stack([np.broadcast_to(child, wide) for child in children], axis=1)
    kinds = dict.fromkeys(given.means)
    if len(kinds) == 1:
        raw = _mean(branch, block, given, next(iter(kinds)))
    else:
        raw = np.empty((len(given.weights), block.shape[-1]), dtype=block.dtype)
        for kind in kinds:
            rows = np.array([one == kind for one in given.means])
            part = replace(
                given,
                weights=given.weights[rows],
                errors=None if given.errors is None else given.errors[rows],
            )
            raw[rows] = _mean(branch, block if len(block) == 1 else block[rows], part, kind)
    raw[:, :-2][:, ~branch.scored] = np.nan
    after = _rescaled(run, branch, raw)
    shown = after if branch.rescale.publish == "rescaled" else raw
    return shown, after if branch.rescale.carry == "rescaled" else raw


def _mean(branch: Branch, block: Array, given: Given, kind: Mean) -> Array:
    """Return the mean of the children; drawn scores stand in for missing ones where asked."""
    rule = branch.rule if kind == "nominal" else Aggregate(rule=kind)
    total = branch.weights.sum() if rule.rule in {"arithmetic", "sum"} else 1.0
    known = None
    if branch.known is not None:
        known = np.hstack([branch.known, np.ones((len(branch.names), 2), dtype=bool)])
    first = _weighted(branch, rule, block, given.weights, known)
    if given.errors is not None and branch.gaps:
        _draw_gaps(branch, rule, (block, first), given)
    first *= block.dtype.type(total)
    return first


def _draw_gaps(branch: Branch, rule: Aggregate, held: tuple[Array, Array], given: Given) -> None:
    """Put into the means of areas with gaps what they are with drawn scores in the gaps."""
    block, first = held
    errors = given.errors
    assert errors is not None  # noqa: S101  the caller looked
    areas = np.unique(np.concatenate([gap[1] for gap in branch.gaps]))
    part = np.broadcast_to(block[..., areas], (len(first), *block.shape[1:-1], len(areas))).copy()
    at = 0
    for child, where, residual, low, high in branch.gaps:
        places = np.searchsorted(areas, where)
        moved = first[:, where] + residual * errors[:, at : at + len(where)]
        part[:, child, places] = np.clip(moved, low, high)
        at += len(where)
    known = ~np.isnan(part[0])
    filled = _weighted(branch, rule, part, given.weights, None if known.all() else known)
    first[:, areas] = filled


def _weighted(
    branch: Branch, rule: Aggregate, block: Array, weights: Array, known: Array | None
) -> Array:
    """Return the weighted mean over the children that are known, shape (replicates, areas)."""
    share = weights.astype(block.dtype)[:, None, :]
    held = forward(branch, rule, block)
    if known is not None:
        held = np.where(known, held, held.dtype.type(0))
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.matmul(share, held)[:, 0] / np.matmul(share, known.astype(held.dtype))[:, 0]
    else:
        mean = np.matmul(share, held)[:, 0]
        mean /= share.sum(axis=2)
    return _backward(rule, mean)


def _exponent(rule: Aggregate) -> float:
    powers = {"geometric": 0.0, "harmonic": -1.0, "power": float(rule.power or 0.0)}
    return powers.get(rule.rule, 1.0)


def forward(branch: Branch, rule: Aggregate, block: Array) -> Array:
    """Return the children on the scale on which the mean is a plain one."""
    power = _exponent(rule)
    if power == 1:
        return block
    if power <= 0 or rule.floor is not None:
        floor = rule.floor if rule.floor is not None else branch.floor
        block = np.where(block <= 0, block.dtype.type(floor), block)
    else:
        block = np.maximum(block, 0)
    if power == 0:
        return np.log(block)
    return 1 / block if power == -1 else block**power


def _backward(rule: Aggregate, mean: Array) -> Array:
    power = _exponent(rule)
    if power == 1:
        return mean
    with np.errstate(invalid="ignore", divide="ignore"):
        if power == 0:
            return np.exp(mean, out=mean)
        return 1 / mean if power == -1 else mean ** (1 / power)


def _rescaled(run: Run, branch: Branch, raw: Array) -> Array:
    """Return the nodes' aggregates after their rescale rule."""
    rule = branch.rescale
    if rule.rule == "none":
        return raw
    values: Array = raw[:, :-2]
    if rule.round_first is not None:
        values = np.round(values, rule.round_first)
    ends = np.full((len(raw), 2), np.nan, dtype=raw.dtype)
    if rule.rule in {"bounds", "min_max", "z_score"}:
        low, high = _scale(run, branch, raw, values)
        if rule.rule == "z_score":
            result = rule.mean + rule.sd * normalise.z_score(values, low, high, 1)
        else:
            result = normalise.min_max(values, low, high, rule.to)
            ends[:] = rule.to
    else:
        result = _ranked(rule, rank.without_noise(values))
    if rule.decimals is not None:
        result = np.round(result, rule.decimals)
    return np.concatenate([result.astype(raw.dtype), ends], axis=1)


def _scale(run: Run, branch: Branch, raw: Array, values: Array) -> tuple[Array, Array]:
    """Return the two numbers of each replicate that a linear rescale needs."""
    if branch.rescale.rule == "bounds":
        return raw[:, -2:-1], raw[:, -1:]
    what = "ends" if branch.rescale.rule == "min_max" else "spread"
    if run.frozen is not None:
        settled = run.fitted[branch.node.id][what]
        low, high = np.asarray(settled, dtype=raw.dtype)  # two numbers, by `nodes.rescaled`
        return low, high
    if what == "spread":
        return normalise.spread(values)
    return np.nanmin(values, axis=1, keepdims=True), np.nanmax(values, axis=1, keepdims=True)


def _ranked(rule: Rescale, values: Array) -> Array:
    if rule.rule == "percentile_rank":
        return normalise.percentile_rank(values, 1, rule.to, rule.ties or "min")
    ranks = rank.rank(values, rule.ties or ("min" if rule.rule == "rank" else "average"))
    if rule.rule == "normal_score":
        return rank.normal_score(ranks)
    if rule.rule == "exponential_rank":
        largest = np.nanmax(ranks, axis=1, keepdims=True)
        return rank.exponential(ranks / (rank.present(ranks) if rule.of == "areas" else largest))
    return ranks
