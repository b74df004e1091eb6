"""What a figure from sensors rests on: which sensors, how near, how sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from placedata.snapshot.formula import known
from placedata.snapshot.names import RESTS

if TYPE_CHECKING:
    import pandas as pd

    from placedata.snapshot.reading import Snapshot


@dataclass(frozen=True)
class SensorUsed:
    """One sensor behind a figure.

    Parameters
    ----------
    thing, name
        Its id and name; the name may be the id.
    value
        Its own figure, in the layer's unit.
    share
        What it counts for in the ward's figure, 0 to 1; kriging may give one below 0.
    distance_m
        Mean distance from where the ward's people are, metres.
    """

    thing: str
    name: str
    value: float
    share: float
    distance_m: float


@dataclass(frozen=True)
class RestsOn:
    """What a ward's figure from sensors rests on.

    Parameters
    ----------
    layer, area_code, period
        Which figure.
    method
        ``nearest``, ``inverse_distance`` or ``kriging``.
    sensors
        Those that count for at least 0.5 % of it, the greatest share first.
    share_near, within_m
        Share of the ward's people (0 to 1) with a sensor within so many metres; None where the
        ward has nobody.
    standard_error
        From leaving out each sensor in turn, in the layer's unit; None where it is not known.
    reason
        Why there is no figure although there are sensors, in words; "" where there is one.
    """

    layer: str
    area_code: str
    period: str
    method: str
    sensors: tuple[SensorUsed, ...]
    share_near: float | None
    within_m: float
    standard_error: float | None
    reason: str

    @property
    def others(self) -> float:
        """What sensors that are not named count for together, 0 to 1."""
        return max(1.0 - sum(sensor.share for sensor in self.sensors), 0.0)


def rests_on(
    snapshot: Snapshot, layer: str, area: str, period: str | None = None
) -> RestsOn | None:
    """Return what a ward's figure rests on; None where it does not come from sensors.

    Larger areas have none of their own: theirs are made of their wards' figures.

    Parameters
    ----------
    period
        The newest unless given.

    Raises
    ------
    PlaceDataError
        There is no such layer, area or period.
    """
    wanted = period or snapshot.layer(layer).latest
    snapshot.table(layer, wanted)
    snapshot.area_name(area)
    rows = snapshot.rests_by_area.get((layer, area, wanted))
    if rows is None:
        return None
    first = rows[0]
    named = [row for row in rows if row["thing"] != ""]
    sensors = tuple(
        SensorUsed(
            str(row["thing"]), str(row["name"]), row["value"], row["share"], row["distance_m"]
        )
        for row in sorted(named, key=lambda row: (-row["share"], row["thing"]))
    )
    return RestsOn(
        layer, area, wanted, str(first["method"]), sensors, known(first["share_near"]),
        float(first["within_m"]), known(first["standard_error"]), str(first["reason"]),
    )  # fmt: skip


def by_area(rests: pd.DataFrame) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """Return the rows of a table of rests by layer, area code and period, in their order."""
    columns = {str(name): rests[name].tolist() for name in rests.columns}
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for values in zip(*columns.values(), strict=True):
        row = dict(zip(columns, values, strict=True))
        key = (str(row["layer"]), str(row["area_code"]), str(row["period"]))
        found.setdefault(key, []).append(row)
    return found


def read_rests(snapshot: Snapshot) -> pd.DataFrame:
    """Return what all figures from sensors rest on, long; empty for older snapshots."""
    import pandas as pd

    from placedata.layers.sensors import REST_COLUMNS

    path = snapshot.directory / RESTS
    if not path.is_file():
        return pd.DataFrame(columns=["layer", "period", *REST_COLUMNS])
    return pd.read_parquet(path)
