"""From a value on screen to the page that says where it comes from; nothing suppressed on it."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import itertools
import json
import re

import pytest

from dashboard.trace_rows import MOST_ROWS, row_page

SUPPRESSED = {"E05990002": "3", "E05990004": "2"}


def text_of(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, address
    return html.unescape(answer.get_data(as_text=True))


def links(text):
    return re.findall(r'href="(/trace/[^"]+)"', text)


def test_each_value_of_the_table_on_the_map_page_leads_to_its_trace(client, toyborough):
    text = client.get("/?layer=no2&period=2022").get_data(as_text=True)
    found = [address for address in links(text) if "no2" in address]
    assert {f"/trace/no2/{code}?period=2022" for code in toyborough.NAMES} <= set(found)
    values = dict(zip(toyborough.NAMES, toyborough.FIGURES["no2"]["2022"], strict=True))
    for code, value in values.items():
        assert f"<strong>{value:g}</strong> µg/m³" in text_of(
            client, f"/trace/no2/{code}?period=2022"
        )


def test_the_panel_of_the_selected_area_leads_to_the_trace_of_its_score(client):
    text = text_of(client, "/?area=E05990001")
    assert "/trace/score.social_progress/E05990001" in links(text)


def test_a_trace_tells_formula_row_file_hash_licence_and_publisher(client, place):
    page = text_of(client, "/trace/no2/E05990004?period=2021")
    data = (place.directory / "data/no2.csv").read_bytes()
    assert hashlib.sha256(data).hexdigest() in page
    line = data.decode().splitlines().index("E05990004,2021,28.0") + 1
    row = re.search(r'<table class="trace-rows">.*?<tbody>(.*?)</tbody>', page, re.DOTALL)[1]
    cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row)]
    assert cells[:4] == ["data/no2.csv", str(line), "E05990004", "28"]
    for wanted in ("28 in the source", "+Office of Figures", "Open Government Licence v3.0",
                   "layers/no2.yaml", "Few sensors outside the centre."):  # fmt: skip
        assert wanted in page


def test_the_same_trace_can_be_taken_away_as_json_and_csv(client, place):
    page = text_of(client, "/trace/no2/E05990004?period=2021")
    as_json, as_csv = re.findall(r'href="(/download/trace/[^"]+)"', page)
    document = json.loads(client.get(as_json).get_data())
    assert document == place.snapshot.trace("no2", "E05990004", "2021").document
    answer = client.get(as_csv)
    assert answer.mimetype == "text/csv"
    (row,) = csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    assert (row["source"], row["id"], row["row_value"]) == ("data/no2.csv", "E05990004", "28.0")
    assert row["publisher"] == "'+Office of Figures"  # no formula in a spreadsheet
    assert client.get(f"/trace/{row['reference']}").status_code == 200


def test_a_suppressed_figure_is_given_away_by_no_page_and_no_download(client, place):
    for code, hidden in SUPPRESSED.items():
        page = text_of(client, f"/trace/carers/{code}")
        assert "Suppressed" in page
        assert "trace-rows" not in page
        main = re.search(r"<main.*</main>", page, re.DOTALL)[0]
        assert not re.search(rf">\s*{hidden}(\.0)?\s*<", main)
        for address in re.findall(r'href="(/download/trace/[^"]+)"', page):
            body = client.get(address).get_data(as_text=True)
            assert "not told" in body or "suppressed" in body
            assert not re.search(rf"(,|: ){hidden}(\.0)?(,|\n|\r)", body)


def test_what_is_suppressed_now_is_not_told_from_an_earlier_snapshot(toyborough, tmp_path):
    from dashboard.app import create_app
    from placedata import Place

    folder = toyborough.write_place(tmp_path / "now")
    path = folder / "layers/carers.yaml"
    kept = path.read_text("utf-8")
    path.write_text(kept.replace("counts: people", "counts: things"), "utf-8")
    place = Place.open(folder)
    first = place.build().snapshot
    assert first.trace("carers", "E05990002").value == 3
    path.write_text(kept, "utf-8")
    place.build()
    client = create_app(place).test_client()
    reference = f"{first.id}/carers/E05990002/2021"
    page = text_of(client, f"/trace/{reference}", 404)
    assert "suppressed now" in page
    assert client.get(f"/download/trace/{reference}.json").status_code == 404
    # what is still shown stays open, and says that it is of an earlier snapshot
    assert "An earlier snapshot" in text_of(client, f"/trace/{first.id}/no2/E05990001/2023")
    changes = text_of(client, "/changes?layer=carers&period=2021")
    row = re.search(r"<tr><th scope=\"row\">Bridge End</th>.*?</tr>", changes, re.DOTALL)[0]
    assert re.findall(r"<td[^>]*>([^<]*)</td>", row)[:2] == ["ok", "suppressed"]


def test_a_score_is_traced_to_the_scores_and_figures_below_it(client):
    steps = ["score.social_progress", "score.foundations_of_wellbeing",
             "score.environmental_quality", "score.no2", "no2"]  # fmt: skip
    for above, below in itertools.pairwise(steps):
        page = text_of(client, f"/trace/{above}/E05990001")
        named = {address.split("/")[2].partition("?")[0] for address in links(page)}
        assert below in named, above
    page = text_of(client, "/trace/score.no2/E05990001")
    # goalposts 5 and 60, Abbey 29.5 in 2023
    assert "100 × (29.5 − 60) / (5 − 60) = 55.4545" in page


def test_a_larger_area_is_traced_to_its_wards(boroughs, toyborough):
    client = boroughs.test_client()
    page = text_of(client, "/trace/homes/E09990001")
    assert "sum of 2 wards = 10,000" in page  # 5,200 and 4,800
    for code in toyborough.IN_WEST:
        assert f"/trace/homes/{code}?period=2021" in links(page)
    table = client.get("/?layer=homes&level=lad25").get_data(as_text=True)
    assert "/trace/homes/E09990001" in "".join(links(table))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/trace/no3/E05990001", "no layer"),
        ("/trace/no2/E0599", "no area"),
        ("/trace/score.nothing/E05990001", "no score"),
        ("/trace/v000099-12345678/no2/E05990001/2021", "not kept any more"),
        ("/trace/a/b/c/d/e", "no reference"),
    ],
)
def test_an_address_of_nothing_says_so_calmly(client, address, said):
    assert said in text_of(client, address, 404)


def test_names_and_titles_of_an_attacker_are_text(client, toyborough):
    for address in ("/trace/homes/E05990003", "/trace/score.social_progress/E05990003"):
        page = client.get(address).get_data(as_text=True)
        assert toyborough.HOSTILE not in page
        assert "javascript:alert" not in page


def test_many_rows_come_in_pages():
    rows = [{"row": number} for number in range(250)]
    pages = [row_page(rows, str(number)) for number in (1, 2, 3)]
    assert [len(page.rows) for page in pages] == [MOST_ROWS, MOST_ROWS, 50]
    assert (pages[2].first, pages[2].last, pages[2].pages) == (201, 250, 3)
    assert row_page(rows, "999").page == 3
    assert row_page(rows, "-1").page == row_page(rows, "x").page == 1


def test_the_page_of_a_layer_leads_to_where_the_figure_of_the_whole_place_comes_from(
    client, toyborough
):
    page = text_of(client, "/layers/no2")
    assert "/trace/no2/place" in links(page)
    assert "/trace/no2/place?period=2022" in links(text_of(client, "/?layer=no2&period=2022"))
    trace = text_of(client, "/trace/no2/place")
    assert all(f"/trace/no2/{code}" in trace for code in toyborough.NAMES)
    assert "/areas/place" not in trace
