"""Every format of a scorecard shows the same numbers, and none lets a name become code."""

import csv
import io
import json
import re
from html.parser import HTMLParser

import openpyxl
import pytest

from placedata.scorecard import make_scorecard
from placedata.scorecard.columns import columns
from placedata.scorecard.geojson import areas_geojson
from placedata.scorecard.table import csv_table
from placedata.scorecard.xlsx import all_areas_xlsx

SCORE = """\
title: Score
unit: points
decimals: 1
polarity: lower_is_better
component: {component}
apportion: weighted_mean
weighted_by: people
source: {{loader: table, file: data/small_areas.csv}}
value: {column}
period: {period}
"""
CASES = """\
title: "=cmd|' /C calc'!A1"
description: "<img src=x onerror=alert(1)>"
unit: per 1,000 people
decimals: 0
polarity: lower_is_better
component: personal_safety
statistic: sum
source: {loader: table, file: data/small_areas.csv}
value: {numerator: cases, denominator: people, per: 1000}
period: 2021
"""
ILL = """\
title: People with a rare illness
unit: people
polarity: neutral
statistic: sum
source: {loader: table, file: data/ill.csv}
value: ill
period: 2021
"""


@pytest.fixture(scope="module")
def snapshot(new_toy_place, tmp_path_factory):
    toy_place = new_toy_place(tmp_path_factory.mktemp("formats") / "toytown")
    toy_place.layer("score", SCORE.format(component="shelter", column="score", period=2019))
    toy_place.layer("cases", CASES)
    toy_place.write(
        "data/ill.csv", "WD25CD,ill\nE05990001,2\nE05990002,3\nE05990003,90\nE05990004,\n"
    )
    toy_place.layer("ill", ILL)
    return toy_place.open().build().snapshot


def test_a_scorecard_holds_the_numbers_done_by_hand(snapshot):
    card = make_scorecard(snapshot, "E05990001")
    figures = {figure.layer: figure for figure in (*card.figures, *card.context)}
    assert figures["score"].value == pytest.approx(10)
    assert (figures["score"].rank, figures["score"].of) == (1, 4)
    assert figures["cases"].value == pytest.approx(100)
    assert (figures["cases"].rank, figures["cases"].of) == (3, 4)
    assert figures["people"].value == pytest.approx(300)
    assert figures["people"].rank is None
    assert (figures["ill"].value, figures["ill"].status, figures["ill"].shorthand) == (
        None,
        "suppressed",
        "[c]",
    )
    assert card.periods == ("2019", "2021")
    assert "from 2019 to 2021" in card.warning
    assert card.fictional


def test_components_without_an_indicator_are_there_and_have_no_score(snapshot):
    card = make_scorecard(snapshot, "E05990001")
    components = [node for node in card.nodes if node.level == "component"]
    assert len(components) == 12
    assert sum(node.indicators == 0 for node in components) == 10
    assert all(node.score is None for node in components if node.indicators == 0)


def test_csv_and_json_hold_the_same_numbers(snapshot):
    for area in snapshot.areas.index:
        card = make_scorecard(snapshot, area)
        document = json.loads(card.to_json())
        rows = {row["id"]: row for row in csv.DictReader(io.StringIO(card.to_csv()))}
        for figure in (*document["figures"], *document["context"]):
            row = rows[figure["layer"]]
            if figure["value"] is None:
                assert row["value"] == {"suppressed": "[c]", "missing": "[x]"}[figure["status"]]
            else:
                assert float(row["value"]) == pytest.approx(figure["value"], rel=1e-12)
            assert row["rank"] == ("" if figure["rank"] is None else str(figure["rank"]))
        for node in document["nodes"]:
            shown = rows[node["id"]]["value"]
            assert (
                (shown == "[x]")
                if node["score"] is None
                else float(shown) == pytest.approx(node["score"])
            )


