"""The whole-place build: what is served, what is kept, what a failed build leaves."""

import json

import pytest

from placedata import Place
from placedata.errors import DataError, PlaceDataError
from placedata.snapshot import open_snapshot

SCORE = """\
title: Score
unit: score
polarity: lower_is_better
component: shelter
apportion: weighted_mean
weighted_by: people
source: {loader: table, file: data/small_areas.csv}
value: score
period: 2021
"""


def test_a_build_publishes_a_snapshot_that_says_what_it_holds(toy_place):
    toy_place.layer("score", SCORE)
    built = toy_place.open().build()
    assert (built.changed, built.layers, built.reused) == (True, 2, 0)
    snapshot = built.snapshot
    assert snapshot.id.startswith("v000001-")
    assert list(snapshot.layers) == ["score", "people"]
    assert snapshot.table("people")["value"].tolist() == pytest.approx([300, 100, 100, 100])
    assert snapshot.table("score")["rank"].tolist() == [1, 1, 3, 3]
    assert snapshot.layer("people").ledger["rows_in"] == 2


def test_nothing_changed_means_nothing_is_built(toy_place):
    place = toy_place.open()
    first = place.build().snapshot.id
    again = place.build()
    assert (again.changed, again.snapshot.id) == (False, first)


def test_only_the_layer_that_changed_is_built_again(toy_place):
    toy_place.layer("score", SCORE)
    place = toy_place.open()
    place.build()
    toy_place.layer("score", SCORE.replace("title: Score", "title: Deprivation"))
    built = place.build()
    assert (built.layers, built.reused) == (1, 1)
    assert built.snapshot.layer("score").title == "Deprivation"
    assert built.snapshot.table("people")["value"].tolist() == pytest.approx([300, 100, 100, 100])


def test_changed_data_reach_every_layer_that_rests_on_them(toy_place):
    toy_place.layer("score", SCORE)
    place = toy_place.open()
    place.build()
    toy_place.write(
        "data/small_areas.csv",
        "lsoa21_code,people,cases,score,rank\nE01990001,800,40,10,2\nE01990002,200,10,30,1\n",
    )
    built = place.build()
    assert built.layers == 2
    assert built.snapshot.table("people")["value"].tolist() == pytest.approx([600, 200, 100, 100])


def test_a_failed_build_leaves_the_snapshot_before_served(toy_place):
    place = toy_place.open()
    first = place.build().snapshot.id
    toy_place.write("data/small_areas.csv", "lsoa21_code,people\nE01990001,many\n")
    with pytest.raises(DataError):
        place.build()
    assert Place.open(toy_place.folder).snapshot.id == first


def test_a_new_snapshot_is_seen_without_opening_again(toy_place):
    reader = toy_place.open()
    toy_place.open().build()
    first = reader.snapshot.id
    toy_place.layer("score", SCORE)
    toy_place.open().build()
    assert reader.snapshot.id != first
    assert "score" in reader.snapshot.layers


def test_the_same_input_gives_the_same_content(toy_place):
    place = toy_place.open()
    one = place.build().snapshot.manifest["content"]
    two = place.build(force=True).snapshot.manifest["content"]
    assert one == two


def test_a_damaged_snapshot_is_found_and_built_again(toy_place):
    place = toy_place.open()
    place.build()
    values = place.store / "v000001" / "values.parquet"
    values.write_bytes(values.read_bytes()[:-1])
    with pytest.raises(PlaceDataError, match="damaged"):
        open_snapshot(place.store, check=True)
    built = place.build()
    assert built.changed
    assert built.snapshot.table("people")["value"].tolist() == pytest.approx([300, 100, 100, 100])


def test_postcodes_find_their_ward_however_they_are_written(toy_place):
    snapshot = toy_place.open().build().snapshot
    assert snapshot.area_of_postcode("am1 2aa") == "E05990002"
    assert snapshot.area_of_postcode("AM12AA") == "E05990002"
    assert snapshot.area_of_postcode("ZZ1 1ZZ") is None


def test_the_web_outline_is_geojson_in_degrees_with_the_names(toy_place, toytown):
    import shapely
    from pyproj import Transformer

    snapshot = toy_place.open().build().snapshot
    features = json.loads(snapshot.web_geometry.read_text("utf-8"))["features"]
    assert [f["properties"]["area_code"] for f in features] == toytown.codes
    assert features[2]["properties"]["area_name"] == "<b>Castle</b>"
    shape = shapely.from_geojson(json.dumps(features[0]["geometry"]))
    assert shape.exterior.is_ccw  # RFC 7946: the right-hand rule
    east, north = Transformer.from_crs(4326, 27700, always_xy=True).transform(
        *shape.exterior.coords[0]
    )
    assert min(abs(east - 540_000), abs(east - 541_000)) < 0.2
    assert min(abs(north - 180_000), abs(north - 181_000)) < 0.2


def test_unknown_areas_layers_and_periods_are_told_with_the_nearest(toy_place):
    snapshot = toy_place.open().build().snapshot
    with pytest.raises(PlaceDataError, match="did you mean 'people'"):
        snapshot.layer("poeple")
    with pytest.raises(PlaceDataError, match="did you mean 'E05990001'"):
        snapshot.area_name("E0599001")
    with pytest.raises(PlaceDataError, match="no period 1999"):
        snapshot.table("people", "1999")


def test_before_the_first_build_the_command_to_run_is_told(toy_place):
    with pytest.raises(PlaceDataError, match="placedata build"):
        _ = toy_place.open().snapshot
