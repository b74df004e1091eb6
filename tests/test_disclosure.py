"""Rules of disclosure control: what is few, dominated, rounded or divided by what is not shown."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placedata.definitions.parts import Dominance
from placedata.errors import ConfigError, DataError, PlaceDataError, UsageError
from placedata.snapshot.custom import custom_figures
from placedata.trust.disclosure import dominated
from placedata.trust.disclosure_bounds import Cells, Equation
from placedata.trust.disclosure_search import protected

COUNT = """\
title: Cases
unit: people
polarity: neutral
statistic: sum
source: {loader: table, file: data/wards.csv}
value: cases
period: 2021
"""
WARDS = ["E05990001", "E05990002", "E05990003", "E05990004"]


def table(place, name, **columns):
    frame = pd.DataFrame({"WD25CD": WARDS, **columns})
    place.write(f"data/{name}.csv", frame.to_csv(index=False))


def statuses(place, layer, period=None):
    return "".join(word[0] for word in place.open().build().snapshot.table(layer, period)["status"])


def hidden(*counts, threshold=5):
    """Return which of some counts are hidden, their total being shown."""
    true = np.array(counts, float)
    need = np.where((true > 0) & (true < threshold), float(threshold), 0.0)
    zero = np.zeros(len(true))
    cells = Cells(true, true.copy(), true.copy(), need, zero, zero)
    found = protected(cells, [Equation(tuple(range(len(true))), (1.0,) * len(true))])
    return found.hidden.tolist(), found.exposed


def test_one_small_count_takes_the_next_smallest_that_suffices_with_it():
    assert hidden(3, 50, 20, 0) == ([True, False, True, False], ())


def test_two_small_counts_that_are_few_together_take_a_third():
    # 3 + 1 = 4: each would be known to within less than five
    assert hidden(3, 1, 40, 9) == ([True, True, False, True], ())
    assert hidden(3, 2, 40, 9) == ([True, True, False, False], ())


def test_a_total_that_is_few_itself_protects_nothing():
    assert hidden(3, 0, 0) == ([True, False, False], (0,))


@settings(max_examples=60)
@given(st.lists(st.integers(0, 40), min_size=3, max_size=10), st.integers(2, 9))
def test_what_is_hidden_of_a_total_is_enough_to_hide_in(counts, threshold):
    flags, exposed = hidden(*counts, threshold=threshold)
    shown = [count for count, flag in zip(counts, flags, strict=True) if not flag]
    assert all(count == 0 or count >= threshold for count in shown)
    away = sum(counts) - sum(shown)
    assert away == 0 or away >= threshold or exposed


@settings(max_examples=25)
@given(st.lists(st.integers(0, 12), min_size=12, max_size=12))
def test_a_table_with_margins_hides_no_small_count_alone_in_its_row_or_column(counts):
    grid = np.array(counts, float).reshape(3, 4)
    true = grid.ravel()
    need = np.where((true > 0) & (true < 5), 5.0, 0.0)
    rows = [Equation(tuple(range(4 * r, 4 * r + 4)), (1.0,) * 4) for r in range(3)]
    columns = [Equation(tuple(range(c, 12, 4)), (1.0,) * 3) for c in range(4)]
    found = protected(
        Cells(true, true.copy(), true.copy(), need, np.zeros(12), np.zeros(12)), rows + columns
    )
    away = found.hidden.reshape(3, 4)
    sensitive = (need > 0).reshape(3, 4)
    for r, c in itertools.product(range(3), range(4)):
        if sensitive[r, c] and 4 * r + c not in found.exposed:
            assert away[r].sum() > 1
            assert away[:, c].sum() > 1


def test_sums_of_one_large_contributor_are_dominated_by_either_rule():
    rows = [("a", 90, 5, 5), ("b", 40, 30, 30), ("c", 100, 60, 9), ("d", 100, 60, 11), ("e", 5, 5)]
    shares = pd.DataFrame(
        [{"cell": name, "value": float(value)} for name, *values in rows for value in values]
    )
    # (1, 75): only a has one of more than 75 %; e has two contributors, fewer than three
    assert dominated(shares, Dominance(n=1, k=75)).index.tolist() == ["a", "e"]
    # 10 %: what is left without the two largest must be 10 % of the largest: c has 9 of 10
    found = dominated(shares, Dominance(p=10))["need"]
    assert found.round(6).to_dict() == {"a": 4.0, "c": 1.0, "e": 0.5}


def test_a_dominated_sum_of_points_is_hidden_with_another_and_so_are_its_rows(toy_place):
    corners = {0: (540_500, 180_500), 1: (541_500, 180_500), 2: (540_500, 181_500)}
    rents = {0: [900, 20, 10], 1: [100, 80, 70], 2: [70, 60, 50]}
    rows = [(*corners[ward], rent) for ward, values in rents.items() for rent in values]
    toy_place.write("data/rents.csv", pd.DataFrame(rows, columns=["x", "y", "rent"]).to_csv())
    toy_place.layer(
        "rents",
        "title: Rateable value\nunit: pounds\npolarity: neutral\nstatistic: sum\nvalue: rent\n"
        "apportion: points\nsource: {loader: points, file: data/rents.csv, x: x, y: y}\n"
        "period: 2023\ndisclosure: {counts: things, dominance: {n: 1, k: 80}}\n",
    )
    # 900 of 930 is more than 80 %: those who gave 30 must not know the 900 to within 195
    assert statuses(toy_place, "rents") == "ssoo"
    snapshot = toy_place.open().snapshot
    assert snapshot.trace("rents", WARDS[0]).rows == ()
    assert snapshot.layer("rents").summary()["place"] == 1360


def test_rounded_counts_are_multiples_and_rates_are_made_of_them(toy_place):
    table(toy_place, "wards", cases=[13, 22, 48, 57], homes=[101, 203, 307, 402])
    rule = "disclosure: {counts: people, rounding: 5}\n"
    toy_place.layer("homes", COUNT.replace("cases", "homes") + rule)
    rate = "{numerator: cases, denominator: homes, per: 100}"
    toy_place.layer("cases", COUNT.replace("value: cases", f"value: {rate}") + rule)
    snapshot = toy_place.open().build().snapshot
    homes, cases = snapshot.table("homes"), snapshot.table("cases")
    assert homes["value"].tolist() == [100, 205, 305, 400]
    assert cases["numerator"].tolist() == [15, 20, 50, 55]
    assert cases["denominator"].tolist() == [100, 205, 305, 400]
    assert cases["value"].tolist() == pytest.approx([15, 100 * 20 / 205, 5000 / 305, 13.75])
    assert cases["n"].isna().all()
    assert snapshot.layer("homes").summary()["place"] == 1015  # of 1,013
    assert snapshot.layer("homes").summary()["basis"] == "total, rounded"
    assert any("rounded to the nearest 5" in note for note in snapshot.layer("cases").notes)
    assert not snapshot.trace("homes", WARDS[0]).rows


def test_a_rate_is_hidden_where_what_it_is_divided_by_is(toy_place):
    table(toy_place, "wards", cases=[0, 90, 60, 70], folk=[3, 400, 300, 500])
    toy_place.layer("folk", COUNT.replace("cases", "folk"))
    rate = "value: {numerator: cases, denominator: folk, per: 100}"
    toy_place.layer("cases", COUNT.replace("value: cases", rate))
    assert statuses(toy_place, "folk") == "soso"
    snapshot = toy_place.open().snapshot
    cases = snapshot.table("cases")
    assert cases["status"].tolist()[0] == "suppressed"
    assert np.isnan(cases.loc[WARDS[0], "denominator"])
    assert cases.loc[[WARDS[1], WARDS[3]], "status"].tolist() == ["ok", "ok"]


def test_a_percentage_of_few_homes_is_hidden_though_the_homes_are_many(toy_place):
    corners = [(540_500, 180_500), (541_500, 180_500), (540_500, 181_500), (541_500, 181_500)]
    good = {0: 2, 1: 10, 2: 15, 3: 19}  # of twenty homes in each ward; in ward 4 all but one
    rows = [
        (x, y, 100 if number < good[ward] else 0)
        for ward, (x, y) in enumerate(corners)
        for number in range(20)
    ]
    toy_place.write("data/homes.csv", pd.DataFrame(rows, columns=["x", "y", "warm"]).to_csv())
    toy_place.layer(
        "warm",
        'title: Warm homes\nunit: "%"\npolarity: neutral\nvalue: warm\napportion: points\n'
        "source: {loader: points, file: data/homes.csv, x: x, y: y}\n"
        "period: 2023\ndisclosure: {counts: people}\n",
    )
    told = statuses(toy_place, "warm")
    assert (told[0], told[3]) == ("s", "s")


def test_the_complement_of_a_share_is_a_count_too(toy_place):
    table(toy_place, "wards", cases=[98, 40, 60, 50], folk=[100, 80, 90, 200])
    toy_place.layer("folk", COUNT.replace("cases", "folk"))
    rate = "limits: {low: 0, high: 100}\nvalue: {numerator: cases, denominator: folk, per: 100}"
    toy_place.layer("cases", COUNT.replace("value: cases", rate))
    # all but two of ward 1 are cases
    assert statuses(toy_place, "cases") == "soo" + "o" or statuses(toy_place, "cases")[0] == "s"
    assert statuses(toy_place, "cases").count("s") >= 2


def test_what_an_older_version_hides_stays_hidden_while_it_is_kept(toy_place):
    table(toy_place, "wards", cases=[3, 20, 30, 40])
    toy_place.layer("cases", COUNT)
    assert statuses(toy_place, "cases") == "ssoo"
    table(toy_place, "wards", cases=[8, 20, 30, 40])  # more than few now; the total told 3 before
    assert statuses(toy_place, "cases") == "ssoo"
    rule = "disclosure: {counts: things}\n"
    toy_place.layer("cases", COUNT + rule)  # another rule: somebody has decided otherwise
    assert statuses(toy_place, "cases") == "oooo"


def test_what_an_older_version_shows_is_not_used_to_hide_behind(toy_place):
    table(toy_place, "wards", cases=[8, 20, 30, 40])
    toy_place.layer("cases", COUNT)
    assert statuses(toy_place, "cases") == "oooo"
    table(toy_place, "wards", cases=[3, 20, 30, 41])
    # 20 and 30 are told already; 41 is new, and hides the 3
    assert statuses(toy_place, "cases") == "soos"


def old_wards(place, cases, corner=542_000):
    """Build the place for two wards of before: the south and the north, or nearly so."""
    import geopandas as gpd
    from shapely.geometry import box

    south = box(540_000, 180_000, corner, 181_000)
    north = box(540_000, 180_000, 542_000, 182_000).difference(south)
    codes = {"WD19CD": ["E05000001", "E05000002"], "WD19NM": ["Old south", "Old north"]}
    frame = gpd.GeoDataFrame(codes, geometry=[south, north], crs="EPSG:27700")
    frame.to_file(place.folder / "data/old.gpkg", driver="GPKG")
    now = (place.folder / "place.yaml").read_text("utf-8")
    then = now.replace("wd25", "wd19").replace("data/wards.gpkg", "data/old.gpkg")
    place.write("place.yaml", then)
    rows = [f"E0500000{number},{case}" for number, case in enumerate(cases, 1)]
    place.write("data/wards.csv", "WD19CD,cases\n" + "\n".join(rows) + "\n")
    place.layer("cases", COUNT)
    assert place.open().build().snapshot.table("cases")["value"].tolist() == list(cases)
    place.write("place.yaml", now)


def test_a_version_for_other_wards_is_set_against_those_of_today(toy_place):
    old_wards(toy_place, [53, 60])
    table(toy_place, "wards", cases=[3, 50, 20, 40])
    # with the smallest that suffices, 20, the old south less the 50 would tell the 3
    assert statuses(toy_place, "cases") == "ssoo"


def test_a_sliver_between_old_wards_and_new_is_not_told(toy_place):
    old_wards(toy_place, [72, 58], corner=541_990)
    table(toy_place, "wards", cases=[24, 50, 20, 36])
    # today's south has 74, the old one had 72 without a strip of 10 m: two people live there
    assert statuses(toy_place, "cases").startswith(("so", "os", "ss"))
    shown = toy_place.open().snapshot.table("cases")["value"]
    assert np.isnan(shown[WARDS[0]] + shown[WARDS[1]])


def test_a_place_with_few_in_all_is_refused_by_name(toy_place):
    table(toy_place, "wards", cases=[3, 0, 0, 0])
    toy_place.layer("cases", COUNT)
    with pytest.raises(DataError, match=r"cases.*nothing is published") as caught:
        toy_place.open().build()
    assert "so few in the whole place in 2021" in str(caught.value)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("disclosure: {counts: things, threshold: 5}\n", "counts: people together with"),
        ("disclosure: {counts: people, threshold: 0}\n", "threshold"),
        ("disclosure: {counts: things, dominance: {n: 1}}\n", "n and k together"),
        ("disclosure: {counts: things, dominance: {p: 10, n: 1, k: 5}}\n", "p alone"),
        ("part_of: nothing\n", "the id of another layer"),
        ("part_of: cases\n", "the layer itself"),
    ],
)
def test_wrong_rules_are_told_at_their_line(toy_place, rule, said):
    table(toy_place, "wards", cases=[3, 20, 30, 40])
    toy_place.layer("cases", COUNT + rule)
    with pytest.raises(ConfigError, match=r"layers/cases\.yaml:") as caught:
        toy_place.open().catalog()
    assert said in str(caught.value)


def test_a_mean_has_no_base_to_round_to(toy_place):
    table(toy_place, "wards", cases=[3, 20, 30, 40])
    text = COUNT.replace("statistic: sum", "statistic: mean\nweighted_by: people")
    toy_place.layer("cases", text + "disclosure: {counts: people, rounding: 5}\n")
    with pytest.raises(ConfigError, match="a mean is not rounded"):
        toy_place.open().catalog()


def test_figures_of_several_wards_are_sums_rates_and_means_of_theirs(toy_place):
    table(toy_place, "wards", cases=[10, 20, 30, 40], pay=[100, 200, 300, 400])
    rate = "value: {numerator: cases, denominator: people, per: 100}"
    toy_place.layer("cases", COUNT.replace("value: cases", rate))
    mean = COUNT.replace("statistic: sum", "weighted_by: people").replace("cases", "pay")
    toy_place.layer("pay", mean)
    snapshot = toy_place.open().build().snapshot
    found = custom_figures(snapshot, [WARDS[0], WARDS[1]])
    # 300 and 100 people; 30 cases; (300 × 100 + 100 × 200) / 400
    assert found["value"].to_dict() == pytest.approx({"people": 400, "cases": 7.5, "pay": 125})
    assert found.loc["cases", "basis"] == "rate of 2 areas"
    assert (found["status"] == "ok").all()


def test_several_wards_with_a_hidden_one_have_no_figure_and_say_so(toy_place):
    table(toy_place, "wards", cases=[3, 20, 30, 40])
    toy_place.layer("cases", COUNT)
    snapshot = toy_place.open().build().snapshot
    found = custom_figures(snapshot, [WARDS[0], WARDS[3]]).loc["cases"]
    assert (found["status"], np.isnan(found["value"])) == ("suppressed", True)
    assert found["basis"] == "1 of its 2 areas has a figure that is not shown"


def test_an_area_that_leaves_few_people_of_a_published_one_is_refused(toy_place):
    small = "lsoa21_code,people,cases,score,rank\nE01990001,400,40,10,2\nE01990002,6,10,30,1\n"
    toy_place.write("data/small_areas.csv", small)  # wards 3 and 4 have three people each
    toy_place.layer("cases", COUNT.replace("value: cases", "value: {numerator: cases, denominator: people, per: 1}"))  # fmt: skip  # noqa: E501
    table(toy_place, "wards", cases=[10, 20, 30, 40])
    snapshot = toy_place.open().build().snapshot
    with pytest.raises(DataError, match="a few people") as caught:
        custom_figures(snapshot, WARDS[:3])
    assert "Toytown" in str(caught.value)


def test_several_wards_are_asked_for_by_codes_that_there_are(toy_place):
    snapshot = toy_place.open().build().snapshot
    with pytest.raises(UsageError, match="none is given"):
        custom_figures(snapshot, [])
    with pytest.raises(UsageError, match="named twice"):
        custom_figures(snapshot, [WARDS[0], WARDS[0]])
    with pytest.raises(PlaceDataError, match="E0500000x"):
        custom_figures(snapshot, ["E0500000x", WARDS[0]])


def test_the_snapshot_keeps_the_rule_and_how_much_it_hides(toy_place):
    table(toy_place, "wards", cases=[3, 20, 30, 40])
    toy_place.layer("cases", COUNT)
    snapshot = toy_place.open().build().snapshot
    record = json.loads((snapshot.directory / "catalogue.json").read_text("utf-8"))["layers"]
    rule = next(item["disclosure"] for item in record if item["id"] == "cases")
    assert (rule["counts"], rule["threshold"], rule["hidden"]) == ("people", 5, 2)
