"""Standard errors of ward figures in toytown, against numbers done by hand (see conftest.py)."""

import math

import pytest

from placedata.errors import ConfigError, DataError, PlaceDataError

WARDS = ["E05990001", "E05990002", "E05990003", "E05990004"]
SHARES = "lsoa21_code,share,se,low,high,asked,people_se\n"
SHARES += "E01990001,20,2,16.08,23.92,100,40\nE01990002,50,5,40.2,59.8,100,10\n"
MEAN = """\
title: Share
unit: "%"
polarity: lower_is_better
apportion: weighted_mean
weighted_by: people
source: {loader: table, file: data/shares.csv}
value: share
period: 2021
"""


@pytest.fixture
def place(toy_place):
    toy_place.write("data/shares.csv", SHARES)
    return toy_place


def built(place, name="share"):
    layer = place.open().check()[name]
    return layer, layer.values.set_index("area_code").reindex(WARDS)


def errors(place, rule, column="standard_error"):
    place.layer("share", MEAN + f"error: {rule}\n")
    return built(place)[1][column].tolist()


def test_a_published_standard_error_goes_with_the_mean(place):
    assert errors(place, "{column: se}") == pytest.approx([2, 2, 5, 5])


def test_the_ends_of_a_95_per_cent_interval_are_3_92_standard_errors_apart(place):
    assert errors(place, "{low: low, high: high}") == pytest.approx([2, 2, 5, 5], rel=1e-4)


def test_a_margin_of_90_per_cent_is_1_645_standard_errors(place):
    found = errors(place, "{margin: se, level: 90}")
    assert found == pytest.approx([2 / 1.644854] * 2 + [5 / 1.644854] * 2, rel=1e-5)


def test_a_share_of_a_sample_has_the_error_of_wilsons_interval(place):
    z = 1.959964
    south = math.sqrt(0.2 * 0.8 / 100 + z**2 / 40_000) / (1 + z**2 / 100)
    assert errors(place, "{sample: asked}")[0] == pytest.approx(100 * south, rel=1e-5)


def test_counts_shared_out_take_their_share_of_the_error(place):
    place.layer(
        "share",
        'title: S\nunit: "%"\npolarity: neutral\nstatistic: sum\n'
        "source: {loader: table, file: data/shares.csv}\nvalue: share\nperiod: 2021\n"
        "error: {column: people_se}\n",
    )
    # Three quarters and one quarter of 40; half and half of 10.
    assert built(place)[1]["error_sampling"].tolist() == pytest.approx([30, 10, 5, 5])


def test_independent_errors_add_in_squares_where_a_ward_has_parts_of_two_areas(place):
    from placedata.layers.errors import moved_errors
    from placedata.lookups import Lookup

    pd = pytest.importorskip("pandas")
    pairs = {"from_code": ["a", "b"], "to_code": ["w", "w"], "weight": [1.0, 0.5]}
    lookup = Lookup("lsoa21", "wd25", pd.DataFrame(pairs), "postcodes")
    error, value = pd.Series({"a": 3.0, "b": 8.0}), pd.Series({"a": 1.0, "b": 1.0})
    counts, _ = moved_errors(error, value, lookup, None)
    assert counts["w"] == pytest.approx(5)  # √(3² + (8/2)²)
    mean, _ = moved_errors(error, value, lookup, pd.Series({"a": 100.0, "b": 200.0}))
    assert mean["w"] == pytest.approx(math.sqrt(300**2 + 800**2) / 200)
    gap, spoilt = moved_errors(error.drop("b"), value, lookup, None)
    assert (math.isnan(gap["w"]), spoilt) == (True, 1)


RATE = """\
title: Cases
unit: per 1,000
polarity: lower_is_better
value: {numerator: cases, denominator: people, per: 1000}
source: {loader: table, file: data/small_areas.csv}
period: 2021
"""


def test_a_rate_of_counts_has_the_chance_in_its_counts_unless_the_layer_says_otherwise(place):
    place.layer("share", RATE)
    layer, values = built(place)
    # Ward 1 has 30 of the 40 cases, and 300 people.
    assert values["standard_error"].iloc[0] == pytest.approx(1000 * math.sqrt(30) / 300)
    assert "Poisson" in layer.errors["sampling"]
    place.layer("share", RATE + "error: {chance: none}\n")
    layer, values = built(place)
    assert values["standard_error"].isna().all()
    assert layer.errors["sampling"] == "none: counted completely"


