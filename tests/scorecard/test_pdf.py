"""The PDF is tagged, says what its pictures show, and takes nothing in its data for markup."""

from __future__ import annotations

import io
import shutil
import subprocess

import pikepdf
import pytest

from placedata.errors import PlaceDataError
from placedata.scorecard import make_comparison, make_place_card
from placedata.scorecard.document import card_document
from placedata.scorecard.pdf import pictures, to_pdf, typeset

AREA = "E05990003"
needs_poppler = pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="no pdfinfo here")


@pytest.fixture(scope="module")
def card_pdf(cards, snapshot_of_cards):
    return to_pdf(cards[AREA], snapshot_of_cards)


@pytest.fixture(scope="module")
def opened(card_pdf):
    with pikepdf.open(io.BytesIO(card_pdf)) as document:
        yield document


def elements(node):
    """Every element of the structure tree below a node."""
    below = node.get("/K", [])
    for child in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from elements(child)


def test_it_declares_pdf_ua_title_language_and_is_tagged(opened):
    root = opened.Root
    assert bool(root.MarkInfo.Marked)
    assert str(root.Lang) == "en-GB"
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    with opened.open_metadata() as told:
        assert told["pdfuaid:part"] == "1"
        assert told["dc:title"] == "<b>Castle</b>: ward scorecard, Toytown"


def test_its_structure_has_headings_tables_with_header_cells_and_figures_with_words(opened):
    found = list(elements(opened.Root.StructTreeRoot))
    kinds = [str(item.S).lstrip("/") for item in found]
    assert kinds.count("H1") == 1
    assert {"H2", "Table", "THead", "TBody", "TH", "TD", "L", "LI", "Figure"} <= set(kinds)
    figures = [item for item in found if str(item.S) == "/Figure"]
    told = [str(item.get("/Alt", "")) for item in figures]
    assert "" not in told
    assert any("<b>Castle</b> is in the north-west of 4 areas" in words for words in told)
    tables = [item for item in found if str(item.S) == "/Table"]
    for table in tables:
        assert any(str(item.S) == "/TH" for item in elements(table))


def test_cells_of_a_table_name_the_header_of_their_group(opened):
    tables = [item for item in elements(opened.Root.StructTreeRoot) if str(item.S) == "/Table"]
    heads, cells = {}, []
    for table in tables:
        for item in elements(table):
            given = item.get("/A", {})
            given = list(given) if isinstance(given, pikepdf.Array) else [given]
            if str(item.S) == "/TH" and "/ID" in item:
                assert any(str(one.get("/Scope")) == "/Column" for one in given)
                span = max(int(one.get("/ColSpan", 1)) for one in given)
                heads[bytes(item["/ID"])] = span
            if str(item.S) == "/TD":
                cells.append([bytes(name) for one in given for name in one.get("/Headers", [])])
    groups = {name for name, span in heads.items() if span > 4}
    assert len(groups) >= 3  # components with an indicator
    assert sum(bool(groups & set(names)) for names in cells) > 10
    assert {name for names in cells for name in names} <= set(heads)


@needs_poppler
def test_pdfinfo_reads_the_same_structure(card_pdf, tmp_path):
    path = tmp_path / "card.pdf"
    path.write_bytes(card_pdf)
    said = subprocess.run(["pdfinfo", "-struct", path], capture_output=True, check=True)
    tree = said.stdout.decode(errors="replace")
    assert {"H1", "Table", "TH", "Figure"} <= set(tree.replace(":", " ").split())
    info = subprocess.run(["pdfinfo", path], capture_output=True, check=True).stdout.decode()
    assert "Tagged:          yes" in info
    assert "A4" in info


def test_fonts_are_embedded(opened):
    for page in opened.pages:
        for font in page.Resources.Font.values():
            below = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(below.FontDescriptor.keys())


def test_the_same_card_makes_the_same_bytes(cards, snapshot_of_cards, card_pdf):
    assert to_pdf(cards[AREA], snapshot_of_cards) == card_pdf


@needs_poppler
def test_markup_of_the_typesetter_in_data_stays_text(card_pdf, tmp_path):
    path = tmp_path / "card.pdf"
    path.write_bytes(card_pdf)
    read = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True)
    text = "".join(read.stdout.decode().split())  # lines may break anywhere
    assert '#read("/etc/passwd")*bold*$x$@ref[a](http://b.example)$$note$$' in text
    assert "root:" not in text
    assert "<b>Castle</b>" in text


def test_a_picture_without_words_is_refused_with_where_it_stands(cards, snapshot_of_cards):
    document = card_document(cards[AREA], snapshot_of_cards)
    assert len(list(pictures(document))) >= 2  # the locator map and a trend
    document["locator"] = {**document["locator"], "alt": " "}
    with pytest.raises(PlaceDataError, match="a picture without alternative text") as refused:
        typeset(document, snapshot_of_cards.published)
    assert refused.value.problems[0].field == "locator"


def test_typst_itself_refuses_what_pdf_ua_does_not_allow(cards, snapshot_of_cards):
    document = card_document(cards[AREA], snapshot_of_cards) | {"title": ""}
    with pytest.raises(PlaceDataError, match="the PDF of <b>Castle</b> cannot be made"):
        typeset(document, snapshot_of_cards.published)


def test_control_characters_are_replaced(cards, snapshot_of_cards):
    document = card_document(cards[AREA], snapshot_of_cards) | {"name": "Bell\x07 \u202e\ud800end"}
    data = typeset(document, snapshot_of_cards.published)
    assert data.startswith(b"%PDF-")


def test_comparisons_and_the_whole_place_are_documents_too(snapshot_of_cards):
    compared = make_comparison(snapshot_of_cards, ["E05990001", "E05990004"])
    for card in (compared, make_place_card(snapshot_of_cards)):
        with pikepdf.open(io.BytesIO(to_pdf(card, snapshot_of_cards))) as document:
            assert 1 <= len(document.pages) <= 4
            kinds = {str(item.S) for item in elements(document.Root.StructTreeRoot)}
            assert {"/H1", "/Table"} <= kinds
