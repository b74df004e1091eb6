"""Traces of toytown by hand, and of every figure of the sample place by another way."""

import hashlib
import json
import math
from statistics import fmean, median

import pytest

from placedata.errors import PlaceDataError

HOUSEHOLDS = {"open_uprn", "nsul", "epc"}
TALLY = {
    "count": len, "sum": sum, "mean": fmean, "median": median, "minimum": min, "maximum": max,
}  # fmt: skip


def again(trace, statistic, per=None):
    """Work a figure out from the plain rows of its trace; nothing of placedata is used."""
    rows = {}
    for row in trace["rows"]:
        rows.setdefault(row["role"], []).append(row)
    made = {item["role"]: item["value"] for item in trace["made_of"]}
    if "weight" in rows:
        values = {row["key"]: row["value"] for row in rows["figure"]}
        heavy = [(row["value"] * row["share"], values[row["key"]]) for row in rows["weight"]]
        above = math.fsum(w * v for w, v in heavy if v is not None)
        return above / math.fsum(w for w, v in heavy if v is not None)
    if "point" in rows:
        figure = TALLY[statistic]([row["value"] for row in rows["point"]])
    elif "numerator" in made:
        figure = made["numerator"]
    else:
        told = [row for role in ("figure", "service", "sensor", "together", "cells")
                for row in rows.get(role, [])]  # fmt: skip
        if not told and statistic not in {"count", "sum"}:
            return None
        figure = math.fsum(row["value"] * row["share"] for row in told if row["value"] is not None)
    return figure if per is None else per * figure / made["denominator"]


def traces(place, layer, period=None):
    snapshot = place.snapshot
    return {code: snapshot.trace(layer, code, period).document for code in snapshot.areas.index}


RATE = """\
title: Cases
unit: per 1,000 people
polarity: lower_is_better
statistic: sum
source: {loader: table, file: data/small_areas.csv}
value: {numerator: cases, denominator: people, per: 1000}
period: 2021
"""
SCORE = """\
title: Score
unit: score
polarity: lower_is_better
apportion: weighted_mean
weighted_by: people
source: {loader: table, file: data/small_areas.csv}
value: score
period: 2021
"""
SERVICES = """\
title: Services
unit: services
polarity: higher_is_better
statistic: count
source: {loader: points, file: data/services.csv, id: id}
period: 2024
"""


def test_a_rate_is_traced_to_its_row_share_and_denominator(toy_place):
    toy_place.layer("cases", RATE)
    place = toy_place.open()
    place.build()
    trace = place.snapshot.trace("cases", "E05990001")
    assert trace.formula == ("40 × 0.75 = 30", "1,000 × 30 / 300 = 100")
    (row,) = trace.rows
    assert row == {
        "role": "figure", "source": "data/small_areas.csv", "row": 2, "last": 2,
        "key": "E01990001", "value": 40, "share": 0.75, "n": 1,
    }  # fmt: skip
    (below,) = trace.made_of
    assert (below["role"], below["layer"], below["value"]) == ("denominator", "people", 300)
    assert below["command"] == "placedata trace people E05990001 --period 2021"
    data = (toy_place.folder / "data/small_areas.csv").read_bytes()
    (file,) = trace.sources
    assert file["sha256"] == hashlib.sha256(data).hexdigest()
    assert {item["label"] for item in trace.ground} >= {"data/postcodes.csv", "data/wards.gpkg"}
    assert (trace.publisher, trace.licence) == ("Toytown", "CC0-1.0")
    assert (trace.snapshot, trace.file["name"]) == (place.snapshot.id, "layers/cases.yaml")


def test_a_mean_is_traced_to_values_and_weights(toy_place):
    toy_place.write(
        "data/small_areas.csv",
        "lsoa21_code,people,score\nE01990001,400,10\nE01990002,200,30\n",
    )
    toy_place.layer("score", SCORE)
    place = toy_place.open()
    place.build()
    trace = place.snapshot.trace("score", "E05990002")
    assert [(row["role"], row["value"], row["share"]) for row in trace.rows] == [
        ("figure", 10, 0.25),
        ("weight", 400, 0.25),
    ]
    assert trace.formula == ("(10 × 400 × 0.25) / (400 × 0.25) = 10",)


