"""Search of the whole site, links to one snapshot, pictures to take away, the embedded map."""

from __future__ import annotations

import re
from html import unescape

import pytest


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize(
    ("asked", "leads"),
    [("abbey", "/areas/E05990001"), ("TB1 2AA", "/areas/E05990002"), ("tb12aa", "/areas/E05990002"),
     ("E05990006", "/areas/E05990006"), ("nitrogen", "/?layer=no2"), ("rankings", "/rankings")],
)  # fmt: skip
def test_a_search_with_one_hit_leads_there(client, asked, leads):
    answer = client.get("/search", query_string={"q": asked})
    assert answer.status_code == 303
    assert answer.headers["Location"] == leads


def test_a_search_with_several_hits_lists_them_by_kind(client):
    text = page(client, "/search?q=e")
    assert re.search(r"Areas <span", text)
    assert re.search(r"Scores and layers <span", text)
    assert "Bridge End" in text


def test_a_search_without_a_hit_says_so_and_offers_the_nearest_name(client):
    text = page(client, "/search?q=nitrogen dioxid2")
    assert "Nothing is called ‘nitrogen dioxid2’" in text
    assert ">Nitrogen dioxide</a>" in text


def test_an_empty_search_says_what_can_be_searched(client):
    assert "Type part of a name, a code or a whole postcode" in page(client, "/search?q=")


def test_what_was_typed_is_never_markup(client):
    raw = client.get("/search", query_string={"q": "<script>zz"}).get_data(as_text=True)
    assert "<script>zz" not in raw
    assert "&lt;script&gt;zz" in raw


@pytest.mark.parametrize("address", ["/", "/rankings?layer=no2", "/areas/E05990001"])
def test_every_page_has_a_link_that_names_its_snapshot(client, place, address):
    link = re.search(r'id="permalink" href="([^"]+)"', page(client, address))[1]
    assert link.endswith(f"snapshot={place.snapshot.id}")
    assert f"This link always shows the snapshot <code>{place.snapshot.id}" in page(client, link)


def test_a_link_to_a_snapshot_that_is_gone_says_so_and_shows_the_newest(client, place):
    text = page(client, "/rankings?snapshot=v000099-00000000")
    assert "‘v000099-00000000’ is not here" in text
    assert f"You see <code>{place.snapshot.id}" in text


def test_a_link_keeps_showing_its_snapshot_when_a_newer_one_is_published(toyborough, tmp_path):
    from dashboard.app import create_app
    from placedata import Place

    opened = Place.open(toyborough.write_place(tmp_path / "moving"))
    old = opened.build().snapshot.id
    client = create_app(opened).test_client()
    before = page(client, f"/rankings?layer=no2&snapshot={old}")
    file = next(path for path in (tmp_path / "moving" / "data").iterdir() if "no2" in path.name)
    file.write_text(file.read_text().replace("29.5", "12.5"))
    new = opened.build().snapshot.id
    assert new != old
    assert "12.5" in page(client, "/rankings?layer=no2")
    after = page(client, f"/rankings?layer=no2&snapshot={old}")
    assert "You see an older snapshot" in after
    table = re.compile(r"<table.*?</table>", re.DOTALL)
    assert table.findall(after) == table.findall(before)


@pytest.mark.parametrize(
    "address",
    ["/rankings", "/trends", "/relationships", "/compare"],
)
def test_every_chart_is_taken_away_as_svg_and_png(client, address):
    query = "?layer=no2&x=no2&y=crime&areas=E05990001,E05990002"
    png = client.get(f"{address}.png{query}")
    assert png.mimetype == "image/png"
    assert png.data.startswith(b"\x89PNG")
    width = int.from_bytes(png.data[16:20], "big")
    assert width > 600
    assert client.get(f"{address}.svg{query}").mimetype == "image/svg+xml"
    assert client.get(f"{address}.gif{query}").status_code == 404


def test_the_map_is_taken_away_as_png(client):
    answer = client.get("/download/view.png?layer=no2&period=2022")
    assert answer.data.startswith(b"\x89PNG")
    assert "no2-2022" in answer.headers["Content-Disposition"]


def test_the_embedded_map_has_no_chrome_and_the_same_values(client, toyborough):
    text = page(client, "/embed?layer=no2&period=2022")
    assert "<header" not in text
    assert re.findall(r"<script([^>]*)>", text) == re.findall(r"<script([^>]*embed.js[^>]*)>", text)
    assert "<script" not in page(client, "/embed?layer=crime")
    cells = r'<th scope="row">([^<]+)</th><td class="figure">(?:<a[^>]*>)?([^<]+)<'
    shown = re.findall(cells, text)
    figures = dict(zip(toyborough.NAMES.values(), toyborough.FIGURES["no2"]["2022"], strict=True))
    assert float(dict(shown)["Abbey"]) == figures["Abbey"]
    assert "Nitrogen dioxide, 2022" in text


def test_without_a_word_in_the_place_file_no_site_may_frame_the_map(client):
    answer = client.get("/embed")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_sites_of_the_place_file_may_frame_the_map_and_no_other_page(toyborough, tmp_path):
    from dashboard.app import create_app
    from placedata import Place

    extra = "embed: {allow: [https://www.example.gov.uk]}\n"
    opened = Place.open(toyborough.write_place(tmp_path / "framed", extra))
    opened.build()
    client = create_app(opened).test_client()
    headers = client.get("/embed").headers
    assert "frame-ancestors https://www.example.gov.uk" in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers
    other = client.get("/").headers
    assert "frame-ancestors 'none'" in other["Content-Security-Policy"]
    assert other["X-Frame-Options"] == "DENY"


def test_an_origin_that_is_none_is_refused_with_its_line(toyborough, tmp_path):
    from placedata import Place
    from placedata.errors import ConfigError

    extra = "embed: {allow: ['https://ok.gov.uk; script-src *', 'http://plain.gov.uk']}\n"
    with pytest.raises(ConfigError) as told:
        Place.open(toyborough.write_place(tmp_path / "bad", extra)).catalog()
    assert len(told.value.problems) == 2
    assert all("embed" in str(problem) for problem in told.value.problems)


@pytest.mark.parametrize(
    "address",
    ["/", "/areas/", "/areas/E05990001", "/compare", "/rankings", "/trends", "/relationships",
     "/weights", "/layers/", "/layers/no2", "/readiness", "/changes", "/search"],
)  # fmt: skip
def test_every_page_has_help_of_its_own(client, address):
    from dashboard.help_words import all_help

    text = page(client, address)
    told = re.search(r'<details class="help[^>]*>.*?</details>', text, re.DOTALL)[0]
    first = all_help()["/" + address.strip("/").partition("/")[0]][0]
    assert " ".join(first.split()) in " ".join(re.sub("<[^>]+>", " ", told).split())
