from __future__ import annotations

import base64
import csv
import hashlib
import io

import numpy as np
import pandas as pd
import pikepdf
import pytest

from placedata.scorecard import make_place_card, make_scorecard


def expected(truth, key):
    return pd.Series(truth[key]).sort_index()


def test_the_place_says_that_it_is_fictional(built):
    assert built.catalog().place.fictional
    assert "fictional" in built.catalog().place.publisher


def test_layers_fill_every_component_and_use_every_loader_and_way(built):
    layers = built.catalog().layers.values()
    definitions = [entry.definition for entry in layers]
    assert len(definitions) >= 45
    assert len({d.component for d in definitions if d.component}) == 12
    assert sum(d.component is None for d in definitions) >= 5
    loaders = {d.source.loader for d in definitions if d.source}
    assert loaders >= {"table", "deprivation", "codepoint", "points", "laqn", "raster"}
    assert loaders >= {"open_uprn", "nsul", "epc", "nomis", "fingertips", "uk_air", "dft_counts"}
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
        ("addresses", "2025", "addresses", 0),
        ("addresses_listed", "2025", "addresses", 0),
        ("energy_efficient_homes", "2025", "energy_c_or_better_percent", 1e-5),
        ("population_oa", "2021", "population_oa", 1e-5),
        ("population_2019", "2019", "population_2019", 1e-5),
        ("volunteering", "2023", "volunteering_percent", 1e-5),
        ("child_emergencies", "2019/20 - 21/22", "child_emergencies_2019_22", 1e-5),
        ("traffic", "2024", "traffic_2024", 1e-5),
        ("ozone", "2024", "ozone_2024", 1e-5),
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


@pytest.mark.parametrize(
    ("layer", "period", "key"),
    [
        ("road_collisions", "2024", "collisions_2024"),
        ("community_assets", "2024", "community_assets"),
    ],
)
def test_points_are_counted_in_the_ward_that_holds_them(built, truth, layer, period, key):
    counts = built.table(layer, period)["numerator"].sort_index()
    np.testing.assert_array_equal(counts, expected(truth, key))


@pytest.mark.parametrize("year", ["2022", "2023", "2024"])
def test_requests_count_once_in_the_ward_of_their_postcode(built, truth, year):
    counts = built.table("fly_tipping", year)["numerator"].sort_index()
    np.testing.assert_array_equal(counts, pd.Series(truth["fly_tipping"][year]).sort_index())


@pytest.mark.parametrize(
    ("layer", "period", "key"),
    [
        ("no_central_heating", "2021", "no_central_heating"),
        ("social_rent", "2021", "social_rent"),
        ("council_tax_support", "2023", "council_tax_support_2023"),
    ],
)
def test_counts_of_other_areas_come_to_wards_as_they_should(built, truth, layer, period, key):
    counts = built.table(layer, period)["numerator"].sort_index()
    np.testing.assert_allclose(counts, expected(truth, key), rtol=0, atol=1e-5)


def test_every_certified_home_is_counted_once(built, committed):
    frame = pd.read_csv(committed / "energy/domestic_certificates.csv.gz", dtype=str)
    last = frame.sort_values("lodgement_date").groupby(["address1", "postcode"]).tail(1)
    rated = last["current_energy_efficiency"].notna().sum()
    assert built.table("certified_homes")["numerator"].sum() == rated


def test_output_areas_place_people_more_closely_than_lsoas(built, truth):
    homes = expected(truth, "population_by_home")
    errors = [
        (built.table(layer)["value"].sort_index() - homes).abs().sum()
        for layer in ("population_oa", "population")
    ]
    assert errors[0] < 0.6 * errors[1]


def test_two_wards_that_were_one_have_one_figure(built):
    values = built.table("child_emergencies")["value"]
    assert values["E05990007"] == pytest.approx(values["E05990008"])
    assert built.table("energy_efficient_homes")["value"].nunique() == 18


def test_small_counts_that_are_not_published_give_no_figure(built):
    table = built.table("child_injuries")
    assert np.isnan(table["value"]["E05990010"])
    assert table["status"]["E05990010"] == "suppressed"
    assert (table["value"].dropna() > 0).all()


