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


def group_centres(values: Array, groups: NDArray[np.object_], statistic: str) -> dict[str, float]:
    """Return the mean or median of each group that has a value; areas without a group have none."""
    found = {
        str(group): centre(values[groups == group], statistic)
        for group in dict.fromkeys(groups.tolist())
        if group is not None
    }
    return {group: value for group, value in found.items() if not np.isnan(value)}


def sibling_line(block: Array, column: int) -> list[float]:
    """Return intercept and slopes of the least-squares line of a column on the others.

    Fitted on the areas where all are known; empty where these are fewer than the coefficients
    + 1. Source: Social Progress Index 2017 Methodology Report (missing values).

    Parameters
    ----------
    block
        Shape (areas, indicators of one component).
    column
        Position of the column to fill.
    """
    others = np.delete(block, column, axis=1)
    target = block[:, column]
    complete = ~np.isnan(block).any(axis=1)
    if others.shape[1] == 0 or np.sum(complete) <= others.shape[1] + 1:
        return []
    design = np.column_stack([np.ones(len(block)), others])
    slopes, *_ = np.linalg.lstsq(design[complete], target[complete], rcond=None)
    return [float(slope) for slope in slopes]


def by_siblings(block: Array, column: int, line: list[float]) -> Array:
    """Return the column with its gaps on the line of `sibling_line`, where the others are known."""
    others = np.delete(block, column, axis=1)
    filled = block[:, column].copy()
    gaps = np.isnan(filled) & ~np.isnan(others).any(axis=1)
    if line:
        filled[gaps] = line[0] + others[gaps] @ np.array(line[1:])
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
