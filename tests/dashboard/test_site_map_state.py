"""How the map looks is in its address: classes, their number, the hatch; and in every format."""

from __future__ import annotations

import re

import pytest


def text_of(client, address):
    return client.get(address).get_data(as_text=True)


def snapshot_id(client):
    return re.search(r"v\d{6}-[0-9a-f]{8}", text_of(client, "/about"))[0]


def rows_of(markup):
    """The cells of each row of the table of values, as text."""
    table = re.search(r'id="values-table">(.*?)</table>', markup, re.DOTALL)[1]
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split())
         for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)
    ]  # fmt: skip


def document(client, query):
    return client.get(f"/snapshots/{snapshot_id(client)}/map.json?{query}").get_json()


def ranges(found):
    return re.findall(r'legend-text">([^<]+)<', found["parts"]["legend"])


def test_equal_intervals_are_of_one_width_over_all_years(client):
    # 17.5 to 40 over the three years, in three steps of 7.5: 17.5, 25, 32.5, 40
    found = document(client, "layer=no2&period=2023&classes=equal&k=3")
    # Abbey 29.5, Bridge End 20, 36, 26, 17.5, 31
    assert found["map"]["classes"] == [2, 1, 3, 2, 1, 2]
    assert len(found["map"]["palette"]) == 3
    assert "The classes are the same in all 3 periods, 2021 to 2023." in found["parts"]["legend"]


def test_classes_around_the_average_are_blue_where_better_and_orange_where_worse(client):
    found = document(client, "layer=no2&classes=around&k=4")
    average = (29.5 + 20 + 36 + 26 + 17.5 + 31) / 6
    figures = (29.5, 20.0, 36.0, 26.0, 17.5, 31.0)
    assert [number > 2 for number in found["map"]["classes"]] == [v > average for v in figures]
    blue, orange = found["map"]["palette"][0], found["map"]["palette"][-1]
    assert int(blue[5:], 16) > int(blue[1:3], 16)  # more blue than red
    assert int(orange[5:], 16) < int(orange[1:3], 16)
    said = found["parts"]["legend"]
    assert f"Blue is better (lower) than the average of Toyborough in 2023 ({average:.1f}" in said


def test_official_bands_are_those_of_the_layer_file(client):
    found = document(client, "layer=crowding&classes=bands")
    assert found["bands"] is True
    assert found["map"]["classes"] == [2, 1, 3, 2, 1, 3]  # 9, 3, 14, 6, 2, 11 in 5 and 10
    assert ranges(found) == ["up to 5%", "over 5 to 10%", "over 10%"]
    assert "Official bands: Office of Homes." in found["parts"]["legend"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("classes=quantile", "Did you mean ‘quantiles’?"),
        ("layer=no2&classes=bands", "has no official bands; quantiles are shown"),
        ("k=1", "only 2 to 9; 5 are shown"),
        ("k=many", "There cannot be ‘many’ classes"),
        ("unclear=perhaps", "not ‘perhaps’"),
    ],
)
def test_a_bad_wish_for_classes_is_told_and_the_usual_ones_are_shown(client, query, said):
    text = text_of(client, f"/?{query}")
    assert said in text
    found = document(client, query)
    assert found["state"]["classing"] == {"way": "quantiles", "k": 5, "unclear": False}


def test_only_what_is_unusual_is_in_the_address(client):
    found = document(client, "layer=no2&period=2023&classes=quantiles&k=5&unclear=no")
    assert found["query"] == "layer=no2&period=2023"
    found = document(client, "layer=no2&period=2023&classes=natural&k=4&unclear=yes")
    assert found["query"] == "layer=no2&period=2023&classes=natural&k=4&unclear=yes"


def test_wards_within_the_limits_of_their_figure_are_hatched_counted_and_in_the_table(client):
    # crime: counts per 1,000; its file states an error of 10 % of the value
    figures = [88.0, 41.0, 120.0, 75.0, 30.0, 101.0]
    average = sum(figures) / 6
    near = [abs(value - average) <= 1.6449 * 0.1 * value for value in figures]
    found = document(client, "layer=crime&unclear=yes")
    codes = [f"E0599000{at + 1}" for at, is_near in enumerate(near) if is_near]
    assert codes
    assert found["map"]["hatched"] == codes
    rows = re.findall(r"<li>(.*?)</li>", found["parts"]["legend"], re.DOTALL)
    hatched = next(row for row in rows if "not clearly different" in row)
    assert f"{len(codes)} ward" in hatched
    table = rows_of(found["parts"]["table"])
    at = next(i for i, cell in enumerate(table[0]) if "Against the average" in cell)
    said = {row[at + 1].split()[-1]: row[at] for row in table[1:7]}
    sides = ["clearly above" if value > average else "clearly below" for value in figures]
    expected = ["not clearly different" if n else s for n, s in zip(near, sides, strict=True)]
    assert [said[f"E0599000{at + 1}"] for at in range(6)] == expected
    svg = text_of(client, "/download/view.svg?layer=crime&unclear=yes")
    assert "pd-unclear" in svg
    assert "lies within the nine-in-ten limits" in " ".join(re.sub(r"<[^>]+>", " ", svg).split())


