"""Indices of deprivation for the sample place, in the forms of the published files.

The scores are made from what life is like in the town (`Town.level`), not from any real area. The
ranks are those that the areas would have among as many areas as England has.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from placedata.sample import names
from placedata.sample.tables import write_csv
from placedata.sample.town import Level, Town

AREAS_2025 = 33_755
AREAS_2019 = 32_844

#: Domain -> topic, weight in the index, name in the published headers.
DOMAINS: tuple[tuple[str, float, str], ...] = (
    ("income", 0.225, "Income"),
    ("employment", 0.225, "Employment"),
    ("education", 0.135, "Education, Skills and Training"),
    ("health", 0.135, "Health Deprivation and Disability"),
    ("crime", 0.093, "Crime"),
    ("barriers", 0.093, "Barriers to Housing and Services"),
    ("environment", 0.093, "Living Environment"),
)
_ALSO = (
    ("children", "Income Deprivation Affecting Children Index (IDACI)", "Score (rate)"),
    ("older", "Income Deprivation Affecting Older People (IDAOPI)", "Score (rate)"),
    ("education", "Children and Young People Sub-domain", "Score"),
    ("skills", "Adult Skills Sub-domain", "Score"),
    ("connection", "Geographical Barriers Sub-domain", "Score"),
    ("barriers", "Wider Barriers Sub-domain", "Score"),
    ("housing", "Indoors Sub-domain", "Score"),
    ("environment", "Outdoors Sub-domain", "Score"),
)

_FOR_EMPLOYMENT = "for use with Employment Deprivation Domain"

#: Headers of the published file end here, in the middle of a word.
_HEADER_LIMIT = 80


def scores(town: Town, level: Level, topic: str) -> NDArray[np.float64]:
    """Return the score of a domain by small area, higher is more deprived, three decimals."""
    z = town.level(level, topic)
    if topic in ("income", "employment", "children", "older"):
        base = {"income": 0.19, "employment": 0.12, "children": 0.24, "older": 0.22}[topic]
        return np.asarray(np.round(np.clip(base * np.exp(0.48 * z), 0.01, 0.75), 3))
    if topic in ("education", "barriers", "environment"):
        return np.asarray(np.round(np.clip(19 * np.exp(0.5 * z), 0.5, 95), 3))
    return np.asarray(np.round(0.85 * z + 0.12, 3))


def ranks(town: Town, level: Level, topic: str) -> NDArray[np.int64]:
    """Return ranks among all areas of the country, 1 = most deprived, no rank twice."""
    total = AREAS_2025 if level == "lsoa21" else AREAS_2019
    value = scores(town, level, topic)
    z = (value - np.mean(value)) / np.std(value)
    return _apart(np.ceil((1 - ndtr(np.round(0.3 + 0.8 * z, 6))) * total), total)


def index_scores(town: Town, level: Level) -> NDArray[np.float64]:
    """Return the index score: the weighted sum of exponentially transformed domain ranks."""
    total = AREAS_2025 if level == "lsoa21" else AREAS_2019
    sums = np.zeros(len(scores(town, level, "income")))
    for topic, weight, _ in DOMAINS:
        share = (total + 1 - ranks(town, level, topic)) / total
        sums += weight * -23 * np.log(1 - share * (1 - np.exp(-100 / 23)))
    return np.asarray(np.round(sums, 3))


def index_ranks(town: Town, level: Level) -> NDArray[np.int64]:
    """Return the rank of the index score in the country (a fixed national distribution)."""
    total = AREAS_2025 if level == "lsoa21" else AREAS_2019
    marks = [0.5, 6, 10, 14, 18, 23, 29, 37, 46, 60, 95]
    above = [1, 0.9, 0.8, 0.65, 0.5, 0.36, 0.24, 0.13, 0.06, 0.015, 0]
    share = np.interp(index_scores(town, level), marks, above)
    return _apart(np.ceil(share * total), total)


def _apart(wanted: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Return whole ranks from 1 to `total`, the next free one where a rank is taken."""
    out = np.empty(len(wanted), dtype=np.int64)
    taken: set[int] = set()
    for place in np.argsort(wanted, kind="stable").tolist():
        rank = int(min(max(wanted[place], 1), total - len(wanted)))
        while rank in taken:
            rank += 1
        taken.add(rank)
        out[place] = rank
    return out


