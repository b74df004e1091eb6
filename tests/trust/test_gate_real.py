"""The control totals of the real place are those of the published files, added up another way."""

import csv
from pathlib import Path

import pytest

from placedata.catalog import read_catalog

PLACE = Path(__file__).parents[1] / "real" / "places" / "barking_and_dagenham"


@pytest.mark.real
def test_control_totals_are_the_sums_of_the_published_files(real_data):
    layers = read_catalog(PLACE, {"real": real_data}).layers
    folder = real_data / "barking_and_dagenham"
    with (folder / "population/census2021_lsoa21_age6.csv").open(encoding="utf-8-sig") as file:
        residents = sum(
            int(row["usual_residents"].replace(",", "")) for row in csv.DictReader(file)
        )
    assert layers["population"].definition.control.total == residents == 218_878
    assert layers["population_2015"].definition.control.total == 203_101


@pytest.mark.real
def test_totals_of_the_ward_profiles_are_those_of_the_boroughs_own_row(real_data):
    """The table has the 17 wards and, in a row of its own, the borough: two published figures."""
    layers = read_catalog(PLACE, {"real": real_data}).layers
    path = real_data / "london/indicators/ward_profiles_2015.csv"
    with path.open(encoding="latin-1", newline="") as file:
        rows = {row["New code"]: row for row in csv.DictReader(file)}
    for layer, column in (
        ("residents_2013_wards", "Population - 2015"),
        ("household_spaces_2011", "Number of Household spaces - 2011"),
        ("homes_sold_2014", "Number of properties sold - 2014"),
    ):
        control = layers[layer].definition.control
        borough = float(rows["E09000002"][column].replace(",", ""))
        wards = sum(
            float(row[column].replace(",", ""))
            for code, row in rows.items()
            if "E05000026" <= code <= "E05000042"
        )
        assert control.total == borough, layer
        assert abs(borough - wards) <= control.tolerance, layer


@pytest.mark.real
def test_the_mid_year_estimate_is_the_sum_of_the_boroughs_small_areas(real_data):
    layers = read_catalog(PLACE, {"real": real_data}).layers
    path = real_data / "london/population/lsoa11_mid2020.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = [
            row for row in csv.DictReader(file)
            if "E09000002" in row.values()
        ]  # fmt: skip
    assert len(found) == 110
    total = sum(int(row["Persons_All-Ages"].replace(",", "")) for row in found)
    assert layers["population_2020"].definition.control.total == total == 214_107
