"""Streets of the sample place: the edges of its blocks, in the form of OS Open Roads."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

from placedata.sample import names
from placedata.sample.ground import ORIGIN
from placedata.sample.tables import write_text
from placedata.sample.town import Town

Place = tuple[int, int]

#: A motorway from corner to corner that would shorten every walk, if anybody walked along it.
MOTORWAY = ((900, 1500), (5200, 4600))
#: A path on the flats, connected with nothing: metres from the corner of the place.
FLATS_WALK = ((3050, 700), (3200, 705), (3260, 760))
#: Every so many-th street is closed to walkers.
CLOSED = 97


def chains(town: Town) -> list[list[Place]]:
    """Return streets from crossing to crossing, in an order that any platform keeps."""
    beside: dict[Place, set[Place]] = defaultdict(set)
    for block in town.ground.blocks:
        for ring in (block.exterior, *block.interiors):
            for a, b in pairwise((round(x), round(y)) for x, y in ring.coords):
                beside[a].add(b)
                beside[b].add(a)
    crossings = sorted(place for place, others in beside.items() if len(others) != 2)
    walked: set[tuple[Place, Place]] = set()
    found = []
    for start in crossings:
        for step in sorted(beside[start]):
            if (start, step) in walked:
                continue
            chain = [start, step]
            while len(beside[chain[-1]]) == 2:
                one, two = sorted(beside[chain[-1]])
                chain.append(two if one == chain[-2] else one)
            walked |= {(chain[0], chain[1]), (chain[-1], chain[-2])}
            found.append(chain)
    return found


def write_streets(data: Path, town: Town) -> None:
    """Write the streets as lines on EPSG:27700, whole metres."""
    found = chains(town)
    features = [
        _feature(n, chain, "Local Road" if n % 9 else "B Road", "no" if n % CLOSED == 41 else "")
        for n, chain in enumerate(found)
    ]
    x0, y0 = round(ORIGIN[0]), round(ORIGIN[1])
    ends = [min((_away(at, to), at) for at in _crossings(found))[1] for to in MOTORWAY]
    features.append(_feature(len(found), ends, "Motorway", ""))
    flats = [(x0 + x, y0 + y) for x, y in FLATS_WALK]
    features.append(_feature(len(found) + 1, flats, "Path", ""))
    head = (
        '{\n"type": "FeatureCollection",\n"name": "road_link",\n'
        '"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}},\n'
        '"features": [\n'
    )
    lines = [json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in features]
    write_text(data / "streets/road_links.geojson.gz", head + ",\n".join(lines) + "\n]\n}\n")


def _crossings(found: list[list[Place]]) -> list[Place]:
    return sorted({end for chain in found for end in (chain[0], chain[-1])})


def _away(at: Place, to: tuple[int, int]) -> float:
    east, north = at[0] - ORIGIN[0] - to[0], at[1] - ORIGIN[1] - to[1]
    return east * east + north * north


def _feature(n: int, chain: list[Place], kind: str, foot: str) -> dict[str, Any]:
    name = "A990(M)" if kind == "Motorway" else names.street(n)
    fields = {"identifier": f"AM{n:05d}", "class": kind, "name1": name, "foot": foot}
    line = {"type": "LineString", "coordinates": [list(place) for place in chain]}
    return {"type": "Feature", "properties": fields, "geometry": line}
