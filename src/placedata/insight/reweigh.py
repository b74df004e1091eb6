"""The index with other weights: what it says to a person who cares more for one part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from placedata.framework import Node
    from placedata.snapshot import Snapshot

#: Kinds of mean that weights can be tried with; ranks and exponential scores are of the published
#: weights only.
MEANS = ("arithmetic", "geometric", "harmonic", "power")
#: A part may count up to this many times as much as published.
MOST = 4.0


@dataclass(frozen=True)
class Part:
    """One part of the index whose weight can be changed, or the top.

    Parameters
    ----------
    id, title, level, parent
        As in the framework; the top has no parent.
    weight
        Share of its parent as published, 0 to 1.
    rule, power, floor
        How its own parts are put together; empty where they cannot be weighed again, so that its
        score is taken as published.
    coverage
        Least share of the weight of its parts that must have a score.
    """

    id: str
    title: str
    level: str
    parent: str | None
    weight: float
    rule: str
    power: float | None
    floor: float | None
    coverage: float


def parts(snapshot: Snapshot) -> tuple[Part, ...]:
    """Return the parts of the index from the top down; empty where weights cannot be tried."""
    if snapshot.scores.empty:
        return ()
    framework = snapshot.framework
    weights = {row["node"]: float(row["weight"]) for row in snapshot.index["weights"]}
    scored = set(snapshot.scores.loc[snapshot.scores["score"].notna(), "node"])
    made: list[Part] = []

    def visit(node: Node, parent: str | None) -> None:
        children = [child for child in framework.children(node.id) if child.id in scored]
        made.append(
            _part(snapshot, node, parent, weights.get(node.id, 1.0), weighed=bool(children))
        )
        for child in children:
            visit(child, node.id)

    visit(framework.top, None)
    return tuple(made) if made[0].rule and len(made) > 2 else ()


def _part(
    snapshot: Snapshot, node: Node, parent: str | None, weight: float, *, weighed: bool
) -> Part:
    from placedata.index.nodes import rules_of

    rules = rules_of(snapshot.framework, node)
    rule = rules.aggregate.rule if rules.aggregate else "arithmetic"
    plain = rules.rescale is None or rules.rescale.rule == "none"
    indicators = bool(snapshot.framework.indicators_of(node.id))
    fixed = not weighed or indicators or not plain or rule not in MEANS
    coverage = 1.0 if rules.missing == "propagate" else rules.coverage or 0.0
    return Part(
        node.id, node.title, node.level, parent, weight,
        "" if fixed else rule,
        rules.aggregate.power if rules.aggregate else None,
        rules.aggregate.floor if rules.aggregate else None,
        coverage,
    )  # fmt: skip


def reweighed(
    snapshot: Snapshot, times: Mapping[str, float], tree: Sequence[Part] | None = None
) -> pd.DataFrame:
    """Return the scores and ranks of the index with other weights.

    Parameters
    ----------
    times
        Part -> how many times its published weight it counts, 0 to `MOST`; 1 where it is not named.
    tree
        What `parts` returns, where it is at hand.

    Returns
    -------
    Frame by area code: ``score`` and ``rank`` (1 best, ties share the least) with the weights
    asked for, ``published`` and ``change`` (places gained, NaN where either rank is missing).
    """
    import numpy as np
    import pandas as pd

    tree = parts(snapshot) if tree is None else tree
    codes = snapshot.areas.index
    done: dict[str, np.ndarray[Any, Any]] = {}
    for part in reversed(tree):
        below = [item for item in tree if item.parent == part.id]
        if part.rule and below:
            weights = np.array([item.weight * times.get(item.id, 1.0) for item in below])
            done[part.id] = _combined(part, np.column_stack([done[i.id] for i in below]), weights)
        else:
            done[part.id] = snapshot.score_table(part.id)["score"].to_numpy(float)
    frame = pd.DataFrame({"score": done[tree[0].id]}, index=codes)
    frame["rank"] = frame["score"].round(9).rank(ascending=False, method="min")
    frame["published"] = snapshot.score_table(tree[0].id)["rank"]
    frame["change"] = frame["published"] - frame["rank"]
    return frame


def _combined(
    part: Part, scores: np.ndarray[Any, Any], weights: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Return a part's score from those below it, by its own rule."""
    import numpy as np

    from placedata.framework import Aggregate
    from placedata.index.aggregate import available
    from placedata.index.nodes import combined_by

    total = weights.sum()
    if total <= 0:
        return np.full(len(scores), np.nan)
    counted = available(scores, weights)
    there = (counted * weights).sum(axis=1) / total
    # the shares of those that count: arithmetic keeps the sum of its weights otherwise
    options = {"rule": part.rule, "power": part.power, "floor": part.floor}
    rule = Aggregate.model_validate({k: v for k, v in options.items() if v is not None})
    made = combined_by(rule, np.where(counted, scores, np.nan), weights / total)
    return np.where((there >= part.coverage - 1e-9) & (there > 0), made, np.nan)
