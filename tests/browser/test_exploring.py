"""Compare, Rankings, Trends, Relationships, Weights and Search, as a person uses them."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("dash")
pytestmark = pytest.mark.browser

ABBEY, BRIDGE = "E05990001", "E05990002"


def ranked(seen) -> list[list[str]]:
    return seen.eval_on_selector_all(
        "#reranked tbody tr",
        "rows => rows.map(r => [...r.children].map("
        "c => c.textContent.replace(/\\s+/g, ' ').trim()))",
    )


def test_a_slider_moved_by_keyboard_ranks_the_wards_as_the_server_does(page, new_page, site, until):
    page.goto(f"{site}/weights")
    before = ranked(page)
    slider = page.locator('[data-part="shelter"]')
    slider.focus()
    slider.press("End")
    assert until(lambda: "w=shelter:4" in page.evaluate("location.search"))
    after = ranked(page)
    assert after != before
    alone = new_page(java_script_enabled=False)
    alone.goto(f"{site}/weights?w=shelter:4")
    assert ranked(alone) == after
    assert page.text_content("#said") == alone.text_content("#said")
    assert page.text_content('[data-share="shelter"] .times') == "4×"


def test_weights_are_shared_by_a_link_and_reset_by_a_button(page, new_page, site, until):
    page.goto(f"{site}/weights?w=personal_safety:0")
    shown = ranked(page)
    other = new_page()
    other.goto(page.input_value("#share-link"))
    assert ranked(other) == shown
    page.click("#reset")
    assert until(lambda: page.evaluate("location.search") == "")
    assert all(row[1] in {"–", ""} for row in ranked(page))


def test_the_back_button_takes_back_the_last_slider_that_was_moved(page, site, until):
    page.goto(f"{site}/weights")
    page.locator("[data-part=shelter]").press("End")
    assert until(lambda: "w=shelter:4" in page.evaluate("location.search"))
    page.go_back()
    assert until(lambda: page.input_value("[data-part=shelter]") == "1")
    assert all(row[1] in {"–", ""} for row in ranked(page))


def test_a_sorted_table_says_so_to_a_screen_reader(page, site, until):
    page.goto(f"{site}/layers/")
    page.locator("[data-sort=coverage]").press("Enter")
    said = page.locator("body > [role=status]")
    assert until(lambda: said.text_content() == "Sorted by Coverage, ascending.")


def test_six_thousand_wards_are_ranked_again_within_a_second(page, site):
    """The time is kept by `benchmarks`; here only what no busy machine excuses."""
    page.goto(f"{site}/weights")
    document = page.evaluate("JSON.parse(document.getElementById('weights-document').textContent)")
    times = 1000
    many = {**document, "codes": document["codes"] * times, "names": document["names"] * times,
            "published": document["published"] * times,
            "scores": {name: row * times for name, row in document["scores"].items()}}  # fmt: skip
    page.route(
        re.compile("/weights$"),
        lambda route: route.fulfill(
            body=_with(route.fetch().text(), many), content_type="text/html"
        ),
    )
    page.goto(f"{site}/weights")
    taken = page.evaluate(
        """() => { const slider = document.querySelector('[data-part="shelter"]');
            const begun = performance.now();
            slider.value = 3; slider.dispatchEvent(new Event('input', {bubbles: true}));
            return performance.now() - begun; }"""
    )
    assert taken < 1000


def _with(text, document):
    import json

    told = json.dumps(document).replace("<", "\\u003c").replace("&", "\\u0026")
    return re.sub(
        r'(id="weights-document">).*?(</script>)',
        lambda m: m[1] + told + m[2],
        text,
        flags=re.DOTALL,
    )


def test_control_and_k_goes_to_the_search_and_enter_to_the_ward(page, site):
    page.goto(f"{site}/about")
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.id") == "site-search"
    page.keyboard.type("bridge")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/areas/{BRIDGE}")


def test_two_wards_are_compared_by_keyboard_alone(page, site):
    page.goto(f"{site}/compare")
    for name in ("Abbey", "Bridge End"):
        page.focus("#add")
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        page.wait_for_selector(f'[aria-label="Take {name} away"]')
    assert page.text_content("h1").startswith("Compare Abbey and Bridge End")
    page.focus('[aria-label="Take Abbey away"]')
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Choose one ward more")


def test_the_back_button_brings_the_trend_before(page, site):
    page.goto(f"{site}/trends?layer=no2")
    page.select_option("#what", "crime")
    page.click("text=Show >> nth=0")
    page.wait_for_url(re.compile("layer=crime"))
    page.go_back()
    assert page.text_content("h2#trend") == "Nitrogen dioxide"


PRINTED = ["/rankings", f"/trends?layer=no2&areas={ABBEY},{BRIDGE}", "/relationships?x=no2&y=crime",
           f"/compare?areas={ABBEY},{BRIDGE}", "/weights?w=shelter:2"]  # fmt: skip


@pytest.mark.parametrize("address", PRINTED)
def test_a_print_has_chart_table_and_snapshot_and_no_controls(page, site, address):
    page.goto(site + address)
    page.emulate_media(media="print")
    assert page.locator("button, input, select").filter(visible=True).count() == 0
    assert not page.locator(".top nav").is_visible()
    assert page.locator("main table tbody tr").last.is_visible()  # also where it is folded away
    assert page.locator(".foot-facts").is_visible()
    if "weights" in address:
        assert page.inner_text("[data-share=shelter]").startswith("2×")
    else:
        assert page.locator(".chart-wide svg").first.is_visible()
