"""Loaders ``open_uprn`` and ``nsul``: national files of addresses in pieces; invented rows."""

from __future__ import annotations

import gzip
import io
import zipfile

import numpy as np
import pandas as pd
import pytest

HEADER = "UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE"
ROWS = """1,540100.00,180200.50,51.5,0.02
2,540900.25,180900.75,51.5,0.03
3,400000.00,600000.00,55.2,-2.0
4,,,,
5,540100.00,180200.50,51.5,0.02
"""
BOUNDS = (540000.0, 180000.0, 541000.0, 181000.0)
NSUL_HEADER = (
    "UPRN,GRIDGB1E,GRIDGB1N,PCDS,OA21CD,CTY25CD,CED25CD,LAD25CD,WD25CD,HLTH19CD,CTRY25CD,RGN25CD,"
    "PCON24CD,EER20CD,TTWA15CD,ITL25CD,NPARK16CD,LSOA21CD,MSOA21CD,WZ11CD,SICBL26CD,BUA24CD,"
    "BUASD11CD,RUC21IND,OAC21IND,LEP21CD1,LEP21CD2,PFA23CD,IMD19IND"
)


def nsul_row(uprn, ward, lsoa="E01990001", x=540100, y=180200):
    cells = dict.fromkeys(NSUL_HEADER.split(","), "")
    cells |= {"UPRN": uprn, "GRIDGB1E": x, "GRIDGB1N": y, "WD25CD": ward, "LSOA21CD": lsoa}
    cells |= {"PCDS": "ZZ1 1ZZ", "LAD25CD": "E09990001", "OA21CD": "E00990001"}
    return ",".join(str(cell) for cell in cells.values()) + "\n"


NSUL = "".join(
    nsul_row(*cells)
    for cells in [
        (1, "E05990001"),
        (2, "E05990002"),
        (3, "E05990001"),
        (4, ""),
        (5, "E05990001", "E01990002"),
        (6, "E07990009"),
    ]
)


def uprn_bytes(form):
    text = ("\ufeff" + HEADER + "\r\n" + ROWS.replace("\n", "\r\n")).encode()
    if form == "csv.gz":
        return gzip.compress(text)
    if form == "zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("osopenuprn_202606.csv", text)
            archive.writestr("licence.txt", "OGL")
        return packed.getvalue()
    return text


# -------------------------------------------------------------------------------------- open_uprn


@pytest.mark.parametrize("form", ["csv", "csv.gz", "zip"])
def test_the_national_file_is_read_with_its_mark_bare_gzipped_and_zipped(desk, balanced, form):
    file = desk.write(f"osopenuprn.{form}", uprn_bytes(form))
    seen = desk.ask("open_uprn", {"file": file}, bounds=BOUNDS, periods=("2026",))
    assert seen.table["x"].tolist() == [540100.0, 540900.25, 540100.0]
    assert seen.table["y"].tolist() == [180200.5, 180900.75, 180200.5]
    assert seen.table["row"].tolist() == [2, 3, 6]
    assert set(seen.table["period"]) == {"2026"}
    assert seen.table["value"].tolist() == [1.0, 1.0, 1.0]
    assert balanced(seen) == {"outside the place's rectangle": 1, "no coordinates": 1}
    assert (seen.ledger.rows_in, seen.sources[0].rows) == (5, 5)
    assert seen.keyed_by == "point"


def test_no_uprn_leaves_the_file(desk):
    text = f"{HEADER}\n100023336956,540100,180200,51.5,0\n100023336957,540101,180201,51.5,0\n"
    seen = desk.ask("open_uprn", {"file": desk.write("a.csv", text)})
    assert seen.table["thing"].tolist() == ["address 1", "address 2"]
    assert "10002333" not in seen.table.to_csv()
    assert "10002333" not in str(seen.ledger)


def test_without_a_rectangle_every_point_of_the_file_is_kept(desk, balanced):
    seen = desk.ask("open_uprn", {"file": desk.write("a.csv", f"{HEADER}\n{ROWS}")})
    assert len(seen.table) == 4
    assert balanced(seen) == {"no coordinates": 1}


def test_a_uprn_that_comes_twice_counts_once(desk, balanced):
    text = f"{HEADER}\n7,540100,180200,,\n7,540100,180200,,\n"
    seen = desk.ask("open_uprn", {"file": desk.write("a.csv", text)})
    assert len(seen.table) == 1
    assert balanced(seen) == {"repeated UPRN": 1}


def test_a_place_without_addresses_gives_nothing_and_says_why(desk, balanced):
    file = desk.write("a.csv", f"{HEADER}\n{ROWS}")
    seen = desk.ask("open_uprn", {"file": file}, bounds=(0.0, 0.0, 1.0, 1.0))
    assert seen.table.empty
    assert balanced(seen) == {"outside the place's rectangle": 4, "no coordinates": 1}


def test_columns_are_found_by_name_in_any_order(desk):
    text = "Y_COORDINATE,UPRN,X_COORDINATE\n180200,1,540100\n"
    table = desk.ask("open_uprn", {"file": desk.write("a.csv", text)}).table
    assert (table["x"].iloc[0], table["y"].iloc[0]) == (540100.0, 180200.0)


