"""Downloads can be read by other programs, and hold what the snapshot holds."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import xml.etree.ElementTree as ET

import pytest

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows_of(answer):
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_view_as_csv_holds_each_figure_unrounded_with_its_snapshot(client, place, toyborough):
    rows = rows_of(client.get("/download/view.csv?layer=no2&period=2021"))
    assert [float(row["value"]) for row in rows] == toyborough.FIGURES["no2"]["2021"]
    assert {row["snapshot"] for row in rows} == {place.snapshot.id}
    assert {row["place"] for row in rows} == {"Toyborough (fictional)"}


def test_a_missing_figure_is_x_and_a_suppressed_one_c_in_csv(client):
    green = rows_of(client.get("/download/view.csv?layer=green"))
    carers = rows_of(client.get("/download/view.csv?layer=carers"))
    assert [row["value"] for row in green if row["status"] == "missing"] == ["[x]"]
    assert [row["value"] for row in carers if row["status"] == "suppressed"] == ["[c]", "[c]"]
    assert [row["numerator"] for row in carers if row["status"] == "suppressed"] == ["", ""]


@pytest.mark.parametrize(
    "address",
    ["/download/view.csv?layer=no2", "/download/layers/homes.csv", "/download/areas/E05990004.csv"],
)
def test_no_cell_of_text_begins_like_a_formula(client, address):
    for row in rows_of(client.get(address)):
        for cell in row.values():
            try:
                float(cell)
            except ValueError:
                assert not cell.startswith(FORMULA), cell


def test_a_layer_as_csv_holds_all_its_periods(client, toyborough):
    rows = rows_of(client.get("/download/layers/no2.csv"))
    found = {(row["period"], row["area_code"]): float(row["value"]) for row in rows}
    assert found == {
        (period, code): value
        for period, values in toyborough.FIGURES["no2"].items()
        for code, value in zip(toyborough.NAMES, values, strict=True)
    }


def test_geojson_follows_rfc_7946(client, toyborough):
    answer = client.get("/download/view.geojson?layer=green")
    assert answer.mimetype == "application/geo+json"
    collection = answer.get_json(force=True)
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    values = {
        item["properties"]["area_code"]: item["properties"]["value"]
        for item in collection["features"]
    }
    assert values == dict(zip(toyborough.NAMES, toyborough.FIGURES["green"]["2023"], strict=True))
    for feature in collection["features"]:
        ring = feature["geometry"]["coordinates"][0]
        assert ring[0] == ring[-1]
        assert all(-9 < x < 2 and 49 < y < 61 for x, y in ring)
        assert all(round(number, 6) == number for point in ring for number in point)
        assert sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) > 0


def test_the_svg_map_is_xml_with_title_legend_source_and_snapshot(client, place):
    text = client.get("/download/view.svg?layer=no2&period=2023").get_data(as_text=True)
    root = ET.fromstring(text)
    words = " ".join(root.itertext())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "Nitrogen dioxide, 2023" in words
    assert "Office of Figures" in words
    assert place.snapshot.id in " ".join(words.split())
    assert "<script" not in text


def test_a_scorecard_can_be_had_as_html_csv_and_json(client, place):
    page = client.get("/download/areas/E05990001.html").get_data(as_text=True)
    data = json.loads(client.get("/download/areas/E05990001.json").get_data())
    rows = rows_of(client.get("/download/areas/E05990001.csv"))
    assert place.snapshot.id in page
    assert re.findall(r"<[^>]+ src=\"(?!data:)", page) == []
    assert data["area_code"] == "E05990001"
    assert {row["id"] for row in rows} >= {"no2", "green", "social_progress"}


def test_all_areas_come_as_one_workbook_without_formulas(client, toyborough):
    openpyxl = pytest.importorskip("openpyxl")
    answer = client.get("/download/areas.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.get_data()))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert set(toyborough.NAMES) <= {cell.value for cell in cells}


def test_a_download_is_an_attachment_with_a_plain_name(client):
    for address in ("/download/view.csv", "/download/areas.xlsx", "/download/layers/no2.geojson"):
        sent = client.get(address).headers["Content-Disposition"]
        assert sent.startswith('attachment; filename="toyborough-')
        assert sent.isascii()


@pytest.mark.parametrize(
    "address",
    [
        "/download/view.csv?layer=none",
        "/download/view.exe",
        "/download/layers/none.csv",
        "/download/layers/..%2f..%2fplace.csv",
        "/download/areas/E05999999.html",
        "/download/areas/E05990001.docx",
    ],
)
def test_a_download_of_what_is_not_there_is_404_in_json(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert "error" in answer.get_json()


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("/download/view.svg?layer=no2&period=2022&beside=crime&area=E05990001&classes=natural",
         ["Nitrogen dioxide, 2022", "Recorded crime, 2023", "Toyborough, 6 wards.",
          "Classes: Natural breaks", "thick line: Abbey", "The classes are the same in all 3"]),
        ("/trends.svg?layer=no2&areas=E05990001", ["Nitrogen dioxide", "2021", "Abbey"]),
        ("/relationships.svg?x=no2&y=crime&areas=E05990001",
         ["Nitrogen dioxide, 2023", "Recorded crime, 2023", "Abbey"]),
        ("/compare.svg?areas=E05990001,E05990003",
         ["Indicators of Abbey", "Nitrogen dioxide, 2023", "middle half dark"]),
        ("/rankings.svg?layer=no2&period=2022", ["Nitrogen dioxide, 2022", "the figure itself"]),
    ],
)  # fmt: skip
def test_a_picture_that_is_passed_on_says_what_it_shows(client, place, file, told):
    svg = client.get(file).get_data(as_text=True)
    nodes = [node for node in ET.fromstring(svg).iter() if node.tag.endswith("text")]
    lines = ["".join(node.itertext()) for node in nodes]
    text = " ".join(" ".join(lines).split())
    for words in [*told, "Source: ", "Snapshot " + place.snapshot.id, "Contains made-up figures."]:
        assert words in text or (words == "Source: " and "compare" in file), words
    assert "Toyborough (fictional)" in text or "Fictional place." in text
    # the address of the page as it was, cut at the end of lines
    page, _, query = file.partition("?")
    page = "/" if page.startswith("/download") else page.partition(".")[0]
    wanted = f"http://localhost{page}?{query}&snapshot={place.snapshot.id}".replace(" ", "")
    assert set(wanted.split("&")[1:]) <= set(text.replace(" ", "").split("Madefrom")[1].split("&"))
    assert f"http://localhost{page}?" in text.replace(" ", "")


def test_a_file_of_two_maps_has_the_figures_of_both(client, toyborough):
    query = "layer=no2&period=2023&beside=crime&beside_period=2023"
    found = client.get(f"/download/view.geojson?{query}").get_json(force=True)["features"]
    told = [item["properties"] for item in found]
    assert [item["value"] for item in told] == toyborough.FIGURES["no2"]["2023"]
    assert [item["beside_value"] for item in told] == toyborough.FIGURES["crime"]["2023"]
    assert {item["beside_title"] for item in told} == {"Recorded crime"}
    assert "beside_area_code" not in told[0]
    rows = rows_of(client.get(f"/download/view.csv?{query}"))
    assert [row["layer"] for row in rows] == ["no2"] * 6 + ["crime"] * 6
    name = client.get(f"/download/view.geojson?{query}").headers["Content-Disposition"]
    assert "no2-2023-beside-crime-2023" in name
