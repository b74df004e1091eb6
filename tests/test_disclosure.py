"""Small counts of people are not shown, and no single gap in a total gives one away."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from placedata.trust.disclosure import suppressed


def hidden(*counts, threshold=5, total=True):
    return suppressed(pd.Series(counts, dtype=float), threshold, total_shown=total).tolist()


def test_counts_below_the_threshold_are_hidden_zero_and_missing_are_not():
    assert hidden(1, 4, 5, 0, None) == [True, True, False, False, False]


def test_a_single_small_count_takes_the_next_smallest_with_it():
    assert hidden(3, 50, 20, 0) == [True, False, True, False]


def test_without_a_total_beside_it_the_small_count_alone_is_hidden():
    assert hidden(3, 50, 20, total=False) == [True, False, False]


def test_the_only_count_there_is_has_nothing_to_hide_behind():
    assert hidden(3, 0, 0) == [True, False, False]


@given(st.lists(st.integers(0, 40), min_size=2, max_size=12), st.integers(2, 10))
def test_no_shown_count_is_small_and_no_gap_is_alone(counts, threshold):
    flags = hidden(*counts, threshold=threshold)
    shown = [count for count, flag in zip(counts, flags, strict=True) if not flag]
    assert all(count == 0 or count >= threshold for count in shown)
    positive = [count for count in counts if count > 0]
    if any(flags) and len(positive) > 1:
        assert sum(flags) >= 2