def test_points_are_told_by_line_and_a_ward_without_any_says_so(toy_place):
    toy_place.write(
        "data/services.csv",
        "id,name,x,y\n1,A,540500,180500\n2,B,540600,180600\n3,C,541500,181500\n4,D,600000,200000\n",
    )
    toy_place.layer("services", SERVICES)
    place = toy_place.open()
    place.build()
    trace = place.snapshot.trace("services", "E05990001")
    assert [(row["key"], row["row"]) for row in trace.rows] == [("1", 2), ("2", 3)]
    assert trace.formula == ("2 points in the ward = 2",)
    assert place.snapshot.trace("services", "E05990002").formula == ("no point in the ward = 0",)


def test_the_nearest_service_is_told_with_its_share_of_postcodes(toy_place):
    toy_place.write("data/services.csv", "id,name,x,y\n1,A,540100,180100\n2,B,540300,180300\n")
    toy_place.layer(
        "near",
        SERVICES.replace("statistic: count", "statistic: mean\napportion: nearest").replace(
            "unit: services", "unit: m"
        ),
    )
    place = toy_place.open()
    place.build()
    rows = place.snapshot.trace("near", "E05990001").rows
    # Of three postcodes on a diagonal the middle one is as far from both: the first is taken.
    root2 = math.sqrt(2)
    told = [(row["key"], row["n"], row["share"], row["value"]) for row in rows]
    assert told[0] == ("1", 2, pytest.approx(2 / 3), pytest.approx(50 * root2))
    assert told[1] == ("2", 1, pytest.approx(1 / 3), pytest.approx(0))


def test_a_suppressed_figure_has_no_rows_and_no_numbers(ill_place):
    ill_place.layer(
        "ill_rate",
        "title: Ill\nunit: per 1,000\npolarity: lower_is_better\nstatistic: sum\n"
        "value: {numerator: ill, denominator: people, per: 1000}\n",
    )
    place = ill_place.open()
    place.build()
    for layer in ("ill", "ill_rate"):
        for code in ("E05990001", "E05990003"):
            trace = place.snapshot.trace(layer, code)
            assert (trace.status, trace.value) == ("suppressed", None)
            assert trace.rows == trace.made_of == ()
            assert trace.formula == ("suppressed: no number of it is told",)
            assert "suppressed" in trace.withheld
    import pandas as pd

    kept = pd.read_parquet(place.snapshot.directory / "trace.parquet")
    kept = kept[kept["layer"] == "ill"]
    assert set(kept["area_code"]) == {"E05990002", "E05990004"}
    assert not kept["value"].isin([4, 12]).any()


def test_values_shared_with_a_suppressed_ward_are_not_told_elsewhere(ill_place):
    # ward 2 has a quarter of 16: 4, suppressed; ward 1 would tell 16 and its share
    rows = "400,16\nE01990002,200,50\n"
    ill_place.write("data/small_areas.csv", f"lsoa21_code,people,ill\nE01990001,{rows}")
    layer = ill_place.folder / "layers/ill.yaml"
    layer.write_text(layer.read_text("utf-8").replace("few.csv", "small_areas.csv"), "utf-8")
    place = ill_place.open()
    place.build()
    statuses = place.snapshot.table("ill")["status"].tolist()
    hidden = [code for code in place.snapshot.areas.index if statuses.pop(0) == "suppressed"]
    assert "E05990002" in hidden
    shown = [code for code in place.snapshot.areas.index if code not in hidden]
    for code in shown:
        trace = place.snapshot.trace("ill", code)
        keys = {row["key"] for row in trace.rows}
        told = {row["key"] for row in trace.rows if row["value"] is not None}
        assert keys
        assert "E01990001" not in told
        if "E01990001" in keys:
            assert "could give it away" in trace.withheld
            assert "(not told)" in trace.formula[0]


