"""Every format is read back by another program, and each of its numbers is that of the JSON."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import shutil
import subprocess
from html.parser import HTMLParser

import openpyxl
import pyogrio
import pytest
from pptx import Presentation
from pyarrow import parquet
from python_calamine import CalamineWorkbook

from placedata.scorecard.pdf import to_pdf
from placedata.scorecard.slides import to_pptx
from placedata.scorecard.xlsx import card_xlsx

SHOWN_2019 = ["[x]", "[x]", "[c]", "0.5"]
AREAS = ["E05990001", "E05990002", "E05990003", "E05990004"]
SIGNS = {"suppressed": "[c]", "missing": "[x]"}
#: Column of the rows -> field of a figure and of a node in the JSON.
FIGURE = {
    "rank": "rank", "rank_low": "rank_low", "rank_high": "rank_high", "of": "of",
    "score": "score", "place_value": "place", "peer_value": "peers", "coverage": "coverage",
    "comparator_value": "comparator", "standard_error": "error", "value_low": "low",
    "value_high": "high",
}  # fmt: skip
NODE = {
    "rank": "rank", "rank_low": "low", "rank_high": "high", "of": "of", "score": "score",
    "place_value": "place_mean", "peer_value": "peer_mean", "coverage": "coverage",
}  # fmt: skip


def figures_of(document):
    return {item["layer"]: item for item in (*document["figures"], *document["context"])}


def same(cell, expected, empty):
    """Whether a cell holds the number, to the 16 digits that spreadsheets write; or says none."""
    if cell in {empty, "", None}:
        return expected is None
    return math.isclose(float(cell), expected, rel_tol=1e-15)


def expect_rows(rows, document, empty):
    """Rows of scores and figures hold each number of the JSON, and no other."""
    nodes = {item["id"]: item for item in document["nodes"]}
    figures = figures_of(document)
    seen = set()
    for row in rows:
        seen.add((row["kind"], row["id"]))
        if row["kind"] == "history":
            expected = dict(figures[row["id"]]["trend"])[row["period"]]
            sign = "[c]" if row["period"] in figures[row["id"]]["hidden_periods"] else "[x]"
            assert row["value"] == sign if expected is None else same(row["value"], expected, "")
            continue
        figure = row["kind"] in {"indicator", "context"}
        item, fields = (figures[row["id"]], FIGURE) if figure else (nodes[row["id"]], NODE)
        value, sign = (item["value"], item["status"]) if figure else (item["score"], "missing")
        assert row["value"] == SIGNS[sign] if value is None else same(row["value"], value, empty)
        for column, name in fields.items():
            if column in row:
                assert same(row[column], item[name], empty), (row["id"], column, row[column])
    assert len(seen) >= len(nodes) + len(figures)


@pytest.mark.parametrize("area", AREAS)
def test_csv_holds_the_numbers_of_the_json_to_the_last_digit(cards, documents, area):
    rows = list(csv.DictReader(io.StringIO(cards[area].to_csv())))
    expect_rows(rows, documents[area], "")
    history = {(row["id"], row["period"]): row for row in rows if row["kind"] == "history"}
    assert float(history["trend", "2018"]["value"]) == 1.5 * int(area[-1])
    # for 2019 the publisher has nothing in two wards, and withholds what it has in the third
    assert history["trend", "2019"]["value"] == dict(zip(AREAS, SHOWN_2019, strict=True))[area]


SHEETS = {"Scores": None, "Indicators": None, "History": "history"}
HEADS = {
    "Id": "id", "Level": "kind", "Period": "period", "Score, 0 to 100": "score", "Value": "value",
    "Rank": "rank", "Rank at best": "rank_low", "Rank at worst": "rank_high",
    "Ranked among": "of", "Areas with a figure": "of", "Mean of all areas": "place_value",
    "Whole place": "place_value", "Mean of peers": "peer_value", "Wider area": "comparator_value",
    "Observed share": "coverage", "Standard error": "standard_error",
    "Value at least": "value_low", "Value at most": "value_high", "Component": "component",
}  # fmt: skip


def sheet_rows(table, name):
    """The rows under the header of a sheet, which stands below title and notes."""
    at = next(i for i, row in enumerate(table) if "Area code" in [str(cell) for cell in row])
    heads = [HEADS.get(str(cell).split("\n")[0], str(cell)) for cell in table[at]]
    rows = [dict(zip(heads, row, strict=True)) for row in table[at + 1 :]]
    for row in rows:
        kind = "indicator" if name == "Indicators" else "history"
        row.setdefault("kind", kind)
        if name == "Scores":
            row["value"] = row.pop("score")
    return rows


@pytest.mark.parametrize("area", AREAS)
def test_xlsx_read_by_two_libraries_holds_the_numbers_of_the_json(cards, documents, area):
    data = card_xlsx(cards[area])
    book = openpyxl.load_workbook(io.BytesIO(data))
    other = CalamineWorkbook.from_filelike(io.BytesIO(data))
    one, two = [], []
    for name in SHEETS:
        one += sheet_rows([list(row) for row in book[name].iter_rows(values_only=True)], name)
        two += sheet_rows(other.get_sheet_by_name(name).to_python(), name)
    for rows in (one, two):
        expect_rows(rows, documents[area], "[z]")


def test_tables_of_all_areas_hold_the_numbers_of_each_card(documents, all_files):
    with all_files["csv"].open(encoding="utf-8") as file:
        wide = {row["area_code"]: row for row in csv.DictReader(file)}
    features = json.loads(all_files["geojson"].read_text("utf-8"))["features"]
    flat = {
        "geojson": {feature["id"]: feature["properties"] for feature in features},
        "gpkg": pyogrio.read_dataframe(all_files["gpkg"], layer="wards")
        .set_index("area_code").to_dict("index"),
        "parquet": {row["area_code"]: row for row in
                    parquet.read_table(all_files["parquet"]).to_pylist()},
    }  # fmt: skip
    titles = {"people": "People (people, 2021)", "trend": "Change in rents (%, 2021)",
              "ill": "People with a rare illness (people, 2021)"}  # fmt: skip
    for area, document in documents.items():
        for layer, item in figures_of(document).items():
            for kind, rows in flat.items():
                found = rows[area][layer]
                nothing = found is None or math.isnan(found)
                assert nothing if item["value"] is None else found == item["value"], (kind, layer)
                assert rows[area][f"{layer}_status"] == item["status"]
            if layer in titles:
                cell, sign = wide[area][titles[layer]], SIGNS.get(item["status"])
                assert cell == sign if item["value"] is None else float(cell) == item["value"]
        top = document["nodes"][0]
        for rows in flat.values():
            assert rows[area][f"score_{top['id']}"] == top["score"]


def test_the_workbook_of_all_areas_holds_the_numbers_of_each_card(documents, all_files):
    sheet = openpyxl.load_workbook(all_files["xlsx"])["Areas"]
    rows = sheet_rows([list(row) for row in sheet.iter_rows(values_only=True)], "Areas")
    assert [row["Area code"] for row in rows] == AREAS
    for row in rows:
        figures = figures_of(documents[row["Area code"]])
        assert row["People (people, 2021)"] == figures["people"]["value"]
        trend = figures["trend"]
        shown = row["Change in rents (%, 2021)"]
        assert shown == ("[x]" if trend["value"] is None else trend["value"])


@pytest.mark.parametrize("area", AREAS)
def test_slides_hold_the_numbers_of_the_json_in_their_native_charts(
    cards, documents, snapshot_of_cards, area
):
    deck = Presentation(io.BytesIO(to_pptx(cards[area], snapshot_of_cards)))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    nodes = [n for n in documents[area]["nodes"] if n["level"] == "component" and n["score"]]
    own, mean = (list(series.values) for series in charts[0].plots[0].series)
    assert own == pytest.approx([node["score"] for node in nodes], rel=1e-15)
    assert mean == pytest.approx([node["place_mean"] for node in nodes], rel=1e-15)
    data = charts[0].part.chart_workbook.xlsx_part.blob
    rows = list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))
    assert [row[1] for row in rows[1:]] == pytest.approx(own, rel=1e-15)
    score = documents[area]["nodes"][0]["score"]
    assert f"scores {score:.1f} of 100" in deck.slides[0].shapes.title.text


def written(value, decimals):
    """A number as people read it, done here by hand."""
    text = f"{abs(value):,.{decimals}f}"
    return f"−{text}" if value < 0 and float(text.replace(",", "")) else text


class Cells(HTMLParser):
    """The cells of each table row as text."""

    def __init__(self):
        super().__init__()
        self.rows, self.open = [], False

    def handle_starttag(self, tag, _attributes):
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self.open = True

    def handle_endtag(self, tag):
        self.open = self.open and tag not in {"td", "th"}

    def handle_data(self, data):
        if self.open:
            self.rows[-1][-1] += data


@pytest.mark.parametrize("area", AREAS)
def test_html_shows_the_numbers_of_the_json_with_the_decimals_of_their_layer(
    cards, documents, snapshot_of_cards, area
):
    page = Cells()
    page.feed(cards[area].to_html(snapshot_of_cards))
    rows = {" ".join(row[0].split()): row for row in page.rows if len(row) > 2}
    for figure in figures_of(documents[area]).values():
        row = next(row for title, row in rows.items() if title.startswith(figure["title"]))
        if figure["value"] is None:
            assert SIGNS[figure["status"]] in row[1]
        else:
            assert written(figure["value"], figure["decimals"]) in row[1]
            assert written(figure["place"], figure["decimals"]) in " ".join(row[2:])


NUMBER = re.compile(r"−?\d[\d,]*(?:\.\d+)?")


def numbers_in(told):
    """Every number that a JSON document holds, written with none to four decimals, and in texts."""
    if isinstance(told, dict):
        return set().union(*map(numbers_in, told.values()))
    if isinstance(told, list):
        return set().union(*map(numbers_in, told))
    if isinstance(told, str):
        return set(NUMBER.findall(told.replace("-", "−"))) | set(NUMBER.findall(told))
    if isinstance(told, (int, float)) and not isinstance(told, bool):
        shares = {f"{100 * told:.0f}"} if 0 <= told <= 1 else set()
        return {written(told, decimals) for decimals in range(5)} | shares
    return set()


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext on this machine")
@pytest.mark.parametrize("area", AREAS)
def test_pdf_shows_the_numbers_of_the_json_and_no_other(
    cards, documents, snapshot_of_cards, tmp_path, area
):
    path = tmp_path / "card.pdf"
    path.write_bytes(to_pdf(cards[area], snapshot_of_cards))
    read = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    text = read.stdout.decode().replace("\u00a0", " ")
    lines = text.splitlines()
    people = next(line for line in lines if re.match(r"\s*People\s{3,}", line))
    assert written(figures_of(documents[area])["people"]["value"], 1).removesuffix(".0") in people
    for figure in figures_of(documents[area]).values():
        shown = SIGNS.get(figure["status"]) or written(figure["value"], figure["decimals"])
        assert shown in text, figure["layer"]
    top = documents[area]["nodes"][0]
    assert re.search(rf"{top['title']}[^\d\n]*\s{top['score']:.1f}\s", text)
    known = {*numbers_in(documents[area]), "2025"}  # wd25: wards of 2025
    text = text.replace(cards[area].hash, "")
    unknown = {item for item in NUMBER.findall(text) if item.strip(",") not in known}
    # page numbers, counts of indicators in a component, numbers of sources, ends of a scale
    assert {item for item in unknown if "." in item or float(item.replace(",", "")) > 100} == set()
