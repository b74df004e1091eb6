"""Ward figures from sources keyed by area code: direct, by lookup, or as weighted means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from placedata.columns import are_among
from placedata.errors import DataError, Problem
from placedata.layers.editions import editions, known_editions
from placedata.layers.errors import with_source_errors
from placedata.layers.layer import Flow
from placedata.layers.parts import Part, match_period, part_frame
from placedata.layers.traced import area_rows

if TYPE_CHECKING:
    import pandas as pd

    from placedata.catalog import LayerEntry
    from placedata.layers.ground import Ground
    from placedata.lookups import Lookup
    from placedata.observations import Observations

EXTENSIVE = {"count", "sum"}


def area_parts(entry: LayerEntry, ground: Ground) -> list[Part]:
    """Return the ward figures of a layer whose source is keyed by area code.

    Raises
    ------
    DataError
        The codes fit no geography of the place, another edition than asked for, or a geography
        from which the place names no lookup; or a rank or decile is to be apportioned.
    """
    observations = ground.observations(entry.id)
    series = observations.series
    parts = []
    for period, geography in editions(entry, observations, ground).items():
        values = series[period]
        method = _method(entry, geography, ground)
        if method != "direct":
            _refuse_ranks(entry, observations)
        lookup = None if method == "direct" else _lookup(entry, geography, ground)
        if lookup is None:
            part = _direct(entry, period, values, ground)
        elif method == "weighted_mean":
            part = _mean(entry, period, values, lookup, ground)
        else:
            part = _counts(period, values, lookup, ground)
        masses = source_weights(entry, period, ground)[0] if method == "weighted_mean" else None
        part = with_source_errors(entry, part, lookup, masses, ground)
        if lookup is not None:
            absent = _absent(observations, values, lookup)
            part = replace(part, notes=(*part.notes, *absent))
        parts.append(replace(part, rows=_rows(entry, part, lookup, ground)))
    return parts


def _rows(entry: LayerEntry, part: Part, lookup: Lookup | None, ground: Ground) -> pd.DataFrame:
    """Return the source rows behind a part, and behind the weights of its means."""
    import pandas as pd

    table = ground.observations(entry.id).table
    rows = area_rows(entry, table[table["period"] == part.period], ground, lookup)
    if lookup is None or entry.definition.apportion != "weighted_mean":
        return rows
    name = str(entry.definition.weighted_by)
    weights = ground.observations(name).table
    matched, _ = match_period(part.period, _same_edition(entry, name, part.period, ground))
    own = weights[weights["period"] == matched]
    other = area_rows(ground.catalog.layers[name], own, ground, lookup, role="weight")
    return pd.concat([rows, other[are_among(other["key"], rows["key"])]], ignore_index=True)


def _method(entry: LayerEntry, geography: str, ground: Ground) -> str:
    """Return how figures of `geography` come to wards: as the layer says, else as they must."""
    place, definition = ground.catalog.place, entry.definition
    asked = definition.apportion
    if asked in {"points", "nearest", "exposure", "zonal"}:
        problem = entry.document.problem(
            ("apportion",),
            repr(asked),
            "direct, weights, weighted_mean, best_fit (the source has area codes)",
        )
        raise DataError(f"layer {entry.id}: its source is keyed by area code", [problem])
    if geography == place.geography:
        return "direct"
    if asked == "direct":
        _refuse_edition(entry, geography, ground)
    if asked is not None:
        return asked
    if definition.statistic in EXTENSIVE or definition.rate is not None:
        return "weights"
    problem = entry.document.problem(
        ("apportion",), f"nothing, and codes of {geography}",
        "weighted_mean with weighted_by: a layer of counts, since a mean cannot be shared out",
    )  # fmt: skip
    raise DataError(
        f"layer {entry.id}: a mean of {geography} areas cannot be moved to wards as it is",
        [problem],
    )


def _refuse_edition(entry: LayerEntry, geography: str, ground: Ground) -> None:
    home = ground.catalog.place.geography
    own = known_editions(ground)[geography]
    total = len(own)
    joined = len(own & set(ground.observations(entry.id).table["area_code"]))
    problem = entry.document.problem(
        ("apportion",), f"'direct', but codes of {geography} ({joined} of {total}), not {home}",
        f"weights, best_fit or weighted_mean, and a lookup from {geography} to {home}",
    )  # fmt: skip
    raise DataError(f"layer {entry.id}: its codes are of another edition, {geography}", [problem])


def _lookup(entry: LayerEntry, geography: str, ground: Ground) -> Lookup:
    home = ground.catalog.place.geography
    lookup = ground.lookup(geography, home)
    if lookup is None:
        total = len(known_editions(ground)[geography])
        problem = entry.document.problem(
            ("source",), f"codes that fit {geography} ({total} areas), not {home}",
            f"in place.yaml, lookups: - {{from: {geography}, to: {home}, by: postcodes}}",
        )  # fmt: skip
        msg = f"layer {entry.id}: the place names no lookup from {geography} to {home}"
        raise DataError(msg, [problem])
    if entry.definition.apportion == "best_fit":
        return lookup.best_fit()
    return lookup


def _refuse_ranks(entry: LayerEntry, observations: Observations) -> None:
    kind = observations.measure_kind
    if kind in {"rank", "decile"}:
        other = observations.alternative
        problem = entry.document.problem(
            ("value",),
            f"a {kind}",
            "a score, rate or count: ranks and deciles cannot be moved between areas",
            other,
        )
        raise DataError(f"layer {entry.id}: a {kind} cannot be apportioned to wards", [problem])


def _direct(entry: LayerEntry, period: str, values: pd.Series, ground: Ground) -> Part:
    import pandas as pd

    codes = ground.wards.codes
    here = are_among(values.index, codes)
    inside, outside = values[here], values[~here]
    extensive = entry.definition.statistic in EXTENSIVE or entry.definition.rate is not None
    coverage = inside.notna().astype(float)
    columns = {"value": inside, "n": coverage, "coverage": coverage}
    if extensive:
        columns["numerator"] = inside
    notes: list[str] = []
    weighted_by = entry.definition.weighted_by
    if weighted_by:
        weight, note = ward_values(ground, weighted_by, period)
        columns["weight"] = weight
        notes += [note] if note else []
    elif not extensive:
        columns["weight"] = pd.Series(1.0, index=inside.index)
    missing = sorted(set(codes) - set(inside.index))
    if missing:
        shown = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
        notes.append(f"wards that the source does not have: {len(missing)} ({shown})")
    notes += _strangers(outside.index, "ward")
    if extensive:
        flow = Flow(period, float(values.sum()), float(inside.sum()), 0.0, float(outside.sum()))
    else:
        flow = Flow(period, len(values), len(inside), 0.0, len(outside))
    return Part(period, part_frame(codes, columns), flow, "as published for wards", tuple(notes))


def _counts(period: str, values: pd.Series, lookup: Lookup, ground: Ground) -> Part:
    moved = lookup.apply(values)
    outside = float(sum(moved.unmatched.values()))
    columns = {
        "value": moved.values,
        "numerator": moved.values,
        "coverage": moved.coverage,
        "n": _sources(lookup),
    }
    flow = Flow(period, float(values.sum()), moved.allocated, moved.unallocated, outside)
    notes = (*lookup_notes(lookup), *_strangers(moved.unmatched, lookup.source))
    return Part(
        period,
        part_frame(ground.wards.codes, columns),
        flow,
        in_words(lookup),
        notes,
    )


def _mean(
    entry: LayerEntry, period: str, values: pd.Series, lookup: Lookup, ground: Ground
) -> Part:
    weights, note = source_weights(entry, period, ground)
    if not set(weights.index) & set(values.index):
        problem = entry.document.problem(
            ("weighted_by",), f"{entry.definition.weighted_by!r}, whose source has other codes",
            f"a layer whose source is keyed by {lookup.source} codes",
        )  # fmt: skip
        raise DataError(f"layer {entry.id}: nothing to weigh its mean with", [problem])
    moved = lookup.apply_mean(values, weights.reindex(values.index))
    columns = {
        "value": moved.values,
        "weight": moved.weight,
        "coverage": moved.coverage,
        "n": _sources(lookup),
    }
    inside = are_among(values.index, lookup.weights["from_code"])
    flow = Flow(period, len(values), int(inside.sum()), 0.0, int((~inside).sum()))
    method = f"mean weighted by {ground.title(entry.definition.weighted_by)}, {in_words(lookup)}"
    notes = (*([note] if note else []), *lookup_notes(lookup))
    notes += _strangers(moved.unmatched, lookup.source)
    return Part(period, part_frame(ground.wards.codes, columns), flow, method, notes)


METHODS_IN_WORDS = {
    "postcodes": "shared out by postcodes",
    "addresses": "shared out by addresses",
    "dasymetric": "shared out by where in them another layer says that people are",
    "population": "shared out by people",
    "area": "shared out by area overlap, as if people were spread evenly",
    "best_fit": "given whole to one ward each (best fit)",
    "published": "by the published lookup",
}


def in_words(lookup: Lookup) -> str:
    """Return how a lookup moves figures: ``lsoa21 areas shared out by postcodes``."""
    way = METHODS_IN_WORDS.get(lookup.method, f"by {lookup.method}")
    between = f" by way of {', '.join(lookup.via)}" if lookup.via else ""
    return f"{lookup.source} areas{between} {way}"


def lookup_notes(lookup: Lookup) -> tuple[str, ...]:
    """Return what was counted while the lookup was made, without the zeros."""
    told = zip(lookup.told(), lookup.notes.values(), strict=True)
    return tuple(f"{lookup.title}: {line}" for line, count in told if count)


def _absent(observations: Observations, values: pd.Series, lookup: Lookup) -> tuple[str, ...]:
    """Return a note of the place's source areas that the source does not have."""
    told = observations.withheld  # these it has, and does not tell
    hidden = set() if told is None else set(told["area_code"].tolist())
    there = set(values.index.tolist())
    missing = sorted(set(lookup.weights["from_code"].tolist()) - there - hidden)
    if not missing:
        return ()
    shown = ", ".join(missing[:6]) + (", …" if len(missing) > 6 else "")
    what = f"{lookup.source} areas of the place that the source does not have"
    return (f"{what}: {len(missing):,} ({shown})",)