def test_a_layer_taken_over_keeps_its_trace(toy_place):
    toy_place.layer("cases", RATE)
    place = toy_place.open()
    place.build()
    before = place.snapshot.trace("cases", "E05990003").document
    toy_place.layer("score", SCORE)
    built = place.build()
    assert (built.layers, built.reused) == (1, 2)
    after = place.snapshot.trace("cases", "E05990003").document
    for name in ("snapshot", "published", "reference"):
        before.pop(name)
        assert after.pop(name)
    assert after == before


def test_a_slip_in_layer_area_or_period_is_told(toy_place):
    place = toy_place.open()
    place.build()
    for words in (("peple", "E05990001"), ("people", "E0599000"), ("people", "E05990001", "2020")):
        with pytest.raises(PlaceDataError):
            place.snapshot.trace(*words)


def test_the_whole_trace_is_one_json_document(toy_place):
    place = toy_place.open()
    place.build()
    document = place.snapshot.trace("people", "E05990001").document
    assert json.loads(json.dumps(document, allow_nan=False)) == document


@pytest.fixture(scope="module")
def sample_snapshot(sample_place):
    return sample_place.snapshot


#: What a trace tells together, and so cannot be made again from its rows: from files, below.
TOGETHER = {"cells", "together"}


def test_every_figure_of_the_sample_place_can_be_made_again_from_its_trace(sample_snapshot):
    wrong, seen, apart = [], set(), set()
    for layer, record in sample_snapshot.layers.items():
        for code in sample_snapshot.areas.index:
            trace = sample_snapshot.trace(layer, code).document
            if trace["status"] == "suppressed":
                assert trace["rows"] == trace["made_of"] == []
                continue
            if TOGETHER & {row["role"] for row in trace["rows"]} or record.loader == "nsul":
                apart.add(layer)
                continue
            if any(r["role"] in {"figure", "weight"} and r["value"] is None for r in trace["rows"]):
                continue
            made = again(trace, record.statistic, record.per)
            if trace["status"] == "ok":
                seen.add(layer)
                if made != pytest.approx(trace["value"], rel=1e-9, abs=1e-9):
                    wrong.append((layer, code, made, trace["value"]))
    assert not wrong
    assert apart == {*RASTERS, *HOMES}
    assert seen | apart == set(sample_snapshot.layers)


RASTERS = {
    "background_nox": "pcm_nox_2023.csv",
    "elevation": "elevation_50m.asc",
    "greenness": "greenness_2024.tif",
    "summer_heat": "summer_surface_temperature_2024.asc",
    "vegetation": "satellite_2024-07.tif",
}
HOMES = {"addresses", "addresses_listed", "certified_homes", "energy_efficient_homes"}


@pytest.fixture(scope="module")
def ward_shapes(repository):
    """Ward -> outline on the National Grid, by geopandas."""
    import geopandas as gpd

    frame = gpd.read_file(repository / "data/boundaries/wards_2025.geojson").to_crs("EPSG:27700")
    return frame.set_index("WD25CD").geometry


def cells_of(path):
    """Corners (west, south), size and value of every cell of a file that has one."""
    import csv

    import numpy as np

    if path.suffix == ".csv":
        with path.open(encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["nox2023"] != "MISSING"]
        x, y, value = (np.array([float(row[key]) for row in rows]) for key in ("x", "y", "nox2023"))
        return x - 500, y - 500, 1000.0, value
    if path.suffix == ".asc":
        lines = path.read_text("ascii").splitlines()
        named = [line.split() for line in lines[:6] if line[0].isalpha()]
        head = {key.lower(): float(value) for key, value in named}
        values = np.array([[float(cell) for cell in line.split()] for line in lines[len(head) :]])
        west, south, size = head["xllcorner"], head["yllcorner"], head["cellsize"]
        north, nodata = south + size * len(values), head.get("nodata_value")
    else:
        import rasterio

        with rasterio.open(path) as file:
            bands = file.read().astype(float)
            size, west, north = file.transform.a, file.transform.c, file.transform.f
        if len(bands) == 3:  # red, near infrared, and what the satellite saw: clouds are left out
            red, near, scene = bands
            values = np.where(
                np.isin(scene, [3, 8, 9, 10, 11]), np.nan, (near - red) / (near + red)
            )
        else:
            values = np.where(bands[0] == 255, np.nan, bands[0])
        nodata = None
    row, column = np.indices(values.shape)
    there = ~np.isnan(values) & (values != nodata)
    south_edge = north - (row + 1) * size
    return (west + column * size)[there], south_edge[there], size, values[there]


