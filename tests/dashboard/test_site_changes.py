"""The page of changes: what differs between two snapshots and why, who published what."""

from __future__ import annotations

import html
import math
import re

import pytest

from dashboard.app import create_app
from dashboard.ledgers import moved


@pytest.fixture(scope="module")
def changing(toyborough, tmp_path_factory):
    """Two snapshots: in the second turnout is 5.5 higher and nitrogen dioxide 1 higher in every
    ward, its worst goalpost is 50 and not 60, and nine homes are lost."""
    from placedata import Place

    opened = Place.open(toyborough.write_place(tmp_path_factory.mktemp("web") / "changing"))
    opened.build()
    toyborough.write_layer(opened.directory, "turnout", add=5.5)
    toyborough.write_layer(opened.directory, "no2", add=1)
    path = opened.directory / "layers/no2.yaml"
    path.write_text(path.read_text("utf-8").replace("worst: 60", "worst: 50"), "utf-8")
    path = opened.directory / "layers/homes.yaml"
    path.write_text(path.read_text("utf-8") + "control: {total: 29809}\n", "utf-8")
    opened.build(allow_imbalance="nine homes fell into the sea")
    return opened


@pytest.fixture(scope="module")
def client(changing):
    return create_app(changing).test_client()


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.unescape(answer.get_data(as_text=True))


def cells(row):
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[dh].*?</t[dh]>", row)]


def test_with_one_snapshot_the_page_says_that_there_is_nothing_to_compare(application):
    page = text_of(application.test_client(), "/changes")
    assert "Only one snapshot is kept so far" in page
    assert "<select" not in page


def test_the_newest_two_are_compared_unless_asked_otherwise(client, changing):
    page = text_of(client, "/changes")
    old, new = changing.history().index
    assert f'value="{old}" selected' in page
    assert f'value="{new}" selected' in page
    back = text_of(client, f"/changes?from={new}&to={old}")
    assert "−5.5" in back
    assert "+5.5" not in back


def test_the_layer_that_changed_is_told_with_how_much_and_why(client):
    page = text_of(client, "/changes")
    table = re.search(r'id="layers-caption".*?</table>', page, re.DOTALL)[0]
    rows = [cells(row) for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)]
    (row,) = [row for row in rows if row[0].startswith("Turnout")]
    assert row[1:5] == ["2022", "6", "+5.5", "data"]
    assert "data" in row[6]


def test_each_figure_of_a_layer_can_be_seen_before_and_after(client, toyborough):
    page = text_of(client, "/changes?layer=turnout&period=2022")
    table = re.search(r'id="figures-caption".*?</table>', page, re.DOTALL)[0]
    rows = [cells(row) for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)][1:]
    before = toyborough.FIGURES["turnout"]["2022"]
    assert [row[1] for row in rows] == [f"{value:g}" for value in before]
    assert [row[2] for row in rows] == [f"{value + 5.5:g}" for value in before]
    assert {row[3] for row in rows} == {row[4] for row in rows} == {"+5.5"}


def test_scores_are_split_into_causes_that_add_up(client, toyborough):
    page = text_of(client, "/changes")
    table = re.search(r'id="scores-caption".*?</table>', page, re.DOTALL)[0]
    head, *rows = [cells(row) for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)]
    assert head[4:] == ["Change", "Of it: data", "Of it: method"]
    assert len(rows) == len(toyborough.NAMES)
    for row in rows:
        change, data, method = (float(cell.replace("−", "-")) for cell in row[4:])
        assert data + method == pytest.approx(change, abs=0.006)
        assert data < 0
        assert method < 0


def test_the_parts_of_a_score_are_those_worked_out_by_hand(changing):
    """A component is the geometric mean of no2 and green, and green is the same in both."""
    old, new = 31.0, 32.0  # Dene & Heath

    def root(value, worst):
        return math.sqrt(100 * (worst - value) / (worst - 5))

    data = (root(new, 60) - root(old, 60) + root(new, 50) - root(old, 50)) / 2
    method = (root(old, 50) - root(old, 60) + root(new, 50) - root(new, 60)) / 2
    rows = changing.diff("1").score_parts.set_index(["area_code", "node"])
    found = rows.loc[("E05990006", "environmental_quality")]
    assert found["change"] < 0
    assert found["data"] / found["change"] == pytest.approx(data / (data + method))
    assert found["method"] / found["change"] == pytest.approx(method / (data + method))


def test_the_reason_of_an_imbalance_stands_on_every_page(client):
    for address in ("/", "/areas/E05990001", "/layers/homes", "/about", "/changes"):
        assert "nine homes fell into the sea" in text_of(client, address), address
    layer = text_of(client, "/layers/homes")
    assert "control.total: found 29,800 in 2021; allowed: 29,809" in layer
    assert "nine homes" in text_of(client, "/trace/homes/E05990001")


def test_the_audit_log_tells_who_did_what_and_when(client, changing):
    page = text_of(client, "/changes")
    log = re.search(r'id="log-caption".*?</table>', page, re.DOTALL)[0]
    rows = [cells(row) for row in re.findall(r"<tr>.*?</tr>", log, re.DOTALL)][1:]
    assert [row[2] for row in rows] == ["Published although unbalanced", "Published", "Published"]
    assert rows[0][4] == "nine homes fell into the sea"
    assert {row[1] for row in rows} == set(changing.audit()["user"])


def test_warnings_of_the_build_are_told_with_their_layers(client, changing):
    page = text_of(client, "/changes")
    for item in changing.snapshot.index["warnings"]:
        assert item["text"] in page
        layer = text_of(client, f"/layers/{item['layers'][0]}")
        assert item["text"] in layer


def test_a_snapshot_that_is_not_kept_is_told(client):
    page = text_of(client, "/changes?from=v000077-12345678")
    assert "There is no snapshot ‘v000077-12345678’" in page


@pytest.mark.parametrize(
    ("value", "told"),
    [(5.5, "+5.5"), (-0.25, "−0.25"), (1234.5, "+1,234"), (0.0000277, "+0.0000277"), (1e-17, "0")],
)
def test_a_change_has_a_sign_and_three_digits_and_no_power_of_ten(value, told):
    assert moved(value) == told
