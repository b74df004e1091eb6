"""The place file dresses its cards; colours that cannot be read and logos that act are refused."""

import base64
import json

import pytest

from placedata.colours import contrast, darker_until
from placedata.errors import ConfigError
from placedata.scorecard import make_scorecard

GREEN = """\
title: Green space
unit: "%"
polarity: higher_is_better
component: environmental_quality
source: {loader: table, file: data/green.csv}
value: green
period: 2021
"""
ROWS = "WD25CD,green\nE05990001,70\nE05990002,30\nE05990003,40\nE05990004,50\n"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
STYLE = """\
scorecard:
  council: Toytown & Sons
  colour: "#0b6e4f"
  logo: {file: data/logo.svg, alt: Arms of Toytown}
  sections: [summary, indicators]
"""


@pytest.fixture
def dressed(toy_place):
    def write(style, logo=LOGO):
        toy_place.write("data/green.csv", ROWS)
        toy_place.layer("green", GREEN)
        toy_place.write("data/logo.svg", logo)
        base = (toy_place.folder / "place.yaml").read_text("utf-8").partition("scorecard:")[0]
        toy_place.write("place.yaml", base + style)
        return toy_place.open()

    return write


def told(place):
    with pytest.raises(ConfigError) as raised:
        place.catalog()
    return str(raised.value)


def test_contrast_is_that_of_the_guidelines():
    # pairs whose ratios the Web Content Accessibility Guidelines and their tools publish
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert darker_until("#767676") == "#767676"


def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can(dressed):
    text = told(dressed("scorecard:\n  colour: '#ffcc00'\n  accent: '#777777'\n"))
    assert "place.yaml:12: scorecard.colour: found '#ffcc00'" in text
    assert "at least 4.5 to 1 to white (this one has 1.51 to 1" in text
    assert "scorecard.accent: found '#777777'" in text
    nearest = darker_until("#ffcc00")
    assert nearest in text
    assert contrast(nearest, "#ffffff") >= 4.5
    assert told(dressed("scorecard: {colour: yellow}\n")).count("scorecard.colour") == 1


def test_sections_are_those_asked_for_and_the_method_is_always_there(dressed):
    place = dressed(STYLE)
    snapshot = place.build().snapshot
    card = make_scorecard(snapshot, "E05990001")
    assert card.branding.sections == ("summary", "indicators", "method")
    page = card.to_html(snapshot)
    assert 'id="indicators"' in page
    assert 'id="scores"' not in page
    assert page.index('id="indicators"') < page.index('id="method"')
    assert "Toytown &amp; Sons" in page
    assert "--brand: #0b6e4f" in page
    assert f'src="data:image/svg+xml;base64,{base64.b64encode(LOGO.encode()).decode()}"' in page
    assert 'alt="Arms of Toytown"' in page
    # the picture itself would only make the JSON long
    assert "logo_sha256" in json.loads(card.to_json())["branding"]
    assert base64.b64encode(LOGO.encode()).decode() not in card.to_json()


def test_a_new_colour_makes_a_new_edition_without_building_a_layer_again(dressed):
    first = dressed(STYLE).build()
    second = dressed(STYLE.replace("#0b6e4f", "#12436d")).build()
    assert first.snapshot.id != second.snapshot.id
    assert second.layers == 0
    logo = dressed(STYLE.replace("#0b6e4f", "#12436d"), LOGO.replace("h9", "h8")).build()
    assert logo.snapshot.id != second.snapshot.id
    assert logo.layers == 0


ACTING = [
    ("<script>alert(1)</script>", "the element <script>"),
    ('<image href="https://a.example/b.png"/>', "the element <image>"),
    ("<foreignObject/>", "the element <foreignObject>"),
    ("<style>@import 'x'</style>", "the element <style>"),
    ('<path onload="x()" d="M0 0"/>', "onload='x()' in <path>"),
    ('<use href="https://a.example/#b"/>', "href='https://a.example/#b' in <use>"),
    ('<path fill="url(https://a.example/x)" d="M0 0"/>', "in <path>"),
    ('<path style="fill:url(//a.example/x)" d="M0 0"/>', "in <path>"),
]


def test_a_logo_that_runs_or_fetches_something_is_refused(dressed):
    for inside, said in ACTING:
        text = told(dressed(STYLE, LOGO.replace("<path", inside + "<path")))
        assert said in text
        assert "place.yaml:14: scorecard.logo.file" in text


def test_a_logo_that_is_large_or_no_picture_or_full_of_entities_is_refused(dressed):
    assert "at most 200,000 bytes" in told(dressed(STYLE, LOGO + " " * 200_000))
    assert "an SVG or PNG picture" in told(dressed(STYLE, "GIF89a"))
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + LOGO
    assert "document type" in told(dressed(STYLE, bomb))
    assert "../secret.svg" in told(dressed(STYLE.replace("data/logo.svg", "../secret.svg")))


def test_layers_that_are_not_there_are_told_with_the_nearest(dressed):
    text = told(dressed("scorecard: {people: [poeple]}\npeers: {by: [gren]}\n"))
    assert "scorecard.people.0: found 'poeple'" in text
    assert "did you mean 'people'?" in text
    assert "peers.by.0: found 'gren'" in text
    assert "did you mean 'green'?" in text
