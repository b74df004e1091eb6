"""Loader ``laqn``: the network's files with all their oddities, and invented values."""

from __future__ import annotations

import math

import pytest

#: Degrees, and the Web Mercator metres that the columns named WGS84 hold (R = 6378137 m).
LATITUDE, LONGITUDE = 51.563752, 0.177891
MERCATOR_X = math.radians(LONGITUDE) * 6378137
MERCATOR_Y = math.log(math.tan(math.pi / 4 + math.radians(LATITUDE) / 2)) * 6378137

SITES_HEADER = (
    "@LocalAuthorityCode,@LocalAuthorityName,@SiteCode,@SiteName,@SiteType,@DateClosed,@DateOpened,"
    "@Latitude,@Longitude,@LatitudeWGS84,@LongitudeWGS84,@DataOwner\n"
)
SITES = SITES_HEADER + (
    f"1,Aldermarsh,ZZ1,Aldermarsh - Green,Suburban,,1999,{LATITUDE},{LONGITUDE},"
    f"{MERCATOR_Y},{MERCATOR_X},Aldermarsh\n"
    f"1,Aldermarsh,ZZ2,Aldermarsh - Farm,Kerbside,,1999,51.529389,0.132857,"
    f"{MERCATOR_Y},{MERCATOR_X},Aldermarsh\n"
    "1,Aldermarsh,ZZ3,Aldermarsh - Gone,Kerbside,2001,1999,,,,,Aldermarsh\n"
)
HEADER = "@SpeciesCode,@MeasurementDateGMT,@Value,SiteCode\n"


def hours(site="ZZ1", species="NO2", day="2023-01-01", values=("13.6", "7.3", "")):
    return "".join(
        f"{species},{day} {hour:02}:00:00,{value},{site}\n" for hour, value in enumerate(values)
    )


@pytest.fixture
def ask(desk):
    desk.write("sites.csv", SITES)

    def run(text, source=None, **request):
        desk.write("hourly/a.csv", HEADER + text)
        fields = {
            "sites": "data/sites.csv", "observations": "data/hourly/*.csv",
            "observed_property": "NO2",
        }  # fmt: skip
        return desk.ask("laqn", {**fields, **(source or {})}, **request)

    return run


def test_each_hour_is_one_observation_at_its_site(ask, balanced):
    seen = ask(hours())
    assert seen.table["value"].tolist() == [13.6, 7.3]
    assert seen.table["time"].tolist() == ["2023-01-01T00:00", "2023-01-01T01:00"]
    assert seen.table["period"].tolist() == ["2023", "2023"]
    assert seen.table["thing"].tolist() == ["ZZ1", "ZZ1"]
    assert seen.table["name"].iloc[0] == "Aldermarsh - Green"
    assert balanced(seen) == {"no value": 1}
    assert seen.keyed_by == "point"
    assert [source.label for source in seen.sources] == ["data/sites.csv", "data/hourly/a.csv"]


def test_the_true_degrees_are_used_and_the_misnamed_metres_noted(ask):
    seen = ask(hours())
    # Rush Green lies in the 1 km square TQ 51 87 (EPSG:27700: 551, 187).
    assert 551_000 < seen.table["x"].iloc[0] < 552_000
    assert 187_000 < seen.table["y"].iloc[0] < 188_000
    assert seen.ledger.notes["LatitudeWGS84 positions that are EPSG:3857, not degrees"] == 2
    assert seen.ledger.notes["sites whose two positions are over 100 m apart"] == 1
    assert seen.ledger.notes["sites without a position in the UK"] == 1


def test_a_site_with_mercator_metres_only_is_still_placed(ask, desk):
    plain = ask(hours()).table
    text = SITES_HEADER + (
        f"1,A,ZZ1,Green,S,,1999,,,{MERCATOR_Y},{MERCATOR_X},A\n"
        f"1,A,ZZ2,Farm,S,,1999,51.5,0.1,{MERCATOR_Y},{MERCATOR_X},A\n"
    )
    desk.write("sites.csv", text)
    seen = ask(hours()).table
    assert seen["x"].iloc[0] == pytest.approx(plain["x"].iloc[0], abs=0.1)
    assert seen["y"].iloc[0] == pytest.approx(plain["y"].iloc[0], abs=0.1)


def test_other_species_and_other_periods_are_rejected(ask, balanced):
    text = hours() + hours(species="PM10") + hours(day="2022-12-31") + hours(day="2023-02-01")
    seen = ask(text, periods=("2023-01",))
    assert set(seen.table["period"]) == {"2023-01"}
    assert balanced(seen) == {
        "another observed property": 3, "another period": 6, "no value": 1,
    }  # fmt: skip


