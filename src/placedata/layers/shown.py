"""Which ward figures may be shown, and why the others may not or cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.layers.editions import editions
from placedata.layers.errors import standard_error
from placedata.layers.layer import ERROR_PARTS, VALUE_COLUMNS
from placedata.trust.disclosure import suppressed

if TYPE_CHECKING:
    import pandas as pd

    from placedata.catalog import LayerEntry
    from placedata.layers.ground import Ground
    from placedata.layers.parts import Part


def shown_values(entry: LayerEntry, parts: list[Part], ground: Ground) -> tuple[pd.DataFrame, int]:
    """Return the values as they may be shown, with their status, and how many are hidden.

    Counts of people below the threshold are suppressed, and the rates made of them. A figure that
    the source itself withholds is suppressed too, not missing; so is one made of such a figure.
    """
    import pandas as pd

    threshold = _threshold(entry, ground)
    frames, hidden = [], 0
    for part in parts:
        frame = part.frame.copy()
        frame["status"] = frame["value"].notna().map({True: "ok", False: "missing"})
        withheld = _withheld(entry, part.period, ground)
        frame.loc[frame["value"].isna() & frame.index.isin(withheld), "status"] = "suppressed"
        if threshold is not None and frame["numerator"].notna().any():
            few = suppressed(frame["numerator"], threshold)
            hidden += int(few.sum())
            frame.loc[few, ["value", "numerator"]] = float("nan")
            frame.loc[few, "status"] = "suppressed"
        # What is not shown has no error either: that of a count of people would tell the count.
        frame.loc[frame["status"] != "ok", list(ERROR_PARTS)] = float("nan")
        frame["standard_error"] = standard_error(frame)
        why = [part.reasons.get(str(code), "") for code in frame.index]
        frame["reason"] = pd.Series(why, index=frame.index).where(frame["status"] == "missing", "")
        frame["period"] = part.period
        frames.append(frame.reset_index())
    values = pd.concat(frames, ignore_index=True)[list(VALUE_COLUMNS)]
    return values.sort_values(["period", "area_code"], ignore_index=True), hidden


def _wards_of(entry: LayerEntry, period: str, codes: set[str], ground: Ground) -> set[str]:
    """Return the wards that rest on some source areas: themselves, or through the lookup."""
    home = ground.catalog.place.geography
    periods = editions(entry, ground.observations(entry.id), ground)
    geography = periods.get(period, home)
    lookup = None if geography == home else ground.lookup(geography, home)
    if not codes or lookup is None:
        return codes
    pairs = lookup.weights
    return set(pairs.loc[pairs["from_code"].isin(codes), "to_code"])


def _threshold(entry: LayerEntry, ground: Ground) -> int | None:
    """Return the least count that may be shown, or None where the layer does not count people.

    Unless the layer says so, figures by area count people and points count things.
    """
    rule = entry.definition.disclosure
    if rule is not None:
        return (rule.threshold or ground.threshold) if rule.counts == "people" else None
    by_area = entry.definition.source is None or ground.observations(entry.id).keyed_by == "area"
    return ground.threshold if by_area else None


def _withheld(entry: LayerEntry, period: str, ground: Ground) -> set[str]:
    """Return the wards whose figure exists but is not told, by the source or by another layer."""
    if entry.definition.source is not None:
        told = ground.observations(entry.id).withheld
        if told is None:
            return set()
        rows = told[(told["period"] == period) & (told["reason"] == "suppressed")]
        return _wards_of(entry, period, set(rows["area_code"]), ground)
    rate = entry.definition.rate
    above = ground.layers[str(rate and rate.numerator)].values
    rows = above[(above["period"] == period) & (above["status"] == "suppressed")]
    return set(rows["area_code"])
