"""How wrong a layer's ward figures are because they were shared out: measured for every layer.

The error of each way is measured by hold-out (`placedata.spatial.holdout`) with the layer's own
figures: on smaller areas that the layer names (``finer``), else on neighbouring source areas taken
together in twos. It goes into `error_apportionment` of the ward figures, and what was measured
into the layer's record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from placedata.layers.editions import editions
from placedata.layers.layer import ERROR_PARTS
from placedata.layers.parts import Part, match_period

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from placedata.catalog import LayerEntry
    from placedata.geography import Boundaries
    from placedata.layers.ground import Ground
    from placedata.lookups import Lookup
    from placedata.spatial.holdout import Groups, HoldOut

    Floats = NDArray[np.float64]

COLUMN = "error_apportionment"
assert COLUMN in ERROR_PARTS  # noqa: S101  (a column of another name would be lost)

WAYS = {
    "addresses": "addresses",
    "postcodes": "postcodes",
    "population": "people",
    "dasymetric": "the ancillary layer",
    "area": "area",
    "best_fit": "best fit",
}


@dataclass(frozen=True)
class Shared:
    """Counts of one period on the areas of another geography, and how they come to wards.

    Parameters
    ----------
    layer
        The layer of the counts.
    geography
        The geography of the counts.
    values
        Area code -> count, areas of the place only.
    weights
        The shares of areas in wards that errors come from, as of a lookup.
    method
        The way that the figures take: ``postcodes``, ``area``, ``best_fit`` …
    """

    layer: str
    geography: str
    values: pd.Series
    weights: pd.DataFrame
    method: str


@dataclass(frozen=True)
class Found:
    """Ward -> standard error in the unit of the value, and what it was measured on."""

    errors: pd.Series
    measured: HoldOut
    shared: Shared


def with_apportionment(
    entry: LayerEntry, parts: list[Part], ground: Ground
) -> tuple[list[Part], Mapping[str, Any] | None]:
    """Return the parts with their errors of apportionment, and what was measured (newest period).

    Parts whose figures were not shared out are returned as they are.
    """
    done: list[Part] = []
    told: Mapping[str, Any] | None = None
    for part in parts:
        found = _found(entry, part, ground)
        if found is None:
            done.append(part)
            continue
        errors = found.errors.reindex(part.frame.index).fillna(0.0)
        errors = errors.where(part.frame["value"].notna())
        told = _told(entry, part.period, found) | _on_wards(errors, entry.definition.unit)
        frame = part.frame.assign(**{COLUMN: errors})
        words = {**part.errors, "apportionment": told["words"]}
        done.append(replace(part, frame=frame, errors=words))
    return done, told


def _found(entry: LayerEntry, part: Part, ground: Ground) -> Found | None:
    """Return the errors of one period; None where figures were not shared out, or are too few."""
    definition = entry.definition
    if definition.rate is not None:
        return _of_rate(entry, part, ground)
    own = shared_out(entry.id, part.period, ground)
    if own is None:
        return None
    if definition.apportion == "weighted_mean":
        people = _weights_of(entry, own, part.period, ground)
        return _of_mean(part, replace(own, values=people), own.values, ground)
    return _of_counts(own, definition.finer, ground)


def _measured_way(shared: Shared, measured: HoldOut) -> str:
    """Return the way that figures take, or the place's usual one where theirs is not measured.

    A chain, a table with weights, and people of the same areas cannot be measured as they are.
    """
    if shared.method in measured.errors:
        return shared.method
    # People weigh postcodes.
    return "postcodes" if shared.method == "population" else next(iter(measured.errors))


def _of_counts(shared: Shared, finer: str | None, ground: Ground) -> Found | None:
    from placedata.spatial.holdout import count_errors

    measured = _measured(shared, None, finer, ground)
    if measured is None:
        return None
    way = _measured_way(shared, measured)
    errors = count_errors(shared.weights, shared.values, measured.dispersion[way])
    return Found(errors, measured, shared)


def _of_mean(part: Part, people: Shared, values: pd.Series, ground: Ground) -> Found | None:
    """Return the errors of values that people weigh, both known for the same areas."""
    from placedata.spatial.holdout import mean_errors

    measured = _measured(people, values, None, ground)
    if measured is None:
        return None
    way = _measured_way(people, measured)
    pair = (measured.dispersion[way], measured.spread[way])
    errors = mean_errors(people.weights, people.values, values, part.frame["value"], pair)
    return Found(errors, measured, people)


def _of_rate(entry: LayerEntry, part: Part, ground: Ground) -> Found | None:
    """Return the errors of a rate; of counts of different areas, as if they were independent."""
    definition = entry.definition
    rate = definition.rate
    if rate is None:
        return None
    name = rate.numerator if definition.source is None else entry.id
    above = shared_out(name, part.period, ground)
    below = shared_out(rate.denominator, part.period, ground)
    if above is not None and below is not None and above.geography == below.geography:
        values = (rate.per * above.values / below.values).where(below.values > 0)
        return _of_mean(part, below, values, ground)
    frame = part.frame
    scales = (rate.per / frame["denominator"], frame["value"] / frame["denominator"])
    kept: list[Found] = []
    for shared, scale in zip((above, below), scales, strict=True):
        found = None if shared is None else _of_counts(shared, None, ground)
        if found is not None:
            errors = found.errors.reindex(frame.index).fillna(0.0) * scale.abs()
            kept.append(replace(found, errors=errors))
    if not kept:
        return None
    return replace(kept[0], errors=sum(one.errors**2 for one in kept) ** 0.5)


def shared_out(layer: str | None, period: str, ground: Ground) -> Shared | None:
    """Return a layer's counts by source area in the period nearest; None where not shared out."""
    if layer is None or ground.catalog.layers[layer].definition.source is None:
        return None
    series = ground.once(("shared", layer), lambda: _series(layer, ground))
    matched, _ = match_period(period, series)
    if matched is None:
        return None
    geography, values = series[matched]
    home = ground.catalog.place.geography
    lookup = None if geography == home else ground.lookup(geography, home)
    if lookup is None or geography not in ground.catalog.place.boundaries:
        return None
    fitted = ground.catalog.layers[layer].definition.apportion == "best_fit"
    weights, method = _way(lookup, ground)
    here = values.reindex(_codes(geography, ground))
    return Shared(layer, geography, here, weights, "best_fit" if fitted else method)