class Page(HTMLParser):
    """Gathers what a reader sees and what a browser would do."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.rows, self.text = [], [], [], ""
        self._cell = None

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self._cell = ""

    def handle_endtag(self, tag):
        if tag in {"td", "th"} and self._cell is not None:
            self.rows[-1].append(" ".join(self._cell.split()))
            self._cell = None

    def handle_data(self, data):
        self.text += data
        if self._cell is not None:
            self._cell += data


def page_of(snapshot, area):
    page = Page()
    page.feed(make_scorecard(snapshot, area).to_html(snapshot))
    return page


def test_html_shows_the_numbers_of_the_json_as_it_rounds_them(snapshot):
    page = page_of(snapshot, "E05990003")
    rows = {row[0]: row for row in page.rows if row}
    score = next(row for title, row in rows.items() if title.startswith("Score points"))
    assert score[1].replace("\xa0", " ").startswith("30.0 points")
    assert score[2].startswith("16.7")
    people = next(row for title, row in rows.items() if title.startswith("People "))
    assert people[1].startswith("100")
    ill = next(row for title, row in rows.items() if title.startswith("People with a rare"))
    assert ill[1].startswith("90")


def test_html_needs_nothing_from_elsewhere(snapshot):
    page = page_of(snapshot, "E05990001")
    assert not {"script", "link", "iframe", "object", "embed"} & set(page.tags)
    fetched = [
        (tag, name, value)
        for tag, name, value in page.attributes
        if name in {"src", "href", "srcset", "action"}
    ]
    assert [item for item in fetched if not item[2].startswith("#")] == []
    text = make_scorecard(snapshot, "E05990001").to_html(snapshot)
    assert not re.search(r"url\((?!#)|@import", text)


def test_names_and_titles_never_become_markup(snapshot):
    page = page_of(snapshot, "E05990003")
    assert "b" not in page.tags[: page.tags.index("h1") + 2]
    assert "<b>Castle</b>" in page.text
    assert "img" not in page.tags
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]


def test_suppressed_counts_are_in_no_format(snapshot):
    card = make_scorecard(snapshot, "E05990001")
    table = csv_table(snapshot, columns(snapshot))
    rows = csv.DictReader(io.StringIO(table))
    shown = {row["People with a rare illness (people, 2021)"] for row in rows}
    assert shown == {"[c]", "90.0", "[x]"}
    figure = next(item for item in json.loads(card.to_json())["context"] if item["layer"] == "ill")
    assert figure["value"] is None
    assert [value for _, value in figure["trend"]] == [None]
    features = json.loads(areas_geojson(snapshot, columns(snapshot)))["features"]
    assert [feature["properties"]["ill"] for feature in features] == [None, None, 90, None]


def test_no_cell_of_any_table_is_a_formula(snapshot):
    rows = list(csv.reader(io.StringIO(csv_table(snapshot, columns(snapshot)))))
    card = list(csv.reader(io.StringIO(make_scorecard(snapshot, "E05990001").to_csv())))
    assert not [cell for row in (*rows, *card) for cell in row if cell[:1] in "=+@\t\r" and cell]
    book = openpyxl.load_workbook(io.BytesIO(all_areas_xlsx(snapshot, columns(snapshot))))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_what_stands_out_is_told_with_its_figure_and_rank(toy_place):
    rows = "".join(f"E0599000{n},{value}\n" for n, value in ((1, 10), (2, 50), (3, 50), (4, 51)))
    toy_place.write("data/crime.csv", "WD25CD,rate\n" + rows)
    toy_place.layer(
        "burglary",
        "title: Burglary\nunit: per 1,000 homes\ndecimals: 0\npolarity: lower_is_better\n"
        "component: personal_safety\nsource: {loader: table, file: data/crime.csv}\n"
        "value: rate\nperiod: 2021\n",
    )
    card = make_scorecard(toy_place.open().build().snapshot, "E05990001")
    assert card.strengths[-1].text == "Burglary: 10\xa0per 1,000 homes, 1st of 4"
    assert card.strengths[0].text.startswith("Personal safety: ")
    assert card.weaknesses == ()
