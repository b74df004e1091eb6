"""Loaders on the published files; expected values by pandas and csv, never by the loaders."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from placedata.boundaries import read_boundaries
from placedata.errors import DataError
from placedata.files import Roots
from placedata.loaders import get_loader
from placedata.observations import Observations, Request

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def roots(real_data: Path) -> Roots:
    return Roots({name: real_data / name for name in ("barking_and_dagenham", "london", "england")})


@pytest.fixture
def ask(roots):
    def run(loader, source, **request) -> Observations:
        module = get_loader(loader)
        seen = module.read(module.Source(**source), Request("layer", roots, **request))
        ledger = seen.ledger
        assert ledger.rows_in == ledger.used + sum(ledger.rejected.values())
        return seen

    return run


def by_area(seen: Observations) -> dict[str, float]:
    return dict(zip(seen.table["area_code"], seen.table["value"], strict=True))


LBBD = "barking_and_dagenham"

# ------------------------------------------------------------------------------------------ table


@pytest.mark.parametrize("fuel", ["elec", "gas"])
def test_every_year_of_a_wide_energy_table_is_read(ask, real_data, fuel):
    file = f"{LBBD}/indicators/energy_{fuel}_2010-2020_lsoa11.csv"
    raw = pd.read_csv(real_data / file).set_index("LSOA11CD")
    for measure in ("meters_n", "total_kWh", "mean_kWhpm", "median_kWhpm"):
        seen = ask("table", {"file": file}, value=f"{measure}_{{period}}")
        wide = seen.table.pivot(index="area_code", columns="period", values="value")
        expected = raw[[f"{measure}_{year}" for year in range(2010, 2021)]]
        np.testing.assert_array_equal(wide.loc[raw.index].to_numpy(), expected.to_numpy())
        assert seen.geography == "lsoa11"
        assert seen.ledger.rows_in == 110 * 11


def test_the_census_adds_up_to_the_published_total(ask):
    source = {"file": f"{LBBD}/population/census2021_lsoa21_age6.csv", "combine": "sum"}
    seen = ask("table", source, value="usual_residents", periods=("2021",))
    assert seen.table["value"].sum() == 218_878
    assert (len(seen.table), seen.ledger.used, seen.geography) == (115, 690, "lsoa21")


def test_one_age_band_of_london_is_filtered_from_the_long_census(ask, real_data):
    file = "london/population/census2021_lsoa21_age6.csv"
    with (real_data / file).open(newline="") as stream:
        rows = [r for r in csv.DictReader(stream) if r["age_group"] == "Aged 15 years and under"]
    expected = {row["lsoa21_code"]: float(row["usual_residents"]) for row in rows}
    source = {"file": file, "where": {"age_group": "Aged 15 years and under"}}
    assert by_area(ask("table", source, value="usual_residents")) == expected


@pytest.mark.parametrize("name", ["ward_profiles_2015.csv", "ward_profiles_2015_bom.csv"])
@pytest.mark.parametrize(
    "column",
    ["Population - 2015", "Median House Price (£) - 2014", "Crime rate - 2014/15",
     "% children in year 6 who are obese- 2011/12 to 2013/14"],
)  # fmt: skip
def test_ward_profiles_are_read_without_boroughs_and_without_the_pound_sign(
    ask, real_data, name, column
):
    raw = pd.read_csv(
        real_data / "london/indicators" / name, encoding="latin-1", dtype=str, keep_default_na=False
    )
    start = column.split("(")[0] if "£" in column else column
    position = next(i for i, header in enumerate(raw.columns) if header.startswith(start))
    code = next(header for header in raw.columns if header.endswith("New code"))
    wards = raw[raw[code].str.startswith("E05")]
    cells = pd.to_numeric(wards.iloc[:, position].str.replace(",", ""), errors="coerce")
    expected = dict(zip(wards[code], cells, strict=True))
    seen = ask("table", {"file": f"london/indicators/{name}", "geography": "wd13"}, value=column)
    assert by_area(seen) == {area: value for area, value in expected.items() if not np.isnan(value)}
    assert seen.ledger.rows_in == 660
    assert seen.ledger.rejected["another level: lad"] == 34
    assert seen.ledger.rejected["another level: region"] == 1
    assert seen.ledger.rejected["another level: country"] == 1
    missing = sum(np.isnan(value) for value in expected.values())
    assert seen.ledger.rejected.get("not available", 0) == missing


@pytest.mark.parametrize(
    ("file", "value", "areas", "geography"),
    [
        ("ward_atlas.csv", "GCSE_2014", 624, None),
        ("ward_crime_2015.csv", "Crime2015", 629, None),
        ("ward_ptal_2015.csv", "AvPTAI2015", 624, None),
        ("household_income_median_2001-2012_lsoa11.csv", "HHI_median_2012", 4835, "lsoa11"),
        ("crime_lsoa11_2011-2021_major-burglary.csv", "2019", 4829, "lsoa11"),
    ],
)
def test_london_tables_are_read_with_the_areas_that_they_have(
    ask, real_data, file, value, areas, geography
):
    path = f"london/indicators/{file}"
    seen = ask("table", {"file": path}, value=value)
    raw = pd.read_csv(real_data / path)
    code = raw.columns[1] if raw.columns[0] == "Ward" else raw.columns[0]
    kept = raw[~raw[code].str.startswith("E09")].set_index(code)[value].dropna()
    assert by_area(seen) == kept.astype(float).to_dict()
    assert (len(seen.table), seen.geography) == (areas, geography)


def test_laei_concentrations_know_their_edition_and_year(ask, real_data):
    for file, geography, year in (
        ("laei2013_lsoa11_NO2.csv", "lsoa11", "2013"),
        ("laei2019_lsoa21_NO2.csv", "lsoa21", "2019"),
    ):
        seen = ask("table", {"file": f"london/air_quality/{file}"}, value="NO2-{period}-mean")
        raw = pd.read_csv(real_data / "london/air_quality" / file)
        assert seen.geography == geography
        assert set(seen.table["period"]) == {year}
        assert seen.table["value"].sum() == pytest.approx(raw.iloc[:, 3].sum(), rel=1e-12)


def test_letters_for_numbers_are_told_with_their_lines(ask):
    with pytest.raises(DataError) as caught:
        ask("table", {"file": "london/indicators/ward_ptal_2015.csv"}, value="PTAL")
    assert "ward_ptal_2015.csv:2: PTAL: found '6a'" in str(caught.value)
    assert "problems in its data, of which the first 20" in str(caught.value)


def test_two_editions_in_one_lookup_are_not_guessed_between(ask):
    with pytest.raises(DataError, match="lsoa11_code, lsoa21_code"):
        ask("table", {"file": f"{LBBD}/lookups/lsoa11_lsoa21.csv"}, value="change_code")


# ------------------------------------------------------------------------------------ deprivation


@pytest.mark.parametrize(
    ("file", "measure", "column", "kind"),
    [
        ("imd2015_lsoa11.csv", "imd_score", "IMD_score", "score"),
        ("imd2015_lsoa11.csv", "imd_rank", "IMD_rank", "rank"),
        ("imd2015_lsoa11_subdomains.csv", "indoors_score", "indoors_sub_domain_score", "score"),
        ("imd2019_lsoa11_subdomains.csv", "housing_rank", "Housing_and_Access_rank", "rank"),
        ("imd2019_scores.csv", "imd_score", "overall_local_score", "score"),
        ("imd2019_scores.csv", "employment_score", "employment_score", "score"),
        ("imd2025_lsoa21.csv", "imd_score", "IMD_score", "score"),
        ("imd2025_lsoa21.csv", "housing_score", "Housing_and_Services_score", "score"),
        ("imd2025_lsoa21.csv", "environment_decile", "Environment_decile", "decile"),
        ("imd2025_lsoa21_subdomains.csv", "adult_skills_score", "adult_skills_score", "score"),
        ("imd2025_lsoa21_indicators.csv", "income_domain_numerator", "income_domain_numerator",
         "count"),
        ("imd2019_lsoa11_indicators.csv", "household_overcrowding_indicator",
         "household_overcrowding_indicator", None),
    ],
)  # fmt: skip
def test_every_renamed_deprivation_file_gives_its_column_unchanged(
    ask, real_data, file, measure, column, kind
):
    seen = ask("deprivation", {"file": f"{LBBD}/deprivation/{file}", "measure": measure})
    raw = pd.read_csv(real_data / LBBD / "deprivation" / file)
    code = next(name for name in raw.columns if name.startswith("lsoa"))
    assert by_area(seen) == dict(zip(raw[code], raw[column].astype(float), strict=True))
    edition = file[3:7]
    assert set(seen.table["period"]) == {edition}
    assert seen.geography == ("lsoa21" if edition == "2025" else "lsoa11")
    assert seen.measure_kind == kind


def test_official_files_of_2019_are_read_with_commas_and_mark(ask, real_data):
    folder = f"{LBBD}/deprivation"
    seen = ask("deprivation", {"file": f"{folder}/iod2019_file1_imd.csv"}, value="imd_rank")
    raw = pd.read_csv(real_data / folder / "iod2019_file1_imd.csv", thousands=",")
    assert by_area(seen) == dict(zip(raw.iloc[:, 0], raw.iloc[:, 4].astype(float), strict=True))
    two = ask("deprivation", {"file": f"{folder}/iod2019_file2_domains.csv"}, value="imd_rank")
    assert by_area(two) == by_area(seen)
    assert seen.alternative is None
    population = {"file": f"{folder}/iod2019_file6_population.csv", "measure": "population_total"}
    assert ask("deprivation", population).table["value"].sum() == 203_101


def test_the_national_files_are_compressed_and_can_be_cut_to_a_district(ask, real_data):
    file = "england/deprivation/iod2019_file6_population.csv.gz"
    seen = ask("deprivation", {"file": file}, value="population_total")
    assert len(seen.table) == 32_844
    where = {"Local Authority District code (2019)": "E09000002"}
    cut = ask("deprivation", {"file": file, "where": where}, value="population_total")
    assert cut.table["value"].sum() == 203_101
    assert sum(cut.ledger.rejected.values()) == 32_844 - 110
    for name in ("iod2019_file1_imd", "iod2019_file2_domains"):
        file = f"england/deprivation/{name}.csv.gz"
        raw = pd.read_csv(real_data / file, thousands=",")
        seen = ask("deprivation", {"file": file, "measure": "imd_rank"})
        assert seen.table["value"].tolist() == raw.iloc[:, 4].tolist()
        assert (seen.table["value"].min(), seen.table["value"].max()) == (1, 32_844)


@pytest.mark.parametrize(
    ("file", "suppressed"),
    [("imd2019_lsoa11_indicators.csv", 513), ("imd2025_lsoa21_indicators.csv", 180)],
)
def test_blank_numerators_of_london_are_suppressed_counts(ask, real_data, file, suppressed):
    raw = pd.read_csv(real_data / "london/deprivation" / file)
    columns = [name for name in raw.columns if "numerator" in name]
    found = 0
    for column in columns:
        seen = ask("deprivation", {"file": f"london/deprivation/{file}"}, value=column)
        found += seen.ledger.rejected.get("suppressed", 0)
        assert seen.table["value"].sum() == raw[column].sum()
    assert found == raw[columns].isna().to_numpy().sum() == suppressed


# ------------------------------------------------------------------------------ codepoint, points


@pytest.mark.parametrize(("year", "rows"), [("2014-08", 2890), ("2025-11", 3060)])
def test_both_editions_of_code_point_open_are_read(ask, real_data, year, rows):
    file = f"{LBBD}/addresses/codepoint_open_{year}.csv"
    seen = ask("codepoint", {"file": file})
    raw = pd.read_csv(real_data / file, header=None)
    placed = raw[raw[1] < 90]
    assert seen.ledger.rows_in == len(raw) == rows
    assert seen.ledger.rejected.get("no position (quality 90)", 0) == len(raw) - len(placed)
    assert seen.table["x"].sum() == placed[2].sum()
    assert seen.table["y"].sum() == placed[3].sum()
    assert seen.table["thing"].tolist() == placed[0].str.replace(" ", "").tolist()
    assert Counter(seen.table["ward_code"]) == Counter(placed[9])
    assert set(seen.table["name"].str.count(" ")) == {1}


def test_the_two_editions_agree_on_where_most_postcodes_are(ask):
    old, new = (
        ask("codepoint", {"file": f"{LBBD}/addresses/codepoint_open_{year}.csv"}).table.set_index(
            "thing"
        )[["x", "y"]]
        for year in ("2014-08", "2025-11")
    )
    both = old.join(new.add_suffix("_new"), how="inner")
    moved = np.hypot(both["x"] - both["x_new"], both["y"] - both["y_new"])
    assert len(both) > 2_700
    assert (moved < 100).mean() > 0.98


@pytest.fixture
def postcodes(ask):
    def points() -> pd.DataFrame:
        file = f"{LBBD}/addresses/codepoint_open_2025-11.csv"
        return ask("codepoint", {"file": file}).table.rename(columns={"thing": "postcode"})

    return points


def test_schools_are_placed_by_their_eastings(ask, real_data):
    file = f"{LBBD}/addresses/schools_gias.csv"
    raw = pd.read_csv(real_data / file)
    seen = ask("points", {"file": file})
    assert seen.table["x"].tolist() == raw["easting"].tolist()
    assert seen.table["thing"].astype(int).tolist() == raw["urn"].tolist()
    degrees = ask("points", {"file": file, "x": "longitude", "y": "latitude"})
    apart = np.hypot(degrees.table["x"] - seen.table["x"], degrees.table["y"] - seen.table["y"])
    assert apart.max() < 5
    meals = ask("points", {"file": file}, value="percentage_fsm")
    assert meals.ledger.rejected == {"blank": 6}
    assert meals.table["value"].sum() == pytest.approx(raw["percentage_fsm"].sum())


def test_practices_are_placed_by_postcode(ask, real_data, postcodes):
    file = f"{LBBD}/addresses/gp_practices_epraccur.csv"
    with (real_data / file).open(newline="") as stream:
        raw = list(csv.reader(stream))
    known = set(postcodes()["postcode"])
    active = [row for row in raw if row[12] == "A"]
    placed = [row for row in active if row[9].replace(" ", "") in known]
    source = {"file": file, "header": 0, "postcode": "col10", "id": "col1", "name": "col2",
              "where": {"col13": "A"}}  # fmt: skip
    seen = ask("points", source, postcodes=postcodes)
    assert seen.table["thing"].tolist() == [row[0] for row in placed]
    assert seen.ledger.rejected == {
        "filtered out: col13": len(raw) - len(active),
        "unknown postcode": len(active) - len(placed),
    }


def test_open_libraries_are_those_without_a_mark(ask, real_data):
    file = f"{LBBD}/addresses/libraries.csv"
    raw = pd.read_csv(real_data / file)
    seen = ask("points", {"file": file, "exclude": {"closed": "not blank"}})
    assert seen.table["name"].tolist() == raw[raw["closed"].isna()]["name"].tolist()
    assert seen.ledger.rejected == {"left out: closed": 6}


def test_charge_points_count_once_a_place(ask, real_data):
    file = f"{LBBD}/assets/chargepoints.geojson"
    features = json.loads((real_data / file).read_text())["features"]
    places = {tuple(feature["geometry"]["coordinates"]) for feature in features}
    seen = ask("points", {"file": file, "unique": "place"})
    assert (seen.ledger.rows_in, seen.ledger.used) == (58, len(places)) == (58, 31)
    assert not seen.table["name"].str.contains("Â").any()
    assert seen.ledger.notes["cells encoded twice, repaired"] > 0


@pytest.mark.parametrize(
    ("name", "count"), [("parking", 227), ("supermarket", 20), ("warehouse", 8)]
)
def test_mixed_shapes_of_openstreetmap_become_points_inside_them(ask, real_data, name, count):
    import geopandas as gpd

    file = f"{LBBD}/assets/{name}.geojson"
    seen = ask("points", {"file": file})
    shapes = gpd.read_file(real_data / file).to_crs("EPSG:27700").geometry
    points = gpd.points_from_xy(seen.table["x"], seen.table["y"], crs="EPSG:27700")
    assert len(points) == len(shapes) == count
    assert shapes.reset_index(drop=True).distance(gpd.GeoSeries(points)).max() < 0.01
    mapped = int((shapes.geom_type != "Point").sum())
    assert seen.ledger.notes["shapes taken at a point on them"] == mapped


def test_the_charge_point_registry_loses_only_what_has_no_place_in_the_uk(ask, real_data):
    file = "london/assets/national_charge_point_registry_2017.csv"
    raw = pd.read_csv(real_data / file, low_memory=False)
    latitude = pd.to_numeric(raw["latitude"], errors="coerce")
    longitude = pd.to_numeric(raw["longitude"], errors="coerce")
    inside = latitude.between(49.8, 61) & longitude.between(-9, 2.1)
    seen = ask("points", {"file": file})
    assert seen.table["thing"].tolist() == raw[inside]["chargeDeviceID"].tolist()
    assert seen.ledger.rejected["outside the UK"] == 2
    assert sum(seen.ledger.rejected.values()) == int((~inside).sum()) == 4
    once = ask("points", {"file": file, "unique": "place"})
    assert once.ledger.used == len(raw[inside].drop_duplicates(["latitude", "longitude"]))


# ------------------------------------------------------------------------------------------- laqn


def laqn(real_data: Path, pattern: str) -> pd.DataFrame:
    files = sorted(real_data.glob(pattern))
    return pd.concat([pd.read_csv(file) for file in files], ignore_index=True)


def test_three_years_of_the_borough_s_stations_have_the_means_of_the_files(ask, real_data):
    folder = f"{LBBD}/air_quality/laqn_hourly"
    raw = laqn(real_data, f"{folder}/*.csv")
    assert len(raw) == 101_760
    for species in ("NO2", "PM10"):
        source = {
            "sites": "london/air_quality/laqn_sites.csv",
            "observations": f"{folder}/*.csv",
            "observed_property": species,
        }
        seen = ask("laqn", source, periods=("2022", "2023", "2024"))
        rows = raw[raw["@SpeciesCode"] == species]
        filled = rows.dropna(subset="@Value")
        expected = filled.groupby(["SiteCode", filled["@MeasurementDateGMT"].str[:4]])["@Value"]
        found = seen.table.groupby(["thing", "period"])["value"]
        np.testing.assert_allclose(found.mean().to_numpy(), expected.mean().to_numpy(), rtol=1e-12)
        assert found.size().tolist() == expected.size().tolist()
        assert seen.ledger.rejected["no value"] == len(rows) - len(filled)
        assert seen.ledger.notes["negative values kept"] == int((filled["@Value"] < 0).sum())
        months = rows["SiteCode"].str.cat(rows["@MeasurementDateGMT"].str[:7]).nunique()
        assert seen.ledger.notes["hours not listed on the last day of a month"] == 24 * months


def test_the_stations_lie_where_the_network_says(ask, roots):
    source = {
        "sites": "london/air_quality/laqn_sites.csv",
        "observations": f"{LBBD}/air_quality/laqn_hourly/*_2023-01.csv",
        "observed_property": "NO2",
    }
    import geopandas as gpd

    points = ask("laqn", source).table.drop_duplicates("thing").set_index("thing")
    degrees = gpd.GeoSeries(
        gpd.points_from_xy([0.177891, 0.132857], [51.563752, 51.529389]), crs="EPSG:4326"
    ).to_crs("EPSG:27700")
    np.testing.assert_allclose(points["x"], degrees.x, atol=0.01)
    np.testing.assert_allclose(points["y"], degrees.y, atol=0.01)
    lads = read_boundaries("lad22", roots, "london/boundaries/london-2021-lad22-gen20.zip")
    borough = lads.frame.set_index("area_code").geometry["E09000002"]
    assert degrees.within(borough).all()


def test_a_month_of_london_has_both_codes_of_fine_particles(ask, real_data):
    raw = laqn(real_data, "london/air_quality/laqn_hourly_2023-01/*.csv")
    source = {
        "sites": "london/air_quality/laqn_sites.csv",
        "observations": "london/air_quality/laqn_hourly_2023-01/*.csv",
        "observed_property": "PM25",
    }
    seen = ask("laqn", source, periods=("2023-01",))
    rows = raw[raw["@SpeciesCode"] == "PM25"]
    assert seen.ledger.rows_in == len(raw) == 226_800
    assert seen.table["value"].sum() == pytest.approx(rows["@Value"].sum())
    fine = int((raw["@SpeciesCode"] == "FINE").sum())
    assert seen.ledger.notes["rows of FINE, also fine particles, not used"] == fine


# ----------------------------------------------------------------------------------------- raster


def test_terrain_tiles_and_their_geotiff_are_one_raster(ask, real_data):
    tiles = ask(
        "raster", {"file": f"{LBBD}/elevation/*.asc", "crs": "EPSG:27700"}, periods=("2014",)
    ).rasters["2014"]
    image = ask("raster", {"file": f"{LBBD}/elevation/terrain50.tif"}).rasters[""]
    assert tiles.transform == image.transform == (50, 0, 540_000, 0, -50, 200_000)
    np.testing.assert_allclose(tiles.values, image.values, atol=1e-5)
    text = (real_data / LBBD / "elevation/TQ48.asc").read_text().splitlines()[5:]
    cells = np.array([[float(cell) for cell in line.split()] for line in text if line.strip()])
    np.testing.assert_array_equal(tiles.values[200:, :200], cells)


def test_the_grid_of_cell_centres_equals_the_geotiff_made_of_it(ask, real_data):
    source = {"file": "london/raster/pcm_nox_{period}.csv"}
    seen = ask("raster", source, value="nox{period}")
    assert list(seen.rasters) == ["2003", "2008", "2013"]
    image = ask("raster", {"file": "london/raster/pcm_nox_2013.tif"}).rasters[""]
    table = seen.rasters["2013"]
    assert table.transform == image.transform
    np.testing.assert_allclose(table.values, image.values, rtol=1e-6)
    for year in ("2003", "2008", "2013"):
        raw = pd.read_csv(real_data / f"london/raster/pcm_nox_{year}.csv")
        assert np.nansum(seen.rasters[year].values) == pytest.approx(raw[f"nox{year}"].sum())


# ------------------------------------------------------------------------------------- boundaries


@pytest.mark.parametrize(
    ("geography", "file", "layer", "areas", "square_km"),
    [
        ("wd13", f"{LBBD}/boundaries/wards_2013.geojson", None, 17, 36.11),
        ("wd13", f"{LBBD}/boundaries/wards_2013.topojson", None, 17, 36.11),
        ("wd25", f"{LBBD}/boundaries/wards_2025.geojson", None, 19, 36.10),
        ("wd25", f"{LBBD}/boundaries/wards_2025_bng.gpkg", None, 19, 36.10),
        ("lsoa11", f"{LBBD}/boundaries/lsoa_2011.geojson", None, 110, 36.10),
        ("lsoa21", f"{LBBD}/boundaries/lsoa_2021.geojson", None, 115, 36.08),
        ("oa11", f"{LBBD}/boundaries/oa_2011.geojson", None, 553, None),
        ("msoa11", f"{LBBD}/boundaries/msoa_2011.geojson", None, 22, None),
        ("wd21", f"{LBBD}/boundaries/wards_2021.geojson", None, 17, None),
        ("wd22", "london/boundaries/wards_2022.geojson", None, 704, None),
        ("lad24", "london/boundaries/boroughs_2024.geojson", None, 33, None),
        ("lad22", "london/boundaries/london-2021-lad22-gen20.zip", None, 33, 1573.3),
        ("lsoa11", "london/boundaries/london-2011-lsoa-gen20.zip", None, 4835, None),
        ("lsoa21", "london/boundaries/london-2021-lsoa-gen20.zip", None, 4994, None),
        ("wd14", "london/boundaries/London-wards-2014.zip", "London_Ward", 654, None),
        ("wd14", "london/boundaries/London-wards-2014.zip", "London_Ward_CityMerged", 630, None),
    ],
)
def test_every_boundary_file_is_read_whole(roots, geography, file, layer, areas, square_km):
    boundaries = read_boundaries(geography, roots, file, layer=layer)
    frame = boundaries.frame
    assert len(frame) == areas
    assert frame.is_valid.all()
    assert set(frame.geom_type) <= {"Polygon", "MultiPolygon"}
    assert frame.crs.to_epsg() == 27700
    assert frame["area_code"].is_monotonic_increasing
    if square_km is not None:
        assert frame.area.sum() / 1e6 == pytest.approx(square_km, abs=0.05)


def test_two_wards_of_2014_cross_themselves_and_are_mended(roots):
    boundaries = read_boundaries(
        "wd14", roots, "london/boundaries/London-wards-2014.zip", layer="London_Ward"
    )
    assert len(boundaries.notes) == 2
    assert all(note.endswith("self-intersection repaired") for note in boundaries.notes)


def test_a_zip_with_two_layers_asks_which(roots):
    with pytest.raises(DataError, match="London_Ward, London_Ward_CityMerged"):
        read_boundaries("wd14", roots, "london/boundaries/London-wards-2014.zip")


def test_wards_of_2013_are_refused_as_those_of_2025(roots):
    with pytest.raises(DataError, match="codes of wd13; allowed: codes of wd25"):
        read_boundaries("wd25", roots, f"{LBBD}/boundaries/wards_2013.geojson")


def test_london_s_areas_are_cut_to_the_borough(roots):
    lads = read_boundaries("lad22", roots, "london/boundaries/london-2021-lad22-gen20.zip")
    borough = lads.frame.set_index("area_code").geometry["E09000002"]
    wards = read_boundaries("wd22", roots, "london/boundaries/wards_2022.geojson", clip=borough)
    assert wards.codes == [f"E050140{number}" for number in range(53, 72)]
    lsoas = read_boundaries(
        "lsoa21", roots, "london/boundaries/london-2021-lsoa-gen20.zip", clip=borough
    )
    own = read_boundaries("lsoa21", roots, f"{LBBD}/boundaries/lsoa_2021.geojson")
    assert lsoas.codes == own.codes
