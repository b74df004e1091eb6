"""Grades are those of the worked examples in docs/quality.md; worse data never grade better."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placedata.definitions import LayerDefinition
from placedata.observations import Ledger
from placedata.trust.quality import Judged, judged_overall, lost_rows
from placedata.trust.quality_age import age_on, span_of
from placedata.trust.quality_layer import Made, facts_of, quality_on
from placedata.trust.quality_values import Nature, nature_of, value_grades

PAGE = (Path(__file__).parents[2] / "docs" / "quality.md").read_text("utf-8")
TODAY = date(2026, 11, 22)


def table(heading):
    """Rows of the table of the page whose first column has this heading."""
    at = PAGE.index(f"| {heading} |")
    lines = PAGE[at:].split("\n\n")[0].splitlines()
    names, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(names, row, strict=True)) for row in rows]


def number(text):
    return float("nan") if text == "–" else float(text)


def figures(**columns):
    """A frame of figures; what is not given is not known."""
    names = ("value", "coverage", "n", "standard_error", "error_sampling", "error_apportionment",
             "error_sensors", "capture")  # fmt: skip
    if "error_sensors" not in columns:
        columns = {"error_sampling": columns.get("standard_error", np.nan)} | columns
    return pd.DataFrame({name: columns.get(name, np.nan) for name in names}, dtype=float)


@pytest.mark.parametrize("row", table("Precision rests on"))
def test_a_figure_has_the_grade_of_the_worked_example(row):
    capture = number(row["Hours measured"])
    value = number(row["Value"])
    nature = Nature(
        row["Precision rests on"], row["Shared out"] == "yes", hourly=not np.isnan(capture),
        natural_zero=not value < 0,
    )  # fmt: skip
    frame = figures(
        value=[value], coverage=number(row["Coverage"]), n=number(row["n"]),
        standard_error=number(row["Standard error"]), capture=capture,
        error_apportionment=number(row["Error of that"]),
    )  # fmt: skip
    expected = row["Grade"].replace("–", "")
    assert value_grades(frame, nature)["grade"].tolist() == [expected]


def test_the_worked_examples_have_every_grade():
    assert {row["Grade"] for row in table("Precision rests on")} == {"A", "B", "C", "D", "–"}
    assert len(table("Precision rests on")) >= 20


@pytest.mark.parametrize("row", table("Cadence"))
def test_age_is_judged_as_in_the_worked_example(row):
    cadence = None if row["Cadence"] == "–" else row["Cadence"]
    facts = {"dimensions": [], "values": {}}
    told = quality_on(date.fromisoformat(row["On"]), _with_coverage(facts), row["Newest period"],
                      cadence)  # fmt: skip
    assert told["staleness"]["badge"] == row["Badge"]
    late = number(row["Months late"])
    assert told["staleness"]["late"] == pytest.approx(0 if np.isnan(late) else late, abs=0.051)
    timeliness = next(d for d in told["dimensions"] if d["dimension"] == "timeliness")
    assert timeliness["grade"] == row["Grade"].replace("–", "")


def _with_coverage(facts):
    full = {"dimension": "coverage", "grade": "A", "reason": "all", "state": "graded",
            "measure": 1.0}  # fmt: skip
    return facts | {"dimensions": [full]}


def test_the_table_of_cadences_says_when_figures_are_current_and_overdue():
    for row in table("`cadence`"):
        cadence = re.match(r"`(\w+)`", row["`cadence`"])[1]
        for limit, before, after in (
            (int(row["Current up to"]), "current", {"due"}),
            (int(row["Overdue after"]), "due", {"overdue"}),
        ):
            span = span_of("2000-01-01")
            days = limit * 365.25 / 12
            young = date.fromordinal(span.end.toordinal() + int(days))
            old = date.fromordinal(span.end.toordinal() + int(days) + 1)
            assert age_on(young, span, cadence).badge == before, cadence
            assert age_on(old, span, cadence).badge in after, cadence


@pytest.mark.parametrize(
    ("period", "ends", "months"),
    [
        ("2023", "2023-12-31", 12), ("2023-02", "2023-02-28", 1), ("2024-02", "2024-02-29", 1),
        ("2022/23", "2023-03-31", 12), ("mid-2020", "2020-06-30", 12),
        ("2019/20 - 21/22", "2022-03-31", 12), ("2021/22 to 2023/24", "2024-03-31", 12),
        ("2019-23", "2023-12-31", 12), ("2019–23", "2023-12-31", 12), ("2009-13", "2013-12-31", 12),
        ("2024 Q2", "2024-06-30", 3), ("2011/12 to 2013/14", "2014-03-31", 12),
        ("2024-07-15", "2024-07-15", 0),
    ],
)  # fmt: skip
def test_the_end_of_a_period_is_read_from_its_text(period, ends, months):
    span = span_of(period)
    assert (span.end.isoformat(), span.months) == (ends, months)


@pytest.mark.parametrize("period", ["all years", "", "2023-13-40", "Winter", "0000"])
def test_a_period_without_a_date_has_no_end_and_no_fault(period):
    assert span_of(period) is None


def test_of_the_turn_of_a_century_the_later_year_counts():
    assert span_of("1999/00").end == date(2000, 3, 31)
    assert span_of("1998-02").end == date(1998, 2, 28)
    assert span_of("1996-99").end == date(1999, 12, 31)


def test_a_layer_is_as_good_as_three_areas_in_four():
    shares = re.search(r"standard errors of ([\d, and]+) % of their values", PAGE)[1]
    errors = [float(item) for item in re.findall(r"\d+", shares)]
    rows = figures(value=[100.0] * 8, coverage=1.0, standard_error=errors)
    told = layer_told(rows, Nature("error", moved=False))
    assert told["precision"]["grade"] == "B"
    assert told["precision"]["measure"] == pytest.approx(0.08)
    assert told["precision"]["reason"].endswith("8.0% of the value or less")


def layer_told(rows, nature, ledger=None, notes=()):
    grades = value_grades(rows, nature)["grade"]
    facts = facts_of(rows, grades, Made(nature, ledger or Ledger(4, 4), notes))
    told = quality_on(TODAY, facts, "2025", "yearly")
    return {item["dimension"]: item for item in told["dimensions"]} | {"all": told}


def test_a_layer_without_figures_for_a_quarter_of_its_areas_is_c_in_coverage():
    rows = figures(value=[1, 2, 3, np.nan], coverage=[1, 1, 1, 0])
    told = layer_told(rows, Nature("complete", moved=False))
    assert told["coverage"]["grade"] == "C"
    assert told["coverage"]["reason"] == "3 of 4 areas have a figure"
    assert told["all"]["values"] == {"A": 3, "B": 0, "C": 0, "D": 0}


def test_sensors_far_from_people_hold_a_layer_down_unless_what_lies_between_is_modelled():
    nature = Nature("not known", moved=False, sensors=True, hourly=True)
    rows = figures(value=[30.0] * 4, coverage=[0.0, 0.0, 0.1, 0.6], capture=0.95)
    told = layer_told(rows, nature)
    assert (told["coverage"]["grade"], told["all"]["grade"]) == ("D", "D")
    assert "none of where people live or less is near a sensor" in told["coverage"]["reason"]
    known = rows.assign(standard_error=2.4, error_sensors=2.4)
    nature = Nature("error", moved=False, sensors=True, hourly=True)
    assert layer_told(known, nature)["coverage"]["grade"] == "D"
    nature = Nature("error", moved=False, sensors=True, modelled=True, hourly=True)
    told = layer_told(known, nature)
    assert (told["coverage"]["grade"], told["precision"]["grade"]) == ("A", "B")


def test_rows_that_were_never_wanted_are_no_loss_and_gaps_of_sensors_are_data_capture():
    rejected = {"filtered out: status": 90, "another level: lad": 3, "unknown postcode": 2,
                "no value": 50}  # fmt: skip
    assert lost_rows(rejected, hourly=False) == 52
    assert lost_rows(rejected, hourly=True) == 2
    rows = figures(value=[1.0] * 4, coverage=1.0)
    ledger = Ledger(300, 155, rejected)
    told = layer_told(rows, Nature("complete", moved=False), ledger)
    assert told["source rows"]["grade"] == "D"  # 52 of 207 wanted: 25 %
    assert told["all"]["limiting"] == ["source rows"]
    assert told["all"]["reasons"] == [
        "source rows: 52 of 207 rows that were wanted could not be used"
    ]


def test_a_layer_published_although_it_does_not_balance_is_weak():
    rows = figures(value=[1.0] * 4, coverage=1.0)
    note = "published although control.total is 218,871, not 218,878: known to the publisher"
    told = layer_told(rows, Nature("complete", moved=False), notes=[note])
    assert told["all"]["grade"] == "D"
    assert told["all"]["reasons"] == [f"source rows: {note}"]


def test_nothing_known_is_weak_and_something_unknown_is_not_good():
    unknown = Judged("precision", "", "no standard error is known", "not known")
    good = Judged("coverage", "A", "18 of 18 areas have a figure")
    outside = Judged("apportionment", "", "nothing was shared out", "does not apply")
    assert judged_overall([unknown])[0] == "D"
    assert judged_overall([good, outside]) == ("A", ())
    assert judged_overall([good, unknown]) == ("B", ("precision",))


DEFINITION = {"id": "xx", "title": "X", "unit": "%", "polarity": "neutral", "publisher": "P",
              "licence": "CC0-1.0", "source": {"loader": "table"}}  # fmt: skip


AREAS = "lsoa21 areas shared out by postcodes"
SENSORS = "mean of the nearest sensor, averaged over the ward's postcodes"
DISTANCE = "straight-line distance to the nearest, averaged over the ward's postcodes"
CELLS = "mean of raster cells, each by the share of it that lies in the ward"


@pytest.mark.parametrize(
    ("says", "method", "errors", "nature"),
    [
        ({}, "as published for wards", False, ("not known", False, False, False)),
        ({}, "as published for wards", True, ("error", False, False, False)),
        ({"statistic": "sum"}, AREAS, False, ("complete", True, False, False)),
        ({"error": {"chance": "none"}}, AREAS, False, ("complete", True, False, False)),
        ({}, "points in the ward that holds them", False, ("sample", False, False, False)),
        ({}, DISTANCE, False, ("complete", False, False, False)),
        ({"source": {"loader": "laqn"}}, SENSORS, False, ("not known", False, True, True)),
        ({"source": {"loader": "dft_counts"}}, SENSORS, False, ("not known", False, True, False)),
        ({}, CELLS, False, ("not known", False, False, False)),
    ],
)
def test_which_rules_hold_follows_from_how_a_layer_is_made(says, method, errors, nature):
    definition = LayerDefinition.model_validate(DEFINITION | says)
    values = figures(value=[1.0, 2.0], standard_error=0.1 if errors else np.nan)
    found = nature_of(definition, method, values)
    assert found.natural_zero
    assert (found.chance, found.moved, found.sensors, found.hourly) == nature
    assert not found.modelled


def test_where_only_the_error_of_sharing_out_is_known_precision_is_not():
    rows = figures(value=[100.0] * 4, coverage=1.0, standard_error=1.0, error_apportionment=1.0,
                   error_sampling=np.nan)  # fmt: skip
    definition = LayerDefinition.model_validate(DEFINITION)
    nature = nature_of(definition, "mean weighted by residents, lsoa21 areas shared out", rows)
    told = layer_told(rows, nature)
    assert (told["apportionment"]["grade"], told["precision"]["state"]) == ("A", "not known")
    assert (told["all"]["grade"], told["all"]["limiting"]) == ("B", ["precision"])


def test_scores_that_go_below_zero_have_no_relative_error():
    rows = figures(value=[-0.5, 0.1, 0.7, 2.0], coverage=1.0, standard_error=0.01)
    nature = nature_of(LayerDefinition.model_validate(DEFINITION), "as published for wards", rows)
    assert not nature.natural_zero
    told = layer_told(rows, nature)
    assert told["precision"]["reason"].startswith("figures go below zero")
    assert told["all"]["values"] == {"A": 0, "B": 4, "C": 0, "D": 0}


share = st.floats(0, 1)
size = st.floats(0.01, 1e6)
natures = st.builds(
    Nature, st.sampled_from(["error", "sample", "complete", "not known"]), st.booleans(),
    st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip
RANK = {"A": 0, "B": 1, "C": 2, "D": 3}


@given(
    natures, st.floats(1, 1e5), st.tuples(share, share), st.tuples(size, size, size, size),
    st.tuples(st.integers(1, 5000), st.integers(1, 5000)), st.tuples(share, share),
)  # fmt: skip
def test_worse_data_never_give_a_figure_a_better_grade(nature, value, coverage, errors, n, capture):
    error, moved = errors[:2], errors[2:]
    better = figures(
        value=[value], coverage=max(coverage), standard_error=min(error), n=max(n),
        error_apportionment=min(moved), capture=max(capture),
    )  # fmt: skip
    worse = figures(
        value=[value], coverage=min(coverage), standard_error=max(error), n=min(n),
        error_apportionment=max(moved), capture=min(capture),
    )  # fmt: skip
    one, two = (value_grades(frame, nature)["grade"].iloc[0] for frame in (better, worse))
    assert RANK[one] <= RANK[two]


@given(natures, st.sampled_from(["coverage", "standard_error", "error_apportionment", "capture"]))
def test_a_figure_of_which_less_is_known_is_never_a(nature, column):
    full = figures(
        value=[100.0], coverage=1.0, standard_error=1.0, n=10_000, error_apportionment=1.0,
        capture=1.0,
    )  # fmt: skip
    used = {
        "coverage": True, "standard_error": nature.chance == "error",
        "error_apportionment": nature.moved, "capture": nature.hourly,
    }  # fmt: skip
    grade = value_grades(full.assign(**{column: np.nan}), nature)["grade"].iloc[0]
    less_known = used[column] or nature.chance == "not known"
    assert grade in ({"B", "D"} if less_known else {"A"})


@given(st.integers(0, 20_000), st.integers(0, 20_000), st.sampled_from(["2019", "2023-04", "2001"]))
def test_figures_never_grow_younger(one, two, period):
    """Older on a later day: the badge never goes back from overdue to due or current."""
    order = ["current", "due", "overdue"]
    for cadence in ("daily", "monthly", "yearly", "census", "few_years", "ended"):
        early, late = (
            age_on(date.fromordinal(date(2024, 1, 1).toordinal() + day), span_of(period), cadence)
            for day in sorted((one, two))
        )
        assert order.index(early.badge) <= order.index(late.badge)
        assert early.late <= late.late
