"""Who would disagree, as a column of the map: it can be chosen, and says what the scores say."""

from __future__ import annotations

import math
import re

import pytest


@pytest.fixture(scope="module")
def snapshot(place):
    return place.snapshot


@pytest.fixture(scope="module")
def page(application, snapshot):
    top = snapshot.framework.top.id
    answer = application.test_client().get(f"/?layer=disagree.{top}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_map_offers_who_would_disagree_and_shows_it(page, snapshot):
    top = snapshot.framework.top
    assert re.search(rf'<option value="disagree\.{top.id}" selected[^>]*>Who would disagree<', page)
    assert f"Who would disagree: {top.title}" in page
    assert "% of weightings" in page
    assert "move the area into or out of the first or the last tenth" in page
    assert "Darker is more." in page


def test_its_table_holds_the_column_of_the_scores_in_per_cent(page, snapshot):
    from placedata.wording import format_number

    column = snapshot.score_table(snapshot.framework.top.id)["disagree"]
    told = re.findall(
        r'<tr data-area="([^"]+)"[^>]*>.*?<td class="figure">([^<]+)<', page, re.DOTALL
    )
    assert dict(told) == {
        code: format_number(100 * share, 1) if not math.isnan(share) else "[x]"
        for code, share in column.items()
    }
    assert column.between(0, 1).sum() > 2


def test_there_is_no_link_to_a_trace_that_there_is_not(page):
    assert "/trace/disagree." not in page


def test_downloads_of_the_view_hold_it_too(application, snapshot):
    top = snapshot.framework.top.id
    client = application.test_client()
    text = client.get(f"/download/view.csv?layer=disagree.{top}").get_data(as_text=True)
    assert "% of weightings" in text
    assert client.get(f"/download/view.svg?layer=disagree.{top}").status_code == 200
    assert client.get(f"/download/map.html?layer=disagree.{top}").status_code == 200


def test_the_table_says_who_they_are(page, snapshot):
    who = snapshot.score_table(snapshot.framework.top.id)["who"]
    said = [words for words in who if words]
    assert said
    assert all(f"<td>{words}</td>" in page for words in said)
