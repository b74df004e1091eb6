"""The page of an area shows what its card holds: sentences, intervals, quality, traces, changes."""

import html
import json
import re

import pytest


def words(client, address):
    """Return what a person reads of a page."""
    text = client.get(address).get_data(as_text=True)
    bare = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", "", text, flags=re.DOTALL)
    return " ".join(html.unescape(bare).split())


@pytest.fixture
def document(client):
    def read(code):
        return json.loads(client.get(f"/download/areas/{code}.json").get_data())

    return read


@pytest.mark.parametrize("code", ["E05990001", "E05990003", "E05990005"])
def test_the_page_says_every_sentence_of_the_card_that_it_lets_one_download(client, document, code):
    page, card = words(client, f"/areas/{code}"), document(code)
    lines = [line["text"] for line in card["sentences"] if line["topic"] not in {
        "strength", "weakness", "sensors"}]  # fmt: skip
    assert lines
    for line in lines:
        assert " ".join(line.split()) in page
    for item in (*card["strengths"], *card["weaknesses"]):
        assert item["why"] in page
    assert card["hash"] in page
    assert card["reproduce"] in page


def test_every_figure_leads_to_its_trace(client, document):
    text = client.get("/areas/E05990001").get_data(as_text=True)
    for figure in (*document("E05990001")["figures"], *document("E05990001")["context"]):
        period = figure["period"]
        link = f'href="/trace/{figure["layer"]}/E05990001?period={period}"'
        assert link in text
        assert client.get(f"/trace/{figure['layer']}/E05990001?period={period}").status_code == 200


def test_a_hidden_count_is_not_on_the_page_in_any_form(client, toyborough):
    card = json.loads(client.get("/download/areas/E05990004.json").get_data())
    carers = next(item for item in card["context"] if item["layer"] == "carers")
    assert carers["status"] == "suppressed"
    for field in ("value", "numerator", "error", "low", "high", "rank", "error_sampling"):
        assert carers[field] is None
    text = client.get("/areas/E05990004").get_data(as_text=True)
    row = re.search(r"Young carers</a>.*?</tr>", text, re.DOTALL)
    assert "[c]" in row[0]
    assert toyborough.FIGURES["carers"]["2021"][3] == 2  # what nobody may read there


def test_a_place_without_peers_or_an_earlier_edition_says_so(client):
    page = words(client, "/areas/E05990001")
    assert "No peers are shown: the place file names no layers to find them by." in page
    assert "This is the first edition that is kept" in page


def test_the_page_of_a_larger_area_has_the_same_parts(boroughs):
    page = words(boroughs.test_client(), "/areas/E09990001")
    for title in ("In short", "Where it stands out", "What has changed", "Notes"):
        assert title in page
