"""Every page and state: axe finds nothing, nothing runs off the screen, and a print loses nothing.

One browser tab for all of them, so that the whole matrix takes well under a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("dash")
pytestmark = pytest.mark.browser

ABBEY, HOSTILE, LONG = "E05990001", "E05990003", "E05990005"
ALL_SIX = ",".join(f"E0599000{at}" for at in range(1, 7))
PAGES = [
    "/",
    f"/?layer=no2&area={HOSTILE}&period=1999",
    f"/?layer=crime&area={LONG}&beside=no2&unclear=yes&classes=equal",
    f"/?layer=crowding&classes=bands&area={ABBEY}",
    "/areas/",
    "/areas/?level=nothing",
    f"/areas/{ABBEY}",
    f"/areas/{LONG}",
    "/compare",
    f"/compare?areas={ABBEY}",
    f"/compare?areas={ABBEY},{LONG}",
    f"/compare?areas={ALL_SIX}&add=nobody",
    "/together",
    f"/together?areas={ABBEY},{LONG}&name=Town",
    "/rankings",
    f"/rankings?layer=no2&area={ABBEY}",
    "/rankings?layer=green",
    "/rankings?layer=nothing&snapshot=v000099-00000000",
    "/trends?layer=green",
    f"/trends?layer=no2&areas={ABBEY},{LONG}",
    f"/relationships?x=no2&y=crime&areas={ABBEY}",
    "/weights?w=shelter:2",
    "/search",
    "/search?q=e",
    "/search?q=zzz",
    "/layers/",
    "/layers/?q=zzz",
    "/layers/no2",
    "/layers/carers",
    "/readiness",
    f"/trace/no2/{ABBEY}",
    f"/trace/score.social_progress/{ABBEY}",
    "/changes",
    "/jobs/",
    "/about",
    "/accessibility",
    "/embed?layer=no2",
    "/nothing/here",
]
#: Pages without the header, menu and foot of the others.
BARE = ("/embed",)
OPEN_ALL = "for (const folded of document.querySelectorAll('details')) folded.open = true"
#: Wider than the screen, or cut by a box that cannot be scrolled to.
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
#: Links and buttons of their own, not inside a sentence, that are smaller than 24 by 24 pixels.
SMALL = """[...document.querySelectorAll('a, button, input, select, summary')].filter(found => {
    const box = found.getBoundingClientRect(), style = getComputedStyle(found);
    const label = found.labels?.[0]?.getBoundingClientRect();
    return box.width > 1 && style.display !== 'inline' && !(label?.height >= 24)
        && Math.min(box.width, box.height) < 23.5;
}).map(found => found.outerHTML.slice(0, 90))"""
#: What a print must not have: controls, and tables that reach over the edge of the paper.
IN_PRINT = """[...document.querySelectorAll('button, select, input, nav a')].filter(
    found => !found.closest('th, .crumbs')).filter(
    found => found.checkVisibility()).map(found => found.outerHTML.slice(0, 90))
    .concat([...document.querySelectorAll('table')].filter(
        found => found.getBoundingClientRect().right > innerWidth + 1
    ).map(found => found.caption?.textContent))"""


@pytest.fixture(scope="module")
def tab(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    yield opened
    context.close()


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_whole_by_day_and_night_wide_and_narrow_and_on_paper(
    tab: Any, site: str, address: str, violations: Callable[[Any], Any]
) -> None:
    tab.set_viewport_size({"width": 1280, "height": 800})
    tab.emulate_media(media="screen", color_scheme="light")
    tab.goto(site + address)
    assert violations(tab) == []
    assert tab.locator("h1").count() == 1
    tab.evaluate(OPEN_ALL)
    tab.set_viewport_size({"width": 320, "height": 800})
    tab.emulate_media(media="screen", color_scheme="dark")
    assert violations(tab) == []
    assert tab.evaluate(SIDEWAYS) <= 0
    assert tab.evaluate(SMALL) == []
    if address.startswith(BARE):
        return
    assert tab.evaluate("document.querySelector('.skip').hash") == "#main"
    assert tab.locator("#help").count() == (address != "/nothing/here")
    tab.set_viewport_size({"width": 720, "height": 1000})  # about the width of an A4 sheet
    tab.emulate_media(media="print")
    assert tab.evaluate(IN_PRINT) == []
    foot = tab.inner_text("footer")
    assert "Snapshot v" in foot
    assert f"{site}{address.partition('?')[0]}" in foot


def test_at_twice_the_size_of_text_nothing_is_cut(tab: Any, site: str) -> None:
    tab.emulate_media(media="screen", color_scheme="light")
    tab.set_viewport_size({"width": 1280, "height": 800})
    for address in ("/?layer=no2", f"/areas/{LONG}", "/rankings", "/weights"):
        tab.goto(site + address)
        tab.evaluate("document.documentElement.style.fontSize = '200%'")
        assert tab.evaluate(SIDEWAYS) <= 0, address