def test_an_hour_with_two_different_values_loses_both_and_says_so(ask, balanced):
    text = hours(values=("1", "2", "3")) + hours(values=("1", "5"))
    seen = ask(text)
    assert seen.table["value"].tolist() == [1.0, 3.0]
    assert balanced(seen) == {"hour with two different values": 2, "repeated hour": 1}
    assert seen.ledger.examples["hour with two different values"] == (
        "data/hourly/a.csv:3", "data/hourly/a.csv:6",
    )  # fmt: skip


def test_negative_values_are_output_too_unless_a_minimum_is_stated(ask, balanced):
    text = hours(values=("-12.3", "-0.4", "752.8", "5"))
    seen = ask(text)
    assert seen.table["value"].tolist() == [-12.3, -0.4, 752.8, 5.0]
    assert seen.ledger.notes["negative values kept"] == 2
    limited = ask(text, {"minimum": -5, "maximum": 500})
    assert limited.table["value"].tolist() == [-0.4, 5.0]
    assert balanced(limited) == {"below -5": 1, "above 500": 1}


def test_the_missing_last_day_of_a_month_is_counted(ask):
    listed = "".join(hours(day=f"2023-02-{day:02}", values=["1"] * 24) for day in range(1, 28))
    notes = ask(listed).ledger.notes
    assert notes["hours in the months of the files"] == 672
    assert notes["hours not listed on the last day of a month"] == 24
    assert "hours not listed on other days" not in notes
    notes = ask(hours(values=["1"] * 10)).ledger.notes
    assert notes["hours in the months of the files"] == 744
    assert notes["hours not listed on the last day of a month"] == 24
    assert notes["hours not listed on other days"] == 710


def test_capture_can_be_demanded_of_a_site(ask, balanced):
    full = "".join(hours(day=f"2023-01-{day:02}", values=["2"] * 24) for day in range(1, 31))
    text = full + hours(site="ZZ2", values=["9"] * 24)
    seen = ask(text, periods=("2023-01",))
    assert seen.ledger.notes["sites with under 75% of a period's hours"] == 1
    assert set(seen.table["thing"]) == {"ZZ1", "ZZ2"}
    strict = ask(text, {"capture": 0.75}, periods=("2023-01",))
    assert set(strict.table["thing"]) == {"ZZ1"}
    assert balanced(strict) == {"site under 75%": 24}


def test_unknown_sites_and_sites_without_a_position_are_rejected(ask, balanced):
    seen = ask(hours(values=["1"]) + hours("YY9", values=["1"]) + hours("ZZ3", values=["1"]))
    assert seen.table["thing"].tolist() == ["ZZ1"]
    assert balanced(seen) == {"unknown site": 1, "site without a position": 1}


def test_fine_particles_have_two_codes_and_both_can_be_asked_for(ask):
    text = hours(species="PM25", values=["4"]) + hours("ZZ2", species="FINE", values=["6"])
    one = ask(text, {"observed_property": "PM25"})
    assert one.table["value"].tolist() == [4.0]
    assert one.ledger.notes["rows of FINE, also fine particles, not used"] == 1
    both = ask(text, {"observed_property": ["PM25", "FINE"]})
    assert both.table["value"].tolist() == [4.0, 6.0]


def test_mistakes_are_told(ask, desk):
    with pytest.raises(Exception, match="found NOX; allowed: NO2"):
        ask(hours(), {"observed_property": "NOX"})
    with pytest.raises(Exception, match=r"data/hourly/a\.csv:2: Value: found 'high'"):
        ask(hours(values=["high"]))
    with pytest.raises(
        Exception, match=r"a\.csv:2: @MeasurementDateGMT: found '01/13/2023 00:00:00'"
    ):
        ask(hours(day="01/13/2023", values=["1"]))
    with pytest.raises(Exception, match="2022/23; allowed: 2023, 2023-01 or a day"):
        ask(hours(), periods=("2022/23",))
    desk.write("sites.csv", SITES + SITES.splitlines()[1] + "\n")
    with pytest.raises(Exception, match="ZZ1 on lines 2, 5"):
        ask(hours())
    desk.write("sites.csv", SITES.replace("@SiteCode", "@Code"))
    with pytest.raises(Exception, match="no column '@SiteCode'"):
        ask(hours())


def test_a_period_without_hours_gives_nothing_and_says_why(ask, balanced):
    seen = ask(hours(), periods=("1999",))
    assert seen.table.empty
    assert balanced(seen) == {"another period": 3}
