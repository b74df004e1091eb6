"""What is laid over a map of a snapshot: outlines of other areas, things of layers, a raster."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from placedata.errors import PlaceDataError, Problem, nearest
from placedata.geography import area_nouns, geography_in_words
from placedata.maps.over_legend import OverRow
from placedata.maps.overlays import Overlay
from placedata.snapshot.overlays import (
    CELL_RAMP,
    cell_records,
    line_geographies,
    lines_file,
    read_cells,
    read_things,
)
from placedata.wording import format_number, format_value, licence_name

if TYPE_CHECKING:
    from placedata.layers.cells import Cells
    from placedata.snapshot import Snapshot

#: Layers of things at once; each has a letter.
MOST_OVER = 4
SIGNS = "ABCD"
#: Where a point is that lies in none of the place's areas.
OUTSIDE = "outside"


@dataclass(frozen=True)
class Over:
    """What a map has over it.

    Parameters
    ----------
    lines
        Geography whose outlines are drawn; empty for none.
    things
        Ids of layers whose services, assets or sensors are drawn.
    cells
        Id of the layer whose raster is drawn; empty for none.
    """

    lines: str = ""
    things: tuple[str, ...] = ()
    cells: str = ""


NONE = Over()


@dataclass(frozen=True)
class Thing:
    """One point: where it is (EPSG:27700, metres), what it is called, and in which area."""

    name: str
    area: str
    x: float
    y: float


@dataclass(frozen=True)
class ThingGroup:
    """The points of one layer, with their letter; by area and name."""

    sign: str
    id: str
    title: str
    things: tuple[Thing, ...]

    @property
    def count(self) -> str:
        """How many there are, and how many of them beyond the edge of the place."""
        beyond = sum(item.area == OUTSIDE for item in self.things)
        told = format_number(len(self.things), 0)
        return f"{told} ({format_number(beyond, 0)} outside)" if beyond else told


@dataclass(frozen=True)
class CellsOver:
    """A raster over a map, and what is said of it.

    Parameters
    ----------
    ends
        Values at the light and the dark end of the ramp, with unit; empty where cells have classes.
    most
        (area, class, per cent) of what covers most of each area, by name; empty without classes.
    """

    id: str
    title: str
    cells: Cells
    ends: tuple[str, str] | None
    most: tuple[tuple[str, str, str], ...]

    @property
    def heading(self) -> str:
        """Title and period."""
        return f"{self.title}, {self.cells.period}"


@dataclass(frozen=True)
class LaidOver:
    """Everything that is laid over a map, read.

    Parameters
    ----------
    lines
        What the outlines are called, ``wards of 2019``; empty for none.
    outline, web_outline
        Their lines, EPSG:27700, and as a GeoJSON geometry (EPSG:4326).
    nouns
        What one area and several of the place are called.
    source
        Publishers and licences of the layers that are drawn; empty where there are lines alone.
    """

    over: Over
    lines: str
    outline: Any
    web_outline: str
    groups: tuple[ThingGroup, ...]
    cells: CellsOver | None
    nouns: tuple[str, str]
    source: str

    @property
    def count(self) -> int:
        """How many points there are."""
        return sum(len(group.things) for group in self.groups)

    @cached_property
    def legend(self) -> tuple[OverRow, ...]:
        """What a legend says of all this, in the order in which it lies."""
        rows = []
        if self.cells is not None and self.cells.ends is not None:
            ramp = tuple(CELL_RAMP)
            rows.append(OverRow(f"{self.cells.heading}, in cells", ramp, ends=self.cells.ends))
        elif self.cells is not None:
            rows.append(OverRow(f"{self.cells.heading}, in cells:"))
            rows += [
                OverRow(item.name, (item.colour,), f"{format_number(item.share, 1)}%")
                for item in self.cells.cells.classes
            ]
        if self.lines:
            rows.append(OverRow(f"Outlines of {self.lines}", line=True))
        rows += [OverRow(group.title, count=group.count, sign=group.sign) for group in self.groups]
        return tuple(rows)

    @cached_property
    def drawing(self) -> Overlay:
        """The same for an SVG map."""
        cells = self.cells.cells if self.cells else None
        points = [(item.x, item.y, group.sign) for group in self.groups for item in group.things]
        return Overlay(self.outline, points, (cells.png, cells.bounds) if cells else None)


def thing_layers(snapshot: Snapshot, there: frozenset[str]) -> dict[str, str]:
    """Return layer id -> what its points are called: ``Distance to a library: services``."""
    return {
        record.id: f"{record.title}: {record.things}"
        for record in snapshot.layers.values()
        if record.id in there
    }


def laid_over(snapshot: Snapshot, over: Over) -> LaidOver:
    """Read what is laid over maps.

    Parameters
    ----------
    snapshot
        The place's own, at its smallest level.
    over
        Geographies and layers.

    Raises
    ------
    PlaceDataError
        The snapshot has no such outlines, things or cells, or there are too many layers of things.
    """
    things = read_things(snapshot)
    titles = thing_layers(snapshot, frozenset(things["layer"]))
    _refuse_unknown(snapshot, over, titles)
    names: Mapping[str, str] = snapshot.areas["area_name"].to_dict()
    groups = []
    for sign, layer in zip(SIGNS, over.things, strict=False):
        found = things[things["layer"] == layer]
        made = [
            Thing(str(row.name), names.get(str(row.area_code), OUTSIDE), row.x, row.y)
            for row in found[["name", "x", "y", "area_code"]].itertuples(index=False)
        ]
        made.sort(key=lambda item: (item.area.casefold(), item.name.casefold()))
        groups.append(ThingGroup(sign, layer, titles[layer], tuple(made)))
    outline, web_outline = _outline(snapshot, over.lines) if over.lines else (None, "")
    return LaidOver(
        over=over,
        lines=geography_in_words(over.lines) if over.lines else "",
        outline=outline,
        web_outline=web_outline,
        groups=tuple(groups),
        cells=_cells(snapshot, over.cells) if over.cells else None,
        nouns=area_nouns(snapshot.place["geography"], snapshot.areas.index),
        source=_source(snapshot, [*over.things, *filter(None, [over.cells])]),
    )


def _source(snapshot: Snapshot, layers: Sequence[str]) -> str:
    records = [snapshot.layer(name) for name in layers]
    told = [f"{record.publisher}, {licence_name(record.licence)}" for record in records]
    return f"Source: {'; '.join(dict.fromkeys(told))}." if told else ""


def _refuse_unknown(snapshot: Snapshot, over: Over, things: Mapping[str, str]) -> None:
    """Raise where a snapshot has not got what is to be laid over its maps."""
    kinds = {
        "lines": ([over.lines] if over.lines else [], line_geographies(snapshot)),
        "over": (over.things, things),
        "cells": ([over.cells] if over.cells else [], cell_records(snapshot)),
    }
    problems = [
        Problem(
            "map", kind, repr(name), ", ".join(known) or "nothing: the snapshot has none",
            suggestion=nearest(name, list(known)),
        )
        for kind, (wanted, known) in kinds.items()
        for name in wanted
        if name not in known
    ]  # fmt: skip
    if len(over.things) > MOST_OVER:
        found = f"{len(over.things)} layers"
        problems.append(Problem("map", "over", found, f"at most {MOST_OVER}, each with a letter"))
    if problems:
        told = problems[0].found
        raise PlaceDataError(f"what cannot be laid over the map: found {told}", problems)


def _outline(snapshot: Snapshot, geography: str) -> tuple[Any, str]:
    """Return lines as a shape on the National Grid, and as the text of a GeoJSON geometry."""
    import geopandas as gpd
    import shapely

    from placedata.geography import CRS, WEB_CRS

    file = json.loads(lines_file(snapshot, geography).read_text("utf-8"))
    text = json.dumps(file["features"][0]["geometry"])
    return gpd.GeoSeries([shapely.from_geojson(text)], crs=WEB_CRS).to_crs(CRS).iloc[0], text


def _cells(snapshot: Snapshot, layer: str) -> CellsOver | None:
    cells, record = read_cells(snapshot, layer), snapshot.layer(layer)
    if cells is None:
        return None
    ends = None
    if cells.low is not None and cells.high is not None:
        low, high = (
            format_value(end, record.unit, record.decimals) for end in (cells.low, cells.high)
        )
        ends = (low, high)
    names = snapshot.areas["area_name"]
    most = [
        (str(names[code]), cells.classes[at].name, f"{format_number(share, 0)}%")
        for code, (at, share) in cells.most.items()
        if code in names.index
    ]
    return CellsOver(
        layer, record.title, cells, ends, tuple(sorted(most, key=lambda r: r[0].casefold()))
    )
