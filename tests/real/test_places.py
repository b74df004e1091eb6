"""The real places, end to end: totals, scores, cards, and ward figures worked out another way.

Every expected figure comes from the published files by `OtherWay` (conftest.py), which uses
nothing of placedata.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from placedata import Place
from placedata.scorecard import make_scorecard
from placedata.snapshot.readiness import readiness

pytestmark = pytest.mark.real

PLACES = Path(__file__).parent / "places"
NOW, THEN = "barking_and_dagenham", "barking_and_dagenham_2013"
IDACI = "income_deprivation_affecting_children_index_idaci_numerator"
IDAOPI = "income_deprivation_affecting_older_people_index_idaopi_numerator"
EMPTY = {
    NOW: {"water_and_sanitation", "personal_rights"},
    THEN: {"water_and_sanitation", "access_to_information_and_communications"},
}


@pytest.fixture(scope="module")
def places(home_place, real_data, tmp_path_factory):
    """Both places, built once."""
    store = tmp_path_factory.mktemp(THEN)
    then = Place.open(PLACES / THEN, data_roots={"real": real_data}, store=store)
    then.build()
    return {NOW: home_place, THEN: then}


@pytest.fixture(scope="module")
def built(places):
    """Name of a place -> its snapshot."""
    return {name: place.snapshot for name, place in places.items()}


@pytest.fixture(params=[NOW, THEN])
def name(request):
    return request.param


@pytest.fixture
def snapshot(built, name):
    return built[name]


# ---------------------------------------------------------------------------- what is in the places


def test_the_places_have_the_wards_of_2025_and_of_2013(built):
    assert list(built[NOW].areas.index) == [f"E050140{number}" for number in range(53, 72)]
    assert list(built[THEN].areas.index) == [f"E050000{number}" for number in range(26, 43)]


def test_every_layer_is_built_and_says_where_it_comes_from(snapshot, name):
    files = {path.stem for path in (PLACES / name / "layers").glob("*.yaml")}
    assert set(snapshot.layers) == files
    assert len(files) >= {NOW: 60, THEN: 30}[name]
    for record in snapshot.layers.values():
        assert record.sources, record.id
        assert all(source["label"].startswith("real/") for source in record.sources)
        assert record.description, record.id
        assert record.updated, record.id
        assert record.coverage == 1.0, record.id


def test_texts_come_to_the_snapshot_as_they_were_written(snapshot):
    texts = [*snapshot.place["attribution"], *snapshot.place["caveats"]]
    for record in snapshot.layers.values():
        texts += [record.title, record.description, *record.caveats]
    assert not [text for text in texts if any(ord(letter) < 32 for letter in text)]


def test_every_ledger_balances_and_no_figure_is_lost(snapshot):
    for record in snapshot.layers.values():
        ledger = record.ledger
        assert ledger["rows_in"] == ledger["used"] + sum(ledger["rejected"].values()) > 0
        for flow in record.flows:
            parts = flow["allocated"] + flow["unallocated"] + flow["outside"]
            assert parts == pytest.approx(flow["amount_in"], rel=1e-9), (record.id, flow)


def test_the_census_total_comes_to_the_wards_with_nothing_unallocated(built):
    (flow,) = built[NOW].layers["population"].flows
    assert flow["allocated"] == pytest.approx(218_878, rel=1e-12)
    assert (flow["unallocated"], flow["outside"]) == (0.0, 0.0)
    assert built[NOW].table("population")["value"].sum() == pytest.approx(218_878, rel=1e-12)


def test_the_total_of_mid_2015_comes_to_old_and_new_wards_with_nothing_unallocated(snapshot):
    (flow,) = snapshot.layers["population_2015"].flows
    assert flow["allocated"] == pytest.approx(203_101, rel=1e-12)
    assert (flow["unallocated"], flow["outside"]) == (0.0, 0.0)
    assert snapshot.table("population_2015")["value"].sum() == pytest.approx(203_101, rel=1e-12)


def test_rows_of_other_boroughs_are_told_as_outside_the_place(built, other_way):
    flows = {flow["period"]: flow for flow in built[NOW].layers["robbery"].flows}
    rows = other_way[NOW].way.indicator("crime_lsoa11_2011-2021_major-robbery")
    inside = rows["LAD11CD"] == "E09000002"
    assert flows["2019"]["allocated"] == pytest.approx(rows.loc[inside, "2019"].sum())
    assert flows["2019"]["outside"] == pytest.approx(rows.loc[~inside, "2019"].sum())


def test_layers_from_openstreetmap_are_share_alike_and_no_others(snapshot):
    flagged = {record.id for record in snapshot.layers.values() if record.share_alike}
    licensed = {record.id for record in snapshot.layers.values() if "ODbL" in record.licence}
    assert flagged == licensed


# ------------------------------------------------------------------------------- scores and cards


def test_components_that_open_data_cannot_fill_are_empty_and_said_so(snapshot, name):
    scores = snapshot.scores
    components = scores[scores["level"] == "component"].groupby("node")["score"]
    assert set(components.count().loc[lambda count: count == 0].index) == EMPTY[name]
    assert set(components.count().loc[lambda count: count > 0]) == {len(snapshot.areas)}
    said = " ".join(snapshot.place["caveats"]).lower()
    titles = {node.id: node.title.lower() for node in snapshot.framework.nodes}
    assert all(f"{titles[node]} is empty" in said for node in EMPTY[name])


def test_every_ward_has_an_index_three_dimensions_and_a_rank(snapshot):
    wards = len(snapshot.areas)
    index = snapshot.score_table("social_progress")
    assert index["score"].between(0, 100).all()
    assert sorted(index["rank"]) == list(range(1, wards + 1))
    # Ten of twelve components: 3/4, 4/4, 3/4 of the dimensions, or 3/4, 3/4, 4/4.
    assert index["coverage"].to_numpy() == pytest.approx(10 / 12)
    dimensions = snapshot.scores[snapshot.scores["level"] == "dimension"]
    assert dimensions.groupby("node")["score"].count().tolist() == [wards] * 3
    means = dimensions.groupby("area_code")["score"].mean()
    assert means.to_numpy() == pytest.approx(index["score"].to_numpy())


def test_an_indicator_and_its_component_can_be_worked_out_by_hand(built):
    table = built[NOW].table("no2")["value"], built[NOW].table("pm25")["value"]
    worst, best = (40, 20), (10, 5)
    scores = [
        (100 * (low - values) / (low - high)).clip(0, 100)
        for values, low, high in zip(table, worst, best, strict=True)
    ]
    found = built[NOW].score_table("environmental_quality")["score"]
    assert found.to_numpy() == pytest.approx(np.sqrt(scores[0] * scores[1]).to_numpy())


class Balanced(HTMLParser):
    """Reads a page and holds what is open, what is named and what it says."""

    VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "col", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)
        assert not any(key in {"src", "href"} and str(value).startswith("http") and tag != "a"
                       for key, value in attrs), (tag, attrs)  # fmt: skip

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def test_every_ward_has_a_scorecard_page_that_stands_alone(snapshot):
    for code, ward in snapshot.areas["area_name"].items():
        card = make_scorecard(snapshot, code)
        page = Balanced()
        page.feed(card.to_html(snapshot))
        page.close()
        said = " ".join(" ".join(page.text).split())
        assert page.open == []
        assert ward in said
        assert "Social Progress Index-style" in said
        assert len(card.figures) + len(card.context) == len(snapshot.layers)
        assert card.index.rank == snapshot.score_table("social_progress").loc[code, "rank"]


def test_cards_print_on_two_to_four_pages_from_a_browser_and_as_pdf(built, tmp_path):
    browser = next(filter(None, map(shutil.which, ("google-chrome", "chromium"))), None)
    if browser is None or shutil.which("pdfinfo") is None:
        pytest.skip("no Chromium, or no pdfinfo, on this machine")
    snapshot = built[NOW]
    assert len(snapshot.layers) >= 67
    longest = snapshot.areas["area_name"].str.len().nlargest(3).index
    cards = [make_scorecard(snapshot, code) for code in longest]
    for card in cards:
        made = tmp_path / f"{card.area_code}.pdf"
        made.write_bytes(card.to_pdf(snapshot))
        assert 2 <= pages_of(made) <= 4
    pages = {card.area_code: card.to_html(snapshot) for card in cards}
    paper, page = tmp_path / "card.pdf", tmp_path / "card.html"
    page.write_text(max(pages.values(), key=len), "utf-8")
    subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={paper}",
         f"--user-data-dir={tmp_path / 'profile'}", page.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert 2 <= pages_of(paper) <= 4


def pages_of(path):
    """Return how many pages a PDF has."""
    told = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True)
    return int(re.search(r"Pages:\s+(\d+)", told.stdout)[1])


def test_the_map_page_and_the_page_of_every_ward_are_served(places, name):
    from dashboard.app import create_app

    client = create_app(places[name]).test_client()
    wards = places[name].snapshot.areas["area_name"]
    page = client.get("/").get_data(as_text=True)
    assert all(escape(ward) in page for ward in wards)
    for code, ward in wards.items():
        answer = client.get(f"/areas/{code}")
        assert (answer.status_code, escape(ward) in answer.get_data(as_text=True)) == (200, True)
    drawn = client.get("/", query_string={"layer": "imd_score_2019"})
    assert "Index of Multiple Deprivation 2019" in drawn.get_data(as_text=True)


# ------------------------------------------------------------- ward figures worked out another way


def iod25(place, column):
    values = place.way.deprivation("imd2025_lsoa21_indicators", "lsoa21_code")[column]
    return place.way.averaged(values, place.people, place.new)


def rate(above, below, per):
    return per * above / below


def energy(place, year):
    frame = place.way.indicator("energy_elec_2010-2020_lsoa11", "home")
    used, meters = (place.way.moved(frame[f"{name}_{year}"], place.old)
                    for name in ("total_kWh", "meters_n"))  # fmt: skip
    return used / meters


def income_2012(place):
    values = place.way.indicator("household_income_median_2001-2012_lsoa11")["HHI_median_2012"]
    return place.way.averaged(values, place.people_2015, place.old)


def crime(place, kind, year):
    counts = place.way.indicator(f"crime_lsoa11_2011-2021_major-{kind}")[str(year)]
    people = place.way.population_2020()
    return rate(place.way.moved(counts, place.old), place.way.moved(people, place.old), 1000)


def laei(place, name, column, people, shares, key):
    frame = pd.read_csv(place.way.london / "air_quality" / f"{name}.csv").set_index(key)
    return place.way.averaged(frame[column], people, shares)


def poverty_2019(place, column, group):
    counts = place.way.deprivation("imd2019_lsoa11_indicators", "lsoa11_code")[column]
    below = place.way.moved(place.way.mid_2015()[group], place.old)
    return rate(place.way.moved(counts, place.old), below, 100)


def child_poverty_2025(place):
    counts = place.way.deprivation("imd2025_lsoa21_indicators", "lsoa21_code")[IDACI]
    below = place.way.moved(place.way.census()["children"], place.new)
    return rate(place.way.moved(counts, place.new), below, 100)


def profile(place, column):
    return place.way.profiles()[column].reindex(place.way.wards["code"]).astype(float)


def recorded_crime(place):
    counts = pd.read_csv(place.way.london / "indicators/ward_crime_2015.csv")
    counts = counts.set_index("WardCode")["Crime2015"].reindex(place.way.wards["code"])
    return rate(counts, profile(place, "Population - 2015"), 1000)


def sold_2014(place):
    profiles = place.way.profiles()
    sold, homes = (place.way.moved(profiles[name].astype(float), place.wards)
                   for name in ("Number of properties sold - 2014",
                                "Number of Household spaces - 2011"))  # fmt: skip
    return rate(sold, homes, 1000)


def chargepoints(place):
    points = place.way.map_file("chargepoints")
    points = points[points["chargedevicestatus"] == "In service"].drop_duplicates("geometry")
    return rate(place.way.counted(points), place.way.moved(place.people, place.new), 10_000)


def car_parks(place):
    points = place.way.map_file("parking")
    inner = points["other"].map(lambda cell: cell if isinstance(cell, str) else str(cell))
    other = points["highway"].notna() | inner.str.contains("amenity.{1,4}(?:atm|parking_entrance)")
    return place.way.counted(points[~other])


def schools(place, statistic, column="urn"):
    points = place.way.schools()
    return points[column].groupby(place.way.in_wards(points)).agg(statistic)


def primary_schools(place):
    points = place.way.schools()
    kept = points["education_phase"].isin(["Primary", "All-through"])
    return place.way.nearest(points[kept])


def score(place, file, key, column, people, shares):
    return place.way.averaged(place.way.deprivation(file, key)[column], people, shares)


#: layer, period, the other way to it; a comment names loader and way to the wards.
CURRENT = [
    # table: weights, and a rate
    ("population", "2021", lambda p: p.way.moved(p.people, p.new)),
    ("under_16", "2021", lambda p: rate(p.way.moved(p.way.census()["children"], p.new),
                                        p.way.moved(p.people, p.new), 100)),
    ("electricity_use", "2010", lambda p: energy(p, 2010)),
    ("electricity_use", "2020", lambda p: energy(p, 2020)),
    ("recorded_violence", "2019", lambda p: crime(p, "violence", 2019)),
    ("robbery", "2020", lambda p: crime(p, "robbery", 2020)),
    ("homes_sold_2014", "2014", sold_2014),
    # deprivation: weights
    ("population_2015", "mid-2015", lambda p: p.way.moved(p.people_2015, p.old)),
    ("older_poverty", "2019", lambda p: poverty_2019(p, IDAOPI, "older")),
    ("child_poverty", "2025", child_poverty_2025),
    # deprivation and table: weighted_mean
    ("imd_score", "2025", lambda p: score(p, "imd2025_lsoa21", "lsoa21_code", "IMD_score",
                                          p.people, p.new)),
    ("imd_score_2019", "2019", lambda p: score(p, "imd2019_scores", "lsoa", "overall_local_score",
                                               p.people_2015, p.old)),
    ("patients_per_gp", "2025", lambda p: iod25(p, "patient_to_gp_ratio")),
    ("connectivity", "2025", lambda p: iod25(p, "connectivity_score")),
    ("household_income", "2012", income_2012),
    ("no2", "2019", lambda p: laei(p, "laei2019_lsoa21_NO2", "NO2-2019-mean",
                                   p.people, p.new, "LSOA21CD")),
    # laqn: exposure
    ("no2_sensors", "2023", lambda p: p.way.exposed(p.way.laqn("NO2", "2023", p.way.hourly()))),
    ("no2_january", "2023-01", lambda p: p.way.exposed(p.way.laqn("NO2", "2023", p.way.january()))),
    ("pm25_january", "2023-01",
     lambda p: p.way.exposed(p.way.laqn("PM25", "2023", p.way.january()))),
    # by inverse distance: the sensors show no pattern that could be kriged
    ("no2_kriged", "2023-01", lambda p: p.way.between(p.way.laqn("NO2", "2023", p.way.january()))),
    # raster: zonal
    ("background_nox", "2003", lambda p: p.way.nox(2003)),
    ("background_nox", "2013", lambda p: p.way.nox(2013)),
    ("elevation", "2014", lambda p: p.way.heights()),
    # points: points
    ("chargepoints", "2022", chargepoints),
    ("car_parks", "2022", car_parks),
    ("schools", "2025", lambda p: schools(p, "size")),
    ("pupils", "2025", lambda p: schools(p, "sum", "number_of_pupils")),
    ("free_school_meals", "2025", lambda p: schools(p, "mean", "percentage_fsm")),
    # points: nearest, placed by postcode, longitude and latitude, easting and northing, shape
    ("gp_distance", "2019", lambda p: p.way.nearest(p.way.practices())),
    ("library_distance", "2016", lambda p: p.way.nearest(p.way.libraries())),
    ("primary_school_distance", "2025", primary_schools),
    ("supermarket_distance", "2022", lambda p: p.way.nearest(p.way.map_file("supermarket"))),
    # codepoint: points
    ("postcodes", "2025-11", lambda p: p.way.counted(p.way.postcodes)),
]  # fmt: skip
FORMER = [
    ("population_2015", "mid-2015", lambda p: p.way.moved(p.people_2015, p.old)),
    ("imd_score_2015", "2015", lambda p: score(p, "imd2015_lsoa11", "lsoa11_code", "IMD_score",
                                               p.people_2015, p.old)),
    ("child_poverty", "2019", lambda p: poverty_2019(p, IDACI, "children")),
    ("no2", "2013", lambda p: laei(p, "laei2013_lsoa11_NO2", "NO2-2013-mean",
                                   p.people_2015, p.old, "LSOA11CD")),
    # table: direct
    ("residents_2015", "2015", lambda p: profile(p, "Population - 2015")),
    ("turnout", "2012", lambda p: profile(p, "Turnout at Mayoral election - 2012")),
    ("house_price", "2014", lambda p: profile(p, "Median House Price (? - 2014")),
    ("recorded_crime", "2015", recorded_crime),
    ("background_nox", "2013", lambda p: p.way.nox(2013)),
    ("postcodes", "2014-08", lambda p: p.way.counted(p.way.postcodes)),
]  # fmt: skip
CASES = [(NOW, *case) for case in CURRENT] + [(THEN, *case) for case in FORMER]


@pytest.mark.parametrize(
    ("name", "layer", "period", "way"),
    CASES,
    ids=[f"{c[0][20:] or 'now'}-{c[1]}-{c[2]}" for c in CASES],
)
def test_ward_figures_equal_those_worked_out_another_way(
    built, other_way, name, layer, period, way
):
    found = built[name].table(layer, period)["value"]
    expected = way(other_way[name]).reindex(found.index).astype(float)
    assert expected.notna().all()
    # exactextract keeps the shares of cells in single precision.
    rel = 1e-6 if built[name].layers[layer].loader == "raster" else 1e-9
    assert found.to_numpy() == pytest.approx(expected.to_numpy(), rel=rel)


def test_hours_not_listed_and_hours_with_two_values_are_in_the_ledger(built, other_way):
    frame = pd.concat([pd.read_csv(file) for file in other_way[NOW].way.january()])
    frame = frame[frame["@SpeciesCode"] == "NO2"]
    hours = frame.groupby(["SiteCode", "@MeasurementDateGMT"])["@Value"]
    ledger = built[NOW].layers["no2_january"].ledger
    twofold = int(hours.count()[hours.nunique().gt(1)].sum())
    assert ledger["rejected"]["hour with two different values"] == twofold > 0
    # 31 January is not listed: the files end a day early.
    sites = frame["SiteCode"].nunique()
    assert not frame["@MeasurementDateGMT"].str.startswith("2023-01-31").any()
    assert ledger["notes"]["hours not listed on the last day of a month"] == 24 * sites


# ----------------------------------------------------------------------------------- beside London


def weighted(values, weights):
    both = pd.DataFrame({"value": values, "weight": weights}).dropna()
    return np.average(both["value"], weights=both["weight"])


def london_scores(way):
    frame = way.deprivation("imd2025_lsoa21", "lsoa21_code", "london")
    return weighted(frame["IMD_score"], way.census("london")["all"])


def london_no2(way):
    frame = pd.read_csv(way.london / "air_quality/laei2019_lsoa21_NO2.csv").set_index("LSOA21CD")
    return weighted(frame["NO2-2019-mean"], way.census("london")["all"])


def london_income(way):
    frame = way.indicator("household_income_median_2001-2012_lsoa11")
    return weighted(frame["HHI_median_2012"], way.mid_2015("england")["all"])


def london_children(way):
    people = way.census("london")
    return 100 * people["children"].sum() / people["all"].sum()


def london_older(way):
    counts = way.deprivation("imd2019_lsoa11_indicators", "lsoa11_code", "london")[IDAOPI]
    both = pd.DataFrame({"above": counts, "below": way.mid_2015("england")["older"]}).dropna()
    return 100 * both["above"].sum() / both["below"].sum()


def london_violence(way):
    counts = way.indicator("crime_lsoa11_2011-2021_major-violence")["2020"]
    both = pd.DataFrame({"above": counts, "below": way.population_2020()}).dropna()
    return 1000 * both["above"].sum() / both["below"].sum()


@pytest.mark.parametrize(
    ("layer", "way"),
    [("imd_score", london_scores), ("no2", london_no2), ("household_income", london_income),
     ("under_16", london_children), ("older_poverty", london_older),
     ("recorded_violence", london_violence)],
)  # fmt: skip
def test_the_london_figure_equals_one_worked_out_another_way(built, other_way, layer, way):
    found = built[NOW].layers[layer].summary()["comparator"]
    assert found == pytest.approx(way(other_way[NOW].way), rel=1e-9)


def test_the_page_on_real_places_tells_the_figures_that_the_places_have(built, repository):
    page = (repository / "docs" / "real-places.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]]
            for line in page.splitlines() if line.startswith("| ")]  # fmt: skip
    facts = {row[0]: row[1:] for row in rows}
    told = {key.strip("`"): cells for key, cells in facts.items() if key.startswith("`")}
    assert len(told) >= 5
    for layer, cells in told.items():
        summary = built[NOW].layers[layer].summary()
        for cell, found in zip(cells, (summary["place"], summary["comparator"]), strict=True):
            assert f"{found:.{len(cell.partition('.')[2])}f}" == cell, layer
    counts = {name: len(built[name].layers) for name in (NOW, THEN)}
    scored = {name: len(built[name].index["periods"]) for name in (NOW, THEN)}
    assert facts["Layers"] == [str(counts[NOW]), str(counts[THEN])]
    assert facts["of these in the index"] == [str(scored[NOW]), str(scored[THEN])]
    assert f"{len(CASES)} figures of 19 or 17 wards" in page


def test_figures_are_of_a_likely_size(built):
    """The Indices of Deprivation and the Census say about as much of the borough and of London."""
    summaries = {key: record.summary() for key, record in built[NOW].layers.items()}
    assert summaries["imd_score"]["place"] == pytest.approx(30, abs=1)
    assert summaries["imd_score"]["comparator"] == pytest.approx(22, abs=1)
    assert summaries["under_16"]["place"] == pytest.approx(26.1, abs=0.05)
    assert summaries["lowest_ground"]["place"] == pytest.approx(-2.3, abs=1e-6)
    assert built[THEN].layers["residents_2015"].summary()["place"] == 205_400


# ---------------------------------------------------------------------------- how good figures are


def test_the_hours_behind_the_borough_sensors_are_those_of_their_files(built, real_data):
    """BG1 is Rush Green, BG2 Scrattons Farm; a leap year has 8,784 hours."""
    folder = real_data / "barking_and_dagenham" / "air_quality" / "laqn_hourly"
    rows = pd.concat([pd.read_csv(file) for file in sorted(folder.glob("*.csv"))])
    rows = rows[(rows["@SpeciesCode"] == "NO2") & rows["@Value"].notna()]
    rows = rows[rows["@MeasurementDateGMT"].str.startswith("2024")]
    shares = rows.groupby("SiteCode")["@MeasurementDateGMT"].nunique() / 8784
    assert shares["BG1"] < 0.75 <= shares["BG2"]
    record = built[NOW].layers["no2_sensors"]
    told = {item["dimension"]: item for item in record.quality["dimensions"]}["data capture"]
    assert shares["BG1"] - 1e-9 <= told["measure"] <= shares["BG2"] + 1e-9


def test_figures_that_have_been_replaced_are_overdue_and_those_of_the_census_are_not(built):
    layers = built[NOW].layers
    day = date(2026, 11, 22)
    badges = {name: record.quality_on(day)["staleness"]["badge"] for name, record in layers.items()}
    assert badges["imd_score"] == badges["under_16"] == "current"
    assert badges["imd_score_2015"] == badges["imd_score_2019"] == "overdue"
    assert badges["household_income"] == badges["background_nox"] == "overdue"


def test_every_layer_says_how_often_it_is_renewed(snapshot):
    assert [record.id for record in snapshot.layers.values() if record.cadence is None] == []


def test_readiness_names_the_components_without_a_layer_and_adds_up(snapshot, name):
    found = readiness(snapshot, date(2026, 11, 22))
    assert {item.id for item in found.missing} == EMPTY[name]
    assert sum(found.weights.values()) == pytest.approx(1)
    assert sum(found.grades.values()) == len(snapshot.layers)
