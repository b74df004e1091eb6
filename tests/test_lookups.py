from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placedata.errors import DataError
from placedata.lookups import Lookup, read_lookup_frame, recode


def lookup(rows, source="lsoa11", target="wd25", method="postcodes", **more):
    weights = pd.DataFrame(rows, columns=["from_code", "to_code", "weight"])
    return Lookup(source, target, weights, method, **more)


SPLIT = [("a", "X", 0.25), ("a", "Y", 0.75), ("b", "Y", 1.0), ("c", "Z", 0.5)]


def test_counts_move_by_weight():
    moved = lookup(SPLIT).apply(pd.Series({"a": 100.0, "b": 10.0, "c": 8.0}))
    assert moved.values.to_dict() == {"X": 25.0, "Y": 85.0, "Z": 4.0}
    assert (moved.allocated, moved.unallocated, moved.unmatched) == (114.0, 4.0, {})
    assert moved.unallocated_by == {"c": 4.0}
    assert moved.coverage.to_dict() == {"X": 1.0, "Y": 1.0, "Z": 1.0}


def test_a_missing_count_is_never_zero():
    moved = lookup(SPLIT).apply(pd.Series({"a": np.nan, "b": 10.0, "c": 0.0}))
    assert np.isnan(moved.values["X"])
    assert moved.values["Y"] == 10.0
    assert moved.values["Z"] == 0.0
    assert moved.coverage["X"] == 0.0
    assert moved.coverage["Y"] == pytest.approx(1 / 1.75)
    assert moved.missing == ("a",)


def test_an_absent_code_is_as_missing_as_nan():
    one = lookup(SPLIT).apply(pd.Series({"b": 10.0}))
    two = lookup(SPLIT).apply(pd.Series({"a": np.nan, "b": 10.0, "c": np.nan}))
    pd.testing.assert_series_equal(one.values, two.values)
    assert one.missing == two.missing == ("a", "c")


def test_a_target_without_any_source_has_no_value():
    moved = lookup(SPLIT, targets=("W", "X")).apply(pd.Series({"a": 4.0, "b": 1.0, "c": 1.0}))
    assert np.isnan(moved.values["W"])
    assert moved.coverage["W"] == 0.0


def test_unknown_codes_are_told_with_their_counts():
    moved = lookup(SPLIT).apply(pd.Series({"a": 1.0, "q": 7.0, "r": np.nan}))
    assert moved.unmatched == {"q": 7.0}


def test_a_known_source_without_weights_is_unallocated():
    moved = lookup(SPLIT, sources=("d",)).apply(pd.Series({"d": 9.0}))
    assert (moved.allocated, moved.unallocated, moved.unmatched) == (0.0, 9.0, {})


def test_counts_given_twice_are_an_error():
    with pytest.raises(DataError, match="counts given twice for a"):
        lookup(SPLIT).apply(pd.Series([1.0, 2.0], index=["a", "a"]))


def test_infinite_counts_are_an_error():
    with pytest.raises(DataError, match="counts are infinite for b"):
        lookup(SPLIT).apply(pd.Series({"b": np.inf}))


def test_means_are_weighted_by_people():
    values = pd.Series({"a": 10.0, "b": 40.0, "c": 7.0})
    people = pd.Series({"a": 400.0, "b": 100.0, "c": 10.0})
    found = lookup(SPLIT).apply_mean(values, people)
    # Y: 300 people of a at 10 and 100 of b at 40.
    assert found.values.to_dict() == {"X": 10.0, "Y": 17.5, "Z": 7.0}
    assert found.weight.to_dict() == {"X": 100.0, "Y": 400.0, "Z": 5.0}
    assert found.coverage.to_dict() == {"X": 1.0, "Y": 1.0, "Z": 1.0}


def test_a_missing_value_leaves_the_mean_to_the_others_and_lowers_the_coverage():
    people = pd.Series({"a": 400.0, "b": 100.0, "c": 10.0})
    found = lookup(SPLIT).apply_mean(pd.Series({"b": 40.0, "q": 1.0}), people)
    assert found.values["Y"] == 40.0
    assert np.isnan(found.values["X"])
    assert found.coverage["Y"] == 0.25
    assert found.missing == ("a", "c")
    assert found.unmatched == ("q",)


def test_a_value_without_a_weight_takes_no_part():
    found = lookup(SPLIT).apply_mean(pd.Series({"a": 1.0, "b": 3.0}), pd.Series({"a": 40.0}))
    assert found.values["Y"] == 1.0
    # b counts as an area of mean weight (40): 30 of 70 known.
    assert found.coverage["Y"] == pytest.approx(30 / 70)


