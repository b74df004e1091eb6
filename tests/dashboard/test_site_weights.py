"""The index with other weights, against sums done by hand, and its page."""

from __future__ import annotations

import re

import pytest

from placedata.insight import parts, reweighed


def scores(snapshot, *nodes):
    return [snapshot.score_table(node)["score"] for node in nodes]


def test_with_published_weights_every_score_and_rank_is_the_published_one(place):
    snapshot = place.snapshot
    top = snapshot.framework.top.id
    made, told = reweighed(snapshot, {}), snapshot.score_table(top)
    assert made["score"].to_numpy() == pytest.approx(told["score"].to_numpy(), nan_ok=True)
    assert made["rank"].to_numpy() == pytest.approx(told["rank"].to_numpy(), nan_ok=True)
    assert (made["change"].dropna() == 0).all()


def test_a_dimension_that_counts_double_is_twice_in_the_mean(place):
    snapshot = place.snapshot
    tree = parts(snapshot)
    dimensions = [part.id for part in tree if part.parent == tree[0].id]
    assert len(dimensions) > 1
    made = reweighed(snapshot, {dimensions[0]: 2.0})["score"]
    first, *others = scores(snapshot, *dimensions)
    by_hand = (2 * first + sum(others)) / (2 + len(others))
    assert made.to_numpy() == pytest.approx(by_hand.to_numpy(), nan_ok=True)


def test_a_part_that_counts_nothing_is_left_out(place):
    snapshot = place.snapshot
    tree = parts(snapshot)
    dimensions = [part.id for part in tree if part.parent == tree[0].id]
    made = reweighed(snapshot, dict.fromkeys(dimensions[1:], 0.0))["score"]
    assert made.to_numpy() == pytest.approx(scores(snapshot, dimensions[0])[0].to_numpy())


def test_with_no_weight_anywhere_there_is_no_score(place):
    snapshot = place.snapshot
    tree = parts(snapshot)
    made = reweighed(snapshot, {part.id: 0.0 for part in tree if part.parent})
    assert made["score"].isna().all()
    assert made["rank"].isna().all()


def test_the_page_ranks_with_the_weights_of_its_address(client, place):
    snapshot = place.snapshot
    tree = parts(snapshot)
    dimension = next(part.id for part in tree if part.parent == tree[0].id)
    text = client.get(f"/weights?w={dimension}:3").get_data(as_text=True)
    assert re.search(rf'id="w-{dimension}"[^>]*value="3.0"', text)
    table = reweighed(snapshot, {dimension: 3.0}).sort_values("rank")
    shown = re.findall(r'<tr><td class="figure">(\d+)</td>.*?href="/areas/(E\d+)"', text)
    assert [code for _, code in shown] == list(table.index)


def test_sliders_work_without_a_script(client, place):
    part = parts(place.snapshot)[1]
    text = client.get(f"/weights?w.{part.id}=0.5").get_data(as_text=True)
    assert re.search(rf'id="w-{part.id}"[^>]*value="0.5"', text)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("sheltr:2", "has no part ‘sheltr’. Did you mean ‘shelter’?"),
        ("shelter:99", "‘99’ is no weight for shelter: 0 to 4 times."),
        ("shelter:nan", "‘nan’ is no weight for shelter"),
        ("shelter:-1", "‘-1’ is no weight for shelter"),
    ],
)
def test_bad_weights_are_told_and_the_published_ones_used(client, asked, told):
    text = client.get(f"/weights?w={asked}").get_data(as_text=True)
    assert told in text
    assert "No rank differs from the published one." in text
