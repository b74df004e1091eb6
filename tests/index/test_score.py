"""Scoring a table: edge cases that must end well, and what must hold for every table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from placedata.errors import DataError
from placedata.framework import Framework
from placedata.index import score

NAN = np.nan


def framework(
    method: dict | None = None, indicators: list[dict] | None = None, **more
) -> Framework:
    """Return index -> two components, two indicators each, unless told otherwise."""
    default = [
        {"id": "a", "component": "one"},
        {"id": "b", "component": "one"},
        {"id": "c", "component": "two"},
        {"id": "d", "component": "two"},
    ]
    return Framework.model_validate(
        {
            "id": "test",
            "title": "Test",
            "levels": ["index", "component"],
            "nodes": [
                {"id": "top", "level": "index", "title": "Top"},
                {"id": "one", "level": "component", "title": "One", "parent": "top"},
                {"id": "two", "level": "component", "title": "Two", "parent": "top"},
            ],
            "method": method or {},
            "indicators": default if indicators is None else indicators,
            **more,
        }
    )


def single(**options) -> Framework:
    """Return a framework with one indicator, and the options of that indicator."""
    nodes = [{"id": "top", "level": "index", "title": "Top"}]
    return framework(
        indicators=[{"id": "a", "component": "top", **options}], nodes=nodes, levels=["index"]
    )


def frame(**columns) -> pd.DataFrame:
    values = {name: np.asarray(column) for name, column in columns.items()}
    count = len(next(iter(values.values())))
    codes = pd.Index([f"E0599{at:04d}" for at in range(count)], name="area_code")
    return pd.DataFrame(values, index=codes)


def some_table(areas: int = 20, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return frame(**{name: rng.lognormal(2, 0.6, areas) for name in "abcd"})


def told(scores, node: str, stage: str | None = None) -> str:
    return "\n".join(
        d.text for d in scores.decisions if d.node == node and stage in (None, d.stage)
    )


def refused(table: pd.DataFrame, chosen: Framework) -> str:
    with pytest.raises(DataError) as caught:
        score(table, chosen)
    return str(caught.value)


# ------------------------------------------------------------------------------------ the result


def test_the_result_is_long_with_every_area_on_every_node_and_indicator():
    table = some_table()
    scores = score(table, framework())
    assert list(scores.table) == ["area_code", "node", "level", "score", "rank", "coverage"]
    assert len(scores.table) == 20 * (3 + 4)
    assert scores.table["level"].unique().tolist() == ["index", "component", "indicator"]
    assert scores.table["score"].between(0, 100).all()
    assert scores.rank_note == "no rank intervals were asked for"
    assert scores.of("top")["rank"].dtype == "Int64"


def test_bounds_and_weights_are_told_for_every_indicator_and_node():
    scores = score(some_table(), framework())
    assert scores.bounds["indicator"].tolist() == list("abcd")
    weights = scores.weights.set_index("node")
    assert weights["weight"].to_dict() == dict.fromkeys(["one", "two", *"abcd"], 0.5)
    assert weights.loc[list("abcd"), "effective"].tolist() == [0.25] * 4
    assert weights.loc["a", "parent"] == "one"


def test_the_table_given_is_left_as_it_was():
    table = some_table()
    before = table.copy(deep=True)
    score(table, framework({"indicator": {"treat": {"rule": "winsorise", "share": 0.1}}}))
    pd.testing.assert_frame_equal(table, before)


def test_lower_is_better_turns_the_score_round_and_not_the_value():
    indicators = [{"id": "a", "component": "one", "polarity": "lower_is_better"}]
    scores = score(frame(a=[1.0, 2.0, 5.0]), framework(indicators=indicators))
    assert scores.of("a")["score"].tolist() == [100, 75, 0]
    assert scores.stages["treated"]["a"].tolist() == [1, 2, 5]


def test_in_a_framework_of_deprivation_a_high_score_is_bad():
    item = {"id": "a", "component": "one", "polarity": "lower_is_better"}
    chosen = framework(indicators=[item], polarity="lower_is_better")
    scores = score(frame(a=[1.0, 2.0, 5.0]), chosen)
    assert scores.of("a")["score"].tolist() == [0, 25, 100]
    assert scores.bounds.loc[0, ["worst", "best"]].tolist() == [5, 1]


def test_an_indicator_with_a_target_is_scored_by_its_distance():
    scores = score(frame(a=[18.0, 21.0, 25.0]), single(target=21, polarity="neutral"))
    assert scores.of("a")["score"].tolist() == [25, 100, 0]


def test_goalposts_go_through_the_transform_of_their_column():
    chosen = single(transform=["log"], goalposts={"best": 100, "worst": 1})
    scores = score(frame(a=[1.0, 10.0, 100.0]), chosen)
    np.testing.assert_allclose(scores.of("a")["score"], [0, 50, 100])


def test_a_transform_that_ranks_takes_no_goalposts():
    chosen = single(transform=["rank"], goalposts={"best": 100, "worst": 1})
    assert "goalpost" in refused(frame(a=[1.0, 10.0]), chosen)


# --------------------------------------------------------------------------------- missing values


def test_a_missing_value_is_never_zero_and_shows_in_coverage():
    table = some_table()
    table.loc[table.index[3], "a"] = NAN
    scores = score(table, framework())
    wide = scores.wide()
    assert np.isnan(wide.loc[table.index[3], "a"])
    assert wide.loc[table.index[3], "one"] == wide.loc[table.index[3], "b"]
    assert scores.of("one")["coverage"].iloc[3] == 0.5
    assert scores.of("top")["coverage"].iloc[3] == 0.75
    assert "in 1 area the weights of missing parts went to the others" in told(scores, "one")


def test_an_area_with_too_little_coverage_has_no_score_and_no_rank_but_stays():
    table = some_table()
    table.loc[table.index[3], ["a", "b"]] = NAN
    scores = score(table, framework({"levels": {"index": {"coverage": 0.6}}}))
    row = scores.of("top").iloc[[3]]
    assert row["score"].isna().all()
    assert row["rank"].isna().all()
    assert row["coverage"].tolist() == [0.5]
    assert scores.of("top")["rank"].max() == 19
    assert f"no score for {table.index[3]}" in told(scores, "top")


def test_one_missing_child_makes_the_node_missing_when_asked_to_propagate():
    table = some_table()
    table.loc[table.index[3], "a"] = NAN
    scores = score(table, framework({"levels": {"component": {"missing": "propagate"}}}))
    assert np.isnan(scores.of("one")["score"].iloc[3])
    assert scores.of("one")["score"].notna().sum() == 19


def test_a_component_without_indicators_has_no_score_and_says_so():
    scores = score(some_table()[["a"]], framework(indicators=[{"id": "a", "component": "one"}]))
    assert scores.of("two")["score"].isna().all()
    assert scores.of("two")["rank"].isna().all()
    assert (scores.of("top")["coverage"] == 0.5).all()
    assert "no indicator" in told(scores, "two")


def test_a_filled_value_is_scored_told_and_not_counted_as_observed():
    table = frame(a=[1.0, 3.0, NAN], b=[1.0, 2.0, 3.0])
    items = [
        {"id": "a", "component": "one", "impute": "mean"},
        {"id": "b", "component": "one"},
    ]
    scores = score(table, framework(indicators=items))
    assert scores.of("a")["score"].iloc[2] == 50
    assert scores.of("a")["coverage"].tolist() == [1, 1, 0]
    assert scores.of("one")["coverage"].tolist() == [1, 1, 0.5]
    assert "1 missing values filled" in told(scores, "a", "impute")


def test_the_last_value_fills_a_gap_from_the_column_named():
    item = {"impute": {"rule": "last_value", "from": "before"}}
    scores = score(frame(a=[1.0, NAN, 5.0], before=[9.0, 3.0, 9.0]), single(**item))
    assert scores.stages["imputed"]["a"].tolist() == [1, 3, 5]


# ------------------------------------------------------------------- A.8: what must not go wrong


def test_a_column_without_spread_is_an_error_that_names_it():
    table = some_table().assign(b=3.0)
    assert "b: found 3 in every area" in refused(table, framework())


def test_a_column_without_spread_scores_the_middle_without_weight_when_asked():
    table = some_table().assign(b=3.0)
    method = {"indicator": {"bounds": {"rule": "observed", "constant": "midpoint"}}}
    scores = score(table, framework(method))
    assert (scores.of("b")["score"] == 50).all()
    pd.testing.assert_series_equal(scores.of("one")["score"], scores.of("a")["score"])
    assert scores.weights.set_index("node").loc["b", "weight"] == 0
    assert "no weight" in told(scores, "b")


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e9 / 7, -0.7])
def test_equal_values_are_equal_whatever_their_floating_point_noise(value):
    table = some_table(17).assign(b=value)
    table.iloc[3, 1] = value * (1 + 2e-16)
    bounds = {"rule": "spread", "constant": "midpoint"}
    scores = score(table, framework({"indicator": {"bounds": bounds}}))
    assert (scores.of("b")["score"] == 50).all()
    standard = score(table, framework({"indicator": {"normalise": "z_score"}}))
    assert (standard.of("b")["score"] == 0).all()
    assert standard.weights.set_index("node").loc["b", "weight"] == 0


def test_a_column_without_spread_scores_normally_against_goalposts():
    scores = score(frame(a=[3.0, 3.0]), single(goalposts={"best": 4, "worst": 0}))
    assert scores.of("a")["score"].tolist() == [75, 75]


def test_a_column_without_spread_after_winsorising_is_an_error():
    column = [0.0] * 18 + [5.0, 9.0]
    method = {"indicator": {"treat": {"rule": "winsorise", "share": 0.1}}}
    table = some_table().assign(d=column)
    assert "d: found 0 in every area, after treatment" in refused(table, framework(method))


def test_z_scores_of_a_column_without_spread_are_zero_without_weight():
    scores = score(some_table().assign(b=3.0), framework({"indicator": {"normalise": "z_score"}}))
    assert (scores.of("b")["score"] == 0).all()
    assert scores.weights.set_index("node").loc["b", "weight"] == 0


@pytest.mark.parametrize("outside", ["error", "clip", "keep"])
def test_values_beyond_goalposts_are_refused_clipped_or_kept_as_asked(outside):
    chosen = single(
        goalposts={"best": 4, "worst": 2}, normalise={"rule": "min_max", "outside": outside}
    )
    table = frame(a=[1.0, 3.0, 4.0])
    if outside == "error":
        assert "1 values beyond the bounds, such as 1" in refused(table, chosen)
        return
    scores = score(table, chosen)
    assert scores.of("a")["score"].tolist() == [0 if outside == "clip" else -50, 50, 100]
    assert scores.bounds.loc[0, "clipped"] == 1


def test_bounds_fixed_the_wrong_way_round_are_an_error():
    chosen = single(bounds={"rule": "observed", "low": 9})
    assert "the wrong way round" in refused(frame(a=[1.0, 3.0, 4.0]), chosen)


def test_fixed_bounds_without_goalposts_and_natural_ones_without_limits_are_errors():
    method = {"indicator": {"bounds": "fixed"}}
    message = refused(some_table(), framework(method))
    assert all(f"{name}: found no goalposts" in message for name in "abcd")
    assert "no natural limits" in refused(frame(a=[1.0, 3.0]), single(bounds="natural"))


def test_data_driven_bounds_stop_at_the_natural_limits():
    scores = score(
        frame(a=[1.0, 3.0, 99.0]), single(bounds="spread", limits={"low": 0, "high": 100})
    )
    assert scores.bounds.loc[0, ["worst", "best"]].tolist() == [0, 100]


def test_a_score_of_zero_in_a_geometric_mean_needs_a_floor():
    method = {"levels": {"component": {"aggregate": "geometric"}}}
    assert "or a floor" in refused(some_table(), framework(method))
    method["levels"]["component"]["aggregate"] = {"rule": "geometric", "floor": 0.1}
    scores = score(some_table(), framework(method))
    assert "2 scores at or below 0 became 0.1" in told(scores, "one")


def correlated(sign: float = 1, areas: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    shared = rng.normal(size=areas)
    columns = {name: shared + rng.normal(size=areas) for name in "abc"}
    return frame(**columns, d=sign * shared + rng.normal(size=areas))


def pca(**options) -> Framework:
    weights = {"rule": "pc1", **options}
    items = [{"id": name, "component": "one"} for name in "abcd"]
    return framework({"levels": {"component": {"weights": weights}}}, items)


def test_first_component_weights_are_the_loadings_over_their_sum():
    table = correlated()
    found = score(table, pca()).weights.set_index("node").loc[list("abcd"), "weight"]
    vector = np.abs(np.linalg.eigh(table.corr().to_numpy())[1][:, -1])
    np.testing.assert_allclose(found, vector / vector.sum(), atol=1e-10)


def test_a_negative_loading_is_an_error_unless_the_framework_says_what_to_do():
    table = correlated(sign=-1)
    assert "a negative loading for d" in refused(table, pca())
    equal = score(table, pca(otherwise="equal"))
    assert equal.weights.set_index("node").loc[list("abcd"), "weight"].tolist() == [0.25] * 4
    assert "equal weights used" in told(equal, "one")
    zero = score(table, pca(otherwise="zero")).weights.set_index("node")["weight"]
    assert zero["d"] == 0
    assert zero[list("abc")].sum() == pytest.approx(1)
    kept = score(table, pca(otherwise="keep")).weights.set_index("node")["weight"]
    assert kept["d"] < 0


def test_two_indicators_that_oppose_each_other_count_as_a_negative_loading():
    items = [{"id": name, "component": "one"} for name in "ab"]
    method = {"levels": {"component": {"weights": "pc1"}}}
    opposed = frame(a=np.arange(10.0), b=-np.arange(10.0) + np.tile([0, 1], 5))
    assert "a negative loading" in refused(opposed, framework(method, items))
    unrelated = frame(a=np.tile([0.0, 1], 8), b=np.repeat([0.0, 1], 8))
    assert "two equal eigenvalues" in refused(unrelated, framework(method, items))


def test_with_too_few_areas_equal_weights_are_used_and_it_is_told():
    scores = score(correlated(areas=11), pca())
    assert scores.weights.set_index("node").loc["a", "weight"] == 0.25
    assert "with 11 complete areas principal-component weights of 4 parts are unstable" in told(
        scores, "one"
    )


def test_a_single_indicator_has_weight_one_and_no_principal_component():
    items = [{"id": "a", "component": "one"}]
    method = {"levels": {"component": {"weights": "pc1"}}}
    scores = score(correlated()[["a"]], framework(method, items))
    assert scores.weights.set_index("node").loc["a", "weight"] == 1
    one = scores.diagnostics[scores.diagnostics["node"] == "one"]["statistic"].tolist()
    assert one == ["children", "areas"]


def test_an_indicator_without_spread_is_dropped_from_the_principal_component():
    table = correlated().assign(d=1.0)
    method = {
        "indicator": {"normalise": "z_score"},
        "levels": {"component": {"weights": {"rule": "pc1"}}},
    }
    items = [{"id": name, "component": "one"} for name in "abcd"]
    found = score(table, framework(method, items)).weights.set_index("node")["weight"]
    assert found["d"] == 0
    assert found[list("abc")].sum() == pytest.approx(1)


def test_best_and_worst_rows_pull_the_weights_together():
    table = correlated()
    plain = score(table, pca()).weights.set_index("node").loc[list("abcd"), "weight"]
    scores = score(table, pca(best_and_worst=True))
    pulled = scores.weights.set_index("node").loc[list("abcd"), "weight"]
    assert pulled.std() < plain.std()
    assert "a best and a worst row added" in told(scores, "one")


def test_weights_that_do_not_add_up_to_one_are_kept_when_asked_and_told():
    items = [
        {"id": "a", "component": "one", "weight": 0.5},
        {"id": "b", "component": "one", "weight": 0.499},
    ]
    table = frame(a=[0.0, 1.0], b=[0.0, 1.0])
    method = {"levels": {"component": {"weights": {"rule": "given", "renormalise": False}}}}
    scores = score(table, framework(method, items))
    assert scores.of("one")["score"].tolist() == pytest.approx([0, 99.9])
    assert "add up to 0.999" in told(scores, "one")


def test_ties_and_rounding_before_ranking_are_as_the_framework_says():
    table = frame(a=[0.0, 0.33331, 0.33334, 1.0])
    method = {"rank": {"ties": "average", "decimals": 2}}
    nodes = [{"id": "top", "level": "index", "title": "Top"}]
    item = [{"id": "a", "component": "top"}]
    scores = score(table, framework(method, item, nodes=nodes, levels=["index"]))
    assert scores.of("top")["rank"].tolist() == [4, 2.5, 2.5, 1]


def test_complements_are_told_to_need_a_pseudo_inverse():
    table = correlated()
    table["d"] = 2 * table["a"] + 1
    assert "by the pseudo-inverse" in told(score(table, pca()), "one")


@pytest.mark.parametrize("wrong", [0.0, 32.0])
def test_a_published_rank_outside_the_number_of_areas_is_refused(wrong):
    rule = {"rule": "exponential_rank", "ties": "given", "n": 30}
    table = frame(a=[wrong, 1.0, 30.0])
    assert "rank share" in refused(table, single(normalise=rule))


def test_weights_of_a_budget_are_the_mean_shares_of_the_people():
    items = [{"id": name, "component": "one"} for name in "ab"]
    weights = {"rule": "budget", "budget": [{"a": 75, "b": 25}, {"a": 5, "b": 15}]}
    method = {"levels": {"component": {"weights": weights}}}
    found = score(some_table()[["a", "b"]], framework(method, items)).weights.set_index("node")
    assert found.loc[["a", "b"], "weight"].tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("rank", [1, 2, 3]),
        ("borda", [0, 1, 2]),
        ("percentile_rank", [0, 50, 100]),
        ("fraction_of_maximum", [10, 40, 100]),
        ("distance_to_maximum", [0, 100 * 3 / 9, 100]),
        ({"rule": "distance_to_reference", "reference": "E05990001"}, [0, 100, 300]),
        ({"rule": "distance_to_target", "reference": 7, "outside": "clip"}, [0, 50, 100]),
        ("none", [1, 4, 10]),
        # mean 5, standard deviation the root of 21
        ("z_score", [-4 / 21**0.5, -1 / 21**0.5, 5 / 21**0.5]),
        (
            {"rule": "z_score", "mean": 50, "sd": 10},
            [50 - 40 / 21**0.5, 50 - 10 / 21**0.5, 50 + 50 / 21**0.5],
        ),
        ({"rule": "z_score", "clip": 0.5, "sd": 2}, [-1, -2 / 21**0.5, 1]),
    ],
)
def test_each_normalising_rule_can_be_chosen_for_an_indicator(rule, expected):
    scores = score(frame(a=[1.0, 4.0, 10.0]), single(normalise=rule))
    np.testing.assert_allclose(scores.of("a")["score"], expected)


@pytest.mark.parametrize(
    ("rescale", "expected"),
    [
        ("min_max", [0, 25, 100]),
        ({"rule": "min_max", "to": [1, 5]}, [1, 2, 5]),
        ("percentile_rank", [0, 50, 100]),
        ("rank", [1, 2, 3]),
        ({"rule": "bounds", "to": [0, 10]}, [2, 4, 10]),
        ({"rule": "rank", "publish": "aggregate"}, [20, 40, 100]),
    ],
)
def test_each_rescaling_rule_can_be_chosen_for_a_node(rescale, expected):
    goalposts = {"best": 10, "worst": 0}
    items = [{"id": "a", "component": "one", "goalposts": goalposts}]
    method = {"levels": {"component": {"rescale": rescale}}}
    scores = score(frame(a=[2.0, 4.0, 10.0]), framework(method, items))
    np.testing.assert_allclose(scores.of("one")["score"], expected)


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        ("arithmetic", 25),
        ("geometric", 20),
        ("harmonic", 16),
        ("sum", 50),
        ({"rule": "power", "power": 2}, np.sqrt(850)),
    ],
)
def test_each_aggregation_rule_can_be_chosen_for_a_level(aggregate, expected):
    method = {
        "indicator": {"normalise": "none"},
        "levels": {"component": {"aggregate": aggregate}},
    }
    items = [{"id": name, "component": "one"} for name in "ab"]
    scores = score(frame(a=[10.0, 1.0], b=[40.0, 2.0]), framework(method, items))
    assert scores.of("one")["score"].iloc[0] == pytest.approx(expected)


def test_a_rate_is_divided_by_its_denominator_before_anything_else():
    scores = score(frame(a=[1.0, 6.0, 5.0], people=[1.0, 3.0, 0.0]), single(denominator="people"))
    assert scores.stages["denominated"]["a"].tolist()[:2] == [1, 2]
    assert scores.of("a")["score"].isna().tolist() == [False, False, True]
    assert "1 areas have a value but no denominator" in told(scores, "a", "denominate")


def test_shrinkage_and_group_means_take_their_columns_from_the_table():
    table = frame(a=[2.0, 4.0, 9.0], se=[1.0, 1.0, 1.0])
    table["district"] = ["x", "x", "y"]
    rule = {"rule": "shrink", "by": "district", "standard_error": "se"}
    scores = score(table, single(treat=rule))
    np.testing.assert_allclose(scores.stages["treated"]["a"], [7 / 3, 11 / 3, 9])
    assert "2 values moved towards the mean" in told(scores, "a", "treat")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.assign(a="x"), "a: found text 'x' in area E05990000 and 19 more"),
        (lambda t: t.assign(a=t["a"].where(t["a"] < t["a"].max(), np.inf)), "a: found inf in area"),
        (lambda t: t.assign(a=NAN), "a: found no value in any of 20 areas"),
        (lambda t: t.drop(columns="a"), "a: found no such column"),
        (lambda t: t.assign(e=1.0), "e: found an unknown column"),
        (lambda t: t.set_axis(["E1"] * 20), "area_code: found E1 more than once"),
        (lambda t: t.iloc[:0], "area_code: found no areas"),
        (lambda t: t.assign(a=True), "a: found True in area"),
    ],
)
def test_a_table_that_cannot_be_scored_is_refused_with_the_value_at_fault(change, words):
    assert words in refused(change(some_table()), framework())


def test_all_mistakes_in_a_table_are_told_at_once():
    table = some_table().assign(a="x", b=NAN, e=1.0).drop(columns="d")
    message = refused(table, framework())
    assert "4 problems" in message
    assert "did you mean" in refused(some_table().rename(columns={"d": "dd"}), framework())


def test_a_logarithm_of_zero_is_refused_with_its_area():
    message = refused(frame(a=[1.0, 0.0, 3.0]), single(transform=["log"]))
    assert "a: found 0 in area E05990001; allowed: values that log can take" in message


def test_parts_that_are_nearly_the_same_or_oppose_each_other_are_told():
    table = correlated().assign(b=lambda t: t["a"] * 2, c=lambda t: -t["a"])
    scores = score(table, framework())
    assert "a and b count nearly the same thing twice (correlation 1.00)" in told(scores, "one")
    items = [{"id": "a", "component": "one"}, {"id": "c", "component": "one"}]
    scores = score(table[["a", "c"]], framework(indicators=items))
    assert "a and c pull against each other (correlation -1.00)" in told(scores, "one")


# ------------------------------------------------------------------------- what holds for all

WARD_METHOD = {
    "indicator": {
        "treat": {"rule": "winsorise", "share": 0.05},
        "bounds": {"rule": "spread", "k": 0.5, "constant": "midpoint"},
        "normalise": {"rule": "min_max", "outside": "clip"},
    },
    "levels": {"component": {"aggregate": {"rule": "geometric", "floor": 0.1}, "coverage": 0.5}},
}
TABLES = arrays(
    float,
    some.tuples(some.integers(4, 25), some.just(4)),
    elements=some.integers(0, 1000).map(lambda v: v / 8),
)


def made(values) -> pd.DataFrame:
    return frame(**{name: values[:, at] for at, name in enumerate("abcd")})


@settings(max_examples=40, deadline=None)
@given(TABLES, some.randoms(use_true_random=False))
def test_the_order_of_the_areas_changes_no_score(values, random):
    table = made(values)
    shuffled = table.loc[random.sample(list(table.index), len(table))]
    one = score(table, framework(WARD_METHOD)).wide()
    two = score(shuffled, framework(WARD_METHOD)).wide()
    np.testing.assert_allclose(two.loc[one.index, one.columns], one, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(TABLES, some.floats(0.01, 100), some.floats(-1000, 1000))
def test_a_change_of_unit_changes_no_score_when_bounds_come_from_the_data(values, slope, shift):
    table = made(values)
    other = table.assign(a=slope * table["a"] + shift)
    one, two = (score(one, framework(WARD_METHOD)).wide() for one in (table, other))
    np.testing.assert_allclose(two, one, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(TABLES, some.integers(0, 3))
def test_a_better_value_never_lowers_the_score_of_its_area(values, area):
    table = made(values)
    items = [
        {"id": name, "component": at, "goalposts": {"best": 200, "worst": -10}}
        for name, at in zip("abcd", ["one", "one", "two", "two"], strict=True)
    ]
    better = table.copy()
    better.iloc[area, 0] += 25
    one, two = (score(one, framework(WARD_METHOD, items)).of("top") for one in (table, better))
    assert two["score"].iloc[area] > one["score"].iloc[area]
    others = [at for at in range(len(table)) if at != area]
    np.testing.assert_allclose(two["score"].iloc[others], one["score"].iloc[others])


@settings(max_examples=40, deadline=None)
@given(TABLES)
def test_every_node_lies_between_its_worst_and_its_best_part(values):
    wide = score(made(values), framework(WARD_METHOD)).wide()
    weights = score(made(values), framework(WARD_METHOD)).weights.set_index("node")["weight"]
    for node, parts in {"one": ["a", "b"], "two": ["c", "d"], "top": ["one", "two"]}.items():
        counted = [part for part in parts if weights[part] > 0]
        low = wide[counted].clip(lower=0.1).min(axis=1)
        inside = (wide[node] >= low - 1e-9) & (wide[node] <= wide[counted].max(axis=1) + 0.1)
        assert (inside | wide[node].isna()).all()


@settings(max_examples=40, deadline=None)
@given(TABLES)
def test_a_geometric_mean_is_at_most_the_arithmetic_one(values):
    plain = {**WARD_METHOD, "levels": {"component": {"coverage": 0.5}}}
    geometric, arithmetic = (
        score(made(values), framework(method)).wide()[["one", "two", "top"]].fillna(0)
        for method in (WARD_METHOD, plain)
    )
    assert (geometric <= arithmetic + 0.1).all(axis=None)  # the floor may lift a score to 0.1


@settings(max_examples=40, deadline=None)
@given(TABLES)
def test_an_area_that_is_there_twice_gets_the_same_score_and_rank(values):
    table = made(np.vstack([values, values[:1]]))
    top = score(table, framework(WARD_METHOD)).of("top")
    first, last = top.iloc[[0]], top.iloc[[-1]]
    pd.testing.assert_frame_equal(first.reset_index(drop=True), last.reset_index(drop=True))


@settings(max_examples=40, deadline=None)
@given(TABLES)
def test_average_ranks_add_up_whatever_the_ties(values):
    method = {**WARD_METHOD, "rank": {"ties": "average"}}
    ranks = score(made(values), framework(method)).of("top")["rank"].dropna()
    assert ranks.sum() == pytest.approx(len(ranks) * (len(ranks) + 1) / 2)


def test_the_linear_model_by_principal_component_agrees_with_its_min_max_form():
    """Standardise, weight, rescale between bounds; or W on min-max scores, to 1e-9."""
    table = correlated()
    items = [
        {"id": name, "component": "one", "goalposts": {"best": 4, "worst": -5}} for name in "abc"
    ]
    method = {
        "indicator": {"normalise": "z_score"},
        "levels": {"component": {"weights": "pc1", "rescale": "bounds"}},
    }
    found = score(table[list("abc")], framework(method, items)).of("one")["score"]
    z = table[list("abc")]
    vector = np.abs(np.linalg.eigh(z.corr().to_numpy())[1][:, -1])
    raw = vector / vector.sum() / z.std().to_numpy() * 9
    share = raw / raw.sum()
    expected = (100 * (z - -5) / 9 * share).sum(axis=1)
    np.testing.assert_allclose(found, expected, atol=1e-9)
