"""Loader ``nomis``: the columns that Nomis publishes, with invented figures."""

from __future__ import annotations

import pytest

HEADER = (
    "DATE,DATE_NAME,DATE_CODE,GEOGRAPHY,GEOGRAPHY_NAME,GEOGRAPHY_CODE,GEOGRAPHY_TYPE,"
    "C2021_TENURE_9,C2021_TENURE_9_NAME,C2021_TENURE_9_CODE,MEASURES,MEASURES_NAME,OBS_VALUE,"
    "OBS_STATUS,OBS_STATUS_NAME,OBS_CONF,OBS_CONF_NAME,URN,RECORD_OFFSET,RECORD_COUNT\n"
)
TYPE = "2021 super output areas - lower layer"
TENURES = {0: "Total: All households", 1: "Owned", 2: "Rented"}
FIGURES = {
    ("E01990001", 0): "30", ("E01990001", 1): "10", ("E01990001", 2): "20",
    ("E01990002", 0): "50", ("E01990002", 1): "44", ("E01990002", 2): "6",
}  # fmt: skip


def row(area, tenure, value, date="2021", *, measure="Value", status="", count=6, kind=TYPE):
    number = {"Value": 20100, "Percent": 20301}[measure]
    return (
        f'{date},{date},{date},6375,"Aldermarsh, 1A",{area},{kind},{tenure},'
        f'"{TENURES.get(tenure, tenure)}",x,{number},{measure},{value},'
        f"A,{status},F,Free,1,0,{count}\n"
    )


ROWS = "".join(row(area, tenure, value) for (area, tenure), value in FIGURES.items())
OWNED = {"where": {"C2021_TENURE_9_NAME": "Owned"}}


@pytest.fixture
def ask(desk):
    def run(source=None, rows=ROWS, header=HEADER, **request):
        file = desk.write("nomis.csv", header + rows)
        return desk.ask("nomis", {"file": file} | (source or {}), **request)

    return run


def values(seen):
    return dict(zip(seen.table["area_code"], seen.table["value"], strict=True))


def test_one_category_is_read_with_the_geography_that_the_file_tells(ask, balanced):
    seen = ask(OWNED, periods=("2021",))
    assert values(seen) == {"E01990001": 10.0, "E01990002": 44.0}
    assert (seen.geography, seen.measure_kind) == ("lsoa21", "count")
    assert set(seen.table["period"]) == {"2021"}
    assert balanced(seen) == {"filtered out: C2021_TENURE_9_NAME": 4}
    assert seen.ledger.rows_in == 6


def test_parts_are_summed_without_their_total_and_not_with_it(ask):
    parts = {"where": {"C2021_TENURE_9": [1, 2]}, "combine": "sum"}
    seen = ask(parts)
    assert values(seen) == {"E01990001": 30.0, "E01990002": 50.0}
    assert seen.ledger.used == 4
    with pytest.raises(Exception, match="3 values: 'Total: All households', 'Owned'"):
        ask({"combine": "sum"})


def test_several_categories_and_none_chosen_is_refused(ask):
    with pytest.raises(Exception, match=r"C2021_TENURE_9_NAME: found 3 values.*combine: sum"):
        ask()


def test_a_file_that_nomis_cut_is_refused(ask):
    with pytest.raises(Exception, match=r"found 6 rows of 31,000; allowed: all of them"):
        ask(OWNED, rows=ROWS.replace(",6\n", ",31000\n"))


def test_pages_are_taken_together(desk):
    lines = ROWS.splitlines(keepends=True)
    desk.write("page1.csv", HEADER + "".join(lines[:3]))
    desk.write("page2.csv", HEADER + "".join(lines[3:]))
    assert len(desk.ask("nomis", {"file": "data/page*.csv"} | OWNED).table) == 2
    told = desk.refused("nomis", {"file": "data/page1.csv"} | OWNED)
    assert "data/page1.csv: RECORD_COUNT: found 3 rows of 6" in told


def test_without_a_count_of_records_the_cut_is_suspected_or_noted(ask, monkeypatch):
    header, rows = HEADER.replace(",RECORD_COUNT", ""), ROWS.replace(",6\n", "\n")
    seen = ask(OWNED, rows=rows, header=header)
    assert seen.ledger.notes["files that do not tell how many rows there should be"] == 1
    monkeypatch.setattr("placedata.loaders.nomis.MOST_ROWS", 3)
    with pytest.raises(Exception, match="6 rows, where Nomis cuts, and no RECORD_COUNT"):
        ask(OWNED, rows=rows, header=header)


