"""Stand-alone maps: one file, nothing fetched, the same figures, and text that stays text."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import folium
import pytest
from typer.testing import CliRunner

from placedata.cli.commands import app
from placedata.errors import PlaceDataError
from placedata.maps import standalone
from placedata.maps.offline import refuse_addresses, without_pictures
from placedata.maps.standalone import standalone_map

LEAFLET = Path(standalone.__file__).with_name("leaflet")
HOSTILE = "<img src=x onerror=alert(1)>"
NO2 = """\
title: Nitrogen <img src=x onerror=alert(1)> dioxide
description: Mean of the year.
unit: µg/m³
decimals: 1
polarity: lower_is_better
source: {loader: table, file: data/no2.csv}
value: no2
period: {from: year}
url: https://example.org/air?a=1&b=2
caveats: [Two sensors only.]
"""
FIGURES = """\
wd25cd,year,no2
E05990001,2023,40
E05990002,2023,30
E05990003,2023,20
E05990004,2023,10
E05990001,2024,24.04
E05990002,2024,20
E05990003,2024,
E05990004,2024,12
"""
CASES = """\
title: Cases
unit: cases
polarity: lower_is_better
statistic: sum
disclosure: {counts: people}
source: {loader: table, file: data/cases.csv}
value: cases
period: 2021
"""
COUNTS = "wd25cd,cases\nE05990001,40\nE05990002,4\nE05990003,2\nE05990004,0\n"
NAMES = [
    "Abbey",
    "St Mary's, Lower Marsh and the Old Railway Works (South of the Canal)",
    "<b>Castle</b>",
    "Dene & Heath",
]


@pytest.fixture
def snapshot(toy_place):
    """Toytown with air figures of two years, one missing, and with cases too few to be shown."""
    toy_place.layer("no2", NO2)
    toy_place.layer("cases", CASES)
    toy_place.write("data/cases.csv", COUNTS)
    toy_place.write("data/no2.csv", FIGURES)
    return toy_place.open().build().snapshot


class Page(HTMLParser):
    """What a person finds in a document: rows of tables, items of lists, terms, elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.items: list[str] = []
        self.terms: dict[str, str] = {}
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self._cells: list[str] | None = None
        self._into: list[str] = []
        self._term = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "tr":
            self._cells = []
        if tag in ("th", "td", "li", "dt", "dd"):
            self._into = []

    def handle_data(self, data):
        self._into.append(data)

    def handle_endtag(self, tag):
        said = "".join(self._into).strip()
        if tag in ("th", "td"):
            self._cells.append(said)
        elif tag == "tr":
            self.rows.append(self._cells)
        elif tag == "li":
            self.items.append(" ".join(said.split()))
        elif tag == "dt":
            self._term = said
        elif tag == "dd":
            self.terms[self._term] = said


def test_the_table_holds_every_figure_and_says_where_there_is_none(snapshot):
    page = Page(standalone_map(snapshot, ["no2"], "2024").html)
    # The seven figures of both years: 10 12 20 20 24.04 30 40. Their fifths end at 13.6, 20, 22.4
    # and 28.8; no figure lies between 20 and 22.4, so there are four classes.
    assert page.rows == [
        ["Area", "Code", "Value", "Rank, 1st is best", "Class on the map"],
        [NAMES[0], "E05990001", "24.0", "3rd of 3", "3"],
        [NAMES[1], "E05990002", "20.0", "2nd of 3", "2"],
        [NAMES[2], "E05990003", "[x]", "not ranked", "no data"],
        [NAMES[3], "E05990004", "12.0", "1st of 3", "1"],
    ]


def test_a_suppressed_figure_is_nowhere_in_the_file(snapshot):
    made = standalone_map(snapshot, ["cases"])
    page = Page(made.html)
    assert [row[2] for row in page.rows[1:]] == ["40", "[c]", "[c]", "0"]
    assert [row[4] for row in page.rows[2:4]] == ["suppressed", "suppressed"]
    assert page.items[-1] == "Suppressed to protect people 2 wards"
    assert [value for name, value in page.attributes if name == "data-said"][1:3] == [
        "suppressed", "suppressed",
    ]  # fmt: skip


