"""Traffic: counts of the Department for Transport by year, the council's own by day, footfall.

One scheme is planted: low-traffic streets from 1 April 2024, with 15 % fewer motor vehicles past
the counters in it, and no change past the others.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placedata.sample import names
from placedata.sample.address_files import spread
from placedata.sample.chance import stream
from placedata.sample.ground import ORIGIN, density
from placedata.sample.tables import to_degrees, write_csv
from placedata.sample.town import Town

YEARS = (2022, 2023, 2024)
FIRST_DAY, DAYS = dt.date(2022, 1, 1), 1096
SCHEME, SCHEME_FROM, EFFECT = "Rope Walk low-traffic streets", dt.date(2024, 4, 1), -0.15

#: Counter -> first and last day without figures; and days with many times too many.
COUNTER_OUTAGES = {
    "TC03": (dt.date(2022, 11, 7), dt.date(2022, 12, 4)),
    "TC09": (dt.date(2023, 6, 19), dt.date(2023, 7, 9)),
    "TC14": (dt.date(2024, 8, 1), dt.date(2024, 8, 18)),
}
COUNTER_SPIKES = {("TC06", dt.date(2023, 5, 17)): 12.0, ("TC11", dt.date(2024, 10, 2)): 15.0}
COUNTERS, TREATED = 16, ("TC01", "TC02", "TC03", "TC04")

#: Footfall counters: name -> people in its busiest hour of an ordinary Saturday.
FOOTFALL = {
    "FC1 Market Place": 1450, "FC2 Harbour Steps": 610, "FC3 Tollgate Parade": 480,
    "FC4 Priory Gate": 320, "FC5 Station Approach": 980,
}  # fmt: skip
FOOTFALL_OUTAGES = {"FC3 Tollgate Parade": (dt.date(2023, 2, 6), dt.date(2023, 2, 26))}
#: Counter, day, hour: a lorry parked in front of it, and a counter that stands still.
FOOTFALL_SPIKES = (("FC1 Market Place", dt.date(2022, 9, 14), 11, 48_000),)
FOOTFALL_STUCK = ("FC4 Priory Gate", dt.date(2024, 3, 4), dt.date(2024, 3, 10))
FESTIVAL = (dt.date(2024, 7, 20), "FC2 Harbour Steps", 3.5)

_AADF = [
    "id", "count_point_id", "year", "region_id", "local_authority_id", "road_name", "road_category",
    "road_type", "start_junction_road_name", "end_junction_road_name", "easting", "northing",
    "latitude", "longitude", "link_length_km", "link_length_miles", "estimation_method",
    "estimation_method_detailed", "pedal_cycles", "two_wheeled_motor_vehicles", "cars_and_taxis",
    "buses_and_coaches", "lgvs", "hgvs_2_rigid_axle", "hgvs_3_rigid_axle",
    "hgvs_4_or_more_rigid_axle", "hgvs_3_or_4_articulated_axle", "hgvs_5_articulated_axle",
    "hgvs_6_articulated_axle", "all_hgvs", "all_motor_vehicles",
]  # fmt: skip


def write_aadf(data: Path, town: Town) -> None:
    """Write average daily flow by count point and year; some are estimated, not counted."""
    rng = stream(town.seed, "aadf")
    places = spread(town, "aadf", 26, np.asarray(town.persons + 12.0, dtype=np.float64))
    middle = np.array([2450.0, 1750.0]) + np.array(ORIGIN)
    order = np.argsort([round(float(np.hypot(*(p - middle))), 3) for p in places])
    in_scheme = set(order[:2].tolist())
    built = density(np.array(places) - np.array(ORIGIN))
    rows: list[list[Any]] = []
    for n, place in enumerate(places):
        major = n % 3 == 0
        base = (9_000 + 9_500 * built[n] if major else 700 + 2_600 * built[n]) * rng.uniform(
            0.7, 1.3
        )
        cycles = (60 + 240 * built[n]) * rng.uniform(0.6, 1.4)
        lon, lat = to_degrees(place[None, :], 8)[0].tolist()
        for y, year in enumerate(YEARS):
            flow = base * (1 + 0.012 * y)
            if year == 2024 and n in in_scheme:
                flow *= 1 + EFFECT * 275 / 366
            parts = _classes(flow * rng.uniform(0.99, 1.01))
            counted = (n + year) % 3 != 1
            rows.append([
                len(rows) + 1, 990001 + n, year, 99, 999,
                f"A{9900 + n}" if major else "U" if n % 2 else "C", "PA" if major else "MCU",
                "Major" if major else "Minor", names.street(n * 9) if major else "",
                names.street(n * 9 + 4) if major else "", int(place[0]), int(place[1]),
                f"{lat:.8f}", f"{lon:.8f}", round(0.4 + 0.1 * (n % 7), 1) if major else "",
                round(0.2 + 0.06 * (n % 7), 2) if major else "",
                "Counted" if counted else "Estimated",
                "Manual count" if counted else "Estimated using previous year's AADF",
                round(cycles * (1 + 0.06 * y)), *parts,
            ])  # fmt: skip
    rows.sort(key=lambda row: (row[1], row[2]))
    write_csv(data / "traffic/dft_aadf_2022-2024.csv", _AADF, rows)


def _classes(flow: float) -> list[int]:
    """Return vehicles by class, goods vehicles by axles, their sum, and all motor vehicles."""
    shares = (0.012, 0.79, 0.013, 0.15)
    light = [round(flow * share) for share in shares]
    heavy = [round(flow * share) for share in (0.016, 0.004, 0.006, 0.002, 0.004, 0.003)]
    return [*light, *heavy, sum(heavy), sum(light) + sum(heavy)]


def write_counters(data: Path, town: Town) -> None:
    """Write the council's counters and their motor vehicles by day, with outages and spikes."""
    weight = town.persons + 10.0
    near = np.hypot(*(town.ground.local - np.array([2450.0, 1750.0])).T) < 480
    far = np.hypot(*(town.ground.local - np.array([2450.0, 1750.0])).T) > 1100
    places = spread(town, "counters in scheme", len(TREATED), weight * near)
    places += spread(town, "counters", COUNTERS - len(TREATED), weight * far)
    codes = [f"TC{n + 1:02d}" for n in range(COUNTERS)]
    sites = [
        (code, names.street(n * 23 + 2), int(place[0]), int(place[1]),
         SCHEME if code in TREATED else "")
        for n, (code, place) in enumerate(zip(codes, places, strict=True))
    ]  # fmt: skip
    header = ["counter_id", "street", "easting", "northing", "scheme"]
    write_csv(data / "traffic/counters.csv", header, sites)
    rng = stream(town.seed, "counters by day")
    shared = np.exp(rng.normal(0, 0.05, DAYS))
    rows: list[tuple[Any, ...]] = []
    for n, code in enumerate(codes):
        flow = _by_day(rng, float(rng.uniform(900, 5200)), shared, treated=code in TREATED)
        bikes = _by_day(rng, float(rng.uniform(60, 420)), shared**3, treated=False)
        rows += [_counter_row(code, k, float(flow[k]), float(bikes[k]), n) for k in range(DAYS)]
    rows.sort(key=lambda row: (row[1], row[0]))
    header = ["counter_id", "date", "motor_vehicles", "pedal_cycles", "uptime"]
    write_csv(data / "traffic/counters_daily_2022-2024.csv.gz", header, rows)


