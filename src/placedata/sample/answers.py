"""Which known answers are written to ``truth.json``, each from `placedata.sample.truth`."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from placedata.sample import names, truth
from placedata.sample.areas import outline
from placedata.sample.ground import BOX, ORIGIN
from placedata.sample.people import need
from placedata.sample.raster_files import NODATA_GREEN, NODATA_HEAT, greenness, height, summer_heat
from placedata.sample.town import Town

_CORNER = (ORIGIN[0], ORIGIN[1] + BOX[1])


def _rings(shape: shapely.Geometry) -> list[NDArray[np.float64]]:
    return [
        np.array(ring.coords)
        for part in shapely.get_parts(shape)
        for ring in (part.exterior, *part.interiors)
    ]


def outlines_of(town: Town, codes: tuple[str, ...], group: NDArray[np.int64]) -> dict[str, Any]:
    """Return code -> rings of the outline of each group of blocks."""
    return {code: _rings(outline(town.ground, group == n)) for n, code in enumerate(codes)}


def known_answers(data: Path, town: Town) -> dict[str, Any]:
    """Return the known answers about the town and the files written to `data`."""
    areas = town.areas
    codes = tuple(names.ward_code(n) for n in range(len(names.WARDS)))
    wards = outlines_of(town, codes, areas.ward)
    postcodes, points = truth.codepoint_points(data)
    at_ward = truth.locate(wards, points)
    at_lsoa21 = truth.locate(outlines_of(town, areas.lsoa21_codes, areas.lsoa21), points)
    at_lsoa11 = truth.locate(outlines_of(town, areas.lsoa11_codes, areas.lsoa11), points)
    census: dict[str, float] = defaultdict(float)
    for row in truth.read_rows(data / "population/census2021_lsoa21_age6.csv"):
        census[row["lsoa21_code"]] += float(row["usual_residents"])
    facts: dict[str, Any] = {
        "fictional": True,
        "seed": town.seed,
        "wards": len(codes),
        "small_areas_2021": len(areas.lsoa21_codes),
        "small_areas_2011": len(areas.lsoa11_codes),
        "postcodes_located": len(postcodes),
        "homes": int(town.homes.sum()),
        "people": int(town.persons.sum()),
        "neediest_ward": names.ward_code(list(names.WARDS).index(names.NEEDIEST)),
        "strip_ward": names.ward_code(list(names.WARDS).index("Saltern Liberty")),
    }
    facts |= _people(town, wards)
    facts["population_by_postcodes"] = truth.rounded(
        truth.shared_by_postcodes(census, at_lsoa21, at_ward)
    )
    facts |= _tables(data, census, (at_lsoa21, at_lsoa11), at_ward)
    facts["distance_to_gp_m"] = truth.rounded(
        truth.mean_distance(truth.surgeries(data), points, at_ward), 3
    )
    facts |= _points(data, wards)
    facts["no2_site_means"] = truth.site_means(data / "air", "NO2")
    facts["pm25_site_means"] = truth.site_means(data / "air", "PM25")
    facts["no2_site_means_by_year"] = truth.site_means(data / "air", "NO2", digits=4)
    return facts | _rasters(town, wards)


def _people(town: Town, wards: dict[str, Any]) -> dict[str, Any]:
    """Return facts counted home by home."""
    home_ward = truth.locate(wards, town.people.xy)
    people: Counter[str] = Counter()
    level: dict[str, float] = defaultdict(float)
    felt = need(town.people.xy - np.array(ORIGIN))
    for ward, persons, felt_here in zip(
        home_ward, town.people.persons.tolist(), felt.tolist(), strict=True
    ):
        people[ward] += persons
        level[ward] += persons * felt_here
    codes = sorted(wards)
    return {
        "population_by_home": {code: people[code] for code in codes},
        "homes_outside_every_ward": home_ward.count(""),
        "neediness": truth.rounded({code: level[code] / people[code] for code in codes}, 4),
    }


def _tables(
    data: Path, census: dict[str, float], small: tuple[list[str], list[str]], wards: list[str]
) -> dict[str, Any]:
    file7 = truth.read_rows(
        data / "deprivation/iod2025_file7_all_ranks_scores_deciles_populations.csv"
    )
    score = {
        r["LSOA code (2021)"]: float(r["Index of Multiple Deprivation (IMD) Score"]) for r in file7
    }
    violence = {
        r["LSOA11CD"]: float(r["2024"])
        for r in truth.read_rows(data / "indicators/crime_lsoa11_2016-2024_violence.csv")
    }
    people = dict(census)
    earlier = {
        r["LSOA code (2011)"]: float(
            r["Total population: mid 2015 (excluding prisoners)"].replace(",", "")
        )
        for r in truth.read_rows(data / "deprivation/iod2019_file6_population.csv")
    }
    counts = truth.shared_by_postcodes(violence, small[1], wards)
    population = truth.shared_by_postcodes(people, small[0], wards)
    rate = {ward: 1000 * counts[ward] / population[ward] for ward in counts}
    return {
        "imd_2025_score": truth.rounded(truth.weighted_scores(score, people, small[0], wards)),
        "population_2015": truth.rounded(truth.shared_by_postcodes(earlier, small[1], wards)),
        "violence_2024": truth.rounded(counts),
        "violence_2024_total": sum(violence.values()),
        "violence_2024_per_1000": truth.rounded(rate),
    }


def _points(data: Path, wards: dict[str, Any]) -> dict[str, Any]:
    rows = truth.read_rows(data / "indicators/road_collisions_2022-2024.csv")
    placed = [r for r in rows if r["location_easting_osgr"]]
    points = np.array(
        [[float(r["location_easting_osgr"]), float(r["location_northing_osgr"])] for r in placed]
    )
    found = truth.locate(wards, points)
    here = [w for w, r in zip(found, placed, strict=True) if r["collision_year"] == "2024"]
    return {"collisions_2024": {ward: here.count(ward) for ward in sorted(wards)}}


def _rasters(town: Town, wards: dict[str, Any]) -> dict[str, Any]:
    green = greenness(town).astype(np.float64)
    green[green == NODATA_GREEN] = np.nan
    heat = summer_heat(town)
    heat[heat == NODATA_HEAT] = np.nan
    facts: dict[str, Any] = {}
    for name, cells, size in (
        ("greenness_percent", green, 50.0),
        ("summer_heat_c", heat, 100.0),
        ("elevation_m", height(town), 50.0),
    ):
        both = {w: truth.zonal_mean(rings, cells, _CORNER, size) for w, rings in wards.items()}
        facts[name] = truth.rounded({ward: mean for ward, (mean, _) in both.items()})
        facts[f"{name}_coverage"] = truth.rounded({w: share for w, (_, share) in both.items()})
    return facts
