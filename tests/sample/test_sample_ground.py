"""Walks, tubes and the satellite's picture of the sample place: what was planted comes out."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from itertools import pairwise

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer
from shapely import LineString

NOT_THERE = {"E05990012", "E05990016"}


def expected(truth, key):
    return pd.Series(truth[key], dtype=float).sort_index()


@pytest.fixture(scope="module")
def postcodes(committed):
    """x, y and ward of every postcode with a place, from the published columns."""
    with (committed / "addresses/codepoint_open_2025-11.csv").open(newline="") as file:
        rows = [row for row in csv.reader(file) if row[1] != "90"]
    columns = {"x": [float(r[2]) for r in rows], "y": [float(r[3]) for r in rows]}
    return pd.DataFrame({**columns, "ward": [r[9] for r in rows]})


@pytest.fixture(scope="module")
def tubes(committed):
    frame = pd.read_csv(committed / "air/diffusion_tubes_2024.csv")
    frame.columns = ["thing", "x", "y", "months", "value"]
    return frame.dropna(subset="value").reset_index(drop=True)


@pytest.fixture(scope="module")
def people(committed, postcodes):
    """Usual residents that each postcode stands for: those of its small area, shared equally."""
    census = pd.read_csv(committed / "population/census2021_lsoa21_age6.csv", thousands=",")
    count = census.groupby("lsoa21_code")["usual_residents"].sum()
    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
    document = json.loads((committed / "boundaries/lsoa_2021.geojson").read_text("utf-8"))
    shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in document["features"]]
    shapes = shapely.transform(shapes, lambda xy: np.column_stack(to_grid.transform(*xy.T)))
    codes = [f["properties"]["LSOA21CD"] for f in document["features"]]
    tree = shapely.STRtree(shapes)
    at = tree.nearest(shapely.points(postcodes["x"], postcodes["y"]))
    area = pd.Series(codes)[at].reset_index(drop=True)
    return area.map(count / area.value_counts())


def ward_means(postcodes, values, weight=None):
    weight = np.ones(len(postcodes)) if weight is None else np.asarray(weight)
    frame = pd.DataFrame({"ward": postcodes["ward"], "v": np.asarray(values) * weight, "w": weight})
    sums = frame.groupby("ward")[["v", "w"]].sum()
    return sums["v"] / sums["w"]


@pytest.mark.parametrize(
    ("layer", "key"),
    [
        ("gp_walk", "gp_walk_minutes"),
        ("primary_school_walk", "school_within_10_minutes_percent"),
    ],
)
def test_walks_are_the_known_answers(built, truth, layer, key):
    values = built.table(layer)["value"].sort_index()
    np.testing.assert_allclose(values, expected(truth, key), rtol=0, atol=1e-4)


def test_a_walk_is_longer_than_the_straight_line_and_a_motorway_would_shorten_it(built):
    straight = built.table("gp_distance")["value"] / 80
    walk = built.table("gp_walk")["value"]
    assert (walk > straight).all()
    assert (walk / straight).median() == pytest.approx(1.3, abs=0.15)
    notes = built.snapshot.layer("gp_walk").notes
    assert "motorways and unbuilt ways left out: 1" in notes
    assert "parts of the streets that are not connected with the longest: 1" in notes


def test_walks_from_some_postcodes_are_those_of_networkx(built, committed, postcodes):
    """The postcodes of two wards, each put on its nearest street by trying all of them."""
    text = gzip.decompress((committed / "streets/road_links.geojson.gz").read_bytes())
    graph = nx.Graph()
    for feature in json.loads(text)["features"]:
        if feature["properties"]["class"] != "Motorway" and not feature["properties"]["foot"]:
            for a, b in pairwise(map(tuple, feature["geometry"]["coordinates"])):
                graph.add_edge(a, b, weight=float(np.hypot(a[0] - b[0], a[1] - b[1])))
    graph = graph.subgraph(max(nx.connected_components(graph), key=len)).copy()
    pieces = [(a, b, LineString([a, b])) for a, b in graph.edges]
    lines = np.array([line for _, _, line in pieces])
    cuts = defaultdict(list)

    def joined(network, place, name):
        at = int(shapely.distance(lines, shapely.Point(place)).argmin())
        a, b, line = pieces[at]
        along = line.project(shapely.Point(place))
        stops = sorted([(0.0, a), (line.length, b), *cuts[at], (along, name)], key=lambda s: s[0])
        for (start, one), (end, two) in pairwise(stops):
            network.add_edge(one, two, weight=end - start)
        network.add_edge(name, ("at", name), weight=line.distance(shapely.Point(place)))
        return at, along

    schools = pd.read_csv(committed / "addresses/schools_gias.csv")
    schools = schools[schools["education_phase"] == "Primary"]
    targets = []
    for n, (x, y) in enumerate(schools[["easting", "northing"]].to_numpy(float)):
        at, along = joined(graph, (x, y), f"school {n}")
        cuts[at].append((along, f"school {n}"))
        targets.append(("at", f"school {n}"))
    far = nx.multi_source_dijkstra_path_length(graph, targets)
    for ward in ("E05990007", "E05990015"):
        near = []
        for row in postcodes[postcodes["ward"] == ward].itertuples():
            at = int(shapely.distance(lines, shapely.Point(row.x, row.y)).argmin())
            a, b, line = pieces[at]
            along = line.project(shapely.Point(row.x, row.y))
            stops = [(0.0, a), (line.length, b), *cuts[at]]
            ways = [far[node] + abs(along - where) for where, node in stops]
            near.append(min(ways) + line.distance(shapely.Point(row.x, row.y)) <= 800)
        found = built.table("primary_school_walk").loc[ward, "value"]
        assert found == pytest.approx(100 * np.mean(near))


def test_kriging_of_the_tubes_finds_the_planted_field(built, truth, postcodes, tubes):
    table = built.table("no2_tubes").sort_index()
    error = (table["value"] - expected(truth, "no2_field")).dropna()
    away = np.hypot(
        postcodes["x"].to_numpy()[:, None] - tubes["x"].to_numpy(),
        postcodes["y"].to_numpy()[:, None] - tubes["y"].to_numpy(),
    )
    nearest = ward_means(postcodes, tubes["value"].to_numpy()[away.argmin(axis=1)])
    rough = (nearest - expected(truth, "no2_field"))[error.index]
    assert error.abs().max() < 1.2
    assert (error**2).mean() < (rough**2).mean()
    # The error that is told is of the size of the error made.
    told = table["standard_error"].dropna()
    assert (told == table["error_sensors"].dropna()).all()
    assert 0.4 < np.sqrt((error**2).mean()) / np.sqrt((told**2).mean()) < 2.5


def test_wards_that_rest_on_too_little_are_greyed_and_say_so(built, truth):
    table = built.table("no2_tubes")
    share = expected(truth, "people_within_1000_m_of_a_tube")
    grey = table.index[table["value"].isna()]
    assert set(grey) == set(share.index[share < 0.5]) == NOT_THERE
    for code in grey:
        assert table.loc[code, "status"] == "missing"
        assert table.loc[code, "reason"].startswith(
            f"rests on too little: {share[code]:.0%} of where people are lies within 1,000 m"
        )
        assert np.isnan(table.loc[code, "standard_error"])
        assert built.snapshot.rests_on("no2_tubes", code).reason == table.loc[code, "reason"]


def test_what_a_figure_rests_on_adds_up_to_it(built, tubes, postcodes):
    rests = built.snapshot.rests_on("no2_tubes", "E05990011")
    value = built.table("no2_tubes").loc["E05990011", "value"]
    own = postcodes[postcodes["ward"] == "E05990011"]
    by_id = tubes.set_index("thing")
    for sensor in rests.sensors:
        tube = by_id.loc[sensor.thing]
        assert sensor.value == tube["value"]
        metres = np.hypot(own["x"] - tube["x"], own["y"] - tube["y"]).mean()
        assert sensor.distance_m == pytest.approx(metres)
    assert sum(s.share * s.value for s in rests.sensors) == pytest.approx(value, rel=0.05)
    away = np.hypot(
        own["x"].to_numpy()[:, None] - tubes["x"].to_numpy(),
        own["y"].to_numpy()[:, None] - tubes["y"].to_numpy(),
    )
    assert rests.share_near == pytest.approx((away.min(axis=1) <= 500).mean())
    assert built.snapshot.rests_on("population", "E05990011") is None
    nearest = built.snapshot.rests_on("no2", "E05990001")
    assert sum(s.share for s in nearest.sensors) == pytest.approx(1)


def test_the_ward_under_cloud_has_no_vegetation_index(built, truth):
    table = built.table("vegetation").sort_index()
    known = expected(truth, "ndvi")
    assert list(table.index[table["value"].isna()]) == [truth["clouded_ward"]]
    # Outlines in the file are rounded to a tenth of a metre: hence not closer.
    np.testing.assert_allclose(table["value"], known, rtol=0, atol=2e-4)
    coverage = expected(truth, "ndvi_coverage")
    np.testing.assert_allclose(table["coverage"].fillna(0), coverage, rtol=0, atol=1e-3)
    assert built.snapshot.layer("vegetation").ledger["rejected"]["masked"] > 500


TUBES = """\
title: Tubes
unit: µg/m³
polarity: lower_is_better
apportion: exposure
source: {loader: points, file: data/air/diffusion_tubes_2024.csv, x: Easting, y: Northing, id: Site ID}
value: Annual mean 2024 (ug/m3)
period: 2024
"""  # noqa: E501
SCHOOLS = """\
title: Schools
unit: various
polarity: neutral
apportion: reach
source: {loader: points, file: data/addresses/schools_gias.csv, where: {education_phase: Primary}}
period: 2025
"""
GREEN = """\
title: Green
unit: "%"
polarity: neutral
apportion: zonal
source: {loader: raster, file: data/raster/greenness_2024.tif}
period: 2024
"""
#: Layer -> its file: one option each.
OPTIONS = {
    "power_one": TUBES + "exposure: {method: inverse_distance, power: 1}\n",
    "by_people": TUBES + "exposure: {method: inverse_distance, people: population}\n",
    "exponential": TUBES
    + "exposure: {method: kriging, variogram: exponential, farthest_m: 1000}\n",
    "fallen_back": TUBES.replace("id: Site ID", "id: Site ID, where: {Site ID: [DT01, DT02, DT03]}")
    + "exposure: {method: kriging, otherwise: nearest}\n",
    "at_addresses": TUBES + "exposure: {points: addresses, within_m: 300, farthest_m: 9000}\n",
    "too_few": TUBES + "exposure: {least_sensors: 50}\n",
    "straight": SCHOOLS + "reach: {network: straight, nearest: 3}\n",
    "slowly": SCHOOLS + "reach: {measure: minutes, speed_kmh: 2.4, network: straight}\n",
    "people_near": SCHOOLS
    + "statistic: sum\nreach: {measure: people_within, network: straight, people: population}\n",
    "streets_three": SCHOOLS + "reach: {nearest: 3}\n",
    "lower_tenth": GREEN + "statistic: p10\n",
    "least": GREEN + "statistic: minimum\n",
    "most": GREEN + "statistic: maximum\n",
    "total": GREEN + "statistic: sum\n",
    "leafy": GREEN + "statistic: share\nzonal: {at_least: 60, below: 80}\n",
    "exactly": GREEN + "statistic: share\nzonal: {classes: [50, 51, 52]}\n",
}
PLACE = """\
name: Aldermarsh
fictional: true
geography: wd25
boundaries:
  wd25: data/boundaries/wards_2025.geojson
  lsoa21: data/boundaries/lsoa_2021.geojson
