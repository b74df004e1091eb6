"""Choose the weights of a node's children by its rule, and say in words what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from placedata.framework import Node, Weights
from placedata.index import weights as rules
from placedata.index.diagnostics import kmo
from placedata.index.inputs import Run

if TYPE_CHECKING:
    from placedata.index.nodes import Block

Array = NDArray[np.float64]
WORDS = {"pc1": "principal-component", "factor": "one-factor"}


def weigh(run: Run, node: Node, block: Block, rule: Weights, *, whole: bool) -> tuple[Array, str]:
    """Return the weights of the children, shape (k,), and the rule that made them.

    Parameters
    ----------
    whole
        False for a sum: equal weights are then 1 each, and given ones are kept.
    """
    usable = block.given > 0
    for name, counts in zip(block.names, usable, strict=True):
        if not counts:
            run.decide("weights", name, f"no weight in {node.title}")
    if rule.rule in {"pc1", "factor"} and node.id in run.unsound:
        return usable / max(1, usable.sum()), "equal"  # the run stops; a mistake is told once
    if rule.rule in {"pc1", "factor"}:
        if run.frozen is None:
            found, told = _estimated(run, node, block, rule)
            held = dict(zip(block.names, found.tolist(), strict=True))
            run.settled(node.id, "weights", lambda: held)
            return found, told
        held = run.settled(node.id, "weights", dict)
        run.decide("weights", node.id, f"{node.title}: weights of the calibration")
        return np.array([held.get(name, 0.0) for name in block.names]), rule.rule
    if rule.rule == "budget":
        return rules.budget(block.names, rule.budget or ()) * usable, "budget"
    same = rule.rule == "equal" or len(set(block.given[usable].tolist())) < 2
    raw = block.given if rule.rule == "given" else usable.astype(np.float64)
    if whole and rule.renormalise and raw.sum() > 0:
        raw = raw / raw.sum()
    elif whole and raw.sum() > 0 and abs(raw.sum() - 1) > 1e-9:
        text = f"{node.title}: weights add up to {raw.sum():g} and are kept as given"
        run.decide("weights", node.id, text)
    return raw, "equal" if same and rule.renormalise else rule.rule


def _estimated(run: Run, node: Node, block: Block, rule: Weights) -> tuple[Array, str]:
    """Return weights from the first principal component or one factor, or equal ones, and why."""
    usable = (block.given > 0) & ~np.isnan(block.scores).all(axis=0)
    size = int(usable.sum())
    equal = usable / size if size else usable.astype(np.float64)
    if size < 2:
        run.decide(
            "weights", node.id, f"{node.title}: a single part, weight 1, no {WORDS[rule.rule]}"
        )
        return equal, "single"
    columns = block.scores[:, usable]
    complete = int(np.sum(~np.isnan(columns).any(axis=1)))
    if complete < rule.rows_per_child * size:
        text = (
            f"{node.title}: with {complete} complete areas {WORDS[rule.rule]} weights of {size} "
            f"parts are unstable ({rule.rows_per_child * size:g} areas are needed): equal weights "
            "used"
        )
        run.decide("weights", node.id, text)
        return equal, "equal"
    if rule.best_and_worst:
        ends = block.anchors[:, usable]
        if np.isnan(ends).any():
            run.refuse(node.id, "no best and worst rows", "indicators with bounds")
            return equal, "equal"
        columns = np.vstack([columns, ends])
        text = f"{node.title}: a best and a worst row added before the weights were found"
        run.decide("weights", node.id, text)
    found, loadings = _fitted(columns, rule)
    problem = _wrong_sign(columns, loadings, np.array(block.names)[usable].tolist())
    if problem:
        return _without_negative(run, node, rule, usable, (found, loadings, problem))
    _tell(run, node, rule, columns)
    return _spread(found, usable), rule.rule


def _fitted(columns: Array, rule: Weights) -> tuple[Array, Array]:
    matrix = rules.correlation(columns)
    if rule.rule == "pc1":
        loadings = rules.first_component(matrix)
        return loadings / loadings.sum() if abs(loadings.sum()) > 1e-9 else loadings, loadings
    loadings, _ = rules.one_factor(matrix)
    return rules.factor_weights(matrix, loadings), loadings


def _wrong_sign(columns: Array, loadings: Array, names: list[str]) -> str:
    """Return what is wrong with the loadings in words, or nothing."""
    values = np.linalg.eigvalsh(rules.correlation(columns))
    if values[-1] - values[-2] < 1e-9:
        return "the first component is not defined (two equal eigenvalues)"
    low = [name for name, loading in zip(names, loadings, strict=True) if loading < 0]
    return f"a negative loading for {', '.join(low)}" if low else ""


def _without_negative(
    run: Run, node: Node, rule: Weights, usable: NDArray[np.bool_], fit: tuple[Array, Array, str]
) -> tuple[Array, str]:
    found, loadings, problem = fit
    if rule.otherwise == "keep":
        run.decide("weights", node.id, f"{node.title}: {problem}; kept, as the framework asks")
        return _spread(found, usable), rule.rule
    if rule.otherwise == "zero" and (loadings > 0).any():
        kept = np.where(loadings > 0, found, 0.0)
        run.decide("weights", node.id, f"{node.title}: {problem}; weight 0, as the framework asks")
        return _spread(kept / kept.sum(), usable), rule.rule
    if rule.otherwise == "error":
        allowed = "indicators that point the same way, or otherwise: equal, zero or keep"
        run.refuse(node.id, problem, allowed)
    else:
        text = f"{node.title}: {problem}; equal weights used, as the framework asks"
        run.decide("weights", node.id, text)
    return usable / usable.sum(), "equal"


def _spread(found: Array, usable: NDArray[np.bool_]) -> Array:
    weights = np.zeros(len(usable))
    weights[usable] = found
    return weights


def _tell(run: Run, node: Node, rule: Weights, columns: Array) -> None:
    matrix = rules.correlation(columns[~np.isnan(columns).any(axis=1)])
    measure, singular = kmo(matrix)
    text = f"{node.title}: {WORDS[rule.rule]} weights; KMO "
    text += "undefined" if measure is None else f"{measure:.2f}"
    text += ", by the pseudo-inverse" if singular else ""
    if measure is not None and measure < 0.5:
        text += ": below 0.5, the parts have little in common and the weights are weak"
    run.decide("weights", node.id, text)
