"""Who makes up the sums of a layer: one amount for each row of the source and ward."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from placedata.catalog import LayerEntry
    from placedata.layers.ground import Ground
    from placedata.layers.parts import Part


def contributors(entry: LayerEntry, parts: list[Part], ground: Ground) -> pd.DataFrame | None:
    """Return the amounts that make up each ward's sum, for layers with a rule of dominance.

    They are never published. Rows of one point (its id, else its line) are one contributor.

    Returns
    -------
    Columns ``period``, ``area_code``, ``thing`` and ``value``; None where the layer needs none.
    """
    import pandas as pd

    rule = entry.definition.disclosure
    if rule is None or rule.dominance is None or entry.definition.source is None:
        return None
    observations = ground.observations(entry.id)
    if observations.keyed_by == "point":
        return _of_points(observations.table, ground)
    frames = [
        part.rows[part.rows["role"] == "figure"].assign(period=part.period)
        for part in parts
        if part.rows is not None
    ]
    if not frames:
        return None
    rows = pd.concat(frames, ignore_index=True)
    names = rows["source"].astype(str) + ":" + rows["row"].astype(str) + " " + rows["key"]
    amounts = rows["value"] * rows["share"]
    return rows.assign(thing=names, value=amounts)[["period", "area_code", "thing", "value"]]


def _of_points(table: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    from placedata.layers.points import EDGE
    from placedata.spatial.locate import points_in_areas

    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    located = points_in_areas(x, y, ground.wards, nearest=True, within=EDGE)
    lines = table["source"].astype(str) + ":" + table["row"].astype(str)
    things = table["thing"].astype(str).where(table["thing"].astype(str) != "", lines)
    frame = table.assign(area_code=located.codes, thing=things)
    frame = frame[frame["area_code"] != ""]
    return frame[["period", "area_code", "thing", "value"]].reset_index(drop=True)
