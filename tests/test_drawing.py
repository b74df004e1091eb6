"""The markup of pictures."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from placedata import drawing


def test_text_that_looks_like_markup_stays_text():
    made = drawing.text(1, 2, '<img src=x onerror="a">&\'', data_x="\"'<>&")
    node = ET.fromstring(made)
    assert node.text == '<img src=x onerror="a">&\''
    assert node.attrib["data-x"] == "\"'<>&"
    assert len(node) == 0


def test_characters_that_xml_cannot_carry_are_replaced():
    assert ET.fromstring(drawing.text(0, 0, "a\x00b\x1bc")).text == "a\ufffdb\ufffdc"


def test_coordinates_take_one_decimal_at_most():
    assert [drawing.number(x) for x in (1.0, 1.25, -0.01, 10.06)] == ["1", "1.2", "0", "10.1"]


def test_long_words_are_wrapped_then_cut_with_an_ellipsis():
    words = "Eastbrook and Rush Green with the Marshes of St Mary"
    lines = drawing.wrap(words, 13, 120, lines=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(drawing.text_width(line, 13) <= 120 for line in lines)
    assert drawing.wrap(words, 13, 10_000) == [words]


def test_a_picture_names_and_describes_itself():
    root = ET.fromstring(drawing.picture((10, 20), "T & T", "D < D", "", key="k"))
    ns = {"s": "http://www.w3.org/2000/svg"}
    assert root.attrib["viewBox"] == "0 0 10 20"
    assert root.attrib["role"] == "img"
    assert root.find("s:title", ns).text == "T & T"
    assert root.find("s:desc", ns).text == "D < D"
    assert root.find("s:title", ns).attrib["id"] == root.attrib["aria-labelledby"]


def test_ids_differ_for_different_pictures_and_stay_for_the_same():
    assert drawing.identifier("a", 1) == drawing.identifier("a", 1)
    assert drawing.identifier("a", 1) != drawing.identifier("a", 2)
    assert drawing.identifier("a", "bc") != drawing.identifier("ab", "c")


def test_lines_of_a_map_in_metres_are_as_wide_in_a_png_as_in_a_browser():
    import io

    import numpy as np

    image = pytest.importorskip("PIL.Image")
    pytest.importorskip("typst")
    from placedata.scorecard.pdf import png

    # a line 4 units wide at 5 of 100: in a map of metres, 20 times smaller
    line = drawing.element(
        "path", d="M0 0h2000", stroke="#000000", stroke_width=4, vector_effect="non-scaling-stroke"
    )
    body = drawing.element("g", line, transform="translate(0 50) scale(0.05 -0.05)")
    made = drawing.picture((100, 100), "Line", "A line", body, key="pd-x")
    pixels = np.asarray(image.open(io.BytesIO(png(made, dots_per_inch=144))).convert("L"))
    dark = (pixels[:, pixels.shape[1] // 2] < 128).sum()
    assert abs(dark / pixels.shape[0] - 0.04) < 0.01
