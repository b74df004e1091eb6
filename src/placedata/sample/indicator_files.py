"""Census, ward profile, crime, energy and other tables of the sample place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placedata.sample import names
from placedata.sample.chance import stream
from placedata.sample.tables import share_out, write_csv
from placedata.sample.town import Level, Town

AGE_BANDS = (
    "Aged 15 years and under", "Aged 16 to 24 years", "Aged 25 to 34 years",
    "Aged 35 to 49 years", "Aged 50 to 64 years", "Aged 65 years and over",
)  # fmt: skip
CRIME_YEARS = tuple(range(2016, 2025))
ENERGY_YEARS = tuple(range(2018, 2023))


def ages(town: Town) -> NDArray[np.int64]:
    """Return usual residents by small area of 2021 and age band, shape (areas, 6)."""
    people = town.total("lsoa21", town.persons)
    z = np.clip(town.level("lsoa21", "children"), -1.5, 2)
    built = np.clip(town.density("lsoa21"), 0, 1.6)
    shares = np.column_stack([
        0.19 + 0.035 * z, 0.105 + 0.012 * built, 0.11 + 0.06 * built, 0.2 + 0.01 * built,
        0.19 - 0.01 * z - 0.02 * built, 0.2 - 0.035 * z - 0.06 * built,
    ])  # fmt: skip
    return np.array([share_out(int(n), row) for n, row in zip(people, shares, strict=True)])


def write_census(data: Path, town: Town) -> None:
    """Write people by age band (long form) and counts of households (wide form)."""
    areas = town.areas
    counts = ages(town)
    rows = [
        (code, areas.lsoa21_names[n], band, int(counts[n, b]))
        for n, code in enumerate(areas.lsoa21_codes)
        for b, band in enumerate(AGE_BANDS)
    ]
    header = ["lsoa21_code", "lsoa21_name", "age_group", "usual_residents"]
    write_csv(data / "population/census2021_lsoa21_age6.csv", header, rows)
    homes = town.total("lsoa21", town.homes)
    parts = [
        ("no_internet", "connection", 0.07, 0.5),
        ("no_car", "income", 0.24, 0.35),
        ("overcrowded", "housing", 0.08, 0.55),
        ("no_english_speaker", "skills", 0.045, 0.5),
    ]
    columns = [
        np.round(homes * np.clip(base * np.exp(slope * town.level("lsoa21", topic)), 0, 0.9))
        for _, topic, base, slope in parts
    ]
    write_csv(
        data / "population/census2021_lsoa21_households.csv",
        ["LSOA21CD", "LSOA21NM", "households", *(name for name, *_ in parts)],
        [
            (code, areas.lsoa21_names[n], f"{int(homes[n]):,}", *(int(c[n]) for c in columns))
            for n, code in enumerate(areas.lsoa21_codes)
        ],
    )


def _by_year(
    town: Town, level: Level, topic: str, years: tuple[int, ...], mean: float
) -> NDArray[np.float64]:
    """Return `mean` raised or lowered by a topic, with drift over the years, (areas, years)."""
    z = town.level(level, topic)
    drift = np.linspace(0.12, -0.1, len(years)) + 0.05 * np.sin(np.arange(len(years)) * 1.7)
    return np.asarray(mean * np.exp(0.55 * z[:, None] + drift[None, :]))


def write_crime(data: Path, town: Town) -> None:
    """Write recorded crimes by small area of 2011, one column a year, whole numbers as floats."""
    areas = town.areas
    people = town.total("lsoa11", town.persons)
    head = ["LSOA11CD", "LSOA11NM", "MSOA11CD", "MSOA11NM", "LAD11CD", "LAD11NM"]
    for name, topic, mean in (("violence", "crime", 0.021), ("burglary", "crime", 0.0055),
                              ("criminal-damage", "fire", 0.009)):  # fmt: skip
        rng = stream(town.seed, f"crime {name}")
        rate = _by_year(town, "lsoa11", topic, CRIME_YEARS, mean)
        counts = rng.poisson(np.round(rate * people[:, None], 6))
        rows = [
            (code, areas.lsoa11_names[n], f"E0299{n // 5 + 1:04d}",
             areas.lsoa11_names[n][:-1], names.PLACE_CODE, names.PLACE,
             *(f"{int(v)}.0" for v in counts[n]))
            for n, code in enumerate(areas.lsoa11_codes)
        ]  # fmt: skip
        path = data / f"indicators/crime_lsoa11_2016-2024_{name}.csv"
        write_csv(path, [*head, *map(str, CRIME_YEARS)], rows)


def write_energy(data: Path, town: Town) -> None:
    """Write domestic electricity by small area of 2011: four measures times five years, wide."""
    areas = town.areas
    homes = town.total("lsoa11", town.homes)
    use = 3650 * _by_year(town, "lsoa11", "income", ENERGY_YEARS, 1.0) ** -0.35
    head = ["LSOA11CD", "LSOA11NM", "LAD11CD", "LAD11NM"]
    for year in ENERGY_YEARS:
        head += [f"meters_n_{year}", f"total_kWh_{year}", f"mean_kWhpm_{year}"]
    rows: list[list[Any]] = []
    for n, code in enumerate(areas.lsoa11_codes):
        row: list[Any] = [code, areas.lsoa11_names[n], names.PLACE_CODE, names.PLACE]
        for y in range(len(ENERGY_YEARS)):
            meters, mean = int(homes[n] * (0.97 + 0.005 * y)), round(float(use[n, y]), 1)
            row += [meters if y < 3 else f"{meters}.0", round(meters * mean, 1), mean]
        rows.append(row)
    write_csv(data / "indicators/energy_elec_2018-2022_lsoa11.csv", head, rows)


def write_fuel_poverty(data: Path, town: Town) -> None:
    """Write fuel-poor households with percentages as text and Windows line ends."""
    areas = town.areas
    homes = town.total("lsoa21", town.homes)
    cold = 0.115 * np.exp(0.4 * town.level("lsoa21", "housing"))
    poor = np.round(homes * np.clip(cold, 0.02, 0.6))
    rows: list[tuple[Any, ...]] = [
        ("Sub-regional fuel poverty, Aldermarsh (fictional), 2023", "", "", "", ""),
        ("Source: invented for the sample place", "", "", "", ""),
        ("LSOA Code", "LSOA Name", "Number of households", "Number of households in fuel poverty",
         "Proportion of households fuel poor (%)"),
    ]  # fmt: skip
    for n, code in enumerate(areas.lsoa21_codes):
        share = f"{100 * poor[n] / homes[n]:.1f}%"
        rows.append((code, areas.lsoa21_names[n], f"{int(homes[n]):,}", int(poor[n]), share))
    write_csv(data / "indicators/fuel_poverty_2023_lsoa21.csv", None, rows, end="\r\n")


def write_sewer_flooding(data: Path, town: Town) -> None:
    """Write homes flooded from sewers and supply failures by ward and year, long, with [c]."""
    rng = stream(town.seed, "sewers")
    homes = town.total("ward", town.homes)
    low = town.level("ward", "water", 0.05)
    rows: list[tuple[Any, ...]] = []
    for year in range(2021, 2025):
        mean = homes * 0.0042 * np.exp(0.6 * low) * (1 + 0.1 * (year % 2))
        floods = rng.poisson(np.round(mean, 6))
        breaks = rng.poisson(np.round(homes * 0.021 * np.exp(0.3 * low), 6))
        for n, name in enumerate(names.WARDS):
            shown = "[c]" if 0 < floods[n] < 3 else int(floods[n])
            rows.append((names.ward_code(n), name, year, shown, int(breaks[n]), int(homes[n])))
    header = ["WD25CD", "WD25NM", "year", "homes_flooded", "supply_failures", "homes_connected"]
    write_csv(data / "indicators/water_wards_2021-2024.csv", header, rows)


def write_collisions(data: Path, town: Town) -> None:
    """Write road collisions with a person hurt as points, years in a column, two without place."""
    rng = stream(town.seed, "collisions")
    weight = town.persons * np.exp(0.3 * town.topic("crime")) + 8
    rows: list[tuple[Any, ...]] = []
    for n in range(540):
        year = 2022 + n % 3
        block = int(rng.choice(len(weight), p=weight / weight.sum()))
        ring = town.ground.blocks[block].exterior
        spot = ring.interpolate(float(rng.uniform(0, 1)), normalized=True)
        inside = town.ground.centre[block]
        at = np.round(inside + 0.97 * (np.array(spot.coords[0]) - inside))
        x, y = ("", "") if n in (77, 401) else (int(at[0]), int(at[1]))
        severity = 1 if n % 97 == 5 else 2 if n % 6 == 1 else 3
        rows.append((f"{year}99{n:04d}", year, x, y, severity, 1 + n % 3 // 2))
    header = [
        "collision_index", "collision_year", "location_easting_osgr", "location_northing_osgr",
        "collision_severity", "number_of_casualties",
    ]  # fmt: skip
    write_csv(data / "indicators/road_collisions_2022-2024.csv", header, rows)
