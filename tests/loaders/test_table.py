"""Loader ``table``: the quirks of published tables, each with invented figures."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import ValidationError

from placedata.loaders.table import Source, kind_of

WIDE = """LSOA11CD,LSOA11NM,MSOA11CD,LAD11CD,LAD11NM,meters_n_2019,kWh_2019,meters_n_2020,kWh_2020
E01990001,Aldermarsh 001A,E02990001,E09990001,Aldermarsh,529,"2,402.7",530.0,99
E01990002,Aldermarsh 001B,E02990001,E09990001,Aldermarsh,640,1925.5,,98
"""
LONG = """lsoa21_code,lsoa21_name,age_group,year,usual_residents
E01990001,Aldermarsh 001A,Aged 15 years and under,2021,414
E01990001,Aldermarsh 001A,Aged 16 to 24 years,2021,222
E01990002,Aldermarsh 001B,Aged 15 years and under,2021,748
E01990002,Aldermarsh 001B,Aged 16 to 24 years,2021,*
E01990002,Aldermarsh 001B,Aged 15 years and under,2022,751
"""
#: As the London ward profiles: a lost pound sign, boroughs below wards, an old code beside the new.
PROFILES = """Ward name,Old code,New code,Median House Price (? - 2014,% BAME - 2011,Crime - 2014
Aldermarsh - Abbey,00ZZFX,E05990001,"173,000",71.9%,n/a
Aldermarsh - Beam,00ZZFY,E05990002,£215000,[c],57.3
Aldermarsh - Castle,00ZZFZ,E05990003,*,-,..
Aldermarsh,00ZZ,E09990001,190000,66,80
England,921,E92000001,245000,20,61
"""


def values(observations, period=None):
    table = observations.table
    if period is not None:
        table = table[table["period"] == period]
    return dict(zip(table["area_code"], table["value"], strict=True))


def test_a_wide_table_gives_one_observation_for_each_row_and_year(desk, balanced):
    file = desk.write("elec.csv", WIDE)
    seen = desk.ask("table", {"file": file}, value="meters_n_{period}")
    assert values(seen, "2019") == {"E01990001": 529.0, "E01990002": 640.0}
    assert values(seen, "2020") == {"E01990001": 530.0}
    assert balanced(seen) == {"blank": 1}
    assert seen.ledger.rows_in == 4
    assert seen.geography == "lsoa11"
    assert seen.ledger.examples == {"blank": ("data/elec.csv:3",)}
    assert seen.keyed_by == "area"


def test_only_the_periods_asked_for_are_read(desk):
    file = desk.write("elec.csv", WIDE)
    seen = desk.ask("table", {"file": file}, value="kWh_{period}", periods=("2019",))
    assert values(seen) == {"E01990001": 2402.7, "E01990002": 1925.5}
    assert set(seen.table["period"]) == {"2019"}


def test_a_period_without_a_column_is_refused_with_the_nearest(desk):
    file = desk.write("elec.csv", WIDE)
    told = desk.refused(
        "table", {"file": file}, value="meters_n_{period}", periods=("2019", "2021")
    )
    assert "no column 'meters_n_2021'" in told
    assert "did you mean 'meters_n_20" in told


def test_columns_that_are_only_years_are_a_pattern_too(desk):
    file = desk.write("crime.csv", "LSOA11CD,2011,2012\nE01990001,4.0,9.0\n")
    seen = desk.ask("table", {"file": file}, value="{period}")
    assert values(seen, "2011") == {"E01990001": 4.0}
    assert values(seen, "2012") == {"E01990001": 9.0}


def test_rows_of_other_levels_are_rejected_and_the_pound_sign_is_not_needed(desk, balanced):
    file = desk.write("profiles.csv", PROFILES.encode("latin-1"))
    seen = desk.ask(
        "table", {"file": file}, value="Median House Price (£) - 2014", periods=("2014",)
    )
    assert values(seen) == {"E05990001": 173000.0, "E05990002": 215000.0}
    assert balanced(seen) == {"another level: country": 1, "another level: lad": 1, "suppressed": 1}
    assert seen.geography is None
    stated = desk.ask(
        "table", {"file": file, "geography": "wd13"}, value="% bame - 2011", periods=("2011",)
    )
    assert stated.geography == "wd13"
    assert values(stated) == {"E05990001": 71.9}
    assert stated.ledger.rejected["suppressed"] == 1
    assert stated.ledger.rejected["not available"] == 1


def test_a_geography_chooses_the_level_of_the_rows(desk):
    file = desk.write("profiles.csv", PROFILES)
    seen = desk.ask(
        "table", {"file": file, "area": "New code", "geography": "lad13"}, value="% BAME - 2011"
    )
    assert values(seen) == {"E09990001": 66.0}


def test_missing_is_never_zero(desk):
    marks = ["*", "[c]", "[x]", "[z]", "..", "-", "n/a", "", "N/A", "0"]
    rows = "".join(f"E0599{n:04},{mark}\n" for n, mark in enumerate(marks))
    seen = desk.ask("table", {"file": desk.write("a.csv", "WD25CD,n\n" + rows)}, value="n")
    assert values(seen) == {"E05990009": 0.0}
    assert seen.ledger.rejected == {
        "suppressed": 2, "not available": 5, "not applicable": 1, "blank": 1,
    }  # fmt: skip


def test_a_filter_leaves_rows_out_and_says_by_which_column(desk, balanced):
    file = desk.write("census.csv", LONG)
    where = {"age_group": "aged 15 years and under", "year": 2021}
    seen = desk.ask("table", {"file": file, "where": where}, value="usual_residents")
    assert values(seen) == {"E01990001": 414.0, "E01990002": 748.0}
    assert balanced(seen) == {"filtered out: age_group": 2, "filtered out: year": 1}


def test_a_filter_that_leaves_nothing_is_a_mistake(desk):
    file = desk.write("census.csv", LONG)
    told = desk.refused("table", {"file": file, "where": {"age_group": "Aged 90"}}, value="year")
    assert "no row with 'Aged 90'" in told
    assert "'Aged 16 to 24 years'" in told
    told = desk.refused("table", {"file": file, "where": {"age_grp": "x"}}, value="year")
    assert "did you mean 'age_group'" in told


def test_a_repeated_area_is_refused_and_its_lines_named(desk):
    file = desk.write("census.csv", LONG)
    told = desk.refused("table", {"file": file}, value="usual_residents", periods=("2021",))
    assert "data/census.csv:2: area: found E01990001 in 2021 2 times (lines 2, 3)" in told
    assert "E01990002 in 2021 3 times (lines 4, 5, 6)" in told


def test_rows_of_an_area_are_added_up_only_when_asked_and_only_when_complete(desk, balanced):
    file = desk.write("census.csv", LONG)
    request = {"value": "usual_residents", "period_from": "year"}
    seen = desk.ask("table", {"file": file, "combine": "sum"}, **request)
    assert values(seen, "2021") == {"E01990001": 636.0}
    assert values(seen, "2022") == {"E01990002": 751.0}
    assert balanced(seen) == {"suppressed": 1, "part of its area and period is missing": 1}
    assert seen.ledger.used == 3
    assert seen.ledger.notes == {"rows taken together by sum": 2}
    mean = desk.ask("table", {"file": file, "combine": "mean"}, **request)
    assert values(mean, "2021") == {"E01990001": 318.0}


def test_the_period_of_a_long_table_comes_from_its_column(desk, balanced):
    file = desk.write("census.csv", LONG)
    source = {"file": file, "where": {"age_group": "Aged 15 years and under"}}
    seen = desk.ask("table", source, value="usual_residents", period_from="year", periods=("2022",))
    assert values(seen) == {"E01990002": 751.0}
    assert balanced(seen) == {"filtered out: age_group": 2, "another period": 2}


def test_two_periods_need_two_columns(desk):
    file = desk.write("elec.csv", WIDE)
    told = desk.refused("table", {"file": file}, value="meters_n_2019", periods=("2019", "2020"))
    assert "2 periods and one column" in told


def test_areas_are_chosen_by_prefix_or_by_list(desk, balanced):
    file = desk.write("a.csv", "LSOA21CD,n\nE01990001,1\nE01990002,2\nW01990001,3\n")
    english = desk.ask("table", {"file": file, "areas": "E01"}, value="n")
    assert values(english) == {"E01990001": 1.0, "E01990002": 2.0}
    listed = desk.ask("table", {"file": file, "areas": ["W01990001"]}, value="n")
    assert values(listed) == {"W01990001": 3.0}
    assert balanced(listed) == {"area not asked for": 2}


@pytest.mark.parametrize(
    ("header", "geography"),
    [
        ("WD25CD", "wd25"), ("wd25cd", "wd25"), ("ward21_code", "wd21"), ("lsoa21_code", "lsoa21"),
        ("LSOA code (2021)", "lsoa21"), ("LSOA code (2011)", "lsoa11"), ("LSOA11CD", "lsoa11"),
        ("Local Authority District code (2024)", "lad24"), ("ltla24_code", "lad24"),
        ("ward_code", None), ("WardCode", None), ("New code", None), ("New_ward_code", None),
        ("Area Code", None), ("GEOGRAPHY_CODE", None), ("lsoa", None), ("anything", None),
    ],
)  # fmt: skip
def test_the_code_column_is_found_and_its_edition_read_from_its_name(desk, header, geography):
    level = "E01" if "lsoa" in header.casefold() else "E05"
    level = "E09" if geography == "lad24" else level
    text = f"name,{header},n\nAbbey,{level}990001,4\n"
    seen = desk.ask("table", {"file": desk.write("a.csv", text)}, value="n")
    assert seen.geography == geography
    assert values(seen) == {f"{level}990001": 4.0}


def test_two_code_columns_of_one_level_are_not_guessed_between(desk):
    text = "lsoa11_code,change,lsoa21_code\nE01990001,1,E01990002\n"
    file = desk.write("a.csv", text)
    told = desk.refused("table", {"file": file}, value="change")
    assert "2 columns of lsoa codes; allowed: name one with area: lsoa11_code, lsoa21_code" in told
    assert values(desk.ask("table", {"file": file, "area": "lsoa21_code"}, value="change")) == {
        "E01990002": 1.0
    }
    by_edition = desk.ask("table", {"file": file, "geography": "lsoa11"}, value="change")
    assert values(by_edition) == {"E01990001": 1.0}


def test_a_table_without_codes_is_refused(desk):
    file = desk.write("a.csv", "Ward,n\nAbbey,1\n")
    assert "no column of area codes" in desk.refused("table", {"file": file}, value="n")
    told = desk.refused("table", {"file": file, "area": "Wrd"}, value="n")
    assert "no column 'Wrd'" in told
    assert "did you mean 'Ward'" in told


def test_every_mistake_of_a_file_is_told_at_once_up_to_twenty(desk):
    rows = "".join(f"E0599{n:04},twelve\n" for n in range(25))
    told = desk.refused("table", {"file": desk.write("a.csv", "WD25CD,n\n" + rows)}, value="n")
    assert told.startswith("layer layer: 25 problems in its data, of which the first 20")
    assert "data/a.csv:2: n: found 'twelve'; allowed: a number" in told
    assert told.count("twelve") == 20


def test_a_missing_column_and_a_missing_value_field_are_told(desk):
    file = desk.write("a.csv", "WD25CD,households\nE05990001,1\n")
    assert "did you mean 'households'" in desk.refused("table", {"file": file}, value="housholds")
    assert "layers/layer.yaml: value: found nothing" in desk.refused("table", {"file": file})


def test_headers_cut_at_eighty_characters_are_matched_by_their_beginning(desk):
    cut = "Working age population 18-66 (for use with Employment Deprivation Domain): mid 20"
    file = desk.write("a.csv", f"LSOA code (2021),{cut}\nE01990001,900\n")
    assert values(desk.ask("table", {"file": file}, value=cut + "22")) == {"E01990001": 900.0}
    decile = "Crime Decile (where 1 is most deprived 10% of LSO"
    file = desk.write("b.csv", f"LSOA code (2021),Crime Rank (where 1,{decile}\nE01990001,9,1\n")
    seen = desk.ask("table", {"file": file}, value="Crime Decile (where 1 is most deprived 10%)")
    assert values(seen) == {"E01990001": 1.0}


def test_several_files_are_one_table_if_they_are_of_one_edition(desk):
    desk.write("a/one.csv", "WD25CD,n\nE05990001,1\n")
    desk.write("a/two.csv", "WD25CD,n\nE05990002,2\n")
    seen = desk.ask("table", {"file": "data/a/*.csv"}, value="n")
    assert values(seen) == {"E05990001": 1.0, "E05990002": 2.0}
    assert [source.label for source in seen.sources] == ["data/a/one.csv", "data/a/two.csv"]
    assert [source.rows for source in seen.sources] == [1, 1]
    desk.write("a/three.csv", "WD22CD,n\nE05990003,3\n")
    assert "wd22, wd25; allowed: one geography" in desk.refused(
        "table", {"file": "data/a/*.csv"}, value="n"
    )


def test_a_spreadsheet_with_title_rows_is_read_from_its_sheet(desk):
    rows = [["Invented", None], [None, None], ["Ward code", "Rate "], ["E05990001", 12.5]]
    with pd.ExcelWriter(desk.folder / "a.xlsx", engine="openpyxl") as writer:
        pd.DataFrame(rows).to_excel(writer, sheet_name="T1", index=False, header=False)
        pd.DataFrame([["notes"]]).to_excel(writer, sheet_name="T2", index=False, header=False)
    seen = desk.ask("table", {"file": "data/a.xlsx", "sheet": "T1"}, value="Rate")
    assert values(seen) == {"E05990001": 12.5}
    assert seen.table["row"].tolist() == [4]


def test_ranks_and_deciles_are_marked_with_the_score_to_use_instead(desk):
    file = desk.write("a.csv", "lsoa21_code,Income_rank,Income_score\nE01990001,9,0.3\n")
    rank = desk.ask("table", {"file": file}, value="Income_rank")
    assert (rank.measure_kind, rank.alternative) == ("rank", "Income_score")
    score = desk.ask("table", {"file": file}, value="Income_score")
    assert (score.measure_kind, score.alternative) == ("score", None)
    stated = desk.ask("table", {"file": file, "kind": "count"}, value="Income_rank")
    assert stated.measure_kind == "count"
    assert kind_of("Decile of wages") == "decile"
    assert kind_of("households") is None


def test_an_unknown_field_and_a_wrong_type_are_refused():
    with pytest.raises(ValidationError, match="shet"):
        Source(file="data/a.csv", shet="T1")
    with pytest.raises(ValidationError, match="file"):
        Source(file=3)


@pytest.mark.parametrize("combine", ["refuse", "sum"])
def test_a_table_of_missing_cells_gives_no_observation(desk, balanced, combine):
    file = desk.write("a.csv", "WD25CD,n\nE05990001,*\nE05990002,\n")
    seen = desk.ask("table", {"file": file, "combine": combine}, value="n")
    assert seen.table.empty
    assert balanced(seen) == {"suppressed": 1, "blank": 1}
