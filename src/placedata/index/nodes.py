"""From indicator scores to the top of the tree: weights, aggregate, rescale, coverage."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from placedata.framework import Aggregate, Framework, Node, NodeMethod, Rescale, Weights
from placedata.index import aggregate, normalise, rank
from placedata.index.inputs import Run
from placedata.index.scaling import Scaled
from placedata.index.weighing import weigh

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Block:
    """The children of one node side by side, k of them.

    Parameters
    ----------
    names
        Child nodes, then indicators, in the order of the framework.
    scores, coverage
        Shape (areas, k).
    anchors
        Scores of the lowest and of the highest bounds, shape (2, k); NaN where undefined.
    given
        Weights as the framework gives them, 0 for an indicator without spread, shape (k,).
    """

    names: tuple[str, ...]
    scores: Array
    coverage: Array
    anchors: Array
    given: Array


@dataclass(frozen=True)
class Scored:
    """One node's results, shape (areas,): what is shown, what goes up, and how much was seen."""

    node: Node
    score: Array
    carried: Array
    aggregate: Array
    coverage: Array
    anchors: tuple[float, float]
    weights: dict[str, float] = field(default_factory=dict)
    weight_rule: str = ""


def method_at(run: Run, node: Node) -> NodeMethod:
    """Return the rules of a node of the framework that is run."""
    return rules_of(run.framework, node)


def rules_of(framework: Framework, node: Node) -> NodeMethod:
    """Return the rules of a node: its own, then its level's, then plain ones."""
    plain = NodeMethod.model_validate(
        {"weights": "given", "aggregate": "arithmetic", "missing": "renormalise", "coverage": 0,
         "rescale": "none"}
    )  # fmt: skip
    chain = [node.method, framework.method.levels.get(node.level, plain), plain]

    def chosen(name: str) -> object:
        return next(getattr(one, name) for one in chain if getattr(one, name) is not None)

    return NodeMethod.model_construct(
        **{name: chosen(name) for name in NodeMethod.model_fields}  # type: ignore[arg-type]
    )


def climb(run: Run, indicators: dict[str, Scaled]) -> dict[str, Scored]:
    """Return every node of the tree, children before their parents."""
    done: dict[str, Scored] = {}
    for node in run.framework.bottom_up():
        done[node.id] = _scored(run, node, _block(run, node, indicators, done))
    run.stop_if_wrong()
    run.keep("aggregated", {name: one.aggregate for name, one in done.items()})
    return done


def _block(run: Run, node: Node, indicators: dict[str, Scaled], done: dict[str, Scored]) -> Block:
    below = [done[child.id] for child in run.framework.children(node.id)]
    own = [indicators[item.id] for item in run.framework.indicators_of(node.id)]
    names = (*(one.node.id for one in below), *(one.item.id for one in own))
    scores = [*(one.carried for one in below), *(one.values for one in own)]
    coverage = [
        *(np.where(np.isnan(one.carried), 0.0, one.coverage) for one in below),
        *((one.observed & ~np.isnan(one.values)).astype(np.float64) for one in own),
    ]
    anchors = [*(one.anchors for one in below), *(one.anchors for one in own)]
    given = [
        *(one.node.weight for one in below),
        *(one.item.weight if one.counts else 0.0 for one in own),
    ]
    areas = len(run.areas)
    return Block(
        names,
        np.array(scores, dtype=np.float64).reshape(-1, areas).T,
        np.array(coverage, dtype=np.float64).reshape(-1, areas).T,
        np.array(anchors, dtype=np.float64).reshape(-1, 2).T,
        np.array(given, dtype=np.float64),
    )


def _scored(run: Run, node: Node, block: Block) -> Scored:
    method = method_at(run, node)
    nothing = np.full(len(run.areas), np.nan)
    if not block.names:
        run.decide("aggregate", node.id, f"{node.title}: no indicator, so it has no score")
        zero = np.zeros(len(run.areas))
        return Scored(node, nothing, nothing, nothing, zero, (np.nan, np.nan))
    rule = method.weights or Weights(rule="given")
    combine = method.aggregate or Aggregate(rule="arithmetic")
    weights, told = weigh(run, node, block, rule, whole=combine.rule != "sum")
    counted = aggregate.available(block.scores, weights)
    total = weights.sum()
    there = (counted * weights).sum(axis=1) / total if total > 0 else np.zeros(len(run.areas))
    seen = (counted * block.coverage * weights).sum(axis=1) / total if total > 0 else there
    enough = _enough(run, node, method, there)
    try:
        combined = combined_by(combine, np.where(counted, block.scores, np.nan), weights)
        ends = _anchors(combine, block, weights)
    except ValueError as error:
        run.refuse(node.id, str(error), f"scores above 0 for {combine.rule}, or a floor")
        return Scored(node, nothing, nothing, nothing, there, (np.nan, np.nan))
    _tell_floor(run, node, combine, np.where(counted, block.scores, np.nan))
    raw = np.where(enough, combined, np.nan)
    rescale = method.rescale or Rescale.model_construct(rule="none")
    score, ends_after = rescaled(run, node, rescale, raw, ends)
    carried = score if rescale.carry == "rescaled" else raw
    shown = score if rescale.publish == "rescaled" else raw
    anchors = ends_after if rescale.carry == "rescaled" else ends
    held = dict(zip(block.names, weights.tolist(), strict=True))
    return Scored(node, shown, carried, raw, seen, anchors, held, told)


