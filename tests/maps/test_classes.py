"""Class breaks and the legend's numbers."""

from __future__ import annotations

import re
from itertools import pairwise

import mapclassify
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placedata.errors import ConfigError
from placedata.maps.classes import (
    NO_DATA,
    SUPPRESSED,
    assign,
    class_breaks,
    legend_rows,
    recount,
)
from placedata.maps.edges import breaks_around

METHODS = ["quantiles", "equal_interval", "natural_breaks"]
TEN = pd.Series([10.0, 1, 9, 2, 8, 3, 7, 4, 6, 5])


def test_quantile_edges_are_those_worked_by_hand():
    # Ten values 1 to 10: position of the 20 % point is 0.2 * 9 = 1.8, so 2 + 0.8 * (3 - 2) = 2.8.
    classes = class_breaks(TEN)
    assert classes.edges == pytest.approx((1, 2.8, 4.6, 6.4, 8.2, 10))
    assert classes.counts == (2, 2, 2, 2, 2)
    assert classes.notes == ()


def test_equal_intervals_have_equal_width_and_own_up_to_empty_classes():
    classes = class_breaks(pd.Series([0.0, 1, 2, 100]), method="equal_interval", k=4)
    assert classes.edges == pytest.approx((0, 25, 50, 75, 100))
    assert classes.counts == (3, 0, 0, 1)
    assert classes.notes == ("Classes 2, 3 hold no area.",)


@pytest.mark.filterwarnings("ignore:Numba not installed")
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("k", [2, 3, 5, 7])
def test_natural_breaks_are_as_tight_as_those_of_mapclassify(seed, k):
    values = np.random.default_rng(seed).gamma(2, 10, 60).round(1)
    ours = assign(class_breaks(pd.Series(values), method="natural_breaks", k=k), values)
    theirs = mapclassify.FisherJenks(values, k=k).yb

    def squares(groups):
        return sum(((values[groups == g] - values[groups == g].mean()) ** 2).sum()
                   for g in np.unique(groups))  # fmt: skip

    assert len(np.unique(ours)) == k
    assert squares(ours) == pytest.approx(squares(theirs), rel=1e-9)


def test_natural_breaks_of_plain_clusters_part_the_clusters():
    values = pd.Series([1.0, 1.1, 1.2, 50, 51, 52, 900, 901])
    assert list(assign(class_breaks(values, method="natural_breaks", k=3), values)) == [
        1, 1, 1, 2, 2, 2, 3, 3,
    ]  # fmt: skip


def test_a_value_on_an_edge_falls_in_the_lower_class():
    classes = class_breaks(pd.Series([1.0, 20, 40, 41]), method="fixed", breaks=[20, 40])
    assert list(assign(classes, pd.Series([20.0, 20.0001, 40, 40.0001, -5, 900]))) == [
        1, 2, 2, 3, 1, 3,
    ]  # fmt: skip


def test_missing_and_suppressed_areas_are_in_no_class():
    values = pd.Series([1.0, np.nan, 3, np.inf, 5])
    statuses = pd.Series(["ok", "missing", "suppressed", "ok", "ok"])
    classes = class_breaks(values, k=2, statuses=statuses)
    assert list(assign(classes, values, statuses)) == [1, NO_DATA, SUPPRESSED, NO_DATA, 2]
    assert (classes.n_missing, classes.n_suppressed) == (2, 1)
    assert sum(classes.counts) + classes.n_missing + classes.n_suppressed == 5
    assert [row.number for row in legend_rows(classes)] == [1, 2, SUPPRESSED, NO_DATA]


@pytest.mark.parametrize("method", METHODS)
def test_all_missing_makes_no_classes_and_says_so(method):
    classes = class_breaks(pd.Series([np.nan, np.nan]), method=method)
    assert classes.k == 0
    assert classes.n_missing == 2
    assert classes.notes == ("No area has a value, so there are no classes.",)
    assert [row.text for row in legend_rows(classes)] == ["No data"]


@pytest.mark.parametrize("method", METHODS)
def test_one_value_makes_one_class(method):
    classes = class_breaks(pd.Series([7.0, 7, 7]), method=method)
    assert classes.counts == (3,)
    assert "1 class instead of 5" in classes.notes[0]
    assert [row.text for row in legend_rows(classes)] == ["7"]


def test_fewer_distinct_values_than_classes_make_one_class_each():
    classes = class_breaks(pd.Series([3.0, 1, 1, 2, 3, 3]))
    assert classes.counts == (2, 1, 3)
    assert [row.text for row in legend_rows(classes)] == ["1", "2", "3"]


