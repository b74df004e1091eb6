"""Replicates of a scoring: a whole run again and again, with other choices and other errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placedata.errors import DataError, Problem, nearest
from placedata.framework import Framework
from placedata.framework.robustness import Mean, Scaling
from placedata.index.branches import Branch, Given, branches_of, combined, droppable
from placedata.index.calibration import Calibration
from placedata.index.engine import workings
from placedata.index.inputs import Run
from placedata.index.rank import tied, without_noise
from placedata.index.resample import EXCHANGEABLE, Column, columns_of, drawn, scores
from placedata.index.sources import ERRORS, Draws, Sources

Array = NDArray[Any]
Ranks = NDArray[Any]
Errors: TypeAlias = pd.DataFrame | Mapping[str, pd.DataFrame] | None
#: Up to so many areas, replicates are worked out with 16 digits, beyond with 7.
MOST_EXACT = 500
WINSORISED = {"winsorise", "winsorise_by_skew"}


@dataclass(frozen=True)
class Ready:
    """A scored table, ready to be scored again and again.

    Parameters
    ----------
    errors
        Source -> indicator -> standard errors in raw units, shape (areas,), 0 where not stated;
        several sources of error may be drawn as one.
    error_names
        The sources of error.
    dropped
        The parts that can be left out -> node and child whose weight becomes 0.
    told
        What is varied and what cannot be, in words.
    """

    run: Run
    sources: Sources
    columns: dict[str, Column]
    branches: dict[str, Branch]
    errors: dict[str, dict[str, Array]]
    dropped: dict[str, tuple[str, int]]
    told: tuple[str, ...]
    error_names: tuple[str, ...] = ()

    @property
    def dtype(self) -> type[np.floating]:
        """The precision of the replicates."""
        return np.float64 if len(self.run.areas) <= MOST_EXACT else np.float32

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the sources that really change something."""
        return (*self.sources.varied, *self.error_names)


def made_ready(
    table: pd.DataFrame,
    framework: Framework,
    sources: Sources,
    *,
    standard_errors: Errors = None,
    calibration: Calibration | None = None,
    apart: bool = False,
) -> Ready:
    """Score a table once and make it ready to be scored again; see `montecarlo.uncertainty`.

    Parameters
    ----------
    apart
        True: every source of error is drawn by itself, so that one can be exchanged alone. False:
        as one, with the root of the sum of their squares, which comes to the same and is quicker.
    """
    run, indicators, nodes = workings(table, framework, calibration)
    columns = columns_of(run, indicators)
    branches = branches_of(run, indicators, nodes)
    errors = _checked(run, standard_errors)
    kept, told = _possible(sources, columns, branches)
    dropped = droppable(framework, branches) if kept.leave_out else {}
    names = tuple(errors)
    if not apart:
        errors = _together(errors)
    return Ready(run, kept, columns, branches, errors, dropped, tuple(told), names)


def _together(errors: dict[str, dict[str, Array]]) -> dict[str, dict[str, Array]]:
    """Return independent standard errors as one."""
    if len(errors) < 2:
        return errors
    squares: dict[str, Array] = {}
    for held in errors.values():
        for name, values in held.items():
            squares[name] = squares.get(name, 0.0) + values**2
    return {ERRORS: {name: np.sqrt(values) for name, values in squares.items()}}


def _checked(run: Run, errors: Errors) -> dict[str, dict[str, Array]]:
    """Return standard errors by source and indicator; refuse unknown and negative ones."""
    if errors is None:
        return {}
    frames = {ERRORS: errors} if isinstance(errors, pd.DataFrame) else errors
    known = [item.id for item in run.framework.indicators]
    problems, found = [], {}
    for source, frame in frames.items():
        lost = [str(code) for code in frame.index if str(code) not in run.areas]
        if lost:
            more = f"{len(lost)} areas that are not in the table, such as {lost[0]}"
            problems.append(Problem(source, "area_code", more, "areas of the table"))
        for name in frame.columns:
            values = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64)
            if name not in known:
                guess = nearest(str(name), known)
                problems.append(
                    Problem(source, str(name), "no indicator", "an indicator", suggestion=guess)
                )
            elif np.isinf(values).any() or (values < 0).any():
                wrong = values[np.isinf(values) | (values < 0)][0]
                problems.append(Problem(source, str(name), f"{wrong:g}", "0 or above"))
        if not problems:
            wide = frame.set_axis(frame.index.astype(str)).reindex(run.areas)
            found[source] = {
                str(name): np.nan_to_num(wide[name].to_numpy(dtype=np.float64))
                for name in wide.columns
            }
    if problems:
        raise DataError("the standard errors do not fit the table", problems)
    return found


