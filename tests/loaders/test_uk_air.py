"""Loader ``uk_air``: the published form of the files, with invented values."""

from __future__ import annotations

import pytest

PREAMBLE = (
    "Data supplied by UK-AIR on 5/6/2024\n"
    "All Data GMT hour ending\n"
    "Status: R = Ratified / P = Provisional / P* = As supplied\n"
    ',,"London Marylebone Road",,,,,,\n'
)
HEADER = (
    'Date,time,"PM<sub>10</sub> particulate matter (Hourly measured)",status,unit,'
    '"Nitrogen dioxide",status,unit\n'
)
#: Marylebone Road, published at 51.522530, -0.154611 and at TQ 281 820.
LATITUDE, LONGITUDE = 51.522530, -0.154611
POSITIONS = {"MY1": [LATITUDE, LONGITUDE], "ZZ2": [51.5, 0.1]}


def hours(day="01-01-2023", values=("10", "20", "30"), status="R", unit="ugm-3", first=1):
    return "".join(
        f"{day},{hour:02}:00,{value}.5,R,ugm-3 (TEOM FDMS),{value},{status},{unit}\n"
        for hour, value in enumerate(values, first)
    )


@pytest.fixture
def ask(desk):
    def run(text, source=None, name="MY1_2023.csv", header=HEADER, **request):
        desk.write(f"air/{name}", PREAMBLE + header + text)
        fields = {
            "file": "data/air/*.csv", "positions": POSITIONS, "observed_property": "NO2",
        } | (source or {})  # fmt: skip
        return desk.ask("uk_air", fields, **request)

    return run


def test_an_hour_is_known_by_its_beginning_and_the_last_of_a_year_stays_in_it(ask):
    text = hours(values=("1", "2")) + hours("31-12-2023", ("7",), first=24)
    seen = ask(text)
    assert seen.table["time"].tolist() == [
        "2023-01-01T00:00", "2023-01-01T01:00", "2023-12-31T23:00",
    ]  # fmt: skip
    assert seen.table["value"].tolist() == [1.0, 2.0, 7.0]
    assert set(seen.table["period"]) == {"2023"}
    assert seen.table["row"].tolist() == [6, 7, 8]
    assert seen.ledger.rows_in == 3


def test_a_site_is_where_its_published_grid_reference_says(ask):
    row = ask(hours(values=("1",))).table.iloc[0]
    assert (row["thing"], row["name"]) == ("MY1", "MY1")
    assert row["x"] == pytest.approx(528_125, abs=20)
    assert row["y"] == pytest.approx(182_016, abs=20)


def test_headers_lose_their_tags_and_each_property_has_its_own_column(ask):
    assert ask(hours(values=("4",)), {"observed_property": "PM10"}).table["value"].tolist() == [4.5]
    full = {"observed_property": "PM10 particulate matter (Hourly measured)"}
    assert ask(hours(values=("4",)), full).table["value"].tolist() == [4.5]


@pytest.mark.parametrize("form", ["latitude", "easting"])
def test_sites_come_from_a_table_in_degrees_or_on_the_grid(ask, desk, form):
    tables = {
        "latitude": f"Site Code,Site Name,Latitude,Longitude\nMY1,Marylebone,{LATITUDE},{LONGITUDE}"
        "\nGONE,Nowhere,,\n",
        "easting": "id,name,easting,northing\nMY1,Marylebone,528125,182016\nGONE,Nowhere,,\n",
    }
    sites = {"sites": desk.write("sites.csv", tables[form]), "positions": None}
    seen = ask(hours(values=("1",)), sites)
    assert seen.table["name"].tolist() == ["Marylebone"]
    assert seen.table["x"].iloc[0] == pytest.approx(528_125, abs=20)
    assert seen.ledger.notes["sites without a position in the UK"] == 1


def test_older_files_have_status_and_unit_in_one_column(ask):
    header = 'Date,time,"Nitric oxide",status/unit,"Nitrogen dioxide",status/unit\n'
    text = "01-01-2023,01:00,5,R ugm-3,8,P ugm-3\n01-01-2023,02:00,5,R ugm-3,9,R ugm-3\n"
    seen = ask(text, header=header)
    assert seen.table["value"].tolist() == [8.0, 9.0]
    assert seen.ledger.notes["values not ratified"] == 1
    assert ask(text, {"observed_property": "NO"}, header=header).table["value"].sum() == 10.0


def test_the_oldest_files_have_a_status_and_no_unit(ask):
    header = 'Date,Time,"Nitrogen dioxide",Status\n'
    assert ask("01-01-2023,01:00,5,V\n", header=header).table["value"].tolist() == [5.0]


