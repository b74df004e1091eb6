"""What differs between two snapshots: layers, methods, values, scores, ranks, and by what cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from placedata.snapshot.changes_split import GROUND, figure_parts, score_parts

if TYPE_CHECKING:
    import pandas as pd

    from placedata.snapshot.reading import Snapshot
    from placedata.snapshot.record import LayerRecord

#: Relative difference below which two figures are the same.
SAME = 1e-9
#: What a manifest tells of the whole place -> the cause that its change is.
WHOLE = {
    "code": "code",
    "place_file": "place file",
    "ground": GROUND,
}


@dataclass(frozen=True)
class Changes:
    """What differs between two snapshots, of one level.

    Parameters
    ----------
    before, after
        Ids of the snapshots.
    added, removed
        Ids of layers that only one of them has.
    methods
        Layer id -> how its figures came to wards, before and after.
    values
        Figures that differ: ``layer``, ``period``, ``area_code``, ``before``, ``after``,
        ``status_before``, ``status_after`` and ``rank_before``, ``rank_after`` within the layer.
        Of a figure that is suppressed in one of the snapshots, no number is told.
    scores
        Scores and ranks of the index that differ: ``area_code``, ``node``, ``level``, ``before``,
        ``after``, ``rank_before``, ``rank_after``.
    causes
        Layer id -> causes of its change: ``data``, ``layer file``, ``layer ID`` (one that it is
        made of), or what has changed for the whole place.
    whole
        What has changed for the whole place: ``code``, ``place file``, ``framework`` ….
    names
        Area code -> name.
    parts
        Figures that differ, split: ``layer``, ``period``, ``area_code``, ``cause`` and ``points``,
        which add up to the figure's change. Of figures that both snapshots have.
    score_parts
        Scores and ranks split into data, indicators, method and boundaries, as
        `placedata.index.decompose` gives them; empty where they cannot be told apart.
    undivided
        Why scores are not split, or "".
    level
        Geography of the areas.
    titles
        Layer id -> title.
    """

    before: str
    after: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    methods: Mapping[str, tuple[str, str]]
    values: pd.DataFrame
    scores: pd.DataFrame
    causes: Mapping[str, tuple[str, ...]]
    whole: tuple[str, ...]
    names: Mapping[str, str]
    parts: pd.DataFrame
    score_parts: pd.DataFrame
    undivided: str = ""
    level: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        """Whether no figure, score, method or layer differs."""
        return self.values.empty and self.scores.empty and not (
            self.added or self.removed or self.methods
        )  # fmt: skip

    @property
    def ranks(self) -> pd.DataFrame:
        """Wards whose rank in the whole index differs, the farthest moved first."""
        scores = self.scores[self.scores["level"] == "index"]
        before, after = scores["rank_before"], scores["rank_after"]
        moved = scores[(before != after) & ~(before.isna() & after.isna())]
        far = (moved["rank_after"] - moved["rank_before"]).abs()
        return moved.assign(far=far).sort_values(["far", "area_code"], ascending=[False, True])

    def document(self) -> dict[str, Any]:
        """Return all of it as plain data, missing figures as None."""
        return {
            "before": self.before,
            "after": self.after,
            "level": self.level,
            "causes": {"whole": self.whole, "layers": self.causes},
            "layers_added": self.added,
            "layers_removed": self.removed,
            "methods": {
                name: {"before": one, "after": two} for name, (one, two) in self.methods.items()
            },
            "values": _plain_rows(self.values, self.names),
            "scores": _plain_rows(self.scores, self.names),
            "ranks": _plain_rows(self.ranks.drop(columns="far"), self.names),
            "parts": _plain_rows(self.parts, self.names),
            "score_parts": _plain_rows(self.score_parts, self.names),
            "scores_not_split": self.undivided,
        }


def changes(before: Snapshot, after: Snapshot, level: str | None = None) -> Changes:
    """Return what differs between two snapshots of a place.

    Parameters
    ----------
    level
        Geography of larger areas to compare; None: the place's own areas.

    Raises
    ------
    PlaceDataError
        One of them has no such level.
    """
    old, new = before.layers, after.layers
    both = [name for name in new if name in old]
    methods = {
        name: (old[name].method, new[name].method)
        for name in both
        if old[name].method != new[name].method
    }
    whole = _whole(before, after)
    causes = {name: _causes(before, after, name, whole) for name in both}
    causes = {name: found for name, found in causes.items() if found}
    own = level is None or level == after.place["geography"]
    one, two = (before, after) if level is None else (before.level(level), after.level(level))
    values = _values(one.values, two.values, set(both))
    scores = _scores(one.scores, two.scores)
    split, why = _scores_split(one, two, scores, own=own)
    return Changes(
        before=before.id,
        after=after.id,
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        methods=methods,
        values=values,
        scores=scores,
        causes=causes,
        whole=whole,
        names={**_names(one), **_names(two)},
        parts=_parts(one, two, values, causes),
        score_parts=split,
        undivided=why,
        level=str(two.place["geography"]),
        titles={name: record.title for name, record in {**old, **new}.items()},
    )


def _parts(
    before: Snapshot, after: Snapshot, values: pd.DataFrame, causes: Mapping[str, tuple[str, ...]]
) -> pd.DataFrame:
    """Return the split of every figure that differs and that both snapshots have."""
    import pandas as pd

    columns = ["layer", "period", "area_code", "cause", "points"]
    there = values[values["before"].notna() & values["after"].notna()]
    frames = [
        figure_parts(before, after, str(name), str(period), causes.get(str(name), ())).assign(
            layer=name, period=period
        )
        for name, period in there[["layer", "period"]].drop_duplicates().itertuples(index=False)
    ]
    found = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
    return found[columns]


def _scores_split(
    before: Snapshot, after: Snapshot, scores: pd.DataFrame, *, own: bool
) -> tuple[pd.DataFrame, str]:
    import pandas as pd

    if scores.empty:
        return pd.DataFrame(columns=["area_code", "node"]), ""
    if not own:
        why = "the causes of scores are told apart for the place's own areas only"
        return pd.DataFrame(columns=["area_code", "node"]), why
    split, why = score_parts(before, after)
    if split.empty:
        return pd.DataFrame(columns=["area_code", "node"]), why
    moved = scores.set_index(["area_code", "node"]).index
    kept = split[split.set_index(["area_code", "node"]).index.isin(moved)]
    return kept.reset_index(drop=True), why


def _names(snapshot: Snapshot) -> dict[str, str]:
    return {str(code): str(name) for code, name in snapshot.areas["area_name"].items()}


def _values(old: pd.DataFrame, new: pd.DataFrame, both: set[str]) -> pd.DataFrame:
    """Return the figures that differ, of layers that both snapshots have."""
    keys = ["layer", "period", "area_code"]
    columns = [*keys, "value", "status", "rank"]
    one, two = (frame.loc[frame["layer"].isin(both), columns] for frame in (old, new))
    joined = one.merge(two, how="outer", on=keys, suffixes=("_before", "_after"))
    same = _same(joined["value_before"], joined["value_after"])
    states = joined[["status_before", "status_after"]].fillna("not there")
    same &= states["status_before"] == states["status_after"]
    joined[states.columns] = states
    # A figure that is suppressed in one of them is not told from the other.
    hidden = (states == "suppressed").any(axis=1)
    numbers = ["value_before", "value_after", "rank_before", "rank_after"]
    joined.loc[hidden, numbers] = float("nan")
    named = joined.rename(columns={"value_before": "before", "value_after": "after"})
    return named[~same].sort_values(keys, ignore_index=True)


def _scores(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return the scores and ranks that differ."""
    keys = ["area_code", "node", "level"]
    columns = [*keys, "score", "rank"]
    joined = old[columns].merge(
        new[columns], how="outer", on=keys, suffixes=("_before", "_after")
    )  # fmt: skip
    same = _same(joined["score_before"], joined["score_after"])
    same &= _same(joined["rank_before"], joined["rank_after"])
    named = joined.rename(columns={"score_before": "before", "score_after": "after"})
    return named[~same].sort_values(["level", "node", "area_code"], ignore_index=True)


