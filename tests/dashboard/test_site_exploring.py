"""Compare, Rankings, Trends and Relationships: what they say is what the snapshot says."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html import unescape

import pytest

ABBEY, BRIDGE, LONG = "E05990001", "E05990002", "E05990005"


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def rows(text, caption):
    """The cells of the table whose caption holds the words, tags taken away."""
    for table in re.findall(r"<table.*?</table>", text, re.DOTALL):
        if caption in re.sub(r"<[^>]+>", "", table.partition("</caption>")[0]):
            return [
                [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in
                 re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)]
                for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)
            ]  # fmt: skip
    raise AssertionError(caption)


def test_rankings_stand_best_first_with_interval_and_group_of_the_snapshot(client, place):
    table = place.snapshot.score_table(place.snapshot.framework.top.id).sort_values("rank")
    shown = rows(page(client, "/rankings"), "the same in a table")[1:]
    assert [int(row[0]) for row in shown] == [1, 2, 3, 4, 5, 6]
    assert [row[-2] for row in shown] == list(table.index)
    for row, (_, told) in zip(shown, table.iterrows(), strict=True):
        assert float(row[2]) == pytest.approx(told["score"], abs=0.05)
        low, high = int(told["low"]), int(told["high"])
        assert row[3] == (f"{low} to {high}" if low < high else str(low))
        assert row[4] == str(int(told["group"]))


def test_a_ward_is_picked_out_of_the_ranking_by_its_postcode(client, toyborough):
    """By hand: Abbey has 29.5, the fourth lowest of six."""
    answer = client.get("/rankings?layer=no2&pick=tb1+1aa", follow_redirects=True)
    assert "area=E05990001" in answer.request.query_string.decode()
    assert "Abbey: 29.5 µg/m³, 4th of 6" in answer.text.replace("\xa0", " ")
    assert '<tr class="chosen">' in answer.text


def test_a_layer_where_low_is_good_is_ranked_from_its_lowest_figure(client, toyborough):
    figures = dict(zip(toyborough.NAMES, toyborough.FIGURES["no2"]["2022"], strict=True))
    shown = rows(page(client, "/rankings?layer=no2&period=2022"), "the same in a table")[1:]
    assert [row[-2] for row in shown] == sorted(figures, key=figures.get)
    assert "Lower is better" in page(client, "/rankings?layer=no2")


def test_a_ward_without_a_figure_stands_last_in_the_ranking(client):
    shown = rows(page(client, "/rankings?layer=green"), "the same in a table")[1:]
    assert shown[-1][0] == ""
    assert shown[-1][2] == "[x]"


def test_an_unknown_layer_is_told_and_another_is_shown(client):
    text = page(client, "/rankings?layer=no22")
    assert "There is no layer ‘no22’. Did you mean ‘no2’?" in text


def test_the_ranking_is_downloaded_as_the_picture_on_the_page(client):
    answer = client.get("/rankings.svg?layer=no2")
    assert answer.mimetype == "image/svg+xml"
    title = ET.fromstring(answer.data).find("{http://www.w3.org/2000/svg}title").text
    assert title == "Nitrogen dioxide, 2023"


def test_trends_show_every_period_of_the_chosen_wards(client, toyborough):
    shown = rows(page(client, f"/trends?layer=no2&areas={ABBEY},{LONG}"), "the same in a table")
    assert [row[0] for row in shown[1:]] == ["2021", "2022", "2023"]
    figures = toyborough.FIGURES["no2"]
    assert [row[1:3] for row in shown[1:]] == [
        [f"{figures[period][0]:.1f}", f"{figures[period][4]:.1f}"] for period in figures
    ]


def test_a_ward_is_added_by_name_postcode_or_code(client):
    for asked in ("bridge end", "TB1 2AA", BRIDGE):
        text = page(client, f"/trends?layer=no2&areas={ABBEY}&add={asked}")
        assert "Take Abbey away" in text
        assert "Take Bridge End away" in text


def test_what_cannot_be_added_is_told_and_the_rest_stays(client):
    text = page(client, f"/trends?layer=no2&areas={ABBEY},E05999999&add=Abey")
    assert "has no ward ‘E05999999’" in text
    assert "There is no ward ‘Abey’ in Toyborough. Did you mean ‘Abbey’?" in text
    assert "Take Abbey away" in text


def test_at_most_six_wards_are_set_beside_each_other(client, toyborough):
    every = ",".join(toyborough.NAMES)
    assert "as many as fit" in page(client, f"/trends?areas={every}")


def test_a_layer_of_one_period_says_that_there_is_no_trend_yet(client):
    assert "so there is no trend yet" in page(client, "/trends?layer=crime")


def test_the_change_of_a_ward_is_told_with_its_direction(client):
    text = page(client, f"/trends?layer=no2&areas={ABBEY}")
    said = "Abbey: down from 31.5\N{NO-BREAK SPACE}µg/m³ in 2021 to 29.5\N{NO-BREAK SPACE}µg/m³"
    assert said in text
    assert "which is better" in text


def test_relationships_tell_the_correlation_of_the_two_layers(client):
    # no2 2023 and crime 2023 of six wards, r by numpy.corrcoef of the figures in toyborough.py
    import numpy as np

    r = np.corrcoef([29.5, 20.0, 36.0, 26.0, 17.5, 31.0], [88.0, 41.0, 120.0, 75.0, 30.0, 101.0])
    text = page(client, "/relationships?x=no2&y=crime")
    assert f"r = {r[0, 1]:.2f}" in text
    assert "over 6 wards" in text
    assert "does not show that one causes the other" in text


def test_a_ward_that_lacks_one_figure_is_left_out_and_counted(client):
    text = page(client, "/relationships?x=no2&y=green")
    assert "over 5 wards" in text
    assert "1 ward left out" in text


def test_the_matrix_has_the_same_number_both_ways(client):
    found = rows(page(client, "/relationships?matrix=Scores: index and dimensions"), "Correlations")
    numbers = [row[1:] for row in found[1:]]
    assert all(numbers[i][i] == "–" for i in range(len(numbers)))
    assert numbers == [list(column) for column in zip(*numbers, strict=True)]


def test_comparing_needs_two_wards_and_says_how_to_begin(client):
    text = page(client, f"/compare?areas={ABBEY}")
    assert "Choose one ward more" in text
    begun = re.search(r'href="(/compare\?areas=[^"]+)"', page(client, "/compare"))[1]
    assert "Scores from 0 to 100" in page(client, begun)


def test_the_comparison_shows_each_wards_scores_and_figures(client, place, toyborough):
    text = page(client, f"/compare?areas={ABBEY},{LONG}")
    table = place.snapshot.score_table(place.snapshot.framework.top.id)["score"]
    scores = rows(text, "Scores from 0 to 100")[1]
    assert [float(cell.split()[0]) for cell in scores[1:3]] == pytest.approx(
        [table[ABBEY], table[LONG]], abs=0.05
    )
    crime = next(row for row in rows(text, "Indicators") if "Recorded crime" in row[0])
    assert [float(cell.split()[0]) for cell in crime[1:3]] == [
        toyborough.FIGURES["crime"]["2023"][at] for at in (0, 4)
    ]
    assert "Lower is better" in crime[0]


@pytest.mark.parametrize("address", ["/rankings", "/trends", "/relationships", "/compare"])
def test_boroughs_can_be_chosen_on_every_page(boroughs, address):
    text = page(boroughs.test_client(), f"{address}?level=lad25")
    assert "There is no level" not in text
    assert "boroughs" in text
