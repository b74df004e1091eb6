"""Every addressable object of the sample place: OS Open UPRN and the UPRN lookup of the ONS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placedata.sample import names
from placedata.sample.address_files import Postcodes
from placedata.sample.chance import stream
from placedata.sample.editions import oa_code
from placedata.sample.tables import to_degrees, write_csv
from placedata.sample.town import Town

#: UPRNs of real objects have at most twelve digits and lie far below this.
FIRST_UPRN = 999_900_000_001
#: Ponds, street records, substations and shops; and objects of the land around.
OTHER_OBJECTS, AWAY = 1_400, 60

_NSUL = [
    "UPRN", "GRIDGB1E", "GRIDGB1N", "PCDS", "OA21CD", "CTY25CD", "CED25CD", "LAD25CD", "WD25CD",
    "HLTH19CD", "CTRY25CD", "RGN25CD", "PCON24CD", "EER20CD", "TTWA15CD", "ITL25CD", "NPARK16CD",
    "LSOA21CD", "MSOA21CD", "WZ11CD", "SICBL26CD", "BUA24CD", "BUASD11CD", "RUC21IND", "OAC21IND",
    "LEP21CD1", "LEP21CD2", "PFA23CD", "IMD19IND",
]  # fmt: skip


@dataclass(frozen=True)
class Objects:
    """All addressable objects, in order of UPRN: homes first, then others, then those outside.

    Parameters
    ----------
    uprn
        Numbers, shape (objects,).
    xy
        Places, EPSG:27700, whole metres, shape (objects, 2).
    block
        The block that each lies in, -1 outside the place, shape (objects,).
    """

    uprn: NDArray[np.int64]
    xy: NDArray[np.float64]
    block: NDArray[np.int64]


def make_objects(town: Town) -> Objects:
    """Return the homes of the town, objects that are no homes, and some outside the place."""
    rng = stream(town.seed, "objects")
    ground = town.ground
    share = ground.area / ground.area.sum()
    other = np.sort(rng.choice(len(ground.blocks), OTHER_OBJECTS, p=share))
    places = np.round(ground.centre[other])
    angle = rng.uniform(0, 2 * np.pi, AWAY)
    around = np.column_stack([np.cos(angle), np.sin(angle)]) * rng.uniform(9e3, 2e4, (AWAY, 1))
    away = np.round(ground.centre.mean(axis=0) + around)
    xy = np.vstack([town.people.xy, places, away])
    block = np.concatenate([town.people.block, other, np.full(AWAY, -1)]).astype(np.int64)
    return Objects(FIRST_UPRN + np.arange(len(xy)), xy, block)


def write_open_uprn(data: Path, objects: Objects) -> None:
    """Write OS Open UPRN: a byte order mark, and nothing of what an object is."""
    degrees = to_degrees(objects.xy, 7)
    header = ["UPRN", "X_COORDINATE", "Y_COORDINATE", "LATITUDE", "LONGITUDE"]
    rows = (
        (uprn, f"{x:.2f}", f"{y:.2f}", f"{lat:.7f}", f"{lon:.7f}")
        for uprn, (x, y), (lon, lat) in zip(
            objects.uprn.tolist(), objects.xy.tolist(), degrees.tolist(), strict=True
        )
    )
    write_csv(data / "addresses/osopenuprn_202511.csv.gz", header, rows, bom=True)


def write_nsul(
    data: Path, town: Town, objects: Objects, postcodes: Postcodes, oa: NDArray[np.int64]
) -> None:
    """Write the lookup of homes and other objects to areas: columns of 2025, many of them blank."""
    rows = _nsul_rows(town, objects, postcodes, oa)
    write_csv(data / "addresses/nsul_nov_2025.csv.gz", _NSUL, rows)


def _nsul_rows(
    town: Town, objects: Objects, postcodes: Postcodes, oa: NDArray[np.int64]
) -> Iterator[list[Any]]:
    areas = town.areas
    run = postcodes.of_run[town.people.postcode]
    for n, (uprn, (x, y), block) in enumerate(
        zip(objects.uprn.tolist(), objects.xy.tolist(), objects.block.tolist(), strict=True)
    ):
        cells: dict[str, Any] = dict.fromkeys(_NSUL, "")
        cells |= {"UPRN": uprn, "GRIDGB1E": int(x), "GRIDGB1N": int(y), "CTRY25CD": "E92000001"}
        if n < len(run):
            cells["PCDS"] = postcodes.codes[int(run[n])]
        if block >= 0:
            small = int(areas.lsoa21[block])
            cells |= {
                "OA21CD": oa_code(int(oa[block])), "CTY25CD": "E99999999",
                "LAD25CD": names.PLACE_CODE, "WD25CD": names.ward_code(int(areas.ward[block])),
                "LSOA21CD": areas.lsoa21_codes[small], "MSOA21CD": f"E0299{small // 5 + 1:04d}",
            }  # fmt: skip
        else:
            cells |= {"LAD25CD": "E09990002", "WD25CD": "E05999901"}
        yield [cells[name] for name in _NSUL]
