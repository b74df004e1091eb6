"""Indicator scores of many replicates at once: columns drawn again, treated and scaled again.

Everything runs along the last axis, areas; the first axis is the replicates of one chunk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placedata.framework import Bounds, Indicator, IndicatorMethod, Normalise, Treat
from placedata.framework.robustness import Scaling
from placedata.index import normalise, transform, treat
from placedata.index.columns import pulled_in, transformed_by
from placedata.index.inputs import Run, method_of, steps_of
from placedata.index.scaling import (
    Scaled,
    by_rank_or_distance,
    direction,
    rescaled_z,
    spread_of,
    through,
)

Array = NDArray[Any]
Shares = NDArray[np.float64]
#: Normalisation rules that can be exchanged for one another.
EXCHANGEABLE = {"min_max", "z_score", "percentile_rank"}
#: A z-score three standard deviations from the mean reaches the end of the scale.
REACH = 3.0
#: With more groups of ties than this in a column its percentile ranks are found the long way.
MOST_TIES = 200


@dataclass(frozen=True)
class Column:
    """One indicator, ready to be scored again and again.

    Parameters
    ----------
    one
        Its nominal scores and bounds.
    filled
        The nominal column after imputation, shape (areas,); NaN where still missing.
    gaps, residual
        Where a rule filled a value, and the standard deviation of the error it makes.
    memo
        Rows that are the same in many replicates, by their choices.
    """

    item: Indicator
    method: IndicatorMethod
    way: int
    one: Scaled
    filled: Array
    gaps: NDArray[np.bool_]
    residual: float
    memo: dict[tuple[float, Scaling], Array] = field(default_factory=dict)

    @property
    def by_points(self) -> bool:
        """Whether single values are pulled in until the column is no longer skewed."""
        return self.method.treat is not None and self.method.treat.rule == "skew_kurtosis"

    @cached_property
    def there(self) -> NDArray[np.bool_]:
        """Where a value is there after imputation."""
        return ~np.isnan(self.filled)

    def held(self, values: Array) -> Array:
        """Return the columns of the areas with a value, row by row in memory."""
        return values if self.complete else np.take(values, self.places, axis=1)

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """The places of the areas with a value after imputation."""
        return np.flatnonzero(self.there)

    @cached_property
    def complete(self) -> bool:
        """Whether every area has a value after imputation."""
        return bool(self.there.all())


def columns_of(run: Run, indicators: Mapping[str, Scaled]) -> dict[str, Column]:
    """Return the indicators of a scored table that have a weight, ready to be scored again."""
    found = {}
    for name, one in indicators.items():
        method = method_of(one.item, run.framework)
        before = run.stages["transformed"][name].to_numpy(dtype=np.float64)
        filled = run.stages["imputed"][name].to_numpy(dtype=np.float64)
        gaps = np.isnan(before) & ~np.isnan(filled)
        way = direction(run, one.item)
        residual = _residual(run, one.item, method, before) if gaps.any() else 0.0
        found[name] = Column(one.item, method, way, one, filled, gaps, residual)
    return found


def _residual(run: Run, item: Indicator, method: IndicatorMethod, values: Array) -> float:
    """Return the standard deviation of what a rule leaves unexplained; 0 for a stated value."""
    rule = method.impute
    known = ~np.isnan(values)
    if rule is None or rule.rule in {"none", "constant", "last_value"} or known.sum() < 3:
        return 0.0
    if rule.rule in {"group_mean", "group_median"}:
        groups = run.groups[str(rule.by)]
        away = values.copy()
        for group in dict.fromkeys(groups.tolist()):
            rows = (groups == group) & known
            away[rows] -= values[rows].mean() if rows.any() else 0.0
        return float(np.std(away[known], ddof=1))
    if rule.rule in {"siblings", "em"}:
        names = [one.id for one in run.framework.indicators_of(item.component) if one.id != item.id]
        others = np.column_stack([run.stages["transformed"][name] for name in names])
        rows = known & ~np.isnan(others).any(axis=1)
        design = np.column_stack([np.ones(len(values)), others])[rows]
        if len(design) > design.shape[1] + 1:
            line, *_ = np.linalg.lstsq(design, values[rows], rcond=None)
            return float(np.std(values[rows] - design @ line, ddof=design.shape[1]))
    return float(np.std(values[known], ddof=1))


def drawn(run: Run, column: Column, noise: Array) -> Array:
    """Return the column with errors added to the raw values, transformed and filled again.

    Parameters
    ----------
    noise
        Errors in raw units, shape (replicates, areas). A drawn value stops at the natural limits
        of its quantity; one that a transform cannot take is left as it was.
    """
    item = column.item
    values = run.columns[item.id].astype(noise.dtype) + noise
    if item.denominator:
        values = transform.divide(values, run.columns[item.denominator].astype(noise.dtype))
    limits = item.limits
    if limits is not None and (limits.low is not None or limits.high is not None):
        values = transform.cap(values, limits.low, limits.high)
    if item.target is not None:
        values = transform.distance(values, item.target)
    for at, step in enumerate(steps_of(column.method)):
        if step.rule != "log_shift":
            values = transformed_by(step, values)
            continue
        low = np.nanmin(values, axis=-1, keepdims=True)
        high = np.nanmax(values, axis=-1, keepdims=True)
        if run.frozen is not None:
            low, high = run.fitted[item.id][f"transform {at}"]  # type: ignore[misc]
        values = transform.log_shift(values, low, high)
    if not column.method.transform and not item.denominator and column.complete:
        return values
    kept = column.filled.astype(noise.dtype)
    return np.where(np.isnan(values), kept, values).astype(noise.dtype, copy=False)


def scores(
    run: Run,
    column: Column,
    values: Array | None,
    choices: tuple[Shares, list[Scaling]],
    dtype: type[np.floating],
) -> Array:
    """Return the scores of the replicates of a chunk, shape (replicates or 1, areas + 2).

    Parameters
    ----------
    values
        Drawn columns, shape (replicates, areas); None: the nominal column in each.
    choices
        The winsorised share, or the most points that are pulled in (NaN: the nominal one), and
        the way to a common scale of each replicate. The last two columns of the result are the
        scores of the lowest and of the highest bound.
    """
    shares, ways = choices
    if not column.one.counts:
        return _row(column, column.one.values).astype(dtype)
    if values is not None:
        result = np.empty((len(values), values.shape[1] + 2), dtype=values.dtype)
        for way in dict.fromkeys(ways):
            rows = np.array([one == way for one in ways])
            result[rows] = _scored(run, column, values[rows], (shares[rows], way))
        return result
    pairs = list(zip(np.where(np.isnan(shares), -1.0, shares).tolist(), ways, strict=True))
    for share, way in dict.fromkeys(pairs):
        if (share, way) not in column.memo:
            if share < 0 and way == "nominal":
                row = _row(column, column.one.values)
            else:
                once = np.array([np.nan if share < 0 else share])
                row = _scored(run, column, column.filled[None, :], (once, way))
            column.memo[share, way] = row.astype(dtype)
    if len(set(pairs)) == 1:
        return column.memo[pairs[0]]
    return np.concatenate([column.memo[pair] for pair in pairs])


def _row(column: Column, values: Array) -> Array:
    return np.append(values, column.one.anchors)[None, :]


def _scored(run: Run, column: Column, values: Array, choice: tuple[Shares, Scaling]) -> Array:
    """Return drawn columns after treatment, on the scale of the scores."""
    shares, way = choice
    treated = _treated(run, column, values, shares)
    rule = column.method.normalise or Normalise(rule="min_max")
    if way == "nominal":
        return _by_rule(run, column, treated, rule)
    if isinstance(way, Normalise):
        return _by_rule(run, column, treated, way)
    to = rule.to
    held = column.held(treated)
    if way == "percentile_rank":
        return _percentiles(column, treated, to)
    if way == "z_score":
        mean, sd = _mean(held), _deviation(held)
        low, high = mean - column.way * REACH * sd, mean + column.way * REACH * sd
    else:
        low, high = held.min(axis=1, keepdims=True), held.max(axis=1, keepdims=True)
        low, high = (low, high) if column.way > 0 else (high, low)
    return _between(treated, low, high, to, keep=False)


def _percentiles(column: Column, values: Array, to: tuple[float, float]) -> Array:
    """Return percentile ranks of drawn columns, ties averaged."""
    held = column.way * column.held(values)
    scores = np.full((len(values), values.shape[1] + 2), np.nan, dtype=values.dtype)
    scores[:, -2:] = to
    count = held.shape[1]
    steps = np.linspace(*to, count, dtype=values.dtype)
    order = np.argsort(held, axis=1)
    ordered = np.take_along_axis(held, order, axis=1)
    places = order if column.complete else column.places[order]
    np.put_along_axis(scores, places, steps[None, :], axis=1)
    same = ordered[:, 1:] == ordered[:, :-1]
    for at in np.flatnonzero(same.any(axis=1)):
        row, own, where = scores[at], held[at], places[at]
        tied = np.flatnonzero(same[at])
        first = tied[np.diff(tied, prepend=-2) > 1]
        if len(first) > MOST_TIES:
            row[column.places] = normalise.percentile_rank(own[None, :], 1, to, "average")[0]
            continue
        last = tied[np.diff(tied, append=count + 1) > 1] + 1
        for one, end in zip(first.tolist(), last.tolist(), strict=True):
            row[where[one : end + 1]] = (steps[one] + steps[end]) / 2
    return scores


def _treated(run: Run, column: Column, values: Array, shares: Shares) -> Array:
    rule = column.method.treat or Treat(rule="none")
    if rule.rule == "none" or (column.item.goalposts and column.item.treat is None):
        return values
    if rule.rule == "shrink":
        errors, groups = run.columns[str(rule.standard_error)], run.groups[str(rule.by)]
        moved = [treat.shrink(row, errors, groups, logit=rule.logit) for row in values]
        return np.array(moved, dtype=values.dtype)
    if rule.rule == "skew_kurtosis" and not np.isnan(shares).all() and run.frozen is None:
        return _pulled(rule, values, np.where(np.isnan(shares), rule.points, shares))
    return _capped(run, column, values, shares)


def _pulled(rule: Treat, values: Array, most: Shares) -> Array:
    """Return drawn columns with at most so many points pulled in, one number a replicate."""
    moved = [
        pulled_in(row, rule.model_copy(update={"points": int(points)}))
        for row, points in zip(values, most, strict=True)
    ]
    return np.array(moved, dtype=values.dtype)


def _capped(run: Run, column: Column, values: Array, shares: Shares) -> Array:
    rule = column.method.treat or Treat(rule="none")
    caps = run.fitted[column.item.id]["caps"]
    if not isinstance(caps, dict):  # settled as a mapping
        return values
    if "log_low" in caps:
        return transform.log_shift(values, caps["log_low"], caps["log_high"])
    if "low" not in caps:
        return values
    if run.frozen is not None:
        return np.clip(values, values.dtype.type(caps["low"]), values.dtype.type(caps["high"]))
    count = int(column.there.sum())
    if rule.rule == "skew_kurtosis":
        low = np.full(len(values), int(caps["at_low"]))
        high = np.full(len(values), int(caps["at_high"]))
    else:
        share = np.where(np.isnan(shares), caps["share"], shares)
        low = high = np.floor(share * count + 1e-9).astype(np.int64)
    if not (low.any() or high.any()):
        return values
    ordered = np.sort(values, axis=1)  # NaN last
    rows = np.arange(len(values))
    return np.clip(values, ordered[rows, low][:, None], ordered[rows, count - 1 - high][:, None])


def _mean(held: Array) -> Array:
    return held.mean(axis=1, keepdims=True)


def _deviation(held: Array) -> Array:
    if held.shape[1] < 2:
        return np.zeros((len(held), 1), dtype=held.dtype)
    return held.std(axis=1, ddof=1, keepdims=True)


def _by_rule(run: Run, column: Column, values: Array, rule: Normalise) -> Array:
    """Return the scores by the framework's own rule."""
    before = values
    if rule.round_first is not None:
        values = np.round(values, rule.round_first)
    bounded = {"min_max", "distance_to_maximum"}
    if rule.rule in {"none", "z_score", *bounded}:
        start, end = _ends(run, column, values)
    if rule.rule in bounded:
        keep = rule.outside == "keep" or rule.rule == "distance_to_maximum"
        result = _between(before, start, end, rule.to, keep=keep)
    elif rule.rule == "none":
        ends = np.hstack([column.way * start, column.way * end])
        result = _with_ends(column.way * values, ends)
    elif rule.rule == "z_score":
        mean, sd = spread_of(values, run, rule)
        if run.frozen is not None:
            mean, sd = np.array(run.fitted[column.item.id]["spread"], dtype=values.dtype)
        ends = rescaled_z(column.way * (np.hstack([start, end]) - mean) / sd, rule)
        result = _with_ends(rescaled_z(column.way * (values - mean) / sd, rule), ends)
    else:
        rows = [by_rank_or_distance(run, rule, row, column.way) for row in values]
        result = _with_ends(np.array(rows), np.full((len(values), 2), np.nan))
    late = column.method.impute
    if late is not None and late.after == "normalise":
        result[:, :-2][:, ~column.there] = float(late.value or 0.0)
    if "decimals" in rule.model_fields_set and rule.decimals is not None:
        result[:, :-2] = np.round(result[:, :-2], rule.decimals)
    return result.astype(before.dtype, copy=False)


