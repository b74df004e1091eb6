"""Published indices reproduced by configuration alone, through the command line.

The tables are not part of the repository. Frameworks are the shipped ones, files in
``frameworks/``, or made from the structure file beside a table. Tolerances are in
``tolerances.yaml``; one that is looser than the README of its table says needs a note there.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from placedata.index import sensitivity
from placedata.index.diagnostics import alpha, consistency

# the folders of tests are no packages
_SPEC = importlib.util.spec_from_file_location("published", Path(__file__).parent / "published.py")
published_indices = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(published_indices)
HERE, TOLERANCES = published_indices.HERE, published_indices.TOLERANCES
command_line, rows_of = published_indices.command_line, published_indices.rows_of
tolerance = published_indices.tolerance

pytestmark = pytest.mark.real


def test_no_tolerance_is_looser_than_its_readme_says_without_a_note(real_data):
    """The limit is the last number of the README's words, or none at all ("identical")."""
    sets = YAML(typ="safe").load(TOLERANCES)
    goldens = real_data / "index_goldens"
    assert set(sets) == {path.name for path in goldens.iterdir() if path.is_dir()}
    for index, entries in sets.items():
        readme = " ".join((goldens / index / "README.md").read_text("utf-8").split())
        for what, entry in entries.items():
            words = entry["readme"]
            assert words in readme, (index, what)
            exact = words.endswith(("identical", "exact"))
            limit = 0 if exact else float(re.findall(r"\d+(?:\.\d+)?(?:e-\d+)?", words)[-1])
            if "Spearman" in words:
                limit = 1 - limit
            loose = entry["tolerance"] > limit + 1e-12
            assert not loose or entry.get("note"), f"{index} {what}: {entry['tolerance']} > {limit}"


def test_every_tolerance_is_used_and_no_other_number_is(real_data):
    text = Path(__file__).read_text("utf-8")
    used = set(re.findall(r"tolerance\(\s*\"([a-z0-9_]+)\", \"([a-z_]+)\"\s*\)", text))
    stated = {
        (index, what)
        for index, entries in YAML(typ="safe").load(TOLERANCES).items()
        for what in entries
    }
    assert used == stated


def told(index: str) -> list[float]:
    """Return the errors that the method page tells of an index, without those in brackets."""
    page = (Path(__file__).parents[2] / "docs" / "method.md").read_text("utf-8")
    [row] = [line for line in page.splitlines() if line.startswith(f"| {index}")]
    cell = re.sub(r"\([^)]*\)", "", row.strip("| ").split("|")[-1])
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?(?:e-\d+)?", cell)]


def assert_told(figure: float, measured: float) -> None:
    """Fail where a figure on the page is not the measured one, rounded to its own digits."""
    digits = len(f"{figure:.15f}".rstrip("0").partition(".")[2])
    assert figure == pytest.approx(round(float(measured), digits), abs=1e-15), measured


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


