"""The ward figures of a layer with their status, and the rule for which may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.columns import are_among
from placedata.layers.editions import editions
from placedata.layers.errors import standard_error
from placedata.layers.layer import ERROR_PARTS, VALUE_COLUMNS
from placedata.layers.traced import HOUSEHOLDS
from placedata.trust.disclosure import Rule, rule_of

if TYPE_CHECKING:
    import pandas as pd

    from placedata.catalog import LayerEntry
    from placedata.layers.ground import Ground
    from placedata.layers.parts import Part


def made_values(entry: LayerEntry, parts: list[Part], ground: Ground) -> pd.DataFrame:
    """Return the values of all periods, with their status.

    A figure that the source itself withholds is suppressed, not missing; so is one made of such a
    figure. What we may not show is decided when all layers are there, since they can give each
    other away (`placedata.build.disclosing`).
    """
    import numpy as np
    import pandas as pd

    frame = pd.concat([part.frame.reset_index() for part in parts], ignore_index=True)
    keys = [(part, str(code)) for part in parts for code in part.frame.index.tolist()]
    hidden = {id(part): _withheld(entry, part.period, ground) for part in parts}
    away = np.array([code in hidden[id(part)] for part, code in keys])
    there = frame["value"].notna().to_numpy()
    status = np.where(there, "ok", np.where(away, "suppressed", "missing"))
    frame.loc[~there, list(ERROR_PARTS)] = float("nan")
    why = [part.reasons.get(code, "") for part, code in keys]
    frame = frame.assign(
        period=[part.period for part, _ in keys],
        status=status.astype(object),
        standard_error=standard_error(frame),
        reason=np.where(status == "missing", np.array(why, dtype=object), ""),
    )
    values = frame[list(VALUE_COLUMNS)]
    return values.sort_values(["period", "area_code"], ignore_index=True)


def _wards_of(entry: LayerEntry, period: str, codes: set[str], ground: Ground) -> set[str]:
    """Return the wards that rest on some source areas: themselves, or through the lookup."""
    home = ground.catalog.place.geography
    periods = editions(entry, ground.observations(entry.id), ground)
    geography = periods.get(period, home)
    lookup = None if geography == home else ground.lookup(geography, home)
    if not codes or lookup is None:
        return codes
    pairs = lookup.weights
    return set(pairs.loc[are_among(pairs["from_code"], codes), "to_code"])


def layer_rule(entry: LayerEntry, ground: Ground) -> Rule:
    """Return which figures of a layer may not be shown.

    Unless the layer says so, figures by area count people and points count things, but homes and
    addresses count as people do; a layer made of another's counts counts what that one does.
    """
    definition, place = entry.definition, ground.catalog.place.disclosure
    if definition.source is None:
        above = ground.layers[str(definition.rate and definition.rate.numerator)]
        people = above.rule is not None and above.rule.counts == "people"
    else:
        people = definition.source.loader in HOUSEHOLDS
        people = people or ground.observations(entry.id).keyed_by == "area"
    return rule_of(definition.disclosure, place, people=people)


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