def _codes(geography: str, ground: Ground) -> pd.Index:
    """Return the codes of a geography as an index, made once."""
    import pandas as pd

    found: pd.Index = ground.once(
        ("codes", geography), lambda: pd.Index(ground.boundaries(geography).codes)
    )
    return found


def _series(layer: str, ground: Ground) -> dict[str, tuple[str, pd.Series]]:
    """Return period -> geography and values of a source keyed by area; nothing of other sources."""
    observations = ground.observations(layer)
    if observations.keyed_by != "area":
        return {}
    entry = ground.catalog.layers[layer]
    periods = editions(entry, observations, ground)
    return {when: (periods[when], values) for when, values in observations.series.items()}


def _way(lookup: Lookup, ground: Ground) -> tuple[pd.DataFrame, str]:
    """Return the shares that a lookup's errors come from, and the way that it goes.

    A lookup that gives areas whole to wards hides its cuts: they are those of the outlines.
    """
    if lookup.method in {"best_fit", "published"} and (lookup.weights["weight"] == 1).all():
        return _cut(lookup, ground).weights, "best_fit"
    return lookup.weights, lookup.method


def _cut(lookup: Lookup, ground: Ground) -> Lookup:
    """Return the lookup of the same areas by the place's usual way, made from outlines."""
    from placedata.definitions import LookupRule
    from placedata.layers.ways import by_outlines

    way = next(iter(ways(ground)))
    rule = LookupRule.model_validate({"from": lookup.source, "to": lookup.target, "by": way})
    found: Lookup = ground.once(
        ("cut", lookup.source, lookup.target), lambda: by_outlines(rule, ground, way)
    )
    return found


def ways(ground: Ground) -> tuple[str, ...]:
    """Return the ways that a place can share figures out by, the usual one first."""
    place = ground.catalog.place
    points = [("addresses", place.addresses), ("postcodes", place.postcodes)]
    return (*(name for name, file in points if file is not None), "area")


def _measured(
    shared: Shared, values: pd.Series | None, finer: str | None, ground: Ground
) -> HoldOut | None:
    """Return the hold-out of a layer's figures on its source areas, or on the finer layer's."""
    from placedata.spatial.holdout import hold_out

    geography, counts = shared.geography, shared.values
    fine = None if finer is None else shared_out(finer, "", ground)
    if fine is not None:
        geography, counts = fine.geography, fine.values
    groups = _groups(geography, shared.geography, ground)
    weighing = masses(geography, shared, {shared.layer, finer}, ground)
    codes = _codes(geography, ground)
    people = counts.reindex(codes)
    if values is None:
        return hold_out(groups, weighing, people.to_numpy(float))
    here = values.reindex(codes)
    known = people.where(here.notna())
    centre = float((known * here).sum() / known.sum()) if known.sum() > 0 else 0.0
    return hold_out(groups, weighing, people.to_numpy(float), here.to_numpy(float), centre)