def test_an_area_where_nobody_lives_has_no_mean():
    found = lookup(SPLIT).apply_mean(pd.Series({"c": 5.0}), pd.Series({"c": 0.0, "a": 1.0}))
    assert np.isnan(found.values["Z"])


def test_negative_weights_of_a_mean_are_an_error():
    with pytest.raises(DataError, match="must not be negative: a -1"):
        lookup(SPLIT).apply_mean(pd.Series({"a": 1.0}), pd.Series({"a": -1.0}))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("a", "X", 0.0)], "above 0 and at most 1: a"),
        ([("a", "X", np.nan)], "above 0 and at most 1: a"),
        ([("a", "X", 1.5)], "above 0 and at most 1: a"),
        ([("a", "X", 0.5), ("a", "X", 0.5)], "stands twice for a"),
        ([("a", "X", 0.7), ("a", "Y", 0.7)], "sum to more than 1 for a"),
    ],
)
def test_weights_that_would_lose_or_invent_are_refused(rows, message):
    with pytest.raises(DataError, match=message):
        lookup(rows)


def test_weights_that_round_above_one_are_scaled_to_one():
    moved = lookup([("a", "X", 0.5000002), ("a", "Y", 0.5000002)]).apply(pd.Series({"a": 1e6}))
    assert moved.allocated == pytest.approx(1e6, abs=1e-6)
    assert moved.unallocated == 0.0


def test_chains_multiply_and_keep_what_is_unallocated():
    first = lookup([("o", "a", 0.5), ("o", "b", 0.5), ("p", "e", 1.0)], "oa11", "lsoa11")
    chain = first.then(lookup(SPLIT, method="area"))
    rows = {(r.from_code, r.to_code): r.weight for r in chain.weights.itertuples()}
    assert rows == {("o", "X"): 0.125, ("o", "Y"): 0.875}
    assert (chain.source, chain.target, chain.method) == ("oa11", "wd25", "postcodes, then area")
    moved = chain.apply(pd.Series({"o": 8.0, "p": 3.0}))
    assert (moved.allocated, moved.unallocated) == (8.0, 3.0)
    assert "lsoa11 areas that lsoa11 -> wd25 does not know: 1 (e)" in chain.told()


def test_a_chain_of_unlike_geographies_is_refused():
    with pytest.raises(DataError, match=r"lsoa11 -> wd25 cannot be followed by lsoa11 -> wd25"):
        lookup(SPLIT).then(lookup(SPLIT))


@given(st.data())
def test_chains_conserve(data):
    seed = data.draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)

    def random(froms, tos, source, target):
        shares = rng.dirichlet(np.ones(len(tos) + 1), len(froms))[:, :-1]
        rows = [(f, t, shares[i, j]) for i, f in enumerate(froms) for j, t in enumerate(tos)]
        return lookup([row for row in rows if row[2] > 0.02], source, target, sources=tuple(froms))

    first = random([f"a{i}" for i in range(5)], [f"b{i}" for i in range(4)], "one", "two")
    second = random([f"b{i}" for i in range(3)], [f"c{i}" for i in range(6)], "two", "three")
    counts = pd.Series(rng.uniform(0, 1e5, 5), index=[f"a{i}" for i in range(5)])
    moved = first.then(second).apply(counts)
    assert moved.allocated + moved.unallocated == pytest.approx(counts.sum(), rel=1e-12)
    direct = second.apply(first.apply(counts).values)
    assert moved.allocated == pytest.approx(direct.allocated, rel=1e-12)


def test_best_fit_keeps_the_heaviest_target():
    fit = lookup(SPLIT).best_fit()
    assert dict(zip(fit.weights.from_code, fit.weights.to_code, strict=True)) == {
        "a": "Y", "b": "Y", "c": "Z",
    }  # fmt: skip
    assert set(fit.weights.weight) == {1.0}


def test_a_published_best_fit_is_read_and_its_faults_are_counted():
    frame = pd.DataFrame(
        {"lsoa": ["a ", "b", "b", "", "z", "c"], "ward": ["X", "Y", "Y", "X", "X", "Q"]}
    )
    found = read_lookup_frame(
        frame, "lsoa11", "wd17", ("lsoa", "ward"), sources=["a", "b", "c"], targets=["X", "Y"]
    )
    assert list(found.weights.from_code) == ["a", "b"]
    assert found.method == "published"
    assert found.notes["rows repeated"] == 1
    assert found.notes["rows without a code"] == 1
    assert found.named["rows of lsoa11 areas that the place does not have"] == ("z",)
    assert found.named["rows of wd17 areas that the place does not have"] == ("Q",)
    assert found.apply(pd.Series({"a": 1.0, "b": 1.0, "c": 5.0})).unallocated == 5.0


