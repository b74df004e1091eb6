"""Grades of figures and layers, as a snapshot keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from placedata.trust.quality_layer import Made, facts_of
from placedata.trust.quality_values import Nature, nature_of, value_grades

if TYPE_CHECKING:
    import pandas as pd

    from placedata.layers import Layer

#: Areas of a larger level, or wards themselves: ward -> area; None for the place's own areas.
Belongs = Mapping[str, str] | None


def graded(layer: Layer, belongs: Belongs = None) -> tuple[pd.Series, dict[str, Any]]:
    """Return the grade of each of a layer's figures, and what a snapshot keeps of its quality.

    Parameters
    ----------
    layer
        The layer, of the place's own areas or of larger ones.
    belongs
        Ward -> larger area, for a layer of larger areas: its sensors are those of the wards.

    Returns
    -------
    Grades, empty where there is no figure; and all of the quality that does not depend on the day.
    """
    nature = _nature(layer)
    frame = _with_capture(layer, belongs, nature)
    grades = value_grades(frame, nature)["grade"]
    newest = frame["period"] == layer.periods[-1]
    made = Made(nature, layer.ledger, layer.notes)
    return grades, facts_of(frame[newest], grades[newest], made)


def _nature(layer: Layer) -> Nature:
    newest = layer.values[layer.values["period"] == layer.periods[-1]]
    return nature_of(layer.definition, layer.method, newest)


def _with_capture(layer: Layer, belongs: Belongs, nature: Nature) -> pd.DataFrame:
    """Return the figures with ``capture``: share of the hours that an area's sensors measured."""
    captured = sensor_capture(layer, belongs) if nature.hourly else None
    if captured is None:
        return layer.values.assign(capture=float("nan"))
    keys = layer.values.set_index(["period", "area_code"]).index
    return layer.values.assign(capture=captured.reindex(keys).to_numpy())


def sensor_capture(layer: Layer, belongs: Belongs = None) -> pd.Series | None:
    """Return the share of the hours measured by (period, area_code), or None without sensors.

    Each sensor counts by its share in the area's figure; a larger area is the mean of its wards.
    """
    from placedata.intake.hours import hours_of

    if layer.rows is None or not _nature(layer).hourly:
        return None
    rows = layer.rows[layer.rows["role"].astype(str) == "sensor"]
    rows = rows.astype({"period": str, "area_code": str})
    hours = rows["period"].map({period: hours_of(period) for period in rows["period"].unique()})
    share = rows["share"].abs()  # kriging has weights below zero
    part = (rows["n"] / hours).clip(upper=1.0) * share
    keys = [rows["period"], rows["area_code"]]
    wards = part.groupby(keys).sum() / share.groupby(keys).sum()
    if belongs is None:
        return wards
    areas = wards.reset_index(name="capture")
    areas["area_code"] = areas["area_code"].map(dict(belongs))
    return areas.groupby(["period", "area_code"])["capture"].mean()
