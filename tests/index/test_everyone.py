"""Everyone's weights: which ranks hold, who disagrees, and the nearest weights that matter."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from placedata.errors import DataError
from placedata.framework import Framework
from placedata.index import ANY_WEIGHTS, Replicates, Sources, agreement, score, source_shares
from placedata.index.nearest import crossing


def framework(names: str = "ab", aggregate: object = "arithmetic", **weights: float) -> Framework:
    return Framework.model_validate(
        {
            "id": "x", "title": "X", "levels": ["index"],
            "nodes": [{"id": "top", "level": "index", "title": "T",
                       "method": {"aggregate": aggregate}}],
            "indicators": [
                {"id": name, "component": "top", "title": name.upper(),
                 "weight": weights.get(name, 1), "goalposts": {"best": 100, "worst": 0}}
                for name in names
            ],
        }
    )  # fmt: skip


def test_the_share_of_all_weight_sets_is_the_length_of_the_line_where_they_agree():
    """X (70, 40) is ahead of Y (40, 50) where 30 w > 10 (1 - w): w > 1/4, three of four sets."""
    data = pd.DataFrame({"a": [70.0, 40.0], "b": [40.0, 50.0]}, index=["x", "y"])
    found = agreement(data, framework(), replicates=Replicates(20_000, k=1))
    table = found.table.set_index("area_code")
    assert table.loc["x", "top"] == pytest.approx(0.75, abs=0.01)
    assert table.loc["x", "disagree"] == pytest.approx(0.25, abs=0.01)
    assert table.loc["x", "same"] == pytest.approx(0.75, abs=0.01)
    assert not table["holds"].any()
    assert table.loc["x", "who"] == "those who weigh B more and A less"
    near = found.nearest[found.nearest["line"] == "top 1"].set_index("child")
    np.testing.assert_allclose(near["nearest"], [0.25, 0.75])
    np.testing.assert_allclose(near["moved"], 0.25)
    assert near.iloc[0][["leaves", "enters"]].tolist() == ["x", "y"]


def test_a_rank_that_everyone_gives_holds_and_no_weights_are_near():
    data = pd.DataFrame({"a": [90.0, 50, 10], "b": [80.0, 40, 5]}, index=list("xyz"))
    found = agreement(data, framework(), replicates=Replicates(300))
    assert found.table["holds"].all()
    assert (found.table["disagree"] == 0).all()
    assert set(found.table["who"]) == {""}
    assert found.nearest.empty


def test_with_the_nearest_weights_the_two_areas_are_level():
    rng = np.random.default_rng(5)
    for aggregate in ("arithmetic", "geometric", "harmonic", {"rule": "power", "power": 0.5}):
        data = pd.DataFrame(rng.uniform(20, 90, (15, 4)), columns=list("abcd"))
        data.index = [f"E{at}" for at in range(15)]
        chosen = framework("abcd", aggregate, a=2)
        near = agreement(data, chosen, replicates=Replicates(10, k=3)).nearest
        for _, rows in near.groupby("line"):
            weights = dict(zip(rows["child"], rows["nearest"], strict=True))
            assert sum(weights.values()) == pytest.approx(1)
            assert min(weights.values()) >= 0
            again = score(data, framework("abcd", aggregate, **weights)).of("top")["score"]
            leaves, enters = rows.iloc[0][["leaves", "enters"]]
            assert again[leaves] == pytest.approx(again[enters])


def test_no_weights_on_a_fine_grid_are_nearer():
    rng = np.random.default_rng(7)
    upper, lower = rng.uniform(40, 80, (4, 3)), rng.uniform(20, 60, (5, 3))
    weights = np.array([0.5, 0.3, 0.2])
    order = np.argsort(np.vstack([upper, lower]) @ weights)[::-1]
    both = np.vstack([upper, lower])
    upper, lower = both[order[:4]], both[order[4:]]
    found = crossing(upper, lower, weights)
    steps = np.linspace(0, 1, 201)
    grid = np.array([(a, b, 1 - a - b) for a, b in itertools.product(steps, steps) if a + b <= 1])
    flips = (upper @ grid.T).min(axis=0) < (lower @ grid.T).max(axis=0)
    nearest = np.sqrt(((grid[flips] - weights) ** 2).sum(axis=1)).min()
    assert found.distance <= nearest + 1e-12
    assert found.distance == pytest.approx(nearest, abs=0.01)


def test_weights_never_turn_negative():
    """Only a weight of 0 for the first two could do it, and then the third must be all."""
    found = crossing(np.array([[9.0, 9, 5]]), np.array([[1.0, 1, 6]]), np.array([0.6, 0.3, 0.1]))
    np.testing.assert_allclose(found.weights.sum(), 1)
    assert (found.weights >= 0).all()
    assert found.weights @ [8, 8, -1] == pytest.approx(0)
    assert crossing(np.array([[2.0, 2]]), np.array([[1.0, 1]]), np.array([0.5, 0.5])) is None


def test_an_area_without_a_score_has_no_opinion_about_it():
    data = pd.DataFrame({"a": [1.0, np.nan, 3], "b": [2.0, np.nan, 1]}, index=list("xyz"))
    found = agreement(data, framework(), replicates=Replicates(50)).table.set_index("area_code")
    assert found.index.tolist() == list("xyz")
    assert found.loc["y"].isna().all()
    with pytest.raises(DataError, match="no ranks to agree about"):
        agreement(data, framework(), node="nowhere")


# ------------------------------------------------------------------------ which source matters most


def test_the_only_source_has_all_of_the_variance():
    rng = np.random.default_rng(1)
    data = pd.DataFrame(rng.uniform(20, 90, (12, 3)), columns=list("abc"))
    found = source_shares(
        data, framework("abc"), sources=ANY_WEIGHTS, replicates=Replicates(2000)
    ).set_index("source")
    assert found.index.tolist() == ["weights"]
    assert found.loc["weights", "first"] == pytest.approx(1, abs=0.1)
    assert found.loc["weights", "total"] == pytest.approx(1, abs=0.1)


def test_a_source_that_can_change_nothing_has_no_share():
    rng = np.random.default_rng(1)
    data = pd.DataFrame(rng.uniform(20, 90, (12, 3)), columns=list("abc"))
    sizes = {
        "one": pd.DataFrame(0.001, data.index, list("abc")),
        "two": pd.DataFrame(15.0, data.index, list("abc")),
    }
    found = source_shares(
        data, framework("abc"), sources=Sources(0.01, normalise=(), aggregate=(), winsor=(),
                                                leave_out=False),
        standard_errors=sizes, replicates=Replicates(800),
    ).set_index("source")  # fmt: skip
    assert found.loc["two", "total"] > 0.9
    assert found.loc[["weights", "one"], "total"].max() < 0.05
    assert (found["total_low"] <= found["total"]).all()
    again = source_shares(
        data, framework("abc"), sources=ANY_WEIGHTS, replicates=Replicates(50, chunk=7, threads=2)
    )
    once = source_shares(data, framework("abc"), sources=ANY_WEIGHTS, replicates=Replicates(50))
    pd.testing.assert_frame_equal(again, once)
