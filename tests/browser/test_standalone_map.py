"""A stand-alone map opened from a file with the network off, as from a memory stick."""

from __future__ import annotations

from pathlib import Path

import pytest

from placedata.maps.palettes import sequential
from placedata.maps.standalone import StandaloneMap, standalone_map

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
NO2 = f"""\
title: Nitrogen {HOSTILE} dioxide
unit: µg/m³
decimals: 1
polarity: lower_is_better
source: {{loader: table, file: data/no2.csv}}
value: no2
period: 2024
"""
# ward 3, "<b>Castle</b>", has no figure
FIGURES = "wd25cd,no2\nE05990001,40\nE05990002,30\nE05990003,\nE05990004,12.5\n"


@pytest.fixture
def made(toy_place) -> StandaloneMap:
    toy_place.layer("no2", NO2)
    toy_place.write("data/no2.csv", FIGURES)
    return standalone_map(toy_place.open().build().snapshot, ["no2", "people"])


@pytest.fixture
def opened(made, tmp_path: Path, new_page, watch):
    """Open the file without a network; the page's ``asked`` holds every request that it made."""
    path = made.save(tmp_path / "a stick" / "map.html")

    def open_file(**options):
        watch.ignore("outside")  # the file itself is not on this machine's web server
        page = new_page(**{"offline": True, "reduced_motion": "reduce", **options})
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(path.as_uri())
        return page

    return open_file


def boxes(page) -> list[dict[str, float]]:
    """Where the areas that can be pointed at are, in the order of the snapshot."""
    shapes = page.locator("path.leaflet-interactive")
    return [shapes.nth(at).bounding_box() for at in range(shapes.count())]


def quarter(box: dict[str, float]) -> tuple[float, float]:
    """A point off the middle, where the class number stands."""
    return box["x"] + box["width"] / 4, box["y"] + box["height"] / 4


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def test_nothing_is_fetched_and_every_area_is_painted_in_its_class(opened, colours_at):
    page = opened()
    page.wait_for_selector("[data-ready]")
    assert len(page.asked) == 1
    assert page.asked[0].startswith("file:")
    places = boxes(page)
    assert len(places) == 4
    palette = sequential(3, polarity="lower_is_better").colours
    found = colours_at(page, [quarter(box) for box in places])
    # 12.5, 30 and 40 are a class each; the lowest is the best and light
    assert [found[0], found[1], found[3]] == [rgb(palette[2]), rgb(palette[1]), rgb(palette[0])]
    assert found[2] not in [rgb(colour) for colour in palette]
    numbers = page.locator(".number span:visible").all_inner_texts()
    assert numbers == ["3", "2", "1"]


def test_an_area_without_data_is_hatched(opened, colours_at):
    page = opened()
    box = boxes(page)[2]
    across = [(box["x"] + 30 + step, box["y"] + box["height"] / 4) for step in range(24)]
    assert len(set(colours_at(page, across))) > 2


def test_what_the_pointer_shows_is_text(opened):
    page = opened()
    page.mouse.move(*quarter(boxes(page)[2]))
    tooltip = page.locator(".leaflet-tooltip")
    assert tooltip.inner_text().split("\n") == ["<b>Castle</b>", "no data"]
    assert tooltip.locator("b").count() == 0
    page.mouse.click(*quarter(boxes(page)[0]))
    popup = page.locator(".leaflet-popup-content")
    assert popup.inner_text().split("\n") == ["Abbey", "40.0\xa0µg/m³, 3rd of 3, class 3 of 3"]
    assert page.locator("img").count() == 0


def test_the_table_and_the_legend_are_there(opened):
    page = opened()
    rows = page.locator("table").first.locator("tbody tr")
    values = [row.locator("td").nth(1).inner_text() for row in rows.all()]
    assert values == ["40.0", "30.0", "[x]", "12.5"]
    legend = page.locator(".legend:visible li").all_inner_texts()
    assert len(legend) == 4
    assert "No data" in legend[-1]
    assert "Toytown is fictional." in page.locator(".banner").inner_text()


def test_the_layer_control_changes_map_numbers_and_legend(opened, colours_at):
    page = opened()
    names = page.locator(".leaflet-control-layers label")
    assert [name.strip() for name in names.all_inner_texts()] == [
        f"Nitrogen {HOSTILE} dioxide, 2024", "People, 2021",
    ]  # fmt: skip
    page.get_by_role("radio", name="People, 2021").check()
    headings = page.locator("section:visible h2").all_inner_texts()
    assert headings == ["People, 2021"]
    # 300, 100, 100 and 100 people are two classes; more is darker
    palette = sequential(2, polarity="neutral").colours
    found = colours_at(page, [quarter(box) for box in boxes(page)])
    assert found == [rgb(palette[1]), *[rgb(palette[0])] * 3]
    assert page.locator(".number span:visible").all_inner_texts() == ["2", "1", "1", "1"]


def test_a_name_in_a_table_points_the_area_out(opened):
    page = opened()
    page.locator("table").nth(1).get_by_role("button", name="Dene & Heath").press("Enter")
    assert page.locator(".leaflet-popup-content strong").inner_text() == "Dene & Heath"
    assert page.get_by_role("radio", name="People, 2021").is_checked()
    said = page.get_by_role("status").text_content()
    assert said == "Dene & Heath: 100\xa0people, class 1 of 2"


def test_the_keyboard_zooms_and_moves_the_map(opened, until):
    page = opened()
    before = boxes(page)[0]["width"]
    page.get_by_role("button", name="Zoom in").press("Enter")
    assert until(lambda: boxes(page)[0]["width"] > 1.5 * before)
    border = boxes(page)[1]["x"]  # between west and east, so not cut off at the edge of the map
    page.locator(".map").focus()
    page.keyboard.press("ArrowRight")
    assert until(lambda: boxes(page)[1]["x"] < border - 20)


def test_without_scripts_legend_and_table_are_there(opened):
    page = opened(java_script_enabled=False)
    assert page.locator(".legend:visible").count() == 2
    assert page.locator("tbody tr:visible").count() == 8
    assert "needs scripts" in page.locator(".map").inner_text()


def test_it_opens_whole_and_at_rest(opened):
    page = opened(reduced_motion="no-preference")
    page.wait_for_selector("[data-ready]")
    frame, places = page.locator(".map").bounding_box(), boxes(page)
    assert min(box["x"] for box in places) > frame["x"]
    assert max(box["y"] + box["height"] for box in places) < frame["y"] + frame["height"]
    assert page.locator(".leaflet-zoom-anim").count() == 0
    assert boxes(page) == places


def test_a_telephone_shows_it_without_scrolling_sideways(opened):
    page = opened(viewport={"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_frame_of_a_notebook_shows_the_same(made, new_page, watch):
    watch.ignore("outside")
    page = new_page(offline=True)
    page.set_content(made._repr_html_())
    frame = page.frame_locator("iframe")
    frame.locator("[data-ready]").wait_for(state="attached")
    assert frame.locator("path.leaflet-interactive").count() == 4
