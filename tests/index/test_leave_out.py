"""One part left out at a time, on every level, and what a framework says that intervals vary."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from placedata.framework import Framework
from placedata.index import (
    Replicates,
    agreement,
    disagreement,
    leave_one_out,
    score,
    uncertainty,
)

TREE = {
    "id": "x",
    "title": "X",
    "levels": ["index", "dimension", "component"],
    "nodes": [
        {"id": "top", "level": "index", "title": "Top"},
        {"id": "left", "level": "dimension", "title": "Left", "parent": "top"},
        {"id": "right", "level": "dimension", "title": "Right", "parent": "top"},
        {"id": "one", "level": "component", "title": "One", "parent": "left"},
        {"id": "two", "level": "component", "title": "Two", "parent": "left"},
        {"id": "three", "level": "component", "title": "Three", "parent": "right"},
    ],
    "method": {"indicator": {"normalise": "none"}},
    "indicators": [
        {"id": "a", "component": "one"},
        {"id": "b", "component": "one"},
        {"id": "c", "component": "two"},
        {"id": "d", "component": "three"},
    ],
}


@pytest.fixture
def tree() -> Framework:
    return Framework.model_validate(TREE)


@pytest.fixture
def data() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    return pd.DataFrame(
        rng.uniform(0, 100, (9, 4)), index=[*list("stuvwxyz"), "q"], columns=list("abcd")
    )


def test_every_indicator_component_and_dimension_is_left_out_once(tree, data):
    found = leave_one_out(data, tree).set_index("part")
    # c alone makes `two`, and d `three` and `right`: each is told once, by the indicator.
    assert sorted(found.index) == ["a", "b", "c", "d", "left", "one"]
    assert found["level"].to_dict() == {
        "a": "indicator", "b": "indicator", "c": "indicator", "d": "indicator",
        "left": "dimension", "one": "component",
    }  # fmt: skip


def test_ranks_without_a_part_are_those_of_a_framework_that_never_had_it(tree, data):
    found = leave_one_out(data, tree).set_index("part")
    whole = score(data, tree).of("top")["rank"].astype(float)
    without = {
        "a": data[["b", "c", "d"]], "one": data[["c", "d"]], "left": data[["d"]],
    }  # fmt: skip
    for part, rest in without.items():
        items = [item for item in TREE["indicators"] if item["id"] in rest.columns]
        ranks = score(rest, tree.with_method(indicators=items)).of("top")["rank"].astype(float)
        moved = (ranks - whole).abs()
        assert found.loc[part, "shift"] == pytest.approx(moved.mean()), part
        assert found.loc[part, "most"] == moved.max()
        assert ranks[found.loc[part, "area_code"]] == found.loc[part, "without"]


def test_who_would_disagree_on_every_node_is_what_agreement_says_of_one(tree, data):
    asked = Replicates(400, seed=3)
    everywhere = disagreement(data, tree, replicates=asked)
    assert len(everywhere) == 9 * 6
    own = everywhere[everywhere["node"] == "top"].set_index("area_code")
    one = agreement(data, tree, replicates=asked).table.set_index("area_code")
    pd.testing.assert_series_equal(own["disagree"], one["disagree"].loc[own.index])
    assert own["who"].tolist() == one["who"].loc[own.index].tolist()
    # A node of a single part has no weights to disagree about.
    alone = everywhere[everywhere["node"] == "two"]
    assert (alone["disagree"] == 0).all()


def test_a_framework_says_what_its_intervals_vary(tree, data):
    chosen = tree.with_method(
        robustness={"weights": 0, "normalise": [], "aggregate": ["arithmetic", "geometric"],
                    "winsor": [], "leave_out": False}
    )  # fmt: skip
    found = uncertainty(data, chosen, replicates=Replicates(50))
    assert found.sources == ("aggregate",)
    assert len(np.unique(found.ranks["top"], axis=0)) <= 2


def test_what_intervals_vary_is_no_part_of_the_method(tree, data):
    first = score(data, tree).calibration
    chosen = tree.with_method(robustness={"weights": 0.5})
    assert score(data, chosen, calibration=first).calibration == first