def _possible(
    sources: Sources, columns: Mapping[str, Column], branches: Mapping[str, Branch]
) -> tuple[Sources, list[str]]:
    """Return the sources without those that this framework has no place for, and say so."""
    told = []
    kept = dict(vars(sources))
    rules = {one.method.normalise.rule for one in columns.values() if one.method.normalise}
    if sources.normalise and not rules <= EXCHANGEABLE:
        told.append(f"the common scale is kept: {', '.join(sorted(rules - EXCHANGEABLE))}")
        kept["normalise"] = ()
    if sources.aggregate and not any(branch.open for branch in branches.values()):
        told.append("the means are kept: the framework takes none, or scores can be below 0")
        kept["aggregate"] = ()
    treats = [one.method.treat for one in columns.values() if not one.item.goalposts]
    if sources.winsor and not any(rule and rule.rule in WINSORISED for rule in treats):
        told.append("no share is pulled in: no indicator is winsorised")
        kept["winsor"] = ()
    if sources.points and not any(rule and rule.rule == "skew_kurtosis" for rule in treats):
        told.append("no points are pulled in: no indicator is treated by skew_kurtosis")
        kept["points"] = ()
    gaps = any(one.gaps.any() for one in columns.values())
    if sources.impute and not gaps and not any(branch.gaps for branch in branches.values()):
        told.append("nothing is missing that a score was made without")
        kept["impute"] = False
    if any(branch.one.weight_rule in {"pc1", "factor"} for branch in branches.values()):
        told.append("weights found in the data are varied about the ones that were found")
    return Sources(**kept), told


@dataclass(frozen=True)
class Choices:
    """The choices of each replicate of a chunk."""

    ways: list[Scaling]
    means: list[Mean]
    shares: NDArray[np.float64]
    points: NDArray[np.float64]
    left_out: NDArray[np.int64]


def node_scores(
    ready: Ready, draws: Draws, left_out: NDArray[np.int64] | None = None
) -> dict[str, Array]:
    """Return the scores of every node in some replicates, each of shape (replicates, areas).

    Parameters
    ----------
    left_out
        Which of ``ready.dropped`` each replicate leaves out, -1 for none; None: drawn.
    """
    run = ready.run
    choices = _choices(ready, draws)
    if left_out is not None:
        choices = replace(choices, left_out=left_out)
    noise = {
        source: draws.normal(source, (len(held), len(run.areas)))
        for source, held in ready.errors.items()
    }
    fills = _fills(ready, draws)
    leaves = {}
    for name, column in ready.columns.items():
        values = _drawn_column(ready, column, noise, fills.get(name))
        pulled = choices.points if column.by_points else choices.shares
        leaves[name] = scores(run, column, values, (pulled, choices.ways), ready.dtype)
    weights = weights_of(ready, draws, choices.left_out)
    errors = fills.get("")
    carried: dict[str, Array] = {}
    shown: dict[str, Array] = {}
    at = 0
    for name, branch in ready.branches.items():
        children = [carried[child] if child in carried else leaves[child] for child in branch.names]
        own, size = None, sum(len(gap[1]) for gap in branch.gaps)
        if errors is not None:
            own, at = errors[:, at : at + size], at + size
        plain: list[Mean] = ["nominal"] * len(choices.means)
        means = choices.means if branch.open else plain
        given = Given(children, weights[name], means, own)
        show, carry = combined(run, branch, given)
        shown[name], carried[name] = show[:, :-2], carry
    return shown


def _choices(ready: Ready, draws: Draws) -> Choices:
    sources, count = ready.sources, len(draws.numbers)
    ways: list[Scaling] = ["nominal"] * count
    means: list[Mean] = ["nominal"] * count
    shares, points = np.full((2, count), np.nan)
    left_out = np.full(count, -1)
    if sources.normalise:
        picked = draws.chosen("normalise", len(sources.normalise))
        ways = [sources.normalise[at] for at in picked]
    if sources.aggregate:
        picked = draws.chosen("aggregate", len(sources.aggregate))
        means = [sources.aggregate[at] for at in picked]
    if sources.winsor:
        shares = np.array(sources.winsor)[draws.chosen("winsor", len(sources.winsor))]
    if sources.points:
        points = np.array(sources.points, float)[draws.chosen("points", len(sources.points))]
    if ready.dropped:
        left_out = draws.chosen("leave_out", len(ready.dropped) + 1) - 1
    return Choices(ways, means, shares, points, left_out)


