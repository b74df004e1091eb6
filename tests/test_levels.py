"""Larger areas: their figures are made of those of the wards in them."""

import pytest

from placedata.errors import ConfigError, PlaceDataError

RATE = """\
title: Cases
unit: per 1,000 people
polarity: lower_is_better
component: personal_safety
statistic: sum
source: {loader: table, file: data/wards.csv}
value: {numerator: cases, denominator: people, per: 1000}
period: 2021
"""
MEAN = """\
title: Pay
unit: pounds
polarity: higher_is_better
component: shelter
weighted_by: people
source: {loader: table, file: data/wards.csv}
value: pay
period: 2021
"""


@pytest.fixture
def two_boroughs(toy_place):
    """Wards 1 and 2 make the south borough, 3 and 4 the north one."""
    import geopandas as gpd
    from shapely.geometry import box

    halves = [box(540_000, y, 542_000, y + 1000) for y in (180_000, 181_000)]
    codes = {"LAD25CD": ["E09990001", "E09990002"], "LAD25NM": ["South", "North"]}
    frame = gpd.GeoDataFrame(codes, geometry=halves, crs="EPSG:27700")
    frame.to_file(toy_place.folder / "data/boroughs.gpkg", driver="GPKG")
    text = (toy_place.folder / "place.yaml").read_text("utf-8")
    text = text.replace("  lsoa21:", "  lad25: data/boroughs.gpkg\n  lsoa21:")
    toy_place.write("place.yaml", text + "larger: [lad25]\n")
    toy_place.write(
        "data/wards.csv",
        "WD25CD,cases,pay\nE05990001,30,100\nE05990002,20,200\nE05990003,10,300\nE05990004,10,\n",
    )
    toy_place.layer("cases", RATE)
    toy_place.layer("pay", MEAN)
    return toy_place


def test_counts_add_up_rates_and_means_are_made_again(two_boroughs):
    larger = two_boroughs.open().build().snapshot.level("lad25")
    assert larger.areas["area_name"].tolist() == ["South", "North"]
    assert larger.table("people")["value"].tolist() == pytest.approx([400, 200])
    # 50 cases of 400 people; 20 of 200
    assert larger.table("cases")["value"].tolist() == pytest.approx([125, 100])
    # (300 × 100 + 100 × 200) / 400; ward 4 has no figure, half of the wards is enough
    assert larger.table("pay")["value"].tolist() == pytest.approx([125, 300])


def test_both_levels_are_scored_on_the_same_bounds(two_boroughs):
    snapshot = two_boroughs.open().build().snapshot
    wards, larger = snapshot.index["bounds"], snapshot.level("lad25").index["bounds"]
    assert [(row["indicator"], row["worst"], row["best"]) for row in wards] == [
        (row["indicator"], row["worst"], row["best"]) for row in larger
    ]


def test_a_count_with_a_missing_ward_is_missing_not_smaller(two_boroughs):
    two_boroughs.write("data/wards.csv", "WD25CD,cases,pay\nE05990001,30,1\nE05990003,10,3\n")
    two_boroughs.layer(
        "cases",
        RATE.replace(
            "value: {numerator: cases, denominator: people, per: 1000}", "value: cases"
        ).replace("component: personal_safety\n", ""),
    )
    larger = two_boroughs.open().build().snapshot.level("lad25")
    assert larger.table("cases")["status"].tolist() == ["missing", "missing"]


def test_a_borough_total_is_shown_where_two_hidden_wards_share_it(two_boroughs):
    two_boroughs.write(
        "data/wards.csv",
        "WD25CD,cases,pay\nE05990001,3,1\nE05990002,20,2\nE05990003,30,3\nE05990004,40,4\n",
    )
    larger = two_boroughs.open().build().snapshot.level("lad25")
    # 3 is few; 20 beside it is hidden too, so that their borough's 23 can be told
    assert larger.table("cases")["status"].tolist() == ["ok", "ok"]
    assert larger.table("cases")["numerator"].tolist() == pytest.approx([23, 70])
    wards = two_boroughs.open().snapshot.table("cases")
    assert wards["status"].tolist() == ["suppressed", "suppressed", "ok", "ok"]


def test_scorecards_of_a_borough(two_boroughs):
    from placedata.scorecard import make_scorecard

    larger = two_boroughs.open().build().snapshot.level("lad25")
    card = make_scorecard(larger, "E09990001")
    assert card.area_name == "South"
    assert next(item for item in card.figures if item.layer == "cases").value == pytest.approx(125)


def test_a_level_that_is_not_there_is_told(two_boroughs):
    snapshot = two_boroughs.open().build().snapshot
    with pytest.raises(PlaceDataError, match="did you mean 'lad25'"):
        snapshot.level("lad24")
    text = (two_boroughs.folder / "place.yaml").read_text("utf-8")
    two_boroughs.write("place.yaml", text.replace("larger: [lad25]", "larger: [lad26]"))
    with pytest.raises(ConfigError, match="lad26"):
        two_boroughs.open().check()


def test_wards_of_one_name_are_told_apart_by_their_borough(two_boroughs):
    import geopandas as gpd

    path = two_boroughs.folder / "data/wards.gpkg"
    frame = gpd.read_file(path)
    frame["WD25NM"] = ["Abbey", "Beam", "Abbey", "Castle"]
    frame.to_file(path, driver="GPKG")
    names = two_boroughs.open().build().snapshot.areas["area_name"].tolist()
    assert names == ["Abbey (South)", "Beam", "Abbey (North)", "Castle"]


def test_the_command_line_finds_a_borough_by_code_or_name(two_boroughs, tmp_path):
    from typer.testing import CliRunner

    from placedata.cli.commands import app

    two_boroughs.open().build()
    for asked in ("E09990002", "north"):
        words = ["scorecard", "--area", asked, "--place", str(two_boroughs.folder)]
        done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / asked), "--format", "json"])
        assert done.exit_code == 0, done.output
        assert [path.name for path in (tmp_path / asked).iterdir()] == ["E09990002-north.json"]


LOWEST = """\
title: Lowest pay
unit: pounds
polarity: neutral
statistic: minimum
source: {loader: table, file: data/wards.csv}
value: pay
period: 2021
"""


def test_the_lowest_of_a_borough_is_that_of_its_lowest_ward(two_boroughs):
    two_boroughs.layer("lowest", LOWEST)
    larger = two_boroughs.open().build().snapshot.level("lad25")
    assert larger.table("lowest")["value"].tolist() == [100, 300]


def test_a_median_of_a_borough_is_not_made_of_its_wards_medians(two_boroughs):
    two_boroughs.layer("typical", LOWEST.replace("minimum", "median"))
    place = two_boroughs.open()
    place.build()
    rows = place.snapshot.level("lad25").table("typical")
    assert rows["status"].tolist() == ["missing", "missing"]
    assert rows["value"].isna().all()
    told = place.trace("typical", "E09990001")
    assert "no figure: the median of several areas cannot be made of theirs" in str(told)
