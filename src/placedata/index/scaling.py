"""From treated columns to indicator scores: bounds, then normalise."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from placedata.framework import Bounds, Indicator, Normalise
from placedata.index import impute, normalise, rank
from placedata.index.columns import NO_CAPS, Caps, transformed_by
from placedata.index.inputs import Run, method_of, steps_of

Array = NDArray[np.float64]
NAN = float("nan")


@dataclass(frozen=True)
class Scaled:
    """One indicator as a score.

    Parameters
    ----------
    values
        Scores, shape (areas,), NaN where missing.
    observed
        Where the raw value was there, shape (areas,).
    start, end
        The raw values of the lowest and the highest score; NaN where the rule has none.
    anchors
        The scores of `start` and `end`.
    counts
        False where all values are equal and the indicator has no weight.
    """

    item: Indicator
    values: Array
    observed: NDArray[np.bool_]
    start: float = NAN
    end: float = NAN
    anchors: tuple[float, float] = (NAN, NAN)
    rule: str = ""
    clipped: int = 0
    caps: Caps = NO_CAPS
    counts: bool = True


def direction(run: Run, item: Indicator) -> int:
    """Return +1 where a high value is to give a high score, else -1."""
    polarity = "lower_is_better" if item.target is not None else item.polarity
    return 1 if polarity == run.framework.polarity else -1


def scaled(run: Run, columns: dict[str, Array], caps: dict[str, Caps]) -> dict[str, Scaled]:
    """Return every indicator as a score."""
    result = {}
    for item in run.framework.indicators:
        method = method_of(item, run.framework)
        rule = method.normalise or Normalise(rule="min_max")
        way = direction(run, item)
        if way < 0:
            run.decide("orient", item.id, _turned(run, item))
        one = Scaled(item, columns[item.id], ~np.isnan(run.columns[item.id]), caps=caps[item.id])
        one = _with_bounds(run, one, method.bounds or Bounds(rule="observed"), way)
        one = _normalised(run, one, rule, way)
        if method.impute and method.impute.after == "normalise":
            one = _filled_after(run, one, float(method.impute.value or 0.0))
        if "decimals" in rule.model_fields_set and rule.decimals is not None:
            one = replace(one, values=np.round(one.values, rule.decimals))
        result[item.id] = one
    run.leave_out_wrong()
    run.keep("normalised", {name: one.values for name, one in result.items()})
    return result


def _turned(run: Run, item: Indicator) -> str:
    if item.target is not None:
        return "the nearer to the target, the higher the score"
    if run.framework.polarity == "lower_is_better":
        return "more is better, so the lower the value, the higher (worse) the score"
    return "less is better, so the lower the value, the higher the score"


def _filled_after(run: Run, one: Scaled, value: float) -> Scaled:
    gaps = int(np.isnan(one.values).sum())
    if not gaps:
        return one
    text = f"{gaps} missing values scored {value:g}, for scoring only"
    run.decide("impute", one.item.id, text)
    return replace(one, values=impute.fill(one.values, value))


def _with_bounds(run: Run, one: Scaled, rule: Bounds, way: int) -> Scaled:
    """Return the indicator with the raw values of its lowest and highest score."""
    low, high, source = bounds(run, one.item, rule, one.values)
    start, end = (low, high) if way > 0 else (high, low)
    return replace(one, start=start, end=end, rule=source)


def bounds(run: Run, item: Indicator, rule: Bounds, values: Array) -> tuple[float, float, str]:
    """Return the lower and the upper bound in units of the treated column, and their rule."""
    if item.goalposts:
        ends = [through(run, item, raw) for raw in (item.goalposts.best, item.goalposts.worst)]
        low, high = sorted(ends)
        if rule.rule != "fixed":
            text = f"goalposts {low:g} and {high:g} given: they set the scale"
            run.decide("bounds", item.id, text)
        return low, high, "goalposts"
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if rule.rule == "fixed":
        run.refuse(item.id, "no goalposts", "goalposts, as the framework takes fixed bounds")
        return low, high, rule.rule
    limits = item.limits
    if rule.rule == "natural":
        if limits is None or limits.low is None or limits.high is None:
            run.refuse(item.id, "no natural limits", "limits with low and high")
            return low, high, rule.rule
        low, high = (through(run, item, raw) for raw in (limits.low, limits.high))
        return low, high, rule.rule
    low, high = run.settled(item.id, "bounds", lambda: _from_data(run, item, rule, values))
    how = {
        "observed": "lowest and highest",
        "percentile": f"percentiles {100 * rule.shares[0]:g} and {100 * rule.shares[1]:g}",
    }.get(rule.rule, f"{rule.k:g} SD beyond the data")
    how = how if run.frozen is None else "of the calibration"
    run.decide("bounds", item.id, f"{low:g} to {high:g}, from the data ({how})")
    return low, high, rule.rule


def _from_data(run: Run, item: Indicator, rule: Bounds, values: Array) -> list[float]:
    """Return data-driven bounds, stopped at natural limits, one end fixed where asked."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    limits = item.limits
    if normalise.is_flat(values):
        return [low, low]
    if rule.rule == "spread":
        sd = float(np.nanstd(values, ddof=1))
        low, high = low - rule.k * sd, high + rule.k * sd
    elif rule.rule == "percentile":
        low, high = (float(end) for end in np.nanquantile(values, sorted(rule.shares)))
    if limits and limits.low is not None:
        low = max(low, through(run, item, limits.low))
    if limits and limits.high is not None:
        high = min(high, through(run, item, limits.high))
    low = rule.low if rule.low is not None else low
    high = rule.high if rule.high is not None else high
    return [low, high]


