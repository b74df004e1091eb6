"""The map in the background: one file of the place or one host, and nothing from elsewhere."""

from __future__ import annotations

import re
import shutil

import pytest

from dashboard.app import create_app
from placedata import Place
from placedata.definitions.basemap import BackgroundMap
from placedata.errors import PlaceDataError

CREDIT = "Contains OS data © Crown copyright 2026"
FILE = f"basemap: {{file: data/base.tif, attribution: {CREDIT}, licence: OGL-UK-3.0}}\n"
HOST = "https://tiles.example.gov.uk"
HOSTED = f"basemap: {{tiles: '{HOST}/{{z}}/{{x}}/{{y}}.png', attribution: {CREDIT}, shown: true}}\n"


def write_base(path, crs="EPSG:27700", west=530_000):
    """Write a sheet of one grey, 100, 30 km by 30 km."""
    import numpy as np
    import rasterio
    from affine import Affine

    shape = {"height": 600, "width": 600, "count": 1, "dtype": "uint8", "crs": crs}
    corner = Affine(50, 0, west, 0, -50, 200_000)
    with rasterio.open(path, "w", driver="GTiff", transform=corner, **shape) as made:
        made.write(np.full((1, 600, 600), 100, "uint8"))


@pytest.fixture(scope="module")
def places(toyborough, tmp_path_factory):
    """A place with a file in its background, and the same place with a host."""
    folder = toyborough.write_place(tmp_path_factory.mktemp("back") / "toy", FILE)
    write_base(folder / "data/base.tif")
    Place.open(folder).build()
    other = shutil.copytree(folder, tmp_path_factory.mktemp("back") / "toy")
    told = (other / "place.yaml").read_text("utf-8").replace(FILE, HOSTED)
    (other / "place.yaml").write_text(told, "utf-8")
    built = Place.open(other).build()
    assert (built.changed, built.layers) == (True, 1)  # the one with hidden counts, as ever
    return [Place.open(folder), Place.open(other)]


@pytest.fixture
def file_client(places):
    return create_app(places[0]).test_client()


@pytest.fixture
def host_client(places):
    return create_app(places[1]).test_client()


def asked_of(client):
    """Return what the policies of some pages let their scripts ask."""
    pages = ("/", "/about", "/embed")
    found = {at: client.get(at).headers["Content-Security-Policy"] for at in pages}
    return {at: re.search(r"connect-src ([^;]*)", text)[1] for at, text in found.items()}


def test_only_the_map_page_may_ask_the_host_and_only_where_the_place_names_it(
    client, file_client, host_client
):
    for own in (client, file_client):
        assert set(asked_of(own).values()) == {"'self'"}
    told = asked_of(host_client)
    assert told.pop("/") == f"'self' {HOST}"
    assert set(told.values()) == {"'self'"}
    assert HOST not in host_client.get("/embed").text


def test_a_place_without_a_background_has_no_switch_and_says_so_where_one_is_asked_for(client):
    assert 'name="background"' not in client.get("/").text
    assert "Toyborough has no background map." in client.get("/?background=yes").text


def test_the_switch_is_in_the_address_only_where_it_differs_from_what_the_place_says(
    file_client, host_client, places
):
    for own, place, usual in ((file_client, places[0], "no"), (host_client, places[1], "yes")):
        other = {"yes": "no", "no": "yes"}[usual]
        at = f"/snapshots/{place.snapshot.id}/map.json?layer=no2&background="
        assert "background" not in own.get(at + usual).get_json()["query"]
        assert f"background={other}" in own.get(at + other).get_json()["query"]
        shown = {word: own.get(at + word).get_json()["map"]["background"] for word in ("yes", "no")}
        assert shown["no"] is None
        assert shown["yes"]["tiles"].endswith(("/{z}/{x}/{y}", "/{z}/{x}/{y}.png"))
        told = own.get("/?layer=no2&background=perhaps").text
        assert "The background map is ‘yes’ or ‘no’, not ‘perhaps’." in told


def test_tiles_of_the_file_may_be_kept_until_it_changes(file_client, places):
    at = f"/snapshots/{places[0].snapshot.id}/map.json?background=yes"
    background = file_client.get(at).get_json()["map"]["background"]
    address = background["tiles"].format(z=11, x=1024, y=681)
    answer = file_client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert "immutable" in answer.headers["Cache-Control"]
    assert file_client.get(background["tiles"].format(z=11, x=100, y=100)).status_code == 204
    assert file_client.get(background["tiles"].format(z=2, x=4, y=0)).status_code == 404
    key = background["tiles"].split("/")[-4]
    before = file_client.get(address.replace(key, "0123456789ab"))
    assert (before.status_code, before.headers["Cache-Control"]) == (200, "no-store")


