"""The deck is three slides that a screen reader can follow, with charts that can be opened."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from pptx import Presentation

from placedata.scorecard.slides import to_pptx


@pytest.fixture(scope="module")
def data(cards, snapshot_of_cards):
    return to_pptx(cards["E05990003"], snapshot_of_cards)


@pytest.fixture(scope="module")
def slides(data):
    return list(Presentation(io.BytesIO(data)).slides)


def described(shape):
    return shape._element._nvXxPr.cNvPr.get("descr")


def test_there_are_three_slides_with_a_title_each_read_first(slides):
    assert len(slides) == 3
    for slide in slides:
        assert slide.shapes[0] == slide.shapes.title
        assert "snapshot v000001" in slide.shapes[-1].text_frame.text  # the source is read last
        assert "<b>Castle</b>" in slide.shapes.title.text
        assert slide.notes_slide.notes_text_frame.text


def test_every_picture_and_chart_is_told_in_words_from_its_data(slides, documents):
    shapes = [shape for slide in slides for shape in slide.shapes]
    pictures = [shape for shape in shapes if (shape.shape_type is not None and shape.has_chart)
                or shape.shape_type == 13]  # fmt: skip
    assert len(pictures) >= 3
    assert all(described(shape) for shape in pictures)
    chart = next(shape for shape in shapes if shape.has_chart)
    node = next(n for n in documents["E05990003"]["nodes"] if n["title"] == "Shelter")
    told = f"Shelter {node['score']:.1f} (mean of wards {node['place_mean']:.1f})"
    assert told in described(chart)


def test_charts_are_native_with_their_data_inside(slides):
    charts = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) == 2
    for chart in charts:
        book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        kinds = {cell.data_type for row in book.active.iter_rows() for cell in row}
        assert "f" not in kinds
        assert all(0 <= value <= 100 for value in chart.plots[0].series[0].values)


def test_the_snapshot_and_the_licences_are_on_every_slide(slides, snapshot_of_cards):
    for slide in slides:
        texts = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert snapshot_of_cards.id in texts
        assert "Toytown is fictional" in texts
        assert "CC0 1.0" in slide.notes_slide.notes_text_frame.text


def test_nothing_in_the_file_leads_elsewhere(data):
    archive = zipfile.ZipFile(io.BytesIO(data))
    for name in archive.namelist():
        if name.endswith(".rels"):
            assert b'TargetMode="External"' not in archive.read(name)
