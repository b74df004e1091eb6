"""Tables of all areas as files for maps and for the web of data, read by other programs."""

from __future__ import annotations

import json
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from csvw import CSVW
from pyarrow import parquet

from placedata.scorecard.csv_rows import to_csv, to_csv_metadata
from placedata.scorecard.table import write_table

NOTICE = "Share-alike (Open Database Licence 1.0): People with a rare illness."


@pytest.fixture(scope="module")
def geojson(all_files):
    return json.loads(all_files["geojson"].read_text("utf-8"))


def test_geojson_follows_rfc_7946(geojson, snapshot_of_cards):
    assert "crs" not in geojson
    boxes = [feature["bbox"] for feature in geojson["features"]]
    assert geojson["bbox"] == [min(b[0] for b in boxes), min(b[1] for b in boxes),
                               max(b[2] for b in boxes), max(b[3] for b in boxes)]  # fmt: skip
    assert 0.0 < geojson["bbox"][0] < 0.2  # Thames side of London, in degrees
    assert 51.4 < geojson["bbox"][1] < 51.6
    for feature in geojson["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.exterior.is_ccw  # the right-hand rule
        assert list(shape.bounds) == feature["bbox"]
        assert max(len(str(x).split(".")[1]) for pair in shape.exterior.coords for x in pair) <= 6
    assert [f["id"] for f in geojson["features"]] == list(snapshot_of_cards.areas.index)


def test_geopackage_is_read_by_gdal_with_areas_in_the_national_grid(all_files):
    layers = dict(pyogrio.list_layers(all_files["gpkg"]))
    assert layers == {"wards": "Polygon", "columns": None, "about": None, "layer_styles": None}
    told = pyogrio.read_info(all_files["gpkg"], layer="wards")
    assert (told["crs"], told["features"]) == ("EPSG:27700", 4)
    frame = gpd.read_file(all_files["gpkg"], layer="wards")
    assert frame.geometry.area.round().tolist() == [1_000_000] * 4
    about = pyogrio.read_dataframe(all_files["gpkg"], layer="about")["note"].tolist()
    assert any(note.startswith("Figures and scores are unrounded.") for note in about)
    assert any(note.startswith(NOTICE) for note in about)


def test_each_figure_has_a_style_whose_rules_take_every_area_once(all_files):
    with closing(sqlite3.connect(all_files["gpkg"])) as database:
        rows = database.execute(
            "SELECT styleName, styleQML, useAsDefault, f_table_name, f_geometry_column "
            "FROM layer_styles"
        ).fetchall()
        names = {row[1] for row in database.execute("PRAGMA table_info(wards)")}
        assert {row[3:] for row in rows} == {("wards", "geom")}
        assert [row[0] for row in rows if row[2]] == ["score_social_progress"]
        assert {row[0] for row in rows} == {n.removesuffix("_status") for n in names} - {
            "fid", "geom", "area_code", "area_name", "snapshot",
        }  # fmt: skip
        for name, qml, *_ in rows:
            tree = ET.fromstring(qml.split(">", 1)[1])
            filters = [rule.get("filter") for rule in tree.iter("rule")]
            symbols = [symbol.get("name") for symbol in tree.iter("symbol")]
            assert [rule.get("symbol") for rule in tree.iter("rule")] == symbols
            # QGIS asks these of every area; SQLite reads them in the same way
            taken = [
                database.execute(f"SELECT count(*) FROM wards WHERE {test}").fetchone()[0]
                for test in filters
            ]
            assert sum(taken) == 4, name


def test_geoparquet_is_1_1_with_a_covering_box_and_what_the_columns_are(all_files):
    told = parquet.read_schema(all_files["parquet"]).metadata
    geo = json.loads(told[b"geo"])
    assert geo["version"] == "1.1.0"
    assert set(geo["columns"]["geometry"]["covering"]["bbox"]) == {"xmin", "ymin", "xmax", "ymax"}
    about = json.loads(told[b"placedata"])
    assert about["columns"]["ill"]["share_alike"] is True
    assert about["columns"]["trend"]["unit"] == "%"
    frame = gpd.read_parquet(all_files["parquet"])
    assert frame.crs.to_epsg() == 4326
    assert frame["ill"].isna().tolist() == [True, True, False, True]
    assert frame["ill_status"].tolist() == ["suppressed", "suppressed", "ok", "missing"]


def test_csv_comes_with_metadata_that_a_csvw_reader_finds_valid(all_files):
    path = all_files["csv"]
    assert path.with_name("areas.csv-metadata.json").is_file()
    table = CSVW(str(path), validate=True)
    assert table.is_valid
    rows = list(table.t)
    assert [row["ill"] for row in rows] == [None, None, 90, None]
    assert [row["trend"] for row in rows] == [pytest.approx(-0.125), None, -0.375, -0.5]
    said = json.loads(path.with_name("areas.csv-metadata.json").read_text("utf-8"))
    assert any(line.startswith(NOTICE) for line in said["rdfs:comment"])


def test_the_rows_of_a_card_are_valid_csvw_too(cards, tmp_path):
    card = cards["E05990001"]
    (tmp_path / "card.csv").write_text(to_csv([card]), "utf-8", newline="")
    beside = tmp_path / "card.csv-metadata.json"
    beside.write_text(to_csv_metadata(card, "card.csv"), "utf-8")
    table = CSVW(str(tmp_path / "card.csv"), validate=True)
    assert table.is_valid
    ill = next(row for row in table.t if row["id"] == "ill")
    assert (ill["value"], ill["status"]) == (None, "suppressed")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "geojson", "gpkg", "parquet"])
def test_share_alike_layers_are_left_out_of_every_format_where_asked(
    snapshot_of_cards, tmp_path, kind
):
    path = tmp_path / f"areas.{kind}"
    written = write_table(
        snapshot_of_cards, list(snapshot_of_cards.layers), path, share_alike="leave-out"
    )
    if kind == "gpkg":
        columns = set(pyogrio.read_info(path, layer="wards")["fields"])
        assert "trend" in columns
        assert "ill" not in columns
    elif kind == "xlsx":
        heads = pd.read_excel(
            path, sheet_name="Columns", header=None, engine="openpyxl"
        ).to_string()
        assert "Change in rents" in heads
        assert "rare illness" not in heads
    else:
        text = b"".join(item.read_bytes() for item in written)
        assert b"rents" in text or b"trend" in text
        assert b"rare illness" not in text
        assert b'"ill"' not in text
