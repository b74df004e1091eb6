"""The ward profile and election results: tables made by hand, with all that comes with that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placedata.sample import names
from placedata.sample.chance import stream
from placedata.sample.indicator_files import AGE_BANDS
from placedata.sample.tables import share_out, write_csv, write_text
from placedata.sample.town import Town

_OBESE = "% children in year 6 who are obese- 2021/22 to 2023/24"
_TITLE = "Ward profiles 2025, Aldermarsh (a fictional borough)"


#: Topic -> its level in each area.
Level = Callable[[str], NDArray[np.float64]]


def _indicators(
    level: Level, built: NDArray[np.float64], people: NDArray[np.int64]
) -> dict[str, list[str]]:
    """Return the indicator columns as text, one cell an area."""

    def line(topic: str, base: float, slope: float, form: str) -> list[str]:
        return [form.format(v) for v in base + slope * level(topic)]

    def curve(topic: str, base: float, slope: float, form: str) -> list[str]:
        return [form.format(v) for v in base * np.exp(slope * level(topic))]

    price = np.round(352_000 * np.exp(-0.33 * level("income")) / 500) * 500
    hate = np.round(people * 0.0016 * np.exp(0.4 * level("trust")))
    return {
        "Male life expectancy -2019-23": line("health", 79.1, -2.1, "{:.1f}"),
        "Female life expectancy -2019-23 ": line("health", 83.0, -1.7, "{:.1f}"),
        _OBESE: line("children", 23.5, 3.4, "{:.1f}%"),
        "Infant vaccination uptake (%) - 2024": line("health", 90.2, -2.3, "{:.1f}"),
        "Median House Price (£) - 2024": [f"£{int(p):,}" for p in price],
        "Employment rate (16-64) - 2021": line("employment", 73.0, -4.2, "{:.1f}"),
        "% with no qualifications - 2021": line("skills", 18.5, 4.1, "{:.1f}"),
        "% with Level 4 qualifications and above - 2021": line("skills", 34.0, -7.4, "{:.1f}"),
        "Average GCSE Attainment 8 score - 2024": line("education", 46.8, -3.2, "{:.1f}"),
        "Deliberate Fires per 1,000 population - 2024": curve("fire", 0.62, 0.5, "{:.2f}"),
        "% feeling safe after dark - 2024": line("crime", 66.0, -8.0, "{:.0f}%"),
        "Hate crime offences - 2024": [f"{int(n)}" for n in hate],
        "% who get on well together - 2024": line("trust", 79.0, -5.0, "{:.0f}%"),
        "% who can influence decisions - 2024": line("rights", 31.0, -4.5, "{:.0f}%"),
        "Under-18 conceptions per 1,000 - 2022": curve("children", 13.0, 0.4, "{:.1f}"),
        "Average Public Transport Accessibility score - 2024": [
            f"{v:.1f}" for v in np.clip(1.5 + 2.6 * built, 0.5, 8)
        ],
    }  # fmt: skip


def _columns(town: Town) -> dict[str, list[str]]:
    """Return the columns of the profile as text, one cell a ward."""
    people, homes = town.total("ward", town.persons), town.total("ward", town.homes)
    area = np.bincount(town.areas.ward, town.ground.area) / 1e6
    return {
        "Ward name": [f"{names.PLACE} - {name}" for name in names.WARDS],
        "Old code": [f"00ZZ{'ABCDEFGHJKLMNPQRST'[n]}A" for n in range(len(names.WARDS))],
        "New code": [names.ward_code(n) for n in range(len(names.WARDS))],
        "Population - 2024": [f"{int(n):,}" for n in people],
        "Households - 2024": [f"{int(n):,}" for n in homes],
        "Area - Square Kilometres": [f"{a:.2f}" for a in area],
        **_indicators(lambda topic: town.level("ward", topic, 0.06), town.density("ward"), people),
    }


def write_neighbours(data: Path, seed: int) -> None:
    """Write profile and census of nine boroughs around, for the place to be set beside."""
    rng = stream(seed, "neighbours")
    count = len(names.NEIGHBOURS)
    wealth, built = rng.normal(-0.55, 0.4, count), rng.uniform(0.35, 0.9, count)
    people = np.round(rng.uniform(96_000, 240_000, count)).astype(np.int64)

    def level(topic: str) -> NDArray[np.float64]:
        return np.asarray(wealth + 0.12 * stream(seed, f"wider {topic}").standard_normal(count))

    columns = {
        "Borough name": list(names.NEIGHBOURS),
        "New code": [f"E09990{n + 2:03d}" for n in range(count)],
        "Population - 2024": [f"{int(n):,}" for n in people],
        **_indicators(level, built, people),
    }
    rows = list(zip(*columns.values(), strict=True))
    write_csv(data / "indicators/borough_profiles_2025.csv", list(columns), rows)
    shares = np.array([0.19, 0.11, 0.14, 0.2, 0.18, 0.18])
    census = [
        (code, name, band, int(part))
        for code, name, total in zip(columns["New code"], names.NEIGHBOURS, people, strict=True)
        for band, part in zip(AGE_BANDS, share_out(int(total), shares), strict=True)
    ]
    header = ["lad21_code", "lad21_name", "age_group", "usual_residents"]
    write_csv(data / "population/census2021_lad21_age6.csv", header, census)


def write_ward_profile(data: Path, town: Town) -> None:
    """Write the profile: title rows, £ and %, n/a, [c] and * cells, a row for the borough."""
    columns = _columns(town)
    strip = next(n for n, at in enumerate(names.WARDS.values()) if at is None)
    gaps = {
        "Male life expectancy -2019-23": "n/a", "Female life expectancy -2019-23 ": "n/a",
        _OBESE: "[c]",
        "Average GCSE Attainment 8 score - 2024": "*", "Hate crime offences - 2024": "*",
        "Under-18 conceptions per 1,000 - 2022": "[c]",
        "Infant vaccination uptake (%) - 2024": "[x]",
        "Deliberate Fires per 1,000 population - 2024": "n/a",
    }  # fmt: skip
    for title, mark in gaps.items():
        columns[title][strip] = mark
    columns["% who can influence decisions - 2024"][11] = "n/a"
    lines = [_TITLE, "Figures are invented. n/a: not available; [c] and *: small numbers", ""]
    lines.append(",".join(_cell(title) for title in columns))
    rows: list[tuple[Any, ...]] = list(zip(*columns.values(), strict=True))
    total = sum(int(cell.replace(",", "")) for cell in columns["Population - 2024"])
    borough = [names.PLACE, "00ZZ", names.PLACE_CODE, f"{total:,}"]
    rows.append((*borough, *["n/a"] * (len(columns) - len(borough))))
    lines += [",".join(_cell(cell) for cell in row) for row in rows]
    # The pound sign of a header is what breaks when such a file is read as UTF-8.
    text = "\r\n".join(lines) + "\r\n"
    write_text(data / "indicators/ward_profiles_2025.csv", text, encoding="latin-1")


def _cell(text: str) -> str:
    return f'"{text}"' if "," in text or '"' in text else text


def write_elections(data: Path, town: Town) -> None:
    """Write turnout and registration as a workbook: a cover, then a sheet with title rows."""
    import datetime as dt

    import xlsxwriter

    path = data / "indicators/elections_2018-2022.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(path)
    made = dt.datetime(2025, 9, 1, tzinfo=dt.UTC).replace(tzinfo=None)
    book.set_properties({"created": made, "author": "Aldermarsh (fictional)"})
    cover = book.add_worksheet("Cover")
    cover.write(0, 0, "Local elections in Aldermarsh, a fictional borough")
    sheet = book.add_worksheet("Turnout")
    sheet.write(0, 0, "Turnout at local elections and people registered")
    sheet.write(1, 0, "Percentages of the people entitled to vote")
    head = ["Ward code", "Ward", "Turnout 2018 (%)", "Turnout 2022 (%)", "Registered 2022 (%)"]
    rights = town.level("ward", "rights", 0.08)
    for column, title in enumerate(head):
        sheet.write(3, column, title)
    for n, name in enumerate(names.WARDS):
        level = float(rights[n])
        row = [names.ward_code(n), name, round(36.5 - 5.5 * level, 1), round(34.0 - 5.8 * level, 1),
               round(90.5 - 3.4 * level, 1)]  # fmt: skip
        for column, value in enumerate(row):
            sheet.write(4 + n, column, value)
    book.close()