def combined_by(rule: Aggregate, scores: Array, weights: Array) -> Array:
    """Return one score of many by an aggregation rule; scores and weights (..., k)."""
    if rule.rule == "geometric":
        return aggregate.geometric(scores, weights, rule.floor)
    if rule.rule == "harmonic":
        return aggregate.harmonic(scores, weights, rule.floor)
    if rule.rule == "power":
        return aggregate.power(scores, weights, float(rule.power or 0.0), rule.floor)
    return aggregate.arithmetic(scores, weights)


def _anchors(rule: Aggregate, block: Block, weights: Array) -> tuple[float, float]:
    used = weights > 0
    if np.isnan(block.anchors[:, used]).any() or not used.any():
        return np.nan, np.nan
    if rule.rule not in {"arithmetic", "sum"} and (block.anchors[:, used] <= 0).any():
        return np.nan, np.nan
    low, high = combined_by(rule, block.anchors[:, used], weights[used]).tolist()
    return low, high


def _tell_floor(run: Run, node: Node, rule: Aggregate, scores: Array) -> None:
    if rule.floor is None:
        return
    low = int(np.sum(scores <= 0))
    if low:
        text = f"{low} scores at or below 0 became {rule.floor:g} before the {rule.rule} mean"
        run.decide("aggregate", node.id, text)


def _enough(run: Run, node: Node, method: NodeMethod, there: Array) -> NDArray[np.bool_]:
    """Return where enough of the weight has a score, and tell where not."""
    needed = method.coverage or 0.0
    enough = there >= (1.0 if method.missing == "propagate" else needed) - 1e-9
    enough &= there > 0
    without = run.areas[~enough].tolist()
    if without:
        named = ", ".join(without[:5]) + (
            f" and {len(without) - 5} more" if len(without) > 5 else ""
        )
        if len(without) == len(run.areas):
            named = "any area"
        why = "every part is needed" if method.missing == "propagate" else f"{needed:.0%} is needed"
        text = f"{node.title}: no score for {named}: too few of its parts have one ({why})"
        run.decide("aggregate", node.id, text)
    partly = int(np.sum(enough & (there < 1 - 1e-9)))
    if partly:
        areas = "1 area" if partly == 1 else f"{partly} areas"
        text = f"{node.title}: in {areas} the weights of missing parts went to the others"
        run.decide("aggregate", node.id, text)
    return enough


def rescaled(
    run: Run, node: Node, rule: Rescale, values: Array, ends: tuple[float, float]
) -> tuple[Array, tuple[float, float]]:
    """Return a node's aggregate after its rescale rule, and the scores of its bounds."""
    undefined = (float("nan"), float("nan"))
    if rule.rule == "none" or np.isnan(values).all():
        return values, ends if rule.rule == "none" else undefined
    held = values if rule.round_first is None else np.round(values, rule.round_first)
    if rule.rule in {"bounds", "min_max"}:
        return _rescaled_linearly(run, node, rule, held, ends)
    if rule.rule != "z_score":
        run.never_frozen(node.id, rule.rule)
        held = rank.without_noise(held)
    if rule.rule == "z_score":
        spread = run.settled(
            node.id, "spread", lambda: [float(x[0]) for x in normalise.spread(held)]
        )
        mean, sd = spread
        result = rule.mean + rule.sd * normalise.z_score(held, mean, sd, 1)
    elif rule.rule == "percentile_rank":
        result = normalise.percentile_rank(held, 1, rule.to, rule.ties or "min")
    elif rule.rule == "rank":
        result = rank.rank(held, rule.ties or "min")
    elif rule.rule == "normal_score":
        result = rank.normal_score(rank.rank(held, rule.ties or "average"))
    else:
        ranks = rank.rank(held, rule.ties or "average")
        whole = rank.present(ranks) if rule.of == "areas" else np.nanmax(ranks)
        result = rank.exponential(ranks / whole)
    run.decide("rescale", node.id, f"{node.title}: {rule.rule} of the aggregate")
    if rule.decimals is not None:
        result = np.round(result, rule.decimals)
    return result, undefined


def _rescaled_linearly(
    run: Run, node: Node, rule: Rescale, values: Array, ends: tuple[float, float]
) -> tuple[Array, tuple[float, float]]:
    low, high = ends
    if rule.rule == "min_max":
        low, high = run.settled(
            node.id, "ends", lambda: [float(np.nanmin(values)), float(np.nanmax(values))]
        )
    if np.isnan(low) or np.isnan(high):
        run.refuse(
            node.id, "no bounds to rescale by", "indicators normalised by min_max or z_score"
        )
        return values, ends
    if low == high:
        run.refuse(node.id, f"{low:g} for every area", "scores that differ")
        return values, ends
    text = f"{node.title}: {low:g} became {rule.to[0]:g} and {high:g} became {rule.to[1]:g}"
    run.decide("rescale", node.id, text)
    result = normalise.min_max(values, low, high, rule.to)
    return (result if rule.decimals is None else np.round(result, rule.decimals)), rule.to
