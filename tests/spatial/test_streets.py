"""Ways along streets: by hand, and against networkx on streets made by chance."""

from __future__ import annotations

import json
from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, box

from placedata.errors import DataError
from placedata.spatial.reach import metric, reach_by_area, walk_straight, walk_streets
from placedata.spatial.streets import make_streets
from placedata.spatial.streets_files import read_streets
from placedata.spatial.weighted import weight_points


def at(*places):
    return pd.DataFrame(places, columns=["x", "y"], dtype=float)


@pytest.fixture(scope="module")
def wards(make_areas):
    return make_areas({"A": box(0, 0, 1000, 1000), "B": box(1000, 0, 2000, 1000)})


@pytest.fixture(scope="module")
def horseshoe():
    """Three sides of a square of 400 m: 1,200 m on foot between ends 400 m apart."""
    return make_streets([LineString([(100, 100), (100, 500), (500, 500), (500, 100)])])


def test_a_walk_goes_round_by_the_streets(wards, horseshoe):
    points = weight_points([100, 130, 100], [100, 300, 450], None, wards)
    walk = walk_streets(at((500, 100), (500, 120)), points, horseshoe)
    # From the other end: 1,180 m to the second service. From 30 m off the west side at 300:
    # 30 + 200 + 400 + 380. From 450 on that side: 50 + 400 + 380.
    assert walk.metres == pytest.approx([1180, 1010, 830])
    assert walk.nearest.tolist() == [1, 1, 1]


def test_point_and_service_in_one_street_go_straight_along_it(wards, horseshoe):
    points = weight_points([90], [200], None, wards)
    walk = walk_streets(at((105, 350), (100, 120)), points, horseshoe)
    assert walk.metres == pytest.approx([10 + 80])  # the service is on the street: no more
    assert walk.nearest.tolist() == [1]
    both = walk_streets(at((105, 350), (100, 120)), points, horseshoe, nearest=2)
    assert both.metres == pytest.approx([(10 + 80 + 10 + 150 + 5) / 2])


def test_without_as_many_services_as_asked_for_nothing_is_reached(wards, horseshoe):
    points = weight_points([100], [100], None, wards)
    assert np.isnan(walk_streets(at((500, 100)), points, horseshoe, nearest=2).metres).all()
    assert np.isnan(walk_straight(at((500, 100)), points, nearest=2).metres).all()
    assert np.isnan(walk_streets(at(), points, horseshoe).metres).all()


def test_the_straight_line_is_a_third_longer_on_foot_less_a_little(wards):
    points = weight_points([0], [0], None, wards)
    assert walk_straight(at((300, 400)), points).metres == pytest.approx([650.0])
    two = walk_straight(at((300, 400), (0, 100), (0, 900)), points, nearest=2)
    assert two.metres == pytest.approx([1.3 * 300])


def test_what_no_street_is_near_to_is_counted_and_not_reached(wards, horseshoe):
    points = weight_points([100, 900], [100, 900], None, wards)
    walk = walk_streets(at((500, 100), (1500, 900)), points, horseshoe, off_street=250)
    assert np.isnan(walk.metres[1])
    assert walk.metres[0] == pytest.approx(1200)
    assert walk.notes["points over 250 m from every street to a service"] == 1
    assert walk.notes["services over 250 m from every street, not used"] == 1
    table = reach_by_area(walk, points, walk.metres).table
    assert table.loc["A", ["value", "coverage"]].tolist() == [1200, 0.5]


def test_a_part_that_leads_nowhere_is_counted_and_walked_past(wards):
    main = LineString([(0, 0), (1000, 0)])
    stray = LineString([(400, 30), (450, 30)])
    streets = make_streets([main, stray])
    fact = "parts of the streets that are not connected with the longest"
    assert streets.notes[fact] == 1
    assert streets.notes["metres of street in them"] == 50
    points = weight_points([400], [35], None, wards)
    walk = walk_streets(at((410, 40)), points, streets)
    assert walk.metres == pytest.approx([35 + 10 + 40])


