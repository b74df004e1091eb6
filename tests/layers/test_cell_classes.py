"""Cells whose values are names: colours, shares and what covers most of an area."""

from __future__ import annotations

import numpy as np

from placedata.layers.cell_classes import COLOURS, OTHER, classed_cells, most_of

NAN = float("nan")


def test_ten_classes_are_those_counted_and_the_largest_with_colours_and_three_together():
    # class n covers n cells of 55; 1, 3 and 4 are the smallest that are not counted: 8 of 55
    grid = np.array([[float(n) for n in range(1, 11) for _ in range(n)] + [NAN]])
    found = classed_cells(grid, [2.0, 10.0], {1.0: "Rock", 10.0: "Trees"})
    assert [item.colour for item in found.classes] == [*COLOURS, OTHER]
    assert found.classes[0].name == "class 2"
    assert found.classes[6].name == "Trees"
    assert found.classes[7].name == "3 other classes: Rock, 3, 4"
    assert round(found.classes[7].share, 3) == 14.545
    assert [item.counted for item in found.classes] == [True] + [False] * 5 + [True, False]
    assert found.numbers[0].tolist()[:10] == [7, 0, 0, 7, 7, 7, 7, 7, 7, 7]
    assert found.numbers[0, -1] == -1


def test_what_covers_most_of_an_area_leaves_out_cells_without_a_value():
    grid = np.array([[1.0, 2.0, 2.0, NAN], [1.0, 1.0, NAN, NAN]])
    areas = np.array([[0, 0, 0, 1], [1, 1, 1, -1]])
    most = most_of(classed_cells(grid, [1.0], {}), areas, ["A", "B", "C"])
    assert most == {"A": [1, 66.7], "B": [0, 100.0]}


def test_values_of_cells_are_keys_of_a_file_as_they_are_written_and_words_are_refused():
    from placedata.definitions.place import LookupRule
    from placedata.definitions.ways import Zonal
    from placedata.documents import parse_document, validate

    text = "{from: oa21, to: wd25, by: dasymetric, ancillary: cover, classes: {20: 10, 21.5: 4}}"
    rule, problems = validate(LookupRule, parse_document(text, "place.yaml"))
    assert problems == []
    assert rule.classes == {20.0: 10.0, 21.5: 4.0}
    names, problems = validate(Zonal, parse_document("{classes: [10], names: {10: Trees}}", "l"))
    assert problems == []
    assert names.names == {10.0: "Trees"}
    _, problems = validate(Zonal, parse_document("{classes: [10], names: {ten: Trees}}", "l"))
    assert len(problems) == 1
    _, problems = validate(Zonal, parse_document("{at_least: 1, names: {10: Trees}}", "l"))
    assert "amounts have no names" in problems[0].allowed
