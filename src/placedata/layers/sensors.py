"""Ward figures from sensors: what is measured near where people are, and what that rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.definitions.ways import Exposure
from placedata.errors import DataError
from placedata.layers.layer import Flow
from placedata.layers.parts import Part, counted, part_frame
from placedata.layers.traced import sensor_rows

if TYPE_CHECKING:
    import pandas as pd

    from placedata.catalog import LayerEntry
    from placedata.layers.ground import Ground
    from placedata.spatial.exposure import Exposed
    from placedata.spatial.weighted import WeightPoints

#: Columns of `placedata.layers.layer.Layer.rests`, besides ``period``.
REST_COLUMNS = (
    "area_code", "thing", "name", "value", "share", "distance_m", "share_near", "within_m",
    "standard_error", "method", "reason",
)  # fmt: skip
_METHODS = {
    "nearest": "{} of the nearest sensor",
    "inverse_distance": "{} of all sensors, each weighing 1 / distance to the power of {:g}",
    "kriging": "{} of all sensors by ordinary kriging",
}
_ERROR = "how far the figure moves when each sensor in turn is left out (jackknife)"


def where_people_are(
    entry: LayerEntry, ground: Ground, way: str, points: str, people: str | None
) -> WeightPoints:
    """Return the points that stand for people, as the layer asks for them.

    Raises
    ------
    DataError
        The place file names no such points.
    """
    named = getattr(ground.catalog.place, points)
    if named is None:
        options = getattr(entry.definition, way, None)
        at = (way, "points") if options is not None else ("apportion",)
        found = points if options is not None else entry.definition.apportion
        allowed = f"{points}: {{file: …}} in place.yaml, which it needs"
        problem = entry.document.problem(at, repr(found), allowed)
        raise DataError(
            f"layer {entry.id}: the place has no {points} to say where people live", [problem]
        )
    return ground.people_points(points, people)


def points_word(points: str, people: str | None, ground: Ground) -> str:
    """Return what a ward's figure is averaged over, in words."""
    weighed = f", weighed by {ground.title(people)}" if people else ""
    return f"the ward's {points}{weighed}"


def exposure_part(
    entry: LayerEntry, period: str, table: pd.DataFrame, things: pd.DataFrame, ground: Ground
) -> Part:
    """Return the ward figures of one period of sensors.

    Parameters
    ----------
    table
        The observations of the period.
    things
        One row a sensor: ``thing``, ``x``, ``y``, ``name``, ``value``.
    """
    from placedata.spatial.exposure import Rule, exposed
    from placedata.spatial.exposure_methods import Interpolation

    said = entry.definition.exposure or Exposure()
    points = where_people_are(entry, ground, "exposure", said.points, said.people)
    how = Interpolation(said.method, said.power, said.variogram, said.otherwise)
    rule = Rule(said.within_m, said.farthest_m, said.least_share, said.least_sensors)
    try:
        found = exposed(things, points, how, rule)
    except DataError as error:
        allowed = "otherwise: nearest or inverse_distance, or another method"
        problem = entry.document.problem(("exposure", "method"), f"{error} ({period})", allowed)
        raise DataError(f"layer {entry.id}: {error}", [problem]) from error
    figures = found.by_area.table
    columns = {
        "value": figures["value"], "weight": figures["n"], "n": figures["sensors"],
        "coverage": figures["share_near"], "error_sensors": figures["standard_error"],
    }  # fmt: skip
    reasons = {str(code): str(why) for code, why in figures["reason"].items() if why}
    way = _METHODS[found.method].format(entry.definition.statistic, said.power)
    return Part(
        period,
        part_frame(ground.wards.codes, columns),
        Flow(period, len(table), len(table), 0.0, 0.0),
        f"{way}, averaged over {points_word(said.points, said.people, ground)}",
        _notes(period, said, found, reasons),
        sensor_rows(table, found, ground.wards.codes),
        errors={"sensors": _ERROR},
        rests=rests_frame(found, said.within_m, ground.wards.codes),
        reasons=reasons,
    )


def _notes(period: str, said: Exposure, found: Exposed, reasons: dict[str, str]) -> tuple[str, ...]:
    figures = found.by_area.table
    near = figures["share_near"].mean()
    notes = [
        f"sensors in {period}: {len(found.sensors)}",
        f"{said.points} within {said.within_m:,.0f} m of a sensor in {period}: {near:.0%}",
        *(f"{words} ({period})" for words in found.told),
    ]
    if reasons:
        notes.append(f"wards in {period} whose figure would rest on too little: {len(reasons)}")
    return (*notes, *counted(found.by_area.notes.items()))


def rests_frame(found: Exposed, within: float, codes: list[str]) -> pd.DataFrame:
    """Return one row for each ward and sensor that counts in its figure, `REST_COLUMNS`.

    A ward without one has one row without a sensor.
    """
    import numpy as np
    import pandas as pd

    from placedata.spatial.exposure import LEAST_TOLD

    figures = found.by_area.table.reindex(codes)
    area, sensor = np.nonzero(np.abs(found.weights) >= LEAST_TOLD)
    there = figures["n"].to_numpy()[area] > 0
    area, sensor = area[there], sensor[there]
    ids = found.sensors["thing"].astype(str)
    names = found.sensors.get("name", ids).astype(str)
    names = names.where(names.str.strip() != "", ids)
    rows = pd.DataFrame(
        {
            "area_code": np.asarray(codes, dtype=object)[area],
            "thing": found.sensors["thing"].astype(str).to_numpy(dtype=object)[sensor],
            "name": names.to_numpy(dtype=object)[sensor],
            "value": found.sensors["value"].to_numpy(dtype=float)[sensor],
            "share": found.weights[area, sensor],
            "distance_m": found.metres[area, sensor],
        }
    )
    bare = pd.DataFrame({"area_code": [code for code in codes if code not in set(rows.area_code)]})
    rows = pd.concat([rows, bare.assign(thing="", name="")], ignore_index=True)
    of = figures.loc[rows["area_code"]]
    return rows.assign(
        share_near=of["share_near"].to_numpy(),
        within_m=within,
        standard_error=of["standard_error"].to_numpy(),
        method=found.method,
        reason=of["reason"].fillna("").to_numpy(),
    )[list(REST_COLUMNS)]


def rests_of(parts: list[Part], values: pd.DataFrame) -> pd.DataFrame | None:
    """Return what the figures of all periods rest on, None where none comes from sensors.

    A suppressed figure has no rows.
    """
    import pandas as pd

    frames = [part.rests.assign(period=part.period) for part in parts if part.rests is not None]
    if not frames:
        return None
    rests = pd.concat(frames, ignore_index=True)
    hidden = values.loc[values["status"] == "suppressed", ["area_code", "period"]]
    keys = pd.MultiIndex.from_frame(hidden)
    here = pd.MultiIndex.from_frame(rests[["area_code", "period"]])
    return rests[~here.isin(keys)].reset_index(drop=True)
