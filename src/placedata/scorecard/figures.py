"""The figures of a card: value, margin, place and peers, rank, trend, source."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from placedata.scorecard.background import NINE_IN_TEN, PARTS
from placedata.scorecard.parts import Figure, Gap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from placedata.scorecard.background import Background, LayerGround
    from placedata.snapshot import LayerRecord


def number(value: Any) -> float | None:  # noqa: ANN401
    """Return a float, or None where it is missing."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def whole(value: Any) -> int | None:  # noqa: ANN401
    """Return a whole number, or None where it is missing."""
    found = number(value)
    return None if found is None else int(found)


def make_figures(ground: Background, area: str) -> tuple[Figure, ...]:
    """Return the figure of every layer for one area, in the order of the snapshot."""
    peers = ground.peers.get(area, [])
    return tuple(area_figure(ground, name, area, peers) for name in ground.snapshot.layers)


def area_figure(ground: Background, name: str, area: str, peers: Sequence[str]) -> Figure:
    """Return one layer's figure for an area."""
    from placedata.snapshot import trace_ref

    layer = ground.layer(name)
    record, row, summary = layer.record, layer.rows[area], layer.record.summary()
    shown = str(row["status"]) == "ok"
    value = number(row["value"]) if shown else None
    error = number(layer.error[area]) if shown else None
    values = layer.history[area]
    label = ground.labels.get((area, name), {}).get("label", "")
    peer_mean = _mean([layer.rows.value(peer, "value") for peer in peers])
    return Figure(
        **described(record),
        value=value,
        status=str(row["status"]),
        place=number(summary["place"]),
        basis=summary["basis"],
        comparator=number(summary["comparator"]),
        rank=whole(row["rank"]) if shown else None,
        of=layer.known,
        score=number(layer.scores.get(area)),
        label=label if label in {"strength", "weakness"} else "",
        coverage=number(row["coverage"]) if shown else None,
        trend=tuple((period, number(values[period])) for period in record.periods),
        hidden_periods=ground.hidden.get((name, area), ()),
        peers=peer_mean,
        rank_low=whole(layer.low[area]) if shown else None,
        rank_high=whole(layer.high[area]) if shown else None,
        error=error,
        **interval(value, error),
        **parts_of(row, shown=shown),
        numerator=number(row["numerator"]) if shown and record.denominator else None,
        denominator=number(row["denominator"]) if shown and record.denominator else None,
        gaps=_gaps(layer, area, value, number(summary["place"]), (peer_mean, peers)),
        grade=str(row.get("grade") or "") if shown else "",
        reasons=reasons_of(record) if shown else (),
        age=age_of(record),
        note="" if shown else str(row.get("reason") or ""),
        trace=trace_ref(ground.snapshot, name, area),
    )


def described(record: LayerRecord) -> dict[str, Any]:
    """Return what a figure says of its layer, whatever the area."""
    return {
        "layer": record.id, "title": record.title, "description": record.description,
        "unit": record.unit, "decimals": record.decimals, "polarity": record.polarity,
        "component": record.component, "theme": record.theme, "period": record.latest,
        "publisher": record.publisher, "licence": record.licence, "url": record.url,
        "method": record.method, "share_alike": record.share_alike, "caveats": record.caveats,
        "place_trend": tuple(
            (item["period"], number(item["place"])) for item in record.summaries
        ),
    }  # fmt: skip


def interval(value: float | None, error: float | None) -> dict[str, Any]:
    """Return the ends of the 90 % interval of a value; a share or count is never below zero."""
    if value is None or error is None:
        return {"low": None, "high": None}
    low = value - NINE_IN_TEN * error
    return {"low": max(low, 0.0) if value >= 0 else low, "high": value + NINE_IN_TEN * error}


def reasons_of(record: LayerRecord) -> tuple[str, ...]:
    """Return what limits the grade of a layer, in words; none where the snapshot has no grades."""
    return tuple(str(item) for item in (record.quality or {}).get("reasons", ()))


def age_of(record: LayerRecord) -> str:
    """Return whether the figures of a layer are current, due or overdue; "" where not known."""
    return str((record.quality or {}).get("staleness", {}).get("badge", ""))


def direction(difference: float, polarity: str, decimals: int) -> str:
    """Return ``better``, ``worse``, ``higher``, ``lower``, or ``same`` as the numbers are shown."""
    if abs(difference) < 0.5 * 10**-decimals:
        return "same"
    up = difference > 0
    if polarity == "neutral":
        return "higher" if up else "lower"
    return "better" if up == (polarity == "higher_is_better") else "worse"


def gap(against: str, value: float, other: float, record: LayerRecord, error: float | None) -> Gap:
    """Return how a value stands to another one; `error` is that of their difference."""
    difference = value - other
    clear = None if error is None else abs(difference) > NINE_IN_TEN * error
    way = direction(difference, record.polarity, record.decimals)
    return Gap(against, other, difference, way, clear)


def _gaps(
    layer: LayerGround,
    area: str,
    value: float | None,
    place: float | None,
    peers: tuple[float | None, Sequence[str]],
) -> tuple[Gap, ...]:
    error = number(layer.chance[area])
    record, made = layer.record, []
    if value is None:
        return ()
    total = str(record.summary()["basis"]).startswith("total")
    if place is not None and not total:
        made.append(gap("place", value, place, record, error))
    if peers[0] is not None and not total:
        both = _together(error, _mean_error([layer.chance[peer] for peer in peers[1]]))
        made.append(gap("peers", value, peers[0], record, both))
    before = number(layer.earlier.get(area))
    if before is not None:
        both = _together(error, number(layer.then.get(area)))
        made.append(gap("previous", value, before, record, both))
    return tuple(made)


def _together(one: float | None, two: float | None) -> float | None:
    """Return the standard error of a difference; None where either is not known."""
    return None if one is None or two is None else math.hypot(one, two)


def _mean(values: Sequence[float]) -> float | None:
    """Return the mean of the peers' figures; None where one of them has none."""
    known = [value for value in values if math.isfinite(value)]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def _mean_error(errors: Sequence[float]) -> float | None:
    """Return the standard error of a mean of independent figures."""
    known = [error for error in errors if math.isfinite(error)]
    if not known or len(known) < len(errors):
        return None
    return math.hypot(*known) / len(known)


def parts_of(row: Mapping[str, Any], *, shown: bool) -> dict[str, Any]:
    """Return the parts of the standard error; None where they are not known or not shown."""
    return {part: number(row.get(part)) if shown else None for part in PARTS}
