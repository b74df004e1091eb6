"""How two figures go together, and how one changed."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from placedata.insight import (
    Told,
    alike,
    apart_sentence,
    change,
    clearly_apart,
    correlations,
    relationship,
)

# Anscombe, F. J. (1973), Graphs in statistical analysis: the first of his four sets.
X = [10.0, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
Y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]


def series(values):
    return pd.Series(values, index=[f"E0{i}" for i in range(len(values))], dtype=float)


def test_anscombes_first_set_has_the_published_correlation_and_line():
    found = relationship(series(X), series(Y))
    assert found.r == pytest.approx(0.816, abs=0.0005)
    assert (found.slope, found.intercept) == pytest.approx((0.5, 3.0), abs=0.001)


def test_the_interval_is_that_of_scipy():
    told = stats.pearsonr(X, Y).confidence_interval(0.90)
    found = relationship(series(X), series(Y))
    assert (found.low, found.high) == pytest.approx((told.low, told.high), abs=1e-12)
    assert found.spearman == pytest.approx(stats.spearmanr(X, Y).statistic)


def test_areas_without_one_of_the_figures_are_left_out_and_counted():
    x, y = series([*X, 1.0, np.nan]), series([*Y, np.nan, 2.0])
    y["E0other"] = 3.0
    found = relationship(x, y)
    assert (found.pairs, found.left_out) == (11, 3)
    assert found.r == pytest.approx(np.corrcoef(X, Y)[0, 1])


def test_a_clear_link_is_told_with_its_size_and_that_it_is_no_cause():
    said = relationship(series(X), series(Y)).sentence("‘A’", "‘B’", "wards")
    assert said == (
        "Where ‘A’ is higher, ‘B’ tends to be higher: a strong link over 11 wards "
        "(r = 0.82, 90% interval 0.51 to 0.94). A link does not show that one causes the other."
    )


def test_no_clear_link_is_told_as_such():
    said = relationship(series([1, 2, 3, 4, 5]), series([2, 1, 4, 1, 2])).sentence(
        "A", "B", "wards"
    )
    assert "A and B show no clear link over 5 wards" in said


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        ([1, 2, 3], [1, 2, 3], "Too few wards have both figures (3)"),
        ([5, 5, 5, 5], [1, 2, 3, 4], "the same in all wards"),
    ],
)
def test_where_nothing_can_be_said_that_is_said(x, y, said):
    found = relationship(series(x), series(y))
    assert found.r is None
    assert not found.clear
    assert said in found.sentence("A", "B", "wards")


def test_points_on_a_line_have_no_infinite_interval():
    found = relationship(series([1, 2, 3, 4]), series([8, 6, 4, 2]))
    assert found.r == pytest.approx(-1)
    assert -1 <= found.low <= found.high < -0.99


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=4, max_size=30))
def test_the_correlation_lies_inside_its_interval_and_turns_with_its_sign(pairs):
    x, y = series([pair[0] for pair in pairs]), series([pair[1] for pair in pairs])
    found, turned = relationship(x, y), relationship(x, -y)
    if found.r is not None:
        assert found.low - 1e-12 <= found.r <= found.high + 1e-12
        assert turned.r == pytest.approx(-found.r, abs=1e-9)


def test_the_matrix_leaves_out_pairs_with_too_few_areas():
    table = pd.DataFrame({"a": X, "b": Y, "c": [1.0, 2, 3] + [np.nan] * 8})
    made = correlations(table)
    assert made.loc["a", "b"] == pytest.approx(stats.pearsonr(X, Y).statistic)
    assert math.isnan(made.loc["a", "c"])


def test_a_change_is_clear_where_it_is_more_than_chance_explains():
    # difference 3, error of the difference sqrt(0.9² + 1.2²) = 1.5, 1.645 × 1.5 = 2.47 < 3
    found = change(
        ["2020", "2021", "2022"], [10.0, None, 13.0], [0.9, None, 1.2], "lower_is_better"
    )
    assert (found.difference, found.error, found.clear, found.better) == (3, 1.5, True, False)
    assert found.sentence("Abbey", ("10", "13")) == (
        "Abbey: up from 10 in 2020 to 13 in 2022, which is worse."
    )


def test_a_change_within_chance_is_not_told_as_one():
    # 1.645 × 1.5 = 2.47 > 2.4
    found = change(["2020", "2022"], [10.0, 12.4], [0.9, 1.2], "lower_is_better")
    assert found.clear is False
    assert found.sentence("Abbey", ("10", "12.4")).endswith("This is not a clear change.")


def test_without_a_standard_error_it_is_said_that_chance_is_not_known():
    found = change(["2020", "2022"], [10.0, 9.0], [None, 1.0], "neutral")
    assert found.clear is None
    assert found.sentence("Abbey", ("10", "9")) == (
        "Abbey: down from 10 in 2020 to 9 in 2022. It is not known how much of this is chance."
    )


def test_one_figure_is_no_change():
    assert change(["2020", "2022"], [None, 9.0], [None, 1.0], "neutral") is None


def test_two_figures_differ_clearly_where_the_gap_is_more_than_its_own_margin():
    """By hand: errors 3 and 4 make one of 5, of which 1.645 are 8.2."""
    near, far = Told("Abbey", 20.0, "20%", 3.0), Told("Bridge End", 12.0, "12%", 4.0)
    assert clearly_apart(near, far) is False
    assert clearly_apart(near, replace(far, value=11.5)) is True
    assert clearly_apart(near, replace(far, error=None)) is None
    assert apart_sentence(far, near, "lower_is_better") == (
        "Abbey (20%) is higher than Bridge End (12%), which is worse, but the difference could be "
        "chance."
    )


def test_two_scores_differ_clearly_where_their_ranks_do_not_meet():
    first, second = Told("Abbey", 70, "70.0", ranks=(1, 3)), Told("Dene", 60, "60.0", ranks=(3, 5))
    assert apart_sentence(first, second, "neutral").endswith("but the difference could be chance.")
    apart = replace(second, ranks=(4, 5))
    assert apart_sentence(apart, first, "neutral") == (
        "Abbey (70.0) is higher than Dene (60.0), and the difference is clear."
    )


def test_no_two_figures_of_one_bracket_differ_clearly():
    """By hand: errors of 1 tell apart what is more than 2.33 apart; 12 has no error."""
    values = [20.0, 19.0, 18.0, 17.5, 15.0, 12.0, 11.0, 9.5]
    errors = [1.0, 1.0, 1.0, 1.0, 1.0, math.nan, 1.0, 0.0]
    assert alike(values, errors) == [1, 1, 1, 2, 3, None, 4, 4]
