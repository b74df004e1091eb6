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


def graded(layer: Layer, belongs: Belongs = None) -> pd.Series:
    """Return the grade of each of a layer's figures, empty where there is no figure.

    Parameters
    ----------
    layer
        The layer, of the place's own areas or of larger ones.
    belongs
        Ward -> larger area, for a layer of larger areas: its sensors are those of the wards.
    """
    return value_grades(_with_capture(layer, belongs), _nature(layer))["grade"]


def noted_quality(layer: Layer, belongs: Belongs = None) -> dict[str, Any]:
    """Return what a snapshot keeps of a layer's quality: all that does not depend on the day."""
    frame = _with_capture(layer, belongs)
    rows = frame[frame["period"] == layer.periods[-1]]
    nature = _nature(layer)
    grades = value_grades(rows, nature)["grade"]
    return facts_of(rows, grades, Made(nature, layer.ledger, layer.notes))


def _nature(layer: Layer) -> Nature:
    newest = layer.values[layer.values["period"] == layer.periods[-1]]
    return nature_of(layer.definition, layer.method, newest)


def _with_capture(layer: Layer, belongs: Belongs) -> pd.DataFrame:
    """Return the figures with ``capture``: share of the hours that an area's sensors measured."""
    captured = sensor_capture(layer, belongs)
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