def test_the_legend_is_a_list_with_range_and_count_of_each_class(snapshot):
    page = Page(standalone_map(snapshot, ["no2"], "2024").html)
    counts = [int(re.search(r"(\d+) wards?$", item)[1]) for item in page.items]
    assert counts == [1, 1, 1, 0, 1]
    numbers = [re.match(r"Class (\d)", item) for item in page.items]
    assert [found and found[1] for found in numbers] == ["1", "2", "3", "4", None]
    assert page.items[0].startswith("Class 1: 10 to ")
    assert page.items[-1] == "No data 1 ward"
    assert "4 classes instead of 5" in standalone_map(snapshot, ["no2"]).html


def test_what_a_reader_must_know_stands_beside_the_map(snapshot):
    made = standalone_map(snapshot, ["no2"], "2024")
    page, text = Page(made.html), html.unescape(made.html)
    assert page.terms["Unit"] == "µg/m³"
    assert page.terms["Which way is good"] == "Lower is better. Darker is worse."
    assert page.terms["Period"] == "2024"
    assert page.terms["Licence"] == "CC0 1.0"
    assert page.terms["Source"] == "Toytown (https://example.org/air?a=1&b=2)"
    assert "Take care: Two sensors only." in text
    assert f"Snapshot {snapshot.id}, published {snapshot.published_date} by Toytown council" in text
    assert "Toytown is fictional." in text
    assert "[c] confidential: suppressed to protect people" in text


def test_names_and_titles_with_markup_stay_text(snapshot):
    text = standalone_map(snapshot, ["no2", "people"]).html
    page = Page(text)
    assert "img" not in page.tags
    assert "b" not in page.tags
    assert [name for name, _ in page.attributes if name.startswith("on")] == []
    assert HOSTILE not in text
    # Leaflet takes the names in its layer control for markup, so those are escaped for it
    (names,) = re.findall(r"base_layers : \{(.*?)\}", text, re.DOTALL)
    shown = [json.loads(name) for name in re.findall(r'"(?:[^"\\]|\\.)*"', names)]
    assert [html.unescape(name) for name in shown] == [
        f"Nitrogen {HOSTILE} dioxide, 2024", "People, 2021",
    ]  # fmt: skip
    assert not any("<" in name for name in shown)


def test_an_older_period_is_shown_when_asked_for(snapshot):
    page = Page(standalone_map(snapshot, ["no2"], "2023").html)
    assert [row[2] for row in page.rows[1:]] == ["40.0", "30.0", "20.0", "10.0"]
    with pytest.raises(PlaceDataError, match="2019"):
        standalone_map(snapshot, ["no2"], "2019")


def test_layers_that_there_are_not_are_told_all_at_once(snapshot):
    with pytest.raises(PlaceDataError) as told:
        standalone_map(snapshot, ["no", "people", "score.nothing"])
    assert [problem.found for problem in told.value.problems] == ["'no'", "'score.nothing'"]
    assert told.value.problems[0].suggestion == "no2"
    with pytest.raises(PlaceDataError, match="no name at all"):
        standalone_map(snapshot, [])


def test_a_layer_of_no_polarity_has_no_ranks(snapshot):
    page = Page(standalone_map(snapshot, ["people"]).html)
    assert page.rows[0] == ["Area", "Code", "Value", "Class on the map"]
    assert [row[2] for row in page.rows[1:]] == ["300", "100", "100", "100"]


def test_several_layers_share_one_copy_of_the_outlines_and_a_layer_control(snapshot):
    one = standalone_map(snapshot, ["no2"]).html
    two = standalone_map(snapshot, ["no2", "people"]).html
    for text in (one, two):
        (data,) = re.findall(r'<script type="application/json" id="pd-areas">(.*?)</script>', text)
        assert [item["id"] for item in json.loads(data)["features"]] == [0, 1, 2, 3]
        assert text.count('"coordinates"') == 4
    assert (one.count("L.control.layers("), two.count("L.control.layers(")) == (0, 1)


