"""What figures from sensors rest on: how many sensors, how near, which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.scorecard.parts import SensorBasis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from placedata.scorecard.parts import Figure
    from placedata.snapshot import Snapshot

#: At most this many sensors are named.
MOST_THINGS = 4


def sensor_basis(
    snapshot: Snapshot, area: str, figures: Iterable[Figure]
) -> tuple[SensorBasis, ...]:
    """Return what each figure from sensors rests on.

    A figure that is not shown has no entry; nor have those of larger areas, whose figures are
    made of their wards'.
    """
    if snapshot.rests.empty:
        return ()
    measured = set(snapshot.rests["layer"])
    made = []
    for figure in figures:
        found = snapshot.rests_on(figure.layer, area) if figure.layer in measured else None
        if figure.value is None or found is None:
            continue
        named = tuple((item.name, item.share) for item in found.sensors[:MOST_THINGS])
        made.append(
            SensorBasis(
                layer=figure.layer, title=figure.title, period=figure.period, unit=figure.unit,
                decimals=figure.decimals, value=figure.value, method=found.method,
                sensors=len(found.sensors), near=found.share_near, within_m=found.within_m,
                nearest_m=min((item.distance_m for item in found.sensors), default=None),
                error=found.standard_error, things=named, grade=figure.grade,
            )
        )  # fmt: skip
    return tuple(made)