@pytest.mark.parametrize("layer", sorted(RASTERS))
def test_cells_that_are_told_together_make_the_figure_again(
    sample_snapshot, repository, ward_shapes, layer
):
    import shapely

    west, south, size, values = cells_of(repository / "data/raster" / RASTERS[layer])
    squares = shapely.box(west, south, west + size, south + size)
    for code, shape in ward_shapes.items():
        trace = sample_snapshot.trace(layer, code)
        if trace.status == "missing":  # under cloud
            assert layer == "vegetation"
            continue
        assert [row["source"] for row in trace.rows] == [f"data/raster/{RASTERS[layer]}"]
        shapely.prepare(shape)
        near = shapely.intersects(shape, squares)
        part = shapely.area(shapely.intersection(squares[near], shape))
        assert trace.value == pytest.approx((values[near] * part).sum() / part.sum(), rel=1e-6)
        assert trace.rows[0]["n"] == pytest.approx(part.sum() / size**2, abs=2)


@pytest.fixture(scope="module")
def homes(repository, ward_shapes):
    """UPRN -> ward, by geopandas, and the latest certificate of each home, by csv."""
    import csv
    import gzip

    import geopandas as gpd

    def read(name):
        with gzip.open(repository / "data" / name, "rt", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))

    def wards(rows, x, y):
        points = gpd.points_from_xy([float(r[x]) for r in rows], [float(r[y]) for r in rows])
        frame = gpd.GeoDataFrame({"uprn": [r["UPRN"] for r in rows]}, geometry=points, crs=27700)
        shapes = ward_shapes.reset_index()
        joined = gpd.sjoin_nearest(frame, shapes, max_distance=20).drop_duplicates("uprn")
        return dict(zip(joined["uprn"], joined["WD25CD"], strict=True))

    listed = read("addresses/nsul_nov_2025.csv.gz")
    every = read("addresses/osopenuprn_202511.csv.gz")
    with (repository / "data/addresses/codepoint_open_2025-11.csv").open(encoding="utf-8") as file:
        points = [
            {"UPRN": row[0].replace(" ", ""), "x": row[2], "y": row[3]}
            for row in csv.reader(file)
            if int(row[1]) < 90
        ]
    listed, by_postcode = wards(listed, "GRIDGB1E", "GRIDGB1N"), wards(points, "x", "y")
    certificates = read("energy/domestic_certificates.csv.gz")
    named = {}
    for row in certificates:
        named.setdefault((row["address"].casefold(), row["postcode"]), set()).add(row["uprn"])
    latest = {}
    for row in certificates:
        # One without a UPRN is of the one home with its address, and lies where its postcode does.
        address = row["address"].casefold(), row["postcode"]
        others = named[address] - {""}
        home = row["uprn"] or (next(iter(others)) if len(others) == 1 else address)
        bare = row["postcode"].replace(" ", "")
        ward = listed.get(row["uprn"]) if row["uprn"] else by_postcode.get(bare)
        when = row["lodgement_datetime"], row["inspection_date"]
        if ward and (home not in latest or when >= latest[home][0]):
            latest[home] = when, ward, row["current_energy_rating"]
    rated = [(ward, rating) for _, ward, rating in latest.values() if rating in {*"ABCDEFG"}]
    return {
        "listed": listed,
        "every": wards(every, "X_COORDINATE", "Y_COORDINATE"),
        "rated": rated,
    }


