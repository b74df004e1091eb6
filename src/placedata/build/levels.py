"""Figures of larger areas (boroughs), made of those of the wards in them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from placedata.layers.errors import standard_error
from placedata.layers.layer import ERROR_PARTS, SHARED_ERROR, VALUE_COLUMNS
from placedata.layers.totals import EXTREMES, NOT_OF_PARTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from placedata.geography import Boundaries
    from placedata.layers import Ground, Layer

#: A larger area with figures for fewer than this share of its wards has no mean or rate.
LEAST_WARDS = 0.5


def membership(wards: Boundaries, larger: Boundaries) -> tuple[dict[str, str], list[str]]:
    """Return ward -> larger area by where most of its surface lies, and what is to be noted."""
    from placedata.spatial.apportion import lookup_best_fit

    lookup = lookup_best_fit(wards, larger)
    belongs = dict(zip(lookup.weights["from_code"], lookup.weights["to_code"], strict=True))
    without = sorted(set(wards.codes) - set(belongs))
    notes = [
        line for line, count in zip(lookup.told(), lookup.notes.values(), strict=True) if count
    ]
    if without:
        notes.append(f"wards in no {larger.geography} area: {', '.join(without)}")
    return belongs, notes


def told_apart(
    wards: Boundaries,
    larger: Mapping[str, Boundaries],
    belonging: Mapping[str, Mapping[str, str]],
) -> Boundaries:
    """Return the wards, those of one name with the larger area behind it: ``Abbey (Camden)``."""
    frame = wards.frame
    twice = frame["area_name"].duplicated(keep=False)
    if not larger or not twice.any():
        return wards
    level = next(iter(larger))
    names = dict(larger[level].frame[["area_code", "area_name"]].to_numpy())
    behind = frame["area_code"].map(belonging[level]).map(names)
    told = (frame["area_name"] + " (" + behind + ")").where(
        twice & behind.notna(), frame["area_name"]
    )
    note = f"names of several wards, told apart by their {level} area: {int(twice.sum())}"
    return replace(wards, frame=frame.assign(area_name=told), notes=(*wards.notes, note))


def belonging(ground: Ground) -> dict[str, tuple[dict[str, str], list[str]]]:
    """Return level -> ward -> larger area, and what is to be noted, made once."""

    def made(level: str) -> tuple[dict[str, str], list[str]]:
        return membership(ground.wards, ground.boundaries(level))

    larger = ground.catalog.place.larger
    return {level: ground.once(("belonging", level), partial(made, level)) for level in larger}


def larger_values(layer: Layer, belongs: Mapping[str, str], codes: list[str]) -> pd.DataFrame:
    """Return the figures of larger areas: counts are sums, rates and means are made again.

    A larger area with a ward that the source withholds is suppressed, since its total less the
    other wards would give the ward away. A count needs every ward; a rate or mean half of them.
    The least or greatest figure is that of one of the wards. A median or percentile of several
    wards cannot be made of theirs: it is missing, and the reason says so.
    """
    import pandas as pd

    frames = [
        _one_period(layer, group.set_index("area_code"), belongs, codes).assign(period=period)
        for period, group in layer.values.groupby("period", sort=True)
    ]
    values = pd.concat([frame.reset_index() for frame in frames], ignore_index=True)
    return values[list(VALUE_COLUMNS)]


def _one_period(
    layer: Layer, wards: pd.DataFrame, belongs: Mapping[str, str], codes: list[str]
) -> pd.DataFrame:
    import pandas as pd

    inside = wards.assign(larger=wards.index.map(belongs))
    groups = inside.groupby("larger")
    ok = (inside["status"] == "ok").groupby(inside["larger"]).mean()
    # What the figure rests on: of wards without one, nothing.
    have = inside[inside["value"].notna()].groupby("larger")
    frame = have[["numerator", "denominator", "weight", "n"]].sum(min_count=1)
    frame = frame.reindex(sorted(groups.groups)).rename_axis("larger")
    frame["coverage"] = groups["coverage"].mean()
    frame["value"] = _values(layer, inside)
    for name in ERROR_PARTS:
        frame[name] = _errors(layer, inside, name)
    needed = 1.0 if _extensive(layer) else LEAST_WARDS
    hidden = (inside["status"] == "suppressed").groupby(inside["larger"]).any()
    frame["status"] = "ok"
    frame.loc[frame["value"].isna() | (ok < needed), "status"] = "missing"
    frame.loc[hidden, "status"] = "suppressed"
    frame.loc[frame["status"] != "ok", ["value", "numerator", *ERROR_PARTS]] = float("nan")
    frame["standard_error"] = standard_error(frame)
    frame = frame.reindex(pd.Index(codes, name="area_code"))
    frame["status"] = frame["status"].fillna("missing")
    frame["reason"] = ""
    if _not_of_parts(layer):
        why = f"the {layer.definition.statistic} of several areas cannot be made of theirs"
        frame.loc[frame["status"] == "missing", "reason"] = why
    return frame


def _errors(layer: Layer, wards: pd.DataFrame, name: str) -> pd.Series:
    """Return a part of the standard error of each larger area, from those of its wards.

    Each ward's error counts as its value does in `_values`; without that of every ward that has a
    value there is none. Chance and sharing out are taken to be independent and add in squares.
    Errors of sensors add as they are, as in `placedata.snapshot.custom`.
    """
    have = wards[wards["value"].notna()]
    key = have["larger"]
    if layer.definition.rate is None and layer.definition.statistic in EXTREMES:
        return have["value"].groupby(key).first() * float("nan")
    if layer.definition.rate is not None:
        share = have["denominator"]
    elif _extensive(layer):
        share = None
    else:
        whole = (have["weight"] > 0).all()
        share = have["weight"] if whole else have["value"].notna().astype(float)
    terms = have[name] if share is None else have[name] * share
    if name == SHARED_ERROR:
        # Wards rest on the same sensors: without one of them all are wrong the same way. The error
        # of a sum is at most the sum of the errors, and comes to it where they go together (Guide
        # to the expression of uncertainty in measurement, JCGM 100:2008, 5.2.2, note 1).
        total = terms.groupby(key).sum(min_count=1)
    else:
        total = (terms**2).groupby(key).sum(min_count=1) ** 0.5
    complete = have[name].notna().groupby(key).all()
    if share is not None:
        total = total / share.groupby(key).sum()
    return total.where(complete)


def _extensive(layer: Layer) -> bool:
    definition = layer.definition
    return definition.rate is None and definition.statistic in {"count", "sum"}


def _not_of_parts(layer: Layer) -> bool:
    return layer.definition.rate is None and layer.definition.statistic in NOT_OF_PARTS


def _values(layer: Layer, wards: pd.DataFrame) -> pd.Series:
    """Return the value of each larger area from the wards that have one."""
    have = wards[wards["value"].notna()]
    key = have["larger"]
    if layer.definition.rate is not None:
        above, below = have["numerator"].groupby(key).sum(), have["denominator"].groupby(key).sum()
        return (layer.definition.rate.per * above / below).where(below > 0)
    if _extensive(layer):
        return have["value"].groupby(key).sum()
    if layer.definition.statistic in EXTREMES:
        return have["value"].groupby(key).agg(EXTREMES[layer.definition.statistic])
    if _not_of_parts(layer):
        single = key.map(wards["larger"].value_counts()) == 1
        return have["value"].where(single).groupby(key).first()
    weight = have["weight"].where(have["weight"] > 0)
    if weight.isna().any():
        return have["value"].groupby(key).mean()
    return (have["value"] * weight).groupby(key).sum() / weight.groupby(key).sum()
