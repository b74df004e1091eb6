"""Known answers about homes, older wards, records and sensors, for ``truth.json``."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placedata.sample import (
    air_files,
    lorawan_files,
    names,
    national_air,
    service_files,
    traffic_files,
    truth,
    truth_records,
)
from placedata.sample.answers import outlines_of
from placedata.sample.editions import oa_code, old_wards, output_areas
from placedata.sample.ground import ORIGIN
from placedata.sample.older_files import ADMISSIONS
from placedata.sample.town import Town


def more_answers(data: Path, town: Town) -> dict[str, Any]:
    """Return the known answers about the files of homes, records and older areas in `data`."""
    codes = tuple(names.ward_code(n) for n in range(len(names.WARDS)))
    wards = outlines_of(town, codes, town.areas.ward)
    postcodes, points = truth.codepoint_points(data)
    at_ward = truth.locate(wards, points)
    facts = _homes(data, wards, dict(zip(postcodes, at_ward, strict=True)))
    facts |= _older(data, town, points, at_ward)
    facts |= _requests(data, dict(zip(postcodes, at_ward, strict=True)), codes)
    return facts | _at_nearest(data, points, at_ward)


def _homes(data: Path, wards: dict[str, Any], by_postcode: dict[str, str]) -> dict[str, Any]:
    """Return objects by ward and the energy ratings of homes, each home placed by its UPRN."""
    rows = truth.read_rows(data / "addresses/osopenuprn_202511.csv.gz")
    xy = np.array([[float(r["X_COORDINATE"]), float(r["Y_COORDINATE"])] for r in rows])
    found = truth.locate(wards, xy)
    by_uprn = {row["UPRN"]: ward for row, ward in zip(rows, found, strict=True)}
    count = Counter(found)
    energy = truth_records.rated(
        truth.read_rows(data / "energy/domestic_certificates.csv.gz"), by_uprn, by_postcode, "ABC"
    )
    assets = Counter(_assets(data, wards))
    return {
        "addresses": {ward: count[ward] for ward in sorted(wards)},
        "addresses_outside": count[""],
        "energy_c_or_better_percent": truth.rounded(energy),
        "community_assets": {ward: assets[ward] for ward in sorted(wards)},
    }


def _assets(data: Path, wards: dict[str, Any]) -> list[str]:
    import json

    from pyproj import Transformer

    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
    text = (data / "assets/community_assets.geojson").read_text(encoding="utf-8")
    at = [feature["geometry"]["coordinates"] for feature in json.loads(text)["features"]]
    x, y = to_grid.transform([lon for lon, _ in at], [lat for _, lat in at])
    return truth.locate(wards, np.column_stack([x, y]))


def _older(
    data: Path, town: Town, points: NDArray[np.float64], at_ward: list[str]
) -> dict[str, Any]:
    """Return ward figures of tables by output area, by LSOA and by the wards of 2019."""
    old, oa = old_wards(town), output_areas(town)
    oa_codes = tuple(oa_code(n) for n in range(int(oa.max()) + 1))
    at_oa = truth.locate(outlines_of(town, oa_codes, oa), points)
    at_old = truth.locate(outlines_of(town, old.codes, old.group), points)
    lsoa = outlines_of(town, town.areas.lsoa21_codes, town.areas.lsoa21)
    at_lsoa = truth.locate(lsoa, points)
    rows = truth.read_rows(data / "population/census2021_oa21_heating.csv")
    rented: dict[str, float] = defaultdict(float)
    for row in truth.read_rows(data / "population/nomis_tenure_lsoa21_2021.csv"):
        if row["C2021_TENURE_9_NAME"].startswith("Social rented"):
            rented[row["GEOGRAPHY_CODE"]] += float(row["OBS_VALUE"])
    people = {
        r["WD19CD"]: float(r["residents"].replace(",", ""))
        for r in truth.read_rows(data / "population/residents_wd19_2019.csv")
    }
    claims = {
        r["WD19CD"]: float(r["Claims"])
        for r in truth.read_rows(data / "indicators/council_tax_support_wd19_2020-2023.csv")
        if r["Year"] == "2023"
    }
    helped = {
        r["WD19CD"]: float(r["Volunteered in the last year"].rstrip("%"))
        for r in truth.read_rows(data / "indicators/residents_survey_wd19_2023.csv")
    }
    young = {
        r["Area Code"]: float(r["Value"])
        for r in truth.read_rows(data / "indicators/fingertips_wd19.csv")
        if (r["Indicator ID"], r["Time period"]) == (str(ADMISSIONS), "2019/20 - 21/22")
        and r["Area Type"] == "Wards" and not r["Category Type"]
    }  # fmt: skip
    kinds = Counter(kind for _, kind, _ in old.changes)
    figures = {
        "population_oa": truth.shared_by_postcodes(
            {r["OA21CD"]: float(r["usual_residents"]) for r in rows}, at_oa, at_ward),
        "no_central_heating": truth.shared_by_postcodes(
            {r["OA21CD"]: float(r["no_central_heating"]) for r in rows}, at_oa, at_ward),
        "social_rent": truth.shared_by_postcodes(rented, at_lsoa, at_ward),
        "population_2019": truth.shared_by_postcodes(people, at_old, at_ward),
        "council_tax_support_2023": truth.shared_by_postcodes(claims, at_old, at_ward),
        "volunteering_percent": truth.weighted_scores(helped, people, at_old, at_ward),
        "child_emergencies_2019_22": truth.weighted_scores(young, people, at_old, at_ward),
    }  # fmt: skip
    editions = {"wards_2019": len(old.codes), "changes_wd19_wd25": dict(sorted(kinds.items()))}
    return editions | {name: truth.rounded(values) for name, values in figures.items()}


def _requests(data: Path, by_postcode: dict[str, str], codes: tuple[str, ...]) -> dict[str, Any]:
    rows = truth.read_rows(data / "services/service_requests_2022-2024.csv")
    return {
        "fly_tipping": truth_records.requests_by_ward(rows, "fly-tipping", by_postcode, codes),
        "service_requests": truth_records.request_faults(rows, by_postcode),
    }


def _at_nearest(data: Path, points: NDArray[np.float64], at_ward: list[str]) -> dict[str, Any]:
    """Return what is at the nearest count point and station, where people live."""
    flows = truth.read_rows(data / "traffic/dft_aadf_2022-2024.csv")
    places = {r["count_point_id"]: (float(r["easting"]), float(r["northing"])) for r in flows}
    here = {
        r["count_point_id"]: float(r["all_motor_vehicles"]) for r in flows if r["year"] == "2024"
    }
    stations = {
        code: (ORIGIN[0] + x, ORIGIN[1] + y)
        for code, (_, (x, y), _, _) in national_air.STATIONS.items()
    }
    ozone = _station_means(data, 2)
    return {
        "traffic_2024": truth.rounded(truth.nearest_values(places, here, points, at_ward)),
        "ozone_station_means": ozone,
        "pm10_station_means": _station_means(data, 5),
        "ozone_2024": truth.rounded(
            truth.nearest_values(
                stations, {code: means["2024"] for code, means in ozone.items()}, points, at_ward
            )
        ),
    }


def _station_means(data: Path, column: int) -> dict[str, dict[str, float]]:
    """Return station -> year -> mean of a column of the national stations' files."""
    means: dict[str, dict[str, float]] = defaultdict(dict)
    for path in sorted((data / "air").glob("ALD*.csv.gz")):
        station, year = path.name.split(".")[0].split("_")
        cells = [line.split(",")[column] for line in truth.read_lines(path)[5:]]
        values = [float(cell) for cell in cells if cell]
        means[station][year] = round(math.fsum(values) / len(values), 6)
    return dict(means)


