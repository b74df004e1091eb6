"""Boundaries, changes and tables of the wards of 2019; counts by output area."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placedata.sample import names
from placedata.sample.areas import outline
from placedata.sample.chance import stream
from placedata.sample.editions import OldWards, oa_code
from placedata.sample.tables import write_csv, write_geojson
from placedata.sample.town import Town

#: Day that the wards of today came into force, as the Code History Database writes it.
_NEW_FROM, _OLD_FROM = "02/05/2024 00:00", "01/04/2009 00:00"
_ORDER = ("9999/2024", "The Aldermarsh (Electoral Changes) Order 2024 (fictional)")

TENURES = (
    "Owned: Owns outright", "Owned: Owns with a mortgage or loan", "Shared ownership",
    "Social rented: Rents from council or Local Authority", "Social rented: Other social rented",
    "Private rented: Private landlord or letting agency", "Private rented: Other private rented",
    "Lives rent free",
)  # fmt: skip
INJURY, ADMISSIONS = 99901, 99902


def write_old_wards(data: Path, town: Town, old: OldWards) -> None:
    """Write the outlines of the wards of 2019 and the tables of what became of them."""
    features: list[tuple[dict[str, Any], Any]] = []
    for n, code in enumerate(old.codes):
        fields = {
            "FID": n + 1, "WD19CD": code, "WD19NM": old.titles[n], "LAD19CD": names.PLACE_CODE,
            "LAD19NM": names.PLACE,
        }  # fmt: skip
        features.append((fields, outline(town.ground, old.group == n)))
    write_geojson(data / "boundaries/wards_2019.geojson", "wards_2019", features)
    today = list(names.WARDS)
    changes, history = [], {}
    for before, kind, after in old.changes:
        now, then = (names.ward_code(after), today[after]), (old.codes[before], old.titles[before])
        if now != then:
            changes.append((*now, "", *then, "", *_ORDER, _NEW_FROM, "E05", 2024))
        ended = "" if kind == "U" else "01/05/2024 00:00"
        status = "live" if kind == "U" else "terminated"
        history[then[0]] = (*then, _OLD_FROM, ended, names.PLACE_CODE, "E05", status)
        if kind != "U":
            history[now[0]] = (*now, _NEW_FROM, "", names.PLACE_CODE, "E05", "live")
    header = (
        "GEOGCD,GEOGNM,GEOGNMW,GEOGCD_P,GEOGNM_P,GEOGNMW_P,SI_ID,SI_TITLE,OPER_DATE,ENTITYCD,YEAR"
    )
    write_csv(
        data / "lookups/code_history_changes.csv", header.split(","), sorted(changes), bom=True
    )
    header = "GEOGCD,GEOGNM,OPER_DATE,TERM_DATE,PARENTCD,ENTITYCD,STATUS"
    rows = [history[code] for code in sorted(history)]
    write_csv(data / "lookups/code_history_change_history.csv", header.split(","), rows, bom=True)


def mean_topic(town: Town, group: NDArray[np.int64], topic: str) -> NDArray[np.float64]:
    """Return the mean of a topic over the people of each group of blocks."""
    weight = town.persons + 0.01
    mean = np.bincount(group, weight * town.topic(topic)) / np.bincount(group, weight)
    return np.asarray(mean, dtype=np.float64)


def write_old_ward_tables(data: Path, town: Town, old: OldWards) -> None:
    """Write people, help with council tax and a survey, published for the wards of 2019."""
    people = np.round(0.975 * np.bincount(old.group, town.persons)).astype(np.int64)
    homes = np.round(0.98 * np.bincount(old.group, town.homes)).astype(np.int64)
    rows = [
        (code, old.titles[n], f"{int(people[n]):,}", f"{int(homes[n]):,}")
        for n, code in enumerate(old.codes)
    ]
    header = ["WD19CD", "WD19NM", "residents", "households"]
    write_csv(data / "population/residents_wd19_2019.csv", header, rows)
    rng = stream(town.seed, "old ward tables")
    claims: list[tuple[Any, ...]] = []
    poor = mean_topic(town, old.group, "income")
    for year in range(2020, 2024):
        share = 0.135 * np.exp(0.42 * poor) * (1 - 0.03 * (year - 2020))
        counts = np.round(homes * share * np.exp(rng.normal(0, 0.02, len(homes))))
        claims += [(code, old.titles[n], year, int(counts[n])) for n, code in enumerate(old.codes)]
    header = ["WD19CD", "WD19NM", "Year", "Claims"]
    write_csv(data / "indicators/council_tax_support_wd19_2020-2023.csv", header, claims)
    trust = mean_topic(town, old.group, "trust")
    asked = np.round(30 + people / 90)
    heard = [
        (code, old.titles[n], int(asked[n]), f"{27 - 5.5 * float(trust[n]):.1f}%")
        for n, code in enumerate(old.codes)
    ]
    header = ["WD19CD", "WD19NM", "Residents asked", "Volunteered in the last year"]
    write_csv(data / "indicators/residents_survey_wd19_2023.csv", header, heard)


def write_fingertips(data: Path, town: Town, old: OldWards) -> None:
    """Write two indicators of the wards of 2019 as Fingertips does, with limits and an England row.

    A third of the rows is of a category, as in the published files; one small count is hidden.
    """
    rng = stream(town.seed, "fingertips")
    people = np.bincount(old.group, town.persons)
    young = np.round(people * 0.062)
    rows: list[tuple[Any, ...]] = []
    areas = [("E92000001", "England", "England"), *(
        (code, old.titles[n], "Wards") for n, code in enumerate(old.codes)
    )]  # fmt: skip
    for number, title, topic, mean, age, base in (
        (INJURY, "Emergency hospital admissions for injuries in under 5 year olds", "children",
         0.0135, "<5 yrs", young * 3),
        (ADMISSIONS, "Emergency hospital admissions in under 5 year olds", "health", 0.142,
         "<5 yrs", young * 3),
    ):  # fmt: skip
        need = mean_topic(town, old.group, topic)
        for period in ("2017/18 - 19/20", "2018/19 - 20/21", "2019/20 - 21/22"):
            counts = rng.poisson(np.round(base * mean * np.exp(0.3 * need), 6))
            for code, name, kind in areas:
                at = old.codes.index(code) if kind == "Wards" else -1
                count = float(counts[at]) if at >= 0 else float(np.round(mean * 3_300_000 * 3))
                below = float(base[at]) if at >= 0 else 9_900_000.0
                hidden = at >= 0 and count < 8
                rows.append(_fingertips_row((number, title, age), (code, name, kind), period,
                                            (count, below), hidden=hidden))  # fmt: skip
            rows.append(_of_a_category(rows[-1]))
    header = (
        "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,"
        "Category Type,Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,"
        "Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,Value note,Recent Trend,"
        "Compared to England value or percentiles,Compared to Districts & UAs value or percentiles,"
        "Time period Sortable,New data,Compared to goal,Time period range"
    )
    write_csv(data / "indicators/fingertips_wd19.csv", header.split(","), rows)


def _fingertips_row(
    indicator: tuple[int, str, str], area: tuple[str, str, str], period: str,
    parts: tuple[float, float], *, hidden: bool,
) -> tuple[Any, ...]:  # fmt: skip
    number, title, age = indicator
    code, name, kind = area
    count, below = parts
    rate, spread = 1000 * count / below, 1000 * np.sqrt(count) / below
    top = ("", "") if kind == "England" else (names.PLACE_CODE, names.PLACE)
    shown = ["", "", "", "", "", "", f"{below:.0f}"]
    if not hidden:
        limits = [max(0.0, rate + z * spread) for z in (-1.96, 1.96, -3.09, 3.09)]
        shown = [f"{v:.5f}" for v in (rate, *limits)] + [f"{count:.0f}", f"{below:.0f}"]
    note = "Value suppressed for disclosure control due to small count" if hidden else ""
    return (
        number, title, *top, code, name, kind, "Persons", age, "", "", period, *shown, note,
        "Cannot be calculated", "Not compared", "Not compared", f"{period[:4]}0000", "", "", "3y",
    )  # fmt: skip


def _of_a_category(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the row again as that of the most deprived tenth, to be left out by the reader."""
    return (
        *row[:9],
        "County & UA deprivation deciles",
        "Most deprived decile (IMD2019)",
        *row[11:],
    )


