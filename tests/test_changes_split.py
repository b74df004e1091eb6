"""The change of one figure is split into causes that add up; figures by hand on toytown."""

from __future__ import annotations

import json

import pytest

CASES = """\
title: Cases
unit: per 1,000 people
polarity: lower_is_better
statistic: sum
source: {loader: table, file: data/cases.csv}
value: {numerator: cases, denominator: people, per: 1000}
period: 2021
disclosure: {counts: things}
"""
SCORE = """\
title: Score
unit: score
polarity: lower_is_better
component: shelter
apportion: weighted_mean
weighted_by: people
source: {loader: table, file: data/scores.csv}
value: score
period: 2021
"""


def small_areas(place, south, north=200):
    place.write(
        "data/small_areas.csv", f"lsoa21_code,people\nE01990001,{south}\nE01990002,{north}\n"
    )


def cases(place, south, north=10):
    place.write("data/cases.csv", f"lsoa21_code,cases\nE01990001,{south}\nE01990002,{north}\n")


def scores(place, south, north):
    place.write("data/scores.csv", f"lsoa21_code,score\nE01990001,{south}\nE01990002,{north}\n")


def points(found, layer, area):
    rows = found.parts[(found.parts["layer"] == layer) & (found.parts["area_code"] == area)]
    return dict(zip(rows["cause"], rows["points"], strict=True))


def change(found, layer, area):
    rows = found.values[(found.values["layer"] == layer) & (found.values["area_code"] == area)]
    (row,) = rows.to_dict("records")
    return row["after"] - row["before"]


def test_a_rate_is_split_into_its_numerator_and_its_denominator(toy_place):
    small_areas(toy_place, 400)
    cases(toy_place, 40)
    toy_place.layer("cases", CASES)
    toy_place.open().build()
    small_areas(toy_place, 800)
    cases(toy_place, 60)
    place = toy_place.open()
    place.build()
    found = place.diff("1")
    # ward 1: 30 cases of 300 people are 100, then 45 of 600 are 75
    assert change(found, "cases", "E05990001") == pytest.approx(-25)
    # cases first: +50 then -75; people first: -50 then +25
    assert points(found, "cases", "E05990001") == {
        "data": pytest.approx((50 + 25) / 2),
        "layer people": pytest.approx((-75 - 50) / 2),
    }


def test_another_number_that_a_rate_is_told_per_is_the_layer_files_part(toy_place):
    small_areas(toy_place, 400)
    cases(toy_place, 40)
    toy_place.layer("cases", CASES)
    toy_place.open().build()
    small_areas(toy_place, 800)
    toy_place.layer("cases", CASES.replace("per: 1000", "per: 100"))
    place = toy_place.open()
    place.build()
    found = place.diff("1")
    # 1000 × 30 / 300 = 100, then 100 × 30 / 600 = 5
    assert points(found, "cases", "E05990001") == {
        "layer file": pytest.approx(((10 - 100) + (5 - 50)) / 2),
        "layer people": pytest.approx(((50 - 100) + (5 - 10)) / 2),
    }


def test_a_weighted_mean_is_split_into_its_values_and_its_weights(toy_place):
    # one postcode of the north small area is moved into ward 1's half by sharing: wards 3 and 4
    # rest on one small area each, so weights only matter where a ward rests on two
    import geopandas as gpd
    from shapely.geometry import box

    halves = [box(x, 180_000, x + 1000, 182_000) for x in (540_000, 541_000)]
    codes = {"LSOA21CD": ["E01990001", "E01990002"], "LSOA21NM": ["West", "East"]}
    path = toy_place.folder / "data/small_areas.gpkg"
    path.unlink()
    gpd.GeoDataFrame(codes, geometry=halves, crs="EPSG:27700").to_file(path, driver="GPKG")
    wide = [box(540_000, y, 542_000, y + 1000) for y in (180_000, 181_000)]
    wards = {"WD25CD": ["E05990001", "E05990003"], "WD25NM": ["South", "North"]}
    path = toy_place.folder / "data/wards.gpkg"
    path.unlink()
    gpd.GeoDataFrame(wards, geometry=wide, crs="EPSG:27700").to_file(path, driver="GPKG")
    small_areas(toy_place, 400, 200)
    scores(toy_place, 10, 30)
    toy_place.layer("score", SCORE)
    toy_place.open().build()
    small_areas(toy_place, 400, 800)
    scores(toy_place, 20, 30)
    place = toy_place.open()
    place.build()
    found = place.diff("1")
    # The south ward holds three of four western postcodes and one of two eastern ones.
    west, east = 0.75, 0.5

    def mean(score, people):
        above = score[0] * people[0] * west + score[1] * people[1] * east
        return above / (people[0] * west + people[1] * east)

    old, new, few, many = (10, 30), (20, 30), (400, 200), (400, 800)
    data = (mean(new, few) - mean(old, few) + mean(new, many) - mean(old, many)) / 2
    weight = (mean(old, many) - mean(old, few) + mean(new, many) - mean(new, few)) / 2
    parts = points(found, "score", "E05990001")
    assert parts == {"data": pytest.approx(data), "layer people": pytest.approx(weight)}
    assert sum(parts.values()) == pytest.approx(change(found, "score", "E05990001"))


