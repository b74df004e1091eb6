"""Loader ``codepoint``: both forms of Code-Point Open, with invented postcodes."""

from __future__ import annotations

from placedata.loaders.codepoint import tidy_postcode

#: 2014: seven characters, no space where the outward part has four.
OLD = (
    '"ZZ110AE",10,546406,183472,"E92000001","E19000003","E18000007","","E09990001","E05990001"\n'
    '"ZZ1 1AB",50,546206,183481,"E92000001","E19000003","E18000007","","E09990001","E05990002"\n'
    '"ZZ119ZZ",90,0,0,"E92000001","E19000003","E18000007","","",""\n'
)
#: 2025: always one space.
NEW = (
    '"ZZ11 0AE",10,546412,183471,"E92000001","E19000003","E18000007","","E09990001","E05990011"\n'
    '"ZZ1 1AB",60,546206,183481,"E92000001","E19000003","E18000007","","E09990002","E05990012"\n'
    '"ZZ11 9ZZ",90,0,0,"E92000001","E19000003","E18000007","","",""\n'
)
SHORT = "PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\n"
LONG = (
    "Postcode,Positional_quality_indicator,Eastings,Northings,Country_code,NHS_regional_HA_code,"
    "NHS_HA_code,Admin_county_code,Admin_district_code,Admin_ward_code\n"
)


def test_both_spellings_of_a_postcode_become_one(desk, balanced):
    for text in (OLD, NEW):
        seen = desk.ask("codepoint", {"file": desk.write("a.csv", text)})
        assert seen.table["thing"].tolist() == ["ZZ110AE", "ZZ11AB"]
        assert seen.table["name"].tolist() == ["ZZ11 0AE", "ZZ1 1AB"]
        assert seen.table["value"].tolist() == [1.0, 1.0]
        assert balanced(seen) == {"no position (quality 90)": 1}
        assert seen.keyed_by == "point"


def test_positions_wards_and_lines_are_those_of_the_file(desk):
    seen = desk.ask("codepoint", {"file": desk.write("a.csv", OLD)})
    first = seen.table.iloc[0]
    assert (first["x"], first["y"], first["row"]) == (546406.0, 183472.0, 1)
    assert (first["ward_code"], first["district_code"]) == ("E05990001", "E09990001")


def test_a_header_row_of_either_kind_is_understood(desk):
    plain = desk.ask("codepoint", {"file": desk.write("a.csv", NEW)}).table
    for header in (SHORT, LONG, SHORT + LONG):
        seen = desk.ask("codepoint", {"file": desk.write("b.csv", header + NEW)}).table
        assert seen["thing"].tolist() == plain["thing"].tolist()
        assert seen["x"].tolist() == plain["x"].tolist()
    assert seen["row"].tolist() == [3, 4]


def test_the_order_of_columns_can_come_from_the_file_of_headers(desk):
    headers = desk.write("headers.csv", SHORT + LONG)
    file = desk.write("a.csv", NEW)
    assert len(desk.ask("codepoint", {"file": file, "headers": headers}).table) == 2
    wrong = desk.write("wrong.csv", SHORT.replace("EA", "XX") + LONG.replace("Eastings", "XX"))
    told = desk.refused("codepoint", {"file": file, "headers": wrong})
    assert "no Eastings" in told


def test_districts_and_quality_can_be_limited(desk, balanced):
    file = desk.write("a.csv", NEW)
    district = desk.ask("codepoint", {"file": file, "district": "E09990001"})
    assert district.table["thing"].tolist() == ["ZZ110AE"]
    assert balanced(district) == {"another district": 1, "no position (quality 90)": 1}
    quality = desk.ask("codepoint", {"file": file, "quality": 50})
    assert balanced(quality) == {"positional quality above 50": 1, "no position (quality 90)": 1}


def test_a_position_of_zero_or_outside_the_uk_is_rejected(desk, balanced):
    tail = ',"E92000001","","","","E09990001","E05990001"\n'
    text = f'"ZZ1 1AA",10,0,0{tail}"ZZ1 1AB",10,900000,5{tail}"1ZZ",10,5000,5{tail}'
    text += f'"ZZ1 1AC",10,1,2{tail}'
    seen = desk.ask("codepoint", {"file": desk.write("a.csv", text)})
    assert seen.table["thing"].tolist() == ["ZZ11AC"]
    assert balanced(seen) == {"no position (0, 0)": 1, "outside the UK": 1, "no postcode": 1}


def test_os_s_folder_is_read_as_one_and_repeats_are_refused(desk):
    desk.write("csv/a.csv", OLD)
    desk.write("csv/b.csv", NEW.replace("ZZ", "YY"))
    seen = desk.ask("codepoint", {"file": "data/csv/*.csv"})
    assert seen.ledger.rows_in == 6
    assert [source.label for source in seen.sources] == ["data/csv/a.csv", "data/csv/b.csv"]
    desk.write("csv/c.csv", OLD)
    told = desk.refused("codepoint", {"file": "data/csv/*.csv"})
    assert "ZZ110AE at data/csv/a.csv:1, data/csv/c.csv:1" in told


def test_another_table_and_text_for_a_coordinate_are_refused(desk):
    told = desk.refused("codepoint", {"file": desk.write("a.csv", "a,b\n1,2\n")})
    assert "found 2 columns; allowed: 10 columns" in told
    told = desk.refused("codepoint", {"file": desk.write("b.csv", NEW.replace("546412", "here"))})
    assert "data/b.csv:1: easting: found 'here'" in told


def test_postcodes_are_tidied():
    assert tidy_postcode(" zz110ae ") == "ZZ11 0AE"
    assert tidy_postcode("ZZ1  1AB") == "ZZ1 1AB"
