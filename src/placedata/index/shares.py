"""Which source moves the ranks most: Sobol indices of the Monte Carlo."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placedata.errors import DataError, Problem
from placedata.framework import Framework
from placedata.index import sensitivity
from placedata.index.calibration import Calibration
from placedata.index.engine import ranks_of
from placedata.index.montecarlo import Replicates, spread_out
from placedata.index.replicates import Errors, made_ready, node_ranks, node_scores
from placedata.index.sources import Draws, Sources, sources_of

RESAMPLES = 200


def source_shares(
    table: pd.DataFrame,
    framework: Framework,
    *,
    sources: Sources | None = None,
    standard_errors: Errors = None,
    replicates: Replicates | None = None,
    calibration: Calibration | None = None,
) -> pd.DataFrame:
    """Return the share of each source in how far the ranks of a node move.

    The output is the mean absolute shift of rank from the nominal one. With d sources and N
    replicates the table is scored N (d + 2) times.

    Parameters
    ----------
    replicates
        N, the seed, and in ``nodes`` the node that is asked about (the top, unless told).

    Returns
    -------
    DataFrame
        ``source``; ``first`` (share of the variance that goes if the source alone is settled) and
        ``total`` (share that stays if all others are); ``first_low``, ``first_high``,
        ``total_low`` and ``total_high``, 5 and 95 % of 200 resamples of the replicates.

    Raises
    ------
    DataError
        As `uncertainty`.
    """
    asked = replicates or Replicates(256)
    node = asked.nodes[0] if asked.nodes else framework.top.id
    varied = sources or sources_of(framework)
    ready = made_ready(
        table, framework, varied,
        standard_errors=standard_errors, calibration=calibration, apart=True,
    )  # fmt: skip
    if node not in ready.branches:
        problem = Problem("framework", "node", repr(node), "a node with a score")
        raise DataError("there are no ranks whose shift could be shared out", [problem])
    branch = ready.branches[node]
    nominal = ranks_of(branch.one.score[branch.scored], framework)
    names = ready.names
    designs = [frozenset[str](), frozenset(names), *(frozenset([name]) for name in names)]

    def work(numbers: range) -> NDArray[np.float64]:
        rows = []
        for other in designs:
            values = node_scores(ready, Draws(asked.seed, numbers, other))[node]
            rows.append(sensitivity.mean_shift(node_ranks(ready, node, values), nominal))
        return np.array(rows)

    outputs = np.concatenate(list(spread_out(work, ready, asked)), axis=1)
    columns = [
        "source", "first", "first_low", "first_high", "total", "total_low", "total_high",
    ]  # fmt: skip
    return pd.DataFrame({"source": list(names), **_indices(outputs, asked.seed)})[columns]


def _indices(outputs: NDArray[np.float64], seed: int) -> dict[str, NDArray[np.float64]]:
    """Return Sobol indices with the 5 and 95 % of 200 resamples.

    Parameters
    ----------
    outputs
        The designs A, B and A with one source from B, shape (sources + 2, replicates).
    """
    whole = sensitivity.sobol(outputs[0], outputs[1], outputs[2:])
    found = {"first": whole.first, "total": whole.total}
    rng = np.random.default_rng(seed)
    count = outputs.shape[1]
    again = [outputs[:, rng.integers(0, count, count)] for _ in range(RESAMPLES)]
    tried = [sensitivity.sobol(one[0], one[1], one[2:]) for one in again]
    for what in ("first", "total"):
        spread = np.percentile([getattr(one, what) for one in tried], [5, 95], axis=0)
        found |= {f"{what}_low": spread[0], f"{what}_high": spread[1]}
    return found