def test_an_island_with_its_own_service_is_served_by_it(wards):
    streets = make_streets([LineString([(0, 0), (500, 0)]), LineString([(1500, 900), (1900, 900)])])
    points = weight_points([100, 1550], [0, 900], None, wards)
    walk = walk_streets(at((500, 0), (1900, 900)), points, streets)
    assert walk.metres == pytest.approx([400, 350])


def test_streets_that_cross_without_a_crossing_do_not_meet(wards):
    bridge = [LineString([(0, 500), (1000, 500)]), LineString([(500, 0), (500, 1000)])]
    joined = [LineString([(0, 500), (500, 500), (1000, 500)]), *bridge[1:]]
    joined[1] = LineString([(500, 0), (500, 500), (500, 1000)])
    points = weight_points([0], [500], None, wards)
    apart = walk_streets(at((500, 1000)), points, make_streets(bridge), off_street=200)
    assert np.isnan(apart.metres[0]) or apart.metres[0] > 1000
    meeting = walk_streets(at((500, 1000)), points, make_streets(joined), off_street=200)
    assert meeting.metres == pytest.approx([1000])


def test_measures_of_one_walk_by_hand(wards, horseshoe):
    points = weight_points([100, 100, 100], [100, 300, 500], [1, 2, 5], wards)
    walk = walk_streets(at((500, 500)), points, horseshoe)
    assert walk.metres == pytest.approx([800, 600, 400])

    def ward(measure, **more):
        options = {"minutes": 7.5, "speed_kmh": 4.8, **more}
        figures = metric(walk, points, measure, **options)
        return reach_by_area(walk, points, figures).table.loc["A", "value"]

    assert ward("distance") == pytest.approx((800 + 1200 + 2000) / 8)
    assert ward("minutes") == pytest.approx((10 + 2 * 7.5 + 5 * 5) / 8)  # 80 m a minute
    assert ward("minutes", speed_kmh=2.4) == pytest.approx(2 * (10 + 15 + 25) / 8)
    assert ward("share_within") == pytest.approx(87.5)  # at exactly 7.5 minutes is within
    assert ward("people_within") == pytest.approx(7)
    assert ward("people_within", minutes=5) == pytest.approx(5)


@pytest.fixture(scope="module")
def tangle():
    """Many streets by chance on a lattice of 50 m, in several parts, and a graph of them."""
    rng = np.random.default_rng(3)
    lines, graph = [], nx.Graph()
    for _ in range(420):
        x, y = rng.integers(0, 21, 2) * 50.0
        steps = [(50, 0), (0, 50), (50, 50)]
        way = [(x, y)]
        for step in rng.integers(0, 3, rng.integers(1, 4)):
            way.append((way[-1][0] + steps[step][0], way[-1][1] + steps[step][1]))
        lines.append(LineString(way))
        for one, two in pairwise(way):
            graph.add_edge(one, two, weight=float(np.hypot(one[0] - two[0], one[1] - two[1])))
    return lines, graph


