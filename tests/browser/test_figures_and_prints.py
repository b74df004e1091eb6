"""What stands beside a figure, on paper and in a link that is kept."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("dash")
pytestmark = pytest.mark.browser

#: Widths on the screen of a printed map's scale bar and of its ward Abbey, its words, its letters.
MEASURED = """async address => {
    const text = await (await fetch(address)).text();
    const drawn = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
    document.body.append(drawn);
    const wide = found => found.getBoundingClientRect().width;
    const words = [...drawn.querySelectorAll('text')].map(found => found.textContent.trim());
    const bars = [...drawn.querySelectorAll('path')].filter(
        found => /^M[\\d. ]+v[\\d.]+h[\\d.]+v-/.test(found.getAttribute('d')));
    return [bars.map(wide), wide(drawn.querySelector('[data-area="E05990001"]')), words];
}"""


def test_the_map_on_paper_has_an_arrow_to_the_north_and_a_scale_that_is_true(
    page: Any, site: str, until: Any
) -> None:
    page.goto(f"{site}/?layer=no2")
    assert until(lambda: page.get_attribute("#map-print", "src"))
    page.emulate_media(media="print")
    bars, abbey, words = page.evaluate(MEASURED, page.get_attribute("#map-print", "src"))
    (told,) = [word for word in words if word.endswith(" km")]
    # each ward of toyborough is a square of 2 km; the line of the bar is 1 pixel thick or so
    assert bars == [pytest.approx(abbey / 2 * float(told.removesuffix(" km")), abs=4)]
    assert "N" in words


def test_a_figure_has_unit_period_polarity_grade_source_and_the_way_to_its_row(
    page: Any, site: str
) -> None:
    page.goto(f"{site}/?layer=no2&area=E05990001")
    facts = page.locator("#part-heading .facts").inner_text()
    assert {"µg/m³", "2023", "Lower is better"} <= set(facts.splitlines())
    assert "+Office of Figures" in page.inner_text("#part-source")
    now = page.inner_text(".area-now").replace("\xa0", " ")
    assert "29.5 µg/m³" in now
    assert "4th of 6" in now  # 17.5, 20, 26 and 29.5: the lowest is the best
    assert page.locator(".area-now .quality").inner_text()
    page.click(".area-now .trace-link")
    page.wait_for_url("**/trace/no2/E05990001*")
    assert "data/no2.csv" in page.inner_text("main")


def test_the_link_to_a_page_as_it_is_now_names_the_snapshot_and_opens_the_same_view(
    page: Any, new_page: Any, site: str, until: Any
) -> None:
    page.goto(f"{site}/?layer=no2&period=2021&area=E05990002")
    page.wait_for_selector(".maplibregl-canvas")
    page.select_option("#period", "2022")
    assert until(lambda: "period=2022" in page.get_attribute("#permalink", "href"))
    snapshot = page.inner_text("footer code")
    link = page.evaluate("document.querySelector('#permalink').href")
    assert f"snapshot={snapshot}" in link
    other = new_page()
    other.goto(link)
    assert other.inner_text(".area-box h2") == "Bridge End"
    assert other.input_value("#period") == "2022"
    assert snapshot in other.inner_text("main .notice")
