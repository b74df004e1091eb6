"""Files for people, opened in a browser: cards and their list; all cards made from a page."""

from __future__ import annotations

import zipfile

import pytest

from placedata.scorecard.folder import write_folder

pytest.importorskip("dash")
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def toy(built_toyborough):
    return built_toyborough()


@pytest.fixture(scope="module")
def written(toy, tmp_path_factory):
    """A folder with the cards of all wards and the page that lists them."""
    folder = tmp_path_factory.mktemp("files")
    write_folder(toy.snapshot, ["html"], folder)
    return folder


def only_files(watch):
    """Nothing but the files themselves was asked for: a file counts as outside for the watch."""
    assert all(address.startswith("file://") for address in watch.outside)
    watch.ignore("outside")


def test_axe_finds_nothing_in_the_list_of_cards_and_nothing_scrolls_sideways(
    new_page, written, violations, watch
):
    seen = new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    seen.goto((written / "index.html").as_uri())
    only_files(watch)
    for width in (1280, 320):
        seen.set_viewport_size({"width": width, "height": 800})
        assert seen.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(seen) == [], width


def test_the_list_of_cards_is_searched_and_leads_to_a_card(page, written, toy, until, watch):
    page.goto((written / "index.html").as_uri())
    name = str(toy.snapshot.areas["area_name"].iloc[0])
    count = len(toy.snapshot.areas)
    rows = page.locator("tbody tr")
    assert rows.count() == count
    page.get_by_label("Find a ward").fill(toy.snapshot.areas.index[0])
    assert until(lambda: sum(row.is_visible() for row in rows.all()) == 1)
    assert page.get_by_role("status").text_content() == f"1 of {count}"
    page.locator("tbody tr:visible a").first.click()
    page.wait_for_load_state()
    assert page.locator("h1").text_content().strip() == name
    only_files(watch)


@pytest.fixture
def address(toy, serve, tmp_path, monkeypatch):
    """The pages of toyborough, whose jobs are in an empty folder."""
    from dashboard.app import create_app

    monkeypatch.setenv("PLACEDATA_JOBS", str(tmp_path / "jobs"))
    return serve(create_app(toy))


def test_all_cards_are_made_from_a_page_with_progress_and_fetched(
    page, address, toy, until, violations
):
    page.goto(address + "/areas/")
    page.get_by_role("link", name="All scorecards (ZIP)").click()
    page.get_by_label("Tagged PDF").uncheck()
    page.get_by_role("button", name="Make the scorecards").click()
    ready = page.get_by_role("link", name="Download the ZIP")
    if not ready.is_visible():
        assert page.get_by_role("button", name="Stop").is_visible()
        assert "of 6 scorecards made" in page.get_by_role("status").text_content()
        assert violations(page) == []
    assert until(ready.is_visible, seconds=90)
    assert violations(page) == []
    with page.expect_download() as fetched:
        ready.click()
    with zipfile.ZipFile(fetched.value.path()) as archive:
        pages = [name for name in archive.namelist() if name.startswith("E")]
    assert len(pages) == len(toy.snapshot.areas)
