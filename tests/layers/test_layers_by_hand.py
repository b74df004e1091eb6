"""Layers of toytown, each against numbers done in the head (see ToyPlace in conftest.py)."""

import pytest

from placedata.errors import DataError

WARDS = ["E05990001", "E05990002", "E05990003", "E05990004"]


def values(place, name, column="value"):
    layer = place.open().check()[name]
    return layer.values.set_index("area_code")[column].reindex(WARDS).tolist()


def test_counts_go_to_wards_by_their_postcodes(toy_place):
    assert values(toy_place, "people") == pytest.approx([300, 100, 100, 100])


def test_what_goes_in_comes_out_or_is_said_to_be_elsewhere(toy_place):
    toy_place.write(
        "data/small_areas.csv",
        "lsoa21_code,people\nE01990001,400\nE01990002,200\nE01999999,50\n",
    )
    flow = toy_place.open().check()["people"].flows[0]
    assert (flow.amount_in, flow.allocated, flow.unallocated, flow.outside) == (650, 600, 0, 50)


SCORE = """\
title: Score
unit: score
polarity: lower_is_better
apportion: weighted_mean
weighted_by: people
source: {loader: table, file: data/small_areas.csv}
value: score
period: 2021
"""


def test_a_mean_is_weighted_by_people_and_so_is_the_place(toy_place):
    toy_place.layer("score", SCORE)
    layer = toy_place.open().check()["score"]
    assert layer.values["value"].tolist() == pytest.approx([10, 10, 30, 30])
    # (400 × 10 + 200 × 30) / 600
    assert layer.summaries[0].place == pytest.approx(10_000 / 600)


def test_a_mean_of_small_areas_is_refused_without_weights(toy_place):
    toy_place.layer("score", SCORE.replace("apportion: weighted_mean\nweighted_by: people\n", ""))
    with pytest.raises(DataError) as caught:
        toy_place.open().check()
    told = str(caught.value)
    assert "layers/score.yaml" in told
    assert "weighted_mean" in told


def test_ranks_are_never_shared_out(toy_place):
    toy_place.layer(
        "rank", SCORE.replace("value: score", "value: rank").replace("title: Score", "title: Rank")
    )
    with pytest.raises(DataError, match="rank"):
        toy_place.open().check()


RATE = """\
title: Cases
unit: per 1,000 people
polarity: lower_is_better
statistic: sum
source: {loader: table, file: data/small_areas.csv}
value: {numerator: cases, denominator: people, per: 1000}
period: 2021
"""


def test_a_rate_is_divided_after_both_parts_reached_the_ward(toy_place):
    toy_place.layer("cases", RATE)
    layer = toy_place.open().check()["cases"]
    assert layer.values["numerator"].tolist() == pytest.approx([30, 10, 5, 5])
    assert layer.values["value"].tolist() == pytest.approx([100, 100, 50, 50])
    assert layer.summaries[0].place == pytest.approx(1000 * 50 / 600)


def test_a_rate_beside_an_older_denominator_says_so(toy_place):
    toy_place.layer("cases", RATE.replace("period: 2021", "period: 2024"))
    notes = toy_place.open().check()["cases"].notes
    assert any("figures of 2021 are used with 2024" in note for note in notes)


def test_counts_of_few_people_are_not_shown_but_zero_is(ill_place):
    frame = ill_place.open().check()["ill"].values.set_index("area_code")
    assert frame["status"].tolist() == ["suppressed", "ok", "suppressed", "ok"]
    assert frame["value"].isna().tolist() == [True, False, True, False]
    assert frame["numerator"].isna().tolist() == [True, False, True, False]
    assert frame.loc["E05990002", "value"] == 0


SERVICES = (
    "id,name,x,y\n1,A,540500,180500\n2,B,540600,180600\n3,C,541500,181500\n4,D,600000,200000\n"
)


def test_points_are_counted_in_wards_and_those_outside_are_told(toy_place):
    toy_place.write("data/services.csv", SERVICES)
    toy_place.layer(
        "services",
        "title: Services\nunit: services\npolarity: higher_is_better\nstatistic: count\n"
        "source: {loader: points, file: data/services.csv}\nperiod: 2024\n",
    )
    layer = toy_place.open().check()["services"]
    # one service in a ward is shown: a service is not a person
    assert layer.values["value"].tolist() == [2, 0, 0, 1]
    assert layer.flows[0].outside == 1


def test_points_per_thousand_people(toy_place):
    toy_place.write("data/services.csv", SERVICES)
    toy_place.layer(
        "services",
        "title: Services\nunit: per 1,000\npolarity: higher_is_better\nstatistic: count\n"
        "source: {loader: points, file: data/services.csv}\nperiod: 2024\n"
        "value: {denominator: people, per: 1000}\n",
    )
    assert values(toy_place, "services") == pytest.approx([1000 * 2 / 300, 0, 0, 10])


def test_the_nearest_service_is_measured_from_where_postcodes_are(toy_place):
    toy_place.write("data/services.csv", "id,name,x,y\n1,A,540200,180200\n2,B,541500,181500\n")
    toy_place.layer(
        "near",
        "title: Distance\nunit: m\npolarity: lower_is_better\nstatistic: mean\napportion: nearest\n"
        "source: {loader: points, file: data/services.csv}\nperiod: 2024\n",
    )
    root2 = 2**0.5
    expected = [(100 * root2 + 0 + 100 * root2) / 3, 1000, 1000, 0]
    assert values(toy_place, "near") == pytest.approx(expected)


