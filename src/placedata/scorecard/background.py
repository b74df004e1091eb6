"""What all cards of one snapshot share: tables, rank intervals, peers; made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from sys import intern
from threading import Lock
from typing import TYPE_CHECKING, Any

from placedata.scorecard.by_area import ByArea, Numbers

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from placedata.snapshot import LayerRecord, Snapshot

#: Standard errors on each side of a value that hold nine of ten.
NINE_IN_TEN = 1.6449
#: Largest number of areas whose ranks are compared one with another.
MOST_PAIRS = 3_000
PARTS = ("error_sampling", "error_apportionment", "error_sensors")


@dataclass(frozen=True)
class LayerGround:
    """One layer of a snapshot as every card needs it, by area code; NaN is missing.

    Parameters
    ----------
    record
        The layer.
    rows
        Newest figures, as `Snapshot.table` has them.
    known
        How many areas have a figure.
    spread
        Lowest, first quarter, third quarter and highest value of all areas; None without any.
    error
        Standard errors.
    chance
        The same, where it holds chance or the choice of sensors: what a claim may rest on. An
        error that is only that of sharing out between areas is too small to claim anything by.
    low, high
        Best and worst rank that the errors allow.
    before
        Period before the newest, or None; `earlier` its values, `then` its chance.
    history
        Period -> value.
    scores
        Scores of the indicator, 0 to 100; empty outside the index.
    """

    record: LayerRecord
    rows: ByArea
    known: int
    spread: tuple[float, float, float, float] | None
    error: Numbers
    chance: Numbers
    low: Numbers
    high: Numbers
    before: str | None
    earlier: Numbers
    then: Numbers
    history: ByArea
    scores: Numbers


@dataclass(frozen=True)
class NodeGround:
    """The scores of one node of the index as every card needs them.

    Parameters
    ----------
    rows
        As `Snapshot.score_table` has them.
    scores
        Area -> score, only where there is one.
    mean, deviation
        Of all scores; None without any, and of a single one.
    groups
        Group -> (area, name) of those that cannot be told apart, best first.
    """

    rows: ByArea
    scores: Mapping[str, float]
    mean: float | None
    deviation: float | None
    groups: Mapping[int, Sequence[tuple[str, str]]]


class Background:
    """What all cards of one snapshot share.

    Parameters
    ----------
    snapshot
        The snapshot, or one of its levels.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._layers: dict[str, LayerGround] = {}
        self._nodes: dict[str, NodeGround] = {}
        self._lock = Lock()

    def layer(self, name: str) -> LayerGround:
        """Return what is known of a layer; several threads that ask at once wait for one."""
        found = self._layers.get(name)
        if found is None:
            with self._lock:
                found = self._layers.get(name) or _ground(self.snapshot, name)
                self._layers[name] = found
        return found

    def node(self, name: str) -> NodeGround:
        """Return what is known of the scores of a node of the index."""
        found = self._nodes.get(name)
        if found is None:
            found = self._nodes[name] = _node_ground(self.nodes[name])
        return found

    @cached_property
    def nodes(self) -> dict[str, pd.DataFrame]:
        """Node of the index -> its scores by area code, with ``disagree`` where it is there."""
        snapshot = self.snapshot
        if snapshot.scores.empty:
            return {}
        found = {node.id: snapshot.score_table(node.id) for node in snapshot.framework.nodes}
        if "disagree" in snapshot.scores and "disagree" not in next(iter(found.values())):
            more = snapshot.scores.set_index(["node", "area_code"])["disagree"]
            for name, table in found.items():
                if name in more.index.get_level_values(0):
                    table["disagree"] = more.loc[name].reindex(table.index)
        return found

    @cached_property
    def labels(self) -> dict[tuple[str, str], dict[str, Any]]:
        """(area, node or indicator) -> strength or weakness with its centre and spread."""
        from placedata.snapshot.labels import read_labels

        return {(row["area_code"], row["node"]): row for row in read_labels(self.snapshot)}

    @cached_property
    def hidden(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """(layer, area) -> the periods whose figure is suppressed; those without any left out."""
        rows = self.snapshot.values
        rows = rows[rows["status"] == "suppressed"]
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        columns = (rows[name].astype(str).tolist() for name in ("layer", "area_code", "period"))
        for layer, area, period in zip(*columns, strict=True):
            found[layer, area] = (*found.get((layer, area), ()), period)
        return found

    @cached_property
    def peers(self) -> dict[str, list[str]]:
        """Area -> the areas most like it, by the layers that the place file names."""
        from placedata.scorecard.peers import peers_of

        return peers_of(self.snapshot)

    @cached_property
    def square_km(self) -> pd.Series:
        """Land inside each outline, square kilometres, by area code."""
        frame = self.snapshot.boundaries
        return (frame.set_index("area_code").geometry.area / 1e6).astype(float)

    @cached_property
    def since(self) -> Any:  # noqa: ANN401
        """What differs from the snapshot before, or None."""
        from placedata.scorecard.since import changes_since

        return changes_since(self.snapshot)


def background(snapshot: Snapshot) -> Background:
    """Return the background of a snapshot, made once for each version and level."""
    return _kept(snapshot.directory, _Held(snapshot))


class _Held:
    """A snapshot that does not count when a cache compares its keys."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)


@lru_cache(maxsize=4)
def _kept(directory: Path, held: _Held) -> Background:  # noqa: ARG001
    return Background(held.snapshot)


def _ground(snapshot: Snapshot, name: str) -> LayerGround:
    import pandas as pd

    record, table = snapshot.layer(name), snapshot.table(name)
    before = record.periods[-2] if len(record.periods) > 1 else None
    earlier = snapshot.table(name, before) if before else table.iloc[:0]
    chance, values = chance_of(table), table["value"]
    unknown = pd.Series(float("nan"), index=table.index)
    low, high = unknown, unknown
    if record.polarity != "neutral" and len(table) <= MOST_PAIRS:
        lower = record.polarity == "lower_is_better"
        low, high = rank_interval(values, chance, lower_is_better=lower)
    known = values.dropna().astype(float)
    quarters = [float(known.quantile(share)) for share in (0, 0.25, 0.75, 1)] if len(known) else []
    return LayerGround(
        record=record,
        rows=ByArea(table),
        known=len(known),
        spread=(quarters[0], quarters[1], quarters[2], quarters[3]) if quarters else None,
        error=Numbers(errors_of(table)),
        chance=Numbers(chance),
        low=Numbers(low),
        high=Numbers(high),
        before=before,
        earlier=Numbers(earlier["value"]),
        then=Numbers(chance_of(earlier)),
        history=ByArea(snapshot.history(name)),
        scores=Numbers(snapshot.indicator_scores(name)),
    )


def _node_ground(table: pd.DataFrame) -> NodeGround:
    every = table["score"].astype(float)
    scores = every.dropna()
    groups: dict[int, list[tuple[str, str]]] = {}
    alike = table[table["group"].notna()].sort_values("rank", kind="stable")
    columns = (alike.index.tolist(), alike["group"].tolist(), alike["area_name"].tolist())
    for code, group, name in zip(*columns, strict=True):
        groups.setdefault(int(group), []).append((intern(code), intern(name)))
    return NodeGround(
        rows=ByArea(table),
        scores=dict(zip(map(intern, scores.index.tolist()), scores.tolist(), strict=True)),
        mean=float(every.mean()) if len(scores) else None,
        deviation=float(every.std(ddof=1)) if len(scores) > 1 else None,
        groups=groups,
    )


def errors_of(table: pd.DataFrame) -> pd.Series:
    """Return the standard errors of a layer's table; all NaN in older snapshots."""
    import pandas as pd

    if "standard_error" in table:
        return table["standard_error"].astype(float).where(table["value"].notna())
    return pd.Series(float("nan"), index=table.index)


def chance_of(table: pd.DataFrame) -> pd.Series:
    """Return the standard errors that hold chance or the choice of sensors; NaN elsewhere."""
    import pandas as pd

    told = pd.Series(False, index=table.index)
    for part in ("error_sampling", "error_sensors"):
        if part in table:
            told |= table[part].notna()
    return errors_of(table).where(told)


def rank_interval(
    values: pd.Series, errors: pd.Series, *, lower_is_better: bool
) -> tuple[pd.Series, pd.Series]:
    """Return the best and the worst rank that the margins of error allow.

    An area ranks behind all that are clearly better and before all that are clearly worse; two
    differ clearly where they are more than 1.645 standard errors of their difference apart. An
    area whose own error is not known has no interval; the errors of others count as none where
    they are not known.

    Parameters
    ----------
    values, errors
        By area code; NaN is missing.
    """
    import numpy as np
    import pandas as pd

    x: NDArray[np.float64] = values.to_numpy(float)
    se: NDArray[np.float64] = errors.to_numpy(float)
    x = -x if lower_is_better else x
    known = np.isfinite(x)
    both = np.sqrt(np.nan_to_num(se)[:, None] ** 2 + np.nan_to_num(se)[None, :] ** 2)
    apart = x[None, :] - x[:, None]
    clear = np.abs(apart) > NINE_IN_TEN * both + 1e-12
    better = (clear & (apart > 0)).sum(axis=1)
    worse = (clear & (apart < 0)).sum(axis=1)
    told = known & np.isfinite(se)
    low = np.where(told, better + 1.0, np.nan)
    high = np.where(told, known.sum() - worse, np.nan)
    return pd.Series(low, index=values.index), pd.Series(high, index=values.index)
