"""Rank intervals: what they mean, and that they do not depend on how they are worked out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from placedata.errors import DataError
from placedata.framework import Framework
from placedata.index import (
    NOTHING,
    WEIGHTS_ONLY,
    Replicates,
    Sources,
    intervals,
    score,
    sensitivity,
    uncertainty,
)
from placedata.index.sources import Draws


def weights_varied(data, chosen, count, **options):
    asked = Replicates(count, **options)
    return uncertainty(data, chosen, sources=WEIGHTS_ONLY, replicates=asked).table


def framework(**component) -> Framework:
    return Framework.model_validate(
        {
            "id": "test",
            "title": "Test",
            "levels": ["index", "component"],
            "nodes": [
                {"id": "top", "level": "index", "title": "Top"},
                {"id": "one", "level": "component", "title": "One", "parent": "top"},
                {"id": "two", "level": "component", "title": "Two", "parent": "top"},
                {"id": "empty", "level": "component", "title": "Empty", "parent": "top"},
            ],
            "method": {
                "levels": {"component": {"aggregate": {"rule": "geometric", "floor": 0.1}}}
                | ({"component": component} if component else {})
            },
            "indicators": [
                {"id": name, "component": "one" if name in "ab" else "two"} for name in "abcd"
            ],
        }
    )


def table(areas: int = 12) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    values = rng.uniform(0, 100, size=(areas, 4))
    return pd.DataFrame(values, index=[f"E{at}" for at in range(areas)], columns=list("abcd"))


def test_an_area_that_is_best_everywhere_is_first_whatever_the_weights():
    best = pd.concat([table(), pd.DataFrame([[101.0] * 4], index=["best"], columns=list("abcd"))])
    found = weights_varied(best, framework(), 200)
    rows = found[(found["area_code"] == "best") & (found["node"] == "top")]
    assert rows[["rank", "mean", "low", "high", "top"]].to_numpy().tolist() == [[1, 1, 1, 1, 1]]


def test_the_interval_holds_the_nominal_rank_of_a_node_without_choice():
    # one indicator decides alone: no weight can change anything
    chosen = Framework.model_validate(
        {
            "id": "x",
            "title": "X",
            "levels": ["index"],
            "nodes": [{"id": "top", "level": "index", "title": "T"}],
            "indicators": [{"id": "a", "component": "top"}],
        }
    )
    found = weights_varied(table()[["a"]], chosen, 50)
    assert (found["low"] == found["rank"]).all()
    assert (found["high"] == found["rank"]).all()
    assert found["beats_next"].dropna().eq(1).all()
    assert sorted(found["group"]) == list(range(1, 13))


def test_the_result_depends_on_the_seed_and_on_nothing_of_how_the_work_is_divided():
    data = table()
    data.iloc[3, 1] = np.nan
    errors = pd.DataFrame(3.0, index=data.index, columns=list("ac"))

    def run(seed=5, **how):
        asked = Replicates(100, seed, **how)
        return uncertainty(data, framework(), standard_errors=errors, replicates=asked).table

    first = run()
    pd.testing.assert_frame_equal(first, run(chunk=7, threads=3))
    pd.testing.assert_frame_equal(first, run(chunk=1))
    pd.testing.assert_frame_equal(first, run(chunk=100, threads=2))
    assert not first.equals(run(seed=6))


def test_large_tables_too_do_not_depend_on_how_the_work_is_divided():
    data = table(700)
    whole = uncertainty(data, framework(), replicates=Replicates(40))
    parts = uncertainty(data, framework(), replicates=Replicates(40, chunk=3, threads=2))
    pd.testing.assert_frame_equal(whole.table, parts.table)


def test_a_shorter_run_is_the_beginning_of_a_longer_one():
    long = uncertainty(table(), framework(), replicates=Replicates(30)).ranks["top"]
    short = uncertainty(table(), framework(), replicates=Replicates(10)).ranks["top"]
    assert (long[:10] == short).all()


def test_replicates_are_scores_with_those_weights():
    """One replicate by hand: the same factors through the unchanged scoring."""
    data = table(4)
    found = weights_varied(data, framework(), 1, seed=3)
    factors = 1 + 0.25 * (2 * Draws(3, [0]).uniform("weights", 6)[0] - 1)  # a b | c d | one two
    changed = framework().model_dump(by_alias=True, exclude_unset=True)
    for item, factor in zip(changed["indicators"], factors[:4], strict=True):
        item["weight"] = factor
    for node, factor in zip(changed["nodes"][1:3], factors[4:], strict=True):
        node["weight"] = factor
    again = score(data, Framework.model_validate(changed))
    for node in ("one", "two", "top"):
        ranks = found[found["node"] == node].set_index("area_code")["mean"]
        assert ranks.tolist() == again.of(node)["rank"].astype(float).tolist()


def test_an_area_or_node_without_a_score_has_no_interval():
    data = table()
    data.iloc[3, :2] = np.nan
    found = weights_varied(data, framework(), 20).set_index("node")
    assert found.loc["empty", "mean"].isna().all()
    one = found.loc["one"].set_index("area_code")
    assert np.isnan(one.loc["E3", "median"])
    assert one.loc["E3", "group"] == 0
    assert one["high"].max() <= 11


def test_no_two_areas_of_one_group_can_be_told_apart():
    # The first swings from rank 1 to 3, so it is never sure to be ahead; but the second is always
    # ahead of the third, so those two may not share a group.
    ranks = np.array([[1, 2, 3]] * 50 + [[3, 1, 2]] * 50)
    assert sensitivity.groups(np.array([1.0, 2, 3]), ranks).tolist() == [1, 1, 2]
    # by brute force on random ranks: within a group no pair is sure, across the seam one is
    draws = np.argsort(np.random.default_rng(3).normal(np.arange(30) / 4, 1, (400, 30)))
    found = draws.argsort(axis=1) + 1
    nominal = np.arange(1.0, 31)
    made = sensitivity.groups(nominal, found)
    sure = np.array([[np.mean(found[:, a] < found[:, b]) >= 0.95 for b in range(30)]
                     for a in range(30)])  # fmt: skip
    for a in range(30):
        for b in range(a + 1, 30):
            assert not (made[a] == made[b] and sure[a, b])
    for first in range(1, 30):
        if made[first] != made[first - 1]:
            above = [a for a in range(first) if made[a] == made[first - 1]]
            assert sure[above, first].any()
    assert len(set(made)) > 3


def test_areas_that_swap_places_are_in_one_group_and_clear_ones_are_not():
    ranks = np.array([[1, 2, 3], [2, 1, 3]] * 50)
    assert sensitivity.groups(np.array([1.0, 2, 3]), ranks).tolist() == [1, 1, 2]


def test_without_any_change_no_source_has_a_share_in_it():
    flat = np.ones(10)
    found = sensitivity.sobol(flat, flat, np.ones((3, 10)))
    assert found.first.tolist() == [0, 0, 0]
    assert found.total.tolist() == [0, 0, 0]


def test_the_sobol_indices_of_a_sum_are_the_shares_of_its_variance():
    rng = np.random.default_rng(2)
    a, b = rng.uniform(size=(2, 60_000, 2))
    slopes = np.array([1.0, 3.0])
    crossed = np.stack([np.where(np.arange(2) == at, b, a) @ slopes for at in range(2)])
    found = sensitivity.sobol(a @ slopes, b @ slopes, crossed)
    np.testing.assert_allclose(found.first, [0.1, 0.9], atol=0.03)
    np.testing.assert_allclose(found.total, [0.1, 0.9], atol=0.03)


def test_what_cannot_be_done_is_refused_with_every_reason():
    with pytest.raises(DataError, match=r"1\.5") as told:
        Sources(weights=1.5, winsor=(0.6,), normalise=("best",))  # type: ignore[arg-type]
    assert len(told.value.problems) == 3
    with pytest.raises(DataError, match="0 replicates"):
        Replicates(0)
    wrong = pd.DataFrame({"a": [-1.0], "x": [1.0]}, index=["nowhere"])
    with pytest.raises(DataError, match="nowhere") as told:
        uncertainty(table(), framework(), standard_errors=wrong)
    assert len(told.value.problems) == 3


# ------------------------------------------------- what the engine does again and again is scoring

RULES = [
    {},
    {"aggregate": "geometric"},
    {"aggregate": "harmonic"},
    {"aggregate": {"rule": "power", "power": 0.5}},
    {"aggregate": "sum"},
    {"rescale": "z_score"},
    {"rescale": "min_max"},
    {"rescale": "rank"},
    {"rescale": "percentile_rank"},
    {"rescale": "exponential_rank"},
    {"rescale": "normal_score"},
    {"rescale": {"rule": "percentile_rank", "carry": "aggregate"}},
    {"weights": {"rule": "pc1", "otherwise": "equal"}, "rescale": "bounds"},
]
STAGES = [
    {},
    {"bounds": {"rule": "spread", "low": -5}},
    {"normalise": "z_score"},
    {"normalise": {"rule": "z_score", "mean": 100, "sd": 15, "clip": 2}},
    {"normalise": "none"},
    {"normalise": {"rule": "percentile_rank", "ties": "average"}},
    {"normalise": "normal_score"},
    {"normalise": {"rule": "exponential_rank", "ties": "average"}},
    {"normalise": "distance_to_maximum"},
    {"normalise": "fraction_of_maximum"},
    {"transform": ["log1p"]},
    {"transform": ["log_shift"]},
    {"transform": ["sqrt"]},
    {"transform": [{"rule": "arcsine", "whole": 102}]},
    {"transform": [{"rule": "logit", "whole": 102}]},
    {"transform": [{"rule": "linear", "times": 2, "add": -1}]},
    {
        "bounds": {"rule": "percentile", "shares": [0.1, 0.8]},
        "normalise": {"rule": "min_max", "outside": "clip"},
    },
    {"normalise": {"rule": "z_score", "divisor": "n"}},
    {"normalise": {"rule": "z_score", "people": "d"}},
    {"treat": {"rule": "winsorise", "share": 0.2}},
    {"treat": {"rule": "skew_kurtosis", "skew": 0.2, "kurtosis": 0.1}},
    {"impute": "median"},
    {"impute": "siblings"},
    {"impute": {"rule": "constant", "value": 50, "after": "normalise"}},
]


def scored_both_ways(node: dict, stage: dict):
    """Score data with known errors of 0 and once more: nothing may move."""
    data = table() + 1
    data.iloc[2, 0] = np.nan
    chosen = framework()
    changed = chosen.model_dump(by_alias=True, exclude_unset=True)
    floor = {} if "weights" in node or "rescale" in node or not node else node
    changed["method"] = {"indicator": stage, "levels": {"component": floor or node}}
    chosen = Framework.model_validate(changed)
    none = pd.DataFrame(0.0, index=data.index, columns=list("abcd"))  # drawn again, by 0
    again = uncertainty(
        data, chosen, sources=NOTHING, standard_errors=none, replicates=Replicates(2)
    )
    return score(data, chosen), again.table


def same(nominal, again):
    both = nominal.table.merge(again, on=["area_code", "node"], how="right", suffixes=("", "_2"))
    assert len(both) == 48
    for column in ("mean", "low", "high"):
        np.testing.assert_array_equal(both["rank"].astype(float), both[column])


@pytest.mark.parametrize("stage", STAGES, ids=str)
def test_with_errors_of_nothing_every_stage_gives_the_nominal_ranks(stage):
    same(*scored_both_ways({}, stage))


@pytest.mark.parametrize("node", RULES, ids=str)
def test_with_errors_of_nothing_every_mean_and_rescale_gives_the_nominal_ranks(node):
    same(*scored_both_ways(node, {"normalise": {"rule": "min_max", "to": [10, 90]}}))


def test_the_ward_framework_gives_the_columns_that_a_place_keeps():
    found = intervals(table(), framework(), replicates=50)
    assert list(found) == [
        "area_code", "node", "low", "high", "median", "p_top", "p_bottom", "group",
    ]  # fmt: skip
    assert len(found) == 4 * 12
    held = found.dropna()
    assert (held["low"] <= held["median"]).all()
    assert (held["median"] <= held["high"]).all()


# ----------------------------------------------------------------------------- single sources


@pytest.fixture
def one_indicator():
    return Framework.model_validate(
        {"id": "x", "title": "X", "levels": ["index"],
         "nodes": [{"id": "top", "level": "index", "title": "T"}],
         "indicators": [{"id": "a", "component": "top", "limits": {"low": 0, "high": 100}}]}
    )  # fmt: skip


def test_a_standard_error_gives_the_chance_of_swapping_that_theory_gives(one_indicator):
    from statistics import NormalDist

    data = pd.DataFrame({"a": [50.0, 53.0, 90.0]}, index=list("xyz"))
    errors = pd.DataFrame({"a": [2.0, 1.0, 0.0]}, index=list("xyz"))
    found = uncertainty(
        data, one_indicator, sources=NOTHING, standard_errors=errors,
        replicates=Replicates(20_000),
    ).table.set_index("area_code")  # fmt: skip
    theory = NormalDist().cdf(3 / 5**0.5)  # difference 3, variances 4 and 1
    assert found.loc["y", "beats_next"] == pytest.approx(theory, abs=0.01)
    assert found.loc["z", ["low", "high", "top"]].tolist() == [1, 1, 1]
    assert found.loc["x", "group"] == found.loc["y", "group"] > found.loc["z", "group"]


def test_independent_errors_add_up_as_variances(one_indicator):
    from statistics import NormalDist

    data = pd.DataFrame({"a": [50.0, 54.0]}, index=list("xy"))
    frames = {name: pd.DataFrame({"a": [2.0, 0.0]}, index=list("xy")) for name in ("one", "two")}
    found = uncertainty(
        data, one_indicator, sources=NOTHING, standard_errors=frames, replicates=Replicates(20_000)
    )
    assert found.sources == ("one", "two")
    theory = NormalDist().cdf(4 / 8**0.5)
    assert found.table.set_index("area_code").loc["y", "beats_next"] == pytest.approx(
        theory, abs=0.01
    )


def test_drawn_values_stop_at_the_limits_of_their_quantity(one_indicator):
    data = pd.DataFrame({"a": [0.0, 0.0, 50.0]}, index=list("xyz"))
    errors = pd.DataFrame({"a": [5.0, 0.0, 0.0]}, index=list("xyz"))
    found = uncertainty(
        data, one_indicator, sources=NOTHING, standard_errors=errors, replicates=Replicates(4000)
    ).ranks["top"]
    # half of the draws are stopped at 0, where x and y share rank 2; never below y
    assert set(found[:, 0]) == {2}
    assert (found[:, 1] == 2).mean() == pytest.approx(0.5, abs=0.03)


def test_leaving_out_takes_each_indicator_out_as_often():
    data = pd.DataFrame(
        {"a": [1.0, 0], "b": [1.0, 0], "c": [1.0, 0], "d": [0.0, 2.6]}, index=["x", "y"]
    )
    flat = Framework.model_validate(
        {"id": "x", "title": "X", "levels": ["index"],
         "nodes": [{"id": "top", "level": "index", "title": "T"}],
         "method": {"indicator": {"normalise": "none"}},
         "indicators": [{"id": name, "component": "top"} for name in "abcd"]}
    )  # fmt: skip
    only = Sources(0, normalise=(), aggregate=(), winsor=(), impute=False, leave_out=True)
    ranks = uncertainty(data, flat, sources=only, replicates=Replicates(5000)).ranks["top"]
    # y is ahead only where a, b or c is left out: three cases of five
    assert (ranks[:, 1] == 1).mean() == pytest.approx(0.6, abs=0.03)


def test_a_missing_value_is_drawn_about_what_the_others_say():
    data = table(30)
    data["b"] = data["a"] + np.random.default_rng(3).normal(0, 20, 30)
    data = data.sort_values("a")
    data.index = [f"E{at}" for at in range(30)]
    data.iloc[15, 1] = np.nan
    chosen = framework(aggregate="arithmetic")
    only = Sources(0, normalise=(), aggregate=(), winsor=(), impute=True, leave_out=False)
    found = uncertainty(data, chosen, sources=only, replicates=Replicates(2000)).table
    one = found[found["node"] == "one"].set_index("area_code")
    gap = one.loc["E15"]
    assert gap["low"] < gap["rank"] < gap["high"]
    assert abs(gap["median"] - gap["rank"]) <= 2
    # the others move by one place at most, as E15 passes them
    others = one.drop(index="E15")
    assert (others["high"] - others["low"]).max() <= 1
    without = uncertainty(data, chosen, sources=NOTHING, replicates=Replicates(20)).table
    assert (without["high"] == without["low"])[without["rank"].notna()].all()


def test_what_cannot_be_varied_is_told():
    found = uncertainty(table(), framework(), replicates=Replicates(5))
    assert any("no share is pulled in" in text for text in found.told)
    assert any("nothing is missing" in text for text in found.told)
    assert "winsor" not in found.sources
