"""Loader ``deprivation``: the headers of every edition, with invented figures."""

from __future__ import annotations

import csv
import io

import pytest
from pydantic import ValidationError

from placedata.loaders.deprivation import Source, measure_of

LEAD = ["LSOA code (2021)", "LSOA name (2021)", "Local Authority District code (2024)",
        "Local Authority District name (2024)"]  # fmt: skip
#: File 7 of 2025 as published, with its headers cut at 80 characters.
DOMAINS = {
    "imd": "Index of Multiple Deprivation (IMD)", "income": "Income", "employment": "Employment",
    "education": "Education, Skills and Training", "health": "Health Deprivation and Disability",
    "crime": "Crime", "housing": "Barriers to Housing and Services",
    "environment": "Living Environment",
    "idaci": "Income Deprivation Affecting Children Index (IDACI)",
    "idaopi": "Income Deprivation Affecting Older People (IDAOPI)",
    "children_and_young_people": "Children and Young People Sub-domain",
    "adult_skills": "Adult Skills Sub-domain",
    "geographical_barriers": "Geographical Barriers Sub-domain",
    "wider_barriers": "Wider Barriers Sub-domain", "indoors": "Indoors Sub-domain",
    "outdoors": "Outdoors Sub-domain",
}  # fmt: skip
RATES = ("income", "employment", "idaci", "idaopi")
POPULATIONS = {
    "population_total": "Total population: mid 2022",
    "population_children": "Dependent Children aged 0-15: mid 2022",
    "population_older": "Older population aged 60 and over: mid 2022",
    "population_working_age": "Working age population 18-66 (for use with Employment Deprivation "
    "Domain): mid 2022",
}


def file_7() -> tuple[str, dict[str, int]]:
    """Return File 7 with one LSOA, whose figures are the numbers 1, 2, 3 ... by measure."""
    headers: dict[str, str] = {}
    for key, name in DOMAINS.items():
        headers[f"{key}_score"] = f"{name} Score" + (" (rate)" if key in RATES else "")
        headers[f"{key}_rank"] = f"{name} Rank (where 1 is most deprived)"[:80]
        headers[f"{key}_decile"] = f"{name} Decile (where 1 is most deprived 10% of LSOAs)"[:80]
    headers.update(POPULATIONS)
    known = {measure: number for number, measure in enumerate(headers, start=1)}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*LEAD, *headers.values()])
    writer.writerow(["E01990001", "Aldermarsh 001A", "E09990001", "Aldermarsh", *known.values()])
    return "\ufeff" + out.getvalue(), known


@pytest.mark.parametrize("measure", list(file_7()[1]))
def test_every_measure_of_file_7_is_found_under_its_own_header(desk, measure):
    text, known = file_7()
    seen = desk.ask("deprivation", {"file": desk.write("f7.csv", text), "measure": measure})
    assert seen.table["value"].tolist() == [known[measure]]
    assert seen.table["area_code"].tolist() == ["E01990001"]
    assert seen.table["period"].tolist() == ["2025"]
    assert seen.geography == "lsoa21"
    kind = "count" if measure.startswith("population") else measure.rsplit("_", 1)[1]
    assert seen.measure_kind == kind
    if kind in ("rank", "decile"):
        assert seen.alternative is not None
        assert measure_of(seen.alternative) == measure.rsplit("_", 1)[0] + "_score"
    else:
        assert seen.alternative is None


FILE_1 = (
    "\ufeffLSOA code (2011),LSOA name (2011),Local Authority District code (2019),"
    "Local Authority District name (2019),Index of Multiple Deprivation (IMD) Rank,"
    "Index of Multiple Deprivation (IMD) Decile\r\n"
    'E01990001,Aldermarsh 001A,E09990001,Aldermarsh,"29,199",9\r\n'
    'E01990002,Aldermarsh 001B,E09990001,Aldermarsh,"7,256",3\r\n'
    "E01990003,Elsewhere 001A,E09990002,Elsewhere,14486,5\r\n"
)
FILE_6 = (
    "\ufeffLSOA code (2011),LSOA name (2011),Local Authority District code (2019),"
    "Local Authority District name (2019),Total population: mid 2015 (excluding prisoners),"
    "Dependent Children aged 0-15: mid 2015 (excluding prisoners),"
    "Population aged 16-59: mid 2015 (excluding prisoners),"
    "Older population aged 60 and over: mid 2015 (excluding prisoners),"
    "Working age population 18-59/64: for use with Employment Deprivation Domain "
    "(excluding prisoners)\r\n"
    'E01990001,Aldermarsh 001A,E09990001,Aldermarsh,"2,040",522,"1,297",221,"1,285"\r\n'
)


def test_ranks_with_commas_are_numbers_and_have_no_score_in_file_1(desk, balanced):
    file = desk.write("f1.csv", FILE_1)
    where = {"Local Authority District code (2019)": "E09990001"}
    seen = desk.ask("deprivation", {"file": file, "where": where}, value="imd_rank")
    assert seen.table["value"].tolist() == [29199.0, 7256.0]
    assert (seen.geography, seen.measure_kind, seen.alternative) == ("lsoa11", "rank", None)
    assert balanced(seen) == {"filtered out: Local Authority District code (2019)": 1}
    told = desk.refused("deprivation", {"file": file}, value="income_rank")
    assert "did you mean 'imd_rank'" in told


