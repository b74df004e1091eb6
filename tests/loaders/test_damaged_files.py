"""Damaged files: a loader counts every row or tells what is wrong, whatever the bytes."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from placedata.errors import DataError

POSTCODES = pd.DataFrame({"postcode": ["AM11AA"], "x": [540000.0], "y": [180000.0]})
UK_AIR = (
    "Data supplied by UK-AIR\nAll Data GMT hour ending\nStatus: R\n,,Toytown,,\n"
    'Date,time,"Nitrogen dioxide",status,unit\n01-01-2023,01:00,10,R,ugm-3\n'
    "01-01-2023,02:00,,,\n31-12-2023,24:00,30,P,ugm-3\n"
)
TEXTS = {
    "open_uprn": "UPRN,X_COORDINATE,Y_COORDINATE\n1,540100,180100\n2,,\n",
    "nsul": "UPRN,WD25CD\n1,E05990001\n2,\n3,E05990001\n",
    "uk_air": UK_AIR,
    "dft_counts": "count_point_id,year,road_name,easting,northing,estimation_method,"
    "all_motor_vehicles\n1,2024,A1,540500,180500,Counted,1000\n"
    "2,2024,U,540600,180600,Estimated,\n",
    "epc": "certificate_number,address1,postcode,current_energy_rating,lodgement_date,uprn\n"
    "a,1 Mill Lane,AM1 1AA,B,2020-01-01,11\nb,,AM1 1AA,,2010-01-01,\n",
    "nomis": "DATE_NAME,GEOGRAPHY_CODE,GEOGRAPHY_TYPE,CELL_NAME,OBS_VALUE,RECORD_COUNT\n"
    "2021,E01990001,2021 lower layer,All,80,2\n2021,E01990002,2021 lower layer,All,,2\n",
    "fingertips": "Indicator ID,Area Code,Area Type,Sex,Age,Category Type,Time period,Value,"
    "Value note\n1,E05990001,Wards,F,All,,2020,83.5,\n1,E05990002,Wards,F,All,,2020,,\n",
    "table": "Title,\nWD25CD,n\nE05990001,1\nE05990002,[c]\nNote,\n",
}
FIELDS = {
    "nsul": {"count_by": "WD25CD"},
    "uk_air": {"positions": {"a": [51.5, 0.1]}, "observed_property": "NO2"},
    "epc": {"band": "C"},
    "fingertips": {"indicator": 1},
}
BYTES = [b"", b",", b"\n", b'"', b"\xff", b"\0", b"-", b"E05", b"9" * 30, b"inf", b"\xef\xbb\xbf"]


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return the file with one to four bytes lost, doubled or replaced, or its end cut off."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(content)) if content else 0
        if chance.random() < 0.1:
            content = content[:at]
        else:
            content = content[:at] + chance.choice(BYTES) + content[at + chance.randint(0, 3) :]
    return content


@pytest.mark.parametrize("loader", TEXTS)
def test_a_damaged_file_is_counted_or_refused(desk, loader):
    text, chance = TEXTS[loader].encode(), random.Random(f"placedata {loader}")
    source = {"file": "data/a_2023.csv"} | FIELDS.get(loader, {})
    wanted = {"value": "n" if loader == "table" else None, "postcodes": lambda: POSTCODES}
    told, read = [], 0
    for number in range(120):
        desk.write("a_2023.csv", damaged(text, chance) if number else text)
        try:
            values = desk.ask(loader, source, **wanted).table["value"]
        except DataError as error:
            told.append(str(error))
        else:
            read += 1
            assert values.notna().all()
            assert not values.isin([float("inf"), float("-inf")]).any()
    assert read >= 3
    assert len(told) >= 3
    assert all(": found " in message for message in told)


def test_a_quote_that_is_never_closed_is_told(desk):
    file = desk.write("a.csv", 'WD25CD,n\nE05990001,"1\n' + "E05990002,2\n" * 20_000)
    assert "a cell that does not end" in desk.refused("table", {"file": file}, value="n")