def test_stated_parts_add_in_squares_and_keep_their_own_columns(place):
    place.layer("share", MEAN + "error: {column: se, apportionment: 10 %, sensors: 1}\n")
    layer, values = built(place)
    first = values.iloc[0]
    assert (first["error_apportionment"], first["error_sensors"]) == (2.0, 1.0)
    assert first["standard_error"] == pytest.approx(3)  # √(2² + 2² + 1²)
    assert layer.errors["apportionment"] == "stated: 10 % of the value"


def test_what_is_measured_beats_what_is_stated_and_a_note_says_so(place):
    from dataclasses import replace

    from placedata.layers.errors import completed
    from placedata.layers.parts import Part

    pd = pytest.importorskip("pandas")
    place.layer("share", MEAN + "error: {apportionment: 2, chance: none}\n")
    entry = place.open().catalog().layers["share"]
    columns = ("error_sampling", "error_apportionment", "error_sensors")
    frame = pd.DataFrame({"value": [20.0, 50.0], **dict.fromkeys(columns, float("nan"))})
    frame["error_apportionment"] = [0.5, float("nan")]
    part = completed(entry, Part("2021", frame, None, ""), None)
    assert part.frame["error_apportionment"].tolist() == [0.5, 2.0]
    assert part.notes == (
        "wards whose apportionment error is measured, so that the stated one (2) is not used: 1",
    )
    assert replace(part).errors["apportionment"].startswith("measured; where it is not")


def test_a_suppressed_count_has_no_error_that_would_tell_it(place):
    place.write("data/few.csv", "lsoa21_code,n\nE01990001,4\nE01990002,200\n")
    place.layer(
        "share",
        RATE.replace("small_areas", "few").replace("cases,", "n,"),
    )
    values = built(place)[1]
    assert values["status"].tolist()[:2] == ["suppressed"] * 2
    shown = values["status"] == "ok"
    assert values["standard_error"].notna().tolist() == shown.tolist()


def test_errors_that_cannot_be_are_told_by_line(place):
    wrong = SHARES.replace(",2,16.08", ",-2,21").replace("59.8,100", "49,-1")
    place.write("data/shares.csv", wrong)
    told = {}
    for rule in ("{column: se}", "{low: low, high: high}", "{sample: asked}"):
        with pytest.raises(DataError) as caught:
            errors(place, rule)
        told[rule] = str(caught.value)
    assert "data/shares.csv:2: error.column: found -2 for E01990001" in told["{column: se}"]
    interval = told["{low: low, high: high}"]
    assert "data/shares.csv:2: error.low: found 21 for E01990001, whose value is 20" in interval
    assert "data/shares.csv:3: error.high: found 49 for E01990002" in interval
    assert "error.sample: found -1" in told["{sample: asked}"]


def test_a_column_of_errors_that_is_not_there_is_told_with_the_nearest(place):
    with pytest.raises(DataError, match=r"error\.column: found .*'see'"):
        errors(place, "{column: see}")


def test_two_ways_at_once_and_half_an_interval_are_refused(place):
    for rule, told in (
        ("{column: se, chance: poisson}", "not column, chance together"),
        ("{low: low}", "low together with high"),
        ("{level: 90}", "one of column"),
    ):
        with pytest.raises((ConfigError, PlaceDataError), match=told):
            errors(place, rule)


INDEX = """\
id: two
title: Two
levels: [index]
nodes:
  - {id: all, title: All, level: index}
"""


def test_rank_intervals_take_every_known_error_and_say_which(place):
    place.layer("share", MEAN + "component: all\nerror: {column: se, apportionment: 5 %}\n")
    place.layer("rate", RATE + "component: all\n")
    place.layer("exact", MEAN.replace("title: Share", "title: E") + "component: all\n")
    text = (place.folder / "place.yaml").read_text("utf-8")
    place.write("place.yaml", text + "framework: two\n")
    place.write("layers/frameworks/two.yaml", INDEX)
    opened = place.open()
    opened.build()
    index = opened.snapshot.index
    assert index["uncertainty"]["sources"][-3:] == [
        "sampling error", "chance in counts", "apportionment error",
    ]  # fmt: skip
    for words in (
        "the sampling error of published figures",
        "the chance in counts",
        "the error of moving figures to wards",
    ):
        assert words in index["rank_note"]
    told = [item["text"] for item in index["decisions"] if item["stage"] == "uncertainty"]
    assert any("1 of 3 indicators, whose figures are taken as exact: exact" in one for one in told)
    table = opened.snapshot.table("share")
    assert table["standard_error"].tolist() == pytest.approx(
        [math.sqrt(4 + 1), math.sqrt(4 + 1), math.sqrt(25 + 6.25), math.sqrt(25 + 6.25)]
    )


