"""The standard errors of ward figures, in parts: chance in the source, apportionment, sensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from placedata.errors import Problem
from placedata.index import standard_errors
from placedata.layers.layer import ERROR_PARTS
from placedata.layers.parts import match_period
from placedata.observations import data_error

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from placedata.catalog import LayerEntry
    from placedata.definitions import ErrorRule
    from placedata.layers.ground import Ground
    from placedata.layers.parts import Part
    from placedata.lookups import Lookup

    Array = NDArray[np.float64]

SAMPLING, APPORTIONMENT, SENSORS = ERROR_PARTS
#: How the words of a sampling error begin that is the chance in counts, and not published.
CHANCE = "the chance in the counts"


def standard_error(frame: pd.DataFrame) -> pd.Series:
    """Return the root of the sum of squares of the parts that are known; NaN where none is."""
    squares = (frame[list(ERROR_PARTS)].astype(float) ** 2).sum(axis=1, min_count=1)
    return squares**0.5


def with_source_errors(
    entry: LayerEntry, part: Part, lookup: Lookup | None, masses: pd.Series | None, ground: Ground
) -> Part:
    """Return the part with the sampling errors that its source tells of areas, moved to wards.

    Errors of source areas are independent of each other: they add in squares, each weighing what
    the figure of its area weighs.

    Parameters
    ----------
    lookup
        How figures went to wards; None where they are of wards already.
    masses
        Source area code -> what its figure weighs in a mean; None where figures add up.

    Raises
    ------
    DataError
        A column of errors cannot be one; every cell at fault is told.
    """
    table = ground.observations(entry.id).table
    rule = _rule(entry, table)
    if rule is None:
        return part
    rows = table[table["period"] == part.period]
    errors = source_errors(entry, rows)
    values = rows.set_index("area_code")["value"]
    moved, lost = errors.reindex(part.frame.index), 0
    if lookup is not None:
        moved, lost = moved_errors(errors, values, lookup, masses)
    notes = list(part.notes)
    without = int(errors.isna().sum())
    if without:
        notes.append(f"figures of the source without a standard error: {without:,}")
    if lost:
        notes.append(f"wards without a sampling error, since an area of theirs has none: {lost}")
    frame = part.frame.assign(**{SAMPLING: moved.reindex(part.frame.index)})
    words = in_words(rule)
    if lookup is not None:
        words += f"; errors of {lookup.source} areas added in squares, as if independent"
    return replace(part, frame=frame, notes=tuple(notes), errors={**part.errors, "sampling": words})


def _rule(entry: LayerEntry, table: pd.DataFrame) -> ErrorRule | None:
    """Return what the layer says of columns of errors, else of an interval its source publishes.

    Raises
    ------
    DataError
        The layer asks for columns that its loader does not read.
    """
    from placedata.definitions import ErrorRule

    rule = entry.definition.error
    if rule is None or not (rule.columns or rule.chance or rule.sample_layer):
        told = {"low", "high"} <= set(table) and table[["low", "high"]].notna().all(axis=1).any()
        return ErrorRule(low="low", high="high") if told else None
    if set(rule.columns) <= set(table):
        return rule if rule.columns else None
    loader = entry.definition.source.loader if entry.definition.source else ""
    found = f"columns of errors ({', '.join(rule.columns.values())}), and loader {loader!r}"
    allowed = "table, nomis or fingertips, which read them; or chance, sample_layer"
    raise data_error(entry.id, [entry.document.problem(("error",), found, allowed)])


def source_errors(entry: LayerEntry, rows: pd.DataFrame) -> pd.Series:
    """Return the standard error of each observation, by area code, in the unit of its value.

    Raises
    ------
    DataError
        An error or a sample is negative, an interval does not hold its value, or a share of a
        sample is not between none and all of it.
    """
    import numpy as np
    import pandas as pd

    definition, rule = entry.definition, entry.definition.error
    level = rule.level / 100 if rule else 0.95
    # A source may tell errors that the layer does not ask for: those asked for are used.
    asked = rule.columns if rule and rule.columns else {"low": "", "high": ""}
    cells = {name: rows[name].to_numpy(float) for name in asked}
    value = rows["value"].to_numpy(float)
    problems = _unusable(rows, cells)
    if "sample" in cells:
        sample = cells["sample"]
        whole = sample if definition.rate else np.full(len(rows), _per(entry))
        wrong = (value < 0) | (value > whole)
        problems += _told(rows, wrong, "value", value, "between none and all of the sample")
    if problems:
        raise data_error(entry.id, problems)
    if "error" in cells:
        found = cells["error"]
    elif "margin" in cells:
        found = standard_errors.from_interval(-cells["margin"], cells["margin"], level=level)
    elif "low" in cells:
        found = standard_errors.from_interval(cells["low"], cells["high"], level=level)
    else:
        found = standard_errors.binomial(value / whole, sample) * whole
    return pd.Series(found, index=pd.Index(rows["area_code"], name="area_code"))


_ALLOWED = {
    "error": "0 or more",
    "margin": "0 or more",
    "low": "at most the value",
    "high": "at least the value",
    "sample": "0 or more",
}
_FIELDS = {name: "column" if name == "error" else name for name in _ALLOWED}


def _unusable(rows: pd.DataFrame, cells: Mapping[str, Array]) -> list[Problem]:
    """Return a problem for each cell that cannot be an error, an end of an interval, a sample."""
    value = rows["value"].to_numpy(float)
    # Published intervals are rounded: an end may miss the value by a hair.
    slack = 1e-6 * abs(value) + 1e-9
    problems = []
    for name, found in cells.items():
        wrong = found < 0
        if name == "low":
            wrong = found > value + slack
        elif name == "high":
            wrong = found < value - slack
        problems += _told(rows, wrong, f"error.{_FIELDS[name]}", found, _ALLOWED[name])
    return problems


def _told(
    rows: pd.DataFrame, wrong: NDArray[np.bool_], field: str, cells: Array, allowed: str
) -> list[Problem]:
    """Return a problem for each row that is wrong."""
    problems = []
    for at, row in enumerate(rows.itertuples()):
        if wrong[at]:
            found = f"{cells[at]:g} for {row.area_code}, whose value is {row.value:g}"
            problems.append(Problem(str(row.source), field, found, allowed, int(str(row.row))))
    return problems


def moved_errors(
    errors: pd.Series, values: pd.Series, lookup: Lookup, masses: pd.Series | None
) -> tuple[pd.Series, int]:
    """Return target code -> standard error, and how many targets an area without one spoils.

    √Σ(share · error)², divided by the sum of the shares where figures are averaged. A source area
    without a value takes no part, as it takes none in the figure.
    """
    pairs = lookup.weights.assign(share=lookup.weights["weight"])
    if masses is not None:
        pairs["share"] = pairs["weight"] * pairs["from_code"].map(masses)
    known = pairs["from_code"].map(values).notna() & pairs["share"].notna()
    pairs = pairs[known & (pairs["share"] > 0)]
    error = pairs["from_code"].map(errors)
    target = pairs["to_code"]
    total = ((pairs["share"] * error) ** 2).groupby(target).sum() ** 0.5
    if masses is not None:
        total = total / pairs["share"].groupby(target).sum()
    complete = error.notna().groupby(target).all()
    total.index.name = "area_code"
    return total.where(complete), int((~complete).sum())


def completed(entry: LayerEntry, part: Part, ground: Ground) -> Part:
    """Return the part with what can only be said of ward figures: chance in counts, stated parts.

    A rate of counts has at least the chance that is in the count of independent events (Poisson),
    unless the layer says otherwise. What is measured beats what is stated, and a note says so.
    """
    part = _chance(entry, part, ground)
    if entry.definition.rate is not None:
        part = _below(entry, part, ground)
    rule = entry.definition.error
    if rule is not None:
        part = _stated(part, APPORTIONMENT, rule.apportionment)
        part = _stated(part, SENSORS, rule.sensors)
    return part


def _chance(entry: LayerEntry, part: Part, ground: Ground) -> Part:
    """Return the part with the sampling error of its ward figures, where its source told none."""
    definition, rule, frame = entry.definition, entry.definition.error, part.frame
    rate = definition.rate
    if frame[SAMPLING].notna().any() or (rule is not None and rule.columns):
        return part
    notes = part.notes
    if rule is not None and rule.sample_layer is not None:
        sample, note = _wards_of(ground, rule.sample_layer, part.period, "value")
        found = standard_errors.binomial(
            frame["value"].clip(0, _per(entry)), sample.reindex(frame.index), per=_per(entry)
        )
        notes = (*notes, note) if note else notes
        words = f"that of a share of a sample (binomial), of {ground.title(rule.sample_layer)}"
    elif rule is not None and rule.chance == "none":
        return replace(part, errors={**part.errors, "sampling": "none: counted completely"})
    elif rate is not None:
        found = standard_errors.poisson(
            frame["numerator"], denominator=frame["denominator"], per=rate.per
        )
        words = f"{CHANCE} behind the rate (Poisson)"
    elif rule is not None and rule.chance == "poisson":
        found = standard_errors.poisson(frame["value"])
        words = f"{CHANCE} (Poisson)"
    else:
        return part
    frame = frame.assign(**{SAMPLING: found})
    return replace(part, frame=frame, notes=notes, errors={**part.errors, "sampling": words})


def _below(entry: LayerEntry, part: Part, ground: Ground) -> Part:
    """Return the part of a rate with the sampling error of its denominator in it too."""
    rate = entry.definition.rate
    below = str(rate and rate.denominator)
    error, _ = _wards_of(ground, below, part.period, SAMPLING)
    frame = part.frame
    more = frame["value"] * error.reindex(frame.index) / frame["denominator"]
    if not more.notna().any():
        return part
    both = (frame[SAMPLING] ** 2 + more.fillna(0.0) ** 2) ** 0.5
    words = f"{part.errors.get('sampling', '')}; and that of {ground.title(below)}"
    return replace(
        part,
        frame=frame.assign(**{SAMPLING: both}),
        errors={**part.errors, "sampling": words},
    )


def _stated(part: Part, name: str, amount: float | str | None) -> Part:
    """Return the part with a stated part of the error where none is measured."""
    if amount is None:
        return part
    frame, short = part.frame, name.removeprefix("error_")
    said = f"{amount:g}" if isinstance(amount, float) else amount
    if isinstance(amount, str):
        stated = frame["value"].abs() * float(amount.rstrip(" %")) / 100
        words = f"stated: {amount.rstrip(' %')} % of the value"
    else:
        stated = frame["value"].notna().astype(float).where(frame["value"].notna()) * amount
        words = f"stated: {said} in the layer's unit"
    measured = frame[name].notna()
    notes = part.notes
    if measured.any():
        note = f"wards whose {short} error is measured, so that the stated one ({said}) is not used"
        notes = (*notes, f"{note}: {int(measured.sum())}")
        words = f"{part.errors.get(short, 'measured')}; where it is not measured, {words}"
    return replace(
        part,
        frame=frame.assign(**{name: frame[name].where(measured, stated)}),
        notes=notes,
        errors={**part.errors, short: words},
    )


def in_words(rule: ErrorRule) -> str:
    """Return where the sampling error comes from, as a layer's file says."""
    if rule.column:
        return f"published standard errors (column {rule.column})"
    if rule.margin:
        return f"the published {rule.level:g} % margin (column {rule.margin})"
    if rule.low:
        return f"the published {rule.level:g} % interval (columns {rule.low} and {rule.high})"
    return f"that of a share of a sample (binomial), of how many were asked (column {rule.sample})"


def _per(entry: LayerEntry) -> float:
    rule, rate = entry.definition.error, entry.definition.rate
    return (rule and rule.per) or (rate.per if rate else 100.0)


def _wards_of(ground: Ground, layer: str, period: str, column: str) -> tuple[pd.Series, str]:
    """Return a built layer's ward figures nearest to `period`, and a note where it differs."""
    built = ground.layers[layer]
    matched, note = match_period(period, built.periods)
    rows = built.values[built.values["period"] == matched]
    return rows.set_index("area_code")[column], note and f"{layer}: {note}"
