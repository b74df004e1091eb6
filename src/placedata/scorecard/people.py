"""How many people and homes a card's area has: which layers say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placedata.scorecard.parts import Figure
    from placedata.snapshot import Snapshot

#: Units of counts of people and of homes.
PEOPLE = ("people", "residents", "persons")
HOMES = ("households", "homes", "dwellings", "addresses", "properties", "objects")
#: At most this many are shown without being asked for.
MOST = 6


def people_layers(snapshot: Snapshot, figures: Sequence[Figure]) -> tuple[str, ...]:
    """Return the ids of the layers that count people and homes.

    Those that the place file names (``scorecard: {people: […]}``), else the place's totals in a
    unit of people or homes, the one that most layers are divided or weighed by first.
    """
    asked = (snapshot.place.get("scorecard") or {}).get("people") or ()
    known = {item.layer for item in figures}
    if asked:
        return tuple(name for name in asked if name in known)
    uses: dict[str, int] = {}
    for record in snapshot.layers.values():
        for base in (record.denominator, record.weighted_by):
            if base:
                uses[base] = uses.get(base, 0) + 1
    counted = [
        item
        for item in figures
        if item.component is None and item.is_total and item.unit in (*PEOPLE, *HOMES)
    ]
    order = sorted(counted, key=lambda item: (item.unit not in PEOPLE, -uses.get(item.layer, 0)))
    return tuple(item.layer for item in order[:MOST])
