"""What is served follows what is published; two applications do not know of each other."""

from __future__ import annotations

import re

import pytest

from dashboard.app import create_app


@pytest.fixture
def own_place(toyborough, tmp_path):
    from placedata import Place

    return Place.open(toyborough.write_place(tmp_path / "own"))


def test_before_anything_is_built_a_page_says_what_to_run(own_place):
    client = create_app(own_place).test_client()
    answer = client.get("/")
    assert answer.status_code == 503
    assert "placedata build" in answer.get_data(as_text=True)
    data = client.get("/download/view.csv")
    assert data.status_code == 503
    assert "placedata build" in data.get_json()["error"]
    assert client.get("/accessibility").status_code == 200


def test_a_new_snapshot_is_served_without_a_restart(own_place, toyborough):
    client = create_app(own_place).test_client()
    assert client.get("/").status_code == 503
    first = own_place.build().snapshot
    before = client.get("/?layer=turnout").get_data(as_text=True)
    assert first.id in before
    assert ">31<" in before or ">31.0<" in before
    toyborough.write_layer(own_place.directory, "turnout", add=5.5)
    second = own_place.build().snapshot
    after = client.get("/?layer=turnout").get_data(as_text=True)
    assert second.id != first.id
    assert second.id in after
    assert first.id not in after
    assert ">36.5<" in after


def test_a_page_opened_before_a_publish_still_gets_its_own_figures(own_place, toyborough):
    client = create_app(own_place).test_client()
    first = own_place.build().snapshot
    toyborough.write_layer(own_place.directory, "turnout", add=5.5)
    own_place.build()
    found = client.get(f"/snapshots/{first.id}/map.json?layer=turnout")
    assert found.status_code == 200
    assert found.get_json()["map"]["labels"][0].startswith("Abbey: 31")


def test_two_applications_in_one_process_show_their_own_place(place, own_place):
    text = (own_place.directory / "place.yaml").read_text("utf-8")
    (own_place.directory / "place.yaml").write_text(
        text.replace("Toyborough", "Otherborough"), "utf-8"
    )
    own_place.build()
    one, other = create_app(place).test_client(), create_app(own_place).test_client()
    for address in ("/", "/areas/", "/areas/E05990001", "/layers/no2", "/about"):
        seen = [client.get(address).get_data(as_text=True) for client in (one, other, one)]
        assert [re.search(r"brand-place\">([^<]+)<", text)[1] for text in seen] == [
            "Toyborough", "Otherborough", "Toyborough",
        ]  # fmt: skip
    layouts = [client.get("/_dash-layout").get_json() for client in (one, other)]
    assert layouts[0] == layouts[1]


def test_a_place_without_an_index_has_a_map_and_says_that_there_are_no_scores(own_place):
    for path in (own_place.directory / "layers").glob("*.yaml"):
        if path.stem not in {"homes", "carers"}:
            path.unlink()
    own_place.build()
    client = create_app(own_place).test_client()
    assert "Homes" in client.get("/").get_data(as_text=True)
    assert "There are no scores" in client.get("/areas/E05990001").get_data(as_text=True)
    assert "There are no scores" in client.get("/areas/").get_data(as_text=True)
    assert client.get("/about").status_code == 200