def test_where_no_error_is_known_nothing_is_hatched_and_that_is_said(client):
    found = document(client, "layer=turnout&unclear=yes")
    assert found["map"]["hatched"] == []
    assert (
        "Nothing can be hatched: the error of these figures is not known."
        in (found["parts"]["legend"])
    )


def test_a_score_is_hatched_where_the_interval_of_its_rank_holds_the_middle(client, place):
    node = place.snapshot.framework.top.id
    table = place.snapshot.score_table(node)
    expected = [
        code
        for code, row in table.iterrows()
        if row["low"] <= 3.5 <= row["high"]  # of six
    ]
    found = document(client, f"layer=score.{node}&unclear=yes")
    assert found["map"]["hatched"] == expected


@pytest.mark.parametrize("address", ["/download/view.svg", "/embed", "/download/map.html"])
def test_pictures_frames_and_files_have_the_classes_of_the_address(client, address):
    text = text_of(client, f"{address}?layer=crowding&classes=bands")
    assert "over 5 to 10%" in text
    assert "over 5 to 10%" not in text_of(client, f"{address}?layer=crowding")


def test_the_heading_shows_how_good_the_layer_is_and_the_panel_how_good_the_figure(client):
    found = document(client, "layer=no2&area=E05990001")
    assert re.search(
        r'class="quality quality-[a-d]" href="/layers/no2#quality"', found["parts"]["heading"]
    )
    assert re.search(r'class="quality quality-[a-d]"', found["parts"]["area"])


def test_classes_are_chosen_without_a_script(client):
    text = text_of(client, "/?layer=no2&classes=natural&k=3&unclear=yes")
    assert '<option value="natural" selected>' in text
    assert re.search(r"<option selected>3</option>", text)
    assert re.search(r'name="unclear" value="yes" checked', text)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("beside=crimes", "Did you mean ‘crime’?"),
        ("beside=no2&beside_period=1999", "has no figures for ‘1999’"),
    ],
)
def test_a_second_map_that_is_not_there_is_told(client, query, said):
    assert said in text_of(client, f"/?layer=no2&{query}")


def test_two_maps_are_in_picture_file_and_table_with_both_titles(client):
    query = "layer=no2&period=2023&beside=no2&beside_period=2021"
    svg = text_of(client, f"/download/view.svg?{query}")
    assert "Nitrogen dioxide, 2023 beside Nitrogen dioxide, 2021" in svg
    names = re.findall(r'\bid="([^"]+)"', svg)
    assert len(names) == len(set(names))
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(names)
    table = text_of(client, f"/download/view.csv?{query}")
    assert {"2023", "2021"} <= set(re.findall(r",(20\d\d),", table))
    assert client.get(f"/download/view.png?{query}").data[:4] == b"\x89PNG"
    assert "31.5" in text_of(client, f"/embed?{query}")


def test_two_years_of_a_layer_have_the_same_classes_and_so_has_every_stop_of_the_slider(client):
    two = document(client, "layer=no2&period=2021&beside=no2&beside_period=2023&k=3")
    assert ranges(two)[:3] == ranges(two)[3:6]
    assert two["map"]["palette"] == two["beside"]["palette"]
    assert "Both maps have the same classes" in two["parts"]["legend"]
    # 18 figures, 17.5 to 40: their thirds are at 25.3 and 31.2 (numpy's linear quantiles by hand:
    # place 5.67 and 11.33 among 17.5 18.5 19.5 20 21 22 26 27 28 29.5 30.5 31 31.5 33 35 36 38 40)
    for period, numbers in (("2021", [3, 1, 3, 2, 1, 3]), ("2023", [2, 1, 3, 2, 1, 2])):
        found = document(client, f"layer=no2&period={period}&k=3")
        assert found["map"]["classes"] == numbers
        assert ranges(found)[:3] == ranges(two)[:3]
    other = document(client, "layer=no2&beside=crime")
    assert "Both maps" not in other["parts"]["legend"]
    credit = " ".join(other["parts"]["credit"].split())
    assert credit.count("ource: ") == 2
