"""Workbooks follow the good practice of the Government Analysis Function."""

from __future__ import annotations

import io

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from placedata.scorecard import make_comparison
from placedata.scorecard.xlsx import card_xlsx, plain


@pytest.fixture(scope="module")
def book(all_files):
    return openpyxl.load_workbook(all_files["xlsx"])


def texts(sheet):
    return [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell]


def test_cover_contents_and_notes_come_first(book):
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Areas", "Columns", "Traces"]
    cover = " ".join(texts(book["Cover"]))
    assert "Toytown: all areas" in cover
    assert "This place is fictional" in cover
    assert "Share-alike (Open Database Licence 1.0): People with a rare illness." in cover
    assert {"Areas", "Columns", "Traces"} <= set(texts(book["Contents"]))


def test_each_sheet_after_the_cover_has_one_marked_table(book):
    for name in book.sheetnames[1:]:
        assert len(book[name].tables) == 1, name


def test_the_shorthand_is_declared_on_every_sheet_that_may_use_it(book):
    for name in ("Areas", "Columns", "Traces"):
        said = " ".join(str(text) for text in texts(book[name])[:8])
        assert "[c] confidential" in said
        assert "[x] not available" in said


def test_areas_have_gss_codes_figures_as_numbers_and_gaps_as_shorthand(book, snapshot_of_cards):
    rows = [list(row) for row in book["Areas"].iter_rows(values_only=True)]
    head = next(at for at, row in enumerate(rows) if row[0] == "Area code")
    ill = rows[head].index("People with a rare illness (people, 2021)")
    assert [row[0] for row in rows[head + 1 :]] == list(snapshot_of_cards.areas.index)
    assert [row[ill] for row in rows[head + 1 :]] == ["[c]", "[c]", 90, "[x]"]


def test_every_figure_has_a_trace_reference(all_files, snapshot_of_cards):
    sheet = CalamineWorkbook.from_path(all_files["xlsx"]).get_sheet_by_name("Traces").to_python()
    head = next(row for row in sheet if row[0] == "Area code")
    at = head.index("Change in rents (%, 2021)")
    row = next(row for row in sheet if row[0] == "E05990001")
    assert row[at] == f"{snapshot_of_cards.id}/trend/E05990001/2021"


def test_a_card_has_its_sentences_scores_indicators_and_history(cards):
    opened = openpyxl.load_workbook(io.BytesIO(card_xlsx(cards["E05990001"])))
    assert opened.sheetnames == [
        "Cover", "Contents", "Notes", "Summary", "Scores", "Indicators", "History",
    ]  # fmt: skip
    said = texts(opened["Summary"])
    assert {sentence.text for sentence in cards["E05990001"].sentences} <= set(said)
    assert cards["E05990001"].hash in " ".join(texts(opened["Cover"]))


def test_a_comparison_is_one_workbook_with_all_its_areas(snapshot_of_cards):
    compared = make_comparison(snapshot_of_cards, ["E05990001", "E05990003"])
    opened = openpyxl.load_workbook(io.BytesIO(card_xlsx(compared)))
    codes = {row[0] for row in opened["Indicators"].iter_rows(values_only=True)}
    assert {"E05990001", "E05990003"} <= codes


def test_the_same_card_makes_the_same_bytes(cards):
    assert card_xlsx(cards["E05990001"]) == card_xlsx(cards["E05990001"])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("[a](http://b.example)", "[a] (http://b.example)"),
        ("$$note$$", "$ $note$ $"),
        ("Abbey", "Abbey"),
    ],
)
def test_text_is_no_link_and_no_note_to_gptables(text, kept):
    assert plain(text) == kept