def write_output_areas(data: Path, town: Town, oa: NDArray[np.int64]) -> None:
    """Write the outlines of output areas and the census counts of their homes."""
    codes = [oa_code(n) for n in range(int(oa.max()) + 1)]
    lsoa = town.areas.lsoa21_codes
    parent = [lsoa[int(town.areas.lsoa21[np.flatnonzero(oa == n)[0]])] for n in range(len(codes))]
    features = [
        ({"OA21CD": code, "LSOA21CD": parent[n]}, outline(town.ground, oa == n))
        for n, code in enumerate(codes)
    ]
    write_geojson(data / "boundaries/oa_2021.geojson.gz", "oa_2021", features)
    people = np.bincount(oa, town.persons)
    homes = np.bincount(oa, town.homes)
    cold = np.bincount(oa, without_heating(town))
    rows = [(code, int(people[n]), int(homes[n]), int(cold[n])) for n, code in enumerate(codes)]
    header = ["OA21CD", "usual_residents", "households", "no_central_heating"]
    write_csv(data / "population/census2021_oa21_heating.csv", header, rows)


def without_heating(town: Town) -> NDArray[np.int64]:
    """Return the homes of each block without central heating, shape (blocks,)."""
    chance = np.clip(0.021 * np.exp(0.7 * town.topic("housing")), 0.0, 0.3)
    rng = stream(town.seed, "heating")
    return np.asarray(rng.binomial(town.homes, np.round(chance, 9)), dtype=np.int64)


