"""Loader ``points``: services and sites in tables and maps, with invented places."""

from __future__ import annotations

import json

import pandas as pd
import pytest

#: Easting, northing, latitude, longitude (WGS 84) of the worked example, Caister water tower, in
#: the Ordnance Survey's guide to coordinate systems in Great Britain.
CAISTER = (651409.903, 313177.270, 52.65798005, 1.71607397)

SCHOOLS = """urn,establishment_name,education_phase,number_of_pupils,easting,northing,lon,lat
101,Aldermarsh Infants,Primary,"1,278",546774,185234,0.115,51.547
102,Beam Academy,Secondary,,545828,184731,0.101,51.543
103,Castle Primary,Primary,601,545828,184731,0.101,51.543
104,Lost School,Primary,90,,,,
105,Null Island,Primary,90,0,0,0,0
"""


def test_grid_coordinates_are_preferred_and_missing_ones_rejected(desk, balanced):
    seen = desk.ask("points", {"file": desk.write("schools.csv", SCHOOLS)})
    assert seen.table["x"].tolist() == [546774.0, 545828.0, 545828.0]
    assert seen.table["thing"].tolist() == ["101", "102", "103"]
    assert seen.table["name"].tolist()[0] == "Aldermarsh Infants"
    assert seen.table["value"].tolist() == [1.0, 1.0, 1.0]
    assert balanced(seen) == {"no coordinates": 2}
    assert seen.ledger.notes == {"points at the place of another": 1}
    assert seen.ledger.examples["no coordinates"] == ("data/schools.csv:5", "data/schools.csv:6")


def test_a_value_column_is_read_and_its_blanks_rejected(desk, balanced):
    file = desk.write("schools.csv", SCHOOLS)
    seen = desk.ask("points", {"file": file}, value="number_of_pupils", periods=("2025",))
    assert seen.table["value"].tolist() == [1278.0, 601.0]
    assert set(seen.table["period"]) == {"2025"}
    assert balanced(seen) == {"no coordinates": 2, "blank": 1}


def test_filters_keep_and_leave_out(desk, balanced):
    file = desk.write("schools.csv", SCHOOLS)
    kept = desk.ask("points", {"file": file, "where": {"education_phase": "primary"}})
    assert kept.table["thing"].tolist() == ["101", "103"]
    assert balanced(kept) == {"filtered out: education_phase": 1, "no coordinates": 2}
    some = desk.ask(
        "points", {"file": file, "exclude": {"number_of_pupils": "blank", "urn": [103]}}
    )
    assert some.table["thing"].tolist() == ["101"]
    assert balanced(some) == {
        "left out: number_of_pupils": 1, "left out: urn": 1, "no coordinates": 2,
    }  # fmt: skip


def test_closed_libraries_are_left_out_by_a_filled_cell(desk):
    text = "name,postcode,lat,lng,closed\nOpen,ZZ1 1AB,51.536,0.08,\nShut,ZZ1 1AC,51.533,0.12,XL\n"
    seen = desk.ask(
        "points", {"file": desk.write("a.csv", text), "exclude": {"closed": "not blank"}}
    )
    assert seen.table["name"].tolist() == ["Open"]


def test_degrees_become_the_grid_within_the_helmert_s_few_metres(desk):
    east, north, latitude, longitude = CAISTER
    text = f"id,lat,lon\nC,{latitude},{longitude}\n"
    seen = desk.ask("points", {"file": desk.write("a.csv", text)})
    assert seen.table["x"].iloc[0] == pytest.approx(east, abs=5)
    assert seen.table["y"].iloc[0] == pytest.approx(north, abs=5)


def test_columns_and_crs_can_be_stated(desk):
    text = "a,b,c\n0.1,51.5,A\n"
    file = desk.write("a.csv", text)
    source = {"file": file, "x": "a", "y": "b", "crs": "EPSG:4326", "id": "c", "name": "c"}
    seen = desk.ask("points", source)
    assert 540_000 < seen.table["x"].iloc[0] < 550_000
    assert (seen.table["thing"].iloc[0], seen.table["name"].iloc[0]) == ("A", "A")
    assert "no column 'e'" in desk.refused("points", {"file": file, "x": "e", "y": "b"})
    assert "longitude and latitude, or postcode" in desk.refused("points", {"file": file})


def test_shifted_rows_foreign_points_and_words_are_rejected_one_by_one(desk, balanced):
    text = (
        "chargeDeviceID,name,latitude,longitude,town\n"
        "c1,Car park,51.431454,0.031175,Aldermarsh\n"
        "c2,Madrid,40.4168,-3.7038,Madrid\n"
        "c3,Australia,-25.2744,133.7751,\n"
        "c4,No latitude,,0.03,Aldermarsh\n"
        "c5,Shifted,00:00,20:00,x\n"
        "c6,Twisted,0.031175,51.431454,x\n"
    )
    seen = desk.ask("points", {"file": desk.write("a.csv", text)})
    assert seen.table["thing"].tolist() == ["c1"]
    assert balanced(seen) == {
        "outside the UK": 3, "no coordinates": 1, "words where coordinates should be": 1,
    }  # fmt: skip


def places() -> pd.DataFrame:
    return pd.DataFrame({"postcode": ["ZZ11AB", "ZZ11AC"], "x": [1000.0, 2000.0], "y": [5.0, 6.0]})