@pytest.mark.parametrize("nearest", [1, 3])
def test_ways_are_those_of_networkx(wards, tangle, nearest):
    lines, graph = tangle
    main = max(nx.connected_components(graph), key=lambda c: graph.subgraph(c).size("weight"))
    graph = graph.subgraph(main)
    edges = [LineString(edge) for edge in graph.edges]
    keys = list(graph.edges)
    rng = np.random.default_rng(5)
    services, places = rng.uniform(0, 1000, (6, 2)), rng.uniform(0, 1000, (25, 2))

    def joined(network, place, name):
        """Put a place on its nearest street, which is cut there."""
        away = [edge.distance(shapely.Point(place)) for edge in edges]
        least = int(np.argmin(away))
        along = edges[least].project(shapely.Point(place))
        cut = sorted(
            [(0.0, keys[least][0]), (edges[least].length, keys[least][1]),
             *feet_on[least], (along, name)],
            key=lambda item: item[0],
        )  # fmt: skip
        for (start, one), (end, two) in pairwise(cut):
            network.add_edge(one, two, weight=end - start)
        network.add_edge(name, f"{name} itself", weight=away[least])
        return least, along

    network = nx.Graph(graph)
    feet_on = {n: [] for n in range(len(edges))}
    for n, service in enumerate(services):
        least, along = joined(network, service, f"service {n}")
        feet_on[least].append((along, f"service {n}"))
    streets = make_streets(lines)
    walk = walk_streets(
        pd.DataFrame(services, columns=["x", "y"]),
        weight_points(*places.T, None, wards), streets, nearest=nearest, off_street=1000,
    )  # fmt: skip
    for n, place in enumerate(places):
        one = nx.Graph(network)
        joined(one, place, "here")
        away = nx.single_source_dijkstra_path_length(one, "here itself")
        far = sorted((away[f"service {m} itself"], m) for m in range(6))
        assert walk.metres[n] == pytest.approx(np.mean([d for d, _ in far[:nearest]]), rel=1e-9)
        assert walk.nearest[n] == far[0][1]


LINES = [
    ([(0, 0), (0, 0.001)], {"class": "B Road"}),
    ([(0, 0.001), (0.001, 0.001)], {"class": "Motorway"}),
    ([(0, 0), (0.001, 0)], {"class": "Local Road", "foot": "no"}),
]


def test_motorways_and_ways_closed_to_walkers_are_left_out_and_counted(tmp_path):
    features = [
        {"type": "Feature", "properties": fields,
         "geometry": {"type": "LineString", "coordinates": [[0.5 + x, 53 + y] for x, y in line]}}
        for line, fields in LINES
    ]  # fmt: skip
    path = tmp_path / "streets.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    streets = read_streets(path)
    assert streets.notes["motorways and unbuilt ways left out"] == 1
    assert streets.notes["ways closed to walkers left out"] == 1
    assert streets.metres.sum() == pytest.approx(111.3, abs=0.3)  # a thousandth of a degree


def test_streets_of_os_open_roads_are_found_by_their_layer(tmp_path):
    path = tmp_path / "oproad_gb.gpkg"
    links = gpd.GeoDataFrame(
        {"road_classification": ["Unclassified", "Motorway", "A Road"]},
        geometry=[LineString([(0, 0), (300, 0)]), LineString([(0, 0), (0, 900)]),
                  LineString([(9e5, 0), (9e5, 50)])], crs="EPSG:27700",
    )  # fmt: skip
    nodes = gpd.GeoDataFrame({"id": [1]}, geometry=[shapely.Point(0, 0)], crs="EPSG:27700")
    nodes.to_file(path, layer="road_node", driver="GPKG")
    links.to_file(path, layer="road_link", driver="GPKG")
    streets = read_streets(path, bounds=(-1000, -1000, 1000, 1000))
    assert streets.metres.sum() == 300
    assert streets.notes["streets outside the place and its margin"] == 1


OSM = """<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6" generator="by hand">
<node id="1" lat="53.0" lon="0.5" version="1"/><node id="2" lat="53.001" lon="0.5" version="1"/>
<node id="3" lat="53.001" lon="0.501" version="1"/><node id="4" lat="53" lon="0.501" version="1"/>
<way id="10" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/>
<tag k="oneway" v="yes"/></way>
<way id="11" version="1"><nd ref="2"/><nd ref="3"/><tag k="highway" v="footway"/></way>
<way id="12" version="1"><nd ref="3"/><nd ref="4"/><tag k="highway" v="service"/>
<tag k="access" v="private"/></way>
<way id="13" version="1"><nd ref="1"/><nd ref="4"/><tag k="highway" v="motorway"/></way>
<way id="14" version="1"><nd ref="1"/><nd ref="4"/><tag k="waterway" v="river"/></way>
</osm>
"""