def test_the_legend_has_the_colours_that_are_seen_and_the_credit_is_beside_the_map(
    file_client, places
):
    at = f"/snapshots/{places[0].snapshot.id}/map.json?layer=no2&background="
    off, on = (file_client.get(at + word).get_json() for word in ("no", "yes"))
    assert on["map"]["palette"] == off["map"]["palette"]
    share = on["map"]["background"]["through"]
    for colour in off["map"]["palette"]:
        assert colour in off["parts"]["legend"]
        parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        seen = re.findall(r"background-color:#(\w{6})", on["parts"]["legend"])
        wanted = [share * part + (1 - share) * 255 for part in parts]
        near = [[int(item[at : at + 2], 16) for at in (0, 2, 4)] for item in seen]
        assert min(max(abs(a - b) for a, b in zip(item, wanted, strict=True)) for item in near) <= 1
    assert CREDIT in on["map"]["attribution"]
    assert f"Background map: {CREDIT}, Open Government Licence v3.0." in on["parts"]["credit"]
    assert CREDIT not in off["parts"]["credit"]


def test_a_picture_has_the_file_beneath_and_says_where_it_lacks_a_hosts_map(
    file_client, host_client
):
    drawn = file_client.get("/download/view.svg?layer=no2&background=yes").text
    assert 'class="pd-beneath"' in drawn
    assert 'fill-opacity="0.7"' in drawn
    words = " ".join(drawn.replace("</text>", " ").split())
    assert f"Background map: {CREDIT}" in words
    assert "pd-beneath" not in file_client.get("/download/view.svg?layer=no2").text
    hosted = host_client.get("/download/view.svg?layer=no2").text
    assert "<image" not in hosted
    assert "Without the background map of the screen" in hosted
    assert host_client.get("/download/view.png?layer=no2").data.startswith(b"\x89PNG")


def test_where_the_file_has_gone_the_page_says_so_and_goes_on(places, tmp_path):
    place = places[0]
    lost = Place.open(place.directory, data_roots={"data": tmp_path})
    text = create_app(lost).test_client().get("/?layer=no2&background=yes").text
    assert "The background map cannot be drawn: its file is not there" in text
    assert '"background": null' in text
    usual = create_app(lost).test_client().get("/?layer=no2").text
    assert "cannot be drawn" not in usual


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://tiles.example.gov.uk/{z}/{x}/{y}.png", "https"),
        ("https://me:secret@tiles.example/{z}/{x}/{y}.png", "without name and password"),
        ("https://tiles.example/{z}/{x}/{y}.png?key=abc", "without . and keys"),
        ("https://{s}.tiles.example/{z}/{x}/{y}.png", "exactly one host"),
        ("https://tiles.example/{z}/{x}.png", "once each"),
        ("https://tiles.example;script-src *//{z}/{x}/{y}", "form"),
        ("https://tiles.example https://other.example/{z}/{x}/{y}", "form"),
        ("//tiles.example/{z}/{x}/{y}.png", "https"),
        ("https://tiles.example:99999999/{z}/{x}/{y}.png", "form"),
    ],
)
def test_an_address_that_is_not_one_open_host_is_refused_with_what_is_allowed(address, told):
    with pytest.raises(ValueError, match=told):
        BackgroundMap(tiles=address, attribution=CREDIT)


def test_a_host_of_this_machine_may_be_asked_without_encryption():
    rule = BackgroundMap(tiles="http://127.0.0.1:8061/{z}/{x}/{y}.png", attribution=CREDIT)
    assert rule.host == "http://127.0.0.1:8061"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{file: data/bse.tif, attribution: OS}", r"did you mean 'data/base\.tif'"),
        ("{file: data/base.tif}", "basemap.attribution: found nothing"),
        ("{attribution: OSM}", "file: … in a data root, or tiles"),
        ("{file: ../base.tif, attribution: OSM}", "a path that leaves its root|unknown data root"),
        ("{file: data/elsewhere.tif, attribution: OSM}", "a map of elsewhere"),
        ("{file: data/base.tif, attribution: OSM, opacty: 1}", "did you mean 'opacity'"),
    ],
)
def test_check_says_at_its_line_what_is_wrong_with_a_background(places, tmp_path, text, told):
    folder = tmp_path / "toy"
    shutil.copytree(places[0].directory, folder, ignore=shutil.ignore_patterns(".placedata"))
    write_base(folder / "data/elsewhere.tif", west=100_000)
    place = folder / "place.yaml"
    lines = place.read_text("utf-8").replace(FILE, f"basemap: {text}\n")
    place.write_text(lines, "utf-8")
    line = next(at for at, row in enumerate(lines.splitlines(), 1) if row.startswith("basemap"))
    with pytest.raises(PlaceDataError, match=told) as found:
        Place.open(folder).check()
    assert any(item.line == line for item in found.value.problems)
