"""Nothing in a name or title becomes a formula, a link, markup or another file."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placedata.scorecard.batch import card_stem
from placedata.scorecard.safe import MOST_LETTERS, file_stem, safe_cell, safe_text
from placedata.scorecard.slides import to_pptx
from placedata.scorecard.xlsx import card_xlsx

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@given(st.text())
def test_no_text_cell_begins_like_a_formula_even_after_spaces(text):
    cell = str(safe_cell(text))
    assert not cell.lstrip().startswith(STARTS)
    assert not cell.startswith(STARTS)


def test_numbers_stay_numbers():
    assert [safe_cell(value) for value in (-3, -0.5, None)] == [-3, -0.5, None]


@given(st.text())
def test_text_holds_no_character_that_xml_cannot_carry(text):
    clean = safe_text(text)
    assert not [c for c in clean if ord(c) < 32 and c not in "\t\n\r"]
    assert not [c for c in clean if 0xD800 <= ord(c) <= 0xDFFF]


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Cŵn a Môr", "cwn-a-mor"),
        ("St Mary's, Lower Marsh", "st-mary-s-lower-marsh"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "x-con"),
        ("lpt1", "x-lpt1"),
        ("con.txt", "con-txt"),
        ("東京", "x-"),
        ("", "x-"),
        ("trailing. ", "trailing"),
    ],
)
def test_file_names_are_plain_and_allowed_on_windows(name, stem):
    assert file_stem(name) == stem


@given(st.text())
def test_file_names_are_short_and_of_plain_letters(name):
    stem = file_stem(name)
    assert 0 < len(stem) <= MOST_LETTERS + 2
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_the_name_of_a_card_begins_with_its_code():
    assert card_stem("E05990003", "<b>Castle</b>") == "E05990003-b-castle-b"
    assert card_stem("../x", "y") == "x-y"


def test_a_title_that_is_a_formula_is_text_in_workbooks_and_csv(cards):
    card = cards["E05990001"]
    book = openpyxl.load_workbook(io.BytesIO(card_xlsx(card)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    titles = {cell.value for cell in cells}
    assert "=cmd|' /C calc'!A1" in titles
    # no link is made of text, only of the sheets' names in the list of contents
    assert {cell.hyperlink.target for cell in cells if cell.hyperlink} <= {None}
    rows = list(csv.reader(io.StringIO(card.to_csv())))
    assert "'=cmd|' /C calc'!A1" in {row[4] for row in rows}


def test_a_suppressed_count_is_in_no_format(cards, documents, snapshot_of_cards, all_files):
    """Abbey has 2 people with the illness: fewer than may be told."""
    ill = next(item for item in documents["E05990001"]["context"] if item["layer"] == "ill")
    assert (ill["value"], ill["numerator"], ill["low"], ill["status"]) == (
        None, None, None, "suppressed",
    )  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(card_xlsx(cards["E05990001"])))
    row = next(row for row in book["Indicators"].iter_rows(values_only=True) if "ill" in row)
    assert not [cell for cell in row if isinstance(cell, (int, float)) and cell in {2, 5}]
    deck = zipfile.ZipFile(io.BytesIO(to_pptx(cards["E05990001"], snapshot_of_cards)))
    slides = b"".join(deck.read(name) for name in deck.namelist() if name.endswith(".xml"))
    assert b"rare illness" not in slides
    features = json.loads(all_files["geojson"].read_text("utf-8"))["features"]
    told = features[0]["properties"]
    assert (told["ill"], told["ill_status"]) == (None, "suppressed")
