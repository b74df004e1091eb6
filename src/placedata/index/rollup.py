"""Summary measures of larger areas from scores and ranks of small ones.

Source: Ministry of Housing, Communities and Local Government, The English Indices of Deprivation
2019, Research report, chapter 3 (higher-level geographies).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]


def roll_up(
    small: pd.DataFrame, larger: pd.Series, population: pd.Series, *, ranked: int | None = None
) -> pd.DataFrame:
    """Return average score, average rank, proportion, extent and local concentration.

    Parameters
    ----------
    small
        Small areas: index ``area_code``, columns ``score`` and ``rank`` (1 = highest score), such
        as ``Scores.of(node)``. A row without a score is left out.
    larger
        Code of the larger area of each small one, same index.
    population
        People of each small area, same index; missing or 0 carries no weight.
    ranked
        Number of areas that were ranked, where `small` holds only some of them.

    Returns
    -------
    DataFrame
        Index ``area_code`` of the larger areas: ``average_score`` and ``average_rank`` (weighted
        by people; the rank is turned round, N + 1 - rank, so that high goes with a high score),
        ``proportion`` (share of the small areas in the first tenth), ``extent`` (share of the
        people, the first tenth in full, falling to 0 at three tenths), ``local_concentration``
        (average turned rank of the highest-scoring small areas that hold a tenth of the people)
        and ``areas``. NaN where a larger area has no people.
    """
    table = pd.DataFrame(
        {
            "score": small["score"].astype(float),
            "rank": small["rank"].astype(float),
            "people": population.reindex(small.index).astype(float).fillna(0.0),
            "larger": larger.reindex(small.index),
        }
    ).dropna(subset=["score", "larger"])
    number = len(table) if ranked is None else ranked
    names = ["average_score", "average_rank", "proportion", "extent", "local_concentration"]
    rows = {
        code: [*_summary(part, number), len(part)]
        for code, part in table.groupby("larger", sort=True)
    }
    result = pd.DataFrame.from_dict(rows, orient="index", columns=[*names, "areas"])
    return result.rename_axis("area_code")


def _summary(part: pd.DataFrame, number: int) -> tuple[float, float, float, float, float]:
    people, ranks = part["people"].to_numpy(), part["rank"].to_numpy()
    first = float(np.mean(np.ceil(10 * ranks / number) == 1))
    if people.sum() <= 0:
        return np.nan, np.nan, first, np.nan, np.nan
    turned = number + 1 - ranks
    return (
        float(np.average(part["score"], weights=people)),
        float(np.average(turned, weights=people)),
        first,
        float(np.average(extent_weight(ranks, number), weights=people)),
        _concentration(turned, people),
    )


def extent_weight(ranks: Array, number: int) -> Array:
    """Return 1 for the first tenth of the ranks, falling in steps from 0.95 to 0.05 at 30 %."""
    percentile = np.ceil(100 * ranks / number)
    falling = 0.95 - 0.9 / 19 * (percentile - 11)
    return np.where(percentile <= 10, 1.0, np.where(percentile <= 30, falling, 0.0))


def _concentration(turned: Array, people: Array) -> float:
    """Return the mean turned rank of the top areas with a tenth of the people, the last split."""
    order = np.argsort(-turned, kind="stable")
    tenth = 0.1 * people.sum()
    before = np.cumsum(people[order]) - people[order]
    taken = np.clip(tenth - before, 0.0, people[order])
    return float(np.sum(taken * turned[order]) / tenth)