def _by_day(
    rng: np.random.Generator, base: float, shared: NDArray[np.float64], *, treated: bool
) -> NDArray[np.float64]:
    day = np.arange(DAYS)
    week = np.array([1.04, 1.05, 1.06, 1.08, 1.1, 0.9, 0.77])[(day + FIRST_DAY.weekday()) % 7]
    season = 1 - 0.06 * np.cos(2 * np.pi * (day - 20) / 365.25)
    flow = base * week * season * (1 + 0.012 * day / 365.25) * shared
    flow *= np.exp(rng.normal(0, 0.03, DAYS))
    if treated:
        flow[day >= (SCHEME_FROM - FIRST_DAY).days] *= 1 + EFFECT
    return np.asarray(flow, dtype=np.float64)


def _counter_row(code: str, k: int, flow: float, bikes: float, n: int) -> tuple[Any, ...]:
    day = FIRST_DAY + dt.timedelta(days=k)
    first, last = COUNTER_OUTAGES.get(code, (dt.date.max, dt.date.min))
    if first <= day <= last:
        return (code, day.isoformat(), "", "", "0.00")
    flow *= COUNTER_SPIKES.get((code, day), 1.0)
    uptime = 0.97 if (k + n) % 29 == 0 else 1.0
    return (code, day.isoformat(), round(flow), round(bikes), f"{uptime:.2f}")


