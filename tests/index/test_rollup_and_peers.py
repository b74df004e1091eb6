"""Larger areas from small ones, and the areas that each area is compared with."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from placedata.errors import DataError
from placedata.index import Scores, labels, roll_up
from placedata.index.peers import nearest, same_group


def small_areas() -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    codes = [f"S{at:02d}" for at in range(10)]
    scores = pd.DataFrame({"score": np.arange(10.0, 0, -1), "rank": range(1, 11)}, index=codes)
    larger = pd.Series(["L1"] * 4 + ["L2"] * 6, index=codes)
    return scores, larger, pd.Series([100.0, 300, 0, np.nan] + [50.0] * 6, index=codes)


def test_averages_of_a_larger_area_are_weighted_by_people():
    found = roll_up(*small_areas())
    # L1: people 100 and 300; the areas without people carry no weight
    assert found.loc["L1", "average_score"] == pytest.approx((100 * 10 + 300 * 9) / 400)
    assert found.loc["L1", "average_rank"] == pytest.approx((100 * 10 + 300 * 9) / 400)
    assert found.loc["L1", "proportion"] == 0.25
    assert found.loc["L1", "areas"] == 4
    # percentiles 10 and 20: weights 1 and 0.95 - 0.9/19 x 9
    assert found.loc["L1", "extent"] == pytest.approx((100 + 300 * (0.95 - 0.9 / 19 * 9)) / 400)
    # a tenth of 400 people is 40, all of them in the first area
    assert found.loc["L1", "local_concentration"] == 10
    assert found.loc["L2", "proportion"] == 0


def test_the_last_small_area_of_a_tenth_of_the_people_is_split():
    scores, larger, people = small_areas()
    found = roll_up(scores, larger.mask(larger == "L2", "L1"), people.fillna(50))
    # 750 people: 75 of them, all in the first area (100)
    assert found.loc["L1", "local_concentration"] == 10
    people[:] = 10.0
    people.iloc[0] = 4.0
    found = roll_up(scores, pd.Series("L", index=scores.index), people)
    # 94 people, 9.4: 4 at turned rank 10 and 5.4 at 9
    assert found.loc["L", "local_concentration"] == pytest.approx((4 * 10 + 5.4 * 9) / 9.4)


def test_a_larger_area_without_people_has_no_average():
    scores, larger, people = small_areas()
    found = roll_up(scores, larger, people * 0)
    assert found["average_score"].isna().all()
    assert found["proportion"].notna().all()


def test_a_small_area_without_a_score_is_left_out():
    scores, larger, people = small_areas()
    scores.loc["S01", "score"] = np.nan
    assert roll_up(scores, larger, people).loc["L1", "average_score"] == 10


def test_the_nearest_areas_by_covariates_do_not_depend_on_the_order_of_the_table():
    covariates = pd.DataFrame({"income": [1.0, 2, 3, 10, np.nan]}, index=list("abcde"))
    peers = nearest(covariates, 2)
    assert peers == {"a": ["b", "c"], "b": ["a", "c"], "c": ["b", "a"], "d": ["c", "b"]}
    assert nearest(covariates.iloc[::-1], 2) == peers


def test_each_covariate_counts_the_same_whatever_its_unit():
    covariates = pd.DataFrame({"x": [0.0, 1, 5], "y": [0.0, 5000, 1000]}, index=list("abc"))
    assert nearest(covariates, 1) == nearest(covariates.assign(y=covariates["y"] / 1e6), 1)


@pytest.mark.parametrize("k", [0, 3])
def test_more_peers_than_areas_are_refused(k):
    with pytest.raises(DataError, match=f"{k} peers of 3 areas"):
        nearest(pd.DataFrame({"x": [1.0, 2, 3]}, index=list("abc")), k)


def test_an_area_can_be_labelled_against_its_own_peers():
    table = pd.DataFrame(
        {"area_code": list("abcdef"), "node": "x", "score": [1.0, 2, 9, 50, 51, 52]}
    )
    empty = pd.DataFrame()
    groups = pd.Series(["low"] * 3 + ["high"] * 3, index=list("abcdef"))
    found = labels(Scores(table, (), empty, empty, empty), reference=same_group(groups))
    assert found.set_index("area_code")["label"].to_dict() == {
        "a": "neutral",
        "b": "neutral",
        "c": "strength",
        "d": "neutral",
        "e": "neutral",
        "f": "neutral",
    }