def test_more_rows_than_one_piece_are_counted_like_numpy_counts_them(desk, monkeypatch):
    monkeypatch.setattr("placedata.files.chunks._BLOCK", 4000)
    random = np.random.default_rng(7)
    x, y = random.uniform(539_000, 542_000, 3000), random.uniform(179_000, 182_000, 3000)
    lines = [f"{i},{a:.2f},{b:.2f},," for i, (a, b) in enumerate(zip(x, y, strict=True), 1)]
    file = desk.write("a.csv", HEADER + "\n" + "\n".join(lines) + "\n")
    seen = desk.ask("open_uprn", {"file": file}, bounds=BOUNDS)
    frame = pd.read_csv(io.StringIO("\n".join(lines)), header=None)
    expected = frame[frame[1].between(540000, 541000) & frame[2].between(180000, 181000)]
    np.testing.assert_array_equal(seen.table["x"], expected[1])
    np.testing.assert_array_equal(seen.table["row"], expected.index + 2)
    assert seen.ledger.rows_in == 3000


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", f"{HEADER}\n1,abc,180200,,\n", "invalid value 'abc'"),
        ("a.csv", f"{HEADER}\n1,540100\n", "Expected 5 columns, got 2"),
        ("a.csv", "UPRN,EASTING,NORTHING\n1,2,3\n", "no column 'X_COORDINATE'"),
        ("a.csv", "", "an empty file"),
        ("a.csv", b"PK\x00\x04\x00\xff", "UTF-8"),
        ("a.csv", "UPRN,UPRN\n1,1\n", "columns twice: 'UPRN'"),
        ("a.zip", "not a zip", "a damaged archive"),
        ("a.csv.gz", "not gzip", "damaged"),
        ("a.txt.bz2", "x", "allowed: .csv, .csv.gz, .zip"),
    ],
)
def test_a_file_that_is_something_else_is_refused_with_the_value_at_fault(
    desk, name, content, told
):
    assert told in desk.refused("open_uprn", {"file": desk.write(name, content)})


def test_a_zip_without_a_table_is_refused(desk):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    told = desk.refused("open_uprn", {"file": desk.write("a.zip", packed.getvalue())})
    assert "no CSV in the zip" in told


def test_one_file_under_two_names_is_refused_since_it_would_count_double(desk):
    desk.write("a.csv", f"{HEADER}\n{ROWS}")
    desk.write("b.csv", f"{HEADER}\n{ROWS}")
    assert "the same bytes as data/a.csv" in desk.refused("open_uprn", {"file": "data/*.csv"})


def test_two_periods_of_one_file_are_refused(desk):
    file = desk.write("a.csv", f"{HEADER}\n{ROWS}")
    told = desk.refused("open_uprn", {"file": file}, periods=("2025", "2026"))
    assert "2 periods, and a file that is of one; allowed: one period" in told


# ------------------------------------------------------------------------------------------- nsul


def test_uprns_are_counted_by_ward_with_the_edition_of_the_column(desk, balanced):
    file = desk.write("NSUL_LN.csv", f"{NSUL_HEADER}\n{NSUL}")
    seen = desk.ask("nsul", {"file": file, "count_by": "WD25CD"}, periods=("2026",))
    assert dict(zip(seen.table["area_code"], seen.table["value"], strict=True)) == {
        "E05990001": 3.0, "E05990002": 1.0,
    }  # fmt: skip
    assert (seen.geography, seen.measure_kind, seen.keyed_by) == ("wd25", "count", "area")
    assert balanced(seen) == {"no area code": 2}
    assert (seen.ledger.rows_in, seen.ledger.used) == (6, 4)
    assert seen.table["row"].tolist() == [2, 3]


def test_regions_in_one_zip_are_added_up(desk):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for region, text in (("LN", NSUL), ("EE", nsul_row(9, "E05990002"))):
            archive.writestr(f"Data/NSUL_JUN_2026_{region}.csv", f"{NSUL_HEADER}\n{text}")
    source = {"file": desk.write("nsul.zip", packed.getvalue()), "count_by": "lsoa21cd"}
    seen = desk.ask("nsul", source)
    assert seen.table["value"].tolist() == [6.0, 1.0]
    assert seen.geography == "lsoa21"
    assert seen.ledger.rows_in == 7


def test_only_the_areas_asked_for_are_counted(desk, balanced):
    file = desk.write("a.csv", f"{NSUL_HEADER}\n{NSUL}")
    source = {"file": file, "count_by": "WD25CD", "areas": ["E05990002"]}
    seen = desk.ask("nsul", source)
    assert seen.table["area_code"].tolist() == ["E05990002"]
    assert balanced(seen) == {"no area code": 2, "area not asked for": 3}
    assert len(desk.ask("nsul", source | {"areas": "E05"}).table) == 2


def test_without_a_column_to_count_by_each_uprn_is_a_point(desk, balanced):
    text = NSUL + nsul_row(7, "E05990001", x=300000) + nsul_row(8, "E05990001", x="", y="")
    file = desk.write("a.csv", f"{NSUL_HEADER}\n{text}")
    seen = desk.ask("nsul", {"file": file}, bounds=BOUNDS)
    assert len(seen.table) == 6
    assert seen.table["thing"].iloc[0] == "address 1"
    assert balanced(seen) == {"outside the place's rectangle": 1, "no coordinates": 1}


def test_a_column_of_another_edition_or_of_no_known_geography_is_refused(desk):
    file = desk.write("a.csv", f"{NSUL_HEADER}\n{NSUL}")
    told = desk.refused("nsul", {"file": file, "count_by": "WD24CD"})
    assert "no column 'WD24CD'" in told
    assert "did you mean 'WD25CD'" in told
    told = desk.refused("nsul", {"file": file, "count_by": "PCON24CD"})
    assert "allowed: OA21CD, LAD25CD, WD25CD, CTRY25CD, RGN25CD, LSOA21CD, MSOA21CD" in told
    assert "count_by: WD25CD" in desk.refused("nsul", {"file": file, "areas": "E05"})


def test_a_file_with_a_header_alone_counts_nothing(desk):
    seen = desk.ask("nsul", {"file": desk.write("a.csv", NSUL_HEADER + "\n"), "count_by": "WD25CD"})
    assert seen.table.empty
    assert seen.ledger.rows_in == 0