def write_footfall(data: Path, seed: int) -> None:
    """Write people an hour in local time: an hour twice in October, and one not in March."""
    rng = stream(seed, "footfall")
    counters = list(FOOTFALL)
    lines: list[tuple[Any, ...]] = []
    for k in range(DAYS):
        day = FIRST_DAY + dt.timedelta(days=k)
        weather = float(np.exp(rng.normal(0, 0.12)))
        values = [_hours_of(rng, day, name, weather) for name in counters]
        for hour in _clock(day):
            pairs = zip(counters, values, strict=True)
            cells = [_footfall_cell(name, day, hour, those) for name, those in pairs]
            lines.append((day.strftime("%d/%m/%Y"), f"{hour:02d}:00", *cells))
    header = ["Date", "Hour beginning (local time)", *counters]
    write_csv(data / "footfall/hourly_2022-2024.csv.gz", header, lines)


def _clock(day: dt.date) -> list[int]:
    """Return the hours of a day as a clock on the wall shows them."""
    hours = list(range(24))
    last_sunday = day.weekday() == 6 and day.day > 24
    if last_sunday and day.month == 3:
        hours.remove(1)
    if last_sunday and day.month == 10:
        hours.insert(2, 1)
    return hours


def _hours_of(
    rng: np.random.Generator, day: dt.date, name: str, weather: float
) -> NDArray[np.float64]:
    """Return people in each hour of a day, shape (24,)."""
    hour = np.arange(24)
    office = name.startswith("FC5")
    noon = np.exp(-((hour - 13.2) ** 2) / 14)
    rush = np.exp(-((hour - 8) ** 2) / 2) + 0.9 * np.exp(-((hour - 17.5) ** 2) / 3)
    shape = (0.25 * noon + 0.75 * rush) if office and day.weekday() < 5 else noon
    week = (0.7, 0.72, 0.74, 0.78, 0.88, 1.0, 0.66)[day.weekday()]
    season = 1 + 0.18 * (day.month == 12) + 0.05 * np.sin((day.month - 4) * np.pi / 6)
    growth = 1 + 0.03 * (day.year - 2022)
    mean = FOOTFALL[name] * week * season * growth * weather * shape
    if (day, name) == FESTIVAL[:2]:
        mean = mean * FESTIVAL[2]
    return np.asarray(rng.poisson(np.round(mean, 6)), dtype=np.float64)


def _footfall_cell(name: str, day: dt.date, hour: int, values: NDArray[np.float64]) -> int | str:
    first, last = FOOTFALL_OUTAGES.get(name, (dt.date.max, dt.date.min))
    if first <= day <= last:
        return ""
    stuck, start, end = FOOTFALL_STUCK
    if name == stuck and start <= day <= end:
        return 57
    for counter, when, at, count in FOOTFALL_SPIKES:
        if (name, day, hour) == (counter, when, at):
            return count
    return int(values[hour])