def deciles(rank: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    """Return deciles, 1 = most deprived tenth."""
    return np.ceil(10 * rank / total).astype(np.int64)


def populations(town: Town, level: Level) -> tuple[NDArray[np.int64], ...]:
    """Return all people, children, people of 60 and over and of working age by small area."""
    growth = 1.012 if level == "lsoa21" else 0.945  # mid-2022 and mid-2015, the census being 2021
    everyone = np.round(town.total(level, town.persons) * growth).astype(np.int64)
    z = town.level(level, "children", 0.0)
    young = np.round(everyone * np.clip(0.2 + 0.035 * z, 0.1, 0.33)).astype(np.int64)
    old = np.round(everyone * np.clip(0.19 - 0.03 * z, 0.06, 0.4)).astype(np.int64)
    return everyone, young, old, np.round(0.96 * (everyone - young - old)).astype(np.int64)


def write_2025(data: Path, town: Town) -> None:
    """Write File 7 of 2025: scores, ranks, deciles, populations; some headers cut short."""
    codes, titles = town.areas.lsoa21_codes, town.areas.lsoa21_names
    header = [
        "LSOA code (2021)", "LSOA name (2021)", "Local Authority District code (2024)",
        "Local Authority District name (2024)",
    ]  # fmt: skip
    columns: list[list[object]] = [
        list(codes), list(titles), [names.PLACE_CODE] * len(codes), [names.PLACE] * len(codes)
    ]  # fmt: skip

    def add(title: str, kind: str, score: NDArray[np.float64], rank: NDArray[np.int64]) -> None:
        header.extend([
            f"{title} {kind}",
            f"{title} Rank (where 1 is most deprived)"[:_HEADER_LIMIT],
            f"{title} Decile (where 1 is most deprived 10% of LSOAs)"[:_HEADER_LIMIT],
        ])  # fmt: skip
        columns.extend([score.tolist(), rank.tolist(), deciles(rank, AREAS_2025).tolist()])

    index = "Index of Multiple Deprivation (IMD)"
    add(index, "Score", index_scores(town, "lsoa21"), index_ranks(town, "lsoa21"))
    for topic, _, title in DOMAINS:
        kind = "Score (rate)" if topic in ("income", "employment") else "Score"
        add(title, kind, scores(town, "lsoa21", topic), ranks(town, "lsoa21", topic))
    for topic, title, kind in _ALSO:
        add(title, kind, scores(town, "lsoa21", topic), ranks(town, "lsoa21", topic))
    header.extend([
        "Total population: mid 2022", "Dependent Children aged 0-15: mid 2022",
        "Older population aged 60 and over: mid 2022",
        "Working age population 18-66 (for use with Employment Deprivation Domain): mid 2022",
    ])  # fmt: skip
    columns.extend(column.tolist() for column in populations(town, "lsoa21"))
    path = data / "deprivation/iod2025_file7_all_ranks_scores_deciles_populations.csv"
    write_csv(path, header, zip(*columns, strict=True), bom=True)


def write_2019(data: Path, town: Town) -> None:
    """Write Files 1, 2 and 6 of 2019: byte order mark, CRLF, quoted thousands."""
    areas = town.areas
    count = len(areas.lsoa11_codes)
    head = [
        "LSOA code (2011)", "LSOA name (2011)", "Local Authority District code (2019)",
        "Local Authority District name (2019)",
    ]  # fmt: skip
    lead = [
        (areas.lsoa11_codes[n], areas.lsoa11_names[n], names.PLACE_CODE, names.PLACE)
        for n in range(count)
    ]
    index = "Index of Multiple Deprivation (IMD)"
    rank = index_ranks(town, "lsoa11")
    decile = deciles(rank, AREAS_2019)
    write_csv(
        data / "deprivation/iod2019_file1_imd.csv",
        [*head, f"{index} Rank", f"{index} Decile"],
        [(*lead[n], f"{int(rank[n]):,}", int(decile[n])) for n in range(count)],
        end="\r\n", bom=True,
    )  # fmt: skip
    titles, columns = [index], [rank]
    for topic, _, title in DOMAINS:
        titles.append(title)
        columns.append(ranks(town, "lsoa11", topic))
    parts = ("Rank (where 1 is most deprived)", "Decile (where 1 is most deprived 10% of LSOAs)")
    wide = [f"{title} {part}" for title in titles for part in parts]
    both = [value for column in columns for value in (column, deciles(column, AREAS_2019))]
    write_csv(
        data / "deprivation/iod2019_file2_domains.csv", [*head, *wide],
        [(*lead[n], *(int(column[n]) for column in both)) for n in range(count)],
        end="\r\n", bom=True,
    )  # fmt: skip
    _write_file_6(data, town, head, lead)


def _write_file_6(
    data: Path, town: Town, head: list[str], lead: list[tuple[str, str, str, str]]
) -> None:
    everyone, young, old, working = populations(town, "lsoa11")
    middle = everyone - young - old
    header = [
        *head,
        "Total population: mid 2015 (excluding prisoners)",
        "Dependent Children aged 0-15: mid 2015 (excluding prisoners)",
        "Population aged 16-59: mid 2015 (excluding prisoners)",
        "Older population aged 60 and over: mid 2015 (excluding prisoners)",
        f"Working age population 18-59/64: {_FOR_EMPLOYMENT} (excluding prisoners)",
    ]
    rows = [
        (*lead[n], *(f"{int(part[n]):,}" for part in (everyone, young, middle, old, working)))
        for n in range(len(lead))
    ]
    path = data / "deprivation/iod2019_file6_population.csv"
    write_csv(path, header, rows, end="\r\n", bom=True)


def write_indicators(data: Path, town: Town) -> None:
    """Write underlying indicators of 2025, with blanks where a small count is suppressed."""
    everyone, young, old, working = populations(town, "lsoa21")

    def count(topic: str, people: NDArray[np.int64]) -> list[object]:
        number = np.round(scores(town, "lsoa21", topic) * people / 5) * 5
        return [value if value > 5 else "" for value in number.tolist()]

    def made(topic: str, base: float, slope: float, decimals: int) -> list[object]:
        z = town.level("lsoa21", topic)
        return list(np.round(base * np.exp(slope * z), decimals).tolist())

    columns: dict[str, list[object]] = {
        "lsoa21_code": list(town.areas.lsoa21_codes),
        "income_domain_numerator": count("income", everyone),
        "income_deprivation_affecting_children_index_idaci_numerator": count("children", young),
        "income_deprivation_affecting_older_people_index_idaopi_numerator": count("older", old),
        "employment_domain_numerator": count("employment", working),
        "adult_skills_and_english_language_proficiency_indicator": made("skills", 0.27, 0.3, 3),
        "entry_to_higher_education_indicator": np.round(
            np.clip(0.62 + 0.11 * town.level("lsoa21", "education"), 0.25, 0.95), 3).tolist(),
        "comparative_illness_and_disability_ratio_indicator": made("health", 105, 0.25, 3),
        "mental_health_indicator": np.round(0.8 * town.level("lsoa21", "health"), 3).tolist(),
        "years_of_potential_life_lost_indicator": made("health", 54, 0.22, 3),
        "violence_with_injury_rate_per_1_000_at_risk_population": made("crime", 9, 0.5, 1),
        "burglary_rate_per_1_000_at_risk_properties": made("crime", 11, 0.35, 1),
        "anti_social_behaviour_rate_per_1_000_at_risk_population": made("crime", 21, 0.55, 1),
        "connectivity_score": np.round(
            np.clip(58 + 17 * np.log(town.density("lsoa21") + 0.4), 20, 99), 3).tolist(),
        "digital_connectivity_broadband_download_and_upload_speeds": np.round(
            0.5 * town.level("lsoa21", "connection"), 3).tolist(),
        "patient_to_gp_ratio": made("health", 2100, 0.15, 3),
        "homelessness_indicator_rate_per_1_000_households": made("housing", 5.5, 0.4, 3),
        "household_overcrowding_indicator_bedrooms": made("housing", 0.08, 0.55, 3),
    }  # fmt: skip
    path = data / "deprivation/imd2025_lsoa21_indicators.csv"
    write_csv(path, list(columns), zip(*columns.values(), strict=True))
