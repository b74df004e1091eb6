"""Barking and Dagenham, read with plain pandas and geopandas, not by the loaders."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from placedata.geography import Boundaries
from placedata.lookups import recode
from placedata.spatial.apportion import (
    NO_POINT,
    lookup_best_fit,
    lookup_by_area,
    lookup_by_points,
)
from placedata.spatial.locate import points_in_areas

pytestmark = pytest.mark.real


@pytest.fixture(scope="session")
def borough(real_data):
    return real_data / "barking_and_dagenham"


@pytest.fixture(scope="session")
def areas(borough):
    def read(geography, file, code):
        frame = gpd.read_file(borough / "boundaries" / file).to_crs("EPSG:27700")
        frame = frame.rename(columns={code: "area_code"}).sort_values("area_code")
        frame["area_name"] = frame["area_code"]
        frame = frame[["area_code", "area_name", "geometry"]].reset_index(drop=True)
        return Boundaries(geography, frame)

    return {
        "wd25": read("wd25", "wards_2025.geojson", "WD25CD"),
        "wd13": read("wd13", "wards_2013.geojson", "WD13CD"),
        "lsoa11": read("lsoa11", "lsoa_2011.geojson", "LSOA11CD"),
        "lsoa21": read("lsoa21", "lsoa_2021.geojson", "LSOA21CD"),
    }


@pytest.fixture(scope="session")
def postcodes(borough):
    def read(vintage):
        table = pd.read_csv(borough / "addresses" / f"codepoint_open_{vintage}.csv", header=None)
        table = table[[1, 2, 3, 9]].set_axis(["quality", "x", "y", "ward"], axis=1)
        return table[table["quality"] != 90]

    return {"2014": read("2014-08"), "2025": read("2025-11")}


@pytest.fixture(scope="session")
def people(borough):
    long = pd.read_csv(borough / "population" / "census2021_lsoa21_age6.csv")
    census = long.groupby("lsoa21_code")["usual_residents"].sum().astype(float)
    file6 = pd.read_csv(
        borough / "deprivation" / "iod2019_file6_population.csv", thousands=",", index_col=0
    )
    return {"2021": census, "2015": file6.iloc[:, 3].astype(float)}


@pytest.mark.parametrize(("vintage", "wards"), [("2014", "wd13"), ("2025", "wd25")])
def test_postcodes_fall_in_the_ward_that_their_own_code_says(areas, postcodes, vintage, wards):
    points = postcodes[vintage]
    strict = points_in_areas(points["x"], points["y"], areas[wards])
    agree = strict.codes == points["ward"].to_numpy()
    assert agree.mean() >= 0.999
    # Those that do not are outside every outline, and the nearest ward is then the right one.
    assert set(strict.codes[~agree]) == {""}
    moved = points_in_areas(points["x"], points["y"], areas[wards], nearest=True)
    assert (moved.codes == points["ward"].to_numpy()).all()
    assert moved.moved_to_nearest == {"2014": 1, "2025": 3}[vintage]
    assert moved.furthest_moved < 5


def test_census_2021_is_conserved_on_the_wards_of_2025(areas, postcodes, people):
    points = postcodes["2025"]
    lookup = lookup_by_points(areas["lsoa21"], areas["wd25"], points["x"], points["y"])
    moved = lookup.apply(people["2021"])
    assert people["2021"].sum() == 218_878
    assert moved.allocated == pytest.approx(218_878, abs=1e-6)
    assert (moved.unallocated, moved.unmatched, moved.missing) == (0.0, {}, ())
    assert len(moved.values) == 19
    assert moved.values.notna().all()
    assert (moved.coverage == 1).all()


def test_mid_2015_is_conserved_on_the_wards_of_2013(areas, postcodes, people):
    points = postcodes["2014"]
    lookup = lookup_by_points(areas["lsoa11"], areas["wd13"], points["x"], points["y"])
    moved = lookup.apply(people["2015"])
    assert people["2015"].sum() == 203_101
    assert moved.allocated == pytest.approx(203_101, abs=1e-6)
    assert (moved.unallocated, moved.unmatched, moved.missing) == (0.0, {}, ())
    assert moved.values.notna().sum() == 17


def test_the_census_by_postcodes_is_that_of_plain_pandas(areas, postcodes, people):
    points = postcodes["2025"]
    located = gpd.GeoDataFrame(
        {"ward": points["ward"].to_numpy()},
        geometry=gpd.points_from_xy(points["x"], points["y"]),
        crs="EPSG:27700",
    )
    # The ward by Code-Point's own code, the LSOA by a spatial join; 1 point lies in no LSOA.
    joined = gpd.sjoin(located, areas["lsoa21"].frame, predicate="intersects")
    table = pd.crosstab(joined["area_code"], joined["ward"])
    share = table.div(table.sum(axis=1), axis=0)
    expected = share.mul(people["2021"].reindex(share.index), axis=0).sum()
    lookup = lookup_by_points(areas["lsoa21"], areas["wd25"], points["x"], points["y"])
    found = lookup.apply(people["2021"]).values
    assert lookup.notes["points outside every source area, not used"] == len(located) - len(joined)
    assert found.to_numpy() == pytest.approx(expected.reindex(found.index).to_numpy(), rel=1e-12)


def test_34_of_115_small_areas_are_split_between_the_wards_of_2025(areas):
    overlap = lookup_by_area(areas["lsoa21"], areas["wd25"]).weights
    largest = overlap.groupby("from_code")["weight"].max()
    assert len(largest) == 115
    assert (largest < 0.95).sum() == 34


def test_small_areas_of_2011_nest_in_the_wards_of_2013(areas):
    overlap = lookup_by_area(areas["lsoa11"], areas["wd13"]).weights
    largest = overlap.groupby("from_code")["weight"].max()
    assert (largest < 0.95).sum() == 1


def test_old_wards_to_new_ones_conserve(areas, postcodes, people):
    old, new = postcodes["2014"], postcodes["2025"]
    to_old = lookup_by_points(areas["lsoa11"], areas["wd13"], old["x"], old["y"])
    across = lookup_by_points(areas["wd13"], areas["wd25"], new["x"], new["y"])
    on_old = to_old.apply(people["2015"]).values
    moved = across.apply(on_old)
    assert moved.allocated == pytest.approx(203_101, abs=1e-6)
    assert moved.unallocated == 0.0
    chained = to_old.then(across).apply(people["2015"])
    assert chained.values.to_numpy() == pytest.approx(moved.values.to_numpy(), rel=1e-12)


def test_lsoa_2011_to_2021_by_the_published_changes_is_exact_but_for_the_splits(
    areas, borough, postcodes, people
):
    changes = pd.read_csv(borough / "lookups" / "lsoa11_lsoa21.csv", dtype=str)
    points = postcodes["2025"]
    weights = lookup_by_points(areas["lsoa11"], areas["lsoa21"], points["x"], points["y"])
    columns = ("lsoa11_code", "lsoa21_code", "change_code")
    lookup = recode(changes, "lsoa11", "lsoa21", columns, weights=weights)
    moved = lookup.apply(people["2015"])
    assert moved.allocated == pytest.approx(203_101, abs=1e-6)
    assert moved.unallocated == 0.0
    unchanged = changes.loc[changes["change_code"] == "U", "lsoa11_code"]
    assert len(unchanged) == 104
    assert (moved.values[unchanged] == people["2015"][unchanged]).all()
    assert moved.values["E01034479"] == people["2015"][["E01000048", "E01033588"]].sum()
    assert lookup.notes["areas split"] == 4


def test_a_chain_from_lsoa_2011_by_way_of_2021_to_wards_conserves(
    areas, borough, postcodes, people
):
    changes = pd.read_csv(borough / "lookups" / "lsoa11_lsoa21.csv", dtype=str)
    points = postcodes["2025"]
    between = lookup_by_points(areas["lsoa11"], areas["lsoa21"], points["x"], points["y"])
    columns = ("lsoa11_code", "lsoa21_code", "change_code")
    first = recode(changes, "lsoa11", "lsoa21", columns, weights=between)
    last = lookup_by_points(areas["lsoa21"], areas["wd25"], points["x"], points["y"])
    chain = first.then(last)
    moved = chain.apply(people["2015"])
    assert moved.allocated == pytest.approx(203_101, abs=1e-6)
    assert (moved.unallocated, moved.unmatched, chain.via) == (0.0, {}, ("lsoa21",))
    # Straight from LSOAs of 2011 the wards are nearly the same: only split areas differ.
    straight = lookup_by_points(areas["lsoa11"], areas["wd25"], points["x"], points["y"])
    off = (moved.values - straight.apply(people["2015"]).values).abs()
    assert off.sum() / 2 < 0.01 * 203_101


def test_area_overlap_shows_what_it_does_not_allocate(areas, people):
    moved = lookup_by_area(areas["lsoa21"], areas["wd25"]).apply(people["2021"])
    assert moved.allocated + moved.unallocated == pytest.approx(218_878, abs=1e-6)
    assert 0 < moved.unallocated < 0.01 * 218_878


def test_best_fit_moves_whole_small_areas_and_keeps_the_total(areas, postcodes, people):
    points = postcodes["2025"]
    by_points = lookup_by_points(areas["lsoa21"], areas["wd25"], points["x"], points["y"])
    fit = lookup_best_fit(areas["lsoa21"], areas["wd25"], points["x"], points["y"])
    assert fit.apply(people["2021"]).allocated == pytest.approx(218_878, abs=1e-6)
    gap = fit.apply(people["2021"]).values - by_points.apply(people["2021"]).values
    assert np.abs(gap).max() > 500


def test_every_small_area_holds_a_postcode(areas, postcodes):
    points = postcodes["2025"]
    lookup = lookup_by_points(areas["lsoa21"], areas["wd25"], points["x"], points["y"])
    assert lookup.notes[NO_POINT] == 0


def test_known_ward_counts_are_nearest_by_postcodes_then_area_then_best_fit(
    areas, borough, postcodes, people
):
    # Small areas of 2011 nest in the wards of 2013, so the truth is known there. Middle areas do
    # not nest: move their totals and see who comes nearest.
    frame = gpd.read_file(borough / "boundaries" / "msoa_2011.geojson").to_crs("EPSG:27700")
    frame = frame.rename(columns={"MSOA11CD": "area_code", "MSOA11NM": "area_name"})
    frame = frame[["area_code", "area_name", "geometry"]]
    middle = Boundaries("msoa11", frame.sort_values("area_code").reset_index(drop=True))
    units = pd.read_csv(borough / "lookups" / "postcode_oa11_lsoa11_may2022.csv", dtype=str)
    above = units.drop_duplicates("lsoa11cd").set_index("lsoa11cd")["msoa11cd"]
    ward = pd.read_csv(borough / "lookups" / "lsoa11_ward17.csv", index_col=0)["ward17_code"]
    truth = people["2015"].groupby(ward).sum()
    totals = people["2015"].groupby(above).sum()
    points = postcodes["2014"]
    lookups = {
        "postcodes": lookup_by_points(middle, areas["wd13"], points["x"], points["y"]),
        "area": lookup_by_area(middle, areas["wd13"]),
        "best fit": lookup_best_fit(middle, areas["wd13"], points["x"], points["y"]),
    }
    misplaced = {
        name: (lookup.apply(totals).values - truth).abs().sum() / 2 / truth.sum()
        for name, lookup in lookups.items()
    }
    assert misplaced["postcodes"] < 0.04 < misplaced["area"] < 0.10 < misplaced["best fit"]
