"""Scorecards of several areas: side by side, as one, of the whole place."""

from __future__ import annotations

import json
from html import unescape

import pytest
from typer.testing import CliRunner

from placedata.cli.commands import app

AREAS = "E05990001,E05990005"
HIDDEN = "E05990002"


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def test_two_wards_as_one_add_up_their_counts(client, toyborough):
    homes = toyborough.FIGURES["homes"]["2021"]
    card = json.loads(client.get(f"/download/together.json?areas={AREAS}&name=Centre").data)
    found = next(item for item in card["context"] if item["layer"] == "homes")
    assert found["value"] == homes[0] + homes[4]
    assert card["area_name"] == "Centre"
    assert f"{homes[0] + homes[4]:,}" in page(client, f"/together?areas={AREAS}&name=Centre")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"together.json?areas={AREAS}&name=Centre", ["--wards", AREAS, "--name", "Centre"]),
        (f"compare.json?areas={AREAS}", ["--compare", AREAS]),
        ("place.json", ["--area", "place"]),
    ],
)
def test_the_browser_gives_the_card_of_the_command(client, place, tmp_path, address, words):
    where = ["--place", str(place.directory), "--store", str(place.store)]
    asked = ["scorecard", *words, "--format", "json", "--out", str(tmp_path), *where]
    assert CliRunner().invoke(app, asked).exit_code == 0
    (made,) = tmp_path.iterdir()
    assert json.loads(client.get(f"/download/{address}").data) == json.loads(made.read_bytes())


def test_a_count_with_a_hidden_ward_inside_stays_hidden(client):
    # Bridge End has 3 young carers and the ward called =HYPERLINK(1) has 2: both are hidden
    card = json.loads(client.get(f"/download/together.json?areas=E05990001,{HIDDEN}&name=A").data)
    found = next(item for item in card["context"] if item["layer"] == "carers")
    assert (found["status"], found["value"]) == ("suppressed", None)
    text = page(client, f"/together?areas=E05990001,{HIDDEN}&name=A")
    assert ">[c]<" in text


def test_an_area_that_would_tell_about_few_people_is_refused_with_the_reason(toyborough, tmp_path):
    from dashboard.app import create_app
    from placedata import Place

    folder = toyborough.write_place(tmp_path / "few")
    # figures are weighed by young carers, so these are the people that others are about
    with (folder / "layers" / "no2.yaml").open("a") as file:
        file.write("weighted_by: carers\n")
    opened = Place.open(folder)
    opened.build()
    client = create_app(opened).test_client()
    most = ",".join(code for code in toyborough.NAMES if code != HIDDEN)
    text = page(client, f"/together?areas={most}&name=Rest", 403)
    assert "This area cannot be shown" in text
    assert "a difference of at least 5 people" in text
    answer = client.get(f"/download/together.csv?areas={most}&name=Rest")
    assert answer.status_code == 404
    assert b"refused" in answer.data


def test_the_page_asks_for_areas_and_a_name_first(client):
    assert "Choose at least two wards" in page(client, "/together")
    assert "What the area is called" in page(client, f"/together?areas={AREAS}")


@pytest.mark.parametrize("kind", ["pdf", "html", "xlsx", "csv", "json"])
def test_a_comparison_and_the_place_are_taken_away_in_every_format(client, kind):
    begins = {"pdf": b"%PDF", "xlsx": b"PK", "json": b"{", "html": b"<!"}
    for address in (f"/download/compare.{kind}?areas={AREAS}", f"/download/place.{kind}"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.data.lstrip(b"\xef\xbb\xbf").startswith(begins.get(kind, b""))
        assert len(answer.data) > 500
    assert client.get(f"/download/compare.{kind}?areas=E1,E2").status_code == 404
