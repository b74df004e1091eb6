"""Checks of whether the indicators of a component belong together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placedata.index.weights import correlation, first_component

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Consistency:
    """Measures of one component; None where they are undefined (fewer than two indicators).

    Parameters
    ----------
    areas
        Areas with every indicator.
    kmo
        Kaiser-Meyer-Olkin overall measure of sampling adequacy, 0-1.
    alpha
        Cronbach's alpha of the columns as given.
    eigenvalues
        Of the correlation matrix, largest first.
    loadings
        Of the first principal component, unit length, summing to more than 0.
    singular
        True where the correlation matrix has no inverse, so that KMO uses the pseudo-inverse.
    """

    areas: int
    kmo: float | None
    alpha: float | None
    eigenvalues: tuple[float, ...]
    loadings: tuple[float, ...]
    singular: bool


def kmo(matrix: Array) -> tuple[float | None, bool]:
    """Return Σr²/(Σr² + Σq²) off the diagonal, q the partial correlations, and if singular.

    Source: Kaiser (1974).
    """
    singular = bool(np.linalg.cond(matrix) > 1e12)
    inverse = np.linalg.pinv(matrix) if singular else np.linalg.inv(matrix)
    scale = np.sqrt(np.abs(np.diag(inverse)))
    partial = -inverse / np.maximum(np.outer(scale, scale), 1e-300)
    off = ~np.eye(len(matrix), dtype=bool)
    plain, rest = float(np.sum(matrix[off] ** 2)), float(np.sum(partial[off] ** 2))
    return (plain / (plain + rest) if plain + rest > 0 else None), singular


def alpha(columns: Array) -> float | None:
    """Return Cronbach's alpha k² c̄/ΣC, C the pairwise-complete covariance of the columns.

    Parameters
    ----------
    columns
        Shape (areas, k), oriented; k < 2 gives None.
    """
    k = columns.shape[1]
    if k < 2:
        return None
    covariance = np.empty((k, k))
    for one in range(k):
        for two in range(k):
            both = ~np.isnan(columns[:, one]) & ~np.isnan(columns[:, two])
            if np.sum(both) < 2:
                return None
            covariance[one, two] = np.cov(columns[both, one], columns[both, two])[0, 1]
    whole = float(covariance.sum())
    off = (whole - float(np.trace(covariance))) / (k * (k - 1))
    return k * k * off / whole if whole != 0 else None


def flagged_pairs(
    columns: Array, *, alike: float = 0.9, opposed: float = -0.3
) -> list[tuple[int, int, float]]:
    """Return the pairs of columns whose correlation is at least `alike` or at most `opposed`.

    Pairwise over the areas that have both; pairs with fewer than 4 areas are left out. Parts that
    are alike count twice; parts that oppose each other cancel out.
    """
    found = []
    for one in range(columns.shape[1]):
        for two in range(one + 1, columns.shape[1]):
            pair = columns[:, [one, two]]
            pair = pair[~np.isnan(pair).any(axis=1)]
            if len(pair) < 4 or (pair.std(axis=0) == 0).any():
                continue
            r = float(correlation(pair)[0, 1])
            if r >= alike or r <= opposed:
                found.append((one, two, r))
    return found


def consistency(columns: Array) -> Consistency:
    """Return the measures of the normalised columns of one component, shape (areas, k)."""
    complete = columns[~np.isnan(columns).any(axis=1)]
    if columns.shape[1] < 2 or len(complete) < 3:
        return Consistency(len(complete), None, alpha(columns), (), (), singular=False)
    matrix = correlation(complete)
    measure, singular = kmo(matrix)
    values = np.linalg.eigvalsh(matrix)[::-1]
    return Consistency(
        len(complete), measure, alpha(columns), tuple(values.tolist()),
        tuple(first_component(matrix).tolist()), singular=singular,
    )  # fmt: skip
