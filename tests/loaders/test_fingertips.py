"""Loader ``fingertips``: the columns that OHID publishes, with invented figures."""

from __future__ import annotations

import math

import pytest

HEADER = (
    "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,"
    "Category Type,Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,"
    "Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,Value note,Recent Trend,"
    "Compared to England value or percentiles,Compared to ICBs value or percentiles,"
    "Time period Sortable,New data,Compared to goal,Time period range"
)


def row(area="E05990001", value="12.5", low="10", high="15.25", **other):
    cells = dict.fromkeys(HEADER.split(","), "")
    cells |= {
        "Indicator ID": "90366", "Indicator Name": "Life expectancy", "Area Code": area,
        "Area Type": "Wards", "Sex": "Female", "Age": "All ages", "Time period": "2016 - 20",
        "Value": value, "Lower CI 95.0 limit": low, "Upper CI 95.0 limit": high, "Count": "7",
        "Time period range": "5y",
    }  # fmt: skip
    cells |= other
    return ",".join(cells.values())


ROWS = [row(), row("E05990002", "80", "", "")]


@pytest.fixture
def ask(desk):
    def run(rows=ROWS, source=None, header=HEADER, **request):
        file = desk.write("fingertips.csv", "\n".join([header, *rows]) + "\n")
        return desk.ask(
            "fingertips", {"file": file, "indicator": 90366} | (source or {}), **request
        )

    return run


def values(seen):
    return dict(zip(seen.table["area_code"], seen.table["value"], strict=True))


def test_values_come_with_their_confidence_limits(ask):
    seen = ask(source={"geography": "wd23"})
    assert values(seen) == {"E05990001": 12.5, "E05990002": 80.0}
    first, second = seen.table.itertuples()
    assert (first.low, first.high, first.period) == (10.0, 15.25, "2016 - 20")
    assert math.isnan(second.low)
    assert math.isnan(second.high)
    assert (seen.geography, seen.measure_kind) == ("wd23", None)


def test_an_older_export_without_the_last_column_and_with_another_parent_is_read(ask):
    header = HEADER.removesuffix(",Time period range")
    header = header.replace("Compared to ICBs value", "Compared to Counties & UAs value")
    rows = [item.removesuffix(",5y") for item in ROWS]
    assert values(ask(rows, header=header)) == {"E05990001": 12.5, "E05990002": 80.0}


def test_other_indicators_categories_and_area_types_are_rejected(ask, balanced):
    rows = [
        *ROWS, row(**{"Indicator ID": "1"}), row(**{"Category Type": "Deprivation deciles"}),
        row("E92000001", **{"Area Type": "England"}), row("E06990001", **{"Area Type": "UA"}),
    ]  # fmt: skip
    seen = ask(rows, {"area_type": "wards"})
    assert len(seen.table) == 2
    assert balanced(seen) == {
        "another indicator": 1, "of a category, not of all": 1, "another area type": 2,
    }  # fmt: skip
    with pytest.raises(Exception, match=r"source\.area_type: found 2 values"):
        ask(rows)


def test_the_england_row_of_a_file_of_wards_needs_no_choice(ask, balanced):
    seen = ask([*ROWS, row("E92000001", **{"Area Type": "England"})])
    assert len(seen.table) == 2
    assert balanced(seen) == {"another level: country": 1}


def test_one_sex_and_one_age_are_chosen(ask, balanced):
    rows = [row(), row(value="9", Sex="Male"), row(value="3", Sex="Male", Age="65+ yrs")]
    seen = ask(rows, {"sex": "male", "age": "All ages"})
    assert values(seen) == {"E05990001": 9.0}
    assert balanced(seen) == {"another sex": 1, "another age": 1}
    with pytest.raises(Exception, match=r"source\.sex: found 2 values; allowed: 'Female', 'Male'"):
        ask(rows, {"age": "All ages"})
    with pytest.raises(Exception, match=r"source\.age: found '10 yrs'; allowed: 'All ages'"):
        ask(rows, {"age": "10 yrs", "sex": "Female"})


def test_periods_are_found_however_they_are_spaced(ask, balanced):
    rows = [row(), row(value="13", **{"Time period": "2015 - 19"})]
    assert set(ask(rows).table["period"]) == {"2016 - 20", "2015 - 19"}
    seen = ask(rows, periods=("2015-19",))
    assert seen.table["period"].tolist() == ["2015-19"]
    assert values(seen) == {"E05990001": 13.0}
    assert balanced(seen) == {"another period": 1}
    with pytest.raises(Exception, match="period: found 2012; allowed: 2015-19, 2016-20"):
        ask(rows, periods=("2012",))


def test_suppressed_values_are_withheld_and_other_gaps_missing(ask, balanced):
    hidden = "Value suppressed for disclosure control due to small count"
    rows = [
        row(), row("E05990002", "", "", "", **{"Value note": hidden}),
        row("E05990003", "", "", "", **{"Value note": "Value missing in source data"}),
        row("E05990004", "5", **{"Value note": "Interpret with caution"}),
    ]  # fmt: skip
    seen = ask(rows)
    assert values(seen) == {"E05990001": 12.5, "E05990004": 5.0}
    assert balanced(seen) == {"suppressed": 1, "blank": 1}
    assert seen.withheld.to_numpy().tolist() == [["E05990002", "2016 - 20", "suppressed"]]
    assert seen.ledger.notes["values noted: Interpret with caution"] == 1


def test_a_row_under_two_parents_counts_once_and_two_values_are_refused(ask, balanced):
    again = row(**{"Parent Code": "E54990001"})
    seen = ask([*ROWS, again])
    assert len(seen.table) == 2
    assert balanced(seen) == {"repeated row": 1}
    with pytest.raises(Exception, match=r"E05990001 in 2016 - 20 with '12\.5', '13'"):
        ask([*ROWS, row(value="13")])


def test_the_count_can_be_the_value(ask):
    seen = ask(value="Count")
    assert (values(seen)["E05990001"], seen.measure_kind) == (7.0, "count")


def test_areas_can_be_chosen(ask, balanced):
    assert values(ask(source={"areas": ["E05990002"]})) == {"E05990002": 80.0}
    assert balanced(ask(source={"areas": "E0599000"})) == {}


def test_mistakes_are_told(ask):
    with pytest.raises(Exception, match=r"source\.indicator: found 7; allowed: 90366"):
        ask(source={"indicator": 7})
    with pytest.raises(Exception, match=r"fingertips\.csv:2: Value: found 'high'"):
        ask([row(value="high")])
    with pytest.raises(Exception, match="no column 'Category Type'"):
        ask(header=HEADER.replace("Category Type", "Kind"))
