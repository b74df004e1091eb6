from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest


def expected(truth, key):
    return pd.Series(truth[key]).sort_index()


def test_the_place_says_that_it_is_fictional(built):
    assert built.catalog().place.fictional
    assert "fictional" in built.catalog().place.publisher


def test_layers_fill_every_component_and_use_every_loader_and_way(built):
    layers = built.catalog().layers.values()
    definitions = [entry.definition for entry in layers]
    assert len(definitions) >= 40
    assert len({d.component for d in definitions if d.component}) == 12
    assert sum(d.component is None for d in definitions) >= 5
    loaders = {d.source.loader for d in definitions if d.source}
    assert loaders >= {"table", "deprivation", "codepoint", "points", "laqn", "raster"}
    ways = {d.apportion for d in definitions}
    assert ways >= {"weights", "weighted_mean", "points", "nearest", "exposure", "zonal", None}


@pytest.mark.parametrize(
    ("layer", "period", "key", "tolerance"),
    [
        ("population", "2021", "population_by_postcodes", 1e-5),
        ("population_2015", "mid-2015", "population_2015", 1e-5),
        ("deprivation_score", "2025", "imd_2025_score", 1e-5),
        ("violence", "2024", "violence_2024_per_1000", 1e-5),
        ("gp_distance", "2025", "distance_to_gp_m", 2e-3),
        # Outlines in the file are rounded to a tenth of a metre: hence not closer.
        ("greenness", "2024", "greenness_percent", 2e-3),
        ("summer_heat", "2024", "summer_heat_c", 2e-3),
        ("elevation", "2014", "elevation_m", 2e-3),
    ],
)
def test_ward_figures_are_the_known_answers(built, truth, layer, period, key, tolerance):
    values = built.table(layer, period)["value"].sort_index()
    known = expected(truth, key)
    assert list(values.index) == list(known.index)
    np.testing.assert_allclose(values, known, rtol=0, atol=tolerance)


def test_points_are_counted_in_the_ward_that_holds_them(built, truth):
    counts = built.table("road_collisions", "2024")["numerator"].sort_index()
    np.testing.assert_array_equal(counts, expected(truth, "collisions_2024"))


def test_the_coverage_of_rasters_is_the_share_of_the_ward_with_cells(built, truth):
    coverage = built.table("greenness")["coverage"].sort_index()
    np.testing.assert_allclose(coverage, expected(truth, "greenness_percent_coverage"), atol=1e-4)


def test_no_one_is_lost_between_small_areas_and_wards(built, truth):
    assert built.table("population")["value"].sum() == pytest.approx(truth["people"], abs=1e-6)
    crimes = built.table("violence", "2024")["numerator"].sum()
    assert crimes == pytest.approx(truth["violence_2024_total"], abs=1e-6)


def test_postcodes_place_people_within_a_twentieth_of_where_they_live(built, truth):
    """All but the strip, where five postcodes stand for a few homes each."""
    shared = built.table("population")["value"].sort_index()
    homes = expected(truth, "population_by_home")
    error = (shared / homes - 1).drop(truth["strip_ward"]).abs()
    assert error.max() < 0.05


def test_people_breathe_the_air_of_the_nearest_sensor(built, truth, committed):
    """The nearest site of each postcode, worked out with a loop over the files."""
    with (committed / "addresses/codepoint_open_2025-11.csv").open(newline="") as file:
        postcodes = [row for row in csv.reader(file) if row[1] != "90"]
    from pyproj import Transformer

    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
    with (committed / "air/sites.csv").open(newline="") as file:
        sites = {
            row["@SiteCode"]: to_grid.transform(float(row["@Longitude"]), float(row["@Latitude"]))
            for row in csv.DictReader(file)
        }
    for month in ("2024-01", "2024-07"):
        means = {s: m[month] for s, m in truth["pm25_site_means"].items()}
        by_ward: dict[str, list[float]] = {}
        for row in postcodes:
            x, y = float(row[2]), float(row[3])
            near = min(means, key=lambda s: np.hypot(sites[s][0] - x, sites[s][1] - y))
            by_ward.setdefault(row[9], []).append(means[near])
        known = pd.Series({ward: np.mean(values) for ward, values in by_ward.items()}).sort_index()
        values = built.table("pm25_monthly", month)["value"].sort_index()
        np.testing.assert_allclose(values, known, atol=1e-4)


def test_cells_that_are_marked_missing_are_missing_and_not_zero(built, truth):
    strip = truth["strip_ward"]
    for layer in ("life_expectancy_men", "attainment", "child_obesity", "hate_crime"):
        table = built.table(layer)
        assert np.isnan(table["value"].get(strip, np.nan)), layer
        assert (table["value"].drop(strip, errors="ignore") > 0).all(), layer


def test_the_planted_ward_comes_last_in_the_index(built, truth):
    scores = built.scores()
    index = scores[scores["level"] == "index"].set_index("area_code")
    assert len(index) == 18
    assert index["score"].notna().all()
    assert index["score"].idxmin() == truth["neediest_ward"]
    assert index.loc[truth["neediest_ward"], "rank"] == 18


def test_every_component_has_a_score_in_every_ward_but_the_strip(built, truth):
    scores = built.scores()
    parts = scores[(scores["level"] == "component") & (scores["area_code"] != truth["strip_ward"])]
    assert len(parts) == 12 * 17
    assert parts["score"].between(0, 100).all()


def test_the_index_follows_how_life_is_in_the_wards(built, truth):
    scores = built.scores()
    index = scores[scores["level"] == "index"].set_index("area_code")["score"].sort_index()
    assert np.corrcoef(index, expected(truth, "neediness"))[0, 1] < -0.9


def test_a_wider_comparator_stands_beside_the_profile_indicators(built):
    summaries = built.snapshot.layers["child_obesity"].summaries
    assert summaries[-1]["comparator"] is not None
    assert 15 < summaries[-1]["comparator"] < 30
