"""What versions of other wards (before new boundaries) tell of the counts of today's wards.

Where old wards and new ones make up the same ground, their counts must be equal; where they differ
by a sliver, the difference of their counts is about the few people who live there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from placedata.geography import Boundaries
    from placedata.layers import Ground, Layer
    from placedata.snapshot import Snapshot

#: An area belongs to another that has more than this share of it.
MOST = 0.5


@dataclass(frozen=True)
class OldSum:
    """A sum that an older version tells, and the wards of today on that ground.

    Parameters
    ----------
    layer, period
        Of which count.
    wards
        Codes of today's wards.
    number
        The sum of the older version's counts.
    """

    layer: str
    period: str
    wards: tuple[str, ...]
    number: float


def old_sums(
    snapshots: Iterable[Snapshot], layers: Mapping[str, Layer], ground: Ground
) -> list[OldSum]:
    """Return what versions of other wards tell of today's: one sum a pairing of old and new."""
    found: list[OldSum] = []
    for snapshot in snapshots:
        if snapshot.place["geography"] != ground.catalog.place.geography:
            pairs = _pairings(snapshot, ground)
            found += _sums(snapshot, layers, pairs)
    return found


def _pairings(snapshot: Snapshot, ground: Ground) -> set[tuple[frozenset[str], frozenset[str]]]:
    """Return old wards and new ones that stand for the same ground, as near as may be."""
    from placedata.geography import Boundaries

    old = Boundaries(str(snapshot.place["geography"]), snapshot.boundaries)
    forward, back = _shares(old, ground.wards, ground), _shares(ground.wards, old, ground)
    pairs: set[tuple[frozenset[str], frozenset[str]]] = set()
    for new in set(forward.values()):
        pairs.add((frozenset(code for code, to in forward.items() if to == new), frozenset({new})))
    for one in set(back.values()):
        pairs.add((frozenset({one}), frozenset(code for code, to in back.items() if to == one)))
    return pairs


def _shares(source: Boundaries, target: Boundaries, ground: Ground) -> dict[str, str]:
    """Return source area -> the target area that has most of it, by postcodes or by surface."""
    from placedata.spatial import apportion

    if ground.has_postcodes:
        points = ground.postcodes()
        lookup = apportion.lookup_by_points(
            source, target, points["x"].to_numpy(), points["y"].to_numpy()
        )
    else:
        lookup = apportion.lookup_by_area(source, target)
    weights = lookup.weights[lookup.weights["weight"] > MOST]
    return dict(zip(weights["from_code"].astype(str), weights["to_code"].astype(str), strict=True))


def _sums(
    snapshot: Snapshot,
    layers: Mapping[str, Layer],
    pairs: Iterable[tuple[frozenset[str], frozenset[str]]],
) -> list[OldSum]:
    """Return the sums over old wards that a version shows, where all of them are shown."""
    from placedata.build.quantities import column_of

    found = []
    for name, layer in layers.items():
        column = column_of(layer)
        if column is None or name not in snapshot.layers:
            continue
        if snapshot.layers[name].disclosure.get("rounding", 1) > 1:
            continue  # its sums are not exact
        for period in set(layer.periods) & set(snapshot.layers[name].periods):
            numbers = snapshot.table(name, period)[column].dropna()
            told = {str(code): float(number) for code, number in numbers.items()}
            for old, new in pairs:
                if old and new and old <= told.keys():
                    total = sum(told[code] for code in old)
                    found.append(OldSum(name, period, tuple(sorted(new)), total))
    return found
