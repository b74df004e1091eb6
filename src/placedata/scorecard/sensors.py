"""What figures from sensors rest on: how many sensors, how near, which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.scorecard.parts import SensorBasis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from placedata.scorecard.background import Background
    from placedata.scorecard.parts import Figure
    from placedata.snapshot import LayerRecord, Snapshot

#: How the method of a layer made from sensors says it.
SIGN = "sensor"
#: At most this many sensors are named.
MOST_THINGS = 5


def from_sensors(record: LayerRecord) -> bool:
    """Whether a layer's figures come from the sensors near where people live."""
    return SIGN in record.method


def sensor_shares(snapshot: Snapshot) -> dict[tuple[str, str], list[tuple[str, float]]]:
    """Return (layer, area) -> sensors with the share of postcodes that each stands for."""
    import pyarrow.parquet as pq

    from placedata.snapshot.names import TRACE

    path = snapshot.directory / TRACE
    if not path.is_file() or not any(map(from_sensors, snapshot.layers.values())):
        return {}
    columns = ["layer", "period", "area_code", "role", "key", "share"]
    rows = pq.read_table(path, columns=columns, filters=[("role", "==", "sensor")]).to_pandas()
    latest = {record.id: record.latest for record in snapshot.layers.values()}
    newest = rows["period"].astype(str) == rows["layer"].astype(str).map(latest)
    rows = rows[newest].sort_values(["share", "key"], ascending=[False, True])
    found: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for row in rows.itertuples():
        found.setdefault((str(row.layer), str(row.area_code)), []).append(
            (str(row.key), float(row.share))
        )
    return found


def sensor_basis(
    ground: Background, area: str, figures: Iterable[Figure]
) -> tuple[SensorBasis, ...]:
    """Return what each figure from sensors rests on; one that is not shown has no entry."""
    made = []
    for figure in figures:
        layer = ground.layer(figure.layer)
        if figure.value is None or not from_sensors(layer.record):
            continue
        row = layer.table.loc[area]
        things = ground.sensors.get((figure.layer, area), [])[:MOST_THINGS]
        made.append(
            SensorBasis(
                layer=figure.layer, title=figure.title, period=figure.period, unit=figure.unit,
                decimals=figure.decimals, value=figure.value,
                sensors=None if row["n"] != row["n"] else int(row["n"]),
                near=figure.coverage, things=tuple(things), grade=figure.grade,
            )
        )  # fmt: skip
    return tuple(made)
