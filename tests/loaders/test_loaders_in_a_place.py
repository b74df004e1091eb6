"""Each newer loader in a layer file of toytown, from YAML to ward figures done in the head."""

from __future__ import annotations

import math

import pytest

LAYERS = {
    "addresses": """\
title: Addresses
unit: addresses
polarity: neutral
statistic: count
source: {loader: open_uprn, file: data/osopenuprn.csv}
period: 2026
disclosure: {counts: things}
""",
    "homes": """\
title: Addresses by ward
unit: addresses
polarity: neutral
statistic: sum
source: {loader: nsul, file: data/nsul.csv, count_by: WD25CD}
period: 2026
disclosure: {counts: things}
""",
    "no2": """\
title: Nitrogen dioxide
unit: µg/m³
polarity: lower_is_better
statistic: mean
apportion: exposure
source:
  loader: uk_air
  file: data/air/*_2023.csv
  positions: {ZZ1: [51.5000, 0.0160]}
  observed_property: NO2
period: 2023
""",
    "traffic": """\
title: Motor vehicles a day
unit: vehicles a day
polarity: lower_is_better
statistic: mean
source: {loader: dft_counts, file: data/aadf.csv, vehicle: all_motor_vehicles, estimated: reject}
period: 2024
""",
    "band_c": """\
title: Homes of band C or better
unit: "%"
polarity: higher_is_better
statistic: mean
source: {loader: epc, file: data/certificates.csv, band: C}
period: 2025
disclosure: {counts: things}
""",
    "owners": """\
title: Homes that are owned
unit: homes
polarity: neutral
statistic: sum
source:
  loader: nomis
  file: data/nomis.csv
  where: {C2021_TENURE_9_NAME: Owned}
period: 2021
""",
    "expectancy": """\
title: Life expectancy of women
unit: years
polarity: higher_is_better
statistic: mean
source:
  loader: fingertips
  file: data/fingertips.csv
  indicator: 93283
  area_type: Wards
  sex: Female
period: 2016 - 20
""",
}
FILES = {
    "osopenuprn.csv": "\ufeffUPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE\n"
    "1,540100,180100,,\n2,540900,180900,,\n3,541500,181500,,\n4,300000,700000,,\n",
    "nsul.csv": "UPRN,GRIDGB1E,GRIDGB1N,PCDS,WD25CD\n1,1,1,A,E05990001\n2,1,1,A,E05990001\n"
    "3,1,1,A,E05990004\n4,1,1,A,E05770009\n",
    "air/ZZ1_2023.csv": "Data supplied by UK-AIR on 1/2/2024\nAll Data GMT hour ending\nStatus: R\n"
    ',,"Toytown",,\nDate,time,"Nitrogen dioxide",status,unit\n'
    "01-01-2023,01:00,10,R,ugm-3\n31-12-2023,24:00,30,R,ugm-3\n01-01-2024,01:00,99,R,ugm-3\n",
    "aadf.csv": "count_point_id,year,road_name,easting,northing,estimation_method,"
    "all_motor_vehicles\n1,2024,A1,540500,180500,Counted,1000\n2,2024,U,540600,180600,Counted,500\n"
    "3,2024,A1,541500,180500,Estimated,70000\n",
    "certificates.csv": "certificate_number,address1,address2,address3,postcode,"
    "current_energy_rating,inspection_date,lodgement_date,uprn\n"
    "a,1 Mill Lane,,,AM1 1AA,B,2020-01-01,2020-01-01,11\n"
    "b,1 Mill Lane,,,AM1 1AA,G,2010-01-01,2010-01-01,11\n"
    "c,2 Mill Lane,,,AM1 1AB,D,2020-01-01,2020-01-01,12\n"
    "d,1 North Road,,,AM1 3AA,A,2020-01-01,2020-01-01,\n",
    "nomis.csv": "DATE_NAME,GEOGRAPHY_CODE,GEOGRAPHY_TYPE,C2021_TENURE_9,C2021_TENURE_9_NAME,"
    "MEASURES,MEASURES_NAME,OBS_VALUE,RECORD_COUNT\n"
    "2021,E01990001,2021 super output areas - lower layer,1,Owned,20100,Value,80,3\n"
    "2021,E01990002,2021 super output areas - lower layer,1,Owned,20100,Value,60,3\n"
    "2021,E01990002,2021 super output areas - lower layer,2,Rented,20100,Value,7,3\n",
    "fingertips.csv": "Indicator ID,Indicator Name,Area Code,Area Type,Sex,Age,Category Type,"
    "Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,Value note\n"
    "93283,L,E05990001,Wards,Female,All ages,,2016 - 20,83.5,81,86,\n"
    "93283,L,E05990002,Wards,Female,All ages,,2016 - 20,,,,Value suppressed for "
    "disclosure control\n"
    "93283,L,E05990003,Wards,Female,All ages,,2016 - 20,,,,\n"
    "93283,L,E05990001,Wards,Male,All ages,,2016 - 20,79,77,81,\n",
}
NAN = math.nan
#: Figures of wards 1 to 4. Owners: 80 homes of the south go 3 to 1, 60 of the north in halves.
EXPECTED = {
    "addresses": [2, 0, 0, 1],
    "homes": [2, NAN, NAN, 1],
    "no2": [20, 20, 20, 20],
    "traffic": [750, NAN, NAN, NAN],
    "band_c": [50, NAN, 100, NAN],
    "owners": [60, 20, 30, 30],
    "expectancy": [83.5, NAN, NAN, NAN],
}


@pytest.fixture
def built(toy_place):
    for name, text in FILES.items():
        toy_place.write(f"data/{name}", text)
    for name, text in LAYERS.items():
        toy_place.layer(name, text)
    return toy_place.open().build().snapshot


def test_every_loader_gives_ward_figures_from_one_layer_file(built):
    found = {name: built.table(name)["value"].tolist() for name in LAYERS}
    for name, figures in EXPECTED.items():
        assert found[name] == pytest.approx(figures, nan_ok=True), name


def test_a_suppressed_ward_is_told_apart_from_a_missing_one(built):
    assert built.table("expectancy")["status"].tolist() == [
        "ok", "suppressed", "missing", "missing",
    ]  # fmt: skip


def test_no_uprn_and_no_address_is_in_what_is_published(built, toy_place):
    secrets = (b"Mill Lane", b"North Road")
    published = [path for path in (toy_place.folder / ".placedata").rglob("*") if path.is_file()]
    assert published
    assert [path.name for path in published if any(s in path.read_bytes() for s in secrets)] == []
