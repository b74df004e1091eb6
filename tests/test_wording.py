"""Numbers and sentences as people read them."""

from __future__ import annotations

import math

import pytest

from placedata import wording as w


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234567, 0, "1,234,567"),
        (1234.56, None, "1,235"),
        (12.345, None, "12.3"),
        (0.12345, None, "0.12"),
        (0.012345, None, "0.012"),
        (7, None, "7"),
        (-3.25, 1, "−3.2"),
        (-0.001, 1, "0.0"),
        (0, None, "0"),
        (math.nan, 1, "[x]"),
        (None, 1, "[x]"),
        (math.inf, 0, "[x]"),
    ],
)
def test_numbers_have_thousands_separators_a_true_minus_and_no_minus_zero(value, decimals, text):
    assert w.format_number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (12.34, "µg/m³", "12.3\u00a0µg/m³"),
        (12.34, "%", "12.3%"),
        (-1500, "£", "−£1,500"),
        (310, "£ per week", "£310 per week"),
        (61.2, "score", "61.2"),
        (4, "", "4"),
        (21.5, "°C", "21.5°C"),
        (math.nan, "%", "no data"),
    ],
)
def test_a_value_carries_its_unit(value, unit, text):
    assert w.format_value(value, unit) == text


def test_a_suppressed_value_is_never_written():
    assert "3" not in w.format_value(3, "people", status="suppressed")


def test_decimals_never_exceed_what_the_values_carry():
    assert w.decimals_for([3.5, 7.1, 4]) == 1
    assert w.decimals_for([0.5, 0.25]) == 2
    assert w.decimals_for([10, 20, math.nan, None]) == 0
    assert w.decimals_for([]) == 0
    assert w.decimals_for([0.0, 0.0]) == 0


def test_ordinals_know_the_teens():
    numbers = [1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111, 1003]
    texts = "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 101st 111th 1,003rd"
    assert " ".join(w.ordinal(n) for n in numbers) == texts


def test_ranks_say_of_how_many_and_joint_where_tied():
    assert w.rank_text(3, 19) == "3rd of 19"
    assert w.rank_text(3, 19, tied=True) == "joint 3rd of 19"
    assert w.rank_text(math.nan, 19) == "not ranked"


def test_lists_are_joined_with_and_and_cut_with_more():
    assert w.join_list([]) == ""
    assert w.join_list(["A"]) == "A"
    assert w.join_list(["A", "B"]) == "A and B"
    assert w.join_list(["A", "B", "C"]) == "A, B and C"
    assert w.join_list(list("ABCDE"), most=2) == "A, B and 3 more"


def test_periods_become_a_range():
    assert w.period_range(["2023", "2019", "2021"]) == "2019 to 2023"
    assert w.period_range([2023, "2023"]) == "2023"
    assert w.period_range([None, ""]) == "period not stated"


def test_polarity_and_numbers_of_things_are_said_in_plain_words():
    assert w.polarity_sentence("lower_is_better") == "Lower is better."
    assert w.polarity_sentence("sideways") == ""
    assert w.plural(1, "area") == "1 area"
    assert w.plural(1204, "area") == "1,204 areas"