def test_a_ward_resting_on_too_little_has_no_figure(toy_place):
    toy_place.write("data/small_areas.csv", "lsoa21_code,people\nE01990001,400\nE01990002,n/a\n")
    frame = toy_place.open().check()["people"].values.set_index("area_code")
    assert frame["status"].tolist() == ["ok", "ok", "missing", "missing"]
    assert frame["value"].isna().tolist() == [False, False, True, True]


def test_values_outside_what_is_expected_stop_the_layer(toy_place):
    toy_place.layer("score", SCORE + "expect: {maximum: 20, coverage: 1}\n")
    with pytest.raises(DataError) as caught:
        toy_place.open().check()
    assert "expect.maximum: found 30 in E05990003, 2021 and 1 more; allowed: at most 20" in str(
        caught.value
    )


def test_codes_of_another_place_are_refused(toy_place):
    toy_place.write("data/few.csv", "WD25CD,ill\nE05000001,4\nE05000002,5\n")
    toy_place.layer(
        "ill",
        "title: Ill\nunit: people\npolarity: neutral\nstatistic: sum\n"
        "source: {loader: table, file: data/few.csv}\nvalue: ill\nperiod: 2021\n",
    )
    with pytest.raises(DataError, match="none of them in the place"):
        toy_place.open().check()


def test_a_geography_without_a_lookup_is_refused_with_the_line_to_add(toy_place):
    text = (toy_place.folder / "place.yaml").read_text("utf-8")
    toy_place.write(
        "place.yaml",
        text.replace("  - {from: lsoa21, to: wd25, by: postcodes}\n", "").replace("lookups:\n", ""),
    )
    with pytest.raises(DataError) as caught:
        toy_place.open().check()
    assert "{from: lsoa21, to: wd25, by: postcodes}" in str(caught.value)


def test_direct_is_refused_for_codes_of_another_edition(toy_place):
    toy_place.layer("score", SCORE.replace("apportion: weighted_mean", "apportion: direct"))
    with pytest.raises(DataError, match=r"lsoa21 \(2 of 2\), not wd25"):
        toy_place.open().check()


def test_postcodes_can_stand_for_the_people_around_them(toy_place):
    # One ward of old, 1 to 4 together: by postcodes 3/6, 1/6, 1/6 and 1/6 of it; by people
    # 400/4 for each postcode of the south and 200/2 for each of the north: the same. With 800
    # people in the south each of its four postcodes weighs 200: 600, 200, 100 and 100 of 1,000.
    import geopandas as gpd
    from shapely.geometry import box

    old = gpd.GeoDataFrame(
        {"WD13CD": ["E05000001"], "WD13NM": ["Old"]},
        geometry=[box(540_000, 180_000, 542_000, 182_000)],
        crs="EPSG:27700",
    )
    old.to_file(toy_place.folder / "data/old.gpkg", driver="GPKG")
    text = (toy_place.folder / "place.yaml").read_text("utf-8")
    text = text.replace("  lsoa21:", "  wd13: data/old.gpkg\n  lsoa21:").replace(
        "lookups:\n", "lookups:\n  - {from: wd13, to: wd25, by: population, population: people}\n"
    )
    toy_place.write("place.yaml", text)
    toy_place.write("data/small_areas.csv", "lsoa21_code,people\nE01990001,800\nE01990002,200\n")
    toy_place.write("data/votes.csv", "WD13CD,votes\nE05000001,5000\n")
    toy_place.layer(
        "votes",
        "title: Votes\nunit: votes\npolarity: neutral\nstatistic: sum\n"
        "source: {loader: table, file: data/votes.csv}\nvalue: votes\nperiod: 2021\n",
    )
    assert values(toy_place, "votes") == pytest.approx([3000, 1000, 500, 500])


def test_many_periods_beside_one_denominator_are_told_in_one_line(toy_place):
    toy_place.write(
        "data/years.csv",
        "lsoa21_code,c_2018,c_2019,c_2021\nE01990001,40,41,42\nE01990002,10,11,12\n",
    )
    toy_place.layer(
        "cases",
        RATE.replace("small_areas.csv", "years.csv")
        .replace("numerator: cases", 'numerator: "c_{period}"')
        .replace("period: 2021", "period: [2018, 2019, 2021]"),
    )
    notes = toy_place.open().check()["cases"].notes
    assert "people: figures of 2021 are used with 2018, 2019" in notes


def test_what_the_source_withholds_is_suppressed_what_it_lacks_is_missing(ill_place):
    ill_place.write(
        "data/few.csv",
        "WD25CD,ill\nE05990001,[c]\nE05990002,n/a\nE05990003,60\nE05990004,50\n",
    )
    ill_place.layer(
        "ill_rate",
        "title: Ill\nunit: per 1,000\npolarity: lower_is_better\nstatistic: sum\n"
        "value: {numerator: ill, denominator: people, per: 1000}\n",
    )
    layers = ill_place.open().check()
    expected = ["suppressed", "missing", "ok", "ok"]
    assert layers["ill"].values["status"].tolist() == expected
    assert layers["ill_rate"].values["status"].tolist() == expected


def test_a_ward_of_withheld_small_areas_is_suppressed_too(toy_place):
    toy_place.write("data/small_areas.csv", "lsoa21_code,people\nE01990001,400\nE01990002,[c]\n")
    layer = toy_place.open().check()["people"]
    assert layer.values["status"].tolist() == ["ok", "ok", "suppressed", "suppressed"]
