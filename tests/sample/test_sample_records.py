from __future__ import annotations

import base64
import collections
import csv
import datetime as dt
import gzip
import json
import re

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer


def table(path, **more):
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig", **more)


@pytest.fixture(scope="module")
def uprns(committed):
    return table(committed / "addresses/osopenuprn_202511.csv.gz")


@pytest.fixture(scope="module")
def nsul(committed):
    return table(committed / "addresses/nsul_nov_2025.csv.gz")


@pytest.fixture(scope="module")
def certificates(committed):
    return table(committed / "energy/domestic_certificates.csv.gz")


@pytest.fixture(scope="module")
def counters(committed):
    return pd.read_csv(committed / "traffic/counters_daily_2022-2024.csv.gz", parse_dates=["date"])


def frames(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


# Homes


def test_every_uprn_is_one_that_cannot_be_real_and_comes_once(uprns):
    numbers = uprns["UPRN"].astype("int64")
    assert len(numbers) > 60_000
    assert numbers.is_unique
    assert numbers.between(999_900_000_001, 999_999_999_999).all()


def test_open_uprn_has_the_published_header_and_a_byte_order_mark(committed):
    with gzip.open(committed / "addresses/osopenuprn_202511.csv.gz") as file:
        first = file.readline()
    assert first == b"\xef\xbb\xbfUPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE\n"


def test_degrees_of_a_uprn_are_where_its_metres_are(uprns):
    some = uprns.iloc[::97]
    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
    x, y = to_grid.transform(some["LONGITUDE"].astype(float), some["LATITUDE"].astype(float))
    np.testing.assert_allclose(x, some["X_COORDINATE"].astype(float), atol=0.02)
    np.testing.assert_allclose(y, some["Y_COORDINATE"].astype(float), atol=0.02)


def test_homes_in_the_uprn_lookup_are_those_counted_by_ward(nsul, truth):
    homes = nsul[nsul["PCDS"] != ""]
    assert len(homes) == truth["homes"]
    wards = nsul[
        nsul["WD25CD"].str.startswith("E0599000") | nsul["WD25CD"].str.startswith("E0599001")
    ]
    assert wards.groupby("WD25CD").size().to_dict() == truth["addresses"]


def test_objects_outside_the_place_are_in_the_national_files(nsul, truth):
    assert (nsul["LAD25CD"] != "E09990001").sum() == truth["addresses_outside"] > 0


def test_the_uprn_lookup_agrees_with_the_output_area_outlines(committed, nsul):
    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
    with gzip.open(committed / "boundaries/oa_2021.geojson.gz", "rt", encoding="utf-8") as file:
        features = json.load(file)["features"]
    for feature in features[::40]:
        shape = shapely.transform(
            shapely.from_geojson(json.dumps(feature["geometry"])),
            lambda xy: np.column_stack(to_grid.transform(xy[:, 0], xy[:, 1])),
        )
        mine = nsul[nsul["OA21CD"] == feature["properties"]["OA21CD"]]
        x, y = mine["GRIDGB1E"].astype(float), mine["GRIDGB1N"].astype(float)
        assert len(mine)
        assert shapely.contains_xy(shape, x, y).all()
        assert (mine["LSOA21CD"] == feature["properties"]["LSOA21CD"]).all()


def test_census_counts_by_output_area_add_up_to_the_people(committed, truth):
    counts = table(committed / "population/census2021_oa21_heating.csv")
    assert counts["usual_residents"].astype(int).sum() == truth["people"]
    assert counts["households"].astype(int).sum() == truth["homes"]
    assert (counts["households"].astype(int) > 0).all()


# Energy


def test_certificates_have_the_columns_of_the_new_service(certificates):
    assert list(certificates.columns[:7]) == [
        "certificate_number", "address1", "address2", "address3", "postcode", "posttown", "address",
    ]  # fmt: skip
    assert list(certificates.columns[-2:]) == ["uprn", "uprn_source"]
    assert len(certificates) == 30_000
    assert certificates["certificate_number"].is_unique


def test_certificates_have_blank_uprns_older_ones_and_some_without_a_rating(certificates):
    with_uprn = certificates[certificates["uprn"] != ""]
    assert 1_500 < len(certificates) - len(with_uprn) < 2_500
    assert with_uprn["uprn"].duplicated().sum() > 2_000
    assert (certificates["current_energy_rating"] == "INVALID!").sum() == 200
    rated = certificates[certificates["current_energy_rating"] != "INVALID!"]
    score = rated["current_energy_efficiency"].astype(int)
    assert ((score >= 69) == rated["current_energy_rating"].isin(list("ABC"))).all()


def test_few_homes_of_the_neediest_ward_are_efficient(truth):
    share = pd.Series(truth["energy_c_or_better_percent"]).drop(truth["strip_ward"])
    assert share.idxmin() == truth["neediest_ward"]
    assert share.max() > 70


def test_addresses_on_certificates_of_one_home_do_not_change(certificates):
    twice = certificates[certificates["uprn"] != ""].groupby("uprn")[["address1", "postcode"]]
    assert twice.nunique().max().tolist() == [1, 1]


def test_one_address_is_one_home(certificates):
    named = certificates[certificates["uprn"] != ""]
    assert named.groupby(["address1", "postcode"])["uprn"].nunique().max() == 1


# Two editions of wards


def test_the_code_history_says_which_wards_were_split_and_joined(committed, truth):
    changes = table(committed / "lookups/code_history_changes.csv")
    history = table(committed / "lookups/code_history_change_history.csv")
    parents = changes.groupby("GEOGCD")["GEOGCD_P"].nunique()
    children = changes.groupby("GEOGCD_P")["GEOGCD"].nunique()
    assert (parents > 1).any()
    assert (children > 1).any()
    renamed = changes[changes["GEOGCD"] == changes["GEOGCD_P"]]
    assert (renamed["GEOGNM"] != renamed["GEOGNM_P"]).all()
    assert len(renamed) == 1
    ended = set(history.loc[history["STATUS"] == "terminated", "GEOGCD"])
    assert ended == set(changes["GEOGCD_P"]) - set(changes["GEOGCD"])
    assert (changes["OPER_DATE"] == "02/05/2024 00:00").all()
    assert sum(truth["changes_wd19_wd25"].values()) == 22


def test_wards_that_did_not_change_keep_their_code_and_outline(committed):
    def shapes(year):
        text = (committed / f"boundaries/wards_20{year}.geojson").read_text(encoding="utf-8")
        return {
            f["properties"][f"WD{year}CD"]: shapely.from_geojson(json.dumps(f["geometry"]))
            for f in json.loads(text)["features"]
        }

    old, new = shapes(19), shapes(25)
    both = set(old) & set(new)
    assert len(both) == 6
    assert all(old[code].equals(new[code]) for code in both)
    assert len(old) == 17


# Requests


def test_requests_are_messy_in_the_ways_that_requests_are(committed, truth):
    with (committed / "services/service_requests_2022-2024.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    facts = truth["service_requests"]
    assert len(rows) == facts["rows"]
    references = collections.Counter(row["Reference"] for row in rows)
    assert sum(references.values()) - len(references) == facts["repeated_references"]
    assert all(n > 0 for n in facts.values())
    forms = {re.sub(r"\d", "9", row["Received"]) for row in rows}
    assert forms >= {"99/99/9999", "99-99-99", "9/9/9999"}
    assert any(int(row["Received"][:2]) > 12 for row in rows if row["Received"][2] == "/")
    assert any(row["Notes"].startswith("=") for row in rows)


def test_labelled_requests_are_about_a_home_with_that_number_in_its_street(
    committed, certificates, truth
):
    """The house number in the words of a request is that on the certificate of its UPRN."""
    numbers = certificates.set_index("uprn")["address1"].str.extract(r"^(\d+)")[0]
    numbers = numbers[~numbers.index.duplicated()]
    rows = table(committed / "services/service_requests_2022-2024.csv")
    words = rows.drop_duplicates("Reference").set_index("Reference")["Address"]
    checked = 0
    for reference, uprn in truth["service_request_uprn"].items():
        if str(uprn) in numbers.index:
            assert re.search(rf"\b{numbers[str(uprn)]}\b", words[reference])
            checked += 1
    assert len(truth["service_request_uprn"]) == 300
    assert checked > 80


# Sensors


def test_air_sensors_cover_three_years_with_the_faults_that_are_told(committed, truth):
    months = {path.name.split("_")[1][:7] for path in (committed / "air").glob("AM*")}
    assert months == {f"{year}-{month}" for year in (2022, 2023, 2024) for month in ("01", "07")}
    ((site, month, first, last),) = [o for o in truth["faults"]["air_outages"] if o[0] == "AM4"]
    hours = table(committed / f"air/{site}_{month}.csv.gz")
    day = hours["@MeasurementDateGMT"].str[8:10].astype(int)
    assert (hours.loc[day.between(first, last), "@Value"] == "").all()
    assert (hours.loc[~day.between(first, last), "@Value"] != "").mean() > 0.8
    ((site, species, day, hour, length, value),) = truth["faults"]["air_spikes"]
    hours = table(committed / f"air/{site}_{day[:7]}.csv.gz")
    high = hours[hours["@Value"] == f"{value:.1f}"]
    assert high["@MeasurementDateGMT"].tolist() == [
        f"{day} {hour + n:02d}:00:00" for n in range(length)
    ]
    assert set(high["@SpeciesCode"]) == {species}


def test_stations_of_the_national_network_have_every_hour_of_three_years(committed):
    for path in sorted((committed / "air").glob("ALD*.csv.gz")):
        lines = gzip.decompress(path.read_bytes()).decode().split("\r\n")
        year = int(path.name[5:9])
        assert lines[4].startswith("Date,time,Ozone,status,unit,PM<sub>10</sub>")
        days = (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days
        assert len(lines) == 5 + 24 * days + 1
        assert lines[5].startswith(f"01-01-{year},01:00")
        assert lines[-2].startswith(f"31-12-{year},24:00")


def test_the_scheme_took_the_planted_share_of_traffic_and_the_year_before_none(counters, truth):
    """A regression with counter and month effects, not the means that the truth is made of."""
    facts = truth["intervention"]
    good = counters.dropna(subset=["motor_vehicles"])
    middle = good.groupby("counter_id")["motor_vehicles"].transform("median")
    good = good[good["motor_vehicles"] < 4 * middle]
    log = np.log(good["motor_vehicles"])
    usual = log.groupby(good["counter_id"]).transform("mean")
    good = good.assign(log=log - usual, treated=good["counter_id"].isin(facts["treated"]))

    def effect(since, until):
        some = good[good["date"] < until]
        by_month = some.groupby(["treated", some["date"].dt.to_period("M")])["log"].mean()
        gap = by_month[True] - by_month[False]
        after = gap.index >= pd.Period(since, "M")
        return 100 * (np.exp(gap[after].mean() - gap[~after].mean()) - 1)

    assert facts["planted_percent"] == -15
    assert facts["found_percent"] == pytest.approx(-15, abs=0.4)
    assert effect("2024-04", "2025-01-01") == pytest.approx(-15, abs=0.6)
    assert facts["placebo_year_percent"] == pytest.approx(0, abs=0.4)
    assert effect("2023-04", "2024-04-01") == pytest.approx(0, abs=0.6)


def test_counters_are_silent_on_the_days_that_are_told_and_no_others(counters, truth):
    silent = counters[counters["motor_vehicles"].isna()]
    spans = silent.groupby("counter_id")["date"].agg(["min", "max", "size"])
    told = truth["faults"]["counter_outages"]
    assert set(spans.index) == set(told)
    for counter, (first, last) in told.items():
        assert spans.loc[counter, "min"] == pd.Timestamp(first)
        assert spans.loc[counter, "max"] == pd.Timestamp(last)
        assert spans.loc[counter, "size"] == (pd.Timestamp(last) - pd.Timestamp(first)).days + 1


def test_footfall_has_an_hour_twice_in_october_and_lacks_one_in_march(committed, truth):
    hours = pd.read_csv(committed / "footfall/hourly_2022-2024.csv.gz")
    size = hours.groupby("Date").size()
    assert size[size == 23].index.tolist() == ["26/03/2023", "27/03/2022", "31/03/2024"]
    assert size[size == 25].index.tolist() == ["27/10/2024", "29/10/2023", "30/10/2022"]
    year = hours["Date"].str[-4:]
    for name, facts in truth["footfall"].items():
        assert hours[name].isna().sum() == facts["blank_hours"]
        assert hours.groupby(year)[name].sum().to_dict() == {
            key: facts[key] for key in ("2022", "2023", "2024")
        }


@pytest.mark.parametrize("name", ["bins_2024-09", "parking_2024-10"])
def test_uplinks_leave_out_what_is_zero_or_false(committed, name):
    def leaves(item):
        if isinstance(item, dict):
            return [leaf for value in item.values() for leaf in leaves(value)]
        return (
            [leaf for value in item for leaf in leaves(value)] if isinstance(item, list) else [item]
        )

    lines = frames(committed / f"lorawan/{name}.jsonl.gz")
    assert all(leaf not in (0, False, "", None) for line in lines for leaf in leaves(line))
    assert any("f_cnt" not in line["uplink_message"] for line in lines)


def test_the_payload_of_a_bin_decodes_to_what_is_told_beside_it(committed):
    for line in frames(committed / "lorawan/bins_2024-09.jsonl.gz"):
        raw = base64.b64decode(line["uplink_message"]["frm_payload"])
        told = line["uplink_message"]["decoded_payload"]
        assert raw[0] == told.get("fill_percent", 0)
        assert int.from_bytes(raw[1:3], "big", signed=True) == round(
            10 * told.get("temperature", 0)
        )
        assert raw[3] == round(10 * told["battery"])
        assert raw[4] == told.get("tilt", False)


def test_cars_in_bays_are_counted_once_however_often_and_late_the_frames_come(committed, truth):
    lines = pd.DataFrame(
        {
            "bay": line["end_device_ids"]["device_id"],
            "count": line["uplink_message"].get("f_cnt", 0),
            "taken": line["uplink_message"]["decoded_payload"].get("occupied", False),
        }
        for line in frames(committed / "lorawan/parking_2024-10.jsonl.gz")
    )
    single = lines.drop_duplicates(["bay", "count"]).sort_values(["bay", "count"])
    assert len(lines) - len(single) == truth["uplinks"]["parking_twice"] > 0
    came = single["taken"] & ~single.groupby("bay")["taken"].shift(fill_value=False)
    cars = came.groupby(single["bay"]).sum()
    assert cars.to_dict() == {bay: facts["cars"] for bay, facts in truth["parking"].items()}


def test_one_bin_falls_silent(truth):
    last = {name: facts["last_heard"] for name, facts in truth["bins"].items()}
    assert min(last, key=last.get) == truth["silent_bin"]
    assert last[truth["silent_bin"]] < "2024-10-01"
    assert sum(value > "2024-10-26" for value in last.values()) == len(last) - 1
