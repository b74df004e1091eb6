"""Strengths and weaknesses: where an area stands out among the areas it is compared with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placedata.framework import Labels
from placedata.index import peers

if TYPE_CHECKING:
    from placedata.index.result import Scores

STRENGTH, NEUTRAL, WEAKNESS = "strength", "neutral", "weakness"


def labels(
    scores: Scores,
    rule: Labels | None = None,
    *,
    reference: Collection[str] | Mapping[str, Collection[str]] | None = None,
) -> pd.DataFrame:
    """Return a label for every area and node with a score.

    A strength lies above centre + multiplier x spread of the reference areas, a weakness below
    centre - multiplier x spread; all else is neutral.

    Parameters
    ----------
    rule
        Centre, spread, multiplier, floor and whether the lines are strict; None: more than one
        standard deviation from the mean, the rule of the sub-city Social Progress Index
        (Philadelphia 2022). The global one takes the median, the deviation and a floor of 1.
    reference
        Area codes that are compared with; None: all areas. A mapping gives each area its own
        (`reference_sets`); an area that is not in it has no labels.

    Returns
    -------
    DataFrame
        ``area_code``, ``node``, ``label`` (``strength``, ``neutral``, ``weakness``), ``centre``,
        ``spread``. With fewer than 3 reference areas, or no spread, all are neutral.
    """
    rule = rule or Labels()
    table = scores.table[["area_code", "node", "score"]].dropna(subset="score")
    if isinstance(reference, Mapping):
        parts = [
            table[table["area_code"] == code].join(_facts(table, others, rule), on="node")
            for code, others in reference.items()
        ]
        labelled = pd.concat(parts).sort_index()
    else:
        labelled = table.join(_facts(table, reference, rule), on="node")
    labelled["spread"] = labelled["spread"].clip(lower=rule.floor)
    away = labelled["score"] - labelled["centre"]
    reach = rule.multiplier * labelled["spread"]
    told = (labelled["areas"] >= 3) & (labelled["spread"] > 1e-12)
    above, below = (away > reach, away < -reach) if rule.strict else (away >= reach, away <= -reach)
    label: NDArray[np.object_] = np.select(
        [told & above, told & below], [STRENGTH, WEAKNESS], NEUTRAL
    ).astype(object)
    labelled["label"] = label
    return labelled[["area_code", "node", "label", "centre", "spread"]].reset_index(drop=True)


def reference_sets(table: pd.DataFrame, rule: Labels) -> dict[str, list[str]] | None:
    """Return the areas that each area is compared with, or None where all are.

    Parameters
    ----------
    table
        Index ``area_code``, with the columns that the rule names.

    Raises
    ------
    DataError
        Fewer than k + 1 areas with all covariates.
    """
    if rule.reference == "all":
        return None
    if rule.reference == "group":
        return peers.same_group(table[rule.by[0]])
    return peers.nearest(table[list(rule.by)].astype(float), rule.k)


def _facts(table: pd.DataFrame, reference: Collection[str] | None, rule: Labels) -> pd.DataFrame:
    """Return centre, spread and number of the reference areas, by node."""
    inside = table if reference is None else table[table["area_code"].isin(set(reference))]
    grouped = inside.groupby("node", sort=False)["score"]
    centre = grouped.mean() if rule.centre == "mean" else grouped.median()
    away = (inside["score"] - inside["node"].map(centre)).abs()
    spread = grouped.std(ddof=1) if rule.spread == "sd" else away.groupby(inside["node"]).mean()
    return pd.DataFrame({"centre": centre, "spread": spread, "areas": grouped.count()})
