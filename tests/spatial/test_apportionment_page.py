"""docs/apportionment.md says what the program does, and its figures are those of the real files."""

from __future__ import annotations

import re

import geopandas as gpd
import pandas as pd
import pytest

from placedata.geography import Boundaries
from placedata.lookups import read_lookup_frame
from placedata.spatial.apportion import lookup_by_area, lookup_by_points


@pytest.fixture(scope="session")
def page(repository):
    return (repository / "docs" / "apportionment.md").read_text(encoding="utf-8")


def test_the_example_on_the_page_runs(page):
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 1
    exec(blocks[0], {})


@pytest.mark.real
def test_the_table_of_wards_on_the_page_is_that_of_the_files(page, real_data):
    home = real_data / "barking_and_dagenham"

    def read(geography, file, code, name):
        frame = gpd.read_file(home / "boundaries" / file).to_crs("EPSG:27700")
        frame = frame.rename(columns={code: "area_code", name: "area_name"})
        frame = frame[["area_code", "area_name", "geometry"]].sort_values("area_code")
        return Boundaries(geography, frame.reset_index(drop=True))

    source = read("lsoa21", "lsoa_2021.geojson", "LSOA21CD", "LSOA21NM")
    target = read("wd25", "wards_2025.geojson", "WD25CD", "WD25NM")
    points = pd.read_csv(home / "addresses" / "codepoint_open_2025-11.csv", header=None)
    points = points[points[1] != 90]
    published = pd.read_csv(home / "lookups" / "lsoa21_ward24_lad24.csv")
    lookups = (
        lookup_by_points(source, target, points[2], points[3]),
        lookup_by_area(source, target),
        read_lookup_frame(published, "lsoa21", "wd25", ("lsoa21_code", "ward24_code")),
    )
    ages = pd.read_csv(home / "population" / "census2021_lsoa21_age6.csv")
    people = ages.groupby("lsoa21_code")["usual_residents"].sum()
    score = pd.read_csv(home / "deprivation" / "imd2025_lsoa21.csv", index_col=0)["IMD_score"]
    counts = [lookup.apply(people).values for lookup in lookups]
    means = [lookup.apply_mean(score, people).values for lookup in lookups]
    names = target.frame.set_index("area_code")["area_name"]
    for code in target.codes:
        cells = [f"{each[code]:,.0f}" for each in counts] + [f"{each[code]:.2f}" for each in means]
        assert f"| {' | '.join([names[code], *cells])} |" in page
