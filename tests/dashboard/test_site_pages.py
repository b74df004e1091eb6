"""Every server-rendered page says what the snapshot says, and no name becomes markup."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

PAGES = [
    "/", "/?layer=no2&period=2022&area=E05990003&sort=-value", "/areas/", "/areas/E05990003",
    "/layers/", "/layers/homes", "/layers/no2?period=2021", "/about", "/accessibility", "/nowhere",
    "/readiness",
]  # fmt: skip


class Tables(HTMLParser):
    """Reads the tables of a page as rows of cell texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.captions: list[str] = []
        self._into: str | None = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        if tag == "table":
            self.tables.append([])
            self.captions.append("")
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")
            self._into = "cell"
        elif tag == "caption":
            self._into = "caption"

    def handle_endtag(self, tag):
        if tag in {"td", "th", "caption"}:
            self._into = None

    def handle_data(self, data):
        text = " ".join(data.split())
        if self._into == "cell" and text:
            self.tables[-1][-1][-1] = f"{self.tables[-1][-1][-1]} {text}".strip()
        elif self._into == "caption" and text:
            self.captions[-1] = f"{self.captions[-1]} {text}".strip()

    def table(self, caption):
        return next(
            table
            for table, words in zip(self.tables, self.captions, strict=True)
            if caption in words
        )


def text_of(client, address):
    answer = client.get(address)
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_one_heading_language_skip_link_and_landmarks(client, address):
    text = text_of(client, address)
    assert '<html lang="en-GB">' in text
    assert len(re.findall(r"<h1[ >]", text)) == 1
    assert '<a class="skip" href="#main">' in text
    assert text.count("<main") == text.count("</main>") == 1
    assert '<nav aria-label="Pages">' in text


@pytest.mark.parametrize("address", PAGES)
def test_every_page_names_the_snapshot_its_date_and_that_the_place_is_fictional(
    client, place, address
):
    text = text_of(client, address)
    assert place.snapshot.id in text
    assert place.snapshot.published_date in text
    assert "Toyborough is fictional" in text


@pytest.mark.parametrize("address", PAGES)
def test_names_from_data_never_become_markup(client, toyborough, address):
    assert toyborough.HOSTILE not in text_of(client, address)


@pytest.mark.parametrize("address", PAGES)
def test_no_address_that_runs_a_script_is_linked(client, address):
    assert 'href="javascript:' not in text_of(client, address)


@pytest.mark.parametrize("address", PAGES)
def test_no_page_refers_to_another_host_but_in_links(client, address):
    text = text_of(client, address)
    loaded = re.findall(r'<(?:script|img|link|iframe|source)[^>]+(?:src|href)="([^"]+)"', text)
    assert loaded
    assert [item for item in loaded if not item.startswith(("/", "data:"))] == []


def test_the_table_of_the_map_shows_each_figure_of_the_period_asked_for(client, toyborough):
    table = Tables(text_of(client, "/?layer=no2&period=2022")).table("Nitrogen dioxide, 2022")
    shown = {row[0]: row[1] for row in table[1:]}
    expected = dict(zip(toyborough.NAMES.values(), toyborough.FIGURES["no2"]["2022"], strict=True))
    assert {name: shown[name] for name in expected} == {
        name: f"{value:.1f}" for name, value in expected.items()
    }


def test_ranks_follow_the_polarity_of_the_layer(client):
    low = Tables(text_of(client, "/?layer=no2")).table("Nitrogen dioxide")
    high = Tables(text_of(client, "/?layer=turnout")).table("Turnout")
    ranks = [{row[0]: row[2] for row in table[1:]} for table in (low, high)]
    best = next(name for name in ranks[0] if name.startswith("St Osyth"))
    assert ranks[0][best] == "1"
    assert ranks[1][best] == "1"
    assert ranks[0]["Abbey"] == "4"