def test_provisional_values_are_noted_or_rejected(ask, balanced):
    text = hours(values=("1", "2")) + hours(values=("3",), status="P", first=3)
    text += hours(values=("4",), status="P*", first=4)
    assert ask(text).ledger.notes["values not ratified"] == 2
    strict = ask(text, {"provisional": "reject"})
    assert strict.table["value"].tolist() == [1.0, 2.0]
    assert balanced(strict) == {"not ratified": 2}


def test_gaps_are_rejected_by_reason_and_never_zero(ask, balanced):
    text = (
        hours(values=("1",)) + "01-01-2023,02:00,,,,,,\n01-01-2023,03:00,,,,No data,,\nEnd,,,,,,,\n"
    )
    seen = ask(text)
    assert seen.table["value"].tolist() == [1.0]
    assert balanced(seen) == {"blank": 1, "not available": 1}


def test_limits_periods_and_capture_are_those_of_the_other_networks(ask, balanced):
    text = hours(values=("-3", "500", "20")) + hours("01-02-2023", ("9",))
    seen = ask(text, {"minimum": 0, "maximum": 400}, periods=("2023-01",))
    assert seen.table["value"].tolist() == [20.0]
    assert balanced(seen) == {"below 0": 1, "above 400": 1, "another period": 1}
    few = ask(text, {"capture": 0.75}, periods=("2023-01",))
    assert few.table.empty
    assert balanced(few) == {"site under 75%": 3, "another period": 1}
    enough = "".join(hours(f"{day:02}-01-2023", ["5"] * 24) for day in range(1, 25))
    kept = ask(enough, {"capture": 0.75}, periods=("2023-01",))
    assert len(kept.table) == 576  # 576 of the 744 hours of January: 77 %


def test_a_site_without_a_position_is_rejected(ask, balanced):
    seen = ask(hours(values=("1",)), {"positions": {"ZZ2": [51.5, 0.1]}})
    assert balanced(seen) == {"unknown site": 1}


def test_several_units_are_refused_with_where_they_are(ask):
    text = hours(values=("1",)) + hours(values=("2",), unit="mgm-3", first=2)
    with pytest.raises(Exception, match=r"ugm-3 \(.*:6\), mgm-3 \(.*:7\); allowed: one unit"):
        ask(text)
    same = hours(values=("1",)) + hours(values=("2",), unit="µg m<sup>-3</sup> (FIDAS)", first=2)
    assert len(ask(same).table) == 2


@pytest.mark.parametrize(
    ("text", "source", "told"),
    [
        ("2023-01-01,01:00,1,R,u,1,R,u\n", {}, "MY1_2023.csv:6: Date, time: found '2023-01-01 01"),
        ("01-01-2023,25:00,1,R,u,1,R,u\n", {}, "01:00 to 24:00"),
        ("01-01-2023,00:00,1,R,u,1,R,u\n", {}, "found '01-01-2023 00:00'"),
        ("01-01-2023,01:00,1,R,u,high,R,u\n", {}, "found 'high'"),
        ("01-01-2023,01:00,1,R,u,1,R,u\n", {"observed_property": "O3"}, "'O3'; allowed: PM10"),
        ("01-01-2023,01:00,1,R,u,1,R,u\n", {"positions": None}, "neither of sites and positions"),
        ("01-01-2023,01:00,1,R,u,1,R,u\n", {"positions": {"MY1": [0.1, 51.5]}}, "MY1 at (0.1, 51"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_the_value_at_fault(ask, text, source, told):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the text is asserted
        ask(text, source)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [("a,b,c\n1,2,3\n", "no line 'Date,time"), ("a,b\n1,2\n", "header: found 2 columns")],
)
def test_a_file_without_the_header_is_refused(desk, text, told):
    file = desk.write("MY1_2023.csv", text)
    source = {"file": file, "positions": POSITIONS, "observed_property": "NO2"}
    assert told in desk.refused("uk_air", source)


def test_a_table_of_sites_is_checked(ask, desk):
    file = desk.write("sites.csv", "code,latitude,longitude\nMY1,51.5,0\nMY1,51.5,0\n")
    with pytest.raises(Exception, match="MY1 twice"):
        ask(hours(), {"sites": file, "positions": None})
    desk.write("sites.csv", "code,where\nMY1,here\n")
    with pytest.raises(Exception, match="no column 'longitude'"):
        ask(hours(), {"sites": file, "positions": None})