def write_tenure(data: Path, town: Town) -> None:
    """Write tenure by small area as Nomis does: a row for each area and tenure, a total among."""
    homes = town.total("lsoa21", town.homes)
    need, built = town.level("lsoa21", "housing"), town.density("lsoa21")
    social = np.clip(0.16 * np.exp(0.55 * need), 0.02, 0.7)
    private = np.clip(0.14 + 0.09 * built, 0.02, 0.5)
    owned = np.clip(0.985 - social - private, 0.06, None)
    shares = np.column_stack([
        owned * 0.45, owned * 0.55, 0.012 + 0 * owned, social * 0.6, social * 0.4, private * 0.9,
        private * 0.1, 0.003 + 0 * owned,
    ])  # fmt: skip
    shares /= shares.sum(axis=1, keepdims=True)
    header = [
        "DATE", "DATE_NAME", "GEOGRAPHY", "GEOGRAPHY_NAME", "GEOGRAPHY_CODE", "GEOGRAPHY_TYPE",
        "C2021_TENURE_9", "C2021_TENURE_9_NAME", "MEASURES", "MEASURES_NAME", "OBS_VALUE",
        "OBS_STATUS", "OBS_STATUS_NAME", "URN", "RECORD_OFFSET", "RECORD_COUNT",
    ]  # fmt: skip
    kind = "2021 super output areas - lower layer"
    rows: list[tuple[Any, ...]] = []
    for n, code in enumerate(town.areas.lsoa21_codes):
        counts = np.floor(homes[n] * np.round(shares[n], 9) + 0.5).astype(np.int64)
        counts[0] += homes[n] - counts.sum()
        for tenure, name in enumerate(("Total: All households", *TENURES)):
            value = int(homes[n]) if tenure == 0 else int(counts[tenure - 1])
            rows.append((
                2021, 2021, 699990001 + n, town.areas.lsoa21_names[n], code, kind, tenure, name,
                20100, "Value", value, "A", "Normal Value", f"Tn{len(rows):05d}", len(rows),
                len(town.areas.lsoa21_codes) * (len(TENURES) + 1),
            ))  # fmt: skip
    write_csv(data / "population/nomis_tenure_lsoa21_2021.csv", header, rows)