def _same(one: pd.Series, two: pd.Series) -> pd.Series:
    """Tell which figures are equal to floating point noise; two that are missing are equal."""
    largest = one.abs().where(one.abs() > two.abs(), two.abs())
    return ((one - two).abs() <= SAME * largest.clip(lower=1e-6)) | (one.isna() & two.isna())


def _whole(before: Snapshot, after: Snapshot) -> tuple[str, ...]:
    """Return what has changed for the whole place, as far as both manifests tell."""
    old, new = before.manifest.get("inputs", {}), after.manifest.get("inputs", {})
    found = [
        cause for part, cause in WHOLE.items()
        if part in old and part in new and old[part] != new[part]
    ]  # fmt: skip
    if "code" not in old and before.manifest.get("placedata") != after.manifest.get("placedata"):
        found.append("code")
    if _method(before) != _method(after):
        found.append("framework")
    return tuple(found)


def _method(snapshot: Snapshot) -> dict[str, Any]:
    """Return the framework without the indicators that layer files add to it."""
    framework = dict(snapshot.index["framework"])
    own = [item for item in framework.get("indicators", ()) if item["id"] not in snapshot.layers]
    return {**framework, "indicators": own}


def _causes(
    before: Snapshot, after: Snapshot, name: str, whole: tuple[str, ...]
) -> tuple[str, ...]:
    """Return why a layer may have changed; nothing where its key is the same."""
    keys = before.manifest.get("layer_keys", {}), after.manifest.get("layer_keys", {})
    if keys[0].get(name) == keys[1].get(name):
        return ()
    old, new = before.layers[name], after.layers[name]
    found = []
    if _hashes(old) != _hashes(new):
        found.append("data")
    if old.file["sha256"] != new.file["sha256"]:
        found.append("layer file")
    for other in (new.denominator, new.weighted_by):
        if other and keys[0].get(other) != keys[1].get(other) and other not in found:
            found.append(f"layer {other}")
    found += [cause for cause in whole if cause != "framework"]
    # The key also holds files that are read besides the sources: sites, headers, a wider area.
    return tuple(found) or ("data",)


def _hashes(record: LayerRecord) -> set[tuple[str, str]]:
    return {(source["label"], source["sha256"]) for source in record.sources}


def _plain_rows(frame: pd.DataFrame, names: Mapping[str, str]) -> list[dict[str, Any]]:
    named = frame.assign(area_name=frame["area_code"].map(names))
    rows: list[dict[str, Any]] = (
        named.astype(object).where(named.notna(), None).to_dict("records")
    )  # fmt: skip
    return rows
