"""One figure for the whole place, and for the wider area that it is set beside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from placedata.errors import PlaceDataError
from placedata.layers.areas import EXTENSIVE
from placedata.layers.layer import Summary
from placedata.layers.parts import match_period

if TYPE_CHECKING:
    import pandas as pd

    from placedata.catalog import LayerEntry
    from placedata.layers.ground import Ground
    from placedata.layers.parts import Part

#: Statistics whose figure for the whole place is that of one of its wards, not a mean of them.
EXTREMES = {"minimum": "min", "maximum": "max"}
#: Statistics of parts that do not give that of all of them together: the median, p5 to p95.
NOT_OF_PARTS = frozenset({"median", "p5", "p10", "p25", "p75", "p90", "p95"})


def place_summary(entry: LayerEntry, part: Part, ground: Ground) -> Summary:
    """Return the value of the whole place for one period, and of the wider area beside it."""
    made = _place_figure(entry, part, ground)
    if made.comparator is None:
        return made
    return replace(made, wider=_wider_made(entry, part.period, ground))


def _place_figure(entry: LayerEntry, part: Part, ground: Ground) -> Summary:
    """Return the figure of the place, from the wards' unsuppressed figures."""
    definition, frame = entry.definition, part.frame
    comparator = comparator_value(entry, part.period, ground)
    have = frame[frame["value"].notna()]
    if have.empty:
        return Summary(part.period, None, comparator, "no ward has a figure")
    if definition.rate is not None:
        both = have[have["numerator"].notna() & (have["denominator"] > 0)]
        if both.empty:
            return Summary(part.period, None, comparator, "no ward has a figure")
        value = definition.rate.per * both["numerator"].sum() / both["denominator"].sum()
        return Summary(part.period, float(value), comparator, "rate of the whole place")
    if definition.statistic in EXTENSIVE:
        total = float(have["value"].sum())
        if len(have) < len(frame):
            return Summary(
                part.period, total, comparator, f"total of the {len(have)} wards with a figure"
            )
        return Summary(part.period, total, comparator, "total")
    if definition.statistic in EXTREMES and definition.weighted_by is None:
        extreme = have["value"].agg(EXTREMES[definition.statistic])
        return Summary(part.period, float(extreme), comparator, f"{definition.statistic} of wards")
    weights = have["weight"]
    if weights.notna().all() and weights.sum() > 0:
        value = float((have["value"] * weights).sum() / weights.sum())
        return Summary(part.period, value, comparator, _basis(entry, part, ground))
    return Summary(part.period, float(have["value"].mean()), comparator, "simple mean of wards")


def _basis(entry: LayerEntry, part: Part, ground: Ground) -> str:
    if entry.definition.weighted_by:
        return f"mean weighted by {ground.title(entry.definition.weighted_by)}"
    if part.method.startswith("as published"):
        return "simple mean of wards"
    if "raster" in part.method:
        return "mean weighted by area"
    return "mean weighted by postcodes" if "postcodes" in part.method else "mean weighted by points"


def comparator_value(entry: LayerEntry, period: str, ground: Ground) -> float | None:
    """Return the value of the wider area, or None where the layer names no wider source.

    A count has no comparator, since a larger area has a larger count.
    """
    definition = entry.definition
    if entry.compare is None or (definition.rate is None and definition.statistic in EXTENSIVE):
        return None
    values = _wide_series(ground, entry.id, period)
    if values is None:
        return None
    if definition.rate is not None:
        below = _wide_series(ground, definition.rate.denominator, period)
        if below is None:
            return None
        joined = values.to_frame("n").join(below.to_frame("d"), how="inner").dropna()
        if joined["d"].sum() <= 0:
            return None
        return float(definition.rate.per * joined["n"].sum() / joined["d"].sum())
    if definition.weighted_by is not None:
        weights = _wide_series(ground, definition.weighted_by, period)
        if weights is None:
            return None
        joined = values.to_frame("v").join(weights.to_frame("w"), how="inner").dropna()
        return (
            float((joined["v"] * joined["w"]).sum() / joined["w"].sum())
            if joined["w"].sum() > 0
            else None
        )
    return float(values.mean()) if values.notna().any() else None


def _wider_made(entry: LayerEntry, period: str, ground: Ground) -> dict[str, Any]:
    """Return how the value of the wider area was made: words, areas, period, files."""
    definition = entry.definition
    names, how = [entry.id], "mean of the areas"
    if definition.rate is not None:
        names.append(definition.rate.denominator)
        below = ground.title(definition.rate.denominator)
        how = f"{definition.rate.per:g} × sum of the numerators / sum of {below}"
    elif definition.weighted_by is not None:
        names.append(definition.weighted_by)
        how = f"mean weighted by {ground.title(definition.weighted_by)}"
    series = [_wide_series(ground, name, period) for name in names]
    known = [set(one.dropna().index.tolist()) for one in series if one is not None]
    shared = set.intersection(*known)
    files = {
        source.label: {"label": source.label, "sha256": source.sha256, "rows": source.rows}
        for name in names
        for source in ground.observations(name, "compare").sources
    }
    matched, _ = match_period(period, ground.observations(entry.id, "compare").series)
    return {"how": how, "areas": len(shared), "period": matched, "sources": list(files.values())}


def _wide_series(ground: Ground, layer: str, period: str) -> pd.Series | None:
    """Return a layer's figures by area for the wider area, in the period nearest to `period`."""
    if ground.catalog.layers[layer].compare is None:
        return None
    try:
        observations = ground.observations(layer, "compare")
    except PlaceDataError as error:
        msg = f"layer {layer}: its wider source (compare) cannot be used: {error.message}"
        raise type(error)(msg, error.problems) from error
    if observations.keyed_by != "area":
        return None
    series = observations.series
    matched, _ = match_period(period, series)
    return series[matched] if matched else None