def test_streets_of_openstreetmap_meet_at_their_nodes(tmp_path, wards):
    path = tmp_path / "town.osm"
    path.write_text(OSM)
    streets = read_streets(path)
    assert len(streets.metres) == 2
    assert streets.part.tolist() == [0, 0]
    assert streets.notes["motorways and unbuilt ways left out"] == 1
    assert streets.notes["ways closed to walkers left out"] == 1


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(key, content):
    """A field of a protocol buffer: bytes, or a whole number."""
    if isinstance(content, bytes):
        return varint(key << 3 | 2) + varint(len(content)) + content
    return varint(key << 3) + varint(content)


def packed(key, numbers):
    return field(key, b"".join(varint(number) for number in numbers))


def steps(numbers):
    """Differences, negative ones folded in between the others."""
    return [(b - a) * 2 if b >= a else (a - b) * 2 - 1 for a, b in pairwise([0, *numbers])]


def pbf(nodes, ways):
    """The bytes of an extract, after the published description of the format."""
    strings = [b"", *sorted({word.encode() for _, tags in ways for pair in tags for word in pair})]
    at = {word.decode(): n for n, word in enumerate(strings)}
    dense = packed(1, steps(nodes)) + b"".join(
        packed(key, steps([round(nodes[n][axis] * 1e7) for n in nodes]))
        for key, axis in ((8, 1), (9, 0))
    )
    lines = b""
    for n, (refs, tags) in enumerate(ways):
        keys, values = packed(2, [at[k] for k, _ in tags]), packed(3, [at[v] for _, v in tags])
        lines += field(3, field(1, n + 10) + keys + values + packed(8, steps(refs)))
    table = b"".join(field(1, word) for word in strings)
    block = field(1, table) + field(2, field(2, dense)) + field(2, lines)
    out = b""
    head = field(4, b"OsmSchema-V0.6") + field(4, b"DenseNodes")
    for kind, content in ((b"OSMHeader", head), (b"OSMData", block)):
        body = field(1, content)
        start = field(1, kind) + field(3, len(body))
        out += len(start).to_bytes(4, "big") + start + body
    return out


def test_a_packed_extract_of_openstreetmap_gives_the_same_streets(tmp_path):
    nodes = {1: (0.5, 53.0), 2: (0.5, 53.001), 3: (0.501, 53.001), 4: (0.501, 53.0)}
    ways = [
        ([1, 2], [("highway", "residential"), ("oneway", "yes")]),
        ([2, 3], [("highway", "footway")]),
        ([3, 4], [("highway", "service"), ("access", "private")]),
        ([1, 4], [("highway", "motorway")]),
        ([1, 4], [("waterway", "river")]),
    ]
    packed_file, text = tmp_path / "town.osm.pbf", tmp_path / "town.osm"
    packed_file.write_bytes(pbf(nodes, ways))
    text.write_text(OSM)
    one, two = read_streets(packed_file), read_streets(text)
    assert one.metres == pytest.approx(two.metres)
    assert dict(one.notes) == dict(two.notes)


def test_a_file_that_is_not_openstreetmap_is_refused(tmp_path):
    path = tmp_path / "town.osm"
    path.write_text("<!DOCTYPE x [<!ENTITY a 'b'>]>" + OSM)
    with pytest.raises(DataError, match="OpenStreetMap") as error:
        read_streets(path)
    assert "begins with <osm" in str(error.value.problems[0])
    pbf = tmp_path / "town.osm.pbf"
    pbf.write_bytes(b"SQLite format 3\0" + b" " * 40)
    with pytest.raises(DataError) as error:
        read_streets(pbf)
    assert "bytes of another kind of file" in str(error.value.problems[0])


def test_without_a_street_the_file_is_refused(tmp_path):
    path = tmp_path / "t.gpkg"
    gpd.GeoDataFrame(
        {"class": ["Motorway"]}, geometry=[LineString([(0, 0), (9, 0)])], crs="EPSG:27700"
    ).to_file(path, driver="GPKG")
    with pytest.raises(DataError) as error:
        read_streets(path)
    assert "lines that people can walk along" in str(error.value.problems[0])