def test_an_empty_dimension_is_a_wrong_name_in_the_query(ask):
    rows = "".join(row(area, "", 5, count=2) for area in ("E01990001", "E01990002"))
    with pytest.raises(Exception, match="C2021_TENURE_9_NAME: found an empty column"):
        ask(rows=rows)


def test_measures_are_told_apart(ask, balanced):
    rows = row("E01990001", 1, 10, count=2) + row("E01990001", 1, 33.3, measure="Percent", count=2)
    with pytest.raises(Exception, match="2 measures: 'Percent', 'Value'"):
        ask(rows=rows)
    percent = ask({"measures": 20301}, rows=rows)
    assert (values(percent), percent.measure_kind) == ({"E01990001": 33.3}, "rate")
    assert balanced(percent) == {"filtered out: MEASURES": 1}
    assert values(ask({"measures": "value"}, rows=rows)) == {"E01990001": 10.0}
    with pytest.raises(Exception, match="found 'Rank'; allowed: 20100, 20301, Percent, Value"):
        ask({"measures": "Rank"}, rows=rows)


def test_suppressed_figures_are_withheld_and_blank_ones_missing(ask, balanced):
    rows = row("E01990001", 1, "", status="These figures are suppressed", count=3)
    rows += row("E01990002", 1, "", count=3) + row("E01990003", 1, 4, count=3)
    seen = ask(rows=rows)
    assert values(seen) == {"E01990003": 4.0}
    assert balanced(seen) == {"suppressed": 1, "blank": 1}
    assert seen.withheld["area_code"].tolist() == ["E01990001"]
    summed = ask(
        {"combine": "sum"}, rows=row("E01990001", 1, "", status="Suppressed", count=2)
        + row("E01990001", 2, 9, count=2),
    )  # fmt: skip
    assert summed.table.empty
    assert summed.withheld["area_code"].tolist() == ["E01990001"]


def test_each_date_is_a_period(ask, balanced):
    rows = "".join(row("E01990001", 1, 4 + n, f"{n} 2024", count=3) for n in range(3))
    seen = ask(rows=rows)
    assert seen.table["period"].tolist() == ["0 2024", "1 2024", "2 2024"]
    one = ask(rows=rows, periods=("2 2024",))
    assert values(one) == {"E01990001": 6.0}
    assert balanced(one) == {"another period": 2}
    with pytest.raises(Exception, match="found '2023'; allowed: 0 2024, 1 2024"):
        ask(rows=rows, periods=("2023",))


def test_a_date_under_another_name_is_noted(ask):
    rows = row("E01990001", 1, 4, "October 2024", count=1)
    seen = ask(rows=rows, periods=("2024-10",))
    assert seen.table["period"].tolist() == ["2024-10"]
    assert seen.ledger.notes["rows that the file dates October 2024"] == 1


@pytest.mark.parametrize(
    ("kind", "code", "geography"),
    [
        ("2021 output areas", "E00990001", "oa21"),
        ("2011 super output areas - middle layer", "E02990001", "msoa11"),
        ("local authorities: district / unitary (as of April 2023)", "E09990001", "lad23"),
        ("2022 wards", "E05990001", "wd22"),
        ("", "E05990001", None),
    ],
)
def test_the_type_of_geography_tells_level_and_edition(ask, kind, code, geography):
    assert ask(rows=row(code, 1, 4, kind=kind, count=1)).geography == geography


def test_other_levels_and_areas_not_asked_for_are_rejected(ask, balanced):
    rows = ROWS.replace(",6\n", ",7\n") + row("E92000001", 1, 99, count=7, kind="countries")
    seen = ask(OWNED | {"areas": ["E01990002"], "geography": "lsoa21"}, rows=rows)
    assert values(seen) == {"E01990002": 44.0}
    assert balanced(seen) == {
        "filtered out: C2021_TENURE_9_NAME": 4, "another level: country": 1,
        "area not asked for": 1,
    }  # fmt: skip


def test_mistakes_are_told(ask):
    with pytest.raises(Exception, match="no column 'GEOGRAPHY_CODE'"):
        ask(OWNED, header=HEADER.replace("GEOGRAPHY_CODE", "AREA"))
    with pytest.raises(Exception, match=r"nomis\.csv:3: OBS_VALUE: found 'ten'"):
        ask(OWNED, rows=ROWS.replace("Value,10,", "Value,ten,"))
    with pytest.raises(Exception, match="E01990001 in 2021 2 times"):
        ask(OWNED, rows=ROWS + row("E01990001", 1, 10))
