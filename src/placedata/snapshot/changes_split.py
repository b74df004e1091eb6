"""The change of one figure, and of one score, split into causes that add up."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from placedata.errors import PlaceDataError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from placedata.framework import Framework
    from placedata.index import Edition
    from placedata.snapshot.reading import Snapshot

#: Relative difference up to which a figure is made again from the rows of its trace.
AGAIN = 1e-9
GROUND = "boundaries, postcodes or lookups"
PART_COLUMNS = ("area_code", "cause", "points")


def shapley(
    switches: Sequence[str], value: Callable[[frozenset[str]], NDArray[np.float64]]
) -> dict[str, NDArray[np.float64]]:
    """Return what each switch changes, as the mean over every order of switching (Shapley 1953).

    The parts add up to ``value`` of all switches less that of none.

    Parameters
    ----------
    switches
        What differs, each off (before) or on (after).
    value
        Set of the switches that are on -> the figures, shape (areas,).
    """
    known = {
        frozenset(chosen): value(frozenset(chosen))
        for size in range(len(switches) + 1)
        for chosen in itertools.combinations(switches, size)
    }
    parts, count = {}, len(switches)
    for name in switches:
        others = [other for other in switches if other != name]
        total = known[frozenset()] * 0.0
        for size in range(count):
            orders = math.factorial(size) * math.factorial(count - size - 1)
            for chosen in itertools.combinations(others, size):
                without = frozenset(chosen)
                total = total + orders * (known[without | {name}] - known[without])
        parts[name] = total / math.factorial(count)
    return parts


def figure_parts(
    before: Snapshot, after: Snapshot, layer: str, period: str, causes: Sequence[str]
) -> pd.DataFrame:
    """Return how much of the change of each figure of one layer and period each cause makes.

    A rate is split into its numerator, its denominator and the number that it is told per; a
    numerator or mean into the values of its source areas, the weights of these and the shares of
    them that lie in the area, where the rows of its traces make the figure again and none is
    withheld. What cannot be told apart is told as one cause.

    Parameters
    ----------
    before, after
        Two snapshots, or one level of each.
    causes
        The causes of the layer's change (`placedata.snapshot.changes`).

    Returns
    -------
    DataFrame
        `PART_COLUMNS`: the points (in the layer's unit) of an area add up to its change. Only
        areas with a figure in both that differs.
    """
    import numpy as np
    import pandas as pd

    tables = [one.table(layer, period) for one in (before, after)]
    codes = tables[0].index.intersection(tables[1].index)
    tables = [table.loc[codes] for table in tables]
    old, new = (table["value"].to_numpy(float) for table in tables)
    records = [one.layer(layer) for one in (before, after)]
    rated = all(record.per is not None for record in records)
    column = "numerator" if rated else "value"
    inner = [table[column].to_numpy(float) for table in tables]
    below = [table["denominator"].to_numpy(float) for table in tables]
    per = [float(record.per or 1.0) for record in records]
    names, made = _pieces(before, after, layer, period, inner, causes)
    others = [f"layer {records[1].denominator}", "layer file"] if rated else []

    def value(on: frozenset[str]) -> NDArray[np.float64]:
        found = made(on)
        if not rated:
            return found
        d = below[f"layer {records[1].denominator}" in on]
        with np.errstate(divide="ignore", invalid="ignore"):
            return per["layer file" in on] * found / d

    switches = list(dict.fromkeys([*names, *others]))
    parts = shapley(switches, value)
    changed = ~np.isclose(old, new, rtol=AGAIN, atol=0) & ~np.isnan(old) & ~np.isnan(new)
    frames = [
        pd.DataFrame({"area_code": codes[changed], "cause": name, "points": points[changed]})
        for name, points in parts.items()
        if np.any(np.abs(points[changed]) > AGAIN * np.abs(new[changed]).clip(1e-12))
    ]
    empty = pd.DataFrame({"area_code": [], "cause": [], "points": []})
    return pd.concat(frames, ignore_index=True) if frames else empty


def _pieces(
    before: Snapshot, after: Snapshot, layer: str, period: str,
    inner: Sequence[NDArray[np.float64]], causes: Sequence[str],
) -> tuple[list[str], Callable[[frozenset[str]], NDArray[np.float64]]]:  # fmt: skip
    """Return the causes of a numerator's (or mean's) change, and the figure for a set of them."""
    record = after.layer(layer)
    denominator = f"layer {record.denominator}"
    own = [cause for cause in causes if cause not in {denominator, "framework"}]
    if record.loader is None and record.numerator is not None:
        whole = f"layer {record.numerator}"
    else:
        whole = " and ".join(own) or "data"

    def at_once(on: frozenset[str]) -> NDArray[np.float64]:
        return inner[whole in on]

    if len(own) < 2 or before.layer(layer).method != record.method:
        return [whole], at_once
    from placedata.snapshot.changes_rows import Rows

    rows = Rows.of(before, after, layer, period)
    if rows is None or not rows.makes(inner):
        return [whole], at_once
    weights = f"layer {record.weighted_by}"
    mine = [cause for cause in own if cause not in {weights, GROUND}]
    labels = {"values": " or ".join(mine) or "data", "weights": weights, "shares": GROUND}

    def apart(on: frozenset[str]) -> NDArray[np.float64]:
        return rows.figure(**{name: label in on for name, label in labels.items()})

    return list(dict.fromkeys(labels.values())), apart


def score_parts(before: Snapshot, after: Snapshot) -> tuple[pd.DataFrame, str]:
    """Return how much of the change of each score and rank each of four switches makes.

    ``data`` (the figures), ``indicators`` (which layers take part), ``method`` (rules, goalposts
    and weights) and ``boundaries``; see `placedata.index.decompose`.

    Returns
    -------
    DataFrame
        As `placedata.index.decompose` gives it; empty where the causes cannot be told apart.
    str
        Why they cannot, or "".
    """
    import pandas as pd

    from placedata.index import decompose

    if before.scores.empty or after.scores.empty:
        return pd.DataFrame(), "one of the snapshots has no scores"
    if set(before.areas.index) != set(after.areas.index):
        return pd.DataFrame(), "the areas differ, so the causes of scores are not told apart"
    try:
        one, two = _editions(before, after)
        found = decompose(one, two)
    except PlaceDataError as error:
        return pd.DataFrame(), f"the causes of scores are not told apart: {error.message}"
    if not (_agrees(found, "before", before) and _agrees(found, "after", after)):
        return pd.DataFrame(), (
            "the causes of scores are not told apart: this version of the program scores the "
            "figures of one of the snapshots otherwise"
        )
    return found, ""


def _editions(before: Snapshot, after: Snapshot) -> tuple[Edition, Edition]:
    """Return both snapshots as editions; a layer of only one has the same values in both."""
    from placedata.index import Edition

    frameworks = [_scored_framework(one) for one in (before, after)]
    tables = [
        _figures(one, framework) for one, framework in zip((before, after), frameworks, strict=True)
    ]
    for table, other in (tables, tables[::-1]):
        for name in other.columns.difference(table.columns):
            table[name] = other[name]
    return tuple(  # type: ignore[return-value]
        Edition(table, framework) for table, framework in zip(tables, frameworks, strict=True)
    )


def _scored_framework(snapshot: Snapshot) -> Framework:
    """Return the framework with only the indicators that have figures, as the build scored it."""
    framework = snapshot.framework
    scored = set(snapshot.scores.loc[snapshot.scores["level"] == "indicator", "node"])
    kept = [
        item.model_dump(exclude_unset=True, by_alias=True)
        for item in framework.indicators
        if item.id in scored
    ]
    return framework.with_method(indicators=kept)


def _figures(snapshot: Snapshot, framework: Framework) -> pd.DataFrame:
    import pandas as pd

    periods: Mapping[str, str] = snapshot.index["periods"]
    columns = {
        item.id: snapshot.table(item.id, periods[item.id])["value"] for item in framework.indicators
    }
    table = pd.DataFrame(columns).reindex(snapshot.areas.index)
    table.index.name = "area_code"
    return table


def _agrees(found: pd.DataFrame, column: str, snapshot: Snapshot) -> bool:
    """Return whether the scores made again are those of the snapshot."""
    import numpy as np

    mine = found.set_index(["area_code", "node"])[column]
    theirs = snapshot.scores.set_index(["area_code", "node"])["score"].astype(float)
    return bool(np.allclose(mine, theirs.reindex(mine.index), rtol=1e-7, atol=1e-7, equal_nan=True))
