"""One built place for every format of a card: few wards, hostile names, every kind of gap."""

from __future__ import annotations

from pathlib import Path

import pytest

HEAD = "unit: points\ndecimals: 1\npolarity: lower_is_better\n"
LAYERS = {
    # a title that is a formula, markup of a page and markup of a typesetter
    "cases": 'title: "=cmd|\' /C calc\'!A1"\ndescription: "<img src=x onerror=alert(1)>"\n' + HEAD
    + "component: personal_safety\nstatistic: sum\n"
    "source: {loader: table, file: data/small_areas.csv}\n"
    "value: {numerator: cases, denominator: people, per: 1000}\nperiod: 2021\n",
    "markup": 'title: "#read(\\"/etc/passwd\\") *bold* $x$ @ref [a](http://b.example) $$note$$"\n'
    + HEAD + "component: shelter\nsource: {loader: table, file: data/points.csv}\n"
    "value: points\nperiod: 2021\n",
    # four periods, one of them with holes (of one ward, withheld), and numbers below zero
    "trend": "title: Change in rents\nunit: '%'\ndecimals: 2\npolarity: higher_is_better\n"
    "component: access_to_basic_knowledge\nsource: {loader: table, file: data/trend.csv}\n"
    "value: change\nperiod: {from: year}\n",
    # some suppressed, one missing, under a share-alike licence
    "ill": "title: People with a rare illness\nunit: people\npolarity: neutral\nstatistic: sum\n"
    "source: {loader: table, file: data/ill.csv}\nvalue: ill\nperiod: 2021\nshare_alike: true\n",
}  # fmt: skip
#: So that there is a score of the whole index: most components have an indicator.
PLAIN = ("nutrition_and_basic_medical_care", "access_to_information_and_communications",
         "health_and_wellness", "personal_rights", "inclusiveness",
         "access_to_advanced_education")  # fmt: skip
FILES = {
    "points.csv": "WD25CD,points\nE05990001,1.25\nE05990002,2\nE05990003,7.125\nE05990004,\n",
    "trend.csv": "WD25CD,year,change\n"
    + "".join(
        f"E0599000{ward},{year},{value}\n"
        for ward in (1, 2, 3, 4)
        for year, value in zip(
            (2018, 2019, 2020, 2021),
            (1.5 * ward, {3: "[c]", 4: 0.5}.get(ward, ""), -2.25, -0.125 * ward),
            strict=True,
        )
        if (ward, year) != (2, 2021)
    ),
    "ill.csv": "WD25CD,ill\nE05990001,2\nE05990002,3\nE05990003,90\nE05990004,\n",
}


@pytest.fixture(scope="session")
def cards_place(new_toy_place, tmp_path_factory):
    """The folder of the place, built."""
    place = new_toy_place(tmp_path_factory.mktemp("cards") / "toytown")
    for name, text in FILES.items():
        place.write(f"data/{name}", text)
    plain = {
        f"plain_{at}": f"title: Plain measure {at}\n" + HEAD
        + f"component: {name}\nsource: {{loader: table, file: data/plain.csv}}\n"
        f"value: v{at}\nperiod: 2021\n"
        for at, name in enumerate(PLAIN)
    }  # fmt: skip
    heads = ",".join(f"v{at}" for at in range(len(PLAIN)))
    rows = [
        f"E0599000{w}," + ",".join(f"{(7 * w * (at + 2)) % 11 + 0.5}" for at in range(len(PLAIN)))
        for w in (1, 2, 3, 4)
    ]
    place.write("data/plain.csv", "\n".join([f"WD25CD,{heads}", *rows]) + "\n")
    for name, text in (LAYERS | plain).items():
        place.layer(name, text)
    opened = place.open()
    opened.build()
    return opened


@pytest.fixture(scope="session")
def snapshot_of_cards(cards_place):
    """Its snapshot."""
    return cards_place.snapshot


@pytest.fixture(scope="session")
def cards(snapshot_of_cards):
    """Area code -> card."""
    from placedata.scorecard import make_scorecard

    return {code: make_scorecard(snapshot_of_cards, code) for code in snapshot_of_cards.areas.index}


@pytest.fixture(scope="session")
def documents(cards):
    """Area code -> what its JSON says: the numbers that every other format is held against."""
    import json

    return {code: json.loads(card.to_json()) for code, card in cards.items()}


@pytest.fixture(scope="session")
def all_files(snapshot_of_cards, cards_place, tmp_path_factory) -> dict[str, Path]:
    """Ending -> the table of all areas in that format."""
    from placedata.scorecard.table import write_table

    folder, snapshot = tmp_path_factory.mktemp("tables"), snapshot_of_cards
    made = {}
    for kind in ("csv", "xlsx", "geojson", "gpkg", "parquet"):
        path = folder / f"areas.{kind}"
        write_table(snapshot, list(snapshot.layers), path)
        made[kind] = path
    return made
