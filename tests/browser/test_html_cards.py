"""HTML scorecards in a browser: nothing fetched, nothing wrong by axe, two to four pages of A4."""

import re
import shutil
import subprocess

import pytest

from placedata import Place
from placedata.scorecard import make_comparison, make_custom, make_place_card, make_scorecard

pytestmark = pytest.mark.browser
HOSTILE, LONG, PLAIN = "E05990003", "E05990005", "E05990001"


@pytest.fixture(scope="module")
def snapshot(toyborough, tmp_path_factory):
    place = Place.open(toyborough.write_place(tmp_path_factory.mktemp("html") / "toyborough"))
    text = (place.directory / "place.yaml").read_text("utf-8")
    text += "peers: {by: [homes], count: 2}\nscorecard: {colour: '#0b6e4f', accent: '#a4133c'}\n"
    (place.directory / "place.yaml").write_text(text, "utf-8")
    place.build()
    return place.snapshot


@pytest.fixture(scope="module")
def files(snapshot, tmp_path_factory):
    """Name -> file of one card of each kind, the one with a hostile name among them."""
    cards = {
        "hostile": make_scorecard(snapshot, HOSTILE),
        "long": make_scorecard(snapshot, LONG),
        "several": make_custom(snapshot, [PLAIN, HOSTILE], "<script>window.XSS=1</script>"),
        "compared": make_comparison(snapshot, [PLAIN, HOSTILE, LONG]),
        "place": make_place_card(snapshot),
    }
    folder, made = tmp_path_factory.mktemp("cards"), {}
    for name, card in cards.items():
        made[name] = folder / f"{name}.html"
        made[name].write_text(card.to_html(snapshot), "utf-8")
    return made


@pytest.fixture(autouse=True)
def only_files(watch):
    """A file of its own folder is what a card is opened from; nothing else may be asked for."""
    watch.ignore("outside")
    yield
    assert [address for address in watch.outside if not address.endswith(".html")] == []


@pytest.mark.parametrize(("name", "width"), [("hostile", 1280), ("compared", 375), ("place", 375)])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(new_page, files, violations, name, width):
    page = new_page(viewport={"width": width, "height": 800})
    page.goto(files[name].as_uri())
    assert violations(page) == []
    wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide[0] <= wide[1]
    assert page.evaluate("typeof window.XSS") == "undefined"


@pytest.mark.parametrize("name", ["hostile", "several"])
def test_a_card_needs_no_network_and_holds_no_script(new_page, files, watch, name):
    page = new_page(offline=True)
    page.goto(files[name].as_uri())
    assert [address.rpartition("/")[2] for address in watch.outside] == [f"{name}.html"]
    assert page.locator("script, link, iframe, object, embed").count() == 0
    names = {
        "hostile": "<img src=x onerror=window.XSS=1>",
        "several": "<script>window.XSS=1</script>",
    }
    assert page.locator("h1").inner_text() == names[name]


def test_every_picture_says_what_it_shows(new_page, files):
    page = new_page()
    page.goto(files["long"].as_uri())
    told = page.locator("svg desc").all_text_contents()
    assert len(told) == page.locator("svg[role=img]").count() > 20
    for words in told:
        assert re.search(r"\d|no data|no score|not ranked|on this map", words), words


def test_every_link_leads_to_one_place_of_the_card(files):
    text = files["long"].read_text("utf-8")
    links, ids = re.findall(r'href="#([^"]+)"', text), re.findall(r' id="([^"]+)"', text)
    assert len(links) > 3
    assert set(links) <= set(ids)
    assert len(ids) == len(set(ids))


def test_a_card_prints_on_two_to_four_pages(new_page, files, tmp_path):
    assert shutil.which("pdfinfo"), "poppler reads PDF files back: see .ci/apt-packages.txt"
    for name in ("long", "place"):
        page = new_page()
        page.goto(files[name].as_uri())
        path = tmp_path / f"{name}.pdf"
        page.pdf(path=str(path), prefer_css_page_size=True, print_background=True)
        told = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True)
        pages = int(re.search(r"Pages:\s+(\d+)", told.stdout)[1])
        assert 2 <= pages <= 4, (name, pages)
        assert "A4" in told.stdout