def test_no_one_is_lost_between_the_wards_of_2019_and_those_of_2025(built, truth, committed):
    with (committed / "population/residents_wd19_2019.csv").open(newline="") as file:
        published = sum(int(row["residents"].replace(",", "")) for row in csv.DictReader(file))
    assert built.table("population_2019")["value"].sum() == pytest.approx(published, abs=1e-6)


def test_three_years_of_air_leave_out_the_hours_of_a_fault(built, truth):
    """The kerb of Market has the nearest sensor with the spike: its mean is as if it were not."""
    for year in ("2022", "2023", "2024"):
        sites = {site: means[year] for site, means in truth["no2_site_means_by_year"].items()}
        values = built.table("no2", year)["value"]
        assert min(sites.values()) - 1e-6 <= values.min()
        assert values.max() <= max(sites.values()) + 1e-6
    record = built.snapshot.layers["no2"]
    assert record.ledger["rejected"]["above 400"] == truth["faults"]["air_spikes"][0][4]


def test_the_sleeping_area_has_most_assets_and_a_low_score(built, truth):
    ward = truth["sleeping_area"]["ward"]
    assets = built.table("community_assets")["value"]
    assert assets.idxmax() == ward
    assert assets[ward] > 1.5 * assets.drop(ward).max()
    scores = built.scores()
    index = scores[scores["level"] == "index"].set_index("area_code")["score"]
    assert index[ward] < index.quantile(0.25)


def test_every_score_can_be_told_from_its_limits(built):
    """Percentages stay between 0 and 100, shares between 0 and 1, and counts above 0."""
    for name, entry in built.catalog().layers.items():
        definition = entry.definition
        if definition.unit == "%":
            assert (definition.limits.low, definition.limits.high) == (0, 100), name
        if definition.limits is None:
            continue
        values = built.table(name)["value"].dropna()
        low, high = definition.limits.low, definition.limits.high
        assert low is None or (values >= low).all(), name
        assert high is None or (values <= high).all(), name


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
    for month in ("2022-01", "2022-07", "2023-01", "2023-07", "2024-01", "2024-07"):
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


def test_cards_are_for_readers_of_nine_to_thirteen_with_every_name_in_them(built, reading_age):
    snapshot = built.snapshot
    cards = [make_scorecard(snapshot, code) for code in snapshot.areas.index[:3]]
    for card in (*cards, make_place_card(snapshot)):
        text = " ".join(line.text.replace("\xa0", " ") for line in card.sentences)
        assert 9 <= reading_age(text) <= 13, card.area_name


def test_the_card_with_the_longest_name_is_a_pdf_of_two_to_four_pages(built):
    snapshot = built.snapshot
    longest = snapshot.areas["area_name"].str.len().idxmax()
    with pikepdf.open(io.BytesIO(make_scorecard(snapshot, longest).to_pdf(snapshot))) as made:
        assert 2 <= len(made.pages) <= 4


def test_cards_carry_the_logo_of_the_council_that_does_not_exist(built, committed):
    style = make_scorecard(built.snapshot, built.snapshot.areas.index[0]).branding
    assert base64.b64decode(style.logo) == (committed / "council/logo.svg").read_bytes()
    assert (style.logo_alt, style.colour) == ("Aldermarsh Borough Council (fictional)", "#1d5c3f")


def table_of(path):
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_the_wider_area_is_traced_to_its_files_and_can_be_made_again_from_them(built):
    folder = built.directory / "data"
    profiles = table_of(folder / "indicators/borough_profiles_2025.csv")
    column = "% children in year 6 who are obese- 2021/22 to 2023/24"
    shares = {row["New code"]: float(row[column].rstrip("%")) for row in profiles}
    people = dict.fromkeys(shares, 0)
    for row in table_of(folder / "population/census2021_lad21_age6.csv"):
        if row["lad21_code"] in people:
            people[row["lad21_code"]] += int(row["usual_residents"])
    made = sum(shares[code] * people[code] for code in shares) / sum(people.values())
    trace = built.snapshot.trace("child_obesity", "place")
    told = next(line for line in trace.formula if "Nine neighbouring boroughs" in line)
    assert float(told.partition(": ")[2].partition(",")[0]) == pytest.approx(made, abs=5e-5)
    assert f"of {len(shares)} areas" in told
    files = {item["label"]: item["sha256"] for item in trace.sources}
    for name in ("indicators/borough_profiles_2025.csv", "population/census2021_lad21_age6.csv"):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert files[f"data/{name}"] == digest
        assert digest in told