def _groups(fine: str, coarse: str, ground: Ground) -> Groups:
    from placedata.spatial.holdout import merged_neighbours, parts_within

    def make() -> Groups:
        if fine == coarse:
            return merged_neighbours(ground.boundaries(fine))
        return parts_within(ground.boundaries(fine), ground.boundaries(coarse))

    found: Groups = ground.once(("groups", fine, coarse), make)
    return found


def masses(
    geography: str, shared: Shared, known: set[str | None], ground: Ground
) -> dict[str, Floats]:
    """Return way -> what each area of a geography weighs in it, the usual way first.

    Parameters
    ----------
    shared
        The counts; the rules that lead from their geography say which other layer weighs them.
    known
        The layers that tell the truth: one that also weighs would only find itself again.
    """
    from placedata.layers.ways import counts_of, layer_mass, people_of

    def make() -> dict[str, Floats]:
        import shapely

        from placedata.spatial.dasymetric import point_mass

        areas: Boundaries = ground.boundaries(geography)
        found: dict[str, Floats] = {}
        for way in ways(ground)[:-1]:
            points = ground.addresses() if way == "addresses" else ground.postcodes()
            found[way] = point_mass(points["x"].to_numpy(), points["y"].to_numpy())(areas)
        for rule in weighed:
            if rule.by == "dasymetric":
                found["dasymetric"] = layer_mass(rule, ground)(areas)
                continue
            name = str(rule.population)
            finer, _ = counts_of(name, ground.observations(name), ground)
            # People of these very areas, spread over their postcodes, would tell their own truth.
            if finer != geography:
                points = ground.postcodes()
                people = people_of(name, points, ground)
                x, y = points["x"].to_numpy(), points["y"].to_numpy()
                found["population"] = point_mass(x, y, people)(areas)
        found["area"] = shapely.area(areas.frame.geometry.to_numpy())
        return found

    weighed = [
        rule
        for rule in ground.catalog.place.lookups
        if rule.source == shared.geography
        and {rule.ancillary, rule.population} - {None}
        and not {rule.ancillary, rule.population} & known - {None}
    ]
    names = tuple(rule.ancillary or rule.population for rule in weighed)
    made: dict[str, Floats] = ground.once(("masses", geography, names), make)
    return made


def _weights_of(entry: LayerEntry, shared: Shared, period: str, ground: Ground) -> pd.Series:
    """Return the people that weigh a mean, by its source areas."""
    from placedata.layers.areas import source_weights

    people, _ = source_weights(entry, period, ground)
    return people.reindex(shared.values.index)


def _on_wards(errors: pd.Series, unit: str) -> dict[str, Any]:
    """Return the median and the largest standard error of the wards, in the layer's unit."""
    known = errors.dropna()
    sizes = {"median": float(known.median()), "largest": float(known.max())} if len(known) else {}
    return {"wards": {**sizes, "unit": unit}}


def _told(entry: LayerEntry, period: str, found: Found) -> dict[str, Any]:
    """Return what the layer's record says of the measurement."""
    from placedata.geography import geography_in_words

    measured, shared = found.measured, found.shared
    way = _measured_way(shared, measured)
    mean = measured.spread[way] > 0
    finer = entry.definition.finer if entry.definition.rate is None and not mean else None
    where = f"{measured.groups:,} {{}}{geography_in_words(shared.geography)}"
    if finer is not None:
        design = where.format("") + f", whose parts the layer {finer} tells"
    else:
        design = where.format("pairs of neighbouring ") + ", each taken as one"
    unit = entry.definition.unit if mean else "%"
    errors = {name: one * (1.0 if mean else 100.0) for name, one in measured.errors.items()}
    ranked = sorted(errors, key=lambda name: errors[name])
    listed = ", ".join(f"{WAYS[name]} {errors[name]:.3g} {unit}" for name in ranked)
    what = "the value is off by, on average" if mean else "put into the wrong part"
    if not mean and shared.layer != entry.id:
        what = f"of the counts of {shared.layer}, {what}"
    words = f"measured on {design}; {what}: {listed}; this layer goes by "
    words += WAYS.get(shared.method, f"another way, taken to be as wrong as {WAYS[way]}")
    if shared.method in WAYS and way != shared.method:
        words += f", taken to be as wrong as {WAYS[way]}"
    if measured.winner != way:
        words += f", though {WAYS[measured.winner]} came nearer"
    return {
        "words": words, "design": "finer" if finer else "neighbours", "finer": finer,
        "geography": shared.geography, "groups": measured.groups, "period": period,
        "method": shared.method, "winner": measured.winner, "errors": errors, "unit": unit,
        "dispersion": measured.dispersion[way], "spread": measured.spread[way],
    }  # fmt: skip
