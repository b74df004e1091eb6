"""The pages of the dashboard on real Barking and Dagenham: nothing breaks, nothing overflows."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("dash")
pytestmark = [pytest.mark.real, pytest.mark.browser]

# The place is that of this folder's fixtures; the browser is that of the other one's.
_spec = importlib.util.spec_from_file_location(
    "browser_fixtures", Path(__file__).parents[1] / "browser" / "conftest.py"
)
assert _spec is not None
assert _spec.loader is not None
_browser = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = _browser  # its dataclasses look themselves up there
_spec.loader.exec_module(_browser)
playwright_driver, browser = _browser.playwright_driver, _browser.browser
watch, new_page, violations = _browser.watch, _browser.new_page, _browser.violations

WARD, OTHER = "E05014053", "E05014058"
PAGES = {
    "/?layer=score.social_progress": "Social progress",
    "/areas/": "Scorecards",
    f"/areas/{WARD}": "Abbey",
    f"/compare?areas={WARD},{OTHER}": "Compare Abbey and",
    "/rankings": "Rankings",
    "/trends": "Trends",
    "/relationships": "Relationships",
    "/weights": "Try other weights",
    "/layers/": "Layers",
    "/readiness": "Data readiness",
    "/about": "About",
    "/changes": "Changes",
}


@pytest.fixture(scope="module")
def site(home_place: Any) -> Any:
    from dashboard.app import create_app

    with _browser.served(create_app(home_place)) as address:
        yield address


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_barking_and_dagenham_opens_fits_and_has_nothing_for_axe(
    new_page, site, path, violations
):
    seen = new_page(viewport={"width": 1280, "height": 800})
    answer = seen.goto(site + path)
    assert answer.status == 200
    assert PAGES[path] in seen.text_content("h1")
    assert "Barking and Dagenham" in seen.title()
    for width in (1280, 320):
        seen.set_viewport_size({"width": width, "height": 800})
        assert violations(seen) == [], width
        assert seen.evaluate("document.documentElement.scrollWidth") <= width
