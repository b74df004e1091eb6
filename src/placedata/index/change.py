"""Why scores and ranks changed: data, indicator set, method and boundaries, adding up exactly."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from placedata.errors import DataError, Problem
from placedata.framework import Framework
from placedata.index.calibration import Calibration
from placedata.index.engine import score

SWITCHES = ("data", "indicators", "method", "boundaries")


@dataclass(frozen=True)
class Edition:
    """One edition of an index: the values, the framework with its indicators, the numbers.

    Parameters
    ----------
    table
        As for `score`.
    redrawn
        The same values on the boundaries of the other edition, where these differ.
    calibration
        Used wherever the method and the indicators are those of this edition.
    """

    table: pd.DataFrame
    framework: Framework
    redrawn: pd.DataFrame | None = None
    calibration: Calibration | None = None


def decompose(
    before: Edition, after: Edition, *, successors: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return how much of each change of score and rank comes from which of four switches.

    The edition is changed one switch at a time, in every order, and each switch is given the
    mean of what it changes (its Shapley value). The parts of an area and node add up to its
    change. ``data``: the values; ``indicators``: which indicators there are; ``method``: rules,
    goalposts and weights; ``boundaries``: where the areas are. A switch that is the same in both
    editions has no part. An indicator is known by its id.

    Parameters
    ----------
    successors
        Area of the later edition -> area of the earlier one that it is compared with; None: the
        same code. Areas that have none are left out.

    Returns
    -------
    DataFrame
        ``area_code`` (of the later edition), ``node``, ``before``, ``after``, ``change``, one
        column a switch, then ``rank_before``, ``rank_after``, ``rank_change`` and
        ``rank_<switch>``. Missing where one of the combinations has no score.

    Raises
    ------
    DataError
        What `score` refuses; areas that differ without the values of both editions on the
        boundaries of the other; an indicator whose values one edition lacks.
    """
    on = _switched(before, after)
    results = {}
    for size in range(len(on) + 1):
        for chosen in itertools.combinations(on, size):
            results[frozenset(chosen)] = _scored(before, after, frozenset(chosen))
    pairs = _pairs(before, after, successors)
    moved = "boundaries" in on
    found: pd.DataFrame | None = None
    for what in ("score", "rank"):
        values = {
            key: _aligned(frame[what], pairs, later=not moved or "boundaries" in key)
            for key, frame in results.items()
        }
        frame = _shares(values, on)
        if what == "rank":
            frame = frame.add_prefix("rank_")
        found = frame if found is None else found.join(frame)
    assert found is not None  # noqa: S101  both were found
    nodes = [node.id for node in after.framework.nodes]
    found = found.reset_index()
    return found[found["node"].isin(nodes)].reset_index(drop=True)


def _switched(before: Edition, after: Edition) -> tuple[str, ...]:
    one, two = before.framework, after.framework
    ids = [{item.id for item in framework.indicators} for framework in (one, two)]
    kept = ids[0] & ids[1]
    rules = [
        framework.model_copy(
            update={"indicators": tuple(i for i in framework.indicators if i.id in kept)}
        ).model_dump(mode="json", exclude={"id", "title", "description", "notice", "source"})
        for framework in (one, two)
    ]
    areas = set(map(str, before.table.index)) != set(map(str, after.table.index))
    different = {
        "data": not _equal(before, after),
        "indicators": ids[0] != ids[1],
        "method": rules[0] != rules[1] or before.calibration != after.calibration,
        "boundaries": areas or before.redrawn is not None or after.redrawn is not None,
    }
    if different["boundaries"] and (before.redrawn is None or after.redrawn is None):
        allowed = "redrawn: the values of each edition on the boundaries of the other"
        problem = Problem("editions", "redrawn", "areas that differ", allowed)
        raise DataError("the boundaries cannot be told from the data", [problem])
    return tuple(name for name in SWITCHES if different[name])


def _equal(before: Edition, after: Edition) -> bool:
    """Return whether the values are the same, on the boundaries that both have."""
    one = before.table if before.redrawn is None else before.redrawn
    common = [name for name in one.columns if name in after.table.columns]
    two = after.table.reindex(one.index)
    if set(one.index) != set(after.table.index):
        return False
    return bool(one[common].equals(two[common]))


def _scored(before: Edition, after: Edition, on: frozenset[str]) -> pd.DataFrame:
    """Return scores and ranks by area and node with some switches on."""
    values = after if "data" in on else before
    later_place = "boundaries" in on
    own_place = later_place == ("data" in on)
    table = values.table if own_place or values.redrawn is None else values.redrawn
    which = after if "indicators" in on else before
    how = after if "method" in on else before
    rules = {item.id: item for item in how.framework.indicators}
    framework, fits = how.framework, how.calibration
    if set(rules) != {item.id for item in which.framework.indicators}:
        items = tuple(rules.get(item.id, item) for item in which.framework.indicators)
        framework, fits = framework.model_copy(update={"indicators": items}), None
    lost = [name for name in framework.columns if name not in table.columns]
    if lost:
        edition = "later" if "data" in on else "earlier"
        problems = [
            Problem(
                f"{edition} edition", name, "no values",
                "the values of every indicator of both editions, or missing ones as NaN",
            )
            for name in lost
        ]  # fmt: skip
        raise DataError(f"the {edition} edition lacks indicators of the other", problems)
    found = score(table[list(framework.columns)], framework, calibration=fits)
    frame = found.table.set_index(["area_code", "node"])[["score", "rank"]]
    return frame.astype(float)


def _pairs(
    before: Edition, after: Edition, successors: Mapping[str, str] | None
) -> list[tuple[str, str]]:
    """Return (later, earlier) codes of the areas that are compared."""
    old = set(map(str, before.table.index))
    new = list(map(str, after.table.index))
    pairs = [(code, successors.get(code, "") if successors else code) for code in new]
    return [pair for pair in pairs if pair[1] in old]


def _aligned(values: pd.Series, pairs: list[tuple[str, str]], *, later: bool) -> pd.Series:
    """Return the values of the compared areas, named by their later codes."""
    wide = values.unstack("node")
    rows = wide.reindex([pair[0] if later else pair[1] for pair in pairs])
    rows.index = pd.Index([pair[0] for pair in pairs], name="area_code")
    long = rows.reset_index().melt(id_vars="area_code")
    return long.set_index(["area_code", "node"])["value"]


def _shares(values: Mapping[frozenset[str], pd.Series], on: tuple[str, ...]) -> pd.DataFrame:
    """Return what each switch changes, by Shapley (1953)."""
    first, last = values[frozenset()], values[frozenset(on)]
    found = {"before": first, "after": last, "change": last - first}
    count = len(on)
    for name in SWITCHES:
        if name not in on:
            found[name] = (last - first) * 0.0
            continue
        others = [other for other in on if other != name]
        total = (last - first) * 0.0
        for size in range(count):
            weight = math.factorial(size) * math.factorial(count - size - 1)
            for chosen in itertools.combinations(others, size):
                without = frozenset(chosen)
                total = total + weight * (values[without | {name}] - values[without])
        found[name] = total / math.factorial(count)
    return pd.DataFrame(found)
