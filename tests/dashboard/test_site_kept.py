"""Answers that are kept: made once, and never shown where they do not belong."""

from __future__ import annotations

import gzip
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest

from dashboard.app import create_app
from dashboard.served import Served
from dashboard.warming import steps


@pytest.fixture
def own_place(place, tmp_path):
    """The same place with a store of its own."""
    from placedata import Place

    shutil.copytree(place.store, tmp_path / "store")
    return Place.open(place.directory, store=tmp_path / "store")


@pytest.fixture(scope="module")
def twice(toyborough, tmp_path_factory):
    """What was asked for before and after a snapshot in which the turnout is 5.5 higher."""
    from placedata import Place

    own = Place.open(toyborough.write_place(tmp_path_factory.mktemp("kept") / "own"))
    first = own.build().snapshot
    client = create_app(own).test_client()
    asked = {
        "page": "/layers/turnout",
        "link": f"/layers/turnout?snapshot={first.id}",
        "state": f"/snapshots/{first.id}/map.json?layer=turnout",
    }
    before = {name: client.get(address) for name, address in asked.items()}
    tag = {"If-None-Match": before["page"].headers["ETag"]}
    before["again"] = client.get(asked["page"], headers=tag)
    toyborough.write_layer(own.directory, "turnout", add=5.5)
    newer = own.build().snapshot
    after = {name: client.get(address, headers=tag) for name, address in asked.items()}
    shutil.rmtree(first.directory)
    gone = client.get(asked["state"])
    return before, after, gone, newer


def test_two_who_ask_at_once_for_the_same_thing_wait_for_one_making(place):
    kept, begun, go_on, made = Served(place), threading.Event(), threading.Event(), []

    def make():
        made.append(1)
        begun.set()
        go_on.wait(10)
        return object()

    with ThreadPoolExecutor(3) as people:
        first = people.submit(kept.made, "card", make)
        assert begun.wait(10)
        others = [people.submit(kept.made, "card", make) for _ in range(2)]
        assert kept.made("another card", lambda: "not held up") == "not held up"
        go_on.set()
        assert {id(first.result(10))} == {id(each.result(10)) for each in others}
    assert made == [1]


def test_where_making_fails_the_next_who_waits_makes_it(place):
    kept, begun, go_on = Served(place), threading.Event(), threading.Event()

    def fail():
        begun.set()
        go_on.wait(10)
        raise OSError("the disk is away")

    with ThreadPoolExecutor(2) as people:
        first = people.submit(kept.made, "card", fail)
        assert begun.wait(10)
        second = people.submit(kept.made, "card", lambda: "made")
        go_on.set()
        with pytest.raises(OSError, match="the disk is away"):
            first.result(10)
        assert second.result(10) == "made"


def test_eight_people_who_open_a_scorecard_at_once_get_the_same_page_made_once(place, monkeypatch):
    from dashboard.pages import area
    from placedata.scorecard import make_scorecard

    made = []
    monkeypatch.setattr(
        area, "make_scorecard", lambda *asked: made.append(1) or make_scorecard(*asked)
    )
    application, together = create_app(place), threading.Barrier(8)

    def ask(_):
        together.wait(10)
        return application.test_client().get("/areas/E05990001").data

    with ThreadPoolExecutor(8) as people:
        pages = set(people.map(ask, range(8)))
    assert len(pages) == 1
    assert made == [1]


def test_what_was_made_beforehand_is_not_made_for_the_first_person(place, monkeypatch):
    from dashboard.pages import area

    application = create_app(place)
    for step in steps(application, place.snapshot):
        step()
    monkeypatch.setattr(area, "make_scorecard", lambda *_: pytest.fail("made once more"))
    answer = application.test_client().get("/areas/E05990001", headers={"Accept-Encoding": "br"})
    assert "Abbey" in brotli.decompress(answer.data).decode()


def test_a_page_is_sent_once_and_again_only_when_a_new_snapshot_has_other_figures(twice):
    before, after, _, _ = twice
    assert ">31<" in before["page"].text or ">31.0<" in before["page"].text
    assert (before["again"].status_code, before["again"].data) == (304, b"")
    assert after["page"].status_code == 200
    assert ">36.5<" in after["page"].text


def test_a_link_to_a_snapshot_keeps_its_figures_and_says_when_a_newer_one_is_there(twice):
    before, after, _, newer = twice
    assert "This link always shows the snapshot" in before["link"].text
    assert "You see an older snapshot" in after["link"].text
    assert newer.id in after["link"].text
    assert ">31<" in after["link"].text or ">31.0<" in after["link"].text


def test_a_snapshot_that_is_cleared_away_is_not_shown_any_more(twice):
    before, after, gone, _ = twice
    assert (before["state"].status_code, after["state"].status_code) == (200, 200)
    assert gone.status_code == 404


def test_pages_below_a_path_and_at_the_root_each_have_their_own_links(place):
    client = create_app(place).test_client()
    plain = client.get("/rankings").text
    below = client.get("/rankings", environ_overrides={"SCRIPT_NAME": "/wards"}).text
    assert 'href="/wards/about"' in below
    assert 'href="/about"' not in below
    assert 'href="/about"' in plain
    assert "/wards/" not in client.get("/rankings").text == plain


def test_only_the_embedded_map_may_be_framed_however_often_it_is_asked_for(place, monkeypatch):
    from dashboard import kept_pages

    monkeypatch.setitem(place.snapshot.place, "embed", ["https://site.example"])
    client = create_app(place).test_client()
    made, make = [], kept_pages._made
    monkeypatch.setattr(kept_pages, "_made", lambda *asked: made.append(1) or make(*asked))
    for _ in range(2):
        framed = client.get("/embed?layer=no2").headers["Content-Security-Policy"]
        alone = client.get("/rankings?layer=no2").headers["Content-Security-Policy"]
        assert "frame-ancestors https://site.example" in framed
        assert "frame-ancestors 'none'" in alone
    assert len(made) == 2


def test_a_page_says_the_same_however_it_is_packed(place):
    client = create_app(place).test_client()
    packed = {name: client.get("/about", headers={"Accept-Encoding": name})
              for name in ("br", "gzip", "identity", "gzip;q=1, br;q=0")}  # fmt: skip
    assert [answer.headers.get("Content-Encoding") for answer in packed.values()] == [
        "br", "gzip", None, "gzip",
    ]  # fmt: skip
    said = {
        brotli.decompress(packed["br"].data), gzip.decompress(packed["gzip"].data),
        packed["identity"].data, gzip.decompress(packed["gzip;q=1, br;q=0"].data),
    }  # fmt: skip
    assert len(said) == 1
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in packed.values())


def test_the_health_of_the_server_is_never_kept(own_place):
    client = create_app(own_place).test_client()
    assert client.get("/readyz").status_code == 200
    shutil.rmtree(own_place.store)
    assert client.get("/readyz").status_code == 503
