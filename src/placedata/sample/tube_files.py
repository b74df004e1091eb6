"""Diffusion tubes of the sample place: many cheap samplers of nitrogen dioxide, none in the north.

What they measure is a known field and a little chance, so that methods that fill the gaps between
them can be held against the truth.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placedata.sample.address_files import spread
from placedata.sample.chance import stream
from placedata.sample.ground import ORIGIN
from placedata.sample.tables import write_csv
from placedata.sample.town import Town

TUBES = 44
#: No tube further north than this, metres from the corner of the place.
NORTHERNMOST = 4_400.0
#: Spread of what a tube measures around the truth, µg/m³.
CHANCE = 0.5


def no2_field(local: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the true annual mean at points, metres from the corner of the place, shape (n,)."""
    x, y = local[:, 0], local[:, 1]
    market = np.exp(-((x - 2800) ** 2 + (y - 1950) ** 2) / (2 * 1300.0**2))
    gasworks = np.exp(-((x - 4300) ** 2 + (y - 1600) ** 2) / (2 * 900.0**2))
    return np.asarray(13.0 + 15.0 * market + 9.0 * gasworks, dtype=np.float64)


def write_tubes(data: Path, town: Town) -> None:
    """Write the annual means of the tubes, one with too few months and so without a mean."""
    south = town.ground.local[:, 1] < NORTHERNMOST
    places = np.array(spread(town, "tubes", TUBES, (town.persons * south).astype(np.float64)))
    rng = stream(town.seed, "tube means")
    means = no2_field(places - np.array(ORIGIN)) + CHANCE * rng.standard_normal(TUBES)
    rows: list[tuple[Any, ...]] = []
    for n, ((x, y), mean) in enumerate(zip(places.tolist(), means.tolist(), strict=True)):
        months = 4 if n == 17 else 12 - n % 3
        value = "" if months < 9 else f"{mean:.1f}"
        rows.append((f"DT{n + 1:02d}", round(x), round(y), months, value))
    header = ["Site ID", "Easting", "Northing", "Months of data", "Annual mean 2024 (ug/m3)"]
    write_csv(data / "air/diffusion_tubes_2024.csv", header, rows)
