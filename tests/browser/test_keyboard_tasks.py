"""Every task of a planner, done without a mouse: only keys are pressed, and only Tab moves on."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytest.importorskip("dash")
pytestmark = pytest.mark.browser

FOCUSED = "document.activeElement"


@pytest.fixture
def keys(page: Any, site: str, until: Any) -> Keys:
    return Keys(page, site, until)


class Keys:
    """A person with a keyboard; there is no way to click."""

    def __init__(self, page: Any, site: str, until: Any) -> None:
        self.page, self.site, self.until = page, site, until

    def open(self, path: str) -> None:
        self.page.goto(self.site + path)

    def press(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def focused(self, what: str) -> bool:
        return bool(self.page.evaluate(f"selector => {FOCUSED}.matches(selector)", what))

    def address(self) -> str:
        return str(self.page.evaluate("location.href"))

    def tab_to(self, what: str, *, back: bool = False) -> None:
        """Press Tab until this has the focus; it must be there within 150 steps, and be seen."""
        for _ in range(150):
            self.press("Shift+Tab" if back else "Tab")
            if self.focused(what):
                box = self.page.evaluate(
                    f"(() => {{ const b = {FOCUSED}.getBoundingClientRect();"
                    " return [b.width, b.height, b.top, innerHeight]; })()"
                )
                assert box[0] > 0
                assert box[1] > 0
                assert -box[1] < box[2] < box[3], "what has the focus is not on the screen"
                return
        raise AssertionError(f"Tab never reaches {what}")

    def follow(self, what: str, address: str) -> None:
        """Go to a link by Tab, press Enter, and be at an address."""
        self.tab_to(what)
        self.press("Enter")
        self.page.wait_for_url(re.compile(address))

    def reads(self, words: str) -> bool:
        return bool(self.until(lambda: words in self.page.inner_text("main")))


def test_skip_the_menu_then_choose_a_layer_and_a_period(keys):
    keys.open("/")
    keys.press("Tab")
    assert keys.page.evaluate(f"{FOCUSED}.textContent") == "Skip to main content"
    keys.press("Enter")
    keys.tab_to("#filter")
    keys.type("nitrogen")
    keys.press("Enter")
    assert keys.until(lambda: keys.page.text_content("h1").startswith("Nitrogen dioxide"))
    keys.tab_to("#period")
    keys.press("ArrowDown")
    assert keys.until(lambda: "period=2022" in keys.address())
    assert keys.reads("2022")


def test_select_a_ward_in_the_list_open_its_scorecard_and_follow_a_figure_to_its_trace(keys):
    keys.open("/?layer=no2")
    keys.tab_to("#areas [role=option]")
    keys.type("bridge")
    keys.press("Enter")
    assert keys.until(lambda: keys.page.inner_text("#part-area h2") == "Bridge End")
    assert "area=E05990002" in keys.address()
    keys.tab_to("#part-area a[href$='/areas/E05990002']", back=True)
    keys.press("Enter")
    keys.page.wait_for_url(f"{keys.site}/areas/E05990002")
    keys.follow("a[href^='/trace/no2/E05990002']", "/trace/no2/E05990002")
    assert keys.reads("Nitrogen dioxide")


def test_compare_two_wards_and_take_one_away(keys):
    keys.open("/compare")
    for name in ("Abbey", "Bridge End"):
        keys.tab_to("#add")
        keys.type(name)
        keys.press("Enter")
        keys.page.wait_for_selector(f'[aria-label="Take {name} away"]')
    assert keys.page.text_content("h1").startswith("Compare Abbey and Bridge End")
    keys.follow('[aria-label="Take Abbey away"]', "areas=E05990002")
    assert keys.reads("Choose one ward more")


def test_try_other_weights_and_go_back_to_the_published_ones(keys):
    keys.open("/weights")
    keys.tab_to("[data-part=shelter]")
    keys.press("End")
    assert keys.until(lambda: "w=shelter:4" in keys.address())
    keys.tab_to("#reset")
    keys.press("Enter")
    assert keys.until(lambda: "w=" not in keys.address())


def test_find_a_postcode_from_any_page(keys):
    keys.open("/about")
    keys.press("Control+k")
    keys.type("tb1 2aa")
    keys.press("Enter")
    keys.page.wait_for_url(re.compile("/areas/E05990002"))


def test_download_a_scorecard(keys):
    keys.open("/areas/E05990001")
    keys.tab_to("a[href$='E05990001.csv']")
    with keys.page.expect_download() as waiting:
        keys.press("Enter")
    assert waiting.value.suggested_filename.endswith(".csv")


def test_open_data_readiness_and_sort_its_table(keys):
    keys.open("/")
    keys.follow("nav a[href='/readiness']", "/readiness")
    keys.tab_to("table.ready [data-sort=name]")
    keys.press("Enter")
    names = keys.page.eval_on_selector_all(
        "table.ready tbody tr", "rows => rows.map(row => row.dataset.name.toLowerCase())"
    )
    assert names == sorted(names)
    assert keys.page.get_attribute("table.ready [data-column=name]", "aria-sort") == "ascending"


def test_read_the_help_of_a_page(keys):
    keys.open("/rankings")
    keys.tab_to("#help summary")
    assert not keys.page.locator("#help li").first.is_visible()
    keys.press("Enter")
    assert keys.page.locator("#help li").first.is_visible()


def test_set_classes_hatch_a_second_map_and_the_period_by_slider(keys):
    keys.open("/?layer=no2")
    keys.page.wait_for_selector(".maplibregl-canvas")
    keys.tab_to("details:has(#classes) > summary")
    keys.press("Enter")
    keys.tab_to("#classes")
    keys.press("ArrowDown")
    assert keys.until(lambda: "classes=" in keys.address())
    keys.tab_to("#k")
    keys.type("3")
    assert keys.until(lambda: "k=3" in keys.address())
    keys.tab_to("#unclear")
    keys.press("Space")
    assert keys.until(lambda: "unclear=yes" in keys.address())
    assert keys.focused("#unclear")  # what was chosen keeps the focus while the page changes
    keys.tab_to("details:has(#beside) > summary")
    keys.press("Enter")
    keys.tab_to("#beside")
    keys.type("Turnout")
    assert keys.until(lambda: "beside=turnout" in keys.address())
    keys.tab_to("#when")
    keys.press("Home")
    assert keys.until(lambda: "period=2021" in keys.address())
    assert keys.focused("#when")
    assert keys.page.text_content("#said").startswith("Nitrogen dioxide, 2021")


def test_lay_borough_outlines_over_the_map_and_show_boroughs(keys, with_boroughs):
    keys.site = with_boroughs
    keys.open("/?layer=homes")
    keys.page.wait_for_selector(".maplibregl-canvas")
    keys.tab_to("[name=level]")
    keys.press("ArrowDown")
    assert keys.until(lambda: "level=lad25" in keys.address())
    keys.press("ArrowUp")
    assert keys.until(lambda: "level=" not in keys.address())
    keys.tab_to("details:has(#lines) > summary")
    keys.press("Enter")
    keys.tab_to("#lines")
    keys.press("ArrowDown")
    assert keys.until(lambda: "lines=lad25" in keys.address())
    assert keys.reads("Outlines of")


def test_find_a_postcode_on_the_map_sort_its_table_and_follow_a_figure(keys):
    keys.open("/?layer=no2")
    keys.tab_to("#place")
    keys.type("tb1 2aa")
    keys.press("Enter")
    assert keys.until(lambda: keys.page.inner_text("#part-area h2") == "Bridge End")
    keys.tab_to("#values-table [data-sort=value]")
    keys.press("Enter")
    assert keys.until(lambda: "sort=value" in keys.address())
    keys.follow("#values-table tbody tr:first-child .trace-link", "/trace/no2/E05990005")


def test_rank_a_layer_then_see_its_trend_and_two_figures_together(keys):
    keys.open("/rankings")
    keys.tab_to("#what")
    keys.type("Nitrogen")
    keys.tab_to(".filters button")
    keys.press("Enter")
    keys.page.wait_for_url(re.compile("layer=no2"))
    assert keys.reads("Lower is better")
    keys.follow("nav a[href='/trends']", "/trends")
    keys.tab_to("#add")
    keys.type("Abbey")
    keys.press("Enter")
    keys.page.wait_for_selector('[aria-label="Take Abbey away"]')
    assert keys.reads("Abbey")
    keys.follow("nav a[href='/relationships']", "/relationships")
    keys.follow(".matrix tbody tr:nth-child(2) a", "x=.*y=")
    assert keys.reads("90% interval")


def test_share_weights_search_the_layers_and_ask_for_all_scorecards(keys):
    keys.open("/weights?w=shelter:2")
    keys.tab_to("#share-link")
    assert keys.page.evaluate(f"{FOCUSED}.value").endswith("w=shelter:2")
    keys.follow("nav a[href='/layers/']", "/layers/")
    keys.tab_to("#q")
    keys.type("nitrogen")
    keys.press("Enter")
    keys.page.wait_for_url(re.compile("q=nitrogen"))
    keys.follow("tbody a[href='/layers/no2']", "/layers/no2")
    keys.open("/jobs/")
    keys.tab_to("#format-pdf")
    keys.press("Space")
    assert not keys.page.is_checked("#format-pdf")
    keys.tab_to("main button")
    keys.press("Enter")
    keys.page.wait_for_url(re.compile("/jobs/."))
    assert keys.until(lambda: keys.page.locator("a[download]").count())
