"""Published indices reproduced by configuration alone; the tables are not part of the repository.

Tolerances are those of the README of each table. Do not loosen one without a note here.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from placedata.framework import Framework, Indicator
from placedata.index import roll_up, score, sensitivity

pytestmark = pytest.mark.real

SHIPPED = Path(__file__).parents[2] / "src" / "placedata" / "frameworks"
HERE = Path(__file__).parent / "frameworks"


def load(folder: Path, name: str) -> Framework:
    return Framework.model_validate(YAML(typ="safe").load(folder / f"{name}.yaml"))


def polarity(direction: int) -> str:
    return "higher_is_better" if direction > 0 else "lower_is_better"


def tree(top: str, rows: pd.DataFrame, levels: tuple[str, str]) -> list[dict]:
    """Return nodes for the columns of a structure file, from the top down."""
    nodes = [{"id": top, "level": "index", "title": top}]
    nodes += [
        {"id": name, "level": levels[0], "title": name, "parent": top}
        for name in rows[levels[0]].unique()
    ]
    pairs = rows[[levels[0], levels[1]]].drop_duplicates().itertuples(index=False)
    nodes += [{"id": b, "level": levels[1], "title": b, "parent": a} for a, b in pairs]
    return nodes


# ------------------------------------------------------------------- Philadelphia, tracts, 2019


@pytest.fixture(scope="module")
def philadelphia(real_data):
    folder = real_data / "index_goldens" / "spi_tracts_philadelphia_2019"
    read = {"dtype": {"geoid": str}, "index_col": "geoid"}
    raw = pd.read_csv(folder / "indicators.csv", **read)
    published = pd.read_csv(folder / "published_scores.csv", **read)
    return pd.read_csv(folder / "structure.csv"), raw, published


def philadelphia_framework(structure: pd.DataFrame) -> Framework:
    indicators = []
    for row in structure.itertuples():
        bounds: dict[str, object] = {"rule": "spread", "k": row.k_sd}
        limits = {}
        if row.lower_rule == "fixed 0":
            bounds["low"] = 0
        if row.lower_rule.startswith("max(0"):
            limits["low"] = 0
        if row.upper_rule.startswith("min(100"):
            limits["high"] = 100
        indicators.append(
            {
                "id": row.indicator,
                "component": row.component,
                "polarity": polarity(row.direction),
                "bounds": bounds,
                "limits": limits,
                "treat": {"rule": "winsorise", "share": row.winsor_fraction_per_tail},
            }
        )
    return Framework.model_validate(
        {
            "id": "philadelphia_2019",
            "title": "Philadelphia",
            "levels": ["index", "dimension", "component"],
            "nodes": tree("SPI", structure, ("dimension", "component")),
            "method": {
                "indicator": {
                    "impute": {"rule": "constant", "value": 0},
                    "normalise": {"rule": "min_max", "outside": "keep"},
                },
                "levels": {"component": {"aggregate": {"rule": "geometric", "floor": 0.1}}},
            },
            "indicators": indicators,
        }
    )


def test_philadelphia_2019_scores_and_ranks_are_the_published_ones(philadelphia):
    structure, raw, published = philadelphia
    scores = score(raw, philadelphia_framework(structure))
    error = (scores.wide()[published.columns] - published).abs()
    assert error.to_numpy().max() < 0.002
    ranks = published["SPI"].rank(ascending=False, method="min").astype(int)
    assert scores.of("SPI")["rank"].tolist() == ranks.tolist()
    assert len(scores.of("SPI")) == 372


def test_philadelphia_2019_bounds_are_those_of_the_structure_file(philadelphia):
    structure, raw, _ = philadelphia
    bounds = score(raw, philadelphia_framework(structure)).bounds
    ends = np.sort(bounds[["worst", "best"]].to_numpy(), axis=1)
    np.testing.assert_allclose(ends, structure[["lower_bound", "upper_bound"]], rtol=1e-9)


def test_philadelphia_2019_filled_cells_are_told_and_do_not_count_as_observed(philadelphia):
    structure, raw, _ = philadelphia
    scores = score(raw, philadelphia_framework(structure))
    told = {d.node: d.text for d in scores.decisions if d.stage == "impute"}
    assert {name: int(text.split()[0]) for name, text in told.items()} == {
        "s_hburdenowner": 2,
        "s_overcrowded": 2,
        "pfc_disconnected": 5,
    }
    assert (scores.of("PFC")["coverage"] < 1).sum() == 5


# --------------------------------------------------------------------- human development, 1990-2021


def test_human_development_values_and_ranks_are_the_published_ones(real_data):
    table = pd.read_csv(real_data / "index_goldens" / "hdi_1990_2021" / "hdi.csv")
    table.index = pd.Index(table["iso3"] + " " + table["year"].astype(str), name="area_code")
    framework = load(SHIPPED, "human_development")
    scores = score(table[list(framework.columns)], framework)
    error = (scores.of("human_development")["score"] - table["hdi"]).abs()
    assert len(error) == 5923
    assert error.max() < 0.00051
    latest = table[(table["year"] == 2021) & table["hdi_rank"].notna()]
    ranked = score(latest[list(framework.columns)], framework).of("human_development")
    assert ranked["rank"].tolist() == latest["hdi_rank"].astype(int).tolist()


# ------------------------------------------------------------------------------ CDC SVI, 2018


def test_vulnerability_percentiles_are_exactly_the_published_ones(real_data):
    folder = real_data / "index_goldens" / "cdc_svi_2018_county"
    county = pd.read_csv(folder / "county.csv", dtype={"FIPS": str}, index_col="FIPS")
    framework = load(SHIPPED, "vulnerability")
    scores = score(county[list(framework.columns)], framework)
    wide, sums = scores.wide(), scores.stages["aggregated"]
    themes = [node.id for node in framework.nodes if node.level == "theme"]
    published = {name: f"EPL_{name.removeprefix('EP_')}" for name in framework.columns}
    published |= {theme: f"RPL_THEME{at}" for at, theme in enumerate(themes, 1)}
    published["vulnerability"] = "RPL_THEMES"
    for node, column in published.items():
        pd.testing.assert_series_equal(
            wide[node], county[column], check_names=False, check_exact=True, obj=node
        )
    for at, theme in enumerate(themes, 1):
        np.testing.assert_allclose(sums[theme], county[f"SPL_THEME{at}"], atol=1e-9)
    flags = (wide[list(framework.columns)] >= 0.9).sum(axis=1)
    complete = county["RPL_THEMES"].notna()
    assert flags[complete].tolist() == county.loc[complete, "F_TOTAL"].astype(int).tolist()


# ------------------------------------------------------------------------------- England, 2019


def test_english_deprivation_2019_ranks_and_deciles_are_the_published_ones(real_data):
    path = real_data / "index_goldens" / "imd_england_2019" / "lsoa_ranks.csv"
    table = pd.read_csv(path, index_col="lsoa11_code")
    domains = {"Housing_and_Access_rank": "barriers"}
    columns = [name for name in table if name.endswith("_rank") and name != "IMD_rank"]
    framework = load(SHIPPED, "deprivation").with_indicators(
        Indicator(id=name, component=domains.get(name, name.removesuffix("_rank").lower()))
        for name in columns
    )
    ranks = score(table[columns], framework).of("deprivation")["rank"].astype(int)
    difference = (ranks - table["IMD_rank"]).abs()
    assert difference.max() <= 1
    assert (difference > 0).sum() <= 40
    deciles = np.ceil(10 * ranks / len(table)).astype(int)
    assert (deciles == table["IMD_decile"]).all()


@pytest.fixture(scope="module")
def london(real_data):
    folder = real_data / "index_goldens" / "iod2019_london_boroughs"
    return pd.read_csv(folder / "lsoa.csv", index_col="lsoa11")


def test_english_sub_domains_make_the_published_domain_scores(london):
    framework = load(HERE, "iod_subdomains_2019")
    wide = score(london[list(framework.columns)], framework).wide()
    for domain in ("education", "barriers", "environment"):
        assert (wide[domain] - london[f"{domain}_score"]).abs().max() < 0.005


def test_english_domain_ranks_make_the_published_index_scores(london):
    framework = load(HERE, "iod_index_2019")
    scores = score(london[list(framework.columns)], framework).of("imd")["score"]
    error = (scores - london["imd_score"]).abs()
    assert error.max() < 0.001
    # within rounding: 0.0005, and 0.00001 for scores that lie on the edge
    assert (error <= 0.00051).sum() == 4825


def test_borough_summaries_are_the_published_ones(london, real_data):
    path = real_data / "index_goldens" / "iod2019_london_boroughs" / "boroughs.csv"
    published = pd.read_csv(path, index_col="lad19")
    small = london.rename(columns={"imd_score": "score", "imd_rank": "rank"})
    found = roll_up(small, london["lad19"], london["pop_total"], ranked=32844)
    tolerances = {
        "average_score": ("imd_average_score", 0.0006),
        "average_rank": ("imd_average_rank", 0.1),
        "proportion": ("imd_proportion_top10", 0.0001),
        "extent": ("imd_extent", 0.0001),
        "local_concentration": ("imd_local_concentration", 0.05),
    }
    assert len(found) == 33
    for name, (column, most) in tolerances.items():
        assert (found[name] - published[column]).abs().max() < most, name


@pytest.mark.parametrize(
    "domain",
    ["income", "employment", "education", "health", "crime", "barriers", "environment"],
)
def test_borough_averages_of_each_domain_are_the_published_ones(london, real_data, domain):
    path = real_data / "index_goldens" / "iod2019_london_boroughs" / "boroughs.csv"
    published = pd.read_csv(path, index_col="lad19")[f"{domain}_average_score"]
    small = london[[f"{domain}_score", f"{domain}_rank"]].set_axis(["score", "rank"], axis=1)
    people = london["pop_working_age" if domain == "employment" else "pop_total"]
    found = roll_up(small, london["lad19"], people, ranked=32844)["average_score"]
    assert (found - published).abs().max() < 0.001


# ------------------------------------------------------------------------------ Scotland, 2016


@pytest.fixture(scope="module")
def scotland(real_data):
    folder = real_data / "index_goldens" / "simd_scotland_2016"
    indicators = pd.read_csv(folder / "indicators.csv", index_col="Data_Zone")
    published = pd.read_csv(folder / "published_ranks.csv", index_col="Data_Zone")
    return folder, indicators, published.loc[indicators.index]


def test_scottish_factor_weights_are_the_official_ones(scotland):
    folder, indicators, _ = scotland
    framework = load(HERE, "simd_education_health_access_2016")
    found = score(indicators[list(framework.columns)], framework).weights.set_index("node")
    official = pd.read_csv(folder / "official_weights.csv", index_col="indicator")
    assert len(official) == 21
    error = (found.loc[official.index, "weight"] - official["official_weight"]).abs()
    assert error.max() < 0.002
    assert set(found.loc[official.index, "rule"]) == {"factor"}


def test_scottish_domain_ranks_agree_with_the_published_ones(scotland):
    _, indicators, published = scotland
    framework = load(HERE, "simd_education_health_access_2016")
    scores = score(indicators[list(framework.columns)], framework)
    for domain in ("education", "health", "access"):
        found = scores.of(domain)["rank"].astype(float)
        official = published[f"{domain.title()}_domain_2016_rank"]
        assert found.corr(official, method="spearman") > 0.9999


def test_scottish_domain_ranks_are_closer_still_with_the_official_weights(scotland):
    folder, indicators, published = scotland
    official = pd.read_csv(folder / "official_weights.csv", index_col="indicator")
    framework = load(HERE, "simd_education_health_access_2016")
    data = framework.model_dump(by_alias=True, exclude_unset=True)
    for item in data["indicators"]:
        item["weight"] = float(official.loc[item["id"], "official_weight"])
    for level in data["method"]["levels"].values():
        level["weights"] = "given"
    scores = score(indicators[list(framework.columns)], Framework.model_validate(data))
    for domain, most in {"education": 60, "health": 44, "access": 4}.items():
        found = scores.of(domain)["rank"].astype(float)
        assert (found - published[f"{domain.title()}_domain_2016_rank"]).abs().max() <= most


def test_the_scottish_index_follows_from_the_published_domain_ranks(scotland):
    _, _, published = scotland
    framework = load(HERE, "simd_overall_2016")
    found = score(published[list(framework.columns)], framework).of("simd")["rank"]
    assert (found.astype(float) - published["Overall_SIMD16_rank"]).abs().max() <= 10


# ---------------------------------------------------------------------------------------- COINr


@pytest.fixture(scope="module")
def asem(real_data):
    folder = real_data / "index_goldens" / "coinr_asem"
    tables = {path.stem: pd.read_csv(path) for path in folder.glob("*.csv")}
    return {
        name: table.set_index("unit") if "unit" in table else table
        for name, table in tables.items()
    }


def asem_framework(structure: pd.DataFrame) -> Framework:
    indicators = [
        {
            "id": row.indicator,
            "component": row.pillar,
            "polarity": polarity(row.direction),
            "weight": row.weight,
            "denominator": row.denominator if isinstance(row.denominator, str) else None,
        }
        for row in structure.itertuples()
    ]
    return Framework.model_validate(
        {
            "id": "asem",
            "title": "Sustainable connectivity",
            "levels": ["index", "subindex", "pillar"],
            "nodes": tree("Index", structure, ("subindex", "pillar")),
            "method": {
                "indicator": {
                    "impute": {"rule": "group_mean", "by": "group"},
                    "treat": {"rule": "skew_kurtosis", "points": 5},
                    "normalise": "min_max",
                },
                "rank": {"ties": "min", "decimals": 2},
            },
            "indicators": indicators,
        }
    )


@pytest.fixture(scope="module")
def asem_scores(asem):
    framework = asem_framework(asem["structure"])
    table = asem["raw"].join(asem["denominators"])
    return score(table[list(framework.columns)], framework)


@pytest.mark.parametrize("stage", ["denominated", "imputed", "treated", "normalised"])
def test_every_stage_of_the_coinr_example_is_the_published_one(asem, asem_scores, stage):
    expected = asem[f"stage_{stage}"]
    found = asem_scores.stages[stage].loc[expected.index, expected.columns]
    np.testing.assert_allclose(found, expected, atol=1e-9, rtol=1e-9)


def test_the_scores_and_ranks_of_the_coinr_example_are_the_published_ones(asem, asem_scores):
    expected = asem["stage_aggregated"]
    wide = asem_scores.wide().loc[expected.index, expected.columns]
    np.testing.assert_allclose(wide, expected, atol=1e-9)
    ranks = asem_scores.wide("rank").loc[asem["published_ranks"].index, expected.columns]
    assert ranks.astype(int).equals(asem["published_ranks"][expected.columns])


def test_the_published_alpha_of_the_coinr_example_is_found(asem):
    from placedata.index.diagnostics import alpha

    structure = asem["structure"]
    columns = structure.loc[structure["pillar"] == "P2P", "indicator"]
    published = asem["published_statistics"].set_index("statistic")["value"]
    found = alpha(asem["raw"][columns].to_numpy(dtype=float))
    assert found == pytest.approx(published["cronbach_alpha_raw_P2P"], abs=1e-6)


def test_the_published_loadings_and_correlations_of_the_coinr_example_are_found(asem, asem_scores):
    published = asem["published_statistics"].set_index("statistic")["value"]
    found = asem_scores.diagnostics.set_index(["node", "statistic"])["value"]
    for node in ("Conn", "Sust"):
        loadings = found[node][found[node].index.str.startswith("loading:")]
        names = loadings.index.str.removeprefix("loading:")
        expected = published[[f"pca_level2_{name}" for name in names]].to_numpy()
        sign = np.sign(loadings.iloc[0] * expected[0])  # the sign of a component is free
        np.testing.assert_allclose(sign * loadings, expected, atol=1e-6)
    wide = asem_scores.wide()
    for node in ("Conn", "Sust"):
        assert wide["Index"].corr(wide[node]) == pytest.approx(
            published[f"corr_index_{node}"], abs=1e-6
        )


def test_the_published_eigenvalues_of_the_coinr_example_are_found(asem):
    from placedata.index.diagnostics import consistency

    structure = asem["structure"]
    columns = structure.loc[structure["pillar"] == "Social", "indicator"]
    published = asem["published_statistics"].set_index("statistic")["value"]
    expected = published[published.index.str.startswith("pca_raw_social_sdev")]
    found = consistency(asem["raw"][columns].to_numpy(dtype=float)).eigenvalues
    np.testing.assert_allclose(np.sqrt(found), expected, atol=1e-4)


def test_the_rank_intervals_of_the_coinr_example_are_the_published_ones(asem):
    published = asem["ua_rank_stats"]
    replicates = asem["ua_ranks"].drop(columns="Nominal").loc[published.index].to_numpy().T
    found = sensitivity.rank_summary(replicates)
    for name, column in {"mean": "Mean", "median": "Median", "low": "Q5", "high": "Q95"}.items():
        np.testing.assert_allclose(found[name], published[column], atol=1e-12)


def test_the_sobol_indices_of_the_coinr_example_are_the_published_ones(asem):
    published = asem["sa_indices"]
    ranks = asem["sa_ranks"]
    replicates = ranks.drop(columns="Nominal").to_numpy().T
    shifts = sensitivity.mean_shift(replicates, ranks["Nominal"].to_numpy()).reshape(6, 100)
    found = sensitivity.sobol(shifts[0], shifts[1], shifts[2:])
    np.testing.assert_allclose(found.first, published["Si"], atol=1e-9)
    np.testing.assert_allclose(found.total, published["STi"], atol=1e-9)


# ------------------------------------------------------------------ Social Progress Index, 2017


@pytest.fixture(scope="module")
def world(real_data):
    folder = real_data / "index_goldens" / "spi_global_2017"
    indicators = pd.read_csv(folder / "indicators.csv", index_col="unit_code", na_values=[""])
    published = pd.read_csv(folder / "published_scores.csv", index_col="unit_code")
    structure = pd.read_csv(folder / "structure.csv")
    return structure, indicators.drop(columns="unit_name").astype(float), published


@pytest.fixture(scope="module")
def ranked(world):
    structure, indicators, published = world
    inside = published.index[published["ranked"] == 1]
    return structure, indicators.loc[inside], published.loc[inside]


def world_framework(structure: pd.DataFrame, **component: object) -> Framework:
    names = {name: name.replace(" ", "_") for name in structure["dimension"].unique()}
    names |= {name: name.replace(" ", "_") for name in structure["component"].unique()}
    renamed = structure.replace({"dimension": names, "component": names})
    indicators = [
        {
            "id": row.indicator,
            "component": row.component,
            "polarity": polarity(row.direction),
            "goalposts": {"best": row.best, "worst": row.worst},
            "weight": row.weight,
        }
        for row in renamed.itertuples()
    ]
    level = {"weights": "given", "missing": "propagate", **component}
    above = {"missing": "propagate"}
    return Framework.model_validate(
        {
            "id": "spi_2017",
            "title": "SPI 2017",
            "levels": ["index", "dimension", "component"],
            "nodes": tree("Social_Progress_Index", renamed, ("dimension", "component")),
            "method": {
                "indicator": {
                    "bounds": "fixed",
                    "normalise": {"rule": "min_max", "outside": "keep"},
                },
                "levels": {"component": level, "dimension": above, "index": above},
            },
            "indicators": indicators,
        }
    )


def test_world_2017_components_and_index_are_the_published_ones(ranked):
    structure, indicators, published = ranked
    wide = score(indicators, world_framework(structure)).wide()
    compared = 0
    for component in structure["component"].unique():
        found = wide[component.replace(" ", "_")]
        error = (found - published[component]).abs().dropna()
        compared += len(error)
        assert error.max() < 0.01, component
    assert compared == 1429
    complete = wide["Social_Progress_Index"].notna()
    assert complete.sum() == 59
    found, official = wide["Social_Progress_Index"][complete], published["Social Progress Index"]
    assert (found - official[complete]).abs().max() < 0.01
    ranks = official[complete].rank(ascending=False, method="min")
    assert found.rank(ascending=False, method="min").tolist() == ranks.tolist()


def test_world_2017_published_function_is_also_the_standardised_one(ranked):
    """A second form of the same line: z-scores, weights, and a rescale between the bounds."""
    structure, indicators, published = ranked
    framework = world_framework(structure, rescale="bounds")
    data = framework.model_dump(by_alias=True, exclude_unset=True)
    data["method"]["indicator"]["normalise"] = "z_score"
    # W = w o/s (best - worst): the weight on z is W s/|best - worst|
    spans = structure.set_index("indicator")
    for item in data["indicators"]:
        row = spans.loc[item["id"]]
        item["weight"] = row["weight"] * indicators[item["id"]].std() / abs(row.best - row.worst)
    linear = score(indicators, framework).wide()
    standardised = score(indicators, Framework.model_validate(data)).wide()
    for component in structure["component"].unique():
        name = component.replace(" ", "_")
        np.testing.assert_allclose(standardised[name], linear[name], atol=1e-9)
        assert (standardised[name] - published[component]).abs().max() < 0.01


def test_world_2017_first_component_weights_agree_with_the_published_slopes(ranked):
    structure, indicators, _ = ranked
    framework = world_framework(structure, weights={"rule": "pc1", "otherwise": "error"})
    found = score(indicators, framework).weights.set_index("node")["weight"]
    slopes = structure.set_index("indicator")
    importance = slopes["slope"].abs() * indicators.std()
    shares = importance / importance.groupby(slopes["component"]).transform("sum")
    difference = (found[shares.index] - shares).abs()
    assert difference.max() < 0.06
    assert (found[shares.index] > 0).all()


def test_world_2017_freedom_of_assembly_is_filled_as_the_publisher_did(world):
    structure, indicators, published = world
    name = "Freedom of assembly"
    data = world_framework(structure).model_dump(by_alias=True, exclude_unset=True)
    for item in data["indicators"]:
        if item["id"] == name:
            item["impute"] = "siblings"
    scores = score(indicators, Framework.model_validate(data))
    rows = structure.set_index("indicator")
    component = rows.loc[name, "component"]
    siblings = rows[(rows["component"] == component) & (rows.index != name)]
    rest = siblings["intercept"].iloc[0] + (indicators[siblings.index] * siblings["slope"]).sum(
        axis=1, skipna=False
    )
    implied = (published[component] - rest) / rows.loc[name, "slope"]
    gap = indicators[name].isna() & implied.notna()
    error = (scores.stages["imputed"][name] - implied)[gap]
    assert gap.sum() == 54
    assert np.sqrt((error**2).mean()) < 0.006
