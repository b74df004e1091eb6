"""Points of a layer that may be drawn on the map: services, assets and sensors, never people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from placedata.catalog import LayerEntry
    from placedata.definitions import LayerDefinition
    from placedata.layers.ground import Ground

#: Ways to wards whose points are services or sensors by what they are.
_BY_WAY = {"nearest": "services", "reach": "services", "exposure": "sensors"}
THING_COLUMNS = ("name", "x", "y", "area_code")


def kind_of(definition: LayerDefinition) -> str | None:
    """Return ``services``, ``assets`` or ``sensors``; None where points may not be drawn.

    What a layer file says goes first. Points that are counted in wards may be anything, also
    addresses and what befell people, so they are drawn only where the file says what they are.
    """
    if definition.source is None:
        return None
    return definition.things or _BY_WAY.get(definition.apportion or "")


def things_of(entry: LayerEntry, ground: Ground) -> pd.DataFrame | None:
    """Return the things of a layer's newest period, one row each; None where none may be drawn.

    Columns ``name``, ``x``, ``y`` (EPSG:27700, metres) and ``area_code`` (the ward, "" outside).
    What is counted in wards counts inside alone, and so is drawn; services and sensors beyond the
    edge are behind figures inside.
    """
    from placedata.spatial.locate import points_in_areas

    if kind_of(entry.definition) is None:
        return None
    observations = ground.observations(entry.id)
    if observations.keyed_by != "point":
        return None
    table = observations.table.sort_values("period", kind="stable")
    table = table.drop_duplicates("thing", keep="last").sort_values("thing", kind="stable")
    located = points_in_areas(table["x"].to_numpy(), table["y"].to_numpy(), ground.wards)
    names = table["name"].fillna("").astype(str).str.strip()
    made = table[["x", "y"]].assign(name=names.where(names != "", "without a name"))
    made = made.assign(area_code=located.codes)[list(THING_COLUMNS)]
    if entry.definition.apportion not in _BY_WAY:
        made = made[made["area_code"] != ""]
    return made.reset_index(drop=True)
