"""Rules that give the children of a node their weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def budget(names: Sequence[str], points: Sequence[Mapping[str, float]]) -> Array:
    """Return the mean over people of each child's share of their points.

    Source: OECD and JRC, Handbook on Constructing Composite Indicators (2008), budget allocation.
    """
    rows = np.array([[person.get(name, 0.0) for name in names] for person in points])
    mean: Array = (rows / rows.sum(axis=1, keepdims=True)).mean(axis=0)
    return mean


def correlation(columns: Array) -> Array:
    """Return the correlation matrix over complete rows; a column without spread has 0s.

    Parameters
    ----------
    columns
        Shape (areas, k).
    """
    complete = columns[~np.isnan(columns).any(axis=1)]
    away = complete - complete.mean(axis=0)
    scale = np.sqrt((away**2).sum(axis=0))
    noise = 1e-12 * np.sqrt(len(complete)) * np.abs(complete).max(axis=0, initial=0.0)
    unit = np.divide(away, scale, out=np.zeros_like(away), where=scale > noise)
    matrix: Array = unit.T @ unit
    np.fill_diagonal(matrix, 1.0)
    return matrix


def first_component(matrix: Array) -> Array:
    """Return the loadings (unit length) of the first principal component of a correlation matrix.

    The sign makes the sum of the loadings positive; where the sum is 0 the first is positive.
    """
    _, vectors = np.linalg.eigh(matrix)
    return _signed(vectors[:, -1])


def one_factor(matrix: Array) -> tuple[Array, Array]:
    """Return loadings and uniquenesses of the one-factor maximum-likelihood model.

    Uniquenesses are kept at or above 0.005 (a Heywood case touches that). Source: Jöreskog
    (1967); Lawley and Maxwell, Factor Analysis as a Statistical Method, chapter 4.
    """
    from scipy.optimize import minimize

    size = len(matrix)
    start = 0.5 / np.maximum(np.diag(np.linalg.pinv(matrix)), 1e-6)

    def split(unique: Array) -> tuple[Array, Array, Array]:
        scale = np.sqrt(unique)
        values, vectors = np.linalg.eigh(matrix / np.outer(scale, scale))
        loads = vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0)) * scale
        return values, scale, loads

    def misfit(unique: Array) -> float:
        rest = np.maximum(split(unique)[0][:-1], 1e-300)
        return float(np.sum(rest - np.log(rest)) - size + 1)

    def slope(unique: Array) -> Array:
        loads = split(unique)[2]
        gap = np.diag(np.outer(loads, loads)) + unique - np.diag(matrix)
        downhill: Array = gap / unique**2
        return downhill

    limits = [(0.005, 1.0)] * size
    found = minimize(
        misfit, np.clip(start, 0.005, 1.0), jac=slope, bounds=limits, method="L-BFGS-B",
        options={"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-10},
    )  # fmt: skip
    return _signed(split(found.x)[2]), found.x


def factor_weights(matrix: Array, loadings: Array) -> Array:
    """Return R⁻¹ λ over its sum, the regression weights of the factor.

    Source: Scottish and English indices of deprivation (technical reports).
    """
    raw = np.linalg.pinv(matrix) @ loadings
    weights: Array = raw / raw.sum()
    return weights


def _signed(vector: Array) -> Array:
    total = vector.sum()
    leading = total if abs(total) > 1e-9 else vector[np.flatnonzero(np.abs(vector) > 1e-9)[0]]
    return vector if leading > 0 else -vector
