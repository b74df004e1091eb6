"""How sure ranks are: one Monte Carlo over the choices of method and the errors of the data."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placedata.errors import DataError, Problem
from placedata.framework import Framework
from placedata.index import sensitivity
from placedata.index.calibration import Calibration
from placedata.index.engine import ranks_of
from placedata.index.replicates import (
    MOST_EXACT,
    Errors,
    Ready,
    made_ready,
    node_ranks,
    node_scores,
)
from placedata.index.sources import Draws, Sources, sources_of

Array = NDArray[np.float64]
Result = TypeVar("Result")
#: Values of one indicator that are worked on at a time: more wait for memory, fewer for calls.
AT_A_TIME = 131_072
MOST_ROWS = 256


@dataclass(frozen=True)
class Replicates:
    """How many replicates, which numbers, and how the work is divided (never the result).

    Parameters
    ----------
    k
        Size of the top and of the bottom; None: a tenth of the areas with a score, at least 1.
    nodes
        The nodes whose ranks are kept; empty: all. A node costs 2 bytes an area and replicate.
    threads, chunk
        None: all processors where there are many areas; what fits in the cache.
    progress
        Called with the replicates that are done and their number.
    """

    count: int = 1000
    seed: int = 1
    k: int | None = None
    nodes: tuple[str, ...] = ()
    threads: int | None = None
    chunk: int | None = None
    progress: Callable[[int, int], None] | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be run."""
        if self.count < 1 or (self.k is not None and self.k < 1):
            found = f"{self.count} replicates, k {self.k}"
            raise DataError(
                "a Monte Carlo cannot be run", [Problem("replicates", "count", found, "at least 1")]
            )


@dataclass(frozen=True)
class Uncertainty:
    """Rank intervals of every area on every node.

    Parameters
    ----------
    table
        ``area_code``, ``node``, ``rank`` (nominal), ``mean``, ``median``, ``low``, ``high`` (5 %
        and 95 %), ``top`` and ``bottom`` (share of the replicates among the first and last k),
        ``beats_next`` (share in which it outranks the next area; missing for the last) and
        ``group`` (no two areas of one group can be told apart; 0 without a score).
    sources, told
        What was varied; what could not be, in words.
    """

    table: pd.DataFrame
    sources: tuple[str, ...]
    told: tuple[str, ...]
    replicates: int
    seed: int
    ranks: dict[str, NDArray[Any]] = field(default_factory=dict, repr=False)


def uncertainty(
    table: pd.DataFrame,
    framework: Framework,
    *,
    sources: Sources | None = None,
    standard_errors: Errors = None,
    replicates: Replicates | None = None,
    calibration: Calibration | None = None,
) -> Uncertainty:
    """Score a table again and again with other choices and errors; return how the ranks move.

    Each replicate has random streams of its own, one a source, so the result does not depend on
    how many are worked on at a time or by how many threads, and the first replicates of a longer
    run are those of a shorter one. Beyond 500 areas replicates have 7 digits.

    Parameters
    ----------
    table, framework, calibration
        As for `score`.
    sources
        What is varied; None: what the framework says, else everything in `Sources`.
    standard_errors
        Standard errors of the raw values, areas by indicators in the units of the table, missing
        where none is stated; or several such frames by name (sampling, apportionment, sensor
        gaps ...), taken as independent. Values are drawn from a normal distribution and stop at
        the limits of the indicator.

    Raises
    ------
    DataError
        What `score` refuses, and standard errors that are negative or of unknown indicators or
        areas.
    """
    asked = replicates or Replicates()
    ready = made_ready(
        table,
        framework,
        sources or sources_of(framework),
        standard_errors=standard_errors,
        calibration=calibration,
    )
    ranks = all_ranks(ready, asked)
    parts = [
        _summary(ready, node.id, ranks[node.id], asked.k)
        for node in framework.nodes
        if not asked.nodes or node.id in asked.nodes
    ]
    return Uncertainty(
        pd.concat(parts, ignore_index=True), ready.names, ready.told, asked.count, asked.seed, ranks
    )