def test_homes_that_are_told_together_make_the_figure_again(sample_snapshot, homes):
    from collections import Counter

    every, listed = Counter(homes["every"].values()), Counter(homes["listed"].values())
    certified = Counter(ward for ward, _ in homes["rated"])
    good = Counter(ward for ward, rating in homes["rated"] if rating in "ABC")
    for code in sample_snapshot.areas.index:
        figures = {layer: sample_snapshot.trace(layer, code).value for layer in HOMES}
        assert figures["addresses"] == every[code]
        assert figures["addresses_listed"] == pytest.approx(listed[code])
        assert figures["certified_homes"] == pytest.approx(100 * certified[code] / listed[code])
        assert figures["energy_efficient_homes"] == pytest.approx(
            100 * good[code] / certified[code]
        )
        for layer, count in (("addresses", every), ("energy_efficient_homes", certified)):
            (row,) = sample_snapshot.trace(layer, code).rows
            assert (row["role"], row["n"]) == ("together", count[code])


def test_every_figure_of_the_whole_sample_place_can_be_made_again_from_its_trace(sample_snapshot):
    made = 0
    for layer, record in sample_snapshot.layers.items():
        trace = sample_snapshot.trace(layer, "place").document
        parts = [item for item in trace["made_of"] if item["value"] is not None]
        assert {item["role"] for item in trace["made_of"]} == {"part"}
        assert len(trace["made_of"]) == 18
        assert trace["value"] == record.summary()["place"]
        sums = {
            key: math.fsum(item[key] or 0 for item in parts)
            for key in ("value", "numerator", "denominator", "weight")
        }
        if "not told" in trace["formula"][0]:
            continue
        if record.per is not None:
            again_ = record.per * sums["numerator"] / sums["denominator"]
        elif record.statistic in {"count", "sum"}:
            again_ = sums["value"]
        elif record.statistic in {"minimum", "maximum"} and not record.weighted_by:
            again_ = TALLY[record.statistic](item["value"] for item in parts)
        elif all(item["weight"] for item in parts):
            again_ = math.fsum(i["value"] * i["weight"] for i in parts) / sums["weight"]
        else:
            again_ = fmean(item["value"] for item in parts)
        assert again_ == pytest.approx(trace["value"], rel=1e-9), layer
        assert trace["sources"] or record.loader is None
        made += 1
    assert made > 60
    wide = sample_snapshot.trace("hate_crime", "place").formula
    beside = sample_snapshot.layers["hate_crime"].summary()["comparator"]
    assert f"beside it: {beside:,.6g}" in wide[1]


def test_every_score_of_the_sample_place_can_be_made_again_from_its_trace(sample_snapshot):
    """A component is the weighted geometric mean of its indicators (0.1 where one is 0), what is
    above it a weighted mean; an indicator lies between its bounds."""
    bounds = {item["indicator"]: item for item in sample_snapshot.index["bounds"]}
    seen = 0
    for node in sample_snapshot.framework.nodes:
        for code in sample_snapshot.areas.index:
            trace = sample_snapshot.trace(f"score.{node.id}", code).document
            have = [item for item in trace["made_of"] if item["value"] is not None]
            if trace["value"] is None:
                continue
            whole = math.fsum(item["weight"] for item in have)
            if node.level == "component":
                logs = [item["weight"] * math.log(max(item["value"], 0.1)) for item in have]
                made = math.exp(math.fsum(logs) / whole)
            else:
                made = math.fsum(item["weight"] * item["value"] for item in have) / whole
            assert trace["value"] == pytest.approx(made), (node.id, code)
            seen += 1
    for name, bound in bounds.items():
        for code in sample_snapshot.areas.index[:3]:
            trace = sample_snapshot.trace(f"score.{name}", code).document
            (figure,) = trace["made_of"]
            if trace["value"] is None:
                continue
            value = figure["value"]
            if bound["low_cap"] is not None:
                value = min(max(value, bound["low_cap"]), bound["high_cap"])
            made = 100 * (value - bound["worst"]) / (bound["best"] - bound["worst"])
            assert trace["value"] == pytest.approx(min(max(made, 0), 100)), (name, code)
            seen += 1
    assert seen > 300


def test_no_home_or_address_is_told_one_by_one(sample_snapshot):
    import pandas as pd

    rows = pd.read_parquet(sample_snapshot.directory / "trace.parquet")
    homes = [item.id for item in sample_snapshot.layers.values() if item.loader in HOUSEHOLDS]
    assert len(homes) == 4
    of_homes = rows[rows["layer"].isin(homes)]
    assert (of_homes["row"] == 0).all()
    assert set(of_homes["role"]) <= {"together", "figure"}
    assert not rows["key"].astype(str).str.fullmatch(r"\d{7,}").any()
    trace = sample_snapshot.trace(homes[0], sample_snapshot.areas.index[0])
    assert trace.ledger["examples"] == {}