def test_two_areas_with_the_same_figure_share_a_rank_and_it_is_said(client):
    said = client.get(f"/snapshots/{snapshot_id(client)}/map.json?layer=degree").get_json()
    labels = said["map"]["labels"]
    assert labels[0] == "Abbey: 30%, joint 3rd of 6"
    assert labels[3] == "=HYPERLINK(1): 30%, joint 3rd of 6"


def snapshot_id(client):
    return re.search(r"v\d{6}-[0-9a-f]{8}", text_of(client, "/about"))[0]


def test_a_missing_figure_is_told_and_never_zero(client, toyborough):
    table = Tables(text_of(client, "/?layer=green")).table("Green space")
    shown = {row[0]: row[1] for row in table[1:]}
    assert shown[toyborough.HOSTILE] == "[x]"
    assert "0" not in shown.values()


def test_small_counts_of_people_are_not_in_the_page_anywhere(client):
    identifier = snapshot_id(client)
    found = client.get(f"/snapshots/{identifier}/map.json?layer=carers").get_json()
    assert found["map"]["classes"][1] == found["map"]["classes"][3] == -2
    table = Tables(text_of(client, "/?layer=carers")).table("Young carers")
    shown = {row[0]: row[1] for row in table[1:]}
    assert shown["Bridge End"] == shown["=HYPERLINK(1)"] == "[c]"
    assert shown["Abbey"] == "40"


def test_legend_counts_are_those_of_the_table(client):
    found = client.get(f"/snapshots/{snapshot_id(client)}/map.json?layer=green").get_json()
    classes = found["map"]["classes"]
    rows = re.findall(r"<li>(.*?)</li>", found["parts"]["legend"], re.DOTALL)
    counts = [int(re.search(r"(\d+) wards?<", row)[1]) for row in rows]
    by_class = [classes.count(number) for number in sorted(set(classes)) if number > 0]
    assert counts == [*by_class, classes.count(-1)]
    assert sum(counts) == 6


def test_one_palette_and_one_set_of_classes_serve_all_periods(client):
    identifier = snapshot_id(client)
    years = [
        client.get(f"/snapshots/{identifier}/map.json?layer=no2&period={year}").get_json()
        for year in (2021, 2023)
    ]
    ranges = [re.findall(r'legend-text">([^<]+)<', found["parts"]["legend"]) for found in years]
    assert ranges[0] == ranges[1]
    assert years[0]["map"]["classes"] != years[1]["map"]["classes"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("layer=no3", "Did you mean ‘no2’?"),
        ("layer=no2&period=1999", "has no figures for ‘1999’"),
        ("area=E05999999", "has no area ‘E05999999’"),
        ("sort=colour", "cannot be sorted by ‘colour’"),
        ("layer=<script>alert(1)</script>", "There is no layer ‘&lt;script&gt;"),
        ("layer=" + "x" * 5000, "…’"),
    ],
)
def test_a_link_to_what_is_not_there_falls_back_and_says_so(client, query, said):
    answer = client.get("/?" + query)
    assert answer.status_code == 200
    assert said in answer.get_data(as_text=True)


def test_the_embedded_state_is_json_that_cannot_end_its_script(client, toyborough):
    text = text_of(client, "/?layer=homes")
    raw = re.search(
        r'<script type="application/json" id="first-document">(.*?)</script>', text, re.DOTALL
    )[1]
    assert "<" not in raw
    assert toyborough.HOSTILE in json.loads(raw)["map"]["labels"][2]


def test_a_switch_carries_no_outline(client):
    text = client.get(f"/snapshots/{snapshot_id(client)}/map.json?layer=no2").get_data(as_text=True)
    assert "coordinates" not in text
    assert len(text) < 14_000


