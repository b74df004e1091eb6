"""The slider over the periods, and two maps beside each other."""

from __future__ import annotations

import pytest

pytest.importorskip("dash")
pytestmark = pytest.mark.browser


def address_of(seen) -> str:
    return seen.evaluate("location.search")


SPLIT = "/?layer=no2&period=2023&beside=no2&beside_period=2021"
LABELS = "labels => labels.filter(l => !l.hidden).map(l => l.textContent.replace(/\\u00a0/g, ' '))"


def test_the_slider_goes_through_the_years_by_keyboard_and_back_leads_back(page, site, until):
    page.goto(f"{site}/?layer=no2")
    page.wait_for_selector("#time:not([hidden])")
    assert page.get_attribute("#when", "aria-valuetext") == "2023"
    page.focus("#when")
    page.keyboard.press("Home")
    assert until(lambda: "period=2021" in address_of(page))
    assert until(lambda: "31.5" in page.inner_text('#values-table [data-area="E05990001"]'))
    assert page.inner_text("#when-text") == page.input_value("#period") == "2021"
    page.keyboard.press("ArrowRight")
    assert until(lambda: "period=2022" in address_of(page))
    page.go_back()
    assert until(lambda: page.get_attribute("#when", "aria-valuetext") == "2021")


def test_play_goes_from_the_first_year_to_the_last_and_stops_and_pause_pauses(page, site, until):
    page.goto(f"{site}/?layer=no2")
    page.click("#play")
    assert page.inner_text("#play") == "Pause"
    assert until(lambda: "period=2021" in address_of(page))
    page.click("#play")
    assert page.inner_text("#play") == "Play"
    page.wait_for_timeout(1700)
    assert "period=2021" in address_of(page)
    page.click("#play")
    assert until(lambda: "period=2023" in address_of(page))
    assert until(lambda: page.inner_text("#play") == "Play")


def test_who_asks_for_less_motion_has_the_slider_and_no_play(new_page, site):
    seen = new_page(reduced_motion="reduce")
    seen.goto(f"{site}/?layer=no2")
    seen.wait_for_selector("#time:not([hidden])")
    assert not seen.is_visible("#play")
    seen.goto(f"{site}/?layer=green")
    assert not seen.is_visible("#time")


def test_two_years_beside_each_other_move_together_and_point_at_the_same_ward(page, site, until):
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(site + SPLIT)
    assert until(lambda: page.locator(".maplibregl-canvas").count() == 2)
    assert page.locator(".placedata-map-caption").all_inner_texts() == [
        "Nitrogen dioxide, 2023", "Nitrogen dioxide, 2021",
    ]  # fmt: skip
    first, second = (item.bounding_box() for item in page.locator(".maplibregl-canvas").all())
    assert second["x"] >= first["x"] + first["width"]
    middle = (first["x"] + first["width"] / 6, first["y"] + first["height"] * 0.58)

    def pointed():
        page.mouse.move(*middle)
        page.mouse.move(middle[0] + 1, middle[1])
        return page.eval_on_selector_all(".placedata-map-label", LABELS)

    told = ["Abbey: 29.5 µg/m³, 4th of 6", "Abbey: 31.5 µg/m³, 4th of 6"]
    assert until(lambda: pointed() == told), pointed()
    bars = page.locator(".maplibregl-ctrl-scale")
    before = bars.all_inner_texts()
    page.mouse.wheel(0, -600)
    assert until(lambda: bars.nth(1).inner_text() != before[1])
    assert until(lambda: len(set(bars.all_inner_texts())) == 1)
    row = page.inner_text('#values-table [data-area="E05990001"]')
    assert "29.5" in row
    assert "31.5" in row


def test_a_second_layer_is_chosen_and_taken_away_and_back_brings_it_again(page, site, until):
    page.goto(f"{site}/?layer=no2")
    page.click("text=A second map beside")
    page.select_option("#beside", "crime")
    assert until(lambda: "beside=crime" in address_of(page))
    assert until(lambda: "Recorded crime" in page.inner_text("#values-table thead"))
    assert until(lambda: page.locator(".maplibregl-canvas").count() == 2)
    page.select_option("#beside", "")
    assert until(lambda: page.locator(".maplibregl-canvas").count() == 1)
    assert "beside" not in address_of(page)
    page.go_back()
    assert until(lambda: page.locator(".maplibregl-canvas").count() == 2)


def test_axe_finds_nothing_in_two_maps_and_nothing_scrolls_sideways(new_page, site, violations):
    seen = new_page(viewport={"width": 1280, "height": 900})
    seen.goto(site + SPLIT)
    for width, scheme in ((1280, "light"), (320, "dark")):
        seen.set_viewport_size({"width": width, "height": 900})
        seen.emulate_media(color_scheme=scheme)
        assert violations(seen) == [], (width, scheme)
        assert seen.evaluate("document.documentElement.scrollWidth") <= width


def test_without_a_script_two_maps_are_one_picture_and_the_table_has_both(new_page, site):
    seen = new_page(java_script_enabled=False)
    seen.goto(site + SPLIT)
    row = seen.inner_text('#values-table [data-area="E05990001"]')
    assert "29.5" in row
    assert "31.5" in row
    assert seen.evaluate("document.querySelector('.map-still').naturalWidth") > 0


def test_the_map_alone_has_links_to_its_years_and_with_a_script_a_slider_that_plays(
    new_page, site, until, violations
):
    plain = new_page(java_script_enabled=False)
    plain.goto(f"{site}/embed?layer=no2&period=2022&classes=equal")
    assert plain.locator("#embed-time a").all_inner_texts() == ["2021", "2022", "2023"]
    plain.click("#embed-time a >> text=2021")
    assert "31.5" in plain.locator("table tr", has_text="Abbey").first.text_content()
    assert "classes=equal" in plain.url

    seen = new_page(viewport={"width": 375, "height": 800})
    seen.goto(f"{site}/embed?layer=no2&period=2022&classes=equal")
    seen.focus("#embed-time input")
    seen.keyboard.press("Home")
    abbey = seen.locator("table tr", has_text="Abbey").first
    assert until(lambda: "31.5" in abbey.text_content())
    assert seen.inner_text("#embed-time output") == "2021"
    assert "Nitrogen dioxide, 2021" in seen.text_content(".embed-map svg")
    seen.click("#embed-time button")
    assert until(lambda: "29.5" in abbey.text_content())
    assert until(lambda: seen.inner_text("#embed-time button") == "Play")
    assert violations(seen) == []