def planted(data: Path) -> dict[str, Any]:
    """Return what was planted in the sensors: the scheme, faults, bins, bays, the sleeping area."""
    rows = truth.read_rows(data / "traffic/counters_daily_2022-2024.csv.gz")
    treated = traffic_files.TREATED
    effect = truth_records.difference_in_differences(
        rows, treated, (("2023-04-01", "2023-12-31"), ("2024-04-01", "2024-12-31")), 4.0
    )
    placebo = truth_records.difference_in_differences(
        rows, treated, (("2022-04-01", "2022-12-31"), ("2023-04-01", "2023-12-31")), 4.0
    )
    bins, bins_twice, bins_late = truth_records.uplinks(
        truth.read_lines(data / "lorawan/bins_2024-09.jsonl.gz")
    )
    bays, bays_twice, bays_late = truth_records.uplinks(
        truth.read_lines(data / "lorawan/parking_2024-10.jsonl.gz")
    )
    ward = names.ward_code(list(names.WARDS).index(service_files.SLEEPING))
    return {
        "sleeping_area": {"ward": ward, "why": "most community assets for its people, low score"},
        "intervention": {
            "name": traffic_files.SCHEME, "from": traffic_files.SCHEME_FROM.isoformat(),
            "treated": list(treated), "planted_percent": 100 * traffic_files.EFFECT,
            "found_percent": round(effect, 4), "placebo_year_percent": round(placebo, 4),
        },
        "faults": _faults(),
        "footfall": truth_records.footfall(
            truth.read_lines(data / "footfall/hourly_2022-2024.csv.gz")
        ),
        "bins": truth_records.bins(bins),
        "silent_bin": lorawan_files.DEAD_BIN,
        "parking": truth_records.bays(bays),
        "uplinks": {
            "bins_twice": bins_twice, "bins_late": bins_late,
            "parking_twice": bays_twice, "parking_late": bays_late,
        },
    }  # fmt: skip


def _faults() -> dict[str, Any]:
    """Return the faults that were put into the sensors' files, with their days."""

    def span(days: tuple[dt.date, dt.date]) -> list[str]:
        return [day.isoformat() for day in days]

    t, n = traffic_files, national_air
    return {
        "air_outages": [
            [s, f"{y}-{m:02d}", *days] for (s, (y, m)), days in air_files.OUTAGES.items()
        ],
        "air_spikes": [
            [site, species, f"{y}-{m:02d}-{day:02d}", hour, hours, value]
            for (site, (y, m), species), (day, hour, hours, value) in air_files.SPIKES.items()
        ],
        "air_stuck": [
            [site, species, f"{y}-{m:02d}-{day:02d}", hour, hours]
            for (site, (y, m), species), (day, hour, hours) in air_files.STUCK.items()
        ],
        "national_air_outages": [[s, *span(days)] for (s, _), days in n.OUTAGES.items()],
        "counter_outages": {name: span(days) for name, days in t.COUNTER_OUTAGES.items()},
        "counter_spikes": [[c, day.isoformat(), by] for (c, day), by in t.COUNTER_SPIKES.items()],
        "footfall_outages": {name: span(days) for name, days in t.FOOTFALL_OUTAGES.items()},
        "footfall_spikes": [[c, day.isoformat(), h, v] for c, day, h, v in t.FOOTFALL_SPIKES],
        "footfall_stuck": [t.FOOTFALL_STUCK[0], *span(t.FOOTFALL_STUCK[1:])],
        "festival": [t.FESTIVAL[0].isoformat(), *t.FESTIVAL[1:]],
    }
