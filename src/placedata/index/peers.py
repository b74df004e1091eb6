"""Reference sets: which areas each area is compared with."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placedata.errors import DataError, Problem


def nearest(covariates: pd.DataFrame, k: int) -> dict[str, list[str]]:
    """Return for each area the k others that are most like it.

    Likeness is the Euclidean distance between covariates that are each divided by their standard
    deviation. Areas at the same distance are taken in order of their code, so that the result does
    not depend on the order of the table.

    Parameters
    ----------
    covariates
        Index ``area_code``, one numeric column for each covariate, such as income or density.
        An area without all of them has no peers and is nobody's.
    k
        Number of peers, from 1 to one less than the number of areas.

    Raises
    ------
    DataError
        Fewer than k + 1 areas with all covariates.
    """
    table = covariates.dropna().sort_index()
    if not 1 <= k < len(table):
        found = f"{k} peers of {len(table)} areas with all of {', '.join(covariates)}"
        allowed = f"1 to {max(len(table) - 1, 1)}"
        raise DataError("the reference set cannot be made", [Problem("peers", "k", found, allowed)])
    spread = table.std(ddof=1).replace(0.0, 1.0)
    x = (table / spread).to_numpy(dtype=np.float64)
    codes = table.index.astype(str).to_numpy()
    peers = {}
    for at, code in enumerate(codes):
        away = np.round(np.sqrt(((x - x[at]) ** 2).sum(axis=1)), 12)
        away[at] = np.inf
        peers[str(code)] = codes[np.argsort(away, kind="stable")[:k]].tolist()
    return peers


def same_group(groups: pd.Series) -> dict[str, list[str]]:
    """Return for each area all areas of its group, itself among them.

    Parameters
    ----------
    groups
        Index ``area_code``; an area without a group has no peers.
    """
    members = {
        name: part.index.astype(str).tolist() for name, part in groups.dropna().groupby(groups)
    }
    return {str(code): members[name] for code, name in groups.dropna().items()}
