"""The panel of what a figure from sensors rests on, and wards that rest on too little."""

from __future__ import annotations

import html
import re

import pytest

LAYER = """\
title: Air
unit: µg/m³
decimals: 0
polarity: lower_is_better
apportion: exposure
exposure: {within_m: 300, farthest_m: 900}
source: {loader: points, file: data/sensors.csv, x: x, y: y, id: id, name: name}
value: value
period: 2024
"""
#: Ward 1 has postcodes at (100, 100), (200, 200) and (300, 300) of its square.
SENSORS = """\
id,name,x,y,value
S1,<b>Mill</b> Street,540100,180100,10
S2,Canal,540500,180300,40
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory, toytown):
    from dashboard.app import create_app
    from placedata import Place

    folder = tmp_path_factory.mktemp("rests") / "toytown"
    (folder / "data").mkdir(parents=True)
    (folder / "layers").mkdir()
    (folder / "place.yaml").write_text(
        "name: Toytown\nfictional: true\ngeography: wd25\npublisher: Toytown council\n"
        "boundaries: {wd25: data/wards.gpkg}\npostcodes: {file: data/postcodes.csv}\n"
    )
    names = {"area_code": "WD25CD", "area_name": "WD25NM"}
    toytown.frame.rename(columns=names).to_file(folder / "data/wards.gpkg", driver="GPKG")
    places = [(540_100, 180_100), (540_200, 180_200), (540_300, 180_300), (541_500, 180_500),
              (540_500, 181_900), (541_500, 181_500)]  # fmt: skip
    rows = [f'"AM1 1A{"ABCDEF"[n]}",10,{x},{y},"E92000001","","","","",""'
            for n, (x, y) in enumerate(places)]  # fmt: skip
    (folder / "data/postcodes.csv").write_text("\n".join(rows) + "\n")
    (folder / "data/sensors.csv").write_text(SENSORS)
    (folder / "layers/air.yaml").write_text(LAYER + "publisher: Toytown\nlicence: CC0-1.0\n")
    place = Place.open(folder)
    place.build()
    return create_app(place).test_client()


def words(page):
    """The words of a page as people read them, spaces made one."""
    text = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def panel(site, area):
    page = site.get(f"/?layer=air&area={area}").get_data(as_text=True)
    found = re.search(r'<details class="rests".*?</details>', page, flags=re.DOTALL)
    return found.group(0) if found else "", page


def test_the_panel_tells_sensors_distances_and_shares(site):
    part, _ = panel(site, "E05990001")
    told = words(part)
    # 141 m and 283 m from the first two postcodes to S1; the third is 200 m from S2.
    assert "100% of where people live here is within 300 m of a sensor" in told
    assert "Mill</b> Street 0.1 km 10 67%" in told
    assert "Canal 0.3 km 40 33%" in told
    # Without S1: 40; without S2: 10; half the squares of 15 and 15: 15.
    assert "Standard error: ± 15.0 µg/m³" in told
    assert "<b>Mill" not in part


def test_a_ward_that_rests_on_too_little_says_so_everywhere(site):
    part, page = panel(site, "E05990003")
    told = words(part)
    assert "No figure: it rests on too little: 0% of where people are lies within 900 m" in told
    assert "%" not in told.split("Its figure")[1]
    whole = words(page)
    # In the panel, in the list and in the table.
    assert whole.count("rests on too little") >= 4
    assert "no figure rests on too little" in whole


def test_other_layers_have_no_such_panel(site):
    part, page = panel(site, "E05990099")
    assert part == ""
    assert "What this figure rests on" not in page