def all_ranks(ready: Ready, asked: Replicates) -> dict[str, NDArray[Any]]:
    """Return the ranks of the areas with a score, each of shape (replicates, those areas)."""
    wanted = [name for name in ready.branches if not asked.nodes or name in asked.nodes]
    empty = np.empty((asked.count, 0), dtype=np.uint16)
    kept = {node.id: empty for node in ready.run.framework.nodes}

    def work(numbers: range) -> tuple[range, dict[str, NDArray[Any]]]:
        found = node_scores(ready, Draws(asked.seed, numbers))
        return numbers, {name: node_ranks(ready, name, found[name]) for name in wanted}

    done = 0
    for numbers, found in spread_out(work, ready, asked):
        for name, ranks in found.items():
            if not done:
                # all replicates of an area side by side in memory, as summaries want them
                kept[name] = np.empty((ranks.shape[1], asked.count), dtype=ranks.dtype).T
            kept[name][numbers.start : numbers.stop] = ranks
        done += len(numbers)
        if asked.progress:
            asked.progress(done, asked.count)
    return kept


def _chunks(ready: Ready, asked: Replicates) -> list[range]:
    rows = asked.chunk or max(1, min(MOST_ROWS, AT_A_TIME // max(1, len(ready.run.areas))))
    return [range(at, min(at + rows, asked.count)) for at in range(0, asked.count, rows)]


def spread_out(
    work: Callable[[range], Result], ready: Ready, asked: Replicates
) -> Iterator[Result]:
    """Yield what `work` returns for all replicates, chunk by chunk in order.

    No more chunks are begun than there is memory for.
    """
    chunks = _chunks(ready, asked)
    # with few areas threads only wait for each other
    count = asked.threads or (os.cpu_count() or 1 if len(ready.run.areas) > MOST_EXACT else 1)
    if count == 1 or len(chunks) == 1:
        yield from map(work, chunks)
        return
    with ThreadPoolExecutor(count) as pool:
        for at in range(0, len(chunks), 8 * count):
            yield from pool.map(work, chunks[at : at + 8 * count])


def _summary(ready: Ready, node: str, ranks: NDArray[Any], k: int | None) -> pd.DataFrame:
    areas = ready.run.areas
    frame = pd.DataFrame({"area_code": areas.to_numpy(), "node": node})
    columns = ["rank", "mean", "median", "low", "high", "top", "bottom", "beats_next"]
    for name in columns:
        frame[name] = np.nan
    groups = np.zeros(len(areas), dtype=np.int64)
    if node in ready.branches and ranks.shape[1]:
        branch = ready.branches[node]
        nominal = ranks_of(branch.one.score[branch.scored], ready.run.framework)
        count = int(branch.scored.sum())
        size = k or max(1, count // 10)
        found = {
            "rank": nominal,
            **sensitivity.rank_summary(ranks),
            "top": sensitivity.share_within(ranks, 1, size),
            "bottom": sensitivity.share_within(ranks, count - size + 1, count),
            "beats_next": sensitivity.beats_next(nominal, ranks),
        }
        for name, values in found.items():
            frame.loc[branch.scored, name] = values
        groups[branch.scored] = sensitivity.groups(nominal, ranks)
    return frame.assign(group=groups)


def intervals(
    table: pd.DataFrame,
    framework: Framework,
    *,
    standard_errors: Errors = None,
    replicates: int = 2000,
    seed: int = 1,
    calibration: Calibration | None = None,
) -> pd.DataFrame:
    """Return rank intervals of every area on every node, over all sources of `uncertainty`.

    Parameters
    ----------
    table, framework, calibration, standard_errors
        As for `uncertainty`.

    Returns
    -------
    DataFrame
        ``area_code``, ``node``; ``low``, ``high``, ``median`` (5 %, 95 % and 50 % of the ranks);
        ``p_top``, ``p_bottom`` (0-1, chance of being among the first and last tenth of the areas,
        at least one); ``group`` (from 1 at the top; no two areas of one group can be told
        apart; 0 without a score). Missing on a node without a score.

    Raises
    ------
    DataError
        As `uncertainty`.
    """
    found = uncertainty(
        table,
        framework,
        standard_errors=standard_errors,
        replicates=Replicates(replicates, seed),
        calibration=calibration,
    )
    names = {"top": "p_top", "bottom": "p_bottom"}
    columns = ["area_code", "node", "low", "high", "median", "p_top", "p_bottom", "group"]
    return found.table.rename(columns=names)[columns]
