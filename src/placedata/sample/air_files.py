"""Air sensors of the sample place in the form of the London Air Quality Network."""

from __future__ import annotations

import calendar
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from placedata.sample.chance import stream
from placedata.sample.ground import ORIGIN
from placedata.sample.tables import write_csv
from placedata.sample.town import Town

MONTHS = ((2024, 1), (2024, 7))
#: Months of the years before, gzipped, and how much more there was then.
EARLIER = {(2022, 1): 1.09, (2022, 7): 1.07, (2023, 1): 1.05, (2023, 7): 1.03}

#: Site, month -> first and last day without values.
OUTAGES = {("AM4", (2023, 7)): (10, 19), ("AM2", (2022, 1)): (3, 7)}
#: Site, month, species -> day, first hour, hours and the value of a fault.
SPIKES = {("AM1", (2023, 1), "NO2"): (17, 5, 3, 912.0)}
#: Site, month, species -> day, first hour and hours of an instrument that stands still.
STUCK = {("AM3", (2022, 7), "PM25"): (21, 0, 36)}

#: Code, name, type, local place in metres, mean NO2 and PM2.5 (None: not measured), closed on.
SITES: tuple[tuple[str, str, str, tuple[float, float], float | None, float | None, str], ...] = (
    ("AM1", "Market Place", "Roadside", (2800, 1950), 38.0, 11.6, ""),
    ("AM2", "Gasworks Road", "Industrial", (4300, 1600), 34.0, 13.2, ""),
    ("AM3", "Larkwood School", "Suburban", (1300, 4300), 13.5, 7.1, ""),
    ("AM4", "Tollgate", "Urban Background", (3300, 4600), 22.0, 9.0, ""),
    ("AM5", "Dunmere Lane", "Urban Background", (4900, 3400), 18.0, 8.2, ""),
    ("AM6", "North Fen", "Suburban", (3500, 6000), None, 6.8, ""),
    ("AM7", "Old Ropeworks", "Kerbside", (2200, 1500), None, None, "2016-05-31 00:00:00"),
    ("AM8", "Alder Carr Field", "Urban Background", (1050, 2350), 19.5, 8.1, ""),
)

_HEADER = [
    "@LocalAuthorityCode", "@LocalAuthorityName", "@SiteCode", "@SiteName", "@SiteType",
    "@DateClosed", "@DateOpened", "@Latitude", "@Longitude", "@LatitudeWGS84", "@LongitudeWGS84",
    "@DisplayOffsetX", "@DisplayOffsetY", "@DataOwner", "@DataManager", "@SiteLink",
]  # fmt: skip


def write_sites(data: Path) -> None:
    """Write the sites: columns that begin with @, and Web Mercator metres named WGS84."""
    to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    to_web = Transformer.from_crs("EPSG:27700", "EPSG:3857", always_xy=True)
    rows: list[tuple[Any, ...]] = []
    for code, name, kind, (x, y), _, _, closed in SITES:
        lon, lat = to_degrees.transform(ORIGIN[0] + x, ORIGIN[1] + y)
        east, north = to_web.transform(ORIGIN[0] + x, ORIGIN[1] + y)
        rows.append((
            99, "Aldermarsh", code, f"Aldermarsh - {name}", kind, closed, "2009-04-01 00:00:00",
            f"{lat:.6f}", f"{lon:.6f}", f"{north:.5f}", f"{east:.5f}", 0, 0, "Aldermarsh",
            "Aldermarsh (fictional)", "",
        ))  # fmt: skip
    write_csv(data / "air/sites.csv", _HEADER, rows)


def write_hours(data: Path, town: Town) -> None:
    """Write one file a site and month: hours missing, below zero, doubled; the last day absent."""
    header = ["@SpeciesCode", "@MeasurementDateGMT", "@Value", "SiteCode"]
    for code, _, _, _, no2, pm25, closed in SITES:
        if closed:
            continue
        for year, month in (*EARLIER, *MONTHS):
            rng = stream(town.seed, f"air {code} {year}-{month}")
            rows: list[tuple[Any, ...]] = []
            more = EARLIER.get((year, month), 1.0)
            for species, mean in (("NO2", no2), ("PM25", pm25)):
                level = None if mean is None else mean * more
                values = _hours(rng, level, (year, month), species)
                _spoil(values, code, (year, month), species)
                rows += _rows(values, species, (year, month), code)
            name = f"air/{code}_{year}-{month:02d}.csv"
            if (year, month) in EARLIER:
                write_csv(data / f"{name}.gz", header, rows)
                continue
            if code == "AM2":  # the same hours sent twice with another value, and once the same
                rows += [(s, t, f"{float(v) + 3:.1f}", c) for s, t, v, c in rows[100:106] if v]
                rows.append(rows[120])
            write_csv(data / name, header, rows)


def _spoil(values: NDArray[np.float64], code: str, when: tuple[int, int], species: str) -> None:
    """Put the planted faults into a month of hours."""
    if (code, when) in OUTAGES:
        first, last = OUTAGES[code, when]
        values[24 * (first - 1) : 24 * last] = np.nan
    if (code, when, species) in SPIKES:
        day, hour, hours, fault = SPIKES[code, when, species]
        start = 24 * (day - 1) + hour
        values[start : start + hours] = fault
    if (code, when, species) in STUCK:
        day, hour, hours = STUCK[code, when, species]
        start = 24 * (day - 1) + hour
        values[start : start + hours] = values[np.flatnonzero(~np.isnan(values[:start]))[-1]]


def _hours(
    rng: np.random.Generator, mean: float | None, when: tuple[int, int], species: str
) -> NDArray[np.float64]:
    """Return hourly values of a month less its last day; NaN where there is none."""
    hours = 24 * (calendar.monthrange(*when)[1] - 1)
    if mean is None:
        return np.full(hours, np.nan)
    clock = np.arange(hours) % 24
    rush = 1 + 0.28 * np.exp(-((clock - 8) ** 2) / 6) + 0.33 * np.exp(-((clock - 18) ** 2) / 8)
    season = 1.14 if when[1] == 1 else 0.8
    slow = np.convolve(rng.standard_normal(hours + 47), np.full(48, 1 / 48), "valid") * 2.6
    noise = np.exp(0.35 * slow + 0.22 * rng.standard_normal(hours))
    values = mean * season * rush / rush.mean() * noise / noise.mean()
    if species == "PM25":  # small values dip below zero, as real instruments do
        values += rng.normal(0, 2.6, hours)
    values[rng.uniform(0, 1, hours) < 0.035] = np.nan
    start = int(rng.integers(0, hours - 60))
    values[start : start + int(rng.integers(8, 50))] = np.nan
    return np.asarray(np.round(values, 1))


def _rows(
    values: NDArray[np.float64], species: str, when: tuple[int, int], code: str
) -> list[tuple[Any, ...]]:
    rows = []
    for hour, value in enumerate(values.tolist()):
        time = f"{when[0]}-{when[1]:02d}-{hour // 24 + 1:02d} {hour % 24:02d}:00:00"
        rows.append((species, time, "" if math.isnan(value) else f"{value:.1f}", code))
    return rows
