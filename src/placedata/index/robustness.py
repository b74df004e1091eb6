"""How far ranks hold when the weights are changed: Monte Carlo over every node's weights."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placedata.errors import DataError, Problem
from placedata.framework import Framework, Node
from placedata.index import sensitivity
from placedata.index.engine import ranks_of, workings
from placedata.index.inputs import Run
from placedata.index.nodes import Scored, combined_by, method_at

Array = NDArray[np.float64]
CHUNK = 64


@dataclass(frozen=True)
class Robustness:
    """Rank intervals of every area on every node.

    Parameters
    ----------
    table
        ``area_code``, ``node``, ``rank`` (nominal), ``mean``, ``median``, ``low``, ``high`` (5 %
        and 95 %), ``top`` and ``bottom`` (share of the replicates among the first and last k),
        ``beats_next`` (share in which it outranks the next area; missing for the last) and
        ``group`` (areas of one group cannot be told apart from its first).
    replicates, seed, spread, k
        As asked.
    """

    table: pd.DataFrame
    replicates: int
    seed: int
    spread: float
    k: int


def weight_robustness(
    table: pd.DataFrame,
    framework: Framework,
    *,
    replicates: int = 1000,
    spread: float = 0.25,
    seed: int = 1,
    k: int | None = None,
) -> Robustness:
    """Score a table again and again with other weights, and return how the ranks move.

    In each replicate every weight of every node is multiplied by a number between 1 - spread and
    1 + spread, evenly distributed, and the weights of a node are brought back to their sum.
    Replicate i draws from a stream of its own, so that the result does not depend on how many are
    worked on at a time, and the first replicates of a longer run are those of a shorter one.

    Parameters
    ----------
    table, framework
        As for `score`.
    k
        Size of the top and of the bottom; None: a tenth of the areas, at least 1.

    Raises
    ------
    DataError
        What `score` refuses; a spread outside 0 to 1; a node with a rescale rule.
    """
    if not 0 < spread < 1 or replicates < 1:
        found = f"spread {spread:g}, {replicates} replicates"
        problem = Problem("robustness", "spread", found, "a spread between 0 and 1, 1 replicate")
        raise DataError("robustness cannot be found", [problem])
    run, indicators, nodes = workings(table, framework)
    _refuse_rescaled(run)
    size = k or max(1, len(run.areas) // 10)
    kept: dict[str, list[NDArray[np.float32]]] = {name: [] for name, one in nodes.items()}
    leaves = {name: one.values for name, one in indicators.items()}
    for start in range(0, replicates, CHUNK):
        numbers = range(start, min(start + CHUNK, replicates))
        for name, scores in _replicate(run, nodes, leaves, (numbers, spread, seed)).items():
            ranks = np.nan_to_num(ranks_of(scores, framework), nan=0.0)
            kept[name].append(ranks.astype(np.float32))
    parts = [
        _summary(run, nodes[node.id], np.concatenate(kept[node.id]), size)
        for node in framework.nodes
    ]
    whole = pd.concat(parts, ignore_index=True)
    return Robustness(whole, replicates, seed, spread, size)


def _refuse_rescaled(run: Run) -> None:
    for node in run.framework.nodes:
        rescale = method_at(run, node).rescale
        if rescale is not None and rescale.rule != "none":
            run.refuse(node.id, f"the rescale rule {rescale.rule}", "none, for weight robustness")
    run.stop_if_wrong()


def _factors(count: int, draw: tuple[range, float, int]) -> Array:
    """Return the factors of all weights, shape (replicates, count), a stream a replicate."""
    numbers, spread, seed = draw
    rows = [
        np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, number])).random(count)
        for number in numbers
    ]
    return 1 + spread * (2 * np.array(rows) - 1)


def _replicate(
    run: Run, nodes: dict[str, Scored], leaves: dict[str, Array], draw: tuple[range, float, int]
) -> dict[str, Array]:
    """Return the scores of every node in some replicates, shape (replicates, areas)."""
    order = run.framework.bottom_up()
    factors = _factors(sum(len(nodes[node.id].weights) for node in order), draw)
    done: dict[str, Array] = {}
    at = 0
    for node in order:
        one = nodes[node.id]
        count = len(one.weights)
        done[node.id] = _scored(run, node, one, (leaves, done, factors[:, at : at + count]))
        at += count
    return done


def _scored(
    run: Run, node: Node, one: Scored, held: tuple[dict[str, Array], dict[str, Array], Array]
) -> Array:
    leaves, done, factors = held
    replicates, areas = len(factors), len(run.areas)
    if not one.weights:
        return np.full((replicates, areas), np.nan)
    weights = np.array(list(one.weights.values())) * factors
    weights *= sum(one.weights.values()) / np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
    children = [
        done[name] if name in done else np.broadcast_to(leaves[name], (replicates, areas))
        for name in one.weights
    ]
    rule = method_at(run, node).aggregate
    assert rule is not None  # noqa: S101  method_at fills every field
    scores = combined_by(rule, np.stack(children, axis=-1), weights[:, None, :])
    return np.where(np.isnan(one.score), np.nan, scores)


def _summary(run: Run, one: Scored, ranks: NDArray[np.float32], k: int) -> pd.DataFrame:
    nominal = ranks_of(one.score, run.framework)
    scored = ~np.isnan(nominal)
    found = sensitivity.rank_summary(ranks)
    count = int(scored.sum())
    columns = {
        **found,
        "top": sensitivity.share_within(ranks, 1, k),
        "bottom": sensitivity.share_within(ranks, count - k + 1, count),
        "beats_next": _beats_next(nominal, ranks),
    }
    frame = pd.DataFrame(
        {"area_code": run.areas.to_numpy(), "node": one.node.id, "rank": nominal, **columns}
    )
    frame.loc[~scored, list(columns)] = np.nan
    return frame.assign(group=sensitivity.groups(nominal, ranks))


def _beats_next(nominal: Array, ranks: NDArray[np.float32]) -> Array:
    order = [at for at in np.argsort(nominal, kind="stable") if not np.isnan(nominal[at])]
    result = np.full(len(nominal), np.nan)
    for above, below in itertools.pairwise(order):
        result[above] = np.mean(ranks[:, above] < ranks[:, below])
    return result
