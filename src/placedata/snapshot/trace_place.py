"""Where the figure of the whole place, and of the wider area beside it, comes from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from placedata.snapshot.formula import known, number

if TYPE_CHECKING:
    import pandas as pd

    from placedata.snapshot.record import LayerRecord

#: What stands where an area code would, for the whole place.
PLACE = "place"
PARTS = ("value", "numerator", "denominator", "weight")


def place_row(record: LayerRecord, period: str) -> dict[str, Any]:
    """Return status and value of the whole place."""
    value = record.summary(period)["place"]
    return {"status": "missing" if value is None else "ok", "value": value}


def place_formula(
    record: LayerRecord,
    period: str,
    table: pd.DataFrame,
    parts: Sequence[Mapping[str, Any]],
    wider: str | None,
) -> tuple[str, ...]:
    """Return how the figure of the whole place is made of those of its wards.

    Parameters
    ----------
    table
        The layer's figures of the period, with ``status``.
    parts
        The wards with ``value``, ``numerator``, ``denominator``, ``weight``; None: not told.
    wider
        Name of the area that the place is set beside.
    """
    summary = record.summary(period)
    have = [item for item in parts if item["value"] is not None]
    # a figure that the source itself withholds is in no total, one that we hide is
    hidden = 0 if _all_told(record, have, summary) else int((table["status"] == "suppressed").sum())
    steps = []
    if summary["place"] is None:
        steps.append(f"no figure: {summary['basis']}")
    else:
        wards = f"{len(have)} wards" + (f" and of {hidden} that are not told" if hidden else "")
        made = _made(record, have, wards, hidden=bool(hidden), basis=summary["basis"])
        steps.append(f"{made} = {number(summary['place'])}")
    if summary["comparator"] is not None:
        told = f"{wider or 'the wider area'} beside it: {number(summary['comparator'])}"
        steps.append(f"{told}, {_wider(summary.get('wider') or {})}")
    return tuple(steps)


def _wider(made: Mapping[str, Any]) -> str:
    """Return how the figure of the wider area was made, with its files; older editions say less."""
    if not made:
        return "made in the same way of the areas of the layer's wider source"
    files = "; ".join(
        f"{item['label']} (SHA-256 {item['sha256']}, rows {item['rows']:,})"
        for item in made["sources"]
    )
    return f"{made['how']}, of {made['areas']:,} areas in {made['period']}, from {files}"


def wider_sources(record: LayerRecord, period: str) -> tuple[Mapping[str, Any], ...]:
    """Return the files behind the figure of the wider area."""
    made = record.summary(period).get("wider") or {}
    return tuple(made.get("sources", ()))


def _all_told(
    record: LayerRecord, have: Sequence[Mapping[str, Any]], summary: Mapping[str, Any]
) -> bool:
    """Whether the figures that are told make that of the place, and no hidden one is in it."""
    sums = {key: math.fsum(item[key] or 0.0 for item in have) for key in PARTS}
    if record.per is not None:
        made = record.per * sums["numerator"] / (sums["denominator"] or math.nan)
    elif record.statistic in {"count", "sum"}:
        made = sums["value"]
    else:
        above = math.fsum(item["value"] * (item["weight"] or 0.0) for item in have)
        made = above / (sums["weight"] or math.nan)
    return summary["place"] is not None and math.isclose(made, summary["place"], rel_tol=1e-9)


def _made(
    record: LayerRecord, have: Sequence[Mapping[str, Any]], wards: str, *, hidden: bool, basis: str
) -> str:
    """Return the left-hand side of the formula."""
    if record.per is not None:
        sums = [
            math.fsum(item[key] or 0.0 for item in have) for key in ("numerator", "denominator")
        ]
        told = [number(known(one)) for one in sums]
        if hidden:
            told = ["sum of numerators", "sum of denominators"]
        return f"{number(record.per)} × {told[0]} / {told[1]} of {wards}"
    if record.statistic in {"count", "sum"}:
        return f"sum of {wards}"
    if record.statistic in {"minimum", "maximum"} and record.weighted_by is None:
        return f"{record.statistic} of {wards}"
    if all(item["weight"] for item in have):
        return f"sum of value × weight / sum of weight over {wards} ({basis})"
    return f"mean of {wards}"
