"""docs/apportionment.md says what the program does, and its figures are those of the real files."""

from __future__ import annotations

import re
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
import yaml

from placedata.definitions import LookupRule
from placedata.geography import Boundaries
from placedata.lookups import read_lookup_frame
from placedata.spatial.apportion import lookup_best_fit, lookup_by_area, lookup_by_points
from placedata.spatial.dasymetric import point_mass
from placedata.spatial.holdout import count_errors, hold_out, mean_errors, merged_neighbours


@pytest.fixture(scope="session")
def page(repository):
    return (repository / "docs" / "apportionment.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def borough(real_data):
    """Outlines, postcodes and people, read with plain pandas and geopandas."""
    home = real_data / "barking_and_dagenham"

    def read(geography, file, code, name=None):
        frame = gpd.read_file(home / "boundaries" / file).to_crs("EPSG:27700")
        names = frame[name or code]
        frame = frame.assign(area_code=frame[code], area_name=names)
        frame = frame[["area_code", "area_name", "geometry"]].sort_values("area_code")
        return Boundaries(geography, frame.reset_index(drop=True))

    def postcodes(vintage):
        points = pd.read_csv(home / "addresses" / f"codepoint_open_{vintage}.csv", header=None)
        points = points[points[1] != 90]
        return points[2].to_numpy(float), points[3].to_numpy(float)

    ages = pd.read_csv(home / "population" / "census2021_lsoa21_age6.csv")
    mid_2015 = pd.read_csv(
        home / "deprivation" / "iod2019_file6_population.csv", thousands=",", index_col=0
    )
    units = pd.read_csv(home / "lookups" / "postcode_oa11_lsoa11_may2022.csv", dtype=str)
    return SimpleNamespace(
        home=home,
        lsoa21=read("lsoa21", "lsoa_2021.geojson", "LSOA21CD"),
        lsoa11=read("lsoa11", "lsoa_2011.geojson", "LSOA11CD"),
        msoa11=read("msoa11", "msoa_2011.geojson", "MSOA11CD"),
        wd25=read("wd25", "wards_2025.geojson", "WD25CD", "WD25NM"),
        wd13=read("wd13", "wards_2013.geojson", "WD13CD"),
        new=postcodes("2025-11"),
        old=postcodes("2014-08"),
        ages=ages.pivot_table(
            index="lsoa21_code", columns="age_group", values="usual_residents", aggfunc="sum"
        ).astype(float),
        people=ages.groupby("lsoa21_code")["usual_residents"].sum().astype(float),
        score=pd.read_csv(home / "deprivation" / "imd2025_lsoa21.csv", index_col=0)["IMD_score"],
        mid_2015=mid_2015.iloc[:, 3:].astype(float),
        above=units.drop_duplicates("lsoa11cd").set_index("lsoa11cd")["msoa11cd"],
        ward=pd.read_csv(home / "lookups" / "lsoa11_ward17.csv", index_col=0)["ward17_code"],
    )


def test_the_example_on_the_page_runs(page):
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 1
    exec(blocks[0], {})


def test_the_rules_on_the_page_are_rules_of_a_place(page):
    (block,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    rules = [LookupRule.model_validate(rule) for rule in yaml.safe_load(block)["lookups"]]
    assert [(rule.by, rule.classes) for rule in rules] == [
        ("postcodes", None), ("dasymetric", {20.0: 10.0, 21.0: 4.0}),
    ]  # fmt: skip


@pytest.mark.real
def test_the_table_of_wards_on_the_page_is_that_of_the_files(page, borough):
    published = pd.read_csv(borough.home / "lookups" / "lsoa21_ward24_lad24.csv")
    source, target = borough.lsoa21, borough.wd25
    lookups = (
        lookup_by_points(source, target, *borough.new),
        lookup_by_area(source, target),
        read_lookup_frame(published, "lsoa21", "wd25", ("lsoa21_code", "ward24_code")),
    )
    counts = [lookup.apply(borough.people).values for lookup in lookups]
    means = [lookup.apply_mean(borough.score, borough.people).values for lookup in lookups]
    names = target.frame.set_index("area_code")["area_name"]
    for code in target.codes:
        cells = [f"{each[code]:,.0f}" for each in counts] + [f"{each[code]:.2f}" for each in means]
        assert f"| {' | '.join([names[code], *cells])} |" in page


@pytest.mark.real
def test_the_table_of_known_wards_on_the_page_is_that_of_the_files(page, borough):
    truth = borough.mid_2015.groupby(borough.ward).sum()
    known = borough.mid_2015.groupby(borough.above).sum()
    source, target = borough.msoa11, borough.wd13
    ways = {
        "postcodes": lookup_by_points(source, target, *borough.old),
        "area": lookup_by_area(source, target),
        "best fit": lookup_best_fit(source, target, *borough.old),
    }
    everybody, old = truth.columns[0], truth.columns[3]
    largest = []
    for way, lookup in ways.items():
        off = (lookup.apply(known[everybody]).values - truth[everybody]).abs()
        share = off / truth[everybody]
        wrong = off.sum() / 2 / truth[everybody].sum()
        cells = (share.median(), share.max(), wrong)
        row = [f"{cell * 100:#.2g}".rstrip(".") + " %" for cell in cells]
        assert f"| {way} | {' | '.join(row)} |" in page
        older = (lookup.apply(known[old]).values / truth[old] - 1).abs().max()
        largest.append(f"{older * 100:.0f} %")
    assert f"{largest[0]}, {largest[1]} and {largest[2]}" in page


@pytest.mark.real
def test_the_table_of_split_areas_on_the_page_is_that_of_the_files(page, borough):
    changes = pd.read_csv(borough.home / "lookups" / "lsoa11_lsoa21.csv", dtype=str)
    split = changes[changes["change_code"] == "S"].set_index("lsoa21_code")["lsoa11_code"]
    truth = borough.people.reindex(split.index)
    whole = truth.groupby(split).sum()
    ways = {
        "postcodes of November 2025": lookup_by_points(
            borough.lsoa11, borough.lsoa21, *borough.new
        ),
        "postcodes of August 2014": lookup_by_points(borough.lsoa11, borough.lsoa21, *borough.old),
        "area": lookup_by_area(borough.lsoa11, borough.lsoa21),
    }
    for way, lookup in ways.items():
        weights = lookup.weights.set_index(["from_code", "to_code"])["weight"]
        share = pd.Series([weights.get((b, a), 0.0) for a, b in split.items()], index=split.index)
        moved = share / share.groupby(split).transform("sum") * split.map(whole)
        largest = ((moved - truth).abs() / truth).max()
        wrong = (moved - truth).abs().sum() / 2 / truth.sum()
        assert f"| {way} | {largest * 100:.0f} % | {wrong * 100:.0f} % |" in page


@pytest.mark.real
def test_the_errors_by_indicator_on_the_page_are_those_of_the_files(page, borough):
    source = borough.lsoa21
    masses = {
        "postcodes": point_mass(*borough.new)(source),
        "area": source.frame.geometry.area.to_numpy(),
    }
    groups, lookup = merged_neighbours(source), lookup_by_points(source, borough.wd25, *borough.new)
    people = borough.people.reindex(source.codes)
    counts = {
        "Usual residents": people,
        "Aged 15 and under": borough.ages["Aged 15 years and under"],
        "Aged 16 to 24": borough.ages["Aged 16 to 24 years"],
        "Aged 65 and over": borough.ages["Aged 65 years and over"],
    }
    for title, given in counts.items():
        count = given.reindex(source.codes)
        found = hold_out(groups, masses, count.to_numpy())
        assert f"{found.groups} pairs" in page
        errors = count_errors(lookup.weights, count, found.dispersion["postcodes"])
        share = errors / lookup.apply(count).values
        row = [f"{found.errors[way] * 100:.1f} %" for way in ("postcodes", "area", "best_fit")]
        row += [f"{share.median() * 100:.1f} %", f"{share.max() * 100:.1f} %"]
        assert f"| {title} | {' | '.join(row)} |" in page
        assert share.idxmax() == "E05014053"
    modelled = borough.home.parent / "london" / "air_quality" / "laei2019_lsoa21_NO2.csv"
    no2 = pd.read_csv(modelled, index_col=0)["NO2-2019-mean"]
    for title, unit, decimals, given in (
        ("IoD 2025 score", "", 2, borough.score),
        ("NO2, 2019", " µg/m³", 2, no2),
    ):
        value = given.reindex(source.codes)
        centre = float((value * people).sum() / people.sum())
        found = hold_out(groups, masses, people.to_numpy(), value.to_numpy(), centre)
        pair = (found.dispersion["postcodes"], found.spread["postcodes"])
        wards = lookup.apply_mean(value, people).values
        errors = mean_errors(lookup.weights, people, value, wards, pair)
        cells = [found.errors[way] for way in ("postcodes", "area", "best_fit")]
        cells += [errors.median(), errors.max()]
        row = [f"{cell:.{decimals}f}{unit}" for cell in cells]
        assert f"| {title} | {' | '.join(row)} |" in page


@pytest.mark.real
def test_how_many_wards_of_2013_lie_in_their_intervals_is_told_on_the_page(page, borough):
    everybody = borough.mid_2015.columns[0]
    known = borough.mid_2015.groupby(borough.above).sum()[everybody].reindex(borough.msoa11.codes)
    truth = borough.mid_2015.groupby(borough.ward).sum()[everybody]
    areas = borough.msoa11
    masses = {
        "postcodes": point_mass(*borough.old)(areas),
        "area": areas.frame.geometry.area.to_numpy(),
    }
    found = hold_out(merged_neighbours(areas), masses, known.to_numpy())
    lookups = {
        "postcodes": lookup_by_points(areas, borough.wd13, *borough.old),
        "area": lookup_by_area(areas, borough.wd13),
    }
    told = []
    for way, lookup in lookups.items():
        errors = count_errors(lookup.weights, known, found.dispersion[way])
        off = (lookup.apply(known).values - truth).abs() / errors
        told.append(f"{int((off < 1.96).sum())} of the 17 by {way}")
    assert " and ".join(told) in page