def philadelphia_framework(structure: pd.DataFrame) -> dict:
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
    return {
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


@pytest.fixture(scope="module")
def philadelphia(real_data, tmp_path_factory):
    folder = real_data / "index_goldens" / "spi_tracts_philadelphia_2019"
    structure = pd.read_csv(folder / "structure.csv")
    published = pd.read_csv(
        folder / "published_scores.csv", dtype={"geoid": str}, index_col="geoid"
    )
    out = tmp_path_factory.mktemp("philadelphia")
    ran = command_line(folder / "indicators.csv", philadelphia_framework(structure), out)
    return structure, published, ran


def test_philadelphia_2019_scores_and_ranks_are_the_published_ones(philadelphia):
    _, published, ran = philadelphia
    error = (ran.wide().loc[published.index, published.columns] - published).abs()
    assert error.to_numpy().max() < tolerance("spi_tracts_philadelphia_2019", "scores")
    ranks = published["SPI"].rank(ascending=False, method="min")
    difference = (ran.of("SPI")["rank"].loc[published.index] - ranks).abs()
    assert len(difference) == 372
    assert difference.max() <= tolerance("spi_tracts_philadelphia_2019", "ranks")
    index = error["SPI"].max()
    assert_told(told("Social Progress Index of Philadelphia")[0], error.to_numpy().max())
    assert_told(told("Social Progress Index of Philadelphia")[1], index)


def test_philadelphia_2019_bounds_are_those_of_the_structure_file(philadelphia):
    structure, _, ran = philadelphia
    ends = np.sort(ran.read("bounds")[["worst", "best"]].to_numpy(), axis=1)
    np.testing.assert_allclose(ends, structure[["lower_bound", "upper_bound"]], rtol=1e-9)


def test_philadelphia_2019_filled_cells_are_told_and_do_not_count_as_observed(philadelphia):
    _, _, ran = philadelphia
    told = ran.read("decisions").query("stage == 'impute'").set_index("node")["text"]
    assert {name: int(text.split()[0]) for name, text in told.items()} == {
        "s_hburdenowner": 2,
        "s_overcrowded": 2,
        "pfc_disconnected": 5,
    }
    assert (ran.of("PFC")["coverage"] < 1).sum() == 5


# --------------------------------------------------------------------- human development, 1990-2021


def test_human_development_values_are_the_published_ones(real_data, tmp_path):
    path = real_data / "index_goldens" / "hdi_1990_2021" / "hdi.csv"
    ran = command_line(path, "human_development", tmp_path, "--unit", "iso3,year")
    table = pd.read_csv(path)
    found = ran.of("human_development")["score"]
    assert found.index.tolist() == (table["iso3"] + " " + table["year"].astype(str)).tolist()
    error = np.abs(found.to_numpy() - table["hdi"].to_numpy())
    assert len(error) == 5923
    assert error.max() < tolerance("hdi_1990_2021", "scores")
    assert_told(told("Human Development")[0], error.max())


def test_human_development_ranks_of_2021_are_the_published_ones(real_data, tmp_path):
    path = real_data / "index_goldens" / "hdi_1990_2021" / "hdi.csv"
    latest = rows_of(
        path, tmp_path / "2021.csv", lambda t: (t["year"] == "2021") & (t["hdi_rank"] != "")
    )
    ran = command_line(latest, "human_development", tmp_path)
    official = pd.read_csv(latest)["hdi_rank"]
    assert len(official) == 191
    difference = np.abs(ran.of("human_development")["rank"].to_numpy() - official)
    assert difference.max() <= tolerance("hdi_1990_2021", "ranks")


# ------------------------------------------------------------------------------ CDC SVI, 2018


def test_vulnerability_percentiles_are_exactly_the_published_ones(real_data, tmp_path):
    path = real_data / "index_goldens" / "cdc_svi_2018_county" / "county.csv"
    county = pd.read_csv(path, dtype={"FIPS": str}, index_col="FIPS")
    ran = command_line(path, "vulnerability", tmp_path, "--unit", "FIPS", "--stages")
    wide, sums = ran.wide().loc[county.index], ran.stage("aggregated").loc[county.index]
    variables = [name for name in county if name.startswith("EP_")]
    themes = [name for name in sums if name != "vulnerability"]
    published = {name: f"EPL_{name.removeprefix('EP_')}" for name in variables}
    published |= {theme: f"RPL_THEME{at}" for at, theme in enumerate(themes, 1)}
    published["vulnerability"] = "RPL_THEMES"
    assert len(published) == 20
    assert told("Social Vulnerability") == []  # no error at all
    most = tolerance("cdc_svi_2018_county", "scores")
    for node, column in published.items():
        np.testing.assert_allclose(wide[node], county[column], rtol=0, atol=most, err_msg=node)
    for at, theme in enumerate(themes, 1):
        np.testing.assert_allclose(sums[theme], county[f"SPL_THEME{at}"], rtol=0, atol=most)
    flags = (wide[variables] >= 0.9).sum(axis=1)
    complete = county["RPL_THEMES"].notna()
    assert flags[complete].tolist() == county.loc[complete, "F_TOTAL"].astype(int).tolist()


# ------------------------------------------------------------------------------- England, 2019


def test_english_deprivation_2019_ranks_and_deciles_are_the_published_ones(real_data, tmp_path):
    path = real_data / "index_goldens" / "imd_england_2019" / "lsoa_ranks.csv"
    ran = command_line(path, HERE / "imd_england_2019.yaml", tmp_path)
    table = pd.read_csv(path, index_col="lsoa11_code")
    ranks = ran.of("deprivation")["rank"].loc[table.index].astype(int)
    difference = (ranks - table["IMD_rank"]).abs()
    assert len(difference) == 32844
    assert difference.max() <= tolerance("imd_england_2019", "ranks")
    assert (difference > 0).sum() <= tolerance("imd_england_2019", "different_ranks")
    assert told("English Index of Multiple")[:2] == [(difference > 0).sum(), difference.max()]
    deciles = np.ceil(10 * ranks / len(table)).astype(int)
    different = (deciles != table["IMD_decile"]).sum()
    assert different <= tolerance("imd_england_2019", "deciles")


def test_the_english_framework_is_the_shipped_one_with_indicators():
    own = YAML(typ="safe").load(HERE / "imd_england_2019.yaml")
    shipped = YAML(typ="safe").load(published_indices.SHIPPED / "deprivation.yaml")
    assert {key: own[key] for key in shipped if key != "id"} == {
        key: value for key, value in shipped.items() if key != "id"
    }


@pytest.fixture(scope="module")
def london(real_data):
    path = real_data / "index_goldens" / "iod2019_london_boroughs" / "lsoa.csv"
    return path, pd.read_csv(path, index_col="lsoa11")


def test_english_sub_domains_make_the_published_domain_scores(london, tmp_path):
    path, table = london
    wide = command_line(path, HERE / "iod_subdomains_2019.yaml", tmp_path).wide().loc[table.index]
    worst = 0.0
    for domain in ("education", "barriers", "environment"):
        error = (wide[domain] - table[f"{domain}_score"]).abs().max()
        assert error < tolerance("iod2019_london_boroughs", "sub_domains"), domain
        worst = max(worst, error)
    assert_told(told("English Indices of Deprivation")[0], worst)


def test_english_domain_ranks_make_the_published_index_scores(london, tmp_path):
    path, table = london
    ran = command_line(path, HERE / "iod_index_2019.yaml", tmp_path)
    error = (ran.of("imd")["score"].loc[table.index] - table["imd_score"]).abs()
    assert error.max() < tolerance("iod2019_london_boroughs", "index")
    assert_told(told("English Indices of Deprivation")[1], error.max())
    # within rounding: 0.0005, and 0.00001 for scores that lie on the edge
    assert (error <= 0.00051).sum() == 4825


def test_borough_summaries_are_the_published_ones(london, real_data, tmp_path):
    ran = command_line(london[0], HERE / "iod_boroughs_2019.yaml", tmp_path)
    folder = real_data / "index_goldens" / "iod2019_london_boroughs"
    published = pd.read_csv(folder / "boroughs.csv", index_col="lad19")
    larger = ran.read("larger_areas")
    found = larger[larger["node"] == "imd"].set_index("area_code").loc[published.index]
    assert len(found) == 33
    figures = told("English Indices of Deprivation")[2:]
    for at, (name, column, most) in enumerate((
        ("average_score", "average_score", tolerance("iod2019_london_boroughs", "average_score")),
        ("average_rank", "average_rank", tolerance("iod2019_london_boroughs", "average_rank")),
        ("proportion", "proportion_top10", tolerance("iod2019_london_boroughs", "proportion")),
        ("extent", "extent", tolerance("iod2019_london_boroughs", "extent")),
        ("local_concentration", "local_concentration",
         tolerance("iod2019_london_boroughs", "local_concentration")),
    )):  # fmt: skip
        error = (found[name] - published[f"imd_{column}"]).abs().max()
        assert error < most, name
        assert_told(figures[at], error)
    for domain in sorted(set(larger["node"]) - {"imd"}):
        found = larger[larger["node"] == domain].set_index("area_code").loc[published.index]
        error = (found["average_score"] - published[f"{domain}_average_score"]).abs().max()
        assert error < tolerance("iod2019_london_boroughs", "domain_average_score"), domain
    assert len(set(larger["node"])) == 8


# ------------------------------------------------------------------------------ Scotland, 2016


@pytest.fixture(scope="module")
def scotland(real_data, tmp_path_factory):
    folder = real_data / "index_goldens" / "simd_scotland_2016"
    published = pd.read_csv(folder / "published_ranks.csv", index_col="Data_Zone")
    out = tmp_path_factory.mktemp("scotland")
    framework = HERE / "simd_education_health_access_2016.yaml"
    return folder, published, command_line(folder / "indicators.csv", framework, out)


def test_scottish_factor_weights_are_the_official_ones(scotland):
    folder, _, ran = scotland
    official = pd.read_csv(folder / "official_weights.csv", index_col="indicator")
    assert len(official) == 21
    found = ran.weights.loc[official.index]
    error = (found["weight"] - official["official_weight"]).abs()
    assert error.max() < tolerance("simd_scotland_2016", "weights")
    assert_told(told("Scottish")[0], error.max())
    assert set(found["rule"]) == {"factor"}


def test_scottish_domain_ranks_agree_with_the_published_ones(scotland):
    _, published, ran = scotland
    for domain in ("education", "health", "access"):
        official = published[f"{domain.title()}_domain_2016_rank"]
        agreement = ran.of(domain)["rank"].corr(official, method="spearman")
        assert agreement > 1 - tolerance("simd_scotland_2016", "spearman")
        assert agreement > told("Scottish")[1]


def test_scottish_domain_ranks_are_closer_still_with_the_official_weights(scotland, tmp_path):
    folder, published, _ = scotland
    official = pd.read_csv(folder / "official_weights.csv", index_col="indicator")
    data = YAML(typ="safe").load(HERE / "simd_education_health_access_2016.yaml")
    for item in data["indicators"]:
        item["weight"] = float(official.loc[item["id"], "official_weight"])
    for level in data["method"]["levels"].values():
        level["weights"] = "given"
    ran = command_line(folder / "indicators.csv", data, tmp_path)
    for domain, most in (
        ("education", tolerance("simd_scotland_2016", "education")),
        ("health", tolerance("simd_scotland_2016", "health")),
        ("access", tolerance("simd_scotland_2016", "access")),
    ):
        difference = ran.of(domain)["rank"] - published[f"{domain.title()}_domain_2016_rank"]
        assert difference.abs().max() <= most


def test_the_scottish_index_follows_from_the_published_domain_ranks(scotland, tmp_path):
    folder, published, _ = scotland
    ran = command_line(folder / "published_ranks.csv", HERE / "simd_overall_2016.yaml", tmp_path)
    difference = ran.of("simd")["rank"].loc[published.index] - published["Overall_SIMD16_rank"]
    assert difference.abs().max() <= tolerance("simd_scotland_2016", "index_ranks")
    assert told("Scottish")[2] == difference.abs().max()


# ---------------------------------------------------------------------------------------- COINr


@pytest.fixture(scope="module")
def asem(real_data):
    folder = real_data / "index_goldens" / "coinr_asem"
    tables = {path.stem: pd.read_csv(path) for path in folder.glob("*.csv")}
    return {
        name: table.set_index("unit") if "unit" in table else table
        for name, table in tables.items()
    }


def asem_framework(structure: pd.DataFrame) -> dict:
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
    return {
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


@pytest.fixture(scope="module")
def asem_ran(asem, real_data, tmp_path_factory):
    out = tmp_path_factory.mktemp("asem")
    folder = real_data / "index_goldens" / "coinr_asem"
    cells = [pd.read_csv(folder / name, dtype=str, keep_default_na=False)
             for name in ("raw.csv", "denominators.csv")]  # fmt: skip
    cells[0].merge(cells[1], on="unit").to_csv(out / "table.csv", index=False)
    framework = asem_framework(asem["structure"])
    return command_line(out / "table.csv", framework, out, "--stages", "--unit", "unit")


@pytest.mark.parametrize("stage", ["denominated", "imputed", "treated", "normalised"])
def test_every_stage_of_the_coinr_example_is_the_published_one(asem, asem_ran, stage):
    expected = asem[f"stage_{stage}"]
    found = asem_ran.stage(stage).loc[expected.index, expected.columns]
    most = tolerance("coinr_asem", "stages")
    np.testing.assert_allclose(found, expected, atol=most, rtol=most)


def test_the_scores_and_ranks_of_the_coinr_example_are_the_published_ones(asem, asem_ran):
    expected = asem["stage_aggregated"]
    wide = asem_ran.wide().loc[expected.index, expected.columns]
    np.testing.assert_allclose(wide, expected, rtol=0, atol=tolerance("coinr_asem", "stages"))
    assert (wide - expected).abs().to_numpy().max() < told("ASEM")[0]
    ranks = asem_ran.wide("rank").loc[asem["published_ranks"].index, expected.columns]
    difference = (ranks - asem["published_ranks"][expected.columns]).abs()
    assert difference.to_numpy().max() <= tolerance("coinr_asem", "ranks")


def test_the_published_alpha_of_the_coinr_example_is_found(asem):
    structure = asem["structure"]
    columns = structure.loc[structure["pillar"] == "P2P", "indicator"]
    published = asem["published_statistics"].set_index("statistic")["value"]
    found = alpha(asem["raw"][columns].to_numpy(dtype=float))
    assert found == pytest.approx(
        published["cronbach_alpha_raw_P2P"], abs=tolerance("coinr_asem", "statistics")
    )


def test_the_published_loadings_and_correlations_of_the_coinr_example_are_found(asem, asem_ran):
    published = asem["published_statistics"].set_index("statistic")["value"]
    found, most = asem_ran.measures, tolerance("coinr_asem", "statistics")
    for node in ("Conn", "Sust"):
        loadings = found[node][found[node].index.str.startswith("loading:")]
        names = loadings.index.str.removeprefix("loading:")
        expected = published[[f"pca_level2_{name}" for name in names]].to_numpy()
        sign = np.sign(loadings.iloc[0] * expected[0])  # the sign of a component is free
        np.testing.assert_allclose(sign * loadings, expected, rtol=0, atol=most)
    wide = asem_ran.wide()
    for node in ("Conn", "Sust"):
        r = wide["Index"].corr(wide[node])
        assert r == pytest.approx(published[f"corr_index_{node}"], abs=most)


def test_the_published_eigenvalues_of_the_coinr_example_are_found(asem):
    structure = asem["structure"]
    columns = structure.loc[structure["pillar"] == "Social", "indicator"]
    published = asem["published_statistics"].set_index("statistic")["value"]
    expected = published[published.index.str.startswith("pca_raw_social_sdev")]
    found = consistency(asem["raw"][columns].to_numpy(dtype=float)).eigenvalues
    most = tolerance("coinr_asem", "rounded_eigenvalues")
    np.testing.assert_allclose(np.sqrt(found), expected, rtol=0, atol=most)


def test_the_rank_intervals_of_the_coinr_example_are_the_published_ones(asem):
    """Published replicates, not ours: the same ranks must give the same summaries."""
    published = asem["ua_rank_stats"]
    replicates = asem["ua_ranks"].drop(columns="Nominal").loc[published.index].to_numpy().T
    found, most = sensitivity.rank_summary(replicates), tolerance("coinr_asem", "rank_summary")
    for name, column in {"mean": "Mean", "median": "Median", "low": "Q5", "high": "Q95"}.items():
        np.testing.assert_allclose(found[name], published[column], rtol=0, atol=most)


def test_the_sobol_indices_of_the_coinr_example_are_the_published_ones(asem):
    """Published replicates, not ours: the same ranks must give the same indices."""
    published, ranks = asem["sa_indices"], asem["sa_ranks"]
    replicates = ranks.drop(columns="Nominal").to_numpy().T
    shifts = sensitivity.mean_shift(replicates, ranks["Nominal"].to_numpy()).reshape(6, 100)
    found = sensitivity.sobol(shifts[0], shifts[1], shifts[2:])
    most = tolerance("coinr_asem", "sobol")
    np.testing.assert_allclose(found.first, published["Si"], rtol=0, atol=most)
    np.testing.assert_allclose(found.total, published["STi"], rtol=0, atol=most)


@pytest.fixture(scope="module")
def asem_varied(asem, asem_ran, tmp_path_factory):
    """What the publisher varied, as a framework says it: four sources, no other."""
    framework = asem_framework(asem["structure"])
    framework["robustness"] = {
        "weights": 0.25,
        "weights_of": ["pillar", "subindex"],
        "normalise": [
            {"rule": "min_max", "to": [1, 100]}, {"rule": "z_score", "mean": 10, "sd": 2},
        ],
        "aggregate": ["arithmetic", "geometric"],
        "points": [1, 2, 3, 4, 5],
        "winsor": [], "impute": False, "leave_out": False,
    }  # fmt: skip
    out = tmp_path_factory.mktemp("asem_varied")
    table = asem_ran.folder.parent / "table.csv"
    options = ("--unit", "unit", "--robustness", "2000", "--sobol", "1500")
    return command_line(table, framework, out, *options)


def test_rank_intervals_of_the_coinr_example_by_configuration_are_near_the_published(
    asem, asem_varied
):
    """Other random draws, the same choices: medians and intervals agree but for chance."""
    published = asem["ua_rank_stats"]
    found = asem_varied.read("intervals").query("node == 'Index'").set_index("area_code")
    found = found.loc[published.index]
    median = (found["median"] - published["Median"]).abs()
    assert median.max() <= tolerance("coinr_asem", "configured_median")
    assert found["median"].corr(published["Median"]) > 0.998
    for ours, theirs in (("low", "Q5"), ("high", "Q95")):
        away = (found[ours] - published[theirs]).abs()
        assert away.max() <= tolerance("coinr_asem", "configured_interval")
    width, expected = found["high"] - found["low"], published["Q95"] - published["Q5"]
    assert width.mean() == pytest.approx(expected.mean(), rel=0.15)


def test_shares_of_sources_of_the_coinr_example_by_configuration_lie_in_its_intervals(
    asem, asem_varied
):
    names = {"Winmax": "points", "Normalisation": "normalise", "Weights": "weights",
             "Aggregation": "aggregate"}  # fmt: skip
    published = asem["sa_indices"].set_index("Variable")
    found = asem_varied.read("sensitivity").set_index("source")
    assert set(found.index) == set(names.values())
    for theirs, ours in names.items():
        row = published.loc[theirs]
        assert row["STi_q5"] <= found.loc[ours, "total"] <= row["STi_q95"], theirs


# ------------------------------------------------------------------ Social Progress Index, 2017


@pytest.fixture(scope="module")
def world(real_data, tmp_path_factory):
    """The structure, the path of the ranked countries, their values and published scores."""
    folder = real_data / "index_goldens" / "spi_global_2017"
    published = pd.read_csv(folder / "published_scores.csv", index_col="unit_code", na_values=[""])
    published = published[published["ranked"] == 1]
    path = rows_of(
        folder / "indicators.csv",
        tmp_path_factory.mktemp("world") / "ranked.csv",
        lambda cells: cells["unit_code"].isin(published.index),
    )
    values = pd.read_csv(path, index_col="unit_code").drop(columns="unit_name").astype(float)
    structure = pd.read_csv(folder / "structure.csv")
    return structure, path, values, published.loc[values.index]


def world_framework(structure: pd.DataFrame, **component: object) -> dict:
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
    return {
        "id": "spi_2017",
        "title": "SPI 2017",
        "levels": ["index", "dimension", "component"],
        "nodes": tree("Social_Progress_Index", renamed, ("dimension", "component")),
        "method": {
            "indicator": {"bounds": "fixed", "normalise": {"rule": "min_max", "outside": "keep"}},
            "levels": {"component": level, "dimension": above, "index": above},
        },
        "indicators": indicators,
    }


UNIT = ("--unit", "unit_code")


def test_world_2017_components_and_index_are_the_published_ones(world, tmp_path):
    structure, path, values, published = world
    ran = command_line(path, world_framework(structure), tmp_path, *UNIT)
    wide = ran.wide().loc[values.index]
    compared, worst = 0, 0.0
    for component in structure["component"].unique():
        error = (wide[component.replace(" ", "_")] - published[component]).abs().dropna()
        compared += len(error)
        assert error.max() < tolerance("spi_global_2017", "components"), component
        worst = max(worst, error.max())
    assert_told(told("Social Progress Index of countries")[0], worst)
    assert compared == 1429
    complete = wide["Social_Progress_Index"].notna()
    assert complete.sum() == 59
    found, official = wide["Social_Progress_Index"][complete], published["Social Progress Index"]
    error = (found - official[complete]).abs().max()
    assert error < tolerance("spi_global_2017", "index")
    assert_told(told("Social Progress Index of countries")[1], error)
    ranks = official[complete].rank(ascending=False, method="min")
    assert ran.of("Social_Progress_Index")["rank"].dropna().tolist() == ranks.tolist()


def test_world_2017_published_function_is_also_the_standardised_one(world, tmp_path):
    """A second form of the same line: z-scores, weights, and a rescale between the bounds."""
    structure, path, values, published = world
    linear = world_framework(structure, rescale="bounds")
    data = world_framework(structure, rescale="bounds")
    data["method"]["indicator"]["normalise"] = "z_score"
    # W = w o/s (best - worst): the weight on z is W s/|best - worst|
    spans = structure.set_index("indicator")
    for item in data["indicators"]:
        row = spans.loc[item["id"]]
        item["weight"] = row["weight"] * values[item["id"]].std() / abs(row.best - row.worst)
    one = command_line(path, linear, tmp_path / "one", *UNIT).wide()
    two = command_line(path, data, tmp_path / "two", *UNIT).wide().loc[values.index]
    for component in structure["component"].unique():
        name = component.replace(" ", "_")
        np.testing.assert_allclose(two[name], one.loc[values.index, name], atol=1e-9)
        error = (two[name] - published[component]).abs().max()
        assert error < tolerance("spi_global_2017", "components")


def test_world_2017_first_component_weights_agree_with_the_published_slopes(world, tmp_path):
    structure, path, values, _ = world
    framework = world_framework(structure, weights={"rule": "pc1", "otherwise": "error"})
    found = command_line(path, framework, tmp_path, *UNIT).weights["weight"]
    slopes = structure.set_index("indicator")
    importance = slopes["slope"].abs() * values.std()
    shares = importance / importance.groupby(slopes["component"]).transform("sum")
    difference = (found[shares.index] - shares).abs()
    assert difference.max() < tolerance("spi_global_2017", "weights")
    assert (found[shares.index] > 0).all()


def test_world_2017_freedom_of_assembly_is_filled_as_the_publisher_did(real_data, tmp_path):
    folder = real_data / "index_goldens" / "spi_global_2017"
    structure, name = pd.read_csv(folder / "structure.csv"), "Freedom of assembly"
    data = world_framework(structure)
    for item in data["indicators"]:
        if item["id"] == name:
            item["impute"] = "siblings"
    ran = command_line(folder / "indicators.csv", data, tmp_path, *UNIT, "--stages")
    values = pd.read_csv(folder / "indicators.csv", index_col="unit_code", na_values=[""])
    published = pd.read_csv(folder / "published_scores.csv", index_col="unit_code")
    rows = structure.set_index("indicator")
    component = rows.loc[name, "component"]
    siblings = rows[(rows["component"] == component) & (rows.index != name)]
    rest = siblings["intercept"].iloc[0] + (values[siblings.index] * siblings["slope"]).sum(
        axis=1, skipna=False
    )
    implied = (published[component] - rest) / rows.loc[name, "slope"]
    gap = values[name].isna() & implied.notna()
    error = (ran.stage("imputed")[name].loc[gap.index] - implied)[gap]
    assert gap.sum() == 54
    assert np.sqrt((error**2).mean()) < tolerance("spi_global_2017", "imputation")