parent: {file: data/boundaries/lad_2025.geojson}
postcodes: {file: data/addresses/codepoint_open_2025-11.csv}
addresses: {loader: open_uprn, file: data/addresses/osopenuprn_202511.csv.gz}
streets: {file: data/streets/road_links.geojson.gz}
lookups: [{from: lsoa21, to: wd25, by: postcodes}]
data_roots: {data: data}
publisher: Test
"""
POPULATION = """\
title: Residents
unit: people
polarity: neutral
statistic: sum
apportion: weights
source: {loader: table, file: data/population/census2021_lsoa21_age6.csv, combine: sum}
value: usual_residents
period: 2021
"""


@pytest.fixture(scope="module")
def optional(tmp_path_factory, root):
    """The sample place with nothing but one layer for each option."""
    from placedata.place import Place

    folder = tmp_path_factory.mktemp("options")
    (folder / "layers").mkdir()
    (folder / "place.yaml").write_text(PLACE, "utf-8")
    for name, text in {"population": POPULATION, **OPTIONS}.items():
        whole = text + "publisher: Test\nlicence: CC0-1.0\n"
        (folder / f"layers/{name}.yaml").write_text(whole, "utf-8")
    place = Place.open(folder, data_roots={"data": root / "data"}, store=folder / "store")
    place.build()
    return place


def idw(postcodes, tubes, power):
    above = below = 0.0
    for tube in tubes.itertuples():
        weight = np.hypot(postcodes["x"] - tube.x, postcodes["y"] - tube.y) ** -power
        above, below = above + weight * tube.value, below + weight
    return above / below


def test_inverse_distance_from_a_layer_file_is_that_of_a_loop(optional, postcodes, tubes, people):
    first = ward_means(postcodes, idw(postcodes, tubes, 1))
    np.testing.assert_allclose(optional.table("power_one")["value"], first, rtol=1e-9)
    second = ward_means(postcodes, idw(postcodes, tubes, 2), people)
    np.testing.assert_allclose(optional.table("by_people")["value"], second, rtol=1e-9)
    assert "weighed by residents" in optional.snapshot.layer("by_people").method


def test_kriging_from_a_layer_file_takes_the_variogram_asked_for(optional, truth):
    values = optional.table("exponential")["value"]
    assert (values - expected(truth, "no2_field")).abs().max() < 1.5
    (told,) = [n for n in optional.snapshot.layer("exponential").notes if "variogram" in n]
    assert "variogram: exponential" in told


def test_what_is_taken_instead_of_kriging_is_told(optional, postcodes, tubes):
    three = tubes[tubes["thing"].isin(["DT01", "DT02", "DT03"])]
    away = np.hypot(
        postcodes["x"].to_numpy()[:, None] - three["x"].to_numpy(),
        postcodes["y"].to_numpy()[:, None] - three["y"].to_numpy(),
    )
    nearest = ward_means(postcodes, three["value"].to_numpy()[away.argmin(axis=1)])
    found = optional.table("fallen_back")["value"]
    there = found.notna()
    assert there.sum() >= 15
    np.testing.assert_allclose(found[there], nearest[there], rtol=1e-9)
    record = optional.snapshot.layer("fallen_back")
    assert any("no kriging, since 3 places with a sensor" in note for note in record.notes)
    assert record.method.startswith("mean of the nearest sensor")


def test_figures_may_stand_on_addresses(optional, committed, tubes):
    with gzip.open(
        committed / "addresses/osopenuprn_202511.csv.gz", "rt", encoding="utf-8-sig"
    ) as f:
        homes = pd.read_csv(f)[["X_COORDINATE", "Y_COORDINATE"]].to_numpy(float)
    document = json.loads((committed / "boundaries/wards_2025.geojson").read_text("utf-8"))
    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
    (feature,) = [f for f in document["features"] if f["properties"]["WD25CD"] == "E05990004"]
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    shape = shapely.transform(shape, lambda xy: np.column_stack(to_grid.transform(*xy.T)))
    own = homes[shapely.contains_xy(shape, *homes.T)]
    away = np.hypot(*(own[:, None] - tubes[["x", "y"]].to_numpy()[None]).transpose(2, 0, 1))
    row = optional.table("at_addresses").loc["E05990004"]
    assert row["value"] == pytest.approx(
        tubes["value"].to_numpy()[away.argmin(axis=1)].mean(), 1e-4
    )
    assert row["coverage"] == pytest.approx((away.min(axis=1) <= 300).mean(), abs=1e-3)
    assert optional.snapshot.layer("at_addresses").method.endswith("the ward's addresses")


def test_too_few_sensors_leave_every_ward_without_a_figure(optional):
    table = optional.table("too_few")
    assert set(table["reason"]) == {
        "rests on too little: 43 sensors with a value, and 50 are needed"
    }
    assert table["value"].isna().all()


@pytest.fixture(scope="module")
def to_school(committed, postcodes):
    """Straight metres from each postcode to every primary school, the nearest first."""
    schools = pd.read_csv(committed / "addresses/schools_gias.csv")
    schools = schools[schools["education_phase"] == "Primary"]
    away = np.hypot(
        postcodes["x"].to_numpy()[:, None] - schools["easting"].to_numpy(),
        postcodes["y"].to_numpy()[:, None] - schools["northing"].to_numpy(),
    )
    return np.sort(away, axis=1)


def test_straight_lines_are_a_stated_third_longer(optional, postcodes, to_school):
    three = ward_means(postcodes, 1.3 * to_school[:, :3].mean(axis=1))
    np.testing.assert_allclose(optional.table("straight")["value"], three, rtol=1e-9)
    slow = ward_means(postcodes, 1.3 * to_school[:, 0] / 40)
    np.testing.assert_allclose(optional.table("slowly")["value"], slow, rtol=1e-9)
    method = optional.snapshot.layer("straight").method
    assert "the 3 nearest (their mean)" in method
    assert "by the straight line × 1.3, since no streets are used" in method
    streets = optional.table("streets_three")["value"]
    assert (streets > three / 1.3).all()


def test_people_within_minutes_are_counted(optional, postcodes, to_school, people):
    near = people * (1.3 * to_school[:, 0] <= 800)
    counts = near.groupby(postcodes["ward"]).sum()
    table = optional.table("people_near")
    np.testing.assert_allclose(table["value"], counts.reindex(table.index), rtol=1e-9)
    assert (table["value"] <= optional.table("population")["value"] + 1e-6).all()


def test_statistics_of_cells_are_those_by_rasterio(optional, committed):
    """Whole cells of a ward, by rasterio's own mask: exact for all but the cells of the edge."""
    import rasterio
    from rasterio.features import geometry_mask

    document = json.loads((committed / "boundaries/wards_2025.geojson").read_text("utf-8"))
    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
    with rasterio.open(committed / "raster/greenness_2024.tif") as file:
        cells, step = file.read(1).astype(float), file.transform
    for feature in document["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        shape = shapely.transform(shape, lambda xy: np.column_stack(to_grid.transform(*xy.T)))
        code = feature["properties"]["WD25CD"]
        inside = ~geometry_mask([shape], cells.shape, step)
        touched = ~geometry_mask([shape], cells.shape, step, all_touched=True)
        inside, touched = inside & (cells != 255), touched & (cells != 255)
        if inside.sum() < 100:
            continue
        own = cells[inside]

        def figure(layer, code=code):
            return optional.table(layer).loc[code, "value"]

        assert cells[touched].min() <= figure("least") <= own.min()
        assert own.max() <= figure("most") <= cells[touched].max()
        assert figure("total") == pytest.approx(own.sum(), rel=0.06)
        assert figure("lower_tenth") == pytest.approx(np.percentile(own, 10), abs=2.5)
        leafy = 100 * ((own >= 60) & (own < 80)).mean()
        assert figure("leafy") == pytest.approx(leafy, abs=3)
        assert figure("exactly") == pytest.approx(100 * np.isin(own, [50, 51, 52]).mean(), abs=2)
    assert (
        "per cent of at least 60 and below 80 of raster" in optional.snapshot.layer("leafy").method
    )