FINGERTIPS = """\
Indicator ID,Area Code,Area Type,Sex,Age,Category Type,Time period,Value,Lower CI 95.0 limit,\
Upper CI 95.0 limit,Count,Value note
"""


def test_the_interval_that_fingertips_publishes_is_used_without_being_asked_for(place):
    rows = [f"7,{code},Wards,Persons,All,,2021,50,40.2,59.8,9," for code in WARDS]
    place.write("data/f.csv", FINGERTIPS + "\n".join(rows))
    text = (
        "title: F\nunit: '%'\npolarity: lower_is_better\n"
        "source: {loader: fingertips, file: data/f.csv, indicator: 7, geography: wd25}\n"
        "period: 2021\n"
    )
    place.layer("share", text)
    layer, values = built(place)
    assert values["standard_error"].tolist() == pytest.approx([5] * 4, rel=1e-4)
    assert layer.errors["sampling"].startswith("the published 95 % interval")
    # The limits are those of the value, and not of its count.
    place.layer("share", text + "value: Count\nstatistic: sum\n")
    assert built(place)[1]["standard_error"].isna().all()


NOMIS = """\
DATE_NAME,GEOGRAPHY_CODE,GEOGRAPHY_TYPE,MEASURES,MEASURES_NAME,OBS_VALUE,RECORD_COUNT
"""


def test_a_confidence_that_nomis_gives_as_a_measure_is_a_margin(place):
    rows = []
    for code in WARDS:
        rows += [
            f"2021,{code},wards,20599,Variable,40,8",
            f"2021,{code},wards,21001,Confidence,9.8,8",
        ]
    place.write("data/n.csv", NOMIS + "\n".join(rows))
    place.layer(
        "share",
        "title: N\nunit: '%'\npolarity: lower_is_better\nperiod: 2021\n"
        "source: {loader: nomis, file: data/n.csv, measures: Variable, geography: wd25}\n"
        "error: {margin: Confidence}\n",
    )
    values = built(place)[1]
    assert values["value"].tolist() == [40] * 4
    assert values["standard_error"].tolist() == pytest.approx([5] * 4, rel=1e-4)


def test_rows_taken_together_have_no_errors_told_one_by_one(place):
    together = MEAN.replace("shares.csv}", "shares.csv, combine: mean}")
    place.layer("share", together + "error: {column: se}\n")
    with pytest.raises(DataError, match="rows taken together, whose errors are told one by one"):
        built(place)


def test_a_loader_that_reads_no_errors_says_which_do(place):
    place.write(
        "data/d.csv",
        "LSOA code (2021),Index of Multiple Deprivation (IMD) Score,se\nE01990001,1,2\n",
    )
    place.layer(
        "share",
        MEAN.replace("{loader: table, file: data/shares.csv}",
                     "{loader: deprivation, file: data/d.csv, edition: 2025}")
        .replace("value: share", "value: imd_score")
        + "error: {column: se}\n",
    )  # fmt: skip
    with pytest.raises(DataError, match="table, nomis or fingertips, which read them"):
        built(place)


def test_wards_that_rest_on_one_sensor_are_wrong_together_in_a_borough(place):
    from placedata.build.levels import larger_values

    place.layer("share", MEAN + "error: {sensors: 3}\n")
    layers = place.open().check()
    found = larger_values(layers["share"], dict.fromkeys(WARDS, "E09990001"), ["E09990001"])
    # Every ward is 3 too high, or every one 3 too low: so is their mean, however many there are.
    assert found.iloc[0]["error_sensors"] == pytest.approx(3.0)
    assert found.iloc[0]["standard_error"] == pytest.approx(3.0)


def test_the_errors_of_a_borough_are_those_of_its_wards_in_squares(place):
    from placedata.build.levels import larger_values

    place.layer("share", MEAN + "error: {column: se}\n")
    place.layer("rate", RATE)
    layers = place.open().check()
    belongs = dict.fromkeys(WARDS, "E09990001")

    def borough(name):
        return larger_values(layers[name], belongs, ["E09990001"]).iloc[0]

    # Wards of 300, 100, 100 and 100 people, with errors of 2, 2, 5 and 5.
    squares = 600**2 + 200**2 + 500**2 + 500**2
    assert borough("share")["standard_error"] == pytest.approx(math.sqrt(squares) / 600)
    # 30 + 10 + 5 + 5 cases among 600 people: the chance in 50 cases.
    assert borough("rate")["standard_error"] == pytest.approx(1000 * math.sqrt(50) / 600)
