"""From raw columns to treated ones: denominate, orient, transform, impute, treat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from placedata.framework import Impute, Indicator, Transform, Treat
from placedata.index import impute, rank, transform, treat
from placedata.index.inputs import Run, method_of, steps_of

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Caps:
    """How a column was treated: the share or the values it was pulled in to, NaN if it was not."""

    rule: str = "none"
    share: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")


NO_CAPS = Caps()


def prepare(run: Run) -> dict[str, Array]:
    """Return the columns after denominators, targets and transforms; missing stays missing."""
    denominated: dict[str, Array] = {}
    transformed: dict[str, Array] = {}
    for item in run.framework.indicators:
        values = run.columns[item.id]
        if item.denominator:
            values = transform.divide(values, run.columns[item.denominator])
            run.decide("denominate", item.id, f"divided by {item.denominator}")
            _tell_lost(run, item.id, run.columns[item.id], values)
        denominated[item.id] = values
        if item.target is not None:
            values = transform.distance(values, item.target)
            run.decide("orient", item.id, f"scored by its distance from the target {item.target:g}")
        for at, step in enumerate(steps_of(method_of(item, run.framework))):
            before = values
            if step.rule == "log_shift":
                ends = run.settled(item.id, f"transform {at}", partial(_ends, before))
                values = transform.log_shift(values, *ends)
            else:
                if step.rule in {"rank", "normal_score"}:
                    run.never_frozen(item.id, step.rule)
                values = transformed_by(step, values)
            run.decide("transform", item.id, _words(step))
            lost = np.isnan(values) & ~np.isnan(before)
            if lost.any():
                found = f"{before[lost][0]:g} in area {run.areas[lost][0]}"
                run.refuse(item.id, found, f"values that {step.rule} can take")
        if np.isnan(values).all():
            run.refuse(item.id, "no value left after its denominator", "at least one value")
        transformed[item.id] = values
    run.leave_out_wrong()
    run.keep("denominated", denominated)
    run.keep("transformed", transformed)
    return transformed


def _ends(values: Array) -> list[float]:
    return [float(np.nanmin(values)), float(np.nanmax(values))]


def _tell_lost(run: Run, name: str, before: Array, after: Array) -> None:
    lost = int(np.sum(np.isnan(after) & ~np.isnan(before)))
    if lost:
        text = f"{lost} areas have a value but no denominator above 0: missing"
        run.decide("denominate", name, text)


_TRANSFORMS: dict[str, Callable[[Transform, Array], Array]] = {
    "log": lambda _, values: transform.log(values),
    "log1p": lambda _, values: transform.log1p(values),
    "sqrt": lambda _, values: transform.sqrt(values),
    "arcsine": lambda step, values: transform.arcsine(values, step.whole),
    "logit": lambda step, values: transform.logit(values, step.whole),
    "linear": lambda step, values: values * step.times + step.add,
    "cap": lambda step, values: transform.cap(values, step.low, step.high),
    "bucket": lambda step, values: transform.bucket(values, step.edges or ()),
    "parity": lambda _, values: transform.parity(values),
    "rank": lambda step, values: rank.rank(values, step.ties),
    "normal_score": lambda step, values: rank.normal_score(rank.rank(values, step.ties)),
}


def transformed_by(step: Transform, values: Array) -> Array:
    """Return the column after one transform other than log_shift, whose ends are settled."""
    return _TRANSFORMS[step.rule](step, values)


def _words(step: Transform) -> str:
    options = step.model_dump(exclude_unset=True, exclude={"rule"})
    told = ", ".join(f"{key} {value}" for key, value in options.items())
    return f"{step.rule} ({told})" if told else step.rule


def filled(run: Run, columns: dict[str, Array]) -> dict[str, Array]:
    """Return the columns after imputation before normalising."""
    result: dict[str, Array] = {}
    for item in run.framework.indicators:
        rule = method_of(item, run.framework).impute
        values = columns[item.id]
        gaps = np.isnan(values)
        if rule is None or rule.rule == "none" or rule.after == "normalise" or not gaps.any():
            result[item.id] = values
            continue
        result[item.id] = imputed(run, item, rule, columns)
        left = int(np.isnan(result[item.id]).sum())
        text = f"{int(gaps.sum()) - left} missing values filled for scoring only, by {_how(rule)}"
        run.decide("impute", item.id, text + (f"; {left} could not be filled" if left else ""))
    run.keep("imputed", result)
    return result


def _how(rule: Impute) -> str:
    detail = rule.by or rule.from_ or (f"{rule.value:g}" if rule.value is not None else "")
    return f"{rule.rule} {detail}".strip()


def imputed(run: Run, item: Indicator, rule: Impute, columns: dict[str, Array]) -> Array:
    """Return one column with its gaps filled by its rule."""
    values = columns[item.id]
    if rule.rule == "constant":
        return impute.fill(values, float(rule.value or 0.0))
    if rule.rule in {"mean", "median"}:
        middle = run.settled(item.id, "fill", lambda: impute.centre(values, rule.rule))
        return impute.fill(values, middle)
    if rule.rule in {"group_mean", "group_median"}:
        groups = run.groups[str(rule.by)]
        statistic = rule.rule.removeprefix("group_")
        found = run.settled(
            item.id, "fills", lambda: impute.group_centres(values, groups, statistic)
        )
        by = np.array([found.get(str(group), np.nan) for group in groups])
        return impute.fill(values, by)
    if rule.rule == "last_value":
        return impute.fill(values, run.columns[str(rule.from_)])
    names = [other.id for other in run.framework.indicators_of(item.component)]
    block = np.column_stack([columns[name] for name in names])
    at = names.index(item.id)
    if rule.rule == "siblings":
        line = run.settled(item.id, "line", lambda: impute.sibling_line(block, at))
        return impute.by_siblings(block, at, line)
    run.never_frozen(item.id, rule.rule)
    completed: Array = impute.expectation_maximisation(block)[:, at]
    return completed


def treated(run: Run, columns: dict[str, Array]) -> tuple[dict[str, Array], dict[str, Caps]]:
    """Return the columns after outlier treatment, and what was done to each."""
    result: dict[str, Array] = {}
    caps: dict[str, Caps] = {}
    for item in run.framework.indicators:
        rule = method_of(item, run.framework).treat or Treat(rule="none")
        values = columns[item.id]
        if item.goalposts and item.treat is None and rule.rule != "none":
            text = "goalposts set the scale, so no extreme values are pulled in"
            run.decide("treat", item.id, text)
            rule = Treat(rule="none")
        result[item.id], caps[item.id] = _treated(run, item.id, rule, values)
    run.keep("treated", result)
    return result, caps


def _treated(run: Run, name: str, rule: Treat, values: Array) -> tuple[Array, Caps]:
    if rule.rule in {"winsorise", "winsorise_by_skew"}:
        return _winsorised(run, name, rule, values)
    if rule.rule == "skew_kurtosis":
        return _pulled_in(run, name, rule, values)
    if rule.rule == "shrink":
        errors, groups = run.columns[str(rule.standard_error)], run.groups[str(rule.by)]
        moved = treat.shrink(values, errors, groups, logit=rule.logit)
        number = int(np.sum(~np.isclose(moved, values, equal_nan=True)))
        text = f"{number} values moved towards the mean of their {rule.by} by their standard error"
        run.decide("treat", name, text)
        return moved, Caps("shrink")
    return values, NO_CAPS


def _winsorised(run: Run, name: str, rule: Treat, values: Array) -> tuple[Array, Caps]:
    def fit() -> dict[str, float]:
        share = rule.share or 0.0
        if rule.rule == "winsorise_by_skew":
            share = treat.share_by_skew(values, rule.shares, rule.skew)
        low, high = (float(end[0]) for end in treat.winsor_caps(values, share))
        return {"share": share, "low": low, "high": high}

    caps = run.settled(name, "caps", fit)
    result = values
    if caps["share"] > 0 or run.frozen is None:
        result = np.clip(values, caps["low"], caps["high"])
    moved = int(np.sum(~np.isnan(values) & (result != values)))
    if caps["share"] > 0:
        why = "as the framework asks"
        if rule.rule == "winsorise_by_skew":
            why = f"skewness {float(treat.skewness(values)):.2f}, limit {rule.skew:g}"
        if run.frozen is not None:
            why = "caps of the calibration"
        text = (
            f"{caps['share']:g} of the areas pulled in at each tail, {moved} values moved ({why})"
        )
        run.decide("treat", name, text)
    return result, Caps(rule.rule, caps["share"], caps["low"], caps["high"])


def _points(values: Array, rule: Treat) -> dict[str, float]:
    """Return how many values are pulled in at each end and to where, or the ends of a logarithm."""
    done = treat.skew_kurtosis_caps(values, rule.points, rule.skew, rule.kurtosis)
    pulled = {"at_low": float(done.at_low), "at_high": float(done.at_high)}
    if done.passed or rule.otherwise == "winsorised":
        return pulled | {"low": done.low, "high": done.high}
    low, high = _ends(values)
    return pulled | ({"log_low": low, "log_high": high} if rule.otherwise == "log_shift" else {})


def pulled_in(values: Array, rule: Treat) -> Array:
    """Return a column, shape (areas,), treated by skewness and kurtosis."""
    done = _points(values, rule)
    if "log_low" in done:
        return transform.log_shift(values, done["log_low"], done["log_high"])
    return np.clip(values, done["low"], done["high"]) if "low" in done else values


def _pulled_in(run: Run, name: str, rule: Treat, values: Array) -> tuple[Array, Caps]:
    done = run.settled(name, "caps", lambda: _points(values, rule))
    points = int(done["at_low"] + done["at_high"])
    tried = f"{int(done['at_low'])} lowest and {int(done['at_high'])} highest values pulled in"
    if "log_low" in done:
        text = f"still skewed after {points} values pulled in: ln(x - lowest + 0.01 range) instead"
        run.decide("treat", name, text)
        return transform.log_shift(values, done["log_low"], done["log_high"]), Caps("log_shift")
    if "low" not in done:
        run.decide("treat", name, f"still skewed after {points} values pulled in: left as it is")
        return values, Caps(rule.rule)
    if points == 0:
        return values, Caps(rule.rule)
    run.decide("treat", name, tried)
    low, high = done["low"], done["high"]
    return np.clip(values, low, high), Caps(rule.rule, low=low, high=high)
