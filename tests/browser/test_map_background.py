"""The map in the background: seen through the wards, from a file or a host; or gone with a word."""

from __future__ import annotations

import gzip
import io
import shutil
import sqlite3
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

pytest.importorskip("dash")
Image = pytest.importorskip("PIL.Image")
pytestmark = pytest.mark.browser

CREDIT = "Contains OS data © Crown copyright 2026"
FILE_GREY, HOST_GREY = 100, 200
WATER_GREY = 188
FILE = f"basemap: {{file: 'data/base.*', attribution: {CREDIT}}}\n"


class Tiles(BaseHTTPRequestHandler):
    """A host of tiles of one grey, which can be down."""

    asked: list[str] = []  # noqa: RUF012  one host for all tests
    down = False

    def do_GET(self):
        self.asked.append(self.path)
        made = io.BytesIO()
        Image.new("RGB", (256, 256), (HOST_GREY,) * 3).save(made, "PNG")
        self.send_response(503 if self.down else 200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(made.getvalue())

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def host():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture(scope="module")
def places(toyborough, tmp_path_factory, host):
    """A place with a file in its background, and the same place with a host."""
    import numpy as np
    import rasterio
    from affine import Affine

    from placedata import Place

    folder = toyborough.write_place(tmp_path_factory.mktemp("back") / "toy", FILE)
    shape = {"height": 600, "width": 600, "count": 1, "dtype": "uint8", "crs": "EPSG:27700"}
    corner = Affine(50, 0, 530_000, 0, -50, 200_000)
    with rasterio.open(folder / "data/base.tif", "w", transform=corner, **shape) as made:
        made.write(np.full((1, 600, 600), FILE_GREY, "uint8"))
    Place.open(folder).build()
    other = shutil.copytree(folder, tmp_path_factory.mktemp("back") / "toy")
    hosted = f"basemap: {{tiles: 'http://{host}/{{z}}/{{x}}/{{y}}.png', attribution: {CREDIT}}}\n"
    told = (other / "place.yaml").read_text("utf-8").replace(FILE, hosted)
    (other / "place.yaml").write_text(told, "utf-8")
    Place.open(other).build()
    return [Place.open(folder), Place.open(other)]


def field(number, content):
    """Return a field of a protocol buffer: a number, or bytes with their length."""
    if isinstance(content, int):
        return bytes([number << 3, content])
    length = len(content)  # below 16,384: at most two bytes of seven bits
    size = [length] if length < 128 else [length & 127 | 128, length >> 7]
    return bytes([number << 3 | 2, *size]) + content


def all_water():
    """A vector tile whose layer ``water`` is one square over all of it, packed by gzip."""
    wide = [0x80, 0x40]  # 4096, by zigzag 8192, in two bytes of seven bits
    back = [0xFF, 0x3F]
    ring = [9, 0, 0, 26, *wide, 0, 0, *wide, *back, 0, 15]
    square = field(3, 3) + field(4, bytes(ring))
    layer = field(1, b"water") + field(2, square) + bytes([5 << 3, 0x80, 0x20]) + field(15, 2)
    return gzip.compress(field(3, layer))


@pytest.fixture
def vector_address(places, serve, tmp_path):
    """The first place, with a data root whose background is vector tiles: water everywhere."""
    from dashboard.app import create_app
    from placedata import Place

    with sqlite3.connect(tmp_path / "base.mbtiles") as file:
        file.execute("CREATE TABLE metadata (name text, value text)")
        said = {"format": "pbf", "json": '{"vector_layers": [{"id": "water"}, {"id": "names"}]}'}
        file.executemany("INSERT INTO metadata VALUES (?, ?)", said.items())
        file.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data blob)")
        file.execute("INSERT INTO tiles VALUES (0, 0, 0, ?)", [all_water()])
    file.close()
    moved = Place.open(places[0].directory, data_roots={"data": tmp_path})
    return serve(create_app(moved))


@pytest.fixture
def addresses(places, serve):
    from dashboard.app import create_app

    return [serve(create_app(place)) for place in places]


@pytest.fixture
def seen(colours_at):
    """Colours in the corner of the map, where no ward is, and in the first ward."""

    def read(page, canvas=".maplibregl-canvas >> nth=0"):
        box = page.locator(canvas).bounding_box()
        # three columns and two rows of wards fill the width but for 24 pixels at each side
        wide = box["width"] - 48
        ward = (box["x"] + 24 + wide * 0.08, box["y"] + box["height"] / 2 + wide * 0.25)
        return colours_at(page, [(box["x"] + 8, box["y"] + 40), ward])

    return read


