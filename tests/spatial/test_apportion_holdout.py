"""The error of sharing out, measured where the truth is known, against sums done by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from math import sqrt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from placedata.catalog import read_catalog
from placedata.geography import Boundaries
from placedata.layers import Ground, build_layer
from placedata.spatial.apportion import lookup_by_area
from placedata.spatial.holdout import (
    Groups,
    count_errors,
    hold_out,
    mean_errors,
    merged_neighbours,
    parts_within,
)


def pairs(many: int) -> Groups:
    return Groups(np.repeat(np.arange(many), 2), np.arange(2 * many))


def test_the_share_put_into_the_wrong_part_is_that_of_the_sums_by_hand():
    # Eight pairs of 30 and 10 people: equal weights put 10 of 40 wrong, weights of 3 to 1 nobody.
    counts = np.tile([30.0, 10.0], 8)
    found = hold_out(pairs(8), {"even": np.ones(16), "right": np.tile([3.0, 1.0], 8)}, counts)
    assert found.groups == 8
    assert found.errors == pytest.approx({"even": 0.25, "right": 0.0, "best_fit": 0.25})
    # Squares of the shares: 2 × 0.25² over 2 × 0.5 × 0.5.
    assert found.dispersion["even"] == pytest.approx(0.25)
    assert found.winner == "right"


def test_best_fit_gives_all_to_the_part_that_weighs_most():
    counts = np.tile([10.0, 30.0], 8)
    found = hold_out(pairs(8), {"weights": np.tile([3.0, 1.0], 8)}, counts)
    # All 40 go to the first part, which has 10.
    assert found.errors["best_fit"] == pytest.approx(0.75)


def test_a_group_with_a_missing_figure_takes_no_part():
    counts = np.tile([30.0, 10.0], 9)
    counts[0] = np.nan
    found = hold_out(pairs(9), {"even": np.ones(18)}, counts)
    assert found.groups == 8


def test_too_few_groups_tell_nothing():
    assert hold_out(pairs(7), {"even": np.ones(14)}, np.ones(14)) is None


def test_a_perfect_method_of_means_errs_as_far_as_parts_differ():
    # Equal people, values 10 and 20: each part is 5 off the pair's 15, and weighs a half.
    people, values = np.full(16, 100.0), np.tile([10.0, 20.0], 8)
    found = hold_out(pairs(8), {"right": np.ones(16)}, people, values, centre=15.0)
    assert found.errors["right"] == pytest.approx(2.5)
    assert found.dispersion["right"] == 0.0
    # 2 × (0.5 × 5)² over 2 × 0.5 × 0.5.
    assert found.spread["right"] == pytest.approx(25.0)


WEIGHTS = pd.DataFrame(
    [("a", "X", 0.25), ("a", "Y", 0.75), ("b", "Y", 1.0)],
    columns=["from_code", "to_code", "weight"],
)


def test_an_area_in_one_ward_alone_adds_no_error():
    errors = count_errors(WEIGHTS, pd.Series({"a": 100.0, "b": 1e9}), 0.04)
    expected = sqrt(100**2 * 0.04 * 0.25 * 0.75)
    assert errors.to_dict() == pytest.approx({"X": expected, "Y": expected})


def test_people_in_the_wrong_ward_matter_as_far_as_their_value_differs():
    people, values = pd.Series({"a": 100.0, "b": 25.0}), pd.Series({"a": 30.0, "b": 50.0})
    wards = pd.Series({"X": 30.0, "Y": 35.0})
    errors = mean_errors(WEIGHTS, people, values, wards, (0.04, 9.0))
    room = 100**2 * 0.25 * 0.75
    assert errors["X"] == pytest.approx(sqrt(room * 9.0) / 25)
    assert errors["Y"] == pytest.approx(sqrt(room * (9.0 + 0.04 * 25)) / 100)


@given(st.lists(st.floats(1, 1e4), min_size=20, max_size=20), st.integers(0, 99))
def test_the_error_is_that_of_plain_pandas(counts, seed):
    mass = np.random.default_rng(seed).uniform(0.1, 5, 20)
    frame = pd.DataFrame({"g": np.repeat(range(10), 2), "c": counts, "m": mass})
    sums = frame.groupby("g").transform("sum")
    moved = sums["c"] * frame["m"] / sums["m"]
    expected = (moved - frame["c"]).abs().sum() / 2 / frame["c"].sum()
    found = hold_out(pairs(10), {"mass": mass}, np.array(counts))
    assert found.errors["mass"] == pytest.approx(expected)


def test_neighbours_touch_and_parts_lie_within(make_areas):
    row = make_areas({name: box(i, 0, i + 1, 1) for i, name in enumerate("abcd")})
    found = merged_neighbours(row)
    assert found.area.reshape(-1, 2).tolist() == [[0, 1], [1, 2], [2, 3]]
    halves = make_areas({"l": box(0, 0, 2, 1), "r": box(2, 0, 3, 1)})
    found = parts_within(row, halves)
    # The fourth lies outside both.
    assert list(zip(found.group, found.area, strict=True)) == [(0, 0), (0, 1), (1, 2)]


def test_in_the_sample_place_true_wards_lie_in_their_intervals(repository):
    catalog = read_catalog(repository)
    ground = Ground(catalog)
    for name in ("population_oa", "population"):
        ground.layers[name] = build_layer(catalog.layers[name], ground)
    layer = ground.layers["population"]
    values = layer.values.set_index("area_code")
    truth = pd.Series(
        json.loads((repository / "data/truth.json").read_text("utf-8"))["population_by_home"]
    )
    off = (values["value"] - truth).abs() / values["error_apportionment"]
    assert (off.dropna() < 1.96).mean() >= 0.8
    told = layer.apportionment
    assert (told["design"], told["finer"]) == ("finer", "population_oa")
    assert (told["method"], told["winner"]) == ("postcodes", "addresses")
    ranked = ["addresses", "postcodes", "area", "best_fit"]
    assert sorted(told["errors"], key=told["errors"].get) == ranked
    assert "goes by postcodes, though addresses came nearer" in layer.errors["apportionment"]


def test_people_by_smaller_areas_are_measured_but_never_against_themselves(repository):
    catalog = read_catalog(repository)
    way = {"by": "population", "population": "population_oa"}
    rules = [
        rule.model_copy(update=way) if rule.source == "lsoa21" else rule
        for rule in catalog.place.lookups
    ]
    place = catalog.place.model_copy(update={"lookups": rules})
    ground = Ground(replace(catalog, place=place))
    for name in ("population_oa", "population", "children"):
        ground.layers[name] = build_layer(catalog.layers[name], ground)
    told = ground.layers["children"].apportionment
    assert (told["method"], told["winner"]) == ("population", "population")
    assert told["errors"]["population"] < told["errors"]["postcodes"]
    # The residents of the census are the sum of those output areas: they would find themselves.
    told = ground.layers["population"].apportionment
    assert "population" not in told["errors"]
    assert "goes by people, taken to be as wrong as postcodes" in told["words"]


@pytest.mark.real
def test_nineteen_of_twenty_london_wards_lie_in_their_intervals(real_data):
    # MSOAs to wards made of whole LSOAs, whose people are known: truth by plain pandas.
    folder = real_data / "london"
    small = gpd.read_file(folder / "boundaries/london-2011-lsoa-gen20.zip")
    small["geometry"] = small.geometry.make_valid()
    small["ward"] = small["LSOA11CD"].map(
        pd.read_csv(folder / "lookups/lsoa11_ward17.csv", index_col=0)["ward17_code"]
    )
    people = pd.read_csv(folder / "population/lsoa11_mid2020.csv").set_index("LSOA11CD")
    small = small.join(people[["Persons_All-Ages", "Persons_65+"]].astype(float), on="LSOA11CD")

    def dissolved(geography, column):
        frame = small[[column, "geometry"]].dissolve(column).reset_index()
        frame = frame.rename(columns={column: "area_code"}).sort_values("area_code")
        return Boundaries(geography, frame.assign(area_name="").reset_index(drop=True))

    middle, wards = dissolved("msoa11", "MSOA11CD"), dissolved("wd17", "ward")
    lookup = lookup_by_area(middle, wards)
    area = {"area": middle.frame.geometry.area.to_numpy()}
    columns = ["Persons_All-Ages", "Persons_65+"]
    known = small.groupby("MSOA11CD")[columns].sum().reindex(middle.codes)
    truth = small.groupby("ward")[columns].sum()
    groups = merged_neighbours(middle)
    everybody, old = (lookup.apply(known[name]).values for name in columns)

    found = hold_out(groups, area, known[columns[0]].to_numpy())
    errors = count_errors(lookup.weights, known[columns[0]], found.dispersion["area"])
    off = ((everybody - truth[columns[0]]) / errors.where(errors > 0)).abs().dropna()
    assert len(off) > 500
    assert (off < 1.96).mean() == pytest.approx(0.95, abs=0.03)

    share = known[columns[1]] / known[columns[0]]
    centre = known[columns[1]].sum() / known[columns[0]].sum()
    found = hold_out(groups, area, known[columns[0]].to_numpy(), share.to_numpy(), centre)
    pair = (found.dispersion["area"], found.spread["area"])
    errors = mean_errors(lookup.weights, known[columns[0]], share, old / everybody, pair)
    right = truth[columns[1]] / truth[columns[0]]
    off = ((old / everybody - right) / errors.where(errors > 0)).abs().dropna()
    assert (off < 1.96).mean() == pytest.approx(0.95, abs=0.03)
