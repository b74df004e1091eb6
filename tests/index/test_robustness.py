"""Rank intervals: what they mean, and that they do not depend on how they are worked out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from placedata.errors import DataError
from placedata.framework import Framework
from placedata.index import robustness, score, sensitivity
from placedata.index.robustness import weight_robustness


def framework(**component) -> Framework:
    return Framework.model_validate(
        {
            "id": "test",
            "title": "Test",
            "levels": ["index", "component"],
            "nodes": [
                {"id": "top", "level": "index", "title": "Top"},
                {"id": "one", "level": "component", "title": "One", "parent": "top"},
                {"id": "two", "level": "component", "title": "Two", "parent": "top"},
                {"id": "empty", "level": "component", "title": "Empty", "parent": "top"},
            ],
            "method": {
                "levels": {"component": {"aggregate": {"rule": "geometric", "floor": 0.1}}}
                | ({"component": component} if component else {})
            },
            "indicators": [
                {"id": name, "component": "one" if name in "ab" else "two"} for name in "abcd"
            ],
        }
    )


def table(areas: int = 12) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    values = rng.uniform(0, 100, size=(areas, 4))
    return pd.DataFrame(values, index=[f"E{at}" for at in range(areas)], columns=list("abcd"))


def test_an_area_that_is_best_everywhere_is_first_whatever_the_weights():
    best = pd.concat([table(), pd.DataFrame([[101.0] * 4], index=["best"], columns=list("abcd"))])
    found = weight_robustness(best, framework(), replicates=200).table
    rows = found[(found["area_code"] == "best") & (found["node"] == "top")]
    assert rows[["rank", "mean", "low", "high", "top"]].to_numpy().tolist() == [[1, 1, 1, 1, 1]]


def test_the_interval_holds_the_nominal_rank_of_a_node_without_choice():
    # one indicator decides alone: no weight can change anything
    chosen = Framework.model_validate(
        {
            "id": "x",
            "title": "X",
            "levels": ["index"],
            "nodes": [{"id": "top", "level": "index", "title": "T"}],
            "indicators": [{"id": "a", "component": "top"}],
        }
    )
    found = weight_robustness(table()[["a"]], chosen, replicates=50).table
    assert (found["low"] == found["rank"]).all()
    assert (found["high"] == found["rank"]).all()
    assert found["beats_next"].dropna().eq(1).all()
    assert sorted(found["group"]) == list(range(1, 13))


def test_the_result_depends_on_the_seed_and_not_on_the_size_of_the_chunks(monkeypatch):
    first = weight_robustness(table(), framework(), replicates=100, seed=5)
    monkeypatch.setattr(robustness, "CHUNK", 7)
    second = weight_robustness(table(), framework(), replicates=100, seed=5)
    pd.testing.assert_frame_equal(first.table, second.table)
    other = weight_robustness(table(), framework(), replicates=100, seed=6)
    assert not first.table.equals(other.table)


def test_replicates_are_scores_with_those_weights():
    """One replicate by hand: the same factors through the unchanged scoring."""
    seed, spread, data = 3, 0.25, table(4)
    found = weight_robustness(data, framework(), replicates=1, seed=seed, spread=spread).table
    generator = np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, 0]))
    factors = 1 + spread * (2 * generator.random(7) - 1)  # a b | c d | one two empty
    changed = framework().model_dump(by_alias=True, exclude_unset=True)
    for item, factor in zip(changed["indicators"], factors[:4], strict=True):
        item["weight"] = factor
    for node, factor in zip(changed["nodes"][1:], factors[4:], strict=True):
        node["weight"] = factor
    again = score(data, Framework.model_validate(changed))
    for node in ("one", "two", "top"):
        ranks = found[found["node"] == node].set_index("area_code")["mean"]
        assert ranks.tolist() == again.of(node)["rank"].astype(float).tolist()


def test_an_area_or_node_without_a_score_has_no_interval():
    data = table()
    data.iloc[3, :2] = np.nan
    found = weight_robustness(data, framework(), replicates=20).table.set_index("node")
    assert found.loc["empty", "mean"].isna().all()
    one = found.loc["one"].set_index("area_code")
    assert np.isnan(one.loc["E3", "median"])
    assert one.loc["E3", "group"] == 0
    assert one["high"].max() <= 11


def test_areas_that_swap_places_are_in_one_group_and_clear_ones_are_not():
    ranks = np.array([[1, 2, 3], [2, 1, 3]] * 50)
    assert sensitivity.groups(np.array([1.0, 2, 3]), ranks).tolist() == [1, 1, 2]


def test_without_any_change_no_source_has_a_share_in_it():
    flat = np.ones(10)
    found = sensitivity.sobol(flat, flat, np.ones((3, 10)))
    assert found.first.tolist() == [0, 0, 0]
    assert found.total.tolist() == [0, 0, 0]


def test_the_sobol_indices_of_a_sum_are_the_shares_of_its_variance():
    rng = np.random.default_rng(2)
    a, b = rng.uniform(size=(2, 60_000, 2))
    slopes = np.array([1.0, 3.0])
    crossed = np.stack([np.where(np.arange(2) == at, b, a) @ slopes for at in range(2)])
    found = sensitivity.sobol(a @ slopes, b @ slopes, crossed)
    np.testing.assert_allclose(found.first, [0.1, 0.9], atol=0.03)
    np.testing.assert_allclose(found.total, [0.1, 0.9], atol=0.03)


def test_what_cannot_be_done_is_refused():
    with pytest.raises(DataError, match=r"spread 1\.5"):
        weight_robustness(table(), framework(), spread=1.5)
    with pytest.raises(DataError, match="the rescale rule rank"):
        weight_robustness(table(), framework(rescale="rank"))
