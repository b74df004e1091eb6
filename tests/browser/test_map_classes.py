"""Classes of the map, as a person chooses and sees them."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("dash")
pytestmark = pytest.mark.browser


def address_of(seen) -> str:
    return seen.evaluate("location.search")


ADDRESS = "/?layer=crime&classes=around&k=7&unclear=yes"


def legend(seen) -> list[str]:
    return seen.eval_on_selector_all(
        "#part-legend li", "rows => rows.map(r => r.textContent.replace(/\\s+/g, ' ').trim())"
    )


def test_classes_are_chosen_by_keyboard_and_the_address_says_so(page, site, until):
    page.goto(f"{site}/?layer=no2")
    page.focus(".looks summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Equal")
    assert until(lambda: "classes=equal" in address_of(page))
    page.select_option("#k", "3")
    assert until(lambda: "k=3" in address_of(page))
    # the three years go from 17.5 to 40
    assert until(lambda: len(legend(page)) == 3)
    assert legend(page)[0].startswith("Class 1 18 to 25 µg")
    page.go_back()
    assert until(lambda: len(legend(page)) == 5)
    page.reload()
    assert until(lambda: page.input_value("#classes") == "equal")


def test_the_hatch_is_on_the_map_in_the_legend_the_list_and_the_table(
    page, site, until, colours_at
):
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(f"{site}/?layer=crime&k=2")
    page.wait_for_selector(".maplibregl-canvas")
    page.check("#unclear")
    assert until(lambda: "unclear=yes" in address_of(page))
    # 10 % of 75 and of 88 are more than their distance to 75.8, the mean of the six
    rows = page.eval_on_selector_all(
        "#values-table tbody tr", "rows => rows.map(r => [r.dataset.area, r.textContent])"
    )
    near = {code for code, text in rows if "not clearly different" in text}
    assert near == {"E05990001", "E05990004"}
    assert any(re.search(r"not clearly different from the average 2 wards", row)
               for row in legend(page))  # fmt: skip
    assert page.locator("#areas .hatched").count() == 2
    box = page.locator(".maplibregl-canvas").first.bounding_box()
    # Abbey lies in the south-west; a line of pixels across it has both dark and white lines
    y = box["y"] + box["height"] * 0.58
    points = [(box["x"] + box["width"] * 0.12 + at, y) for at in range(24)]
    assert until(lambda: {(29, 29, 29), (255, 255, 255)} <= near_to(colours_at(page, points)))


def near_to(pixels):
    """Colours of pixels, each rounded to dark and white where it is nearly so."""
    return {(255, 255, 255) if min(p) > 200 else (29, 29, 29) if max(p) < 70 else p for p in pixels}


@pytest.mark.parametrize("address", [ADDRESS, "/embed?layer=crime&classes=around&unclear=yes"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(new_page, site, violations, address):
    seen = new_page(viewport={"width": 1280, "height": 900})
    seen.goto(site + address)
    for width, scheme in ((1280, "light"), (320, "dark")):
        seen.set_viewport_size({"width": width, "height": 900})
        seen.emulate_media(color_scheme=scheme)
        assert violations(seen) == [], (width, scheme)
        assert seen.evaluate("document.documentElement.scrollWidth") <= width


def test_without_webgl_and_in_print_the_same_classes_and_hatch_are_drawn(
    new_page, browser_without_webgl, site, until
):
    seen = new_page(using=browser_without_webgl)
    seen.goto(site + ADDRESS)
    assert until(lambda: seen.locator("#map-svg .pd-unclear").count() == 1)
    classes = seen.eval_on_selector_all(
        "#map-svg .pd-area", "a => a.map(x => [x.dataset.area, x.dataset.class])"
    )
    table = seen.eval_on_selector_all(
        "#values-table tbody tr", "r => r.map(x => [x.dataset.area, x.dataset.class])"
    )
    assert sorted(classes) == sorted(table)
    assert "unclear=yes" in until(lambda: seen.get_attribute("#map-print", "src"))