def colour_of_first(page):
    """Return the colour of the class of the first ward."""
    first = page.evaluate("JSON.parse(document.getElementById('first-document').textContent)")
    number = first["map"]["classes"][0]
    colour = first["map"]["palette"][number - 1]
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def near(one, other, by=3):
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def over(colour, grey):
    """Return the colour of a class that keeps seven tenths of itself over a grey."""
    return tuple(0.7 * part + 0.3 * grey for part in colour)


def open_map(page, address, query):
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(f"{address}/?layer=no2{query}")
    page.wait_for_selector(".maplibregl-canvas")
    page.locator(".map-frame").scroll_into_view_if_needed()


def test_the_file_is_seen_beside_the_wards_and_through_them_until_it_is_switched_off(
    page, addresses, seen, until, violations
):
    open_map(page, addresses[0], "&background=yes&beside=green")
    colour = colour_of_first(page)
    assert until(lambda: near(seen(page)[0], (FILE_GREY,) * 3)), seen(page)
    assert near(seen(page)[1], over(colour, FILE_GREY)), (seen(page), colour)
    second = "#beside .maplibregl-canvas"
    assert until(lambda: near(seen(page, second)[0], (FILE_GREY,) * 3)), seen(page, second)
    assert CREDIT in page.inner_text("#map .placedata-map-attribution")
    assert CREDIT in page.inner_text("#part-credit")
    assert violations(page) == []
    page.uncheck("#background")
    assert until(lambda: "background" not in page.evaluate("location.search"))
    assert until(lambda: near(seen(page)[0], (255, 255, 255))), seen(page)
    assert near(seen(page)[1], colour)
    assert CREDIT not in page.inner_text("#map .placedata-map-attribution")
    page.go_back()
    assert until(lambda: near(seen(page)[0], (FILE_GREY,) * 3)), seen(page)
    assert page.is_checked("#background")


def test_the_host_of_the_place_is_asked_for_tiles_and_no_other_host_ever(
    page, addresses, host, seen, until
):
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    open_map(page, addresses[1], "")
    assert until(lambda: page.locator("#sketch").count() == 0)
    own = urlsplit(addresses[1]).netloc
    assert {item for item in hosts if item} == {own}
    page.click("summary:has-text('Over and under the map')")
    page.check("#background")
    assert until(lambda: near(seen(page)[0], (HOST_GREY,) * 3)), seen(page)
    assert {item for item in hosts if item} == {own, host}
    assert "background=yes" in page.evaluate("location.search")


def test_a_host_that_does_not_answer_is_told_and_the_wards_stay(
    page, addresses, watch, seen, until, monkeypatch
):
    watch.ignore("errors")  # the browser says that a tile did not come
    monkeypatch.setattr(Tiles, "down", True)
    Tiles.asked.clear()
    open_map(page, addresses[1], "&background=yes")
    colour = colour_of_first(page)
    assert until(lambda: "could not be loaded" in page.inner_text("#part-notices"))
    assert until(lambda: near(seen(page)[1], colour)), (seen(page), colour)
    assert not page.is_checked("#background")
    asked = len(Tiles.asked)
    page.click("button[aria-label='Zoom in']")
    page.wait_for_timeout(800)
    assert len(Tiles.asked) == asked < 30
    monkeypatch.setattr(Tiles, "down", False)
    page.click("button[aria-label='Show all areas']")
    page.check("#background")  # whoever asks again is given it
    assert until(lambda: near(seen(page)[0], (HOST_GREY,) * 3)), seen(page)
    assert "could not be loaded" not in page.inner_text("#part-notices")


def test_vector_tiles_are_drawn_in_greys_and_pictures_say_that_they_lack_them(
    page, vector_address, seen, until
):
    open_map(page, vector_address, "&background=yes")
    assert until(lambda: near(seen(page)[0], (WATER_GREY,) * 3)), seen(page)
    assert near(seen(page)[1], over(colour_of_first(page), WATER_GREY))
    svg = page.request.get(f"{vector_address}/download/view.svg?layer=no2&background=yes").text()
    assert "Without the background map of the screen" in " ".join(svg.split())
