"""Ward figures from points and rasters: counted in wards, nearest, where people are, zonal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from placedata.errors import DataError
from placedata.layers.layer import Flow
from placedata.layers.parts import Part, counted, part_frame
from placedata.layers.reached import reach_part
from placedata.layers.sensors import exposure_part, where_people_are
from placedata.layers.traced import cell_rows, point_rows, reached_rows

if TYPE_CHECKING:
    import pandas as pd

    from placedata.catalog import LayerEntry
    from placedata.layers.ground import Ground
    from placedata.observations import Observations, Raster

STATISTICS = {
    "count": "count",
    "sum": "sum",
    "mean": "mean",
    "median": "median",
    "minimum": "min",
    "maximum": "max",
    "share": "mean",
}


#: Metres that a point may lie outside every outline and still belong to the nearest ward.
EDGE = 20.0


def aggregate(groups: pd.core.groupby.SeriesGroupBy, statistic: str) -> pd.Series:
    """Return one value a group by the named statistic (p95 …: linear interpolation)."""
    if statistic.startswith("p"):
        return groups.quantile(float(statistic[1:]) / 100)
    return groups.agg(STATISTICS[statistic])


def point_parts(entry: LayerEntry, ground: Ground) -> list[Part]:
    """Return the ward figures of a layer whose source is keyed by points."""
    observations = ground.observations(entry.id)
    method = entry.definition.apportion or "points"
    kinds = {"points": _in_wards, "nearest": _nearest, "reach": reach_part, "exposure": _exposure}
    if method not in kinds:
        problem = entry.document.problem(
            ("apportion",), repr(method), "points, nearest, reach, exposure (the source has points)"
        )
        raise DataError(f"layer {entry.id}: its source is keyed by points", [problem])
    periods = observations.table.groupby("period", sort=True)
    return [kinds[method](entry, str(period), table, ground) for period, table in periods]


def _in_wards(entry: LayerEntry, period: str, table: pd.DataFrame, ground: Ground) -> Part:
    """Points counted (or their values summed, averaged …) in the ward that holds them."""
    import pandas as pd

    from placedata.spatial.locate import points_in_areas

    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    # A ward's outline is generalised: a point a few metres outside all of them is in the nearest.
    located = points_in_areas(x, y, ground.wards, nearest=True, within=EDGE)
    inside = located.codes != ""
    groups = table["value"][inside].groupby(located.codes[inside])
    statistic = entry.definition.statistic
    codes = ground.wards.codes
    values = aggregate(groups, statistic)
    columns = {"value": values, "n": groups.count().reindex(codes, fill_value=0)}
    columns["coverage"] = pd.Series(1.0, index=codes)
    if statistic in {"count", "sum"}:
        # No service in a ward is a fact (zero), not a gap: the register covers the whole place.
        columns["value"] = values.reindex(codes, fill_value=0.0)
        columns["numerator"] = columns["value"]
    else:
        columns["weight"] = columns["n"]
    amounts = table["value"] if statistic == "sum" else pd.Series(1.0, index=table.index)
    flow = Flow(
        period,
        float(amounts.sum()),
        float(amounts[inside].sum()),
        0.0,
        float(amounts[~inside].sum()),
    )
    notes = counted(
        [("points on a ward border, counted in the lowest code", located.on_border),
         (f"points outside every ward by up to {EDGE:g} m, counted in the nearest",
          located.moved_to_nearest),
         ("points outside the place", located.outside)]
    )  # fmt: skip
    rows = point_rows(entry, table, located.codes, values)
    method = "points in the ward that holds them"
    return Part(period, part_frame(codes, columns), flow, method, notes, rows)


def _nearest(entry: LayerEntry, period: str, table: pd.DataFrame, ground: Ground) -> Part:
    """Straight-line distance from where postcodes are to the nearest point, averaged by ward."""
    from placedata.spatial.exposure import nearest_of
    from placedata.spatial.reach import Walk, reach_by_area

    points = where_people_are(entry, ground, "nearest", "postcodes", None)
    distance, which = nearest_of(table["x"], table["y"], points.x, points.y)
    found = reach_by_area(Walk(distance, which, {"services": len(table)}), points, distance)
    reached = found.table
    columns = {
        "value": reached["value"], "weight": reached["n"], "n": reached["n"],
        "coverage": reached["coverage"],
    }  # fmt: skip
    flow = Flow(period, len(table), len(table), 0.0, 0.0)
    method = "straight-line distance to the nearest, averaged over the ward's postcodes"
    notes = counted(found.notes.items())
    rows = reached_rows(entry, table, points, which, distance)
    return Part(period, part_frame(ground.wards.codes, columns), flow, method, notes, rows)


def _exposure(entry: LayerEntry, period: str, table: pd.DataFrame, ground: Ground) -> Part:
    """Take the figures of sensors to where people are; a ward is the mean of its people."""
    groups = table.groupby("thing")
    things = groups.agg(x=("x", "first"), y=("y", "first"), name=("name", "first"))
    things["value"] = aggregate(groups["value"], entry.definition.statistic)
    return exposure_part(entry, period, table, things.reset_index(), ground)


def _counted(entry: LayerEntry, raster: Raster) -> Raster:
    """Return the raster as it is, or, for a share, 100 in the cells that count and 0 elsewhere."""
    import numpy as np

    rule = entry.definition.zonal
    if rule is None:
        return raster
    cells = raster.values
    if rule.classes is not None:
        counts = np.isin(cells, rule.classes)
    else:
        low = -np.inf if rule.at_least is None else rule.at_least
        counts = (cells >= low) & (cells < (np.inf if rule.below is None else rule.below))
    return replace(raster, values=np.where(np.isnan(cells), np.nan, 100.0 * counts))


def _words(entry: LayerEntry) -> str:
    """Return the statistic of a raster layer in words."""
    rule, statistic = entry.definition.zonal, entry.definition.statistic
    if rule is None:
        return statistic
    if rule.classes is not None:
        return f"per cent of class {', '.join(f'{value:g}' for value in rule.classes)}"
    ends = [("of at least", rule.at_least), ("below", rule.below)]
    limits = " and ".join(f"{word} {value:g}" for word, value in ends if value is not None)
    return f"per cent {limits}"


def raster_parts(entry: LayerEntry, ground: Ground) -> list[Part]:
    """Return the ward figures of a layer whose source is a raster, by exact cell fractions."""
    from placedata.spatial.zonal import zonal

    observations: Observations = ground.observations(entry.id)
    statistic = entry.definition.statistic
    if entry.definition.apportion not in {None, "zonal"}:
        problem = entry.document.problem(
            ("apportion",), repr(entry.definition.apportion), "zonal (a raster)"
        )
        raise DataError(f"layer {entry.id}: its source is a raster", [problem])
    parts = []
    for period, raster in sorted(observations.rasters.items()):
        zones = zonal(_counted(entry, raster), ground.wards, STATISTICS.get(statistic, statistic))
        found = zones.table
        areas = ground.wards.frame.set_index("area_code").geometry.area
        columns = {
            "value": found["value"],
            "coverage": found["coverage"],
            "weight": areas * found["coverage"],
        }
        if statistic in {"sum", "count"}:
            columns["numerator"] = found["value"]
        cells = float((raster.values == raster.values).sum())  # NaN is not equal to itself
        flow = Flow(period, cells, cells, 0.0, 0.0)
        method = f"{_words(entry)} of raster cells, each by the share of it that lies in the ward"
        frame = part_frame(ground.wards.codes, columns)
        cell = abs(raster.transform[0] * raster.transform[4])
        many = (areas * found["coverage"] / cell).clip(lower=1.0)
        rows = cell_rows(
            [file.label for file in observations.sources], period, found["value"], many
        )
        parts.append(Part(period, frame, flow, method, counted(zones.notes.items()), rows))
    return parts
