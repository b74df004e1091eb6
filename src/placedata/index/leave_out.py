"""What each indicator, component and dimension does to the ranks: scores without it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placedata.framework import Framework
from placedata.index import sensitivity
from placedata.index.calibration import Calibration
from placedata.index.engine import ranks_of
from placedata.index.replicates import made_ready, node_ranks, node_scores
from placedata.index.sources import LEAVE_OUT, Draws


def leave_one_out(
    table: pd.DataFrame,
    framework: Framework,
    *,
    node: str | None = None,
    calibration: Calibration | None = None,
) -> pd.DataFrame:
    """Score a table without one indicator, component or dimension at a time.

    The others keep their weights towards each other. A part that is alone in its node takes the
    node with it; one that some area cannot do without is not left out.

    Parameters
    ----------
    node
        The node whose ranks are asked about; None: the top.

    Returns
    -------
    DataFrame
        ``part``, ``level`` (``indicator`` or that of the node), ``shift`` (mean absolute change
        of rank), ``most`` (greatest change), ``area_code`` (the first area with it), its ``rank``
        and its rank ``without`` the part. The part that moves ranks most comes first.

    Raises
    ------
    DataError
        What `score` refuses.
    """
    name = node or framework.top.id
    ready = made_ready(table, framework, LEAVE_OUT, calibration=calibration)
    columns = ["part", "level", "shift", "most", "area_code", "rank", "without"]
    branch = ready.branches.get(name)
    if branch is None or not ready.dropped:
        return pd.DataFrame(columns=columns)
    nominal = ranks_of(branch.one.score[branch.scored], framework)
    count = len(ready.dropped)
    values = node_scores(ready, Draws(0, range(count)), np.arange(count))[name]
    ranks = node_ranks(ready, name, values).astype(np.float64)
    areas = ready.run.areas[branch.scored]
    moved = np.abs(ranks - nominal)
    at = moved.argmax(axis=1)
    rows = np.arange(count)
    levels = {one.id: one.level for one in framework.nodes}
    found = pd.DataFrame(
        {
            "part": list(ready.dropped),
            "level": [levels.get(part, "indicator") for part in ready.dropped],
            "shift": sensitivity.mean_shift(ranks, nominal),
            "most": moved[rows, at],
            "area_code": areas[at],
            "rank": nominal[at],
            "without": ranks[rows, at],
        }
    )[columns]
    return found.sort_values("shift", ascending=False, kind="stable", ignore_index=True)