def test_huge_ties_leave_no_class_empty():
    classes = class_breaks(pd.Series([0.0] * 90 + list(range(1, 11))))
    assert min(classes.counts) > 0
    assert sum(classes.counts) == 100
    assert classes.k < 5
    assert "too alike" in classes.notes[0]


def test_noise_of_floating_point_does_not_part_equal_values():
    assert class_breaks(pd.Series([0.1 + 0.2, 0.3, 0.3])).k == 1


def test_legend_rows_of_official_bands_are_open_at_both_ends():
    classes = class_breaks(pd.Series([8.0, 10.2, 45]), method="fixed", breaks=[10, 40])
    assert [row.text for row in legend_rows(classes, "µg/m³")] == [
        "up to 10\u00a0µg/m³", "over 10 to 40\u00a0µg/m³", "over 40\u00a0µg/m³",
    ]  # fmt: skip


def test_the_legend_of_a_single_figure_has_no_more_decimals_than_people_read():
    made = class_breaks(pd.Series([55.45454545454547]), k=5)
    assert [row.text for row in legend_rows(made, "%")] == ["55.5%"]


def test_legend_adds_decimals_until_neighbouring_classes_differ():
    values = pd.Series([1.001, 1.002, 1.003, 1.004])
    texts = [row.text for row in legend_rows(class_breaks(values, k=2))]
    # The median is 1.0025; the second class begins at 1.003.
    assert texts == ["1.001 to 1.002", "1.003 to 1.004"]


def test_edges_of_thousands_of_figures_are_round_and_move_few():
    # 7,001 figures, every ten-thousandth from 1 to 1.7, and one of 9: the fifths are at 1.14005,
    # 1.2801, 1.42015 and 1.5602; in two decimals they move at most 2 figures in 7,002
    values = pd.Series([*(np.arange(7_001) / 10_000 + 1), 9.0])
    classes = class_breaks(values)
    assert classes.edges == pytest.approx((1, 1.14, 1.28, 1.42, 1.56, 9))
    assert sum(classes.counts) == 7_002
    assert max(abs(count - 1400.4) for count in classes.counts) <= 4
    assert [row.text for row in legend_rows(classes)] == [
        "1.00 to 1.14", "over 1.14 to 1.28", "over 1.28 to 1.42", "over 1.42 to 1.56",
        "over 1.56 to 9.00",
    ]  # fmt: skip
    assert list(assign(classes, pd.Series([1.14, 1.1401]))) == [1, 2]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), min_size=1, max_size=40),
    st.sampled_from(METHODS),
    st.integers(1, 9),
)
def test_every_value_lies_in_exactly_the_legend_row_of_its_class(values, method, k):
    series = pd.Series(values)
    classes = class_breaks(series, method=method, k=k)
    found = assign(classes, series)
    assert sum(classes.counts) == len(values)
    assert list(classes.counts) == [int((found == i + 1).sum()) for i in range(classes.k)]
    rows, decimals = [], 0
    for row in legend_rows(classes):
        written = re.findall(r"−?[\d,]+(?:\.\d+)?", row.text)
        decimals = max(decimals, len(written[0].partition(".")[2]))
        numbers = [float(n.replace(",", "").replace("−", "-")) for n in written]
        rows.append((numbers[0], numbers[-1]))
    assert all(low <= high for low, high in rows)
    assert all(a[1] < b[0] for a, b in pairwise(rows))
    for value, number in zip(values, found, strict=True):
        inside = [i + 1 for i, (a, b) in enumerate(rows) if a <= round(value, decimals) <= b]
        assert inside == [number]


def test_the_same_classes_can_be_counted_for_another_year():
    classes = class_breaks(TEN)
    later = recount(classes, pd.Series([1.0, 1, 10, np.nan]))
    assert later.edges == classes.edges
    assert later.counts == (2, 0, 0, 0, 1)
    assert later.n_missing == 1


def test_breaks_around_a_reference_are_symmetric():
    # Furthest from 50 is 90, 40 away: five classes of 16 from 10 to 90.
    assert breaks_around(pd.Series([30.0, 90]), 50, k=5) == pytest.approx((26, 42, 58, 74))
    assert breaks_around(pd.Series([30.0, 90]), 50, k=4)[1] == pytest.approx(50)
    assert breaks_around(pd.Series([50.0]), 50, k=2) == pytest.approx((50,))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"method": "rainbow"}, "rainbow"),
        ({"k": 0}, "found 0"),
        ({"k": 10}, "found 10"),
        ({"method": "fixed"}, "found []"),
        ({"method": "fixed", "breaks": [2, 1]}, "2.0, 1.0"),
    ],
)
def test_what_cannot_make_classes_is_refused_with_the_value(arguments, told):
    with pytest.raises(ConfigError, match=re.escape(told)):
        class_breaks(TEN, **arguments)
