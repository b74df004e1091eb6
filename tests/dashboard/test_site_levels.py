"""Wards and boroughs: one choice of level goes through pages, data and downloads."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest


@pytest.fixture
def client(boroughs):
    return boroughs.test_client()


@pytest.fixture
def snapshot(boroughs):
    return boroughs.extensions["placedata.served"].snapshot()


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_the_level_is_a_native_choice_on_the_map_page(client):
    text = text_of(client, "/?level=lad25")
    found = re.findall(r'<input type="radio" name="level" value="(\w+)"( checked)?>', text)
    assert found == [("wd25", ""), ("lad25", " checked")]
    assert "Boroughs" in text


def test_list_table_legend_and_classes_are_of_the_level_asked_for(client, toyborough, snapshot):
    address = f"/snapshots/{snapshot.id}/map.json?layer=homes&level=lad25"
    found = client.get(address).get_json()
    homes = toyborough.FIGURES["homes"]["2021"]
    west = sum(homes[list(toyborough.NAMES).index(ward)] for ward in toyborough.IN_WEST)
    assert found["state"]["level"] == "lad25"
    assert len(found["map"]["classes"]) == 2
    assert found["map"]["labels"] == [
        f"West Toy: {west:,.0f}\N{NO-BREAK SPACE}homes",
        f"East Toy: {sum(homes) - west:,.0f}\N{NO-BREAK SPACE}homes",
    ]
    assert "West Toy" in found["parts"]["areas"]
    assert "Abbey" not in found["parts"]["areas"] + found["parts"]["table"]
    assert re.search(r"1 borough<", found["parts"]["legend"])
    outlines = client.get(found["map"]["geometry"]).get_json(force=True)
    codes = [item["properties"]["area_code"] for item in outlines["features"]]
    assert codes == list(toyborough.BOROUGHS)


def test_outlines_of_two_levels_are_kept_apart_by_browsers(client, snapshot):
    base = f"/snapshots/{snapshot.id}/areas.geojson"
    tags = {client.get(base + more).headers["ETag"] for more in ("", "?level=lad25")}
    assert len(tags) == 2
    assert client.get(base + "?level=lad99").status_code == 404


@pytest.mark.parametrize(
    ("query", "level", "area"),
    [
        ("level=lad25&area=E05990001", "lad25", "E09990001"),
        ("level=wd25&area=E09990001", "", None),
        ("area=E09990002", "lad25", "E09990002"),
        ("area=E05990002", "", "E05990002"),
        ("level=wd25", "", None),
    ],
)
def test_the_selection_follows_the_level(client, snapshot, query, level, area):
    found = client.get(f"/snapshots/{snapshot.id}/map.json?{query}").get_json()
    assert (found["state"]["level"], found["state"]["area"]) == (level, area)
    assert "notice-title" not in found["parts"]["notices"]


def test_an_unknown_level_is_told_and_the_wards_are_shown(client):
    text = text_of(client, "/?level=<b>lad99")
    assert "There is no level ‘&lt;b&gt;lad99’; the wards are shown instead." in text
    assert "There is no level ‘lad99’" in text_of(client, "/areas/?level=lad99")
    assert "‘lad99’" in text_of(client, "/layers/no2?level=lad99")


@pytest.mark.parametrize(
    ("asked", "level", "area"),
    [("abbey", "", "E05990001"), ("west", "lad25", "E09990001"), ("TB1 1AA", "", "E05990001"),
     ("E09990002", "lad25", "E09990002")],
)  # fmt: skip
def test_a_search_finds_areas_of_every_level(client, snapshot, asked, level, area):
    base = f"/snapshots/{snapshot.id}/find.json"
    found = client.get(base, query_string={"q": asked}).get_json()
    assert (found["level"], found["area"]) == (level, area)


def test_among_boroughs_a_postcode_leads_to_its_borough(client, snapshot):
    base = f"/snapshots/{snapshot.id}/find.json"
    found = client.get(base, query_string={"q": "tb12aa", "level": "lad25"}).get_json()
    assert (found["level"], found["area"]) == ("lad25", "E09990002")
    answer = client.get("/find?q=TB1+1AA&layer=no2&level=lad25")
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (asked["level"], asked["area"]) == (["lad25"], ["E09990001"])


def test_the_scorecard_of_a_ward_names_its_borough_and_that_of_a_borough_its_wards(
    client, toyborough
):
    ward = text_of(client, "/areas/E05990001")
    assert re.search(r'Ward of <a href="/areas/E09990001">West Toy</a>', ward)
    borough = text_of(client, "/areas/E09990001")
    assert "Borough of Toyborough" in borough
    table = re.search(r'id="inside-title">(.*?)</table>', borough, re.DOTALL)[1]
    assert "2 wards of West Toy" in table
    assert re.findall(r'<th scope="row"><a href="/areas/(\w+)"', table) == sorted(
        toyborough.IN_WEST, key=lambda code: toyborough.NAMES[code].casefold()
    )
    assert client.get("/areas/E09990009").status_code == 404


def test_before_and_after_a_ward_are_wards_of_its_borough(client):
    pager = re.search(r'<nav class="pager.*?</nav>', text_of(client, "/areas/E05990001"), re.DOTALL)
    assert re.findall(r"/areas/(\w+)", pager[0]) == ["E05990004"]


def test_scorecards_and_layers_are_listed_by_level(client):
    listed = text_of(client, "/areas/?level=lad25")
    assert "2 boroughs" in listed
    assert "Abbey" not in listed
    layer = text_of(client, "/layers/homes?level=lad25")
    assert "Homes" in layer
    assert "by borough" in layer
    assert "West Toy" in layer
    assert "Made of the wards in them" in layer


def test_downloads_are_of_the_level_asked_for(client):
    view = rows_of(client.get("/download/view.csv?layer=homes&level=lad25"))
    assert [row["area_code"] for row in view] == ["E09990001", "E09990002"]
    layer = rows_of(client.get("/download/layers/homes.csv?level=lad25"))
    assert {row["area_name"] for row in layer} == {"West Toy", "East Toy"}
    card = rows_of(client.get("/download/areas/E09990001.csv"))
    assert {row["area_name"] for row in card} == {"West Toy"}
    name = client.get("/download/areas.xlsx?level=lad25").headers["Content-Disposition"]
    assert "lad25-all-areas" in name
    assert "West Toy" in client.get("/download/view.svg?layer=homes&level=lad25").text
    assert client.get("/download/view.csv?level=lad99").status_code == 404
    assert client.get("/download/layers/homes.csv?level=lad99").status_code == 404


def test_a_place_of_one_level_shows_no_choice(application):
    text = application.test_client().get("/").get_data(as_text=True)
    assert 'name="level"' not in text