def test_the_label_of_an_area_lies_inside_it(snapshot):
    text = standalone_map(snapshot, ["no2"]).html
    (data,) = re.findall(r'id="pd-areas">(.*?)</script>', text)
    for item in json.loads(data)["features"]:
        place = item["properties"]
        easts, norths = zip(*item["geometry"]["coordinates"][0], strict=True)
        assert min(easts) < place["east"] < max(easts)
        assert min(norths) < place["north"] < max(norths)
        assert place["metres"] == pytest.approx(500, abs=2)  # squares of a kilometre


def test_a_score_can_be_shown_and_has_no_period_to_choose(toy_place):
    toy_place.layer(
        "rate",
        "title: Cases\nunit: score\npolarity: lower_is_better\ncomponent: shelter\n"
        "apportion: weighted_mean\nweighted_by: people\nvalue: score\nperiod: 2021\n"
        "source: {loader: table, file: data/small_areas.csv}\n",
    )
    snapshot = toy_place.open().build().snapshot
    page = Page(standalone_map(snapshot, ["score.shelter"]).html)
    expected = snapshot.score_table("shelter")["score"].map("{:.1f}".format).tolist()
    assert [row[2] for row in page.rows[1:]] == expected
    with pytest.raises(PlaceDataError, match="2021"):
        standalone_map(snapshot, ["score.shelter"], "2021")


def test_the_same_snapshot_makes_the_same_bytes(snapshot):
    again = standalone_map(snapshot, ["no2", "people"])
    assert standalone_map(snapshot, ["no2", "people"]).html == again.html
    assert "\r" not in again.html


def test_the_policy_lets_only_the_texts_of_the_file_run(snapshot):
    text = standalone_map(snapshot, ["no2", "people"]).html
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split("; ")}
    assert rules["default-src"] == ["'none'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:"} & set(policy.split())
    for kind, pattern in (
        ("script", r"<script>(.*?)</script>"),
        ("style", r"<style>(.*?)</style>"),
    ):
        texts = re.findall(pattern, text, re.DOTALL)
        hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()) for one in texts]
        assert rules[f"{kind}-src"] == [f"'sha256-{one.decode()}'" for one in hashes]
    assert " style=" not in text  # which the policy would drop
    assert text.index("Content-Security-Policy") < text.index("<style>")


PLANTED = {
    "script": '<script src="https://cdn.example/x.js"></script>',
    "script beside it": '<script src="leaflet.js"></script>',
    "style sheet": '<link rel="stylesheet" href="http://cdn.example/x.css">',
    "no scheme": '<link rel="icon" href="//cdn.example/i.ico">',
    "picture": "<IMG SRC=https://cdn.example/x.png>",
    "picture set": '<img srcset="https://cdn.example/x.png 2x">',
    "picture in SVG": '<svg><image xlink:href="https://cdn.example/x.png"/></svg>',
    "frame": '<iframe src="https://cdn.example/"></iframe>',
    "frame with its own text": '<iframe srcdoc="<p>x"></iframe>',
    "form": '<form action="https://cdn.example/"></form>',
    "film": '<video poster="https://cdn.example/x.jpg"></video>',
    "style rule": "<style>p { background: url(https://cdn.example/x.png) }</style>",
    "style rule to a file": "<style>p { background: url('images/layers.png') }</style>",
    "import": '<style>@import "https://cdn.example/x.css";</style>',
    "image set": '<style>p { background: image-set("https://cdn.example/x.png" 1x) }</style>',
    "style attribute": '<p style="background:url(//cdn.example/x.png)"></p>',
    "tiles": '<script>L.tileLayer("https://{s}.tile.example/{z}/{x}/{y}.png")</script>',
    "escaped tiles": r'<script>L.tileLayer("https:\/\/tile.example\/{z}.png")</script>',
    "socket": "<script>new WebSocket('wss://example.org')</script>",
    "source map": "<script>1 //# sourceMappingURL=x.js.map</script>",
    "refresh": '<meta http-equiv="refresh" content="0; https://example.org">',
    "base": '<base href="https://example.org">',
    "ping": '<a href="#x" ping="https://example.org">x</a>',
}