def _strangers(codes: Iterable[str], geography: str) -> tuple[str, ...]:
    """Return a note of codes that join no area of the place, with the first few of them."""
    found = sorted(codes)
    if not found:
        return ()
    shown = ", ".join(found[:5]) + (", …" if len(found) > 5 else "")
    return (f"codes that join no {geography} area of the place: {len(found):,} ({shown})",)


def _sources(lookup: Lookup) -> pd.Series:
    """Return the number of source areas that each target rests on."""
    return lookup.weights.groupby("to_code").size()


def source_weights(entry: LayerEntry, period: str, ground: Ground) -> tuple[pd.Series, str]:
    """Return the counts by source area that weigh a mean, and a note where the period differs."""
    name = str(entry.definition.weighted_by)
    series = _same_edition(entry, name, period, ground)
    matched, note = match_period(period, series)
    if matched is None:
        problem = Problem(
            entry.document.label, "weighted_by", f"{name!r} without figures", "a layer with figures"
        )
        raise DataError(f"layer {entry.id}: {name} has no figures to weigh with", [problem])
    return series[matched], note and f"{name}: {note}"


def _same_edition(
    entry: LayerEntry, weights: str, period: str, ground: Ground
) -> Mapping[str, pd.Series]:
    """Return the weights by period: those of the edition that the period's own codes are of."""
    observations = ground.observations(weights)
    series = observations.series
    if observations.keyed_by != "area":
        return series
    own = editions(entry, ground.observations(entry.id), ground)[period]
    theirs = editions(ground.catalog.layers[weights], observations, ground)
    return {when: values for when, values in series.items() if theirs[when] == own} or series


def ward_values(
    ground: Ground, layer: str, period: str, column: str = "value"
) -> tuple[pd.Series, str]:
    """Return a built layer's ward figures nearest to `period`, and a note where it differs."""
    built = ground.layers[layer]
    matched, note = match_period(period, built.periods)
    rows = built.values[built.values["period"] == matched]
    return rows.set_index("area_code")[column], note and f"{layer}: {note}"
