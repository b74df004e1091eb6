"""A figure's formula in words, with the numbers put in."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from placedata.layers.totals import EXTREMES

if TYPE_CHECKING:
    import pandas as pd

    from placedata.snapshot.record import LayerRecord

#: A sum of more terms than this is told by its number of terms.
MOST_TERMS = 4

Row = Mapping[str, Any]


def known(value: float) -> float | None:
    """Return a number of a table, None for NaN."""
    return None if math.isnan(value) else float(value)


def number(value: float | None) -> str:
    """Return a number as a formula shows it: six significant digits, thousands apart."""
    if value is None:
        return "?"
    if abs(value) >= 1_000_000:  # six digits would become 1.2e+06
        return f"{value:,.0f}"
    return f"{value:,.6g}"


def formula_of(
    record: LayerRecord,
    status: str,
    row: pd.Series,
    rows: Sequence[Row],
    made_of: Sequence[Row],
) -> tuple[str, ...]:
    """Return the steps from rows to a figure.

    Parameters
    ----------
    record
        The layer.
    status, row
        The figure, with ``value``, ``numerator``, ``denominator``.
    rows, made_of
        Of its trace.
    """
    if status == "suppressed":
        return ("suppressed: no number of it is told",)
    if any(item["role"] == "part" for item in made_of):
        return _of_wards(record, row, made_of)
    steps: list[str] = []
    value = known(row["value"])
    rated = record.per is not None
    result = known(row["numerator"]) if rated else value
    if result is not None:
        steps += _from_rows(record, rows, result)
    if value is None:
        return (*steps, _missing(row))
    if rated:
        steps.append(
            f"{number(record.per)} × {number(row['numerator'])} / {number(row['denominator'])}"
            f" = {number(value)}"
        )
    return tuple(steps)


def _missing(row: pd.Series) -> str:
    if row.get("reason"):
        return f"no figure: it {row['reason']}"
    coverage = known(row["coverage"])
    if coverage:
        return f"no figure: {coverage:.0%} of the ward's weight was observed"
    return "no figure: nothing was observed"


def _terms(texts: Sequence[str], many: str) -> str:
    return " + ".join(texts) if len(texts) <= MOST_TERMS else many


def _from_rows(record: LayerRecord, rows: Sequence[Row], result: float) -> list[str]:
    """Return the step from source rows to a ward's numerator, or to its value."""
    by_role: dict[str, list[Row]] = {}
    for item in rows:
        by_role.setdefault(item["role"], []).append(item)
    end = f" = {number(result)}"
    if "weight" in by_role:
        return [_mean(by_role["figure"], by_role["weight"]) + end]
    if "figure" in by_role:
        used = by_role["figure"]
        if len(used) == 1 and used[0]["share"] == 1:
            return [f"{_product(used[0]['value'], 1)} in the source"]
        texts = [_product(item["value"], item["share"]) for item in used]
        return [_terms(texts, f"sum of value × share over {len(used)} source areas") + end]
    if "point" in by_role:
        return [_points(record, by_role["point"]) + end]
    metres = "distance" if record.unit == "m" else "figure"
    for role, what in (("service", metres), ("sensor", "figure")):
        if role in by_role:
            used = by_role[role]
            texts = [_product(item["value"], item["share"]) for item in used]
            many = f"sum of {what} × share over {len(used)} {role}s"
            return [_terms(texts, many) + end]
    for role, what in (("together", "{:,} rows told together"), ("cells", "about {:,} cells")):
        if role in by_role:
            many = what.format(sum(item["n"] for item in by_role[role]))
            return [f"{record.statistic} of {many}{end}"]
    return [f"no point in the ward{end}"] if record.statistic == "count" else []


def _product(value: float | None, share: float) -> str:
    told = "(not told)" if value is None else number(value)
    return told if share == 1 else f"{told} × {number(share)}"


def _mean(figures: Sequence[Row], weights: Sequence[Row]) -> str:
    """Return a weighted mean: sum of value × weight × share over sum of weight × share."""
    heavy = {item["key"]: item for item in weights}
    both = [item for item in figures if item["key"] in heavy]
    many = f"{len(both)} source areas"
    above = [
        f"{number(item['value'])} × {_product(heavy[item['key']]['value'], item['share'])}"
        for item in both
    ]
    below = [_product(heavy[item["key"]]["value"], item["share"]) for item in both]
    told = all(item["value"] is not None for item in (*both, *heavy.values()))
    over, under = "", ""
    if told and len(both) > MOST_TERMS:  # too many to be told one by one: their sums are
        mass = [heavy[item["key"]]["value"] * item["share"] for item in both]
        pairs = zip(both, mass, strict=True)
        over = f" = {number(math.fsum(item['value'] * held for item, held in pairs))}"
        under = f" = {number(math.fsum(mass))}"
    return (
        f"({_terms(above, f'sum of value × weight × share over {many}')}{over}) / "
        f"({_terms(below, f'sum of weight × share over {many}')}{under})"
    )


def _points(record: LayerRecord, points: Sequence[Row]) -> str:
    if record.statistic == "count":
        return f"{len(points)} point{'s' if len(points) != 1 else ''} in the ward"
    if record.statistic == "sum":
        texts = [number(item["value"]) for item in points]
        return _terms(texts, f"sum of {len(points)} points in the ward")
    return f"{record.statistic} of {len(points)} points in the ward"


def _of_wards(record: LayerRecord, row: pd.Series, parts: Sequence[Row]) -> tuple[str, ...]:
    """Return how a larger area's figure is made of those of its wards."""
    if known(row["value"]) is None:
        return (f"no figure: {row['reason'] or 'too few of its wards have one'}",)
    have = [item for item in parts if item["value"] is not None]
    end = f" = {number(row['value'])}"
    counted = record.per is not None or record.statistic in {"count", "sum"}
    told = sum(item["numerator"] or 0 for item in have)
    if counted and not math.isclose(told, row["numerator"], rel_tol=1e-6):
        end = f" and of those that are not told{end}"
    if record.per is not None:
        above, below = number(known(row["numerator"])), number(known(row["denominator"]))
        return (f"{number(record.per)} × {above} / {below} of {len(have)} wards{end}",)
    if record.statistic in {"count", "sum"}:
        return (f"sum of {len(have)} wards{end}",)
    if record.statistic in EXTREMES:
        return (f"{record.statistic} of {len(have)} wards{end}",)
    weighed = all(item["weight"] is not None and item["weight"] > 0 for item in have)
    if weighed:
        return (f"sum of value × weight / sum of weight over {len(have)} wards{end}",)
    return (f"mean of {len(have)} wards{end}",)