def test_the_scorecard_shows_values_ranks_periods_and_what_is_not_measured(client):
    text = text_of(client, "/areas/E05990001")
    table = Tables(text).table("Indicators")
    row = next(row for row in table if row and row[0].startswith("Nitrogen dioxide"))
    assert row[1].startswith("29.5")
    assert row[4].startswith("4th of 6")
    assert row[6] == "2023"
    assert "from 2021 to 2023" in text
    assert "There are no indicators for Nutrition and basic medical care" in text
    assert "where the rank may lie" in text


def test_the_catalogue_can_be_searched_and_filtered_without_script(client):
    found = Tables(text_of(client, "/layers/?q=nitrogen")).table("Layers")
    assert [row[0] for row in found[1:]] == ["Nitrogen dioxide µg/m³. Lower is better. no2"]
    assert "No layer fits" in text_of(client, "/layers/?q=unicorns")
    assert "2 of 9 layers" in text_of(client, "/layers/?theme=People+and+homes")


def test_the_page_of_a_layer_balances_its_ledger(client):
    table = Tables(text_of(client, "/layers/no2")).table("what became of every row")
    assert [row[:2] for row in table[1:3]] == [["Used", "18"], ["In the files", "18"]]


def test_the_map_form_works_without_script(client):
    text = text_of(client, "/?layer=no2&area=E05990001&sort=-value")
    assert 'option value="no2" selected' in text
    table = Tables(text).table("Nitrogen dioxide")
    values = [float(row[1]) for row in table[1:7]]
    assert values == sorted(values, reverse=True)
    assert "<noscript>" in text


@pytest.mark.parametrize(
    ("asked", "area"),
    [("abbey", "E05990001"), ("TB1 2AA", "E05990002"), ("tb12aa", "E05990002"),
     ("e05990006", "E05990006"), ("Dene", "E05990006"), ("  st   osyth", "E05990005")],
)  # fmt: skip
def test_an_area_is_found_by_name_code_beginning_or_postcode(client, asked, area):
    found = client.get(f"/snapshots/{snapshot_id(client)}/find.json", query_string={"q": asked})
    assert found.get_json()["area"] == area


@pytest.mark.parametrize(
    ("asked", "said"),
    [("", "Enter the name of a ward or a postcode"), ("Abby", "Did you mean ‘Abbey’?"),
     ("ZZ9 9ZZ", "is not a postcode of Toyborough"), ("x" * 4000, "There is no ward")],
)  # fmt: skip
def test_a_search_that_finds_nothing_says_what_to_do(client, asked, said):
    found = client.get(f"/snapshots/{snapshot_id(client)}/find.json", query_string={"q": asked})
    assert said in found.get_json()["error"]


def test_the_search_without_script_leads_to_the_area(client):
    answer = client.get("/find?q=TB1+3AA&layer=no2")
    assert answer.status_code == 303
    assert "area=E05990003" in answer.headers["Location"]


def test_the_rank_of_a_score_has_its_interval_in_table_panel_and_scorecard(client, place):
    node = place.snapshot.framework.top.id
    row = place.snapshot.score_table(node).loc["E05990001"]
    low, high = int(row["low"]), int(row["high"])
    said = f"({low} to {high})" if low != high else f"({low})"
    text = text_of(client, f"/?layer=score.{node}&area=E05990001")
    table = Tables(text).table("score")
    shown = {cells[0]: cells[2] for cells in table[1:]}
    assert shown["Abbey"] == f"{int(row['rank'])} {said}"
    assert text.count(f"of 6 {said}") >= 2
    assert f"of 6 {said}" in text_of(client, "/areas/E05990001")


def test_without_intervals_ranks_are_said_to_stand_without(client, place, monkeypatch):
    from dashboard import rendering

    monkeypatch.setitem(place.snapshot.index, "rank_note", "")
    monkeypatch.setattr(rendering, "has_intervals", lambda _: False)
    from dashboard.app import create_app

    text = create_app(place).test_client().get("/areas/").get_data(as_text=True)
    assert "Ranks stand without intervals in this snapshot" in text
