"""The rules of each stage against values worked out by hand or by another library."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.stats as st
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from placedata.index import aggregate, diagnostics, impute, normalise, rank, transform, treat
from placedata.index import weights as weighing

NAN = np.nan
UNEVEN = np.array([3.0, 1.0, NAN, 3.0, 8.0, 2.0])

# ------------------------------------------------------------------------------------------ rank


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ("min", [3, 1, NAN, 3, 5, 2]),
        ("max", [4, 1, NAN, 4, 5, 2]),
        ("average", [3.5, 1, NAN, 3.5, 5, 2]),
        ("dense", [3, 1, NAN, 3, 4, 2]),
    ],
)
def test_tied_values_get_the_rank_of_the_named_method(ties, expected):
    np.testing.assert_array_equal(rank.rank(UNEVEN, ties), expected)


@given(arrays(float, some.integers(1, 30), elements=some.sampled_from([0, 1, 2, 3, 5, NAN])))
def test_ranks_are_those_of_pandas_whatever_the_ties_and_gaps(values):
    for ties in ("min", "max", "average", "dense"):
        expected = pd.Series(values).rank(method=ties).to_numpy()
        np.testing.assert_array_equal(rank.rank(values, ties), expected)


def test_a_stack_of_columns_is_ranked_row_by_row():
    stack = np.array([[3.0, 1.0, 2.0], [1.0, 1.0, NAN]])
    np.testing.assert_array_equal(rank.descending(stack), [[1, 3, 2], [1, 1, NAN]])


def test_scores_that_are_equal_when_rounded_are_tied_when_asked():
    np.testing.assert_array_equal(rank.descending(np.array([0.1234, 0.1230, 0.2]), decimals=3),
                                  [2, 2, 1])  # fmt: skip


def test_sums_that_differ_by_floating_point_noise_alone_are_tied():
    third = np.array([0.1 + 0.2, 0.3, 0.3 + 1e-9, 100.0])
    assert (0.1 + 0.2) != 0.3
    assert rank.rank(rank.without_noise(third)).tolist() == [1, 1, 3, 4]
    rows = np.array([third, third * 1e6])
    for row, found in zip(rows, rank.without_noise(rows), strict=True):
        np.testing.assert_array_equal(found, rank.without_noise(row))  # each row by itself


def test_percentile_ranks_are_those_of_a_spreadsheet():
    # PERCENTRANK.INC of 1, 2, 3, 3, 8
    share = rank.percentile(rank.rank(UNEVEN))
    np.testing.assert_allclose(share, [0.5, 0, NAN, 0.5, 1, 0.25])


def test_normal_scores_are_normal_quantiles_of_rank_over_n_plus_one():
    scores = rank.normal_score(rank.rank(np.array([5.0, 7.0, 6.0, NAN])))
    np.testing.assert_allclose(scores, [st.norm.ppf(0.25), st.norm.ppf(0.75), 0, NAN], atol=1e-12)


def test_the_exponential_spreads_the_top_tenth_over_half_of_the_scale():
    values = rank.exponential(np.array([1.0, 0.9, 0.0]))
    assert values[0] == pytest.approx(100)
    assert values[1] == pytest.approx(50, abs=0.5)
    assert values[2] == 0


@pytest.mark.parametrize("share", [1.1, -0.1])
def test_a_rank_outside_the_number_of_areas_is_refused(share):
    with pytest.raises(ValueError, match="rank share"):
        rank.exponential(np.array([0.5, share]))


# ------------------------------------------------------------------------------------- transform


def test_transforms_do_what_their_names_say_and_keep_gaps():
    x = np.array([0.5, 2.0, NAN])
    np.testing.assert_allclose(transform.log(x), [np.log(0.5), np.log(2), NAN])
    np.testing.assert_allclose(transform.log1p(x), [np.log(1.5), np.log(3), NAN])
    np.testing.assert_allclose(transform.parity(x), [0.5, 1, NAN])
    np.testing.assert_allclose(transform.cap(x, 1.0, None), [1, 2, NAN])
    np.testing.assert_allclose(transform.cap(x, None, 1.0), [0.5, 1, NAN])
    np.testing.assert_allclose(transform.bucket(x, [2.0, 1.0, 0.5]), [1, 3, NAN])
    np.testing.assert_allclose(transform.distance(x, 1.5), [1, 0.5, NAN])
    np.testing.assert_allclose(transform.log_shift(x, 0.5, 2.0), np.log([0.015, 1.515, NAN]))


def test_a_rate_without_a_denominator_is_missing_not_zero_or_infinite():
    rates = transform.divide(np.array([1.0, 2.0, 3.0, NAN]), np.array([2.0, 0.0, NAN, 4.0]))
    np.testing.assert_array_equal(rates, [0.5, NAN, NAN, NAN])


# ----------------------------------------------------------------------------------------- treat


def test_winsorising_pulls_in_the_floor_of_share_times_n_at_each_end():
    x = np.array([10.0, 1, 2, 3, 4, 5, 6, 7, 8, 100, NAN])
    low, high = treat.winsor_caps(x, 0.19)  # floor(0.19 x 10) = 1
    assert (low[0], high[0]) == (2, 10)
    low, high = treat.winsor_caps(x, 0.2)
    assert (low[0], high[0]) == (3, 8)


@settings(max_examples=50)
@given(
    arrays(float, some.integers(5, 40), elements=some.floats(-100, 100).map(lambda v: round(v, 2)))
)
def test_skewness_and_kurtosis_are_those_of_scipy(values):
    if np.std(values) < 1e-3:
        return
    assert treat.skewness(values) == pytest.approx(st.skew(values, bias=False), abs=1e-6)
    assert treat.kurtosis(values) == pytest.approx(st.kurtosis(values, bias=False), abs=1e-6)


def test_the_smallest_share_after_which_the_skewness_passes_is_taken():
    even = np.arange(40.0)
    assert treat.share_by_skew(even, (0, 0.01, 0.05, 0.1), 2) == 0
    one_out = np.append(even, 5000.0)
    assert treat.share_by_skew(one_out, (0, 0.01, 0.05, 0.1), 2) == 0.05


def test_no_share_is_taken_that_would_leave_no_spread():
    mostly_zero = np.array([0.0] * 36 + [1, 2, 50])
    share = treat.share_by_skew(mostly_zero, (0, 0.01, 0.05, 0.1), 2)
    low, high = treat.winsor_caps(mostly_zero, share)
    assert low[0] < high[0]
    assert share == 0.05


def test_the_skew_kurtosis_rule_pulls_in_one_value_at_a_time_on_the_side_of_the_skew():
    done = treat.skew_kurtosis_caps(np.append(np.arange(30.0), 500.0), points=5)
    assert (done.at_low, done.at_high, done.high, done.passed) == (0, 1, 29, True)
    done = treat.skew_kurtosis_caps(np.append(np.arange(30.0), -500.0), points=5)
    assert (done.at_low, done.at_high, done.low, done.passed) == (1, 0, 0, True)
    done = treat.skew_kurtosis_caps(np.append(np.arange(30.0), 500.0), points=0)
    assert not done.passed


def test_a_rate_is_shrunk_by_its_variance_against_that_of_its_larger_area():
    # district a: mean 3, variance (n - 1) 2; standard error 1: weight 1/(1 + 1/2) = 2/3
    values, errors = np.array([2.0, 4.0, 9.0]), np.array([1.0, 0.0, 1.0])
    groups = np.array(["a", "a", "b"], dtype=object)
    shrunk = treat.shrink(values, errors, groups, logit=False)
    np.testing.assert_allclose(shrunk, [2 / 3 * 2 + 1 / 3 * 3, 4, 9])


def test_proportions_are_shrunk_on_the_logit_scale():
    values, errors = np.array([0.2, 0.4, NAN]), np.array([0.05, 0.05, 0.05])
    groups = np.array(["a", "a", "a"], dtype=object)
    logits = np.log(values[:2] / (1 - values[:2]))
    s = 0.05 / (values[:2] * (1 - values[:2]))
    w = (1 / s**2) / (1 / s**2 + 1 / logits.var(ddof=1))
    expected = 1 / (1 + np.exp(-(w * logits + (1 - w) * logits.mean())))
    np.testing.assert_allclose(treat.shrink(values, errors, groups, logit=True)[:2], expected)


# ---------------------------------------------------------------------------------------- impute


def test_gaps_are_filled_from_the_centre_of_all_or_of_the_group():
    x = np.array([1.0, 2.0, 6.0, NAN, NAN])
    assert impute.centre(x, "mean") == 3
    assert impute.centre(x, "median") == 2
    groups = np.array(["a", "a", "b", "a", "c"], dtype=object)
    found = impute.group_centres(x, groups, "mean")
    assert found == {"a": 1.5, "b": 6}


def test_a_gap_is_filled_by_regression_on_the_siblings():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 12))
    target = 1 + 2 * a - 3 * b
    block = np.column_stack([target, a, b])
    block[4, 0] = NAN
    block[5, 1] = NAN
    block[6, :2] = NAN
    filled = impute.by_siblings(block, 0, impute.sibling_line(block, 0))
    assert filled[4] == pytest.approx(1 + 2 * a[4] - 3 * b[4])
    assert filled[5] == target[5]
    assert np.isnan(filled[6])


def test_too_few_complete_areas_fill_nothing_by_regression():
    block = np.array([[1.0, 2.0], [2.0, 1.0], [NAN, 5.0]])
    assert impute.sibling_line(block, 0) == []
    assert np.isnan(impute.by_siblings(block, 0, [])[2])


def test_expectation_maximisation_agrees_with_regression_where_one_column_has_gaps():
    # With gaps in one column only, the maximum-likelihood answer is the regression line.
    rng = np.random.default_rng(2)
    x = rng.normal(size=40)
    y = 2 * x + rng.normal(size=40)
    gaps = [3, 7, 20]
    slope, intercept = np.polyfit(np.delete(x, gaps), np.delete(y, gaps), 1)
    block = np.column_stack([x, y])
    block[gaps, 1] = NAN
    filled = impute.expectation_maximisation(block)
    np.testing.assert_allclose(filled[gaps, 1], intercept + slope * x[gaps], atol=1e-5)
    np.testing.assert_array_equal(filled[:, 0], x)


# ------------------------------------------------------------------------------------- normalise


def test_normalising_rules_give_the_scores_worked_out_by_hand():
    x = np.array([2.0, 4.0, 10.0, NAN])
    to = (0.0, 100.0)
    np.testing.assert_allclose(normalise.min_max(x, 2.0, 10.0, to), [0, 25, 100, NAN])
    np.testing.assert_allclose(normalise.min_max(x, 10.0, 2.0, to), [100, 75, 0, NAN])
    mean, sd = normalise.spread(x)
    np.testing.assert_allclose(
        normalise.z_score(x, mean, sd, -1), -(x - 16 / 3) / np.sqrt(52 / 3), atol=1e-12
    )
    np.testing.assert_allclose(normalise.fraction_of_maximum(x, to), [20, 40, 100, NAN])
    np.testing.assert_allclose(normalise.distance_to(x, 6.0, 1, to), [0, 50, 200, NAN])
    np.testing.assert_allclose(normalise.distance_to(x, 4.0, -1, to), [100 * 8 / 6, 100, 0, NAN])


def test_turning_round_the_score_or_the_value_differs_only_for_ties():
    x = np.array([1.0, 1.0, 3.0, 4.0, 5.0])
    by_score = normalise.percentile_rank(x, -1, (0, 1), reverse="score")
    by_value = normalise.percentile_rank(x, -1, (0, 1), reverse="value")
    np.testing.assert_allclose(by_score, [1, 1, 0.5, 0.25, 0])
    np.testing.assert_allclose(by_value, [0.75, 0.75, 0.5, 0.25, 0])


def test_a_z_score_without_spread_is_zero():
    x = np.array([4.0, 4.0, NAN])
    np.testing.assert_array_equal(normalise.z_score(x, 4.0, 0.0, 1), [0, 0, NAN])


# ------------------------------------------------------------------------------------- aggregate


def test_means_are_those_worked_out_by_hand():
    scores, even = np.array([[10.0, 40.0], [10.0, NAN]]), np.array([0.5, 0.5])
    np.testing.assert_allclose(aggregate.arithmetic(scores, even), [25, 10])
    np.testing.assert_allclose(aggregate.geometric(scores, even), [20, 10])
    np.testing.assert_allclose(aggregate.harmonic(scores, even), [16, 10])
    np.testing.assert_allclose(aggregate.power(scores, even, 2), [np.sqrt(850), 10])
    np.testing.assert_allclose(aggregate.arithmetic(scores, np.array([1.0, 1.0])), [50, 20])


def test_weights_that_do_not_add_up_to_one_are_kept():
    scores = np.array([[100.0, 100.0]])
    np.testing.assert_allclose(aggregate.arithmetic(scores, np.array([0.5, 0.499])), [99.9])


def test_a_child_without_weight_is_left_out_even_where_it_is_missing():
    scores = np.array([[10.0, NAN], [10.0, 90.0]])
    np.testing.assert_allclose(aggregate.geometric(scores, np.array([1.0, 0.0])), [10, 10])


def test_an_area_without_any_child_has_no_score():
    assert np.isnan(aggregate.arithmetic(np.array([[NAN, NAN]]), np.array([0.5, 0.5])))[0]


def test_a_geometric_mean_of_a_zero_needs_a_floor():
    scores, even = np.array([[0.0, 40.0]]), np.array([0.5, 0.5])
    with pytest.raises(ValueError, match="at or below 0"):
        aggregate.geometric(scores, even)
    np.testing.assert_allclose(aggregate.geometric(scores, even, floor=0.1), [2])


def test_a_power_mean_with_exponent_zero_is_geometric_and_a_negative_one_is_zero_at_zero():
    scores, even = np.array([[10.0, 40.0], [0.0, 40.0]]), np.array([0.5, 0.5])
    np.testing.assert_allclose(aggregate.power(scores, even, 0), [20, 0])
    np.testing.assert_allclose(aggregate.power(scores, even, -1), [16, 0])
    np.testing.assert_allclose(aggregate.power(scores, even, 1e-9)[0], 20, rtol=1e-5)


def test_a_stack_of_replicates_is_combined_at_once():
    rng = np.random.default_rng(3)
    stack = rng.uniform(1, 100, size=(5, 7, 4))
    weights = rng.dirichlet(np.ones(4), size=5)
    found = aggregate.geometric(stack, weights[:, None, :])
    for at in range(5):
        np.testing.assert_allclose(found[at], st.gmean(stack[at], axis=1, weights=weights[at]))


# --------------------------------------------------------------------------------------- weights


def test_budget_shares_are_averaged_over_people():
    points = [{"a": 75, "b": 25}, {"a": 5, "b": 15}]
    np.testing.assert_allclose(weighing.budget(["a", "b"], points), [0.5, 0.5])


def test_the_first_component_sums_to_more_than_zero_and_is_that_of_a_singular_value_split():
    rng = np.random.default_rng(4)
    factor = rng.normal(size=200)
    columns = np.column_stack([factor + rng.normal(size=200) for _ in range(4)])
    z = (columns - columns.mean(0)) / columns.std(0)
    other = np.linalg.svd(z, full_matrices=False)[2][0]
    found = weighing.first_component(weighing.correlation(columns))
    np.testing.assert_allclose(np.abs(found), np.abs(other), atol=1e-10)
    assert found.sum() > 0


def test_two_positively_correlated_indicators_have_equal_first_component_weights():
    loadings = weighing.first_component(np.array([[1, 0.3], [0.3, 1]]))
    np.testing.assert_allclose(loadings / loadings.sum(), [0.5, 0.5])


def test_one_factor_recovers_the_loadings_that_made_the_correlations():
    true = np.array([0.9, 0.7, 0.6, 0.4])
    matrix = np.outer(true, true)
    np.fill_diagonal(matrix, 1)
    loadings, unique = weighing.one_factor(matrix)
    np.testing.assert_allclose(loadings, true, atol=1e-5)
    np.testing.assert_allclose(unique, 1 - true**2, atol=1e-5)
    # Bartlett: regression weights are proportional to loading over uniqueness
    expected = true / (1 - true**2)
    found = weighing.factor_weights(matrix, loadings)
    np.testing.assert_allclose(found, expected / expected.sum(), atol=1e-4)


def test_a_heywood_case_stops_at_the_least_uniqueness():
    matrix = np.array([[1, 0.95, 0.9], [0.95, 1, 0.8], [0.9, 0.8, 1]])
    _, unique = weighing.one_factor(matrix)
    assert unique.min() == pytest.approx(0.005)


# ----------------------------------------------------------------------------------- diagnostics


def test_kmo_of_a_small_matrix_is_the_one_worked_out_by_hand():
    # r = 0.5 throughout: partial correlations are 1/3, so 0.25/(0.25 + 1/9)
    matrix = np.full((3, 3), 0.5)
    np.fill_diagonal(matrix, 1)
    measure, singular = diagnostics.kmo(matrix)
    assert measure == pytest.approx(0.25 / (0.25 + 1 / 9))
    assert not singular


def test_kmo_of_complements_is_told_to_come_from_a_pseudo_inverse():
    matrix = np.array([[1, -1, 0.2], [-1, 1, -0.2], [0.2, -0.2, 1]])
    _, singular = diagnostics.kmo(matrix)
    assert singular


def test_alpha_is_k_over_k_minus_one_times_the_share_of_covariance():
    rng = np.random.default_rng(5)
    columns = rng.normal(size=(60, 1)) + rng.normal(size=(60, 3))
    total = columns.sum(axis=1).var(ddof=1)
    expected = 3 / 2 * (1 - columns.var(axis=0, ddof=1).sum() / total)
    assert diagnostics.alpha(columns) == pytest.approx(expected)


def test_a_single_indicator_has_no_kmo_and_no_alpha():
    found = diagnostics.consistency(np.arange(10.0).reshape(-1, 1))
    assert found.kmo is None
    assert found.alpha is None
