"""Known answers about walks, tubes and the satellite's picture, for ``truth.json``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placedata.sample import names, truth, truth_streets
from placedata.sample.answers import outlines_of
from placedata.sample.ground import BOX, ORIGIN
from placedata.sample.satellite_files import CELL, CLOUD, CLOUDED, THIN_CLOUD, bands
from placedata.sample.town import Town
from placedata.sample.tube_files import no2_field

#: Metres walked in a minute at 4.8 km/h.
PACE = 80.0


def ground_answers(data: Path, town: Town) -> dict[str, Any]:
    """Return the known answers about streets, diffusion tubes and the satellite's picture."""
    codes = tuple(names.ward_code(n) for n in range(len(names.WARDS)))
    wards = outlines_of(town, codes, town.areas.ward)
    _, points = truth.codepoint_points(data)
    at_ward = truth.locate(wards, points)
    return {
        **_walks(data, points, at_ward, codes),
        **_tubes(data, points, at_ward, codes),
        **_satellite(town, wards),
    }


def _means(values: NDArray[Any], at: list[str], codes: tuple[str, ...]) -> dict[str, float]:
    ward = np.array(at)
    return truth.rounded({code: float(values[ward == code].mean()) for code in codes}, 4)


def _walks(
    data: Path, points: NDArray[np.float64], at: list[str], codes: tuple[str, ...]
) -> dict[str, Any]:
    network = truth_streets.walked_streets(data / "streets/road_links.geojson.gz")
    to_gp = truth_streets.walking_metres(network, truth.surgeries(data), points)
    rows = truth.read_rows(data / "addresses/schools_gias.csv")
    primary = [r for r in rows if r["education_phase"] == "Primary"]
    schools = np.array([[float(r["easting"]), float(r["northing"])] for r in primary])
    to_school = np.array(truth_streets.walking_metres(network, schools, points))
    metres = sum(sum(others.values()) for others in network.values()) / 2
    return {
        "streets_walked_km": round(metres / 1000, 3),
        "gp_walk_minutes": _means(np.array(to_gp) / PACE, at, codes),
        "school_within_10_minutes_percent": _means(100.0 * (to_school <= 10 * PACE), at, codes),
    }


def _tubes(
    data: Path, points: NDArray[np.float64], at: list[str], codes: tuple[str, ...]
) -> dict[str, Any]:
    rows = truth.read_rows(data / "air/diffusion_tubes_2024.csv")
    kept = [r for r in rows if r["Annual mean 2024 (ug/m3)"]]
    tubes = np.array([[float(r["Easting"]), float(r["Northing"])] for r in kept])
    near = np.hypot(*(points[:, None] - tubes[None]).transpose(2, 0, 1)).min(axis=1)
    share = _means((near <= 1000).astype(float), at, codes)
    return {
        "no2_field": _means(no2_field(points - np.array(ORIGIN)), at, codes),
        "tubes_with_a_mean": len(kept),
        "people_within_1000_m_of_a_tube": share,
    }


def _satellite(town: Town, wards: dict[str, Any]) -> dict[str, Any]:
    red, infrared, kind = bands(town).astype(np.float64)
    index = (infrared - red) / (infrared + red)
    index[np.isin(kind, (CLOUD, THIN_CLOUD))] = np.nan
    corner = (ORIGIN[0], ORIGIN[1] + BOX[1])
    both = {w: truth.zonal_mean(rings, index, corner, CELL) for w, rings in wards.items()}
    return {
        "ndvi": {w: None if share == 0 else round(mean, 6) for w, (mean, share) in both.items()},
        "ndvi_coverage": truth.rounded({ward: share for ward, (_, share) in both.items()}),
        "clouded_ward": names.ward_code(list(names.WARDS).index(CLOUDED)),
    }
