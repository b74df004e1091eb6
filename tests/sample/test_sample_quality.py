"""Grades of the sample place are those that its planted faults deserve, counted from its files."""

from __future__ import annotations

import csv
import re
from datetime import date

import pytest

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def qualities(built):
    records = built.snapshot.layers.values()
    return {record.id: record.quality_on(TODAY) for record in records}


def dimension(quality, name):
    return next(item for item in quality["dimensions"] if item["dimension"] == name)


def test_an_annual_mean_of_two_months_of_hours_is_weak_in_data_capture(qualities, committed):
    """The files of NO2 hold January and July: at most 62 of 366 days of 2024."""
    hours: dict[str, set[str]] = {}
    for file in (committed / "air").rglob("*.csv"):
        with file.open(encoding="utf-8-sig") as lines:
            for row in csv.DictReader(lines):
                time = row.get("@MeasurementDateGMT", "")
                if row.get("@SpeciesCode") == "NO2" and time.startswith("2024") and row["@Value"]:
                    hours.setdefault(row["SiteCode"], set()).add(time)
    shares = [len(found) / (366 * 24) for found in hours.values()]
    told = dimension(qualities["no2"], "data capture")
    assert max(shares) < 0.75
    assert told["grade"] == "D"
    assert min(shares) - 0.01 <= told["measure"] <= max(shares)
    assert "data capture" in qualities["no2"]["limiting"]


def test_a_network_that_measures_nearly_every_hour_is_good_in_it(qualities):
    assert dimension(qualities["pm10"], "data capture")["grade"] == "A"


def test_an_old_layer_is_overdue_and_a_census_of_2021_is_not(qualities):
    assert qualities["population_2019"]["staleness"]["badge"] == "overdue"
    assert qualities["child_injuries"]["staleness"]["badge"] == "overdue"
    assert qualities["overcrowding"]["staleness"]["badge"] == "current"


def test_one_practice_of_eighteen_that_cannot_be_placed_is_told(qualities, committed):
    with (committed / "addresses" / "gp_practices_epraccur.csv").open(encoding="utf-8") as lines:
        rows = list(csv.reader(lines))
    wanted = [row for row in rows if row[12] == "A" and row[25] == "4"]
    told = dimension(qualities["gp_distance"], "source rows")
    assert len(wanted) == 18
    assert told["reason"] == "1 of 18 rows that were wanted could not be used"
    assert (told["grade"], told["measure"]) == ("C", pytest.approx(1 / 18))


def test_a_register_that_needs_no_moving_is_good_in_every_way(qualities):
    assert qualities["parks"]["grade"] == "A"
    assert qualities["parks"]["limiting"] == []


def test_wards_that_the_publisher_hides_count_as_not_covered(qualities):
    told = dimension(qualities["child_obesity"], "coverage")
    assert told["reason"].startswith("17 of 18 areas have a figure")
    assert told["grade"] == "B"


def test_the_grade_of_each_figure_follows_its_own_standard_error(built):
    """For every layer with errors: the band of error ÷ value is a bound of the grade."""
    values = built.snapshot.values
    known = values[values["standard_error"].notna() & (values["value"].abs() > 0)]
    ratio = known["standard_error"] / known["value"].abs()
    assert len(known) > 500
    assert set(known.loc[ratio > 0.2001, "grade"]) == {"D"}
    assert set(known.loc[(ratio > 0.1001) & (ratio < 0.1999), "grade"]) <= {"C", "D"}
    assert "A" not in set(known.loc[ratio > 0.0501, "grade"])


def test_every_layer_says_how_often_it_is_renewed(built):
    without = [record.id for record in built.snapshot.layers.values() if record.cadence is None]
    assert without == []


def test_every_reason_is_a_sentence_without_a_number_that_is_not_one(qualities):
    for quality in qualities.values():
        for item in quality["dimensions"]:
            assert item["reason"], item
            assert not re.search(r"\bnan\b|\binf\b|None", item["reason"]), item
