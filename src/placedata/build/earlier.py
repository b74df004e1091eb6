"""What versions still kept have told and hidden: with it, a newer one must not be set against it.

A figure that an older version hid stays hidden while that version is kept and the rule is the
same, so that no version shows what another hides. A figure that one has shown is told, and hiding
it now protects nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from placedata.errors import PlaceDataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from placedata.layers import Layer
    from placedata.snapshot import Snapshot

#: Two figures are the same if they differ by no more than this part of themselves.
SAME = 1e-9

#: Layer, period, level ("" for wards) and area.
CellKey = tuple[str, str, str, str]


@dataclass(frozen=True)
class Earlier:
    """What older versions say of the counts of today.

    Parameters
    ----------
    hidden
        Counts that an older version hides by the same rule.
    told
        Counts that an older version shows -> their number.
    versions
        The ids of the versions.
    """

    hidden: set[CellKey] = field(default_factory=set)
    told: dict[CellKey, list[float]] = field(default_factory=dict)
    versions: tuple[str, ...] = ()

    def tells(self, key: CellKey, number: float) -> bool:
        """Return whether an older version shows a count as it is today."""
        room = SAME * max(1.0, abs(number))
        return any(abs(known - number) <= room for known in self.told.get(key, ()))


def kept_versions(store: Path) -> list[Snapshot]:
    """Return the versions that a store keeps, those left out that cannot be read."""
    from placedata.snapshot import open_snapshot
    from placedata.stores.files import versions

    found = []
    for name in versions(store):
        try:
            snapshot = open_snapshot(store, name, check=True)
            snapshot.place["geography"]
        except (PlaceDataError, OSError, KeyError, ValueError):
            continue
        found.append(snapshot)
    return found


def earlier(
    snapshots: Iterable[Snapshot], layers: Mapping[str, Layer], levels: list[str]
) -> Earlier:
    """Return what older versions of the same wards tell and hide of the layers of today.

    Parameters
    ----------
    levels
        The place's own geography, then those of larger areas.
    """
    found, names = Earlier(), []
    for snapshot in snapshots:
        if snapshot.place["geography"] != levels[0]:
            continue
        names.append(snapshot.id)
        for level in levels:
            if level in snapshot.levels:
                _note(found, snapshot, level, "" if level == levels[0] else level, layers)
    return Earlier(found.hidden, found.told, tuple(names))


def _note(
    found: Earlier, snapshot: Snapshot, level: str, key: str, layers: Mapping[str, Layer]
) -> None:
    from placedata.build.quantities import column_of

    values = snapshot.level(level).values
    for name, rows in values.groupby("layer", sort=False):
        layer = layers.get(str(name))
        column = column_of(layer) if layer is not None else None
        if layer is None or layer.rule is None or column is None:
            continue
        rule = snapshot.layers[str(name)].disclosure
        own = {part: rule.get(part) for part in layer.rule.document} if rule else None
        _note_layer(found, str(name), key, rows, column, same=own == layer.rule.document)


def _note_layer(
    found: Earlier, name: str, level: str, rows: pd.DataFrame, column: str, *, same: bool
) -> None:
    """Note one layer of one version; what it hid counts only if it had the same rule."""
    hidden = rows["status"] == "suppressed"
    if same:
        for period, code in rows.loc[hidden, ["period", "area_code"]].itertuples(index=False):
            found.hidden.add((name, str(period), level, str(code)))
    shown = rows.loc[~hidden & rows[column].notna(), ["period", "area_code", column]]
    for period, code, number in shown.itertuples(index=False):
        found.told.setdefault((name, str(period), level, str(code)), []).append(float(number))
