"""Everyone's weights: which ranks hold whatever weights people choose, and who would disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placedata.errors import DataError, Problem
from placedata.framework import Framework
from placedata.index import sensitivity
from placedata.index.branches import Branch, forward
from placedata.index.calibration import Calibration
from placedata.index.engine import ranks_of
from placedata.index.montecarlo import Replicates, all_ranks
from placedata.index.nearest import crossing
from placedata.index.replicates import Ready, made_ready, weights_of
from placedata.index.sources import ANY_WEIGHTS, Draws

Array = NDArray[np.float64]
#: A rank holds where at least this share of all weight sets gives it.
SURE = 0.95
#: Fewer dissenters than this say nothing about what they have in common.
FEW = 0.005


@dataclass(frozen=True)
class Agreement:
    """How far people with other weights would agree.

    Parameters
    ----------
    table
        ``area_code``, ``rank``; ``low`` and ``high`` (95 % of the weight sets lie between);
        ``same`` (share of the sets that give the published rank); ``holds`` (at least 95 % do);
        ``top``, ``bottom`` (share among the first and last k); ``disagree`` (share of the sets
        that move the area over the line of the top or of the bottom k, whichever is more); and
        ``who`` (what those weigh more than others do).
    nearest
        The least change of weights that exchanges two areas over the line of the top and of the
        bottom k: ``line``, ``leaves``, ``enters``, ``moved`` (share of all weight that is moved),
        and one row for each child with its ``weight`` and the ``nearest`` one. Empty where no
        weights do.
    """

    table: pd.DataFrame
    nearest: pd.DataFrame
    node: str
    k: int


def agreement(
    table: pd.DataFrame,
    framework: Framework,
    *,
    node: str | None = None,
    replicates: Replicates | None = None,
    calibration: Calibration | None = None,
) -> Agreement:
    """Score a table with weights of every kind, and return which ranks hold.

    Weight sets are evenly distributed over all that there are, on every node (a flat Dirichlet).

    Parameters
    ----------
    node
        The node whose ranks are asked about; None: the top.

    Raises
    ------
    DataError
        What `score` refuses; a node without a score.
    """
    name = node or framework.top.id
    asked = replicates or Replicates()
    asked = Replicates(asked.count, asked.seed, asked.k, (name,), asked.threads)
    ready = made_ready(table, framework, ANY_WEIGHTS, calibration=calibration)
    if name not in ready.branches:
        problem = Problem("framework", "node", repr(name), "a node with a score")
        raise DataError("there are no ranks to agree about", [problem])
    branch = ready.branches[name]
    nominal = ranks_of(branch.one.score[branch.scored], framework)
    size = min(asked.k or max(1, len(nominal) // 10), len(nominal))
    ranks = all_ranks(ready, asked)[name]
    found = _found(nominal, ranks, size)
    over = _over(nominal, ranks, size)
    found["disagree"] = over.mean(axis=0)
    weights = weights_of(ready, Draws(asked.seed, range(asked.count)))
    found["who"] = _who(ready, name, over, weights)
    whole = pd.DataFrame({"area_code": ready.run.areas[branch.scored], **found})
    missing = pd.DataFrame({"area_code": ready.run.areas[~branch.scored]})
    if len(missing):
        whole = pd.concat([whole, missing], ignore_index=True)
        whole = whole.set_index("area_code").reindex(ready.run.areas).reset_index(names="area_code")
    return Agreement(whole, _nearest(ready, branch, nominal, size), name, size)


def disagreement(
    table: pd.DataFrame,
    framework: Framework,
    *,
    replicates: Replicates | None = None,
    calibration: Calibration | None = None,
) -> pd.DataFrame:
    """Return for every area and node how many weight sets would move it over a line, and whose.

    The columns ``disagree`` and ``who`` of `agreement`, on every node at once.

    Returns
    -------
    DataFrame
        ``area_code``, ``node``, ``disagree`` (0 to 1; NaN without a score) and ``who`` (in words;
        empty where next to nobody would).

    Raises
    ------
    DataError
        What `score` refuses.
    """
    asked = replicates or Replicates()
    ready = made_ready(table, framework, ANY_WEIGHTS, calibration=calibration)
    everyone = all_ranks(ready, asked)
    weights = weights_of(ready, Draws(asked.seed, range(asked.count)))
    parts = []
    for node in framework.nodes:
        frame = pd.DataFrame({"area_code": ready.run.areas, "node": node.id})
        frame["disagree"], frame["who"] = np.nan, ""
        branch = ready.branches.get(node.id)
        if branch is not None and (not asked.nodes or node.id in asked.nodes):
            nominal = ranks_of(branch.one.score[branch.scored], framework)
            size = min(asked.k or max(1, len(nominal) // 10), len(nominal))
            over = _over(nominal, everyone[node.id], size)
            frame.loc[branch.scored, "disagree"] = over.mean(axis=0)
            frame.loc[branch.scored, "who"] = _who(ready, node.id, over, weights)
        parts.append(frame)
    return pd.concat(parts, ignore_index=True)


def _found(nominal: Array, ranks: NDArray[Any], size: int) -> dict[str, Any]:
    low, high = np.percentile(ranks, [2.5, 97.5], axis=0)
    same = (ranks == nominal).mean(axis=0)
    count = len(nominal)
    return {
        "rank": nominal,
        "low": low,
        "high": high,
        "same": same,
        "holds": same >= SURE,
        "top": sensitivity.share_within(ranks, 1, size),
        "bottom": sensitivity.share_within(ranks, count - size + 1, count),
    }


def _over(nominal: Array, ranks: NDArray[Any], size: int) -> NDArray[np.bool_]:
    """Return which weight sets move each area over the line that more of them do."""
    count = len(nominal)
    top = (ranks <= size) != (nominal <= size)
    bottom = (ranks > count - size) != (nominal > count - size)
    return np.where(top.mean(axis=0) >= bottom.mean(axis=0), top, bottom)


def _who(ready: Ready, node: str, over: NDArray[np.bool_], drawn: Mapping[str, Array]) -> list[str]:
    """Return in words what those who disagree about each area weigh more than all do."""
    names = ready.branches[node].names
    titles = {one.id: one.title for one in ready.run.framework.nodes}
    titles |= {one.id: one.title or one.id for one in ready.run.framework.indicators}
    weights = drawn[node]
    weights = weights / weights.sum(axis=1, keepdims=True)
    dissent = over.sum(axis=0)
    means = (over.T.astype(np.float64) @ weights) / np.maximum(dissent, 1)[:, None]
    more = means - weights.mean(axis=0)
    said = []
    for count, row in zip(dissent, more, strict=True):
        if count < max(1, FEW * len(over)) or len(names) < 2:
            said.append("")
            continue
        most, least = names[int(np.argmax(row))], names[int(np.argmin(row))]
        said.append(f"those who weigh {titles[most]} more and {titles[least]} less")
    return said


def _nearest(ready: Ready, branch: Branch, nominal: Array, size: int) -> pd.DataFrame:
    """Return the least change of weights at the lines of the top and of the bottom k."""
    held = np.array([
        ready.columns[name].one.values if name in ready.columns
        else ready.branches[name].one.carried
        for name in branch.names
    ])[:, branch.scored]  # fmt: skip
    codes = ready.run.areas[branch.scored]
    known = ~np.isnan(held).any(axis=0)
    scale = forward(branch, branch.rule, held)
    if branch.rule.rule == "harmonic" or (branch.rule.power or 0) < 0:
        scale = -scale
    if ready.run.framework.method.rank.first == "lowest":
        scale = -scale
    weights = branch.weights / branch.weights.sum()
    rows = []
    count = len(nominal)
    for line, inside in (("top", nominal <= size), ("bottom", nominal <= count - size)):
        upper, lower = np.flatnonzero(inside & known), np.flatnonzero(~inside & known)
        found = crossing(scale[:, upper].T, scale[:, lower].T, weights)
        if found is None:
            continue
        pair = (codes[upper[found.upper]], codes[lower[found.lower]])
        leaves, enters = pair if line == "top" else pair[::-1]
        moved = float(np.abs(found.weights - weights).sum() / 2)
        rows += [
            (f"{line} {size}", leaves, enters, moved, child, old, new)
            for child, old, new in zip(branch.names, weights, found.weights, strict=True)
        ]
    names = ["line", "leaves", "enters", "moved", "child", "weight", "nearest"]
    return pd.DataFrame(rows, columns=names)