def _fills(ready: Ready, draws: Draws) -> dict[str, Array]:
    """Return random numbers for what is missing: by indicator, and under "" for the nodes."""
    if not ready.sources.impute:
        return {}
    sizes = {name: int(column.gaps.sum()) for name, column in ready.columns.items()}
    sizes[""] = sum(len(gap[1]) for branch in ready.branches.values() for gap in branch.gaps)
    numbers = draws.normal("impute", (sum(sizes.values()),)).astype(ready.dtype)
    ends = np.cumsum(list(sizes.values()))
    parts = np.split(numbers, ends[:-1], axis=1)
    return {name: part for name, part in zip(sizes, parts, strict=True) if part.shape[1]}


def _drawn_column(
    ready: Ready, column: Column, noise: Mapping[str, Array], fill: Array | None
) -> Array | None:
    """Return an indicator's column in each replicate, or None where it is always the same."""
    name = column.item.id
    total = None
    for source, held in ready.errors.items():
        if name in held:
            at = list(held).index(name)
            part = noise[source][:, at] * held[name].astype(ready.dtype)
            total = part if total is None else total + part
    if total is None and (fill is None or column.residual == 0):
        return None
    if total is None:
        assert fill is not None  # noqa: S101  one of the two is there
        wide = (len(fill), len(column.filled))
        values = np.broadcast_to(column.filled.astype(ready.dtype), wide).copy()
    else:
        values = drawn(ready.run, column, total)
    values[:, column.gaps] = column.filled[column.gaps]
    if fill is not None:
        values[:, column.gaps] += column.residual * fill
    return values


def weights_of(ready: Ready, draws: Draws, left_out: Array | None = None) -> dict[str, Array]:
    """Return the weights of every node's children, each of shape (replicates, k).

    Parameters
    ----------
    left_out
        Which of ``ready.dropped`` each replicate leaves out, -1 for none, shape (replicates,).
    """
    sources, count = ready.sources, len(draws.numbers)
    sizes = [len(branch.names) for branch in ready.branches.values()]
    numbers = None
    if sources.any_weights or sources.weights:
        numbers = draws.uniform("weights", sum(sizes))
    found, at = {}, 0
    for (name, branch), size in zip(ready.branches.items(), sizes, strict=True):
        base = branch.weights
        weights = np.broadcast_to(base, (count, size)).copy()
        if numbers is not None:
            part = numbers[:, at : at + size]
            if sources.any_weights:
                weights = -np.log1p(-part)
            else:
                varied = _varied(ready, branch) * sources.weights
                weights *= 1 + varied * (2 * part - 1)
            weights *= base.sum() / weights.sum(axis=1, keepdims=True)
        for position, (node, child) in enumerate(ready.dropped.values()):
            if node == name:
                weights[left_out == position, child] = 0
        found[name], at = weights, at + size
    return found


def _varied(ready: Ready, branch: Branch) -> NDArray[np.float64]:
    """Return 1 for each child of a node whose weight is varied, else 0."""
    wanted = ready.sources.weights_of
    levels = {node.id: node.level for node in ready.run.framework.nodes}
    return np.array(
        [float(not wanted or levels.get(name, "indicator") in wanted) for name in branch.names]
    )


def node_ranks(ready: Ready, node: str, values: Array) -> Ranks:
    """Return the ranks of a node's scores among the areas that have one, whole where they can be.

    Parameters
    ----------
    values
        Shape (replicates, areas).
    """
    order = ready.run.framework.method.rank
    held = values[:, ready.branches[node].scored]
    if ready.dtype is np.float64:
        held = without_noise(held)
    if order.decimals is not None:
        held = np.round(held, order.decimals)
    if order.first == "highest":
        held = -held
    places = np.argsort(held, axis=1)
    kind = np.uint16 if held.shape[1] < 65_536 else np.uint32
    result = np.empty(held.shape, np.float32 if order.ties == "average" else kind)
    straight = np.arange(1, held.shape[1] + 1, dtype=result.dtype)
    ordered = np.take_along_axis(held, places, axis=1)
    starts = np.ones(ordered.shape, dtype=bool)
    np.not_equal(ordered[:, 1:], ordered[:, :-1], out=starts[:, 1:])
    np.put_along_axis(result, places, straight[None, :], axis=1)
    for at in np.flatnonzero(~starts.all(axis=1)):
        result[at, places[at]] = tied(starts[at], order.ties)
    return result
