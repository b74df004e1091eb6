"""Strengths and weaknesses: where an area stands out among the areas it is compared with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
    reference: Collection[str] | Mapping[str, Collection[str]] | None = None,
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
        Area codes that are compared with; None: all areas. A mapping gives each area its own
        (`peers.nearest`, `peers.same_group`); an area that is not in it has no labels.
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
    if isinstance(reference, Mapping):
        parts = [
            table[table["area_code"] == code].join(_facts(table, peers, rule), on="node")
            for code, peers in reference.items()
        ]
        labelled = pd.concat(parts).sort_index()
    else:
        labelled = table.join(_facts(table, reference, rule), on="node")
    labelled["spread"] = labelled["spread"].clip(lower=least_spread)
    away = labelled["score"] - labelled["centre"]
    reach = multiplier * labelled["spread"]
    told = (labelled["areas"] >= 3) & (reach > 1e-12)
    label: NDArray[np.object_] = np.select(
        [told & (away > reach), told & (away < -reach)], [STRENGTH, WEAKNESS], NEUTRAL
    ).astype(object)
    labelled["label"] = label
    return labelled[["area_code", "node", "label", "centre", "spread"]].reset_index(drop=True)


def _facts(table: pd.DataFrame, reference: Collection[str] | None, rule: str) -> pd.DataFrame:
    """Return centre, spread and number of the reference areas, by node."""
    inside = table if reference is None else table[table["area_code"].isin(set(reference))]
    grouped = inside.groupby("node", sort=False)["score"]
    return pd.DataFrame(
        {
            "centre": grouped.mean() if rule == "mean_sd" else grouped.median(),
            "spread": grouped.std(ddof=1) if rule == "mean_sd" else grouped.apply(_deviation),
            "areas": grouped.count(),
        }
    )


def _deviation(values: pd.Series) -> float:
    """Return the average absolute deviation from the median."""
    return float((values - values.median()).abs().mean())
