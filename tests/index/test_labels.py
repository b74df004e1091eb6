"""Strengths and weaknesses by the rules of the Social Progress Index scorecards."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from placedata.framework import Framework, Labels
from placedata.index import Scores, labels, reference_sets

GLOBAL = Labels(centre="median", spread="deviation", floor=1.0)


def scores_of(**nodes) -> Scores:
    parts = []
    for node, values in nodes.items():
        codes = [f"A{at}" for at in range(len(values))]
        part = pd.DataFrame({"area_code": codes, "node": node, "score": values})
        parts.append(part)
    empty = pd.DataFrame()
    return Scores(pd.concat(parts, ignore_index=True), (), empty, empty, empty)


def by_area(frame: pd.DataFrame, node: str) -> dict[str, str]:
    return frame[frame["node"] == node].set_index("area_code")["label"].to_dict()


def test_a_strength_lies_more_than_one_standard_deviation_above_the_mean():
    # mean 50, standard deviation (n - 1) 10: exactly one deviation away is neutral
    values = [40.0, 60.0, 50.0, 50.0 - np.sqrt(50), 50.0 + np.sqrt(50)]
    spread = np.std(values, ddof=1)
    found = by_area(labels(scores_of(x=values)), "x")
    expected = {
        f"A{at}": "strength" if v > 50 + spread else "weakness" if v < 50 - spread else "neutral"
        for at, v in enumerate(values)
    }
    assert found == expected
    assert found["A0"] == "weakness"
    assert found["A1"] == "strength"


def test_a_score_exactly_one_deviation_away_is_neutral():
    found = by_area(labels(scores_of(x=[-1.0, 0.0, 1.0])), "x")
    assert set(found.values()) == {"neutral"}


def test_areas_can_be_compared_with_a_reference_group_only():
    scores = scores_of(x=[10.0, 11.0, 12.0, 90.0])
    found = by_area(labels(scores, reference=["A0", "A1", "A2"]), "x")
    assert found == {"A0": "neutral", "A1": "neutral", "A2": "neutral", "A3": "strength"}


def test_the_global_rule_uses_the_median_and_a_least_spread():
    scores = scores_of(x=[50.0, 50.2, 50.4, 51.0, 51.5])
    # median 50.4, average absolute deviation 0.46, at least 1: only 51.5 lies beyond 51.4
    found = by_area(labels(scores, GLOBAL), "x")
    assert [area for area, label in found.items() if label != "neutral"] == ["A4"]


@pytest.mark.parametrize("values", [[5.0, 5.0, 5.0, 5.0], [1.0, 9.0]])
def test_without_spread_or_with_two_areas_nothing_stands_out(values):
    assert set(labels(scores_of(x=values))["label"]) == {"neutral"}


def test_a_node_without_a_score_has_no_label():
    found = labels(scores_of(x=[1.0, 2.0, np.nan, 9.0]))
    assert found["area_code"].tolist() == ["A0", "A1", "A3"]


def test_a_score_on_the_line_stands_out_where_lines_are_not_strict():
    found = by_area(labels(scores_of(x=[-1.0, 0.0, 1.0]), Labels(strict=False)), "x")
    assert found == {"A0": "weakness", "A1": "neutral", "A2": "strength"}


def test_two_deviations_are_asked_for_with_a_multiplier():
    values = [0.0] * 9 + [1.0, 10.0]
    once, twice = (
        by_area(labels(scores_of(x=values), Labels(multiplier=m)), "x") for m in (0.5, 3.5)
    )
    assert once["A10"] == "strength"
    assert set(twice.values()) == {"neutral"}


def test_a_framework_names_the_group_or_the_covariates_that_areas_are_compared_by():
    chosen = Framework.model_validate(
        {"id": "x", "title": "X", "levels": ["index"],
         "nodes": [{"id": "x", "level": "index", "title": "X"}],
         "labels": {"reference": "group", "by": ["region"]},
         "indicators": [{"id": "a", "component": "x"}]}
    )  # fmt: skip
    assert chosen.columns == ("a", "region")
    assert chosen.group_columns == ("region",)
    codes = [f"A{at}" for at in range(6)]
    table = pd.DataFrame({"region": list("nnnsss"), "income": [1, 2, 3, 10, 11, 13]}, codes)
    sets = reference_sets(table, chosen.labels)
    assert sets["A1"] == ["A0", "A1", "A2"]
    near = reference_sets(table, Labels(reference="nearest", by=("income",), k=2))
    assert near["A3"] == ["A4", "A5"]
    scores = scores_of(x=[1.0, 1.1, 5.0, 101.0, 101.1, 105.0])
    own = by_area(labels(scores, reference=sets), "x")
    assert [area for area, label in own.items() if label == "strength"] == ["A2", "A5"]


@pytest.mark.parametrize(
    ("rule", "words"),
    [({"reference": "group"}, "column of groups"), ({"reference": "nearest"}, "covariates"),
     ({"by": ["income"]}, "all areas are the reference")],
)  # fmt: skip
def test_a_reference_without_what_it_needs_is_refused(rule, words):
    with pytest.raises(ValueError, match=words):
        Labels.model_validate(rule)
