"""Below a path of another site: every link, asset and fetch keeps the path; health for machines."""

from __future__ import annotations

import re

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from dashboard.app import create_app
from dashboard.mounting import clean_prefix, mount
from placedata import PlaceDataError

PAGES = ["/", "/?layer=no2&area=E05990001", "/areas/", "/areas/E05990001", "/layers/",
         "/layers/no2", "/about", "/accessibility", "/abuot"]  # fmt: skip


def addresses(text):
    return re.findall(r'(?:href|src|action)="(/[^"]*)"', text)


def elsewhere(application, environ, start):
    start("404 Not Found", [("Content-Type", "text/plain")])
    return [b"another site"]


@pytest.fixture(scope="module")
def mounted(place):
    return Client(DispatcherMiddleware(elsewhere, {"/wards": create_app(place)}))


@pytest.mark.parametrize("address", PAGES)
def test_every_link_of_a_mounted_page_leads_below_its_path(mounted, address):
    text = mounted.get("/wards" + address).get_data(as_text=True)
    found = addresses(text)
    assert found
    assert [item for item in found if not item.startswith("/wards/")] == []


def test_assets_data_and_settings_of_a_mounted_map_can_be_had(mounted):
    text = mounted.get("/wards/").get_data(as_text=True)
    assert '"requests_pathname_prefix":"/wards/"' in text.replace(" ", "")
    assert 'data-root="/wards"' in text
    for address in [*re.findall(r'(?:src|href)="(/wards/(?:static|_dash|snap)[^"]*)"', text)]:
        assert mounted.get(address.replace("&amp;", "&")).status_code == 200, address
    geometry = re.search(r'"geometry": "([^"]+)"', text)[1]
    assert geometry.startswith("/wards/snapshots/")
    assert mounted.get(geometry).status_code == 200


def test_redirects_of_a_mounted_site_stay_in_it(mounted):
    for address in ("/wards/about/", "/wards/find?q=abbey"):
        answer = mounted.get(address)
        assert answer.status_code in {303, 308}
        assert re.match(r"(http://localhost)?/wards/", answer.headers["Location"])


@pytest.mark.parametrize("asked", ["/wards/areas/", "/areas/"])
def test_a_prefix_serves_whether_the_proxy_takes_it_off_or_not(place, asked):
    app = create_app(place)
    mount(app, "/wards/")
    text = app.test_client().get(asked).get_data(as_text=True)
    assert 'href="/wards/areas/E05990001"' in text
    assert 'href="/wards/areas/" aria-current="page"' in text


@pytest.mark.parametrize(
    ("asked", "trusted", "root"),
    [("/wards", True, "/wards"), ("/wards", False, ""), ("//evil.example", True, "/evil.example"),
     ('/"><script>', True, ""), ("/a/../b", True, "")],
)  # fmt: skip
def test_a_forwarded_prefix_is_believed_only_when_asked_and_only_as_a_plain_path(
    place, asked, trusted, root
):
    app = create_app(place)
    mount(app, behind_proxy=trusted)
    text = app.test_client().get("/about", headers={"X-Forwarded-Prefix": asked}).text
    assert f'<a class="brand" href="{root}/">' in text


@pytest.mark.parametrize("wrong", ["/wards?x=1", "/a b", "http://x.example", "/a/../b", "/é"])
def test_a_prefix_that_is_no_path_is_refused(wrong):
    with pytest.raises(PlaceDataError, match="no path"):
        clean_prefix(wrong)


def test_alive_says_nothing_of_the_data_and_ready_names_the_snapshot(client, place):
    assert client.get("/healthz").get_data(as_text=True) == "alive\n"
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.get_json()["snapshot"] == place.snapshot.id


def test_not_ready_before_a_build_and_where_a_file_of_the_snapshot_is_damaged(toyborough, tmp_path):
    from placedata import Place

    own = Place.open(toyborough.write_place(tmp_path / "own"))
    client = create_app(own).test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    snapshot = own.build().snapshot
    path = snapshot.directory / "scores.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "damaged" in answer.get_json()["status"]
