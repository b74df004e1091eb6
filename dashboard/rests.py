"""What a figure from sensors rests on, in words for a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from placedata.wording import format_number, format_value, plural

if TYPE_CHECKING:
    from placedata.snapshot import LayerRecord, Snapshot

#: At most this many sensors are listed.
MOST_LISTED = 5
_WAYS = {
    "nearest": "Everybody has the figure of the nearest sensor.",
    "inverse_distance": "Everybody has the mean of all sensors, the near ones weighing more.",
    "kriging": "Estimated between the sensors by ordinary kriging.",
}


def rests_words(
    snapshot: Snapshot, record: LayerRecord, area: str, period: str
) -> dict[str, Any] | None:
    """Return what the panel says of an area's figure; None where it does not come from sensors.

    Of a figure that rests on too little, the sensors are the nearest ones, without a share.
    """
    found = snapshot.rests_on(record.id, area, period)
    if found is None or (not found.sensors and not found.reason):
        return None
    listed = sorted(found.sensors, key=lambda s: s.distance_m if found.reason else -abs(s.share))
    listed, left = listed[:MOST_LISTED], listed[MOST_LISTED:]
    error = found.standard_error
    more = 1.0 - sum(sensor.share for sensor in listed)
    return {
        "reason": found.reason,
        "way": _WAYS[found.method],
        "share_near": found.share_near,
        "near": "" if found.share_near is None else _percent(found.share_near),
        "within_m": found.within_m,
        "error": ""
        if error is None
        else f"±\u00a0{format_value(error, record.unit, max(record.decimals or 0, 1))}",
        "sensors": [
            {
                "name": sensor.name,
                "distance": f"{format_number(sensor.distance_m / 1000, 1)} km",
                "value": format_number(sensor.value, record.decimals),
                "share": "" if found.reason else _percent(sensor.share),
            }
            for sensor in listed
        ],
        "more": f"{plural(len(left), 'more sensor', 'more sensors')}: {_percent(more)} together."
        if left and not found.reason
        else "",
    }


def _percent(share: float) -> str:
    """Return a share as people read it: ``38%``, ``under 1%``."""
    if 0 < share < 0.005:
        return "under 1%"
    return f"{format_number(100 * share, 0)}%"
