"""Changes between two results: comparable or not, and split into parts that add up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from placedata.errors import DataError
from placedata.framework import Framework
from placedata.index import score
from placedata.index.change import SWITCHES, Edition, decompose
from placedata.index.compare import comparability
from placedata.index.contributions import contributions

AREAS = [f"E{at}" for at in range(9)]
AGGREGATES = [
    "arithmetic", {"rule": "geometric", "floor": 0.1}, "harmonic", {"rule": "power", "power": 0.5},
]  # fmt: skip


def framework(names: str = "abcd", *, best: float = 100, **component: object) -> Framework:
    return Framework.model_validate(
        {
            "id": "test", "title": "Test", "levels": ["index", "component"],
            "nodes": [
                {"id": "top", "level": "index", "title": "Top"},
                {"id": "one", "level": "component", "title": "One", "parent": "top", "weight": 2},
                {"id": "two", "level": "component", "title": "Two", "parent": "top"},
            ],
            "method": {"levels": {"component": component}},
            "indicators": [
                {"id": name, "component": "one" if name in "ab" else "two", "weight": at + 1,
                 "goalposts": {"best": best, "worst": 0}}
                for at, name in enumerate(names)
            ],
        }
    )  # fmt: skip


def values(seed: int, names: str = "abcd", areas: list[str] | None = None) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    codes = areas or AREAS
    return pd.DataFrame(rng.uniform(5, 95, (len(codes), len(names))), codes, columns=list(names))


def adds_up(found: pd.DataFrame) -> None:
    parts = found[list(SWITCHES)].sum(axis=1, skipna=False)
    np.testing.assert_allclose(parts, found["change"], atol=1e-12)
    np.testing.assert_allclose(found["after"] - found["before"], found["change"], atol=1e-12)
    ranks = found[[f"rank_{name}" for name in SWITCHES]].sum(axis=1, skipna=False)
    np.testing.assert_allclose(ranks, found["rank_change"], atol=1e-12)


# ---------------------------------------------------------------------------------- four switches


def test_other_values_alone_are_all_of_the_change():
    found = decompose(Edition(values(1), framework()), Edition(values(2), framework()))
    adds_up(found)
    np.testing.assert_array_equal(found["data"], found["change"])
    assert (found[["indicators", "method", "boundaries"]] == 0).all(axis=None)


@pytest.mark.parametrize("aggregate", AGGREGATES, ids=str)
def test_data_indicators_and_method_add_up_for_score_and_rank(aggregate):
    before = Edition(values(1), framework("abc", aggregate=aggregate))
    after = Edition(values(2), framework("abcd", best=110, aggregate=aggregate))
    found = decompose(before, after)
    adds_up(found)
    top = found[found["node"] == "top"]
    assert (top[["data", "indicators", "method"]].abs().to_numpy() > 1e-9).all()
    # component one has the same indicators in both editions
    assert (found.loc[found["node"] == "one", "indicators"] == 0).all()


def test_a_linear_change_by_hand():
    """Score = 100 x / best. From 50 of 100 to 60 of 120: the value adds, the goalpost takes."""
    one = {"id": "x", "title": "X", "levels": ["index"],
           "nodes": [{"id": "top", "level": "index", "title": "T"}]}  # fmt: skip

    def edition(value: float, best: float) -> Edition:
        item = {"id": "a", "component": "top", "goalposts": {"best": best, "worst": 0}}
        return Edition(
            pd.DataFrame({"a": [value]}, index=["E1"]),
            Framework.model_validate({**one, "indicators": [item]}),
        )

    found = decompose(edition(50, 100), edition(60, 120)).query("node == 'top'").iloc[0]
    # data: ((60 - 50) + (50 - 41.667)) / 2; method: ((41.667 - 50) + (50 - 60)) / 2
    assert found[["before", "after", "change"]].tolist() == pytest.approx([50, 50, 0])
    assert found["data"] == pytest.approx((10 + 50 - 250 / 6) / 2)
    assert found["method"] == pytest.approx(-(10 + 50 - 250 / 6) / 2)


def test_new_boundaries_are_told_from_new_values():
    """Area N of the later edition took in half of O2; nothing else changed."""
    chosen = framework("ab")
    old = pd.DataFrame({"a": [40.0, 80.0], "b": [40.0, 80.0]}, index=["O1", "O2"])
    new = pd.DataFrame({"a": [50.0, 80.0], "b": [50.0, 80.0]}, index=["N1", "N2"])
    before, after = Edition(old, chosen, redrawn=new), Edition(new + 5, chosen, redrawn=old + 5)
    found = decompose(before, after, successors={"N1": "O1", "N2": "O2"})
    adds_up(found)
    one = found[(found["area_code"] == "N1") & (found["node"] == "top")].iloc[0]
    assert one["boundaries"] == pytest.approx(10)
    assert one["data"] == pytest.approx(5)
    with pytest.raises(DataError, match="boundaries cannot be told from the data"):
        decompose(Edition(old, chosen), Edition(new, chosen))


def test_an_indicator_without_values_in_one_edition_is_told():
    before = Edition(values(1, "abc"), framework("abc"))
    with pytest.raises(DataError, match="the earlier edition lacks indicators") as told:
        decompose(before, Edition(values(2), framework()))
    assert told.value.problems[0].field == "d"
    missing = values(1, "abc").assign(d=50.0)
    adds_up(decompose(Edition(missing, framework("abc")), Edition(values(2), framework())))


def test_editions_with_calibrations_are_scored_by_them():
    free = framework().model_dump(by_alias=True, exclude_unset=True)
    for item in free["indicators"]:
        del item["goalposts"]
    free["method"]["indicator"] = {"normalise": {"rule": "min_max", "outside": "keep"}}
    chosen = Framework.model_validate(free)
    kept = score(values(1), chosen).calibration
    found = decompose(
        Edition(values(1), chosen, calibration=kept), Edition(values(2), chosen, calibration=kept)
    )
    np.testing.assert_array_equal(found["data"], found["change"])
    assert (found["method"] == 0).all()


# ------------------------------------------------------------------------------ single indicators


@pytest.mark.parametrize("aggregate", AGGREGATES, ids=str)
def test_points_of_indicators_add_up_to_the_change_of_every_node(aggregate):
    chosen = framework(aggregate=aggregate)
    before, after = score(values(1), chosen), score(values(2), chosen)
    for node in ("top", "one"):
        found = contributions(before, after, chosen, node=node)
        total = found.groupby("area_code")["points"].sum()
        change = after.of(node)["score"] - before.of(node)["score"]
        np.testing.assert_allclose(total[change.index], change, atol=1e-9)
    used = found.groupby("node")["points"].apply(lambda points: points.abs().max())
    assert used.get("weights", 0) < 1e-9


def test_points_of_an_arithmetic_mean_are_weight_times_change():
    chosen = framework()
    before, after = score(values(1), chosen), score(values(2), chosen)
    found = contributions(before, after, chosen).pivot(
        index="area_code", columns="node", values="points"
    )
    weight = 2 / 3 * 2 / 3  # one: 2 of 3; b: 2 of 3
    change = after.of("b")["score"] - before.of("b")["score"]
    np.testing.assert_allclose(found.loc[change.index, "b"], weight * change, atol=1e-9)


def test_points_of_a_geometric_mean_follow_the_logarithms():
    chosen = framework("ab", aggregate={"rule": "geometric", "floor": 0.1})
    first = pd.DataFrame({"a": [20.0], "b": [50.0]}, index=["E1"])
    second = pd.DataFrame({"a": [40.0], "b": [25.0]}, index=["E1"])
    before, after = score(first, chosen), score(second, chosen)
    found = contributions(before, after, chosen, node="one").set_index("node")["points"]
    logs = {"a": 1 / 3 * np.log(2), "b": 2 / 3 * np.log(0.5)}
    change = float(after.of("one")["score"].iloc[0] - before.of("one")["score"].iloc[0])
    for name, part in logs.items():
        assert found[name] == pytest.approx(change * part / sum(logs.values()))


def test_a_gap_in_one_year_is_told_apart_from_the_values():
    chosen = framework()
    first, second = values(1), values(2)
    second.iloc[0, 0] = np.nan
    before, after = score(first, chosen), score(second, chosen)
    found = contributions(before, after, chosen).pivot(
        index="area_code", columns="node", values="points"
    )
    assert found.loc["E0", "a"] == 0
    assert abs(found.loc["E0", "weights"]) > 0.1
    assert found.loc["E1", "weights"] == pytest.approx(0, abs=1e-12)
    change = after.of("top")["score"] - before.of("top")["score"]
    np.testing.assert_allclose(found.sum(axis=1)[change.index], change, atol=1e-9)


def test_what_a_rescale_moves_is_told_apart():
    chosen = framework(rescale="percentile_rank")
    before, after = score(values(1), chosen), score(values(2), chosen)
    found = contributions(before, after, chosen)
    total = found.groupby("area_code")["points"].sum()
    change = after.of("top")["score"] - before.of("top")["score"]
    np.testing.assert_allclose(total[change.index], change, atol=1e-9)


# ----------------------------------------------------------------------------------- comparability


def test_two_results_by_one_calibration_are_comparable():
    free = framework().with_method(
        indicators=[{"id": name, "component": "one"} for name in "abcd"],
        method={"indicator": {"normalise": {"rule": "min_max", "outside": "keep"}}},
    )
    first = score(values(1), free)
    second = score(values(2), free, calibration=first.calibration)
    assert comparability(first, second)["same"].all()
    alone = score(values(2), free)
    found = comparability(first, alone).set_index("aspect")
    assert found.index[~found["same"]].tolist() == ["calibration", "bounds"]
    assert (
        "4 indicators have other worst and best values: a, b, c, d" in found.loc["bounds", "text"]
    )


def test_what_differs_between_two_results_is_named():
    first = score(values(1, "abc"), framework("abc"))
    second = score(values(1, areas=[*AREAS[1:], "E99"]), framework("abcd"))
    found = comparability(first, second).set_index("aspect")
    assert not found.loc[["framework", "areas", "indicators", "weights"], "same"].any()
    assert found.loc["areas", "text"] == "1 only in the first: E0; 1 only in the second: E99"
    assert found.loc["indicators", "text"] == "1 only in the second: d"
    assert found.loc["bounds", "same"]
