"""A series of Barking and Dagenham over the change of LSOAs, and wards by another layer's mass."""

from __future__ import annotations

import pandas as pd
import pytest

from placedata import Place
from placedata.errors import DataError

pytestmark = pytest.mark.real

PLACE = """\
name: Barking and Dagenham
geography: wd25
boundaries:
  wd25: {file: real/barking_and_dagenham/boundaries/wards_2025.geojson, code: WD25CD, name: WD25NM}
  lsoa21: {file: real/barking_and_dagenham/boundaries/lsoa_2021.geojson}
  lsoa11: {file: real/barking_and_dagenham/boundaries/lsoa_2011.geojson}
postcodes: {file: real/barking_and_dagenham/addresses/codepoint_open_2025-11.csv}
data_roots: {real: ., own: .}
publisher: A test
lookups:
  - {from: lsoa21, to: wd25, by: postcodes}
"""
BETWEEN = """\
  - {from: lsoa11, to: lsoa21, by: file, code_from: lsoa11_code, code_to: lsoa21_code,
     change: change_code, file: real/barking_and_dagenham/lookups/lsoa11_lsoa21.csv}
"""
PEOPLE = """\
title: Residents
unit: people
polarity: neutral
statistic: sum
source: {loader: table, file: own/people_*.csv}
value: people
period: {from: year}
publisher: A test
licence: OGL-UK-3.0
"""


@pytest.fixture
def series(real_data, tmp_path):
    """A place whose residents are told by LSOAs of 2011 in 2015 and by those of 2021 in 2021."""
    home = real_data / "barking_and_dagenham"
    (tmp_path / "layers").mkdir()
    (tmp_path / "layers" / "people.yaml").write_text(PEOPLE)
    early = pd.read_csv(
        home / "deprivation" / "iod2019_file6_population.csv", thousands=",", index_col=0
    ).iloc[:, 3]
    late = pd.read_csv(home / "population" / "census2021_lsoa21_age6.csv")
    late = late.groupby("lsoa21_code")["usual_residents"].sum()
    for year, column, people in (("2015", "LSOA11CD", early), ("2021", "LSOA21CD", late)):
        frame = pd.DataFrame({column: people.index, "year": year, "people": people.to_numpy()})
        frame.to_csv(tmp_path / f"people_{year}.csv", index=False)

    def opened(rules: str, way: str = "postcodes") -> Place:
        (tmp_path / "place.yaml").write_text(PLACE.replace("by: postcodes", f"by: {way}") + rules)
        roots = {"real": real_data, "own": tmp_path}
        return Place.open(tmp_path, data_roots=roots, store=tmp_path / "store")

    return opened


def test_both_editions_come_to_the_wards_of_today_and_the_change_is_marked(series):
    layer = series(BETWEEN).check()["people"]
    totals = layer.values.groupby("period")["value"].sum()
    assert totals.to_dict() == pytest.approx({"2015": 203_101, "2021": 218_878})
    assert [(flow.unallocated, flow.outside) for flow in layer.flows] == [(0, 0), (0, 0)]
    (mark,) = layer.breaks
    assert (mark["before"], mark["period"], mark["from"], mark["to"]) == (
        "2015", "2021", "lsoa11", "lsoa21",
    )  # fmt: skip
    errors = layer.values.groupby("period")["error_apportionment"]
    assert (errors.count() == 19).all()


def test_without_a_way_from_the_old_edition_it_is_refused_by_name(series):
    with pytest.raises(DataError, match=r"codes that fit lsoa11 \(110 areas\), not wd25"):
        series("").check()


def test_wards_by_the_mass_of_postcodes_are_those_by_postcodes(series, tmp_path):
    by_points = series(BETWEEN).check()["people"].values.set_index(["period", "area_code"])["value"]
    # The same postcodes as a layer of points: the ancillary layer of a dasymetric lookup.
    points = "real/barking_and_dagenham/addresses/codepoint_open_2025-11.csv"
    text = PEOPLE.replace("Residents", "Postcodes").replace("statistic: sum", "statistic: count")
    text = text[: text.index("source:")] + f"source: {{loader: codepoint, file: {points}}}\n"
    text += "period: 2025\npublisher: A test\nlicence: OGL-UK-3.0\n"
    (tmp_path / "layers" / "postcodes.yaml").write_text(text)
    layer = series(BETWEEN, "dasymetric, ancillary: postcodes").check()["people"]
    moved = layer.values.set_index(["period", "area_code"])["value"]
    # Only the few postcodes outside every outline are dealt with otherwise.
    off = (moved["2021"] - by_points["2021"]).abs()
    assert off.sum() / 2 < 0.001 * 218_878
