"""Run a framework over a table of values, stage by stage."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placedata.framework import Framework
from placedata.index import diagnostics, rank
from placedata.index.calibration import Calibration, framework_hash
from placedata.index.columns import filled, prepare, treated
from placedata.index.inputs import Run, start_run
from placedata.index.nodes import Scored, climb
from placedata.index.result import NO_INTERVALS, Scores
from placedata.index.rollup import roll_up
from placedata.index.scaling import Scaled, scaled

Array = NDArray[np.float64]


def score(
    table: pd.DataFrame, framework: Framework, *, calibration: Calibration | None = None
) -> Scores:
    """Return the scores of every area on every node of a framework.

    The stages are those of docs/method.md: denominate, orient, transform, impute, treat, bounds,
    normalise, weights, aggregate, rescale, rank. The order of the areas changes nothing but the
    order of the result.

    Parameters
    ----------
    table
        Areas by columns: index ``area_code``, one numeric column for every name in
        ``framework.columns``, NaN where a value is missing. Raw values in their own units, never
        turned round: polarity says which way is good.
    framework
        A framework with its indicators (`Framework.with_indicators`).
    calibration
        ``Scores.calibration`` of an earlier scoring with the same framework: its caps, bounds,
        means, fills and weights are used, and nothing is taken from this table.

    Raises
    ------
    DataError
        Missing, unknown, non-numeric, infinite or empty columns, repeated areas, and what a rule
        cannot take (no spread, a logarithm of 0, values beyond fixed bounds): all at once.
    """
    run, indicators, nodes = workings(table, framework, calibration)
    order = framework.method.rank
    words = f"rank 1 is the {order.first} score, ties {order.ties}"
    if order.decimals is not None:
        words += f", scores rounded to {order.decimals} decimals first"
    run.decide("rank", framework.id, words)
    measures = _diagnostics(run, indicators, nodes)
    larger = _larger(run, nodes) if framework.roll_up else None
    return Scores(
        table=_long(run, indicators, nodes),
        decisions=tuple(run.decisions),
        bounds=_bounds_table(framework, indicators),
        weights=_weights_table(framework, nodes),
        diagnostics=measures,
        stages=run.stages,
        framework=framework.id,
        notice=framework.notice,
        calibration=calibration
        or Calibration(
            framework=framework.id,
            framework_hash=framework_hash(framework),
            areas=len(run.areas),
            parameters=run.fitted,
        ),
        larger=larger,
        rank_note=NO_INTERVALS,
    )


def workings(
    table: pd.DataFrame, framework: Framework, calibration: Calibration | None = None
) -> tuple[Run, dict[str, Scaled], dict[str, Scored]]:
    """Return the run, the scaled indicators and the scored nodes; see `score`."""
    run = start_run(table, framework, calibration)
    run.leave_out_wrong()
    columns, caps = treated(run, filled(run, prepare(run)))
    indicators = scaled(run, columns, caps)
    return run, indicators, climb(run, indicators)


def ranks_of(scores: Array, framework: Framework) -> Array:
    """Return the ranks of scores of shape (..., areas) by the framework's rule."""
    order = framework.method.rank
    way = rank.descending if order.first == "highest" else rank.rank
    return way(rank.without_noise(scores), order.ties, decimals=order.decimals)


def _larger(run: Run, nodes: dict[str, Scored]) -> pd.DataFrame:
    """Return the summaries of larger areas that the framework asks for."""
    parts = []
    for one in run.framework.roll_up:
        node = one.node or run.framework.top.id
        scores = nodes[node].score
        ranks = run.columns[one.ranks] if one.ranks else ranks_of(scores, run.framework)
        small = pd.DataFrame({"score": scores, "rank": ranks}, index=run.areas)
        by = pd.Series(run.groups[one.by], index=run.areas)
        people = pd.Series(run.columns[one.people], index=run.areas)
        found = roll_up(small, by, people, ranked=one.of).reset_index()
        found.insert(0, "by", one.by)
        found.insert(0, "node", node)
        parts.append(found)
        text = f"{len(found)} areas of {one.by} summed up from {len(run.areas)}, by {one.people}"
        run.decide("roll_up", node, text)
    return pd.concat(parts, ignore_index=True)


