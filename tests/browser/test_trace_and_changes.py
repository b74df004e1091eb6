"""Trace and Changes in a real browser: reached, read, printed, and without a violation."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("dash")
pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = [
    "/trace/crime/E05990001",
    "/trace/carers/E05990002",
    "/trace/score.social_progress/E05990005",
    "/trace/homes/E09990001",
    "/trace/v000099-12345678/no2/E05990001/2021",
    "/changes",
    "/changes?layer=turnout&period=2022#figures",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Toyborough with boroughs and two snapshots, the second in spite of a missed total."""
    import threading

    from waitress import create_server

    from dashboard.app import create_app
    from placedata import Place

    path = HERE.parent / "dashboard" / "toyborough.py"
    spec = importlib.util.spec_from_file_location("toyborough_of_traces", path)
    assert spec is not None
    assert spec.loader is not None
    town: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(town)
    folder = town.write_place(tmp_path_factory.mktemp("traces") / "toyborough", town.LEVELS)
    place = Place.open(folder)
    place.build()
    town.write_layer(folder, "turnout", add=5.5)
    town.write_layer(folder, "no2", add=1)
    homes = folder / "layers/homes.yaml"
    homes.write_text(homes.read_text("utf-8") + "control: {total: 29809}\n", "utf-8")
    place.build(allow_imbalance="nine homes fell into the sea")
    server = create_server(create_app(place), port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(new_page, watch, site, address):
    if "v000099" in address:
        watch.ignore("errors")  # the browser tells a 404
    seen = new_page(viewport={"width": 1280, "height": 800})
    seen.goto(site + address)
    session = seen.context.new_cdp_session(seen)
    source = (HERE / "vendor" / "axe.min.js").read_text("utf-8")
    session.send("Runtime.evaluate", {"expression": source})
    for width in (1280, 375, 320):
        seen.set_viewport_size({"width": width, "height": 800})
        assert seen.evaluate("document.documentElement.scrollWidth") <= width
        if width == 375:
            continue
        found = seen.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
        told = [
            (item["id"], [node["html"] for node in item["nodes"]]) for item in found["violations"]
        ]
        assert told == [], width
        assert len(found["passes"]) > 15


def test_from_the_map_a_value_is_traced_down_to_its_row_by_clicking(page, site):
    page.goto(f"{site}/?layer=score.social_progress&area=E05990001")
    page.get_by_role("link", name="Where from? of Social progress score").click()
    assert page.locator("h1").inner_text() == "Social progress score, Abbey"
    for name in ("Trace of Foundations of wellbeing score", "Trace of Environmental quality score",
                 "Trace of Nitrogen dioxide score", "Trace of Nitrogen dioxide"):  # fmt: skip
        page.get_by_role("link", name=name, exact=True).click()
    cells = page.locator(".trace-rows tbody td").all_inner_texts()
    assert cells[0] == "data/no2.csv"
    assert cells[3] == "30.5"  # 29.5 and 1 more


def test_two_snapshots_are_chosen_and_compared_by_keyboard(page, site):
    page.goto(f"{site}/changes")
    before = page.locator("#layers-caption + thead + tbody, table:has(#layers-caption) tbody")
    assert "+5.5" in before.inner_text()
    page.locator("#from").focus()
    page.keyboard.press("ArrowUp")  # the newest first: from the second snapshot
    page.locator("#to").focus()
    page.keyboard.press("ArrowDown")  # to the first
    page.keyboard.press("Tab")
    if page.locator("#level").count():
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**from=**")
    assert "−5.5" in page.locator("table:has(#layers-caption) tbody").inner_text()


def test_what_cannot_be_used_on_paper_is_not_printed(page, site):
    page.goto(f"{site}/changes")
    page.emulate_media(media="print")
    assert not page.locator("form").first.is_visible()
    assert page.locator("table:has(#log-caption)").is_visible()
    page.goto(f"{site}/trace/no2/E05990001")
    assert not page.locator(".downloads").is_visible()
    assert page.locator(".trace-rows").is_visible()
