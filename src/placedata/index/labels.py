"""Strengths and weaknesses: where an area stands out among the areas it is compared with."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from placedata.index.result import Scores

STRENGTH, NEUTRAL, WEAKNESS = "strength", "neutral", "weakness"


def labels(
    scores: Scores,
    *,
    reference: Collection[str] | None = None,
    rule: Literal["mean_sd", "median_deviation"] = "mean_sd",
    multiplier: float = 1.0,
    least_spread: float = 0.0,
) -> pd.DataFrame:
    """Return a label for every area and node with a score.

    A strength lies strictly above centre + multiplier x spread of the reference areas, a weakness
    strictly below centre - multiplier x spread; all else is neutral.

    Parameters
    ----------
    reference
        Area codes that are compared with; None: all areas.
    rule
        ``mean_sd``: mean and standard deviation (n - 1), the rule of the sub-city Social Progress
        Index (Philadelphia 2022); ``median_deviation``: median and average absolute deviation
        from it, the rule of the global one.
    least_spread
        The spread is never taken smaller than this, in points (the global rule uses 1).

    Returns
    -------
    DataFrame
        ``area_code``, ``node``, ``label`` (``strength``, ``neutral``, ``weakness``), ``centre``,
        ``spread``. With fewer than 3 reference areas, or no spread, all are neutral.
    """
    table = scores.table[["area_code", "node", "score"]].dropna(subset="score")
    inside = table if reference is None else table[table["area_code"].isin(set(reference))]
    grouped = inside.groupby("node", sort=False)["score"]
    facts = pd.DataFrame(
        {
            "centre": grouped.mean() if rule == "mean_sd" else grouped.median(),
            "spread": grouped.std(ddof=1) if rule == "mean_sd" else grouped.apply(_deviation),
            "areas": grouped.count(),
        }
    )
    facts["spread"] = facts["spread"].clip(lower=least_spread)
    labelled = table.join(facts, on="node")
    away = labelled["score"] - labelled["centre"]
    reach = multiplier * labelled["spread"]
    told = (labelled["areas"] >= 3) & (reach > 1e-12)
    label: NDArray[np.object_] = np.select(
        [told & (away > reach), told & (away < -reach)], [STRENGTH, WEAKNESS], NEUTRAL
    ).astype(object)
    labelled["label"] = label
    return labelled[["area_code", "node", "label", "centre", "spread"]].reset_index(drop=True)


def _deviation(values: pd.Series) -> float:
    """Return the average absolute deviation from the median."""
    return float((values - values.median()).abs().mean())
