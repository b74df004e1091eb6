"""Outlines of other geographies, and services, assets and sensors, over the map."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("dash")
pytestmark = pytest.mark.browser

LIBRARIES = {"North Library": (541_000, 183_000), "South Library": (543_000, 181_000)}
LAYERS = {
    # services by their way; assets as the file says; and what is neither is never drawn
    "libraries": "apportion: nearest\nunit: m\npolarity: lower_is_better\n",
    "trees": "statistic: count\nthings: assets\nunit: trees\npolarity: neutral\n",
    "burglaries": "statistic: count\nunit: burglaries\npolarity: neutral\n",
}


def write_heights(folder):
    """A raster of 100 m cells: 10 m in the west half of the place, 50 m in the east half."""
    import numpy as np
    import rasterio
    from affine import Affine

    cells = np.full((40, 60), 10.0, dtype="float32")
    cells[:, 30:] = 50.0
    shape = {"height": 40, "width": 60, "count": 1, "dtype": "float32", "crs": "EPSG:27700"}
    corner = Affine(100, 0, 540_000, 0, -100, 184_000)
    with rasterio.open(folder / "data/heights.tif", "w", transform=corner, **shape) as made:
        made.write(cells, 1)
    # land cover in three bands of 2.5, 2 and 1.5 km, of which the layer counts the first
    cells[:, :25], cells[:, 25:45], cells[:, 45:] = 10, 20, 30
    with rasterio.open(folder / "data/cover.tif", "w", transform=corner, **shape) as made:
        made.write(cells, 1)
    (folder / "layers/cover.yaml").write_text(
        "title: Ground under trees\ntheme: Ground\nunit: '%'\npolarity: neutral\n"
        "apportion: zonal\nstatistic: share\n"
        "zonal: {classes: [10], names: {10: Trees, 20: <b>Built}}\n"
        "source: {loader: raster, file: data/cover.tif}\n"
        "period: 2024\npublisher: Toy\nlicence: OGL-UK-3.0\n"
    )
    (folder / "layers/heights.yaml").write_text(
        "title: Heights\ntheme: Ground\nunit: m\npolarity: neutral\napportion: zonal\n"
        "source: {loader: raster, file: data/heights.tif}\n"
        "period: 2024\npublisher: Toy\nlicence: OGL-UK-3.0\n"
    )


@pytest.fixture(scope="module")
def place(toyborough, tmp_path_factory):
    from placedata import Place

    folder = toyborough.write_place(tmp_path_factory.mktemp("over") / "toy", toyborough.LEVELS)
    points = {
        "libraries": list(LIBRARIES.items()),
        "trees": [
            (f"Tree {at}", (540_100 + 8 * (at % 100), 180_100 + 90 * (at // 100)))
            for at in range(600)
        ],
        "burglaries": [("1 High Street", (541_000, 181_000))],
    }
    for layer, found in points.items():
        lines = [f"{at},{name},{x},{y}" for at, (name, (x, y)) in enumerate(found)]
        (folder / f"data/{layer}.csv").write_text("\n".join(["id,name,x,y", *lines]) + "\n")
        (folder / f"layers/{layer}.yaml").write_text(
            f"title: {layer.capitalize()}\ntheme: Things\n{LAYERS[layer]}"
            f"source: {{loader: points, file: data/{layer}.csv, crs: 'EPSG:27700'}}\n"
            "period: 2024\npublisher: Toy\nlicence: OGL-UK-3.0\n"
        )
    write_heights(folder)
    opened = Place.open(folder)
    opened.build()
    return opened


@pytest.fixture(scope="module")
def client(place):
    from dashboard.app import create_app

    return create_app(place).test_client()


@pytest.fixture
def address(place, serve):
    from dashboard.app import create_app

    return serve(create_app(place))


def points_of(client, place, over):
    answer = client.get(f"/snapshots/{place.snapshot.id}/things.geojson?over={over}")
    return answer.status_code, answer.get_json(force=True, silent=True)


def test_services_are_where_the_file_says_and_carry_a_name_and_a_letter(client, place):
    pyproj = pytest.importorskip("pyproj")
    code, found = points_of(client, place, "libraries")
    assert code == 200
    to_grid = pyproj.Transformer.from_crs(4326, 27700, always_xy=True)
    seen = {
        item["properties"]["name"]: to_grid.transform(*item["geometry"]["coordinates"])
        for item in found["features"]
    }
    assert seen.keys() == LIBRARIES.keys()
    for name, (x, y) in LIBRARIES.items():
        assert seen[name] == pytest.approx((x, y), abs=2)
    assert {item["properties"]["sign"] for item in found["features"]} == {"A"}


def test_points_of_what_befell_people_are_nowhere_in_the_snapshot(client, place):
    assert points_of(client, place, "burglaries")[0] == 404
    text = client.get("/?over=burglaries").get_data(as_text=True)
    assert "No points of ‘burglaries’ can be drawn." in text
    assert 'name="over" value="burglaries"' not in text
    kept = b"".join(path.read_bytes() for path in place.snapshot.directory.glob("things*"))
    assert b"High Street" not in kept


def test_a_layer_of_addresses_cannot_be_declared_to_be_things():
    from placedata.definitions import LayerDefinition

    with pytest.raises(ValueError, match="addresses and people are never drawn"):
        LayerDefinition.model_validate({
            "id": "homes", "title": "Homes", "unit": "homes", "polarity": "neutral",
            "theme": "T", "statistic": "count", "things": "assets", "publisher": "P",
            "licence": "OGL-UK-3.0", "source": {"loader": "open_uprn", "file": "data/u.csv"},
        })  # fmt: skip


def test_what_cannot_be_laid_over_is_told_and_what_can_is_in_the_picture(client):
    text = client.get("/?lines=lad52&over=library").get_data(as_text=True)
    assert "There are no outlines ‘lad52’. Did you mean ‘lad25’?" in text
    assert "Did you mean ‘libraries’?" in text
    svg = client.get("/download/view.svg?layer=homes&lines=lad25&over=libraries").text
    words = " ".join(svg.replace("</text>", " ").split())
    assert 'class="pd-over"' in svg
    assert svg.count("<circle") == 2 + 1  # two on the map and one in the legend
    assert "Outlines of " in words
    assert "Libraries: services 2" in " ".join(re.sub("<[^>]*>", " ", svg).split())


def test_a_raster_is_light_where_low_and_dark_where_high_with_its_ramp_in_the_legend(client, place):
    import io

    import numpy as np

    image = pytest.importorskip("PIL.Image")
    base = f"/snapshots/{place.snapshot.id}"
    picture = client.get(f"{base}/cells/heights.png").data
    bands = np.asarray(image.open(io.BytesIO(picture)), dtype=int).transpose(2, 0, 1)
    west, east = (bands[:3, bands.shape[1] // 2, at].sum() for at in (50, -50))
    assert west > 300
    assert east < 150
    found = client.get(f"{base}/map.json?layer=homes&cells=heights").get_json()
    corner = found["map"]["raster"]["corners"][0]
    outlines = client.get(found["map"]["geometry"]).get_json(force=True)["features"]
    ring = outlines[3]["geometry"]["coordinates"][0]  # the ward in the north-west, a square
    assert corner == pytest.approx(min(ring, key=lambda point: point[0] - point[1]), abs=1e-5)
    legend = " ".join(found["parts"]["legend"].split())
    assert "Heights, 2024, in cells" in legend
    assert "10 m</span> <span>50 m" in legend
    assert "There are no cells of ‘homes’" in client.get("/?cells=homes").text
    svg = client.get("/download/view.svg?layer=homes&cells=heights").text
    assert 'href="data:image/png;base64,' in svg


def test_land_cover_has_a_colour_and_a_name_for_each_class_and_a_table(client, place):
    import io

    import numpy as np

    image = pytest.importorskip("PIL.Image")
    base = f"/snapshots/{place.snapshot.id}"
    picture = client.get(f"{base}/cells/cover.png").data
    cells = np.asarray(image.open(io.BytesIO(picture)))
    middle = cells[cells.shape[0] // 2, :, :3]
    west, centre, east = (
        "#" + "".join(f"{part:02x}" for part in middle[round(len(middle) * at)])
        for at in (0.2, 0.6, 0.9)
    )
    assert len(np.unique(middle, axis=0)) == 3
    parts = client.get(f"{base}/map.json?layer=homes&cells=cover").get_json()["parts"]
    legend = re.sub(r"\s+", " ", parts["legend"])
    sign = r'background-color:(#\w+)"></span><span class="legend-text">([^<]+)<'
    rows = re.findall(sign, legend)
    assert rows == [(west, "Trees"), (centre, "&lt;b&gt;Built"), (east, "class 30")]
    assert "linear-gradient" not in legend
    told = re.sub("<[^>]*>|\\s", " ", parts["things"])
    words = " ".join(told.split())
    assert "Trees 41.7% counted &lt;b&gt;Built 33.3% not counted class 30 25.0%" in words
    # wards are squares of 2 km: the first is all trees, the second built in 15 columns of 20
    assert re.search(r"Abbey Trees 100%", words)
    assert words.count("Trees 100%") == words.count("&lt;b&gt;Built 75%") == 2
    svg = client.get("/download/view.svg?layer=homes&cells=cover").text
    assert svg.count(f'fill="{centre}"') == 1
    assert ">class 30</tspan>" in svg


def test_class_numbers_and_borders_lie_over_a_raster_and_have_a_ground_of_their_own(client):
    svg = client.get("/download/view.svg?layer=homes&cells=heights").text
    picture = svg.index("<image")
    badges = re.findall(r'<circle[^>]* fill="(#\w+)"[^>]*/><text[^>]*>(\d)</text>', svg[picture:])
    swatches = re.findall(r'<rect[^>]* fill="(#\w+)"[^>]*/><text[^>]*>(\d)</text>', svg[picture:])
    assert len(badges) == 6
    assert set(badges) <= set(swatches)
    assert svg.index('class="pd-area"') < picture < svg.index('stroke="#0b0c0c"', picture)
    assert "<circle" not in client.get("/download/view.svg?layer=homes").text


def test_things_are_ticked_and_are_on_the_map_in_the_legend_and_in_a_table(
    page, address, until, violations
):
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(f"{address}/?layer=homes")
    page.wait_for_selector(".maplibregl-canvas")
    page.click("text=Over the map")
    page.check('[name=over][value="libraries"]')
    page.select_option("#lines", "lad25")
    assert until(lambda: "lines=lad25&over=libraries" in page.evaluate("location.search"))
    assert until(lambda: "Libraries: services" in page.inner_text("#part-legend"))
    page.locator(".maplibregl-canvas").scroll_into_view_if_needed()
    box = page.locator(".maplibregl-canvas").bounding_box()
    # six wards in three columns and two rows fill the width: the library is mid north-west
    wide = box["width"] - 48
    x = box["x"] + 24 + wide / 6
    y = box["y"] + box["height"] / 2 - wide / 6

    def told():
        page.mouse.move(x, y + 1)
        page.mouse.move(x, y)
        return page.inner_text(".placedata-map-label")

    assert until(lambda: told() == "North Library"), told()
    page.click("#part-things summary")
    assert "North Library" in page.inner_text("#part-things table")
    page.set_viewport_size({"width": 320, "height": 800})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.go_back()
    assert until(lambda: "lines" not in page.evaluate("location.search"))


def test_more_than_five_hundred_are_clusters_that_say_how_many(page, address, until):
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(f"{address}/?layer=homes&over=trees")
    page.wait_for_selector(".maplibregl-canvas")
    assert "More than 500 points" in page.inner_text("#part-legend")
    box = page.locator(".maplibregl-canvas").bounding_box()
    wide = box["width"] - 48
    x, y = box["x"] + 24 + wide * 0.08, box["y"] + box["height"] / 2 + wide / 3 - wide * 0.05

    def told():
        for dx in range(-40, 41, 10):
            page.mouse.move(x + dx, y + dx / 4)
            if "together: zoom in" in page.inner_text(".placedata-map-label"):
                return True
        return False

    assert until(told)


def test_the_file_that_needs_no_network_has_both_maps_and_all_that_lies_over_them(
    client, tmp_path, new_page, watch, colours_at
):
    query = "layer=crime&unclear=yes&beside=no2&beside_period=2021&cells=cover&over=libraries"
    answer = client.get(f"/download/map.html?{query}&lines=lad25&area=E05990001")
    (tmp_path / "map.html").write_bytes(answer.data)
    watch.ignore("outside")  # the file itself
    page = new_page(offline=True, reduced_motion="reduce")
    page.goto((tmp_path / "map.html").as_uri())
    page.wait_for_selector("[data-ready]")
    choices = page.locator("#choice label").all_inner_texts()
    assert [text.strip() for text in choices] == ["Recorded crime, 2023", "Nitrogen dioxide, 2021"]
    boxes = [item.bounding_box() for item in page.locator("path.leaflet-interactive").all()]

    def spot(box, share):
        return box["x"] + box["width"] * share, box["y"] + box["height"] * 0.85

    # land cover: the second ward is under trees in its west, the third class 30 in its east
    found = colours_at(page, [spot(boxes[1], 0.12), spot(boxes[1], 0.6), spot(boxes[2], 0.9)])
    assert found == [(0x00, 0x9E, 0x73), (0xF0, 0xE4, 0x42), (0x00, 0x72, 0xB2)]
    assert page.locator(".leaflet-things-pane .sign").all_inner_texts() == ["A", "A"]
    assert page.locator(".leaflet-lines-pane path").count() == 2
    legend = " ".join(page.inner_text("[aria-labelledby=legend-over]").split())
    assert "Trees 41.7% <b>Built 33.3% class 30 25.0% Outlines of" in legend
    # a tenth of each figure is its error, and 75.8 the average: 75 is not clearly different, nor
    # 88, whose limits are 73.5 and 102.5
    row = page.locator("#m0-3 td").all_inner_texts()
    assert row[-1] == "not clearly different"
    assert page.locator(".leaflet-hatch-pane path").count() == 2
    page.locator("#choice input").nth(1).check()
    assert page.locator(".leaflet-hatch-pane path").count() == 0
    page.click("text=2 points on the map, in a table")
    assert "North Library" in page.inner_text("details table")
