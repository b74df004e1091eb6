"""Every page and state of the map on real Barking and Dagenham and Greater London.

Figures and names are read from the published files by geopandas and csv, with nothing of placedata.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("dash")
pytestmark = [pytest.mark.real, pytest.mark.browser]

HOME, LONDON = "barking_and_dagenham", "greater_london"
WARD, WARD_NAME, OTHER = "E05014058", "Chadwell Heath", "E05014053"
BOTH = f"{WARD},{OTHER}"
#: Another period and layer, two maps, classes around the average, hatches, and what lies over.
STATE = f"area={WARD}&period=2015&beside=imd_score&classes=around&unclear=yes"
MAPS = {
    HOME: [f"/?layer=burglary_by_year&{STATE}&over=schools&cells=elevation&lines=wd13", "/"],
    LONDON: [
        f"/?layer=burglary_by_year&{STATE}&over=chargepoints_2017&lines=lad22",
        "/?level=lad22",
    ],
}
#: Of hundreds of rows and entries that are made alike, axe looks at the first ones.
ALIKE = "[role=option]:nth-child(n+25), tbody tr:nth-child(n+25), datalist"
PAGES = [
    "/areas/",
    f"/areas/{WARD}",
    f"/compare?areas={BOTH}",
    f"/trends?layer=burglary_by_year&areas={BOTH}",
    f"/relationships?x=imd_score&y=child_poverty&areas={WARD}",
    "/weights?w=shelter:2",
    f"/rankings?area={WARD}",
    "/layers/",
    "/layers/population",
    "/readiness",
    "/about",
    "/search?q=heath",
]


@pytest.fixture(scope="module")
def sites(home_place: Any, london_place: Any, served: Any) -> Iterator[dict[str, str]]:
    """Place -> the address of its pages."""
    from dashboard.app import create_app

    with ExitStack() as running:
        yield {
            place.directory.name: running.enter_context(served(create_app(place)))
            for place in (home_place, london_place)
        }


@pytest.mark.parametrize("name", [HOME, LONDON])
def test_every_page_of_a_real_place_opens_fits_and_has_nothing_for_axe(
    new_page: Any, sites: dict[str, str], violations: Callable[[Any], Any], name: str
) -> None:
    """Errors, broken policies and requests to elsewhere are watched by ``new_page``."""
    tab = new_page(reduced_motion="reduce")
    wrong: dict[str, list[Any]] = {}
    for address in MAPS[name] + PAGES:
        tab.set_viewport_size({"width": 1280, "height": 800})
        answer = tab.goto(sites[name] + address)
        if address in MAPS[name]:
            tab.wait_for_selector(".maplibregl-canvas")
        # what an address asks for in vain is told in a notice
        notices = filter(None, tab.locator("#part-notices").all_inner_texts())
        found = [answer.status != 200, *notices, *violations(tab, ALIKE)]
        tab.set_viewport_size({"width": 320, "height": 800})
        sideways = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [sideways > 0, *violations(tab, ALIKE)]
        if any(found):
            wrong[address] = found
    assert wrong == {}
    menu = tab.eval_on_selector_all("nav a", "links => links.map(link => link.pathname)")
    assert len(menu) > 8
    assert set(menu) <= {address.partition("?")[0] for address in MAPS[name] + PAGES}


def outlines(path: Path | str, code: str) -> Any:
    import geopandas as gpd

    frame = gpd.read_file(path).to_crs(27700)
    named = next(name for name in frame.columns if name.upper() == code)
    return frame[[named, "geometry"]].set_axis(["code", "geometry"], axis=1)


def residents(path: Path) -> Counter[str]:
    """Small area -> usual residents of the Census of 2021, by csv."""
    found: Counter[str] = Counter()
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found[row["lsoa21_code"]] += int(row["usual_residents"])
    return found


@pytest.fixture(scope="module")
def postcodes(real_data: Path) -> Any:
    """Postcodes of Barking and Dagenham, with the ward and the small area that each lies in."""
    import geopandas as gpd

    home = real_data / HOME
    with (home / "addresses/codepoint_open_2025-11.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.reader(file) if int(row[1]) < 90]
    points = gpd.points_from_xy([int(row[2]) for row in rows], [int(row[3]) for row in rows])
    frame = gpd.GeoDataFrame({"postcode": [row[0] for row in rows]}, geometry=points, crs=27700)
    for name, file, code in (("ward", "wards_2025", "WD25CD"), ("small", "lsoa_2021", "LSOA21CD")):
        areas = outlines(home / f"boundaries/{file}.geojson", code).rename(columns={"code": name})
        frame = frame.sjoin_nearest(areas, max_distance=250).drop(columns="index_right")
    return frame.drop_duplicates("postcode")


def people_by_postcodes(real_data: Path, postcodes: Any) -> float:
    """People of a ward: those of each small area by the share of its postcodes in the ward."""
    people = residents(real_data / HOME / "population/census2021_lsoa21_age6.csv")
    shares = postcodes["ward"].eq(WARD).groupby(postcodes["small"]).mean()
    return sum(people[code] * share for code, share in shares.items())


def people_by_area(real_data: Path) -> float:
    """People of a ward: those of each small area by the share of its land in the ward."""
    london = real_data / "london"
    people = residents(london / "population/census2021_lsoa21_age6.csv")
    zipped = f"zip://{london}/boundaries/london-2021-lsoa-gen20.zip"
    small = outlines(zipped, "LSOA21CD").set_index("code").geometry
    wards = outlines(london / "boundaries/wards_2022.geojson", "WARD22_CODE").set_index("code")
    ward = wards.geometry[WARD]
    shares = small.intersection(ward).area / small.area
    return sum(people[code] * share for code, share in shares[shares > 0].items())


@pytest.mark.parametrize("name", [HOME, LONDON])
def test_the_people_of_a_real_ward_are_those_of_the_census_on_map_table_card_and_comparison(
    page: Any, sites: dict[str, str], real_data: Path, request: pytest.FixtureRequest, name: str
) -> None:
    if name == HOME:
        people = people_by_postcodes(real_data, request.getfixturevalue("postcodes"))
    else:
        people = people_by_area(real_data)
    shown = f"{people:,.0f}"
    where = {
        f"/?layer=population&area={WARD}&find={WARD_NAME}": ["#part-area", "#values-table"],
        f"/areas/{WARD}": ["main"],
        f"/compare?areas={BOTH}": ["main"],
    }
    for address, parts in where.items():
        page.goto(sites[name] + address)
        for part in parts:
            assert shown in page.inner_text(part), (address, part)
            assert WARD_NAME in page.inner_text(part), (address, part)


@pytest.mark.parametrize(
    ("name", "file", "key"),
    [
        (HOME, "barking_and_dagenham/boundaries/wards_2025.geojson", "WD25NM"),
        (LONDON, "london/boundaries/wards_2022.geojson", "ward22_name"),
    ],
)
def test_every_ward_of_a_real_place_is_offered_under_its_published_name(
    page: Any, sites: dict[str, str], real_data: Path, name: str, file: str, key: str
) -> None:
    features = json.loads((real_data / file).read_text("utf-8"))["features"]
    published = Counter(item["properties"][key] for item in features)
    page.goto(sites[name])
    offered = page.eval_on_selector_all("#area-names option", "all => all.map(one => one.value)")
    assert len(set(offered)) == len(offered)  # wards of one name are told apart by their borough
    assert published - Counter(re.sub(r" \([^()]+\)$", "", text) for text in offered) == Counter()


def test_a_real_postcode_leads_to_the_ward_that_it_lies_in(
    page: Any, sites: dict[str, str], postcodes: Any, until: Any
) -> None:
    typed = postcodes.loc[postcodes["ward"] == WARD, "postcode"].iloc[0]
    page.goto(sites[HOME])
    page.wait_for_selector(".maplibregl-canvas")
    page.fill("#place", typed.lower())
    page.keyboard.press("Enter")
    assert until(lambda: page.locator(".area-box h2").all_inner_texts() == [WARD_NAME])
    page.fill("#place", "Thames View")
    page.keyboard.press("Enter")
    assert until(lambda: page.locator(".area-box h2").all_inner_texts() == ["Thames View"])