@pytest.mark.parametrize("kind", PLANTED)
def test_an_address_that_a_browser_would_fetch_is_refused(kind):
    with pytest.raises(PlaceDataError, match="without a network") as told:
        refuse_addresses(f"<!doctype html>\n<title>x</title>\n{PLANTED[kind]}")
    assert told.value.problems[0].line == 3


@pytest.mark.parametrize(
    "kept",
    [
        "<p>Source: https://example.org</p>",
        '<a href="https://example.org">followed, not fetched</a>',
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
        '<svg><rect fill="url(#pd-none)"/><use href="#x"/></svg>',
        "<style>/* https://example.org */ p { fill: url(#x) }</style>",
        '<script type="application/json">{"a": 1}</script>',
    ],
)
def test_an_address_that_is_only_read_or_followed_may_stay(kept):
    refuse_addresses(kept)


def test_a_planted_address_stops_the_whole_map(snapshot, monkeypatch):
    read = standalone._read

    def planted(name):
        extra = "p{background:url(https://cdn.example/x.png)}" if name.endswith(".css") else ""
        return read(name) + extra

    monkeypatch.setattr(standalone, "_read", planted)
    # Leaflet's own style rules are read without what names a picture; ours are not
    with pytest.raises(PlaceDataError, match=r"cdn\.example"):
        standalone_map(snapshot, ["no2"])


def test_a_script_that_folium_did_not_ask_for_before_is_refused(snapshot, monkeypatch):
    links = [*folium.Map.default_js, ("d3", "https://cdn.example/d3.js")]
    monkeypatch.setattr(folium.Map, "default_js", links)
    with pytest.raises(PlaceDataError, match="d3"):
        standalone_map(snapshot, ["no2"])


def test_rules_that_name_a_picture_are_left_out_and_others_stay():
    css = (
        "/* c */ a { color: red; background: url(x.png) no-repeat; top: 0 } b { behavior: url(#d) }"
    )
    assert without_pictures(css).split() == [
        "a",
        "{",
        "color:",
        "red;",
        "top:",
        "0",
        "}",
        "b",
        "{",
        "}",
    ]


def test_the_vendored_files_are_as_listed_and_carry_their_licences(snapshot):
    listed = dict(
        reversed(line.split("  ")) for line in (LEAFLET / "SHA256SUMS").read_text().splitlines()
    )
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in LEAFLET.iterdir()
        if path.name != "SHA256SUMS"
    }
    assert found == listed
    text = html.unescape(standalone_map(snapshot, ["no2"]).html)
    assert "Copyright (c) 2010-2023, Volodymyr Agafonkin" in text
    assert "Folium developers" in text
    assert "Leaflet 1.9.4" in text


def test_only_leaflet_is_inside(snapshot):
    text = standalone_map(snapshot, ["no2", "people"]).html.lower()
    others = ("jquery", "bootstrap", "awesome", "glyphicon", "cdn.", "openstreetmap", "tilelayer(")
    ours = text.replace(standalone._leaflet_script().lower(), "")
    assert [name for name in others if name in ours] == []


def test_a_notebook_shows_the_same_in_a_frame_of_its_own(toy_place):
    place = toy_place.open()
    place.build()
    made = place.map("people")
    shown = made._repr_html_()
    (inside,) = re.findall(r'srcdoc="([^"]*)"', shown)
    assert html.unescape(inside) == made.html
    assert 'sandbox="allow-scripts"' in shown
    assert made.title == "People, 2021, Toytown"


def test_the_command_writes_the_file_and_says_how_large_it_is(toy_place, tmp_path):
    toy_place.open().build()
    out = tmp_path / "new" / "map.html"
    words = ["map", "people", "--out", str(out), "--place", str(toy_place.folder)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0
    said = done.stderr.replace("\n", " ")
    assert f"({out.stat().st_size / 1000:,.0f} kB)" in said
    assert "1 layer of 4 areas" in said
    document = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert document["bytes"] == out.stat().st_size
    assert document["layers"] == ["people"]
    wrong = CliRunner().invoke(app, ["map", "peple", "--place", str(toy_place.folder)])
    assert wrong.exit_code == 1
    assert "did you mean 'people'" in wrong.stderr
