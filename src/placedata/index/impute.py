"""Rules that fill missing values, for scoring only.

One-column rules take shape (areas,); rules that look at siblings take (areas, indicators).
A value that a rule cannot fill stays missing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def fill(values: Array, by: float | Array) -> Array:
    """Return the values with each missing one taken from `by`."""
    return np.where(np.isnan(values), by, values)


def centre(values: Array, statistic: str) -> float:
    """Return the ``mean`` or ``median`` of the values that are there; NaN where none is."""
    known = values[~np.isnan(values)]
    if known.size == 0:
        return float("nan")
    return float(np.mean(known) if statistic == "mean" else np.median(known))


def group_centre(values: Array, groups: NDArray[np.object_], statistic: str) -> Array:
    """Return for each area the mean or median of its group, NaN for a group without values."""
    result = np.full(values.shape, np.nan)
    for group in dict.fromkeys(groups.tolist()):
        rows = groups == group
        result[rows] = centre(values[rows], statistic)
    return result


def siblings(block: Array, column: int) -> Array:
    """Return the column filled by ordinary least squares on the others of its component.

    Fitted on the areas where all are known; applied where the others are. Nothing is filled
    where fewer complete areas than coefficients + 1 are there. Source: Social Progress Index
    2017 Methodology Report (missing values).

    Parameters
    ----------
    block
        Shape (areas, indicators of one component).
    column
        Position of the column to fill.
    """
    others = np.delete(block, column, axis=1)
    target = block[:, column]
    known = ~np.isnan(others).any(axis=1)
    complete = known & ~np.isnan(target)
    if others.shape[1] == 0 or np.sum(complete) <= others.shape[1] + 1:
        return target.copy()
    design = np.column_stack([np.ones(len(block)), others])
    slopes, *_ = np.linalg.lstsq(design[complete], target[complete], rcond=None)
    filled = target.copy()
    gaps = known & np.isnan(target)
    filled[gaps] = design[gaps] @ slopes
    return filled


def expectation_maximisation(block: Array, *, rounds: int = 200, tolerance: float = 1e-8) -> Array:
    """Return the block with each missing value at its expectation under one joint normal.

    The mean and covariance are re-estimated until they settle. An area without any value stays
    missing. Source: Dempster, Laird and Rubin (1977); Little and Rubin, Statistical Analysis
    with Missing Data, chapter 11.
    """
    missing = np.isnan(block)
    rows = ~missing.all(axis=1)
    usable = ~missing[rows].all(axis=0)
    if np.sum(rows) < 3 or not usable.any():
        return block.copy()
    part, gaps = block[np.ix_(rows, usable)], missing[np.ix_(rows, usable)]
    filled = np.where(gaps, np.nanmean(part, axis=0), part)
    mean, covariance = filled.mean(axis=0), np.cov(filled.T, bias=True).reshape(filled.shape[1], -1)
    for _ in range(rounds):
        extra = np.zeros_like(covariance)
        for row in np.flatnonzero(gaps.any(axis=1)):
            gap, seen = gaps[row], ~gaps[row]
            cross = covariance[np.ix_(gap, seen)] @ np.linalg.pinv(covariance[np.ix_(seen, seen)])
            filled[row, gap] = mean[gap] + cross @ (part[row, seen] - mean[seen])
            extra[np.ix_(gap, gap)] += (
                covariance[np.ix_(gap, gap)] - cross @ covariance[np.ix_(seen, gap)]
            )
        before, mean = mean, filled.mean(axis=0)
        away = filled - mean
        covariance = (away.T @ away + extra) / len(filled)
        scale = np.maximum(np.sqrt(np.diag(covariance)), 1e-300)
        if np.max(np.abs(mean - before) / scale) < tolerance:
            break
    result = block.copy()
    result[np.ix_(rows, usable)] = filled
    return result
