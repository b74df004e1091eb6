"""Greater London on 704 wards and 33 boroughs, against geopandas overlays and plain sums."""

import pandas as pd
import pytest

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def london(london_place):
    return london_place.snapshot


@pytest.fixture(scope="module")
def overlay(real_data):
    """Share of each LSOA 2021 in each ward of 2022, by geopandas."""
    import geopandas as gpd

    small = gpd.read_file(f"zip://{real_data}/london/boundaries/london-2021-lsoa-gen20.zip")
    code = next(name for name in small.columns if name.upper().startswith("LSOA21CD"))
    small = small[[code, "geometry"]].rename(columns={code: "lsoa"}).to_crs(27700)
    small["whole"] = small.area
    wards = gpd.read_file(real_data / "london/boundaries/wards_2022.geojson").to_crs(27700)
    ward = next(name for name in wards.columns if name.endswith("code"))
    wards = wards[[ward, "geometry"]].rename(columns={ward: "ward"})
    wards["geometry"] = wards.geometry.make_valid()
    parts = gpd.overlay(small, wards, how="intersection", keep_geom_type=True)
    return parts.assign(share=parts.area / parts["whole"])[["lsoa", "ward", "share"]]


def test_every_ward_and_borough_is_there(london):
    assert len(london.areas) == 704
    assert london.levels == ("wd22", "lad22")
    assert len(london.level("lad22").areas) == 33


def test_people_of_wards_are_those_of_an_overlay(london, overlay, real_data):
    table = pd.read_csv(real_data / "london/population/census2021_lsoa21_age6.csv")
    people = table.groupby("lsoa21_code")["usual_residents"].sum()
    expected = (overlay["share"] * overlay["lsoa"].map(people)).groupby(overlay["ward"]).sum()
    ours = london.table("population")["value"]
    pd.testing.assert_series_equal(
        ours, expected.reindex(ours.index), check_names=False, rtol=1e-6, atol=1e-3
    )


def test_no_one_is_lost_between_the_census_and_the_wards(london, real_data):
    table = pd.read_csv(real_data / "london/population/census2021_lsoa21_age6.csv")
    flow = london.layer("population").flows[0]
    assert flow["amount_in"] == table["usual_residents"].sum()
    assert flow["allocated"] + flow["unallocated"] + flow["outside"] == pytest.approx(
        flow["amount_in"], abs=1e-6
    )
    assert london.table("population")["value"].sum() == pytest.approx(flow["allocated"], abs=1e-6)


def test_boroughs_are_near_their_own_census_counts(london, real_data):
    table = pd.read_csv(real_data / "london/population/census2021_lsoa21_age6.csv")
    lookup = pd.read_csv(real_data / "london/lookups/lsoa21_ward24_lad24.csv")
    borough = lookup.set_index("lsoa21_code")["ltla24_code"]
    expected = table.groupby(table["lsoa21_code"].map(borough))["usual_residents"].sum()
    ours = london.level("lad22").table("population")["value"]
    # generalised outlines lose people at the edges, most in the City and along the Thames
    assert (ours / expected.reindex(ours.index) - 1).abs().drop("E09000001").max() < 0.04


def test_the_54_codes_that_do_not_join_are_named_and_their_people_are_outside(london, real_data):
    import geopandas as gpd

    table = pd.read_csv(real_data / "london/indicators/ward_profiles_2015.csv", encoding="latin-1")
    wards = table[table["New code"].str.startswith("E05", na=False)]
    wards = wards.assign(people=pd.to_numeric(wards["Population - 2015"]))
    zipped = real_data / "london/boundaries/London-wards-2014.zip"
    inner = "London-wards-2014 (1)/London-wards-2014_ESRI/London_Ward_CityMerged.shp"
    codes = set(gpd.read_file(f"zip://{zipped}!{inner}")["GSS_CODE"])
    strangers = wards[~wards["New code"].isin(codes)]
    assert len(strangers) == 54
    record = london.layer("residents_2015")
    note = next(note for note in record.notes if note.startswith("codes that join no wd14"))
    assert f": 54 ({strangers['New code'].min()}" in note
    assert record.flows[0]["outside"] == pytest.approx(strangers["people"].sum())


def test_scores_of_wards_and_boroughs_are_there_and_say_what_is_not_measured(london):
    scores = london.score_table("social_progress")["score"]
    assert scores.between(0, 100).all()
    assert len(scores) == 704
    larger = london.level("lad22").score_table("social_progress")["score"]
    assert larger.between(0, 100).all()
    empty = {
        node.id
        for node in london.framework.nodes
        if node.level == "component" and not london.framework.indicators_of(node.id)
    }
    assert empty == {"water_and_sanitation", "personal_rights"}


def test_every_page_can_say_that_figures_were_shared_out_by_area(london):
    method = london.layer("population").method
    assert method == "lsoa21 areas shared out by area overlap, as if people were spread evenly"
    assert any("area overlap" in caveat for caveat in london.place["caveats"])


def test_the_deprivation_score_of_boroughs_orders_them_as_published_ones(london, real_data):
    lsoa = pd.read_csv(real_data / "london/deprivation/imd2025_lsoa21.csv")
    lookup = pd.read_csv(real_data / "london/lookups/lsoa21_ward24_lad24.csv")
    census = pd.read_csv(real_data / "london/population/census2021_lsoa21_age6.csv")
    people = census.groupby("lsoa21_code")["usual_residents"].sum()
    rows = lsoa.assign(
        people=lsoa["lsoa21_code"].map(people),
        borough=lsoa["lsoa21_code"].map(lookup.set_index("lsoa21_code")["ltla24_code"]),
    )
    mean = (rows["IMD_score"] * rows["people"]).groupby(rows["borough"]).sum()
    expected = mean / rows.groupby("borough")["people"].sum()
    ours = london.level("lad22").table("imd_score")["value"]
    assert ours.corr(expected.reindex(ours.index), method="spearman") > 0.99