def test_a_published_lookup_may_carry_weights():
    frame = pd.DataFrame({"f": ["a", "a", "b"], "t": ["X", "Y", "Y"], "w": ["0.25", "0.75", "1"]})
    found = read_lookup_frame(frame, "lsoa11", "wd17", ("f", "t", "w"))
    assert found.apply(pd.Series({"a": 8.0, "b": 1.0})).values.to_dict() == {"X": 2.0, "Y": 7.0}


def test_a_published_weight_that_is_no_number_is_an_error():
    frame = pd.DataFrame({"f": ["a"], "t": ["X"], "w": ["most"]})
    with pytest.raises(DataError, match="column 'w' holds no number for a"):
        read_lookup_frame(frame, "lsoa11", "wd17", ("f", "t", "w"))


def test_several_targets_without_weights_are_refused():
    frame = pd.DataFrame({"f": ["a", "a"], "t": ["X", "Y"]})
    with pytest.raises(DataError, match="several targets and no weights for a"):
        read_lookup_frame(frame, "lsoa11", "wd17", ("f", "t"))


def test_an_absent_column_is_named_with_those_there_are():
    with pytest.raises(DataError, match=r"lookup: ward: found no such column; allowed: f, t"):
        read_lookup_frame(pd.DataFrame({"f": [], "t": []}), "a", "b", ("f", "ward"))


CHANGES = pd.DataFrame(
    [("a", "a", "U"), ("b", "N", "M"), ("c", "N", "M"), ("d", "d1", "S"), ("d", "d2", "S")],
    columns=["old", "new", "change"],
)


def test_unchanged_and_merged_areas_move_whole():
    found = recode(CHANGES.iloc[:3], "lsoa11", "lsoa21", ("old", "new", "change"))
    assert found.apply(pd.Series({"a": 1.0, "b": 2.0, "c": 3.0})).values.to_dict() == {
        "N": 5.0, "a": 1.0,
    }  # fmt: skip
    assert found.method == "published"
    assert found.notes["areas merged into one"] == 2


@pytest.mark.parametrize("columns", [("old", "new"), ("old", "new", "change")])
def test_a_split_without_weights_is_refused(columns):
    with pytest.raises(DataError, match=r"split areas need weights .*: d"):
        recode(CHANGES, "lsoa11", "lsoa21", columns)


def test_a_split_takes_the_weights_of_the_listed_pairs_scaled_to_one():
    weights = lookup(
        [("d", "d1", 0.6), ("d", "d2", 0.2), ("d", "a", 0.2), ("a", "N", 1.0)], target="lsoa21"
    )
    found = recode(CHANGES, "lsoa11", "lsoa21", ("old", "new", "change"), weights=weights)
    moved = found.apply(pd.Series({"a": 1.0, "b": 2.0, "c": 3.0, "d": 8.0}))
    assert moved.values.to_dict() == pytest.approx({"N": 5.0, "a": 1.0, "d1": 6.0, "d2": 2.0})
    assert moved.unallocated == 0.0
    assert found.method == "published, splits by postcodes"
    assert found.named["areas split"] == ("d",)


def test_one_part_of_a_split_is_not_taken_for_the_whole():
    weights = lookup([("d", "d1", 0.6), ("d", "d2", 0.4)], target="lsoa21")
    with pytest.raises(DataError, match="need weights"):
        recode(CHANGES.iloc[:4], "lsoa11", "lsoa21", ("old", "new", "change"))
    found = recode(CHANGES.iloc[:4], "lsoa11", "lsoa21", ("old", "new", "change"), weights=weights)
    assert found.apply(pd.Series({"d": 10.0})).unallocated == pytest.approx(4.0)


def test_weights_that_know_no_part_of_a_split_are_refused():
    weights = lookup([("a", "a", 1.0)], target="lsoa21")
    with pytest.raises(DataError, match="know no part of d"):
        recode(CHANGES, "lsoa11", "lsoa21", ("old", "new"), weights=weights)


def test_weights_between_other_geographies_are_refused():
    with pytest.raises(DataError, match="cannot be weighted by lsoa11 -> wd25"):
        recode(CHANGES, "lsoa11", "lsoa21", ("old", "new"), weights=lookup(SPLIT))
