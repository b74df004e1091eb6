"""Whether two results can be compared, point by point and in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placedata.index.result import Scores

#: Bounds and weights that differ by less than this share are the same.
SAME = 1e-9


def comparability(first: Scores, second: Scores) -> pd.DataFrame:
    """Return what two results share and what not.

    Scores are comparable point by point only where every row is the same; where areas differ but
    nothing else, those of the areas that both have still are.

    Returns
    -------
    DataFrame
        ``aspect`` (framework, calibration, areas, indicators, bounds, weights), ``same``, and
        ``text``, which says what differs and what that means.
    """
    one, two = first.calibration, second.calibration
    same_framework = bool(one and two and one.framework_hash == two.framework_hash)
    same_numbers = bool(one and two and one.hash == two.hash)
    rows = [
        (
            "framework",
            same_framework,
            f"both by {first.framework}"
            if same_framework
            else f"{first.framework} and {second.framework} are not the same method",
        ),
        (
            "calibration",
            same_numbers,
            "one set of numbers for both"
            if same_numbers
            else "each result took its own numbers from its data; a calibration would share them",
        ),
        _sets("areas", first.table["area_code"], second.table["area_code"]),
        _sets("indicators", first.bounds["indicator"], second.bounds["indicator"]),
        _bounds(first.bounds, second.bounds),
        _weights(first.weights, second.weights),
    ]
    return pd.DataFrame(rows, columns=["aspect", "same", "text"])


def _sets(aspect: str, first: pd.Series, second: pd.Series) -> tuple[str, bool, str]:
    old, new = list(dict.fromkeys(first)), list(dict.fromkeys(second))
    gone, come = [a for a in old if a not in set(new)], [a for a in new if a not in set(old)]
    if not gone and not come:
        return aspect, True, f"the same {len(old)}"
    parts = [
        f"{len(some)} only in the {which}: {_few(some)}"
        for some, which in ((gone, "first"), (come, "second"))
        if some
    ]
    return aspect, False, "; ".join(parts)


def _few(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _bounds(first: pd.DataFrame, second: pd.DataFrame) -> tuple[str, bool, str]:
    both = first.merge(second, on="indicator", suffixes=("", "_2"))
    moved = [
        row.indicator
        for row in both.itertuples()
        if _moved((row.worst, row.best), (row.worst_2, row.best_2))
    ]
    if not moved:
        return "bounds", True, f"the same for the {len(both)} indicators that both have"
    text = f"{len(moved)} indicators have other worst and best values: {_few(moved)}"
    return "bounds", False, f"{text}; equal values have different scores"


def _moved(one: tuple[float, float], two: tuple[float, float]) -> bool:
    width = max(abs(one[1] - one[0]), abs(two[1] - two[0]))
    if np.isnan(width):
        return bool(np.isnan(one).any() != np.isnan(two).any())
    return max(abs(one[0] - two[0]), abs(one[1] - two[1])) > SAME * width


def _weights(first: pd.DataFrame, second: pd.DataFrame) -> tuple[str, bool, str]:
    one, two = (frame.set_index("node")["effective"] for frame in (first, second))
    one, two = one.align(two, fill_value=0.0)
    moved = one.index[(one - two).abs() > SAME].tolist()
    if not moved:
        return "weights", True, f"the same for {len(one)} parts"
    most = (one - two).abs().idxmax()
    text = f"{len(moved)} parts weigh something else, most of all {most}: {one[most]:.3f}"
    return "weights", False, f"{text} and {two[most]:.3f} of the whole"