def test_lines_of_files_behind_a_sensor_hold_its_observations(sample_snapshot, repository):
    import pandas as pd

    code = sample_snapshot.areas.index[2]
    rows = sample_snapshot.trace("no2", code).rows
    sensors = {item["key"]: item for item in rows if item["role"] == "sensor"}
    assert sensors
    for key, sensor in sensors.items():
        files = [item for item in rows if item["role"] == "file" and item["key"] == key]
        assert sum(item["n"] for item in files) == sensor["n"]
        parts = []
        for item in files:
            frame = pd.read_csv(repository / item["source"])
            parts.append(frame.iloc[item["row"] - 2 : item["last"] - 1])
        lines = pd.concat(parts)
        assert set(lines["SiteCode"]) == {key}
        hours = lines[lines["@SpeciesCode"] == "NO2"].drop_duplicates()
        values = pd.to_numeric(hours["@Value"], errors="coerce")
        values = values[values.between(0, 400)]  # limits of the layer file
        assert len(values) == sensor["n"]
        assert values.mean() == pytest.approx(sensor["value"])


@pytest.mark.parametrize("said", ["", ", id: uprn"])
def test_numbers_of_addresses_are_in_no_trace(toy_place, said):
    toy_place.write(
        "data/services.csv",
        "uprn,name,x,y\n100021234567,A,540500,180500\n38,B,540600,180600\n",
    )
    toy_place.layer("services", SERVICES.replace(", id: id", said))
    place = toy_place.open()
    place.build()
    trace = place.snapshot.trace("services", "E05990001")
    assert trace.value == 2
    assert {row["key"] for row in trace.rows} == {""}
    assert b"100021234567" not in (place.snapshot.directory / "trace.parquet").read_bytes()


def test_a_larger_area_is_traced_to_its_wards(toy_place):
    import geopandas as gpd
    from shapely.geometry import box

    halves = [box(540_000, y, 542_000, y + 1000) for y in (180_000, 181_000)]
    codes = {"LAD25CD": ["E09990001", "E09990002"], "LAD25NM": ["South", "North"]}
    frame = gpd.GeoDataFrame(codes, geometry=halves, crs="EPSG:27700")
    frame.to_file(toy_place.folder / "data/boroughs.gpkg", driver="GPKG")
    text = (toy_place.folder / "place.yaml").read_text("utf-8")
    text = text.replace("  lsoa21:", "  lad25: data/boroughs.gpkg\n  lsoa21:")
    toy_place.write("place.yaml", text + "larger: [lad25]\n")
    toy_place.layer("cases", RATE)
    place = toy_place.open()
    place.build()
    trace = place.snapshot.trace("cases", "E09990001")
    assert (trace.area_name, trace.value) == ("South", pytest.approx(100))
    # wards 1 and 2: 30 and 10 cases, 300 and 100 people
    assert trace.formula == ("1,000 × 40 / 400 of 2 wards = 100",)
    commands = [item["command"] for item in trace.made_of]
    assert commands == [
        "placedata trace cases E05990001 --period 2021",
        "placedata trace cases E05990002 --period 2021",
    ]


def test_the_command_tells_people_and_programs_the_same(toy_place):
    from typer.testing import CliRunner

    from placedata.cli.commands import app

    toy_place.layer("cases", RATE)
    toy_place.open().build()
    words = ["trace", "cases", "E05990001", "--place", str(toy_place.folder)]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0
    assert "1,000 × 30 / 300 = 100" in told.output
    assert "data/small_areas.csv:2  E01990001 40 × 0.75" in told.output
    document = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert document == toy_place.open().snapshot.trace("cases", "E05990001").document
    slip = CliRunner().invoke(app, ["trace", "casses", *words[2:]])
    assert slip.exit_code != 0
    assert "cases" in slip.output