def _long(run: Run, indicators: dict[str, Scaled], nodes: dict[str, Scored]) -> pd.DataFrame:
    """Return the long table: nodes in file order, then indicators in theirs."""
    parts = []
    for node in run.framework.nodes:
        one = nodes[node.id]
        parts.append(_rows(run, node.id, node.level, (one.score, one.coverage)))
    for name, item in indicators.items():
        seen = (item.observed & ~np.isnan(item.values)).astype(np.float64)
        parts.append(_rows(run, name, "indicator", (item.values, seen)))
    return pd.concat(parts, ignore_index=True)


def _rows(run: Run, node: str, level: str, values: tuple[Array, Array]) -> pd.DataFrame:
    scores, coverage = values
    ranks = pd.Series(ranks_of(scores, run.framework))
    whole = run.framework.method.rank.ties != "average"
    return pd.DataFrame(
        {
            "area_code": run.areas.to_numpy(),
            "node": node,
            "level": level,
            "score": scores,
            "rank": ranks.astype("Int64" if whole else "Float64"),
            "coverage": coverage,
        }
    )


def _bounds_table(framework: Framework, indicators: dict[str, Scaled]) -> pd.DataFrame:
    rows = []
    for name, one in indicators.items():
        worst, best = one.start, one.end
        if framework.polarity == "lower_is_better":  # the highest score is the worst
            worst, best = best, worst
        rows.append(
            {
                "indicator": name,
                "worst": worst,
                "best": best,
                "rule": one.rule,
                "winsor": one.caps.share,
                "low_cap": one.caps.low,
                "high_cap": one.caps.high,
                "clipped": one.clipped,
            }
        )
    return pd.DataFrame(rows)


def _weights_table(framework: Framework, nodes: dict[str, Scored]) -> pd.DataFrame:
    """Return the weight of every child in its parent, and its share of the top."""
    rows = []
    effective = {framework.top.id: 1.0}
    for node in reversed(framework.bottom_up()):
        total = sum(nodes[node.id].weights.values())
        for child, weight in nodes[node.id].weights.items():
            share = weight / total if total > 0 else 0.0
            effective[child] = effective[node.id] * share
            rows.append(
                {
                    "node": child,
                    "parent": node.id,
                    "weight": weight,
                    "effective": effective[child],
                    "rule": nodes[node.id].weight_rule,
                }
            )
    return pd.DataFrame(rows, columns=["node", "parent", "weight", "effective", "rule"])


def _diagnostics(run: Run, indicators: dict[str, Scaled], nodes: dict[str, Scored]) -> pd.DataFrame:
    """Return the measures of every node that has at least two indicators or nodes below it."""
    rows: list[tuple[str, str, float]] = []
    for node in run.framework.nodes:
        held = [nodes[child.id].carried for child in run.framework.children(node.id)]
        held += [indicators[item.id].values for item in run.framework.indicators_of(node.id)]
        names = [child.id for child in run.framework.children(node.id)]
        names += [item.id for item in run.framework.indicators_of(node.id)]
        there = [at for at, values in enumerate(held) if not np.isnan(values).all()]
        rows.append((node.id, "children", float(len(there))))
        if not there:
            continue
        block = np.column_stack([held[at] for at in there])
        found = diagnostics.consistency(block)
        for one, two, r in diagnostics.flagged_pairs(block):
            pair = names[there[one]], names[there[two]]
            rows.append((node.id, f"correlation:{pair[0]}:{pair[1]}", r))
            what = "count nearly the same thing twice" if r > 0 else "pull against each other"
            text = f"{node.title}: {pair[0]} and {pair[1]} {what} (correlation {r:.2f})"
            run.decide("diagnose", node.id, text)
        rows.append((node.id, "areas", float(found.areas)))
        measures = {"kmo": found.kmo, "alpha": found.alpha}
        rows += [(node.id, key, value) for key, value in measures.items() if value is not None]
        rows += [
            (node.id, f"eigenvalue_{at}", value) for at, value in enumerate(found.eigenvalues, 1)
        ]
        rows += [
            (node.id, f"loading:{names[there[at]]}", value)
            for at, value in enumerate(found.loadings)
        ]
    return pd.DataFrame(rows, columns=["node", "statistic", "value"])
