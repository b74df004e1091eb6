"""What has changed on a card since the snapshot before, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from placedata.errors import PlaceDataError
from placedata.scorecard.statements import Changed, Since

if TYPE_CHECKING:
    import pandas as pd

    from placedata.snapshot import LayerRecord, Snapshot
    from placedata.snapshot.changes import Changes

#: Cause as `placedata.snapshot.changes` names it -> what a person reads.
CAUSES = {
    "data": "new data files",
    "layer file": "the layer file was edited",
    "code": "another version of placedata",
    "place file": "the place file was edited",
    "boundaries, postcodes or lookups": "other boundaries, postcodes or lookups",
    "framework": "the index is made another way",
}


def snapshot_before(snapshot: Snapshot) -> Snapshot | None:
    """Return the version published before this one, at the same level; None where none is kept."""
    from placedata.snapshot import open_snapshot
    from placedata.stores.files import versions

    version = str(snapshot.manifest.get("version", ""))
    own = snapshot.directory if snapshot.directory.name == version else snapshot.directory.parent
    earlier = [name for name in versions(own.parent) if name < version]
    if not earlier:
        return None
    try:
        before = open_snapshot(own.parent, earlier[-1])
        return before if own == snapshot.directory else before.level(snapshot.directory.name)
    except PlaceDataError:  # it was swept away, or had no such level
        return None


def changes_since(snapshot: Snapshot) -> tuple[Snapshot, Changes] | None:
    """Return the snapshot before and what differs from it, or None."""
    from placedata.snapshot.changes import changes

    before = snapshot_before(snapshot)
    return None if before is None else (before, changes(before, snapshot))


def since(snapshot: Snapshot, found: tuple[Snapshot, Changes] | None, area: str) -> Since | None:
    """Return what has changed for one area; of layers only the newest period."""
    if found is None:
        return None
    before, differs = found
    return Since(
        snapshot=before.id,
        published=before.published_date,
        changed=(*_scores(snapshot, differs, area), *_figures(snapshot, differs, area)),
        added=tuple(snapshot.layers[name].title for name in differs.added),
        removed=tuple(before.layers[name].title for name in differs.removed),
        whole=tuple(CAUSES.get(cause, cause) for cause in differs.whole),
    )


def since_together(
    snapshot: Snapshot,
    found: tuple[Snapshot, Changes] | None,
    now: Mapping[str, float | None],
    then: Mapping[str, float | None],
) -> Since | None:
    """Return what has changed for the place or several areas as one, which no table ranks.

    Parameters
    ----------
    found
        What `changes_since` returns.
    now, then
        Layer or node id -> figure of the newest period, or score; of this snapshot and the last.
    """
    if found is None:
        return None
    about = since(snapshot, found, "")
    differs = found[1]
    causes = sorted({cause for found in differs.causes.values() for cause in found})
    below = _words([*causes, *differs.whole]) or "figures below it changed"
    scores = [
        Changed(
            id=node.id, title=node.title, kind=node.level, unit="", decimals=1, period="",
            before=then.get(node.id), after=now[node.id], rank_before=None, rank_after=None,
            why=below,
        )
        for node in snapshot.framework.nodes if _moved(now.get(node.id), then.get(node.id))
    ]  # fmt: skip
    figures = [
        Changed(
            id=name, title=record.title, kind="indicator", unit=record.unit,
            decimals=record.decimals, period=record.latest, before=then.get(name), after=now[name],
            rank_before=None, rank_after=None,
            why=_words(differs.causes.get(name, ())) or "figures that it is made of changed",
        )
        for name, record in snapshot.layers.items()
        if name not in differs.added and _moved(now.get(name), then.get(name))
    ]  # fmt: skip
    return None if about is None else replace(about, changed=(*scores, *figures))


def _moved(now: float | None, then: float | None) -> bool:
    """Tell whether there is a figure now that is not what it was."""
    from placedata.snapshot.changes import SAME

    if now is None:
        return False
    return then is None or abs(now - then) > SAME * max(abs(now), abs(then))


def _scores(snapshot: Snapshot, differs: Changes, area: str) -> list[Changed]:
    rows = _of(differs.scores, area)
    titles = {node.id: node for node in snapshot.framework.nodes}
    order = {name: at for at, name in enumerate(titles)}
    rows = rows[rows["node"].isin(titles)]
    causes = sorted({cause for found in differs.causes.values() for cause in found})
    why = _words([*causes, *differs.whole]) or "figures below it changed"
    made = [
        Changed(
            id=row.node, title=titles[row.node].title, kind=str(row.level), unit="", decimals=1,
            period="", before=_number(row.before), after=_number(row.after),
            rank_before=_whole(row.rank_before), rank_after=_whole(row.rank_after), why=why,
        )
        for row in rows.itertuples()
    ]  # fmt: skip
    return sorted(made, key=lambda item: order[item.id])


def _figures(snapshot: Snapshot, differs: Changes, area: str) -> list[Changed]:
    rows = _of(differs.values, area)
    newest = {name: record.latest for name, record in snapshot.layers.items()}
    order = {name: at for at, name in enumerate(newest)}
    rows = rows[rows["period"] == rows["layer"].map(newest)]
    made = [
        _changed(snapshot.layers[row.layer], row, _words(differs.causes.get(row.layer, ())))
        for row in rows.itertuples()
    ]
    return sorted(made, key=lambda item: order[item.id])


def _changed(record: LayerRecord, row: Any, why: str) -> Changed:  # noqa: ANN401
    return Changed(
        id=record.id, title=record.title, kind="indicator", unit=record.unit,
        decimals=record.decimals, period=record.latest, before=_number(row.before),
        after=_number(row.after), rank_before=_whole(row.rank_before),
        rank_after=_whole(row.rank_after), why=why or "figures of other areas changed",
    )  # fmt: skip


def _of(frame: pd.DataFrame, area: str) -> pd.DataFrame:
    return frame[frame["area_code"] == area]


def _words(causes: Any) -> str:  # noqa: ANN401
    from placedata.wording import join_list

    told = []
    for cause in dict.fromkeys(causes):
        layer = str(cause).removeprefix("layer ")
        other = str(cause).startswith("layer ") and cause != "layer file"
        told.append(f"the layer {layer} changed" if other else CAUSES.get(str(cause), str(cause)))
    return join_list(list(dict.fromkeys(told)))


def _number(value: Any) -> float | None:  # noqa: ANN401
    import pandas as pd

    return None if pd.isna(value) else float(value)


def _whole(value: Any) -> int | None:  # noqa: ANN401
    import pandas as pd

    return None if pd.isna(value) else int(value)
