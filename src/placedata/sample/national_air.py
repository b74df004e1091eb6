"""Two stations of the national network in the form of UK-AIR: three years of hours."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placedata.sample.chance import stream
from placedata.sample.ground import ORIGIN
from placedata.sample.tables import to_degrees, write_csv

YEARS = (2022, 2023, 2024)
#: Code -> name, local place in metres, mean ozone and PM10.
STATIONS: dict[str, tuple[str, tuple[float, float], float, float]] = {
    "ALDC": ("Aldermarsh Centre", (2750, 1800), 43.0, 19.0),
    "ALDN": ("Aldermarsh North Fen", (3600, 6300), 58.0, 13.0),
}
#: Station, year -> first and last day without values.
OUTAGES = {("ALDC", 2023): (dt.date(2023, 3, 6), dt.date(2023, 4, 9))}
_PROVISIONAL_FROM = "2024-10"


def write_national_air(data: Path, seed: int) -> None:
    """Write a file a station and year: four lines of preamble, hours to 24:00, tags in headers."""
    places = np.array([place for _, place, _, _ in STATIONS.values()]) + np.array(ORIGIN)
    rows = [
        (code, f"{name} (fictional)", f"{lat:.6f}", f"{lon:.6f}")
        for (code, (name, *_)), (lon, lat) in zip(
            STATIONS.items(), to_degrees(places).tolist(), strict=True
        )
    ]
    header = ["Site code", "Site name", "Latitude", "Longitude"]
    write_csv(data / "air/national_sites.csv", header, rows)
    for code, (name, _, ozone, dust) in STATIONS.items():
        for year in YEARS:
            rng = stream(seed, f"national air {code} {year}")
            lines = _preamble(name, year)
            first, last = OUTAGES.get((code, year), (dt.date.max, dt.date.min))
            columns = _ozone(rng, ozone, year), _dust(rng, dust, year)
            for hour, (o3, pm10) in enumerate(zip(*columns, strict=True)):
                day = dt.date(year, 1, 1) + dt.timedelta(days=hour // 24)
                gone = first <= day <= last
                lines.append(_line(day, hour % 24, (float(o3), float(pm10)), gone=gone))
            write_csv(data / f"air/{code}_{year}.csv.gz", None, lines, end="\r\n")


def _preamble(name: str, year: int) -> list[tuple[Any, ...]]:
    return [
        (f"{name} (fictional)",), ("Data supplied in the form of UK-AIR; all values are invented",),
        (f"All Data GMT hour ending, {year}",),
        ("Status: R = Ratified / P = Provisional / P* = As supplied",),
        ("Date", "time", "Ozone", "status", "unit",
         "PM<sub>10</sub> particulate matter (Hourly measured)", "status", "unit"),
    ]  # fmt: skip


def _line(day: dt.date, hour: int, values: tuple[float, float], *, gone: bool) -> tuple[Any, ...]:
    cells: list[Any] = [day.strftime("%d-%m-%Y"), f"{hour + 1:02d}:00"]
    status = "P" if day.isoformat() >= _PROVISIONAL_FROM else "R"
    for value in values:
        known = not (gone or math.isnan(value))
        cells += [f"{value:.0f}", status, "ugm-3"] if known else ["", "", ""]
    return tuple(cells)


def _ozone(rng: np.random.Generator, mean: float, year: int) -> NDArray[np.float64]:
    """Return ozone by hour: highest in spring and after noon; some hours are missing."""
    hours = _hours_of(year)
    clock, day = hours % 24, hours // 24
    season = 1 + 0.25 * np.sin(2 * np.pi * (day - 30) / 365.25)
    noon = 1 + 0.28 * np.cos(2 * np.pi * (clock - 15) / 24)
    noise = 1 + 0.16 * rng.standard_normal(len(hours)) + 0.12 * _slow(rng, len(hours))
    return _gaps(rng, np.clip(mean * season * noon * noise, 0, None))


def _dust(rng: np.random.Generator, mean: float, year: int) -> NDArray[np.float64]:
    """Return PM10 by hour: highest in winter and in the rush hours."""
    hours = _hours_of(year)
    clock, day = hours % 24, hours // 24
    season = 1 + 0.2 * np.cos(2 * np.pi * (day - 20) / 365.25)
    rush = 1 + 0.2 * np.exp(-((clock - 8) ** 2) / 6) + 0.2 * np.exp(-((clock - 18) ** 2) / 8)
    fewer = 1 - 0.02 * (year - 2022)
    noise = np.exp(0.3 * _slow(rng, len(hours)) + 0.2 * rng.standard_normal(len(hours)))
    return _gaps(rng, mean * season * rush * fewer * noise)


def _hours_of(year: int) -> NDArray[np.int64]:
    days = (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days
    return np.arange(24 * days)


def _slow(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Return weather: noise of two days' memory, about -2 to 2."""
    noise = rng.standard_normal(count + 47)
    return np.asarray(np.convolve(noise, np.full(48, 1 / 48), "valid") * 6.9)


def _gaps(rng: np.random.Generator, values: NDArray[np.float64]) -> NDArray[np.float64]:
    values = np.round(values)
    values[rng.uniform(0, 1, len(values)) < 0.02] = np.nan
    return np.asarray(values, dtype=np.float64)
