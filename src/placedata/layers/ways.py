"""How a place's lookups are made: by points, outlines, another layer, tables, code history."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from placedata.columns import are_among
from placedata.errors import DataError, Problem

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from placedata.definitions import LookupRule
    from placedata.layers.ground import Ground
    from placedata.lookups import Lookup
    from placedata.observations import Observations
    from placedata.spatial.dasymetric import MassOf


def made_lookup(rule: LookupRule, ground: Ground) -> Lookup:
    """Return the lookup that a rule of the place file asks for.

    Raises
    ------
    DataError
        The layer or table that it names cannot be used for it.
    """
    if rule.by == "file":
        return _published(rule, ground)
    if rule.by == "history":
        return _by_history(rule, ground)
    return by_outlines(rule, ground, rule.by)


def by_outlines(rule: LookupRule, ground: Ground, by: str) -> Lookup:
    """Return the lookup made from outlines: by points, area overlap, best fit or a layer's mass."""
    from placedata.spatial import apportion

    source, target = ground.boundaries(rule.source), ground.boundaries(rule.target)
    if by == "area":
        return apportion.lookup_by_area(source, target)
    if by == "dasymetric":
        from placedata.spatial.dasymetric import lookup_by_mass

        return lookup_by_mass(source, target, layer_mass(rule, ground))
    points = ground.addresses() if by == "addresses" else ground.postcodes()
    x, y = points["x"].to_numpy(), points["y"].to_numpy()
    if by == "best_fit":
        return apportion.lookup_best_fit(source, target, x, y)
    weight = people_of(str(rule.population), points, ground) if by == "population" else None
    found = apportion.lookup_by_points(source, target, x, y, weight)
    return replace(found, method="addresses") if by == "addresses" else found


def layer_mass(rule: LookupRule, ground: Ground) -> MassOf:
    """Return the mass by the layer that a dasymetric rule names: its newest period.

    A raster's cells, a source of points (each 1, or its value where the layer sums), or counts of
    smaller areas.
    """
    from placedata.layers.layer import period_order
    from placedata.spatial import dasymetric

    name = str(rule.ancillary)
    observations = ground.observations(name)
    if observations.keyed_by == "raster":
        newest = max(observations.rasters, key=period_order)
        return dasymetric.raster_mass(observations.rasters[newest], rule.classes)
    if observations.keyed_by == "point":
        table = observations.table
        rows = table[table["period"] == max(set(table["period"].astype(str)), key=period_order)]
        summed = ground.catalog.layers[name].definition.statistic == "sum"
        weight = rows["value"].fillna(0.0).to_numpy(float) if summed else None
        return dasymetric.point_mass(rows["x"].to_numpy(), rows["y"].to_numpy(), weight)
    fine, counts = counts_of(name, observations, ground)
    return dasymetric.area_mass(ground.boundaries(fine), counts)


def counts_of(name: str, observations: Observations, ground: Ground) -> tuple[str, pd.Series]:
    """Return the geography of a layer of counts, and its newest figures by area code."""
    from placedata.layers.editions import editions

    entry = ground.catalog.layers[name]
    period, values = list(observations.series.items())[-1]
    return editions(entry, observations, ground)[period], values


def people_of(layer: str, points: pd.DataFrame, ground: Ground) -> NDArray[np.float64]:
    """Return how many people each point stands for: its small area's, shared equally."""
    from placedata.spatial.locate import points_in_areas

    observations = ground.observations(layer)
    if observations.keyed_by != "area":
        problem = Problem("place.yaml", "lookups.population", repr(layer), "a layer of area codes")
        raise DataError(f"postcodes cannot be weighted by {layer}", [problem])
    geography, people = counts_of(layer, observations, ground)
    x, y = points["x"].to_numpy(), points["y"].to_numpy()
    located = points_in_areas(x, y, ground.boundaries(geography), nearest=True, within=250)
    codes = points.assign(area=located.codes)["area"]
    return (codes.map(people) / codes.map(codes.value_counts())).fillna(0.0).to_numpy(float)


def _published(rule: LookupRule, ground: Ground) -> Lookup:
    """Return a published lookup; without weights its split areas are shared by postcodes."""
    from placedata.lookups import read_lookup_frame, recode

    frame = ground.table(rule.file)
    source, target = (_codes(name, ground) for name in (rule.source, rule.target))
    names = (str(rule.code_from), str(rule.code_to))
    columns: tuple[str, ...] = names
    if rule.weight is not None:
        columns = (*names, rule.weight)
        return read_lookup_frame(
            frame, rule.source, rule.target, columns, sources=source, targets=target
        )
    if source and names[0] in frame:
        frame = frame[are_among(frame[names[0]], source)]
    elif target and names[1] in frame:
        frame = frame[are_among(frame[names[1]], target)]
    if rule.change is not None:
        columns = (*names, rule.change)
    weights = _weights(rule, ground) if source and target else None
    return recode(frame, rule.source, rule.target, columns, weights=weights)


def _by_history(rule: LookupRule, ground: Ground) -> Lookup:
    """Return the lookup of the changes that the Code History Database lists."""
    from placedata.lookups import recode
    from placedata.lookups.history import changed_codes, year_of

    source, target = (_codes(name, ground) for name in (rule.source, rule.target))
    years = (year_of(rule.source), year_of(rule.target))
    pairs = changed_codes(ground.table(rule.file), years, source, target)
    weights = _weights(rule, ground) if source and target else None
    columns = ("from_code", "to_code")
    return recode(pairs, rule.source, rule.target, columns, weights=weights)


def _weights(rule: LookupRule, ground: Ground) -> Lookup:
    """Return the weights for areas that were split: by postcodes, else by area."""
    return by_outlines(rule, ground, "postcodes" if ground.has_postcodes else "area")


def _codes(geography: str, ground: Ground) -> list[str]:
    """Return the codes of a geography, none where the place has no outlines of it."""
    known = geography in ground.catalog.place.boundaries
    return ground.boundaries(geography).codes if known else []
