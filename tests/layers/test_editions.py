"""Editions: chains of lookups, code history, series over a change, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from placedata.errors import DataError

WARDS = ["E05990001", "E05990002", "E05990003", "E05990004"]
#: Small areas of 2011 (not drawn in the place) -> those of 2021; the south one kept its code.
TABLE = """\
LSOA11CD,LSOA21CD,CHGIND
E01990001,E01990001,U
E01990011,E01990002,M
E01990012,E01990002,M
E01888888,E01888889,U
"""
RULE = """\
  - {from: lsoa11, to: lsoa21, by: file, file: data/lsoa11_lsoa21.csv, code_from: LSOA11CD,
     code_to: LSOA21CD, change: CHGIND}
"""
HOMES = """\
title: Homes
unit: homes
polarity: neutral
statistic: sum
source: {loader: table, file: data/homes*.csv}
value: homes
period: {from: year}
"""


@pytest.fixture
def chained(toy_place):
    """Toytown with a table from small areas of 2011 to those of 2021."""
    text = (toy_place.folder / "place.yaml").read_text("utf-8")
    toy_place.write("place.yaml", text.replace("lookups:\n", "lookups:\n" + RULE))
    toy_place.write("data/lsoa11_lsoa21.csv", TABLE)
    toy_place.layer("homes", HOMES)
    return toy_place


def built(place, name="homes"):
    return place.open().check()[name]


def values(layer, period):
    rows = layer.values[layer.values["period"] == period].set_index("area_code")["value"]
    return rows.reindex(WARDS).tolist()


OLD = "LSOA11CD,year,homes\nE01990001,2015,40\nE01990011,2015,12\nE01990012,2015,8\n"
NEW = "LSOA21CD,year,homes\nE01990001,2023,80\nE01990002,2023,30\n"


def test_a_chain_of_lookups_is_found_and_its_path_told(chained):
    chained.write("data/homes.csv", OLD)
    layer = built(chained)
    # South: 40 by three postcodes to one. North: 12 + 8 merged, then one postcode each.
    assert values(layer, "2015") == pytest.approx([30, 10, 10, 10])
    assert "lsoa11 areas by way of lsoa21" in layer.method
    assert (layer.flows[0].allocated, layer.flows[0].outside) == (60, 0)


def test_a_series_over_a_change_of_edition_is_rebuilt_on_one_and_the_change_is_marked(chained):
    chained.write("data/homes_2015.csv", OLD)
    chained.write("data/homes_2023.csv", NEW)
    layer = built(chained)
    assert values(layer, "2015") == pytest.approx([30, 10, 10, 10])
    assert values(layer, "2023") == pytest.approx([60, 20, 15, 15])
    assert layer.breaks == ({"period": "2023", "before": "2015", "from": "lsoa11", "to": "lsoa21"},)
    assert any("LSOAs of 2011 to LSOAs of 2021 in 2023" in note for note in layer.notes)


def test_the_mark_of_a_change_is_in_the_snapshot_and_stays_when_nothing_is_built_anew(chained):
    chained.write("data/homes_2015.csv", OLD)
    chained.write("data/homes_2023.csv", NEW)
    place = chained.open()
    place.build()
    first = place.snapshot.layer("homes").breaks
    assert [(item["period"], item["to"]) for item in first] == [("2023", "lsoa21")]
    chained.layer("others", HOMES.replace("Homes", "Other homes"))
    again = chained.open()
    assert again.build().reused
    assert again.snapshot.layer("homes").breaks == first


def test_means_are_weighed_by_people_of_the_same_edition(chained):
    chained.write("data/homes_2015.csv", OLD)
    chained.write("data/homes_2023.csv", NEW)
    chained.layer(
        "score",
        HOMES.replace("title: Homes", "title: Score")
        .replace("statistic: sum", "apportion: weighted_mean\nweighted_by: homes")
        .replace("data/homes*", "data/score*")
        .replace("value: homes", "value: score"),
    )
    chained.write(
        "data/score.csv",
        "LSOA11CD,year,score\nE01990001,2015,5\nE01990011,2015,10\nE01990012,2015,20\n",
    )
    # North: (12 × 10 + 8 × 20) / 20.
    assert values(built(chained, "score"), "2015") == pytest.approx([5, 5, 14, 14])


def test_an_edition_that_the_place_does_not_know_is_refused_by_its_name(toy_place):
    toy_place.layer("homes", HOMES)
    toy_place.write("data/homes.csv", OLD)
    with pytest.raises(DataError) as caught:
        toy_place.open().check()
    told = str(caught.value)
    assert "layers/homes.yaml" in told
    assert "source: found codes of lsoa11" in told
    assert "1 of its 2 lsoa21 areas have the same code, and E01990002 are not among them" in told
    assert "a table from lsoa11 to lsoa21" in told


def test_codes_that_say_no_edition_and_fit_only_in_part_are_refused(toy_place):
    toy_place.layer("homes", HOMES)
    toy_place.write("data/homes.csv", "CODE,year,homes\nE05990001,2015,40\nE05980002,2015,90\n")
    with pytest.raises(DataError) as caught:
        toy_place.open().check()
    assert "1 of 4 wd25 areas; E05990002, E05990003, E05990004 are not among" in str(caught.value)
    assert "but E05980002 are" in str(caught.value)
    stated = HOMES.replace("data/homes*.csv", "data/homes.csv, geography: wd25")
    toy_place.layer("homes", stated)
    assert values(built(toy_place), "2015")[1:] == pytest.approx([float("nan")] * 3, nan_ok=True)


def test_codes_of_an_edition_without_a_way_to_wards_name_the_edition_that_fits(toy_place):
    text = (toy_place.folder / "place.yaml").read_text("utf-8")
    toy_place.write("place.yaml", text[: text.index("lookups:")] + "publisher: Toytown\n")
    with pytest.raises(DataError, match=r"codes that fit lsoa21 \(2 areas\), not wd25"):
        toy_place.open().check()


def old_wards(toy_place, codes=("E05980001", "E05980002")):
    """Two wards of 2013: south (1 and 2) and north (3 and 4)."""
    import geopandas as gpd
    from shapely.geometry import box

    halves = [box(540_000, y, 542_000, y + 1000) for y in (180_000, 181_000)]
    frame = gpd.GeoDataFrame({"WD13CD": codes, "WD13NM": codes}, geometry=halves, crs="EPSG:27700")
    frame.to_file(toy_place.write("data/old.gpkg", ""), driver="GPKG")
    text = (toy_place.folder / "place.yaml").read_text("utf-8")
    text = text.replace("boundaries:\n", "boundaries:\n  wd13: data/old.gpkg\n")
    return toy_place.write(
        "place.yaml",
        text.replace(
            "lookups:\n",
            "lookups:\n  - {from: wd13, to: wd25, by: history, file: data/Changes.csv}\n",
        ),
    )


CHANGES = """\
GEOGCD,GEOGNM,GEOGNMW,GEOGCD_P,GEOGNM_P,GEOGNMW_P,SI_ID,SI_TITLE,OPER_DATE,ENTITYCD,YEAR
E05990001,Abbey,,E05980001,South,,1/2,Order,05/05/2022,E05,2022
E05990002,Marsh,,E05980001,South,,1/2,Order,05/05/2022,E05,2022
E05990003,Castle,,E05980002,North,,1/2,Order,05/05/2022,E05,2022
E05990004,Dene,,E05980002,North,,1/2,Order,05/05/2022,E05,2022
"""
WARD_HOMES = HOMES.replace("data/homes*.csv", "data/ward_homes.csv, geography: wd13")


def test_old_wards_come_to_new_ones_by_the_history_of_codes_and_postcodes(toy_place):
    old_wards(toy_place)
    toy_place.write("data/Changes.csv", CHANGES)
    toy_place.layer("homes", WARD_HOMES)
    toy_place.write(
        "data/ward_homes.csv", "WD13CD,year,homes\nE05980001,2015,40\nE05980002,2015,90\n"
    )
    layer = built(toy_place)
    # South: three postcodes in ward 1 and one in ward 2. North: one in each.
    assert values(layer, "2015") == pytest.approx([30, 10, 45, 45])
    assert "splits by postcodes" in layer.method


def test_codes_that_join_nothing_are_told_with_the_years_that_they_were_in_force(toy_place):
    text = (toy_place.folder / "place.yaml").read_text("utf-8")
    toy_place.write("place.yaml", text + "code_history: data/ChangeHistory.csv\n")
    toy_place.write(
        "data/ChangeHistory.csv",
        "GEOGCD,GEOGNM,OPER_DATE,TERM_DATE,ENTITYCD,STATUS\n"
        "E05970001,Old Abbey,01/05/2009,04/05/2022,E05,terminated\n"
        "E05970002,Old Marsh,03/05/2010,04/05/2022,E05,terminated\n",
    )
    toy_place.layer("homes", HOMES)
    toy_place.write("data/homes.csv", "WARD,year,homes\nE05970001,2015,4\nE05970002,2015,9\n")
    with pytest.raises(DataError) as caught:
        toy_place.open().check()
    assert "in force from 3 May 2010 to 4 May 2022, says the code history" in str(caught.value)


def test_a_dasymetric_rule_shares_out_by_the_layer_that_it_names(toy_place):
    text = (toy_place.folder / "place.yaml").read_text("utf-8")
    rule = "{from: lsoa21, to: wd25, by: dasymetric, ancillary: homes}"
    toy_place.write("place.yaml", text.replace("{from: lsoa21, to: wd25, by: postcodes}", rule))
    toy_place.layer(
        "homes",
        "title: Homes\nunit: homes\npolarity: neutral\nstatistic: count\nperiod: 2021\n"
        "source: {loader: points, file: data/homes.csv, x: x, y: y}\n",
    )
    # Nine homes in ward 1 and one in ward 2; none in the north: by area, and said so.
    spots = [(540_000 + 50 * i, 180_500) for i in range(1, 10)] + [(541_500, 180_500)]
    rows = "\n".join(f"{x},{y}" for x, y in spots)
    toy_place.write("data/homes.csv", "x,y\n" + rows + "\n")
    layer = built(toy_place, "people")
    assert values(layer, "2021") == pytest.approx([360, 40, 100, 100])
    assert "by where in them another layer says that people are" in layer.method
    assert any("nothing of the layer in them: 1 (E01990002)" in note for note in layer.notes)


def test_addresses_share_out_where_the_place_has_them(toy_place):
    text = (toy_place.folder / "place.yaml").read_text("utf-8")
    text = text.replace("to: wd25, by: postcodes", "to: wd25, by: addresses")
    toy_place.write("place.yaml", text + "addresses: {loader: points, file: data/addresses.csv}\n")
    # South: one address in ward 1 and four in ward 2. North: three and one.
    spots = [(540_500, 180_500)] + [(541_500, 180_500 + i) for i in range(4)]
    spots += [(540_500, 181_500 + i) for i in range(3)] + [(541_500, 181_500)]
    rows = "\n".join(f"{x},{y}" for x, y in spots)
    toy_place.write("data/addresses.csv", "x,y\n" + rows + "\n")
    layer = built(toy_place, "people")
    assert values(layer, "2021") == pytest.approx([80, 320, 150, 50])
    assert layer.method == "lsoa21 areas shared out by addresses"


def test_addresses_that_the_place_does_not_have_are_refused(toy_place):
    text = (toy_place.folder / "place.yaml").read_text("utf-8")
    toy_place.write("place.yaml", text.replace("by: postcodes", "by: addresses"))
    with pytest.raises(Exception, match=r"lookups.0.by: found 'addresses'; allowed: addresses: …"):
        toy_place.open().check()


def test_too_few_areas_tell_no_error_and_none_is_made_up(toy_place):
    layer = built(toy_place, "people")
    assert layer.apportionment is None
    assert layer.values["error_apportionment"].isna().all()


def test_a_dasymetric_rule_without_its_layer_is_refused(toy_place):
    text = (toy_place.folder / "place.yaml").read_text("utf-8")
    wrong = "{from: lsoa21, to: wd25, by: dasymetric, ancillary: hommes}"
    toy_place.write("place.yaml", text.replace("{from: lsoa21, to: wd25, by: postcodes}", wrong))
    with pytest.raises(Exception, match=r"place.yaml:\d+: lookups\.0\.ancillary: found 'hommes'"):
        toy_place.open().check()


def test_codes_split_and_merged_in_two_years_are_followed_through_both():
    from placedata.lookups.history import changed_codes

    rows = [
        ("B", "A", "01/04/2019"), ("C", "A", "01/04/2019"), ("D", "B", "2021-04-01"),
        ("D", "E", "2021-04-01"), ("F", "F", "01/04/2020"), ("H", "G", "01/04/2024"),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["GEOGCD", "GEOGCD_P", "OPER_DATE"])
    found = changed_codes(table, (2018, 2022), ["A", "E", "F", "G"])
    pairs = sorted(found.itertuples(index=False, name=None))
    # G changes only after 2022, and F only its name.
    assert pairs == [("A", "C"), ("A", "D"), ("E", "D"), ("F", "F"), ("G", "G")]


def test_a_code_that_gave_a_part_away_and_lives_on_is_split():
    from placedata.lookups.history import changed_codes

    table = pd.DataFrame([("B", "A", "01/05/2022")], columns=["GEOGCD", "GEOGCD_P", "OPER_DATE"])
    found = changed_codes(table, (2021, 2022), ["A"], targets=["A", "B"])
    assert found["to_code"].tolist() == ["A", "B"]


def test_a_history_of_codes_with_a_date_that_is_none_is_refused():
    from placedata.lookups.history import changed_codes

    table = pd.DataFrame([("B", "A", "soon")], columns=["GEOGCD", "GEOGCD_P", "OPER_DATE"])
    with pytest.raises(DataError, match="OPER_DATE: found 'soon'"):
        changed_codes(table, (2021, 2022), ["A"])
    with pytest.raises(DataError, match="OPER_DATE: found no such column"):
        changed_codes(table[["GEOGCD", "GEOGCD_P"]], (2021, 2022), ["A"])