def through(run: Run, item: Indicator, raw: float) -> float:
    """Return a goalpost or limit, given in raw units, after the transforms of its column."""
    value = np.array([raw])
    for step in steps_of(method_of(item, run.framework)):
        if step.rule in {"log_shift", "normal_score", "rank"}:
            run.refuse(item.id, f"a goalpost or limit before {step.rule}", "none there")
            return raw
        value = transformed_by(step, value)
    if np.isnan(value[0]):
        run.refuse(item.id, f"a goalpost or limit of {raw:g}", "one that the transform can take")
        return raw
    return float(value[0])


def _normalised(run: Run, one: Scaled, rule: Normalise, way: int) -> Scaled:
    values, name = one.values, one.item.id
    if rule.round_first is not None:
        values = np.round(values, rule.round_first)
    if rule.rule == "none":
        return replace(one, values=way * values, anchors=(way * one.start, way * one.end))
    if rule.rule in {"min_max", "distance_to_maximum"}:
        return _min_max(run, one, rule)
    if rule.rule == "z_score":
        mean, sd = run.settled(name, "spread", lambda: _mean_and_sd(values, run, rule))
        return _standardised(run, one, (mean, sd), rule)
    if rule.ties != "given" or rule.n is None:
        run.never_frozen(name, rule.rule)
    try:
        scores = by_rank_or_distance(run, rule, values, way)
    except ValueError as error:
        run.refuse(name, str(error), f"values that {rule.rule} can take")
        return one
    return replace(one, values=scores, start=NAN, end=NAN, rule=rule.rule)


def spread_of(values: Array, run: Run, rule: Normalise) -> tuple[Array, Array]:
    """Return mean and standard deviation by the rule of a z-score, shape (..., 1)."""
    people = run.columns[rule.people] if rule.people else None
    return normalise.spread(values, ddof=1 if rule.divisor == "n-1" else 0, people=people)


def _mean_and_sd(values: Array, run: Run, rule: Normalise) -> list[float]:
    mean, sd = (float(part[0]) for part in spread_of(values, run, rule))
    return [mean, 0.0 if normalise.is_flat(values) else sd]


def _standardised(run: Run, one: Scaled, spread: tuple[float, float], rule: Normalise) -> Scaled:
    mean, sd = spread
    way = direction(run, one.item)
    flat = not sd > 0
    if flat:
        text = f"all values are equal: scored {rule.mean:g}, no weight"
        run.decide("normalise", one.item.id, text)
    ends = np.array([0.0 if flat else way * (raw - mean) / sd for raw in (one.start, one.end)])
    scores = normalise.z_score(one.values, mean, sd, way)
    if rule.clip is not None:
        beyond = int(np.sum(np.abs(scores) > rule.clip))
        if beyond:
            text = f"{beyond} values further than {rule.clip:g} standard deviations pulled in"
            run.decide("normalise", one.item.id, text)
    low, high = rescaled_z(ends, rule).tolist()
    return replace(one, values=rescaled_z(scores, rule), anchors=(low, high), counts=not flat)