def test_parts_of_every_figure_add_up_to_its_change(toy_place):
    small_areas(toy_place, 400)
    cases(toy_place, 40)
    toy_place.layer("cases", CASES)
    toy_place.open().build()
    small_areas(toy_place, 520, 260)
    cases(toy_place, 44, 12)
    rows = (toy_place.folder / "data/postcodes.csv").read_text("utf-8").splitlines()
    toy_place.write("data/postcodes.csv", "\n".join([*rows, rows[3].replace("2AA", "2AB")]) + "\n")
    place = toy_place.open()
    place.build()
    found = place.diff("1")
    assert found.whole == ("boundaries, postcodes or lookups",)
    sums = found.parts.groupby(["layer", "area_code"])["points"].sum()
    assert len(sums) == 8
    for (layer, area), total in sums.items():
        assert total == pytest.approx(change(found, layer, area)), (layer, area)
    assert set(found.parts["cause"]) == {
        "data", "layer people", "boundaries, postcodes or lookups",
    }  # fmt: skip


def test_a_layer_that_joins_the_index_is_the_part_of_which_indicators(toy_place):
    small_areas(toy_place, 400)
    scores(toy_place, 10, 30)
    cases(toy_place, 40, 10)  # the other way round than the scores
    toy_place.layer("score", SCORE)
    toy_place.open().build()
    toy_place.layer("cases", CASES.replace("statistic", "component: shelter\nstatistic"))
    place = toy_place.open()
    place.build()
    found = place.diff("1")
    assert found.added == ("cases",)
    shelter = found.score_parts[found.score_parts["node"] == "shelter"]
    assert len(shelter)
    assert shelter["indicators"].to_numpy() == pytest.approx(shelter["change"].to_numpy())
    assert shelter["data"].abs().max() == shelter["method"].abs().max() == 0


def test_larger_areas_are_compared_too(toy_place):
    import geopandas as gpd
    from shapely.geometry import box
    from typer.testing import CliRunner

    from placedata.cli.commands import app

    halves = [box(540_000, y, 542_000, y + 1000) for y in (180_000, 181_000)]
    codes = {"LAD25CD": ["E09990001", "E09990002"], "LAD25NM": ["South", "North"]}
    frame = gpd.GeoDataFrame(codes, geometry=halves, crs="EPSG:27700")
    frame.to_file(toy_place.folder / "data/boroughs.gpkg", driver="GPKG")
    text = (toy_place.folder / "place.yaml").read_text("utf-8")
    text = text.replace("  lsoa21:", "  lad25: data/boroughs.gpkg\n  lsoa21:")
    toy_place.write("place.yaml", text + "larger: [lad25]\n")
    small_areas(toy_place, 400)
    cases(toy_place, 40)
    toy_place.layer("cases", CASES)
    place = toy_place.open()
    place.build()
    small_areas(toy_place, 800)
    words = ["check", "--impact", "--level", "lad25", "--json", "--place", str(toy_place.folder)]
    impact = json.loads(CliRunner().invoke(app, words).stdout)["impact"]
    place.build()
    found = place.diff("1", level="lad25")
    assert impact["level"] == found.level == "lad25"
    assert found.names["E09990001"] == "South"
    assert change(found, "people", "E09990001") == pytest.approx(400)
    assert change(found, "cases", "E09990001") == pytest.approx(-50)
    assert points(found, "cases", "E09990001") == {"layer people": pytest.approx(-50)}
    rows = {(row["layer"], row["area_code"]): row["after"] for row in impact["values"]}
    assert rows == {
        ("people", "E09990001"): pytest.approx(800),
        ("cases", "E09990001"): pytest.approx(50),
    }


def test_the_door_for_notebooks_compares_lists_and_rolls_back(toy_place):
    place = toy_place.open()
    place.build()
    small_areas(toy_place, 800)
    place.build()
    history = place.history()
    assert history["served"].tolist() == [False, True]
    assert place.diff("1").values["after"].tolist() == pytest.approx([600, 200])
    back = place.rollback(reason="wrong file")
    assert back.id == history.index[0] == place.snapshot.id
    assert place.audit()["reason"].tolist() == [None, None, "wrong file"]
    assert place.trace("people", "E05990001").value == pytest.approx(300)