@pytest.mark.parametrize(
    ("measure", "number"),
    [
        ("population_total", 2040), ("population_children", 522), ("population_16_59", 1297),
        ("population_older", 221), ("population_working_age", 1285),
    ],
)  # fmt: skip
def test_the_denominators_of_file_6_are_found(desk, measure, number):
    seen = desk.ask("deprivation", {"file": desk.write("f6.csv", FILE_6)}, value=measure)
    assert seen.table["value"].tolist() == [number]
    assert (seen.measure_kind, seen.table["period"].tolist()) == ("count", ["2019"])


@pytest.mark.parametrize(
    ("name", "header", "measure", "geography"),
    [
        ("imd2015_lsoa11.csv", "lsoa11_code,lad13_code,IMD_score,IMD_rank", "imd_score", "lsoa11"),
        ("a.csv", "lsoa11_code,lad13_code,IMD_score,IMD_rank", "imd_score", "lsoa11"),
        ("imd2015_subdomains.csv", "lsoa11_code,x,adult_skills_sub_domain_score,y",
         "adult_skills_score", "lsoa11"),
        ("imd2019_x.csv", "lsoa11_code,x,Housing_and_Access_rank,y", "housing_rank", "lsoa11"),
        ("imd2025_x.csv", "lsoa21_code,x,Housing_and_Services_score,y", "housing_score", "lsoa21"),
        ("a.csv", "lsoa21_code,x,Environment_decile,IMD_rank", "environment_decile", "lsoa21"),
    ],
)  # fmt: skip
def test_renamed_forms_are_known_by_their_headers_or_name(desk, name, header, measure, geography):
    file = desk.write(name, f"{header}\nE01990001,E09990001,0.5,7\n")
    seen = desk.ask("deprivation", {"file": file, "measure": measure})
    assert seen.table["value"].tolist() == [0.5]
    assert seen.geography == geography
    assert seen.table["nation"].tolist() == ["England"]


COMPOSITE = (
    "nation,lsoa,overall_local_score,income_score,employment_score,UK_IMD_E_score,original_decile,"
    "E_expanded_decile,UK_IMD_E_rank,UK_IMD_E_pop_decile,UK_IMD_E_pop_quintile\n"
    "E,E01990001,46.922,26.0,16.9,41.0,1,2,3747.5,3,1\n"
    "W,W01990001,33.1,14.0,12.0,35.0,2,2,9000.0,4,2\n"
)


def test_the_composite_of_nations_gives_the_official_score_of_england_only(desk, balanced):
    file = desk.write("imd2019_scores.csv", COMPOSITE)
    seen = desk.ask("deprivation", {"file": file, "measure": "imd_score"})
    assert seen.table["value"].tolist() == [46.922]
    assert balanced(seen) == {"another nation": 1}
    decile = desk.ask("deprivation", {"file": file, "measure": "imd_decile"})
    assert decile.table["value"].tolist() == [1.0]
    assert decile.alternative == "overall_local_score"


def test_scores_in_per_cent_are_left_as_they_are_and_noted(desk):
    file = desk.write("imd2019_scores.csv", COMPOSITE)
    seen = desk.ask("deprivation", {"file": file, "measure": "income_score"})
    assert seen.table["value"].tolist() == [26.0]
    assert seen.ledger.notes == {
        "scores in per cent, as the file gives them (officially a rate)": 1
    }


def test_a_blank_numerator_is_a_suppressed_small_count(desk, balanced):
    file = desk.write(
        "imd2025_indicators.csv",
        "lsoa21_code,income_domain_numerator,burglary_rate_per_1_000\nE01990001,,\n"
        "E01990002,40.0,5.2\n",
    )
    count = desk.ask("deprivation", {"file": file}, value="income_domain_numerator")
    assert count.table["value"].tolist() == [40.0]
    assert (count.measure_kind, balanced(count)) == ("count", {"suppressed": 1})
    rate = desk.ask("deprivation", {"file": file}, value="burglary_rate_per_1_000")
    assert (rate.measure_kind, balanced(rate)) == ("rate", {"blank": 1})


def test_a_stated_edition_must_be_that_of_the_headers(desk):
    file = desk.write("f1.csv", FILE_1)
    told = desk.refused("deprivation", {"file": file, "edition": 2025}, value="imd_rank")
    assert "edition 2025; allowed: 2019" in told
    told = desk.refused("deprivation", {"file": file, "edition": 2010}, value="imd_rank")
    assert "2015, 2019 or 2025" in told
    bare = desk.write("b.csv", "lsoa11_code,IMD_score\nE01990001,5\n")
    told = desk.refused("deprivation", {"file": bare}, value="imd_score")
    assert "say edition" in told
    seen = desk.ask("deprivation", {"file": bare, "edition": 2015}, value="imd_score")
    assert seen.table["period"].tolist() == ["2015"]


def test_two_editions_and_repeated_areas_are_refused(desk):
    one, two = desk.write("f1.csv", FILE_1), desk.write("f7.csv", file_7()[0])
    told = desk.refused("deprivation", {"file": [one, two]}, value="imd_rank")
    assert "editions 2019, 2025" in told
    copy = desk.write("copy.csv", FILE_1)
    told = desk.refused("deprivation", {"file": [one, copy]}, value="imd_rank")
    assert "E01990001 at data/f1.csv:2, data/copy.csv:2" in told


def test_no_measure_or_several_periods_are_refused(desk):
    file = desk.write("f1.csv", FILE_1)
    assert "no measure" in desk.refused("deprivation", {"file": file})
    told = desk.refused("deprivation", {"file": file}, value="imd_rank", periods=("2015", "2019"))
    assert "2 periods of one edition" in told


def test_other_nations_are_not_read_by_this_loader():
    with pytest.raises(ValidationError, match="England"):
        Source(file="data/a.csv", nation="Wales")
