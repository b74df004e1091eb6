"""Boundaries and lookups of the sample place, in the forms of the national statistics office."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from placedata.sample import names
from placedata.sample.areas import outline
from placedata.sample.tables import to_degrees, write_csv, write_geojson
from placedata.sample.town import Town


def write_boundaries(data: Path, town: Town) -> None:
    """Write wards, two editions of small areas and the borough as GeoJSON."""
    ground, areas = town.ground, town.areas
    wards = []
    for number, name in enumerate(names.WARDS):
        shape = outline(ground, areas.ward == number)
        middle = np.round(np.array([shape.point_on_surface().coords[0]]))
        lon, lat = to_degrees(middle)[0].tolist()
        wards.append((_ward_fields(number, name, middle[0], lon, lat), shape))
    write_geojson(data / "boundaries/wards_2025.geojson", "wards_2025", wards)
    for edition, codes, titles, group in (
        ("21", areas.lsoa21_codes, areas.lsoa21_names, areas.lsoa21),
        ("11", areas.lsoa11_codes, areas.lsoa11_names, areas.lsoa11),
    ):
        features = [
            ({"FID": n + 1, f"LSOA{edition}CD": code, f"LSOA{edition}NM": titles[n]},
             outline(ground, group == n))
            for n, code in enumerate(codes)
        ]  # fmt: skip
        write_geojson(data / f"boundaries/lsoa_20{edition}.geojson", f"lsoa_20{edition}", features)
    whole = outline(ground, np.ones(len(ground.blocks), dtype=bool))
    borough = {"FID": 1, "LAD25CD": names.PLACE_CODE, "LAD25NM": names.PLACE}
    write_geojson(data / "boundaries/lad_2025.geojson", "lad_2025", [(borough, whole)])


def _ward_fields(
    number: int, name: str, middle: np.ndarray[Any, np.dtype[np.float64]], lon: float, lat: float
) -> dict[str, Any]:
    return {
        "FID": number + 1, "WD25CD": names.ward_code(number), "WD25NM": name, "WD25NMW": " ",
        "LAD25CD": names.PLACE_CODE, "LAD25NM": names.PLACE, "BNG_E": int(middle[0]),
        "BNG_N": int(middle[1]), "LONG": round(lon, 5), "LAT": round(lat, 5),
    }  # fmt: skip


def write_lookups(data: Path, town: Town) -> None:
    """Write the lookup between the editions of small areas, and the best fit to wards."""
    areas = town.areas
    place = (names.PLACE, names.PLACE_CODE)
    rows = [
        (areas.lsoa11_names[a], areas.lsoa11_codes[a], kind,
         areas.lsoa21_names[b], areas.lsoa21_codes[b], *place)
        for a, kind, b in areas.changes
    ]  # fmt: skip
    header = [
        "lsoa11_name", "lsoa11_code", "change_code", "lsoa21_name", "lsoa21_code",
        "ltla22_name", "ltla22_code",
    ]  # fmt: skip
    write_csv(data / "lookups/lsoa11_lsoa21.csv", header, rows)
    titles = list(names.WARDS)
    best = []
    for n, code in enumerate(areas.lsoa21_codes):
        mine = areas.lsoa21 == n
        ward = int(np.argmax(np.bincount(areas.ward[mine], town.persons[mine], len(titles))))
        best.append((areas.lsoa21_names[n], code, titles[ward], names.ward_code(ward), *place))
    header = [
        "lsoa21_name", "lsoa21_code", "ward25_name", "ward25_code", "ltla25_name", "ltla25_code",
    ]  # fmt: skip
    write_csv(data / "lookups/lsoa21_ward25_lad25.csv", header, best)