def _ends(run: Run, column: Column, values: Array) -> tuple[Array, Array]:
    """Return the raw values of the lowest and the highest score, shape (replicates, 1)."""
    rule = column.method.bounds or Bounds(rule="observed")
    one = column.one
    if column.item.goalposts or rule.rule in {"fixed", "natural"} or run.frozen is not None:
        wide = (len(values), 1)
        return (np.full(wide, one.start, values.dtype), np.full(wide, one.end, values.dtype))
    held = column.held(values)
    low, high = held.min(axis=1, keepdims=True), held.max(axis=1, keepdims=True)
    if rule.rule == "spread":
        beyond = rule.k * _deviation(held)
        low, high = low - beyond, high + beyond
    elif rule.rule == "percentile":
        low, high = np.quantile(held, sorted(rule.shares), axis=1)[..., None].astype(values.dtype)
    limits = column.item.limits
    if limits is not None and limits.low is not None:
        low = np.maximum(low, values.dtype.type(through(run, column.item, limits.low)))
    if limits is not None and limits.high is not None:
        high = np.minimum(high, values.dtype.type(through(run, column.item, limits.high)))
    low = low if rule.low is None else np.full_like(low, rule.low)
    high = high if rule.high is None else np.full_like(high, rule.high)
    return (low, high) if column.way > 0 else (high, low)


def _between(
    values: Array, start: Array, end: Array, to: tuple[float, float], *, keep: bool
) -> Array:
    """Return scores between two ends, halfway where they are the same."""
    width = np.asarray(end - start)
    flat = np.abs(width) <= 1e-12 * np.maximum(np.abs(start), np.abs(end))
    step = (to[1] - to[0]) / np.where(flat, 1, width)
    scores = np.empty((len(values), values.shape[1] + 2), dtype=values.dtype)
    body = scores[:, :-2]
    np.subtract(values, start, out=body)
    body *= step.astype(values.dtype)
    if to[0]:
        body += values.dtype.type(to[0])
    if not keep:
        np.clip(body, *sorted(to), out=body)
    if flat.any():
        level = np.where(np.isnan(values), np.nan, sum(to) / 2)
        body[:] = np.where(flat, level, body)
    scores[:, -2:] = to
    return scores


def _with_ends(scores: Array, ends: Array) -> Array:
    return np.concatenate([scores, ends.astype(scores.dtype)], axis=1)
