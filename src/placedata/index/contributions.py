"""Which indicators moved a score: the change of every node taken down to its indicators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placedata.errors import DataError, Problem
from placedata.framework import Aggregate, Framework, Node
from placedata.index.aggregate import available
from placedata.index.nodes import rules_of
from placedata.index.result import Scores

Array = NDArray[np.float64]
WEIGHTS = "weights"
OTHERS = "others"


@dataclass(frozen=True)
class Pair:
    """Values of two results side by side, each of shape (areas,)."""

    before: Array
    after: Array

    @property
    def change(self) -> Array:
        """After less before."""
        return self.after - self.before


def contributions(
    before: Scores, after: Scores, framework: Framework, *, node: str | None = None
) -> pd.DataFrame:
    """Return how much of the change of a node each indicator below it makes.

    Exact for every mean: a weighted mean of f(x), with f the identity (arithmetic), the logarithm
    (geometric) or a power, changes by Σ w (f(x₂) − f(x₁)) on the scale of f, which is brought
    back to points by the slope of f between the two values of the mean (for the geometric mean
    by their logarithmic mean). Where weights differ too, as where an indicator is missing in one
    of the results, what they change is given apart.

    Parameters
    ----------
    before, after
        Two results of one framework.
    node
        The node whose change is explained; None: the top.

    Returns
    -------
    DataFrame
        ``area_code``, ``node`` (an indicator; ``weights`` for what other weights and gaps
        change; ``others`` for what a rescale changes because other areas moved) and ``points``;
        the points of an area add up to its change. Areas with a score in both results.

    Raises
    ------
    DataError
        A node that shows its aggregate but passes on its rescaled value.
    """
    areas = [code for code in before.wide().index if code in set(after.wide().index)]
    held = _Held(before, after, framework, areas)
    start = framework.node(node) if node else framework.top
    held.explain(start, np.ones(len(areas)), shown=True)
    whole = held.shown(start.id)
    rows = []
    for name, points in held.found.items():
        part = pd.DataFrame({"area_code": areas, "node": name, "points": points})
        rows.append(part[~np.isnan(whole.change)])
    return pd.concat(rows, ignore_index=True)


class _Held:
    """Two results, and the points found so far by indicator."""

    def __init__(
        self, before: Scores, after: Scores, framework: Framework, areas: list[str]
    ) -> None:
        self.framework = framework
        self.found: dict[str, Array] = {}
        self._size = len(areas)
        self._shown = [one.wide().reindex(areas) for one in (before, after)]
        self._raw = [one.stages["aggregated"].reindex(areas) for one in (before, after)]
        self._weights = [one.weights for one in (before, after)]

    def shown(self, name: str) -> Pair:
        return self._pair(self._shown, name)

    def _pair(self, frames: list[pd.DataFrame], name: str) -> Pair:
        gone = np.full(self._size, np.nan)
        one, two = (
            frame[name].to_numpy(dtype=np.float64) if name in frame else gone for frame in frames
        )
        return Pair(one, two)

    def carried(self, name: str) -> Pair:
        """Return what goes up: the score of an indicator, or of a node by its rescale rule."""
        nodes = {node.id: node for node in self.framework.nodes}
        if name not in nodes:
            return self.shown(name)
        rescale = rules_of(self.framework, nodes[name]).rescale
        if rescale is None or rescale.rule == "none" or rescale.carry == "rescaled":
            if rescale is not None and rescale.publish == "aggregate" and rescale.rule != "none":
                found = "a rescaled value that is not in the result"
                problem = Problem("framework", name, found, "publish: rescaled")
                raise DataError("the change cannot be explained", [problem])
            return self.shown(name)
        return self._pair(self._raw, name)

    def add(self, name: str, points: Array) -> None:
        self.found[name] = self.found.get(name, np.zeros(self._size)) + np.nan_to_num(points)

    def explain(self, node: Node, slope: Array, *, shown: bool = False) -> None:
        """Share the change of a node, times `slope`, among what is below it."""
        raw = self._pair(self._raw, node.id)
        value = self.shown(node.id) if shown else self.carried(node.id)
        if not np.array_equal(raw.change, value.change, equal_nan=True):
            with np.errstate(invalid="ignore", divide="ignore"):
                steep = np.where(raw.change != 0, value.change / raw.change, 0.0)
            self.add(OTHERS, slope * (value.change - steep * raw.change))
            slope = slope * steep
        rule = rules_of(self.framework, node).aggregate or Aggregate(rule="arithmetic")
        forward = _function(rule)
        names = [child.id for child in self.framework.children(node.id)]
        names += [item.id for item in self.framework.indicators_of(node.id)]
        pairs = [self.carried(name) for name in names]
        linear = rule.rule in {"arithmetic", "sum"}
        blocks = ([pair.before for pair in pairs], [pair.after for pair in pairs])
        shares = [
            _shares(weights, names, np.column_stack(block), linear=linear)
            for weights, block in zip(self._weights, blocks, strict=True)
        ]
        total = _secant(forward, raw.before, raw.after)
        for at, (name, pair) in enumerate(zip(names, pairs, strict=True)):
            one, two = shares[0][:, at], shares[1][:, at]
            low = np.where(np.isnan(pair.before), pair.after, pair.before)
            high = np.where(np.isnan(pair.after), pair.before, pair.after)
            mean_share = (one + two) / 2
            with np.errstate(invalid="ignore"):
                steep = slope * mean_share * _secant(forward, low, high) / total
                self.add(WEIGHTS, slope * (two - one) * (forward(low) + forward(high)) / 2 / total)
            below = next((child for child in self.framework.nodes if child.id == name), None)
            if below is None:
                self.add(name, steep * (high - low))
            else:
                same = ~np.isnan(pair.before) & ~np.isnan(pair.after)
                self.explain(below, np.where(same, steep, 0.0))


def _shares(weights: pd.DataFrame, names: list[str], block: Array, *, linear: bool) -> Array:
    """Return each child's share of the weight that counts, shape (areas, k).

    The shares add up to 1, or to the sum of the weights where a `linear` mean keeps it.
    """
    given = weights.set_index("node")["weight"].reindex(names).fillna(0.0).to_numpy()
    held = np.where(available(block, given), given, 0.0)
    whole = held.sum(axis=1, keepdims=True)
    share = np.divide(held, whole, out=np.zeros_like(held), where=whole > 0)
    return share * given.sum() if linear else share


def _function(rule: Aggregate) -> Callable[[Array], Array]:
    """Return f of a mean that is f⁻¹ of the weighted mean of f."""
    power = {"geometric": 0.0, "harmonic": -1.0, "power": float(rule.power or 0.0)}.get(
        rule.rule, 1.0
    )

    def forward(values: Array) -> Array:
        if power == 1:
            return values
        floor = rule.floor or 0.0
        held = np.where(values <= 0, floor, values) if rule.floor else values
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log(held) if power == 0 else held**power

    return forward


def _secant(forward: Callable[[Array], Array], one: Array, two: Array) -> Array:
    """Return the slope of f between two values, of f at the value where they are the same."""
    step = np.maximum(np.abs(one), np.abs(two)) * 1e-6
    near = np.abs(two - one) <= step
    low, high = np.where(near, one - step, one), np.where(near, one + step, two)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((forward(high) - forward(low)) / (high - low))
