"""Indices that the engine was not made for, written with docs/framework.md alone.

Each method is taken from its published description; the values are invented, and the scores are
worked out beside it with numpy, or by hand.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from placedata.framework import Framework
from placedata.index import score


def scored(table: pd.DataFrame, chosen: Framework, **options):
    """Score the columns that a framework asks for."""
    return score(table[list(chosen.columns)], chosen, **options)


def flat(method: dict, indicators: list[dict], **more) -> Framework:
    """Return a framework with one level."""
    return Framework.model_validate(
        {"id": "top", "title": "Top", "levels": ["index"],
         "nodes": [{"id": "top", "level": "index", "title": "Top"}],
         "method": method, "indicators": [{"component": "top", **one} for one in indicators],
         **more}
    )  # fmt: skip


@pytest.fixture
def units() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    names = [f"u{at:02d}" for at in range(40)]
    return pd.DataFrame(
        {"a": rng.lognormal(2, 1, 40), "b": rng.uniform(1, 99, 40), "c": rng.normal(50, 10, 40),
         "people": rng.integers(500, 5000, 40).astype(float)},
        index=names,
    )  # fmt: skip


def test_environmental_performance_logs_and_distances_to_target_between_percentiles(units):
    """EPI: log of skewed indicators, worst at the 1st or 99th percentile, best a target."""
    chosen = flat(
        {"indicator": {"bounds": "percentile", "normalise": {"rule": "min_max", "outside": "clip"}},
         "levels": {"index": {"weights": "given"}}},
        [{"id": "a", "polarity": "lower_is_better", "transform": ["log"], "weight": 70,
          "bounds": {"rule": "percentile", "shares": [0, 0.99], "low": 0}},
         {"id": "b", "weight": 30}],
    )  # fmt: skip
    a, b = np.log(units["a"]), units["b"]
    worst = np.percentile(a, 99)  # the target is ln 1 = 0
    low, high = np.percentile(b, [1, 99])
    expected = 70 * np.clip(100 * (worst - a) / worst, 0, 100)
    expected += 30 * np.clip(100 * (b - low) / (high - low), 0, 100)
    found = scored(units, chosen).of("top")["score"]
    np.testing.assert_allclose(found, expected / 100, rtol=1e-12)


def test_townsend_adds_standardised_logarithms_up_and_divides_by_n(units):
    """Townsend material deprivation: z-scores (of all areas, by n) of ln(x + 1) or x, summed."""
    z = {"rule": "z_score", "divisor": "n"}
    chosen = flat(
        {"indicator": {"normalise": z},
         "levels": {"index": {"weights": "given", "aggregate": "sum"}}},
        [{"id": "a", "polarity": "lower_is_better", "transform": ["log1p"]},
         {"id": "b", "polarity": "lower_is_better"}],
        polarity="lower_is_better",
    )  # fmt: skip
    expected = stats.zscore(np.log(units["a"] + 1)) + stats.zscore(units["b"])
    found = scored(units, chosen).of("top")
    np.testing.assert_allclose(found["score"], expected, atol=1e-12)
    assert found["rank"].to_numpy().argmin() == np.argmax(expected)  # 1 is the most deprived


def test_carstairs_weighs_mean_and_deviation_by_people(units):
    """Carstairs: z-scores about the mean of people, not of areas, with their deviation."""
    chosen = flat(
        {"indicator": {"normalise": {"rule": "z_score", "people": "people"}},
         "levels": {"index": {"weights": "given", "aggregate": "sum"}}},
        [{"id": "b", "polarity": "lower_is_better"}, {"id": "c", "polarity": "lower_is_better"}],
        polarity="lower_is_better",
    )  # fmt: skip
    expected = 0
    for name in ("b", "c"):
        mean = np.average(units[name], weights=units["people"])
        sd = np.sqrt(np.average((units[name] - mean) ** 2, weights=units["people"]))
        expected = expected + (units[name] - mean) / sd
    found = scored(units, chosen).of("top")["score"]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_jarman_straightens_shares_by_the_arcsine_and_weighs_by_experts(units):
    """Underprivileged area score: arcsin √p, z-scores, weights of general practitioners, sum."""
    chosen = flat(
        {"indicator": {"transform": [{"rule": "arcsine", "whole": 100}], "normalise": "z_score"},
         "levels": {"index": {"weights": {"rule": "given", "renormalise": False},
                              "aggregate": "sum"}}},
        [{"id": "b", "polarity": "lower_is_better", "weight": 6.62},
         {"id": "share", "polarity": "lower_is_better", "weight": 3.34}],
        polarity="lower_is_better",
    )  # fmt: skip
    table = units.assign(share=units["b"].to_numpy()[::-1] / 2)

    def z(values):
        turned = np.arcsin(np.sqrt(values / 100))
        return (turned - turned.mean()) / turned.std(ddof=1)

    expected = 6.62 * z(table["b"]) + 3.34 * z(table["share"])
    np.testing.assert_allclose(scored(table, chosen).of("top")["score"], expected, atol=1e-12)


def test_global_peace_bands_run_from_1_to_5_and_domains_weigh_60_and_40(units):
    """GPI: quantities banded from 1 (peaceful) to 5, expert bands as they are, weighted means."""
    chosen = Framework.model_validate({
        "id": "gpi", "title": "Peace", "levels": ["index", "domain"], "polarity": "lower_is_better",
        "nodes": [
            {"id": "gpi", "level": "index", "title": "Peace"},
            {"id": "internal", "level": "domain", "parent": "gpi", "title": "I", "weight": 60},
            {"id": "external", "level": "domain", "parent": "gpi", "title": "E", "weight": 40},
        ],
        "method": {"indicator": {"normalise": {"rule": "min_max", "to": [1, 5]}}},
        "indicators": [
            {"id": "a", "component": "internal", "polarity": "lower_is_better", "weight": 4},
            {"id": "band", "component": "internal", "polarity": "lower_is_better", "weight": 2,
             "normalise": "none"},
            {"id": "b", "component": "external", "polarity": "lower_is_better"},
        ],
    })  # fmt: skip
    table = units.assign(band=np.arange(40) % 5 + 1.0)

    def band(values):
        return 1 + 4 * (values - values.min()) / (values.max() - values.min())

    expected = 0.6 * (4 * band(table["a"]) + 2 * table["band"]) / 6 + 0.4 * band(table["b"])
    np.testing.assert_allclose(scored(table, chosen).of("gpi")["score"], expected, rtol=1e-12)


def test_health_index_is_100_in_its_base_year_whatever_later_years_hold(units):
    """Health Index for England: z-scores against a base year, 100 with 10 points a deviation."""
    chosen = flat(
        {"indicator": {"normalise": {"rule": "z_score", "mean": 100, "sd": 10}},
         "levels": {"index": {"weights": "equal"}}},
        [{"id": "b", "polarity": "lower_is_better"}, {"id": "c"}],
    )  # fmt: skip
    base = scored(units, chosen)
    assert base.of("top")["score"].mean() == pytest.approx(100)
    later = units.assign(c=units["c"] + units["c"].std())
    again = scored(later, chosen, calibration=base.calibration)
    assert again.of("top")["score"].mean() == pytest.approx(105)


def test_better_life_runs_from_0_to_10_with_the_weights_of_its_reader(units):
    """Better Life Index: (x − min)/(max − min) · 10, equal within topics, topics as chosen."""
    chosen = flat(
        {"indicator": {"normalise": {"rule": "min_max", "to": [0, 10]}}},
        [{"id": "b", "polarity": "lower_is_better", "weight": 5}, {"id": "c", "weight": 1}],
    )
    b, c = units["b"], units["c"]
    expected = (50 * (b.max() - b) / np.ptp(b) + 10 * (c - c.min()) / np.ptp(c)) / 6
    np.testing.assert_allclose(scored(units, chosen).of("top")["score"], expected, rtol=1e-12)


def test_multidimensional_poverty_counts_what_falls_short_of_its_cut_off():
    """Counting: deprived (1) at or beyond a cut-off, nested weights, the weighted share."""
    chosen = flat(
        {"indicator": {"normalise": "none"}, "levels": {"index": {"weights": "given"}}},
        [{"id": "school", "polarity": "lower_is_better", "weight": 2,
          "transform": [{"rule": "bucket", "edges": [6]}]},
         {"id": "minutes", "polarity": "lower_is_better", "weight": 1,
          "transform": [{"rule": "bucket", "edges": [30]}]}],
        polarity="lower_is_better",
    )  # fmt: skip
    table = pd.DataFrame({"school": [2, 6, 9], "minutes": [40, 5, 30]}, index=list("xyz"))
    assert scored(table, chosen).of("top")["score"].tolist() == pytest.approx([1 / 3, 2 / 3, 1])


def test_a_deprivation_index_of_a_census_is_a_first_component_about_1000(units):
    """SEIFA, NZDep: the first component of standardised shares, mean 1,000 and deviation 100."""
    table = units.assign(d=units["b"] + units["c"], e=units["b"] * 0.5 + 0.2 * units["c"] ** 1.1)
    names = ["b", "d", "e"]
    chosen = flat(
        {"indicator": {"normalise": "z_score"},
         "levels": {"index": {"weights": "pc1", "aggregate": "sum",
                              "rescale": {"rule": "z_score", "mean": 1000, "sd": 100}}}},
        [{"id": name} for name in names],
    )  # fmt: skip
    z = (table[names] - table[names].mean()) / table[names].std(ddof=1)
    loading = np.linalg.eigh(np.corrcoef(z.T))[1][:, -1]
    raw = z @ (loading * np.sign(loading.sum()))
    expected = 1000 + 100 * (raw - raw.mean()) / raw.std(ddof=1)
    np.testing.assert_allclose(scored(table, chosen).of("top")["score"], expected, rtol=1e-9)


def test_an_index_for_risk_takes_the_geometric_mean_of_turned_scores():
    """INFORM: 0 to 10, and the geometric mean of (10 − x) · 0.9 + 1, so that a high risk shows.

    The score of the node is that mean; the published value is (10 − score)/9 · 10.
    """
    chosen = flat(
        {"indicator": {"bounds": "fixed", "normalise": {"rule": "min_max", "to": [1, 10]}},
         "levels": {"index": {"aggregate": "geometric"}}},
        [{"id": "hazard", "polarity": "lower_is_better", "goalposts": {"best": 0, "worst": 10}},
         {"id": "coping", "polarity": "lower_is_better", "goalposts": {"best": 0, "worst": 10}}],
    )  # fmt: skip
    table = pd.DataFrame({"hazard": [10.0, 4], "coping": [0.0, 4]}, index=list("xy"))
    found = scored(table, chosen).of("top")["score"]
    assert ((10 - found) / 9 * 10).tolist() == pytest.approx([(10 - np.sqrt(10)) / 9 * 10, 4])
