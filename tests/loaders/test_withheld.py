"""Figures that exist and are not told: kept apart from those that are missing."""

from __future__ import annotations

import pandas as pd
import pytest

from placedata.files import parse_numbers
from placedata.files.numbers import markers

TABLE = """WD25CD,year,cases
E05990001,2023,12
E05990002,2023,[c]
E05990003,2023,
E05990004,2023,*
E05990001,2024,<5
E05990002,2024,7
"""


def withheld(observations):
    frame = observations.withheld
    return None if frame is None else [tuple(row) for row in frame.to_numpy()]


def test_suppressed_cells_of_a_table_are_withheld_and_blank_ones_are_not(desk):
    file = desk.write("a.csv", TABLE)
    seen = desk.ask("table", {"file": file}, value="cases", period_from="year")
    assert withheld(seen) == [
        ("E05990001", "2024", "suppressed"),
        ("E05990002", "2023", "suppressed"),
        ("E05990004", "2023", "suppressed"),
    ]
    assert seen.ledger.rejected == {"suppressed": 3, "blank": 1}


def test_an_area_whose_part_is_suppressed_is_withheld_once(desk):
    text = "WD25CD,sex,n\nE05990001,f,*\nE05990001,m,*\nE05990002,f,1\nE05990002,m,2\n"
    seen = desk.ask("table", {"file": desk.write("a.csv", text), "combine": "sum"}, value="n")
    assert withheld(seen) == [("E05990001", "", "suppressed")]
    assert seen.table["value"].tolist() == [3.0]


def test_areas_of_another_level_are_not_withheld(desk):
    text = "area_code,n\nE05990001,1\nE05990002,2\nE09990001,*\n"
    assert withheld(desk.ask("table", {"file": desk.write("a.csv", text)}, value="n")) is None


def test_a_blank_numerator_of_the_deprivation_indices_is_withheld(desk):
    text = "LSOA code (2021),Income numerator\nE01990001,40\nE01990002,\n"
    file = desk.write("iod2025.csv", text)
    seen = desk.ask("deprivation", {"file": file, "measure": "Income numerator"})
    assert withheld(seen) == [("E01990002", "2025", "suppressed")]


def test_points_withhold_nothing(desk):
    text = "easting,northing,n\n540000,180000,*\n540001,180000,4\n"
    assert desk.ask("points", {"file": desk.write("a.csv", text)}, value="n").withheld is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [("12.3 [r]", 12.3), ("45 (p)", 45.0), ("1,234[note 2]", 1234.0), ("£7 [e, note 1]", 7.0),
     ("8.5% [u]", 8.5), ("-2 [3]", -2.0), ("6 [b]", 6.0)],
)  # fmt: skip
def test_a_marker_beside_a_figure_does_not_hide_it(cell, value):
    values, reasons = parse_numbers(pd.Series([cell]))
    assert (values.iloc[0], reasons.iloc[0]) == (value, "")


@pytest.mark.parametrize("cell", ["[r]", "12 [c]", "45 (12)", "12 (2021)", "a [r]", "12 [r"])
def test_what_is_no_marker_stays_text(cell):
    assert parse_numbers(pd.Series([cell]))[1].iloc[0] == "text"


def test_markers_are_counted_by_their_letter():
    cells = pd.Series(["1 [r]", "2 [R]", "3 (p)", "4", "[c]", "", "7 [note 2]", "(p)"])
    assert markers(cells) == {"r": 2, "p": 1, "note 2": 1}


def test_figures_with_markers_are_used_and_noted(desk):
    text = "WD25CD,n\nE05990001,12 [r]\nE05990002,3 [p]\nE05990003,4 [p]\nE05990004,[c]\n"
    seen = desk.ask("table", {"file": desk.write("a.csv", text)}, value="n")
    assert seen.table["value"].tolist() == [12.0, 3.0, 4.0]
    assert seen.ledger.notes == {"figures marked [r]": 1, "figures marked [p]": 2}