#: As epraccur: no header, quoted, blanks in between, status A, C or D.
PRACTICES = (
    '"F1","HALT STREET SURGERY","Y56","2 HALT STREET","","ZZ1 1AB","19740401","","A"\n'
    '"F2","FIRST PRACTICE","Y56","2 FIRST AVENUE","","zz11ac","19740401","20180430","C"\n'
    '"F3","DORMANT PRACTICE","Y56","","","ZZ1 1AC","19740401","","D"\n'
    '"F4","FAR PRACTICE","Y56","","","AA9 9AA","19740401","","A"\n'
    '"F5","NOWHERE PRACTICE","Y56","","","","19740401","","A"\n'
)
PRACTICE_COLUMNS = ["code", "name", "group", "address 1", "address 2", "postcode"]


def test_a_table_without_header_is_placed_by_postcode(desk, balanced):
    source = {
        "file": desk.write("gp.csv", PRACTICES), "columns": PRACTICE_COLUMNS,
        "exclude": {"col9": ["C", "D"]},
    }  # fmt: skip
    seen = desk.ask("points", source, postcodes=places)
    assert seen.table["thing"].tolist() == ["F1"]
    assert seen.table[["x", "y"]].to_numpy().tolist() == [[1000.0, 5.0]]
    assert seen.table["name"].tolist() == ["HALT STREET SURGERY"]
    assert balanced(seen) == {"left out: col9": 2, "unknown postcode": 1, "no postcode": 1}
    assert seen.table["row"].tolist() == [1]


def test_postcodes_are_matched_without_spaces_or_case(desk):
    source = {
        "file": desk.write("gp.csv", PRACTICES),
        "header": 0,
        "postcode": "col6",
        "id": "col1",
    }
    seen = desk.ask("points", source, postcodes=places)
    assert seen.table["thing"].tolist() == ["F1", "F2", "F3"]


def test_postcodes_need_a_place_that_has_them(desk):
    source = {"file": desk.write("gp.csv", PRACTICES), "header": 0, "postcode": "col6"}
    assert "postcodes: in place.yaml" in desk.refused("points", source)


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def point(x, y):
    return {"type": "Point", "coordinates": [x, y]}


SQUARE = [[[0.10, 51.50], [0.12, 51.50], [0.12, 51.52], [0.10, 51.52], [0.10, 51.50]]]


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def test_a_map_with_points_and_shapes_is_read_alike(desk, balanced):
    text = collection(
        feature(point(0.11, 51.51), osm_id="1", name="Kerb", other={"amenity": "parking"}),
        feature({"type": "Polygon", "coordinates": SQUARE}, osm_id="2", amenity="parking"),
        feature({"type": "MultiPolygon", "coordinates": [SQUARE]}, osm_id="3", other="no JSON"),
        feature(None, osm_id="4", name="Nowhere"),
    )
    file = desk.write("parking.geojson", text)
    seen = desk.ask("points", {"file": file})
    assert seen.table["thing"].tolist() == ["1", "2", "3"]
    assert seen.table["name"].tolist() == ["Kerb", "", ""]
    assert seen.table["row"].tolist() == [1, 2, 3]
    assert balanced(seen) == {"no coordinates": 1}
    assert seen.ledger.notes["shapes taken at a point on them"] == 2
    west, east = seen.table["x"].min() - 1500, seen.table["x"].max() + 1500
    assert seen.table["x"].between(west, east).all()
    inner = desk.ask("points", {"file": file, "where": {"other.amenity": "parking"}})
    assert inner.table["thing"].tolist() == ["1"]


def test_charge_points_at_one_place_count_once_and_double_encoding_is_mended(desk, balanced):
    text = collection(
        feature(point(0.11, 51.51), chargedeviceid="c1", name="Halt Street Â£5 cafÃ©"),
        feature(point(0.11, 51.51), chargedeviceid="c2", name="Halt Street"),
        feature(point(0.12, 51.51), chargedeviceid="c3", name="£3 kept"),
    )
    file = desk.write("charge.geojson", text)
    seen = desk.ask("points", {"file": file, "unique": "place"})
    assert seen.table["name"].tolist() == ["Halt Street £5 café", "£3 kept"]
    assert balanced(seen) == {"duplicate of place": 1}
    assert seen.ledger.notes == {"cells encoded twice, repaired": 1}


def test_an_id_can_count_once(desk, balanced):
    text = "id,easting,northing\nA,540000,180000\nA,541000,180000\nB,540000,180000\n"
    seen = desk.ask("points", {"file": desk.write("a.csv", text), "unique": "id"})
    assert seen.table["thing"].tolist() == ["A", "B"]
    assert balanced(seen) == {"duplicate of id": 1}


def test_a_geopackage_on_the_grid_keeps_its_coordinates(desk):
    import geopandas as gpd
    from shapely.geometry import Point

    frame = gpd.GeoDataFrame(
        {"code": ["A1"], "n": [7]}, geometry=[Point(540_000, 180_000)], crs="EPSG:27700"
    )
    frame.to_file(desk.folder / "a.gpkg", driver="GPKG")
    seen = desk.ask("points", {"file": "data/a.gpkg"}, value="n")
    assert seen.table[["x", "y", "value"]].to_numpy().tolist() == [[540000.0, 180000.0, 7.0]]
    assert seen.table["thing"].tolist() == ["A1"]


def test_every_mistake_is_told_together(desk):
    source = {
        "file": desk.write("schools.csv", SCHOOLS), "id": "urm", "name": "nme",
        "where": {"phase": "x"}, "exclude": {"easing": "blank"},
    }  # fmt: skip
    told = desk.refused("points", source, value="pupil")
    for word in ("'urm'", "'nme'", "'phase'", "'easing'", "'pupil'"):
        assert word in told
    assert "did you mean 'urn'" in told
