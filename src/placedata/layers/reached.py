"""Ward figures of how far services are from where people live, on foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.definitions.ways import Reach
from placedata.errors import ConfigError, Problem
from placedata.layers.layer import Flow
from placedata.layers.parts import Part, counted, part_frame
from placedata.layers.sensors import points_word, where_people_are
from placedata.layers.traced import reached_rows

if TYPE_CHECKING:
    import pandas as pd

    from placedata.catalog import LayerEntry
    from placedata.layers.ground import Ground
    from placedata.spatial.reach import Walk
    from placedata.spatial.streets import Streets
    from placedata.spatial.weighted import WeightPoints

_MEASURES = {
    "distance": "metres on foot to {nearest}, averaged over {points}",
    "minutes": "minutes on foot at {speed:g} km/h to {nearest}, averaged over {points}",
    "share_within": "per cent of {points} within {minutes:g} minutes on foot at {speed:g} km/h of "
    "{nearest}",
    "people_within": "people of {points} within {minutes:g} minutes on foot at {speed:g} km/h of "
    "{nearest}",
}
_NETWORKS = {
    "streets": "along the streets",
    "straight": "by the straight line × 1.3, since no streets are used",
}


def reach_part(entry: LayerEntry, period: str, table: pd.DataFrame, ground: Ground) -> Part:
    """Return the ward figures of one period of services.

    Raises
    ------
    DataError
        The place has no points, or no streets that the layer asks for.
    """
    from placedata.spatial.reach import metric, reach_by_area

    said = entry.definition.reach or Reach()
    points = where_people_are(entry, ground, "reach", said.points, said.people)
    network = said.network or ("streets" if ground.catalog.place.streets else "straight")
    walk = _walk(entry, table, points, said, ground if network == "streets" else None)
    figures = metric(walk, points, said.measure, minutes=said.minutes, speed_kmh=said.speed_kmh)
    found = reach_by_area(walk, points, figures)
    codes = ground.wards.codes
    columns = {name: found.table[name] for name in ("value", "n", "coverage")}
    columns["weight"] = found.table["n"]
    if said.measure == "people_within":
        columns["numerator"] = found.table["value"]
    nearest = "the nearest" if said.nearest == 1 else f"the {said.nearest} nearest (their mean)"
    words = _MEASURES[said.measure].format(
        nearest=nearest, points=points_word(said.points, said.people, ground),
        speed=said.speed_kmh, minutes=said.minutes,
    )  # fmt: skip
    return Part(
        period,
        part_frame(codes, columns),
        _flow(period, table, points, found.table["value"], said),
        f"{words}, {_NETWORKS[network]}",
        counted(found.notes.items()),
        reached_rows(entry, table, points, walk.nearest, figures),
    )


def _flow(
    period: str, table: pd.DataFrame, points: WeightPoints, values: pd.Series, said: Reach
) -> Flow:
    """Return what became of the source: services, or, where people are counted, people.

    People who have no service near belong to no figure: they are unallocated.
    """
    if said.measure != "people_within":
        return Flow(period, len(table), len(table), 0.0, 0.0)
    everyone, inside = float(points.weight.sum()), float(points.total(points.weight).sum())
    near = float(values.sum())
    return Flow(period, everyone, near, inside - near, everyone - inside)


def _walk(
    entry: LayerEntry, table: pd.DataFrame, points: WeightPoints, said: Reach, ground: Ground | None
) -> Walk:
    """Return the ways from points to services; straight ones without a `ground` of streets."""
    from placedata.spatial.reach import walk_straight, walk_streets

    if ground is None:
        return walk_straight(table, points, said.nearest)
    if ground.catalog.place.streets is None:
        problem = entry.document.problem(
            ("reach", "network"), "'streets'", "streets: {file: …} in place.yaml, or straight"
        )
        raise ConfigError(f"layer {entry.id}: the place has no streets", [problem])
    return walk_streets(
        table, points, streets_of(ground), nearest=said.nearest, off_street=said.off_street_m
    )


def streets_of(ground: Ground) -> Streets:
    """Return the streets of the place and its margin, read once.

    Raises
    ------
    ConfigError
        The place names no streets.
    """

    def read() -> Streets:
        from placedata.spatial.streets_files import read_streets

        item = ground.catalog.place.streets
        if item is None:
            problem = Problem("place.yaml", "streets", "nothing", "streets: {file: …}")
            raise ConfigError("the place names no streets", [problem])
        path = ground.catalog.roots.resolve(item.file, where="place.yaml: streets")[0]
        return read_streets(path, layer=item.layer, crs=item.crs, bounds=ground.bounds)

    return ground.once(("streets",), read)
