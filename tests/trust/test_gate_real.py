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
