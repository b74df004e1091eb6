"""Columns found by name and content, coordinates, and the tally that must balance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from placedata.columns import edition_of, find_column, level_of_cells, period_columns
from placedata.coordinates import guess_crs, inside_uk, to_grid
from placedata.errors import DataError, Problem
from placedata.intake import Tally, with_rows
from placedata.loaders import get_loader, loader_names

NAMES = [
    "Income Rank (where 1 is most deprived)",
    "Income Decile (where 1 is most",
    "n",
    "N",
    "x y",
]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("n", "n"),
        ("N", "N"),
        ("X  Y", "x y"),
        ("x_y", "x y"),
        ("income rank", "Income Rank (where 1 is most deprived)"),
        ("Income Decile (where 1 is most deprived 10% of LSOAs)", "Income Decile (where 1 is most"),
        ("Income", None),
        ("", None),
        ("?", None),
    ],
)
def test_a_column_is_found_by_its_name_and_by_no_other_s(wanted, found):
    assert find_column(NAMES, wanted) == found


def test_a_name_that_fits_two_columns_fits_none():
    assert find_column(["Rate %", "Rate £"], "rate") is None
    assert find_column(["rate", "RATE"], "Rate") is None


def test_periods_are_read_out_of_column_names():
    names = ["pop mid-2019", "pop 2019/20", "pop 2020", "pop total", "population 2021"]
    assert period_columns(names, "pop {period}", ()) == {
        "mid-2019": "pop mid-2019", "2019/20": "pop 2019/20", "2020": "pop 2020",
    }  # fmt: skip
    assert period_columns(names, "pop {period}", ("2020", "2021")) == {"2020": "pop 2020"}


def test_an_edition_is_read_only_from_names_that_tell_one():
    assert edition_of("LSOA  code (2021)") == "lsoa21"
    assert edition_of("UTLA24_code") == "lad24"
    assert edition_of("WD25NM") is None
    assert edition_of("code") is None


def test_the_level_of_a_column_is_that_of_most_of_its_cells():
    assert level_of_cells(pd.Series(["E05000026", "E05000027", "", "Total"])) == "ward"
    assert level_of_cells(pd.Series(["E05000026", "Total", "notes"])) is None
    assert level_of_cells(pd.Series(["", ""])) is None
    assert level_of_cells(pd.Series(["00ABFX"])) is None


def test_the_size_of_northings_tells_their_crs():
    assert guess_crs([51.5, 51.6, float("nan")]) == "EPSG:4326"
    assert guess_crs([180_000.0, 181_000.0]) == "EPSG:27700"
    assert guess_crs([6_721_627.0]) == "EPSG:3857"
    assert guess_crs([2_000_000.0]) is None
    assert guess_crs([0.0, float("nan")]) is None


def test_points_abroad_and_missing_points_are_not_in_the_uk():
    x, y = to_grid([0.1, -3.7038, 133.8, float("nan")], [51.5, 40.4168, -25.3, 51.5], "EPSG:4326")
    assert inside_uk(x, y).tolist() == [True, False, False, False]
    assert np.isnan(x[3])
    same, _ = to_grid([540_000], [180_000], "EPSG:27700")
    assert same.tolist() == [540_000.0]


def rows(*cells):
    return with_rows("data/a.csv", pd.DataFrame(index=range(2, 2 + len(cells))), text=list(cells))


def test_a_tally_counts_every_row_once_with_examples():
    tally = Tally("no2")
    left = tally.take(rows("1", "*", "", "4", "5"))
    left = tally.numbers(left, "text")
    left = tally.reject(left, left["value"] > 4, "too high")
    seen = tally.observations(left.assign(period=""), "area", [])
    assert seen.table["value"].tolist() == [1.0, 4.0]
    assert seen.table["row"].tolist() == [2, 5]
    assert seen.ledger.rejected == {"suppressed": 1, "blank": 1, "too high": 1}
    assert seen.ledger.examples["too high"] == ("data/a.csv:6",)


def test_a_row_lost_without_a_reason_is_found_out():
    tally = Tally("no2")
    left = tally.take(rows("1", "2")).head(1)
    with pytest.raises(DataError, match="does not balance: 2 rows in, 1 used, 0 rejected"):
        tally.observations(left.assign(value=1.0, period=""), "area", [])


def test_problems_stop_a_load_and_are_counted():
    tally = Tally("no2")
    tally.problems += [Problem("data/a.csv", "n", f"{number}") for number in range(21)]
    with pytest.raises(DataError, match=r"layer no2: 21 problems .* the first 20") as caught:
        tally.stop_if_problems()
    assert len(caught.value.problems) == 20


def test_loaders_are_found_by_listing_their_folder():
    assert {"table", "deprivation", "codepoint", "points", "laqn", "raster"} <= set(loader_names())
    for name in loader_names():
        loader = get_loader(name)
        assert callable(loader.read)
        assert loader.Source.model_config["extra"] == "forbid"
        assert loader.Source.__doc__
    with pytest.raises(Exception, match="did you mean 'raster'"):
        get_loader("rastr")
