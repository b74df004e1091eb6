"""What a person sees and can do on the pages of the dashboard, in a real browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

pytest.importorskip("dash")
pytestmark = pytest.mark.browser

HERE = Path(__file__).parent


@pytest.fixture
def open_map(page, site, until):
    """Open the map page and wait until the map is painted.

    The page's policy forbids eval, with which a waiting function of the browser driver asks twice.
    """

    def go(query="", on=None):
        seen = on or page
        seen.goto(f"{site}/{query}")
        seen.wait_for_selector(".maplibregl-canvas")
        assert until(lambda: seen.evaluate("document.querySelector('#map-print').src") != "")
        seen.wait_for_timeout(400)
        return seen

    return go


def address_of(seen) -> str:
    return seen.evaluate("location.search")


def legend(seen) -> list[tuple[str, int]]:
    return seen.eval_on_selector_all(
        ".legend li",
        "rows => rows.map(r => [r.querySelector('.swatch').textContent.replace(/\\D/g, ''),"
        " parseInt(r.querySelector('.legend-count').textContent)])",
    )


def table(seen, column) -> list[str]:
    return seen.eval_on_selector_all(
        "#values-table tbody tr", f"rows => rows.map(r => r.children[{column}].textContent.trim())"
    )


def shown_for(seen, name) -> str:
    return dict(zip(table(seen, 0), table(seen, 1), strict=True))[name]


def rgb(colour: str) -> tuple[int, int, int]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def centres(seen, toyborough) -> dict[str, tuple[float, float]]:
    """Return a point inside each ward on the screen, off its number: a grid of three by two."""
    canvas = seen.locator(".maplibregl-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    side = min((box["width"] - 48) / 3, (box["height"] - 48) / 2) * 0.97
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    return {
        code: (middle[0] + ((at % 3) - 1 - 0.22) * side, middle[1] + (0.5 - at // 3 + 0.22) * side)
        for at, code in enumerate(toyborough.NAMES)
    }


def test_the_map_is_painted_in_the_colours_of_its_legend(open_map, toyborough, colours_at, until):
    seen = open_map("?layer=no2")
    document = json.loads(seen.text_content("#first-document"))["map"]
    wanted = [rgb(document["palette"][number - 1]) for number in document["classes"]]
    points = list(centres(seen, toyborough).values())
    assert until(lambda: colours_at(seen, points) == wanted), colours_at(seen, points)


def test_the_legend_counts_the_areas_of_each_class_as_the_table_does(open_map):
    seen = open_map("?layer=green")
    classes = table(seen, 3)
    for number, count in legend(seen):
        found = [text for text in classes if (number in text if number else "No data" in text)]
        assert len(found) == count
    assert sum(count for _, count in legend(seen)) == 6


def test_choosing_another_layer_recolours_the_map_and_changes_address_and_title(
    open_map, toyborough, colours_at, until
):
    seen = open_map("?layer=no2")
    seen.select_option("#layer", "turnout")
    until(lambda: "turnout" in address_of(seen))
    assert "layer=turnout" in address_of(seen)
    assert seen.title().startswith("Turnout, 2022")
    assert seen.text_content("h1") == "Turnout"
    assert shown_for(seen, "Abbey") == "31"
    point = [centres(seen, toyborough)["E05990005"]]
    best = rgb("#fde725")
    assert until(lambda: colours_at(seen, point) == [best])


def test_the_back_button_brings_the_layer_before(open_map, until):
    seen = open_map("?layer=no2")
    seen.select_option("#layer", "turnout")
    until(lambda: "turnout" in address_of(seen))
    seen.select_option("#layer", "crime")
    until(lambda: "crime" in address_of(seen))
    seen.go_back()
    assert until(lambda: seen.text_content("h1") == "Turnout")
    seen.go_back()
    assert until(lambda: seen.text_content("h1") == "Nitrogen dioxide")
    assert seen.input_value("#layer") == "no2"


def test_a_period_is_chosen_and_kept_in_the_address(open_map, until):
    seen = open_map("?layer=no2")
    seen.select_option("#period", "2021")
    assert until(lambda: "period=2021" in address_of(seen))
    assert until(lambda: shown_for(seen, "Abbey") == "31.5")
    seen.reload()
    assert seen.input_value("#period") == "2021"


def test_a_ward_is_clicked_on_the_map_and_its_scores_are_shown(
    open_map, toyborough, colours_at, until
):
    seen = open_map("?layer=no2")
    point = centres(seen, toyborough)["E05990002"]
    assert until(lambda: colours_at(seen, [point]) != [(255, 255, 255)])  # it is painted
    seen.mouse.click(*point)
    assert until(lambda: seen.text_content(".area-box h2") == "Bridge End")
    assert "area=E05990002" in address_of(seen)
    assert seen.locator(".headline li").count() == 4
    assert "20.0 µg/m³" in seen.text_content(".area-now").replace("\xa0", " ")
    assert "where the rank may lie" in seen.text_content(".area-box")
    assert seen.get_attribute('#areas [data-area="E05990002"]', "aria-selected") == "true"


def test_a_ward_is_chosen_from_the_list_by_keyboard_alone(open_map, until):
    seen = open_map("?layer=no2")
    seen.focus("#areas [tabindex='0']")
    seen.keyboard.press("End")
    seen.keyboard.press("Home")
    seen.keyboard.press("ArrowDown")
    focused = "document.activeElement.dataset.area"
    assert until(lambda: seen.locator(".placedata-map-label").is_visible())
    seen.keyboard.type("de")
    assert seen.evaluate(focused) == "E05990006"
    seen.keyboard.press("Enter")
    assert until(lambda: seen.text_content(".area-box h2") == "Dene & Heath")
    assert until(lambda: seen.text_content("#said").startswith("Selected Dene & Heath"))
    assert seen.evaluate(focused) == "E05990006"
    seen.get_by_role("link", name="Open the scorecard").press("Enter")
    seen.wait_for_url("**/areas/E05990006")
    assert seen.text_content("h1") == "Dene & Heath"


def test_a_postcode_finds_its_ward(open_map, until):
    seen = open_map()
    seen.fill("#place", "tb1 4aa")
    seen.keyboard.press("Enter")
    assert until(lambda: seen.text_content(".area-box h2") == "=HYPERLINK(1)")


def test_a_search_that_finds_nothing_says_so_at_the_field(open_map, until):
    seen = open_map()
    seen.fill("#place", "Abby")
    seen.keyboard.press("Enter")
    assert until(lambda: "Did you mean ‘Abbey’?" in seen.text_content("#find-error"))
    assert seen.get_attribute("#place", "aria-invalid") == "true"


def test_boroughs_are_chosen_and_the_map_is_painted_with_them(
    new_page, with_boroughs, toyborough, colours_at, until
):
    """Among them a ward is found, and chosen on the map; the list and table follow."""
    page = new_page(viewport={"width": 1000, "height": 1000})
    page.goto(f"{with_boroughs}/?layer=homes&area=E05990001")
    page.wait_for_selector(".maplibregl-canvas")
    page.check('input[name=level][value="lad25"]')
    assert until(lambda: "level=lad25" in address_of(page))
    assert until(lambda: page.text_content(".area-box h2") == "West Toy")
    assert table(page, 0) == ["East Toy", "West Toy"]
    document = page.evaluate(
        "query => fetch('snapshots/' + query).then(answer => answer.json())",
        f"{page.inner_text('footer code')}/map.json?layer=homes&level=lad25",
    )["map"]
    west, east = (rgb(document["palette"][number - 1]) for number in document["classes"])
    points = centres(page, toyborough)
    wanted = [west, east, east, west, east, east]
    assert until(lambda: colours_at(page, list(points.values())) == wanted)
    page.mouse.click(*points["E05990006"])
    assert until(lambda: page.text_content(".area-box h2") == "East Toy")
    page.fill("#place", "abbey")
    page.keyboard.press("Enter")
    assert until(lambda: page.text_content(".area-box h2") == "Abbey")
    assert page.is_checked('input[name=level][value="wd25"]')
    assert page.get_by_role("link", name="West Toy").is_visible()


def test_a_long_table_is_read_in_pages_and_searched_by_name(open_map, until, monkeypatch):
    monkeypatch.setattr("dashboard.table_pages.MOST_ROWS", 4)
    seen = open_map("?layer=no2&k=4")  # an address of its own: whole answers are kept
    assert len(table(seen, 0)) == 4
    seen.click("#values-table th[data-column=value] button")
    assert until(lambda: "sort=value" in address_of(seen))
    assert table(seen, 1) == ["17.5", "20.0", "26.0", "29.5"]
    seen.get_by_role("button", name="Next page of the table").press("Enter")
    assert until(lambda: "page=2" in address_of(seen))
    assert table(seen, 1) == ["31.0", "36.0"]
    assert seen.text_content("#said") == "Rows 5 to 6 of 6 wards."
    assert seen.evaluate("document.activeElement.id") == "values-scroll"
    seen.fill("#find-rows", "dene")
    assert until(lambda: table(seen, 0) == ["Dene & Heath"])
    assert seen.evaluate("document.activeElement.id") == "find-rows"
    seen.fill("#find-rows", "")
    assert until(lambda: len(table(seen, 0)) == 4)


def test_the_filter_narrows_the_list_of_layers_and_enter_shows_the_first(open_map, until):
    seen = open_map()
    seen.fill("#filter", "nitro")
    assert seen.locator("#layer option").all_text_contents() == ["Nitrogen dioxide"]
    assert seen.text_content("#filter-count") == "1 match"
    seen.keyboard.press("Enter")
    assert until(lambda: seen.text_content("h1") == "Nitrogen dioxide")


def test_the_table_sorts_by_a_button_and_says_so(open_map, until):
    seen = open_map("?layer=green")
    seen.click("#values-table th[data-column=value] button")
    assert seen.get_attribute("#values-table th[data-column=value]", "aria-sort") == "ascending"
    assert table(seen, 1) == ["30", "40", "55", "70", "80", "[x]"]
    seen.click("#values-table th[data-column=value] button")
    assert table(seen, 1) == ["80", "70", "55", "40", "30", "[x]"]
    assert "sort=-value" in address_of(seen)
    assert "descending" in seen.text_content("#said")


def test_a_link_with_bad_values_says_what_is_shown_instead(open_map):
    seen = open_map("?layer=nope&area=E05990001")
    assert "There is no layer ‘nope’" in seen.text_content("#part-notices")
    assert seen.text_content(".area-box h2") == "Abbey"


def test_hovering_a_ward_marks_it_in_the_list(open_map, toyborough, until):
    seen = open_map("?layer=no2")
    seen.mouse.move(*centres(seen, toyborough)["E05990001"])
    assert until(lambda: seen.locator("#areas .pointed").count() == 1)
    assert seen.get_attribute("#areas .pointed", "data-area") == "E05990001"
    assert "29.5" in seen.text_content(".placedata-map-label")


def test_a_print_shows_the_svg_map_the_snapshot_and_no_controls(open_map, until):
    seen = open_map("?layer=no2")
    assert until(lambda: seen.evaluate("document.querySelector('#map-print').complete"))
    seen.emulate_media(media="print")
    assert seen.locator("#map-print").is_visible()
    assert seen.evaluate("document.querySelector('#map-print').naturalWidth") > 100
    assert not seen.locator("#map-live").is_visible()
    assert not seen.locator("#layer").is_visible()
    assert "Snapshot" in seen.inner_text("footer")
    assert not seen.locator(".legend").is_visible()  # it is in the picture


def test_without_webgl_the_svg_map_takes_its_place_with_wards_that_take_the_focus(
    new_page, browser_without_webgl, site, until
):
    seen = new_page(using=browser_without_webgl)
    seen.goto(f"{site}/?layer=no2")
    seen.wait_for_selector("#map-svg .pd-area")
    assert not seen.locator("#map-live").is_visible()
    assert seen.locator("#map-svg .pd-area").count() == 6
    seen.focus("#map-svg .pd-area[tabindex='0']")
    seen.keyboard.press("ArrowRight")
    seen.keyboard.press("Enter")
    assert until(lambda: seen.text_content(".area-box h2") == "Bridge End")
    assert until(
        lambda: seen.get_attribute('#map-svg [data-area="E05990002"]', "aria-pressed") == "true"
    )
    seen.select_option("#layer", "turnout")
    assert until(lambda: "Turnout" in seen.text_content("#map-svg title"))


def test_without_scripts_the_page_still_shows_map_table_and_choices(new_page, site):
    seen = new_page(java_script_enabled=False)
    seen.goto(f"{site}/?layer=no2")
    assert seen.locator(".map-still").is_visible()
    assert not seen.get_by_text("Loading").is_visible()
    seen.select_option("#layer", "crime")
    seen.click("#choose button")
    assert seen.text_content("h1") == "Recorded crime"
    seen.fill("#place", "abbey")
    seen.click("#find button")
    assert seen.text_content(".area-box h2") == "Abbey"


def test_everything_on_the_map_page_is_reached_by_the_tab_key_with_a_visible_focus(open_map):
    seen = open_map("?layer=no2&area=E05990001")
    seen.evaluate("document.activeElement.blur()")
    stops = []
    for _ in range(45):
        seen.keyboard.press("Tab")
        stops.append(
            seen.evaluate(
                "() => { const e = document.activeElement, s = getComputedStyle(e);"
                " return [e.id || e.className || e.textContent.trim().slice(0, 30),"
                " s.outlineStyle !== 'none' || s.boxShadow !== 'none']; }"
            )
        )
    names = [name for name, _ in stops]
    for wanted in (
        "skip",
        "filter",
        "layer",
        "period",
        "place",
        "maplibregl-canvas",
        "option-E05990001",
    ):
        assert wanted in names, names
    unseen = [name for name, visible in stops if not visible]
    assert set(unseen) <= {"map-page"}  # the page itself, after its last stop


def test_nothing_from_the_data_runs_as_a_script(new_page, site):
    seen = new_page()
    for address in (
        "/?layer=homes&area=E05990003",
        "/areas/E05990003",
        "/layers/homes",
        "/layers/?q=homes",
    ):
        seen.goto(site + address)
        seen.wait_for_load_state("networkidle")
        assert seen.evaluate("window.XSS") is None
        assert seen.locator('img[src="x"]').count() == 0


def test_the_page_weighs_less_than_a_megabyte_and_loads_no_chart_library(new_page, site):
    seen = new_page()
    sizes: dict[str, int] = {}
    seen.on("requestfinished", lambda r: sizes.update({r.url: r.sizes()["responseBodySize"]}))
    seen.goto(f"{site}/?layer=no2")
    seen.wait_for_load_state("networkidle")
    assert not [url for url in sizes if re.search("plotly|dash_table|core_components", url)]
    assert sum(sizes.values()) < 700_000, sizes


def test_a_switch_asks_for_one_small_document_and_is_quick(open_map):
    """The time is kept by `benchmarks`; here only what no busy machine excuses."""
    seen = open_map("?layer=no2")
    asked: list[tuple[str, int]] = []
    seen.on("requestfinished", lambda r: asked.append((r.url, r.sizes()["responseBodySize"])))
    times = seen.evaluate(
        """async () => {
            const times = [], select = document.getElementById('layer');
            for (const layer of ['turnout', 'crime', 'green', 'life', 'degree']) {
                const begun = performance.now();
                select.value = layer;
                select.dispatchEvent(new Event('change', {bubbles: true}));
                while (!location.search.includes(layer)) await new Promise(r => setTimeout(r, 1));
                times.push(performance.now() - begun);
                await new Promise(r => setTimeout(r, 300));
            }
            return times.sort((a, b) => a - b);
        }"""
    )
    documents = [size for url, size in asked if "map.json" in url]
    assert len(documents) == 5
    assert max(documents) < 5_000
    assert not [url for url, _ in asked if "geojson" in url]
    assert times[0] < 1_000, times