def rescaled_z(scores: Array, rule: Normalise) -> Array:
    """Return z-scores clipped and put on the mean and standard deviation that a rule asks for."""
    if rule.clip is not None:
        scores = np.clip(scores, -rule.clip, rule.clip)
    return scores if rule.mean == 0 and rule.sd == 1 else rule.mean + rule.sd * scores


def _min_max(run: Run, one: Scaled, rule: Normalise) -> Scaled:
    method, name = method_of(one.item, run.framework), one.item.id
    low, high = sorted(rule.to)
    if one.start == one.end:
        if method.bounds is not None and method.bounds.constant == "midpoint":
            middle = (low + high) / 2
            text = f"all values are equal ({one.start:g}): scored {middle:g}, no weight"
            run.decide("normalise", name, text)
            flat = np.where(np.isnan(one.values), np.nan, middle)
            return replace(one, values=flat, anchors=(middle, middle), counts=False)
        allowed = "values that differ, goalposts, or bounds with constant: midpoint"
        run.refuse(name, f"{one.start:g} in every area, after treatment", allowed)
        return one
    turned = (one.start > one.end) == (direction(run, one.item) > 0)
    if turned and not one.item.goalposts:
        found = f"bounds {one.start:g} to {one.end:g} the wrong way round"
        run.refuse(name, found, "a lower bound below the upper")
        return one
    scores = normalise.min_max(one.values, one.start, one.end, rule.to)
    beyond = (scores < low - 1e-9) | (scores > high + 1e-9)
    count = int(np.sum(beyond))
    if count and rule.outside == "error" and rule.rule == "min_max":
        found = f"{count} values beyond the bounds, such as {one.values[beyond][0]:g}"
        run.refuse(name, found, "values inside the bounds, or outside: clip")
    if rule.outside == "clip":
        scores = np.clip(scores, low, high)
        if count:
            text = f"{count} values beyond the bounds scored {low:g} or {high:g}"
            run.decide("normalise", name, text)
    return replace(one, values=scores, anchors=rule.to, clipped=count)


def by_rank_or_distance(run: Run, rule: Normalise, values: Array, way: int) -> Array:
    """Return the scores of a column by a rule that compares its areas with each other."""
    ties = rule.ties or ("average" if rule.rule in {"normal_score", "exponential_rank"} else "min")
    if rule.rule == "exponential_rank":
        return rank.exponential(normalise.rank_share(values, way, ties, rule.n))
    if ties == "given":
        msg = f"ties: given, which only exponential_rank takes, in {rule.rule}"
        raise ValueError(msg)
    if rule.rule == "percentile_rank":
        return normalise.percentile_rank(values, way, rule.to, ties, reverse=rule.reverse)
    if rule.rule == "normal_score":
        return rank.normal_score(rank.rank(way * values, ties))
    if rule.rule in {"rank", "borda"}:
        return rank.rank(way * values, ties) - (1 if rule.rule == "borda" else 0)
    if rule.rule == "fraction_of_maximum":
        if way < 0 or np.nanmin(values) < 0 or np.nanmax(values) <= 0:
            msg = "values below 0, or an indicator where less is better"
            raise ValueError(msg)
        return normalise.fraction_of_maximum(values, rule.to)
    return _to_reference(run, rule, values, way)


def _to_reference(run: Run, rule: Normalise, values: Array, way: int) -> Array:
    if rule.rule == "distance_to_target":
        aim = float(rule.reference)  # type: ignore[arg-type]
    elif str(rule.reference) in run.areas:
        aim = float(values[run.areas.get_loc(str(rule.reference))])
    else:
        msg = f"the reference area {rule.reference!r}, which is not in the table"
        raise ValueError(msg)
    if np.isnan(aim) or way * aim <= float(np.nanmin(way * values)):
        msg = f"a reference of {aim:g} that is not better than the worst value"
        raise ValueError(msg)
    scores = normalise.distance_to(values, aim, way, rule.to)
    return np.minimum(scores, rule.to[1]) if rule.outside == "clip" else scores
