"""Loader ``deprivation``: the English Indices of Deprivation 2015, 2019 and 2025 by LSOA."""

from __future__ import annotations

import re
from typing import Literal

import pandas as pd
from pydantic import Field

from placedata.columns import find_code_column, find_column, levels_of, missing_column
from placedata.errors import Problem, nearest
from placedata.intake import SourceModel, TableFile, Tally, keep_where, read_tables, with_rows
from placedata.observations import Observations, Request

GEOGRAPHY_OF_EDITION = {2015: "lsoa11", 2019: "lsoa11", 2025: "lsoa21"}
_YEAR_SAYS = {"2013": 2015, "2015": 2015, "2019": 2019, "2024": 2025, "2025": 2025}
_NATION_OF_LETTER = {"E": "England", "W": "Wales", "S": "Scotland", "9": "Northern Ireland"}

#: Words that a header must hold -> subject of the measure. The first that fits is taken, so that
#: the sub-domains and the indices of children and older people come before "income" and "imd".
_SUBJECTS = (
    (r"affecting children|idaci", "idaci"),
    (r"affecting older|idaopi", "idaopi"),
    (r"children and young people", "children_and_young_people"),
    (r"adult skills", "adult_skills"),
    (r"geographical barriers", "geographical_barriers"),
    (r"wider barriers", "wider_barriers"),
    (r"indoors", "indoors"),
    (r"outdoors", "outdoors"),
    (r"multiple deprivation|\bimd\b|overall local|^original", "imd"),
    (r"income", "income"),
    (r"employment", "employment"),
    (r"education", "education"),
    (r"health", "health"),
    (r"crime", "crime"),
    (r"barriers to housing|housing and (services|access)", "housing"),
    (r"environment", "environment"),
)
_POPULATIONS = (
    (r"^total population", "population_total"),
    (r"^dependent children", "population_children"),
    (r"^population aged 16 59", "population_16_59"),
    (r"^older population", "population_older"),
    (r"^working age population", "population_working_age"),
)


class Source(SourceModel):
    """What a layer says about a table of the Indices of Deprivation.

    Parameters
    ----------
    file
        Path or glob under a data root, or several: official Files 1, 2, 6, 7 and those with
        renamed columns (``imd2025_lsoa21.csv``, ``imd2019_scores.csv``, indicators).
    edition
        2015, 2019 or 2025; found in the headers or the file's name where left out.
    nation
        The nation that the figures rank; ranks of nations are never pooled.
    measure
        What to read: ``imd_score``, ``income_score``, ``crime_rank``, ``idaci_decile``,
        ``population_total``, or a column's own name. The layer's ``value`` does the same.
    where
        Column -> value, or list of values: only these rows are used.
    sheet
        Sheet of a spreadsheet that shows several: its name, or its number from 1.
    """

    file: str | list[str]
    edition: int | None = Field(default=None)
    nation: Literal["England"] = "England"
    measure: str | None = None
    where: dict[str, str | int | float | bool | list[str | int | float | bool]] = Field(
        default_factory=dict
    )
    sheet: str | int | None = None


def read(source: Source, request: Request) -> Observations:
    """Return one observation for each LSOA, as published: nothing is turned round.

    Rank 1 and decile 1 are the most deprived, and a higher score is more deprived; a layer's
    polarity says which way is good. The observations carry ``measure_kind``, since ranks and
    deciles cannot be moved to other areas, and the score to use instead as ``alternative``. The
    period is the edition where the layer does not state one.

    Raises
    ------
    DataError
        If the measure or edition cannot be found, or an area has two rows.
    """
    tally = Tally(request.layer)
    wanted = source.measure or request.value
    if wanted is None or len(request.periods) > 1:
        found = "no measure" if wanted is None else f"{len(request.periods)} periods of one edition"
        allowed = "one of " + ", ".join(f"{name}_score" for name in ("imd", "income", "crime"))
        tally.problems.append(
            Problem(f"layers/{request.layer}.yaml", "source.measure", found, allowed)
        )
    tally.stop_if_problems()
    parts, columns, editions = [], [], set()
    for table in read_tables(request, tally, source.file, sheet=source.sheet):
        kept = keep_where(table, source.where, tally)
        column = _column(table, str(wanted), tally)
        edition = _edition(table, source.edition, tally)
        if column is None or edition is None:
            continue
        part = _rows(kept, column, edition, request, tally)
        if part is not None:
            parts.append(part)
            columns.append((column, [str(name) for name in table.frame.columns]))
            editions.add(edition)
    if len(editions) > 1:
        found = ", ".join(str(edition) for edition in sorted(editions))
        tally.problems.append(
            Problem(str(source.file), "source.file", f"editions {found}", "files of one edition")
        )
    tally.stop_if_problems()
    rows = _key(tally.take(pd.concat(parts, ignore_index=True)), source.nation, tally)
    column, names = columns[0]
    rows = _numbers(rows, column, tally)
    kind = kind_of(column)
    return tally.observations(
        rows,
        "area",
        ["area_code", "nation"],
        geography=GEOGRAPHY_OF_EDITION[editions.pop()],
        measure_kind=kind,
        alternative=score_for(column, names) if kind in ("rank", "decile") else None,
    )


def measure_of(header: str) -> str | None:
    """Return the measure that a column holds: ``income_rank``, ``population_total``, or None."""
    text = header.casefold().split("(where")[0]
    if text.startswith(("uk_imd", "e_expanded")):
        return None  # mySociety's composite across nations, not the official index
    words = " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())
    for pattern, name in _POPULATIONS:
        if re.search(pattern, words):
            return name
    kinds = [kind for kind in ("score", "rank", "decile") if kind in words.split()]
    if len(kinds) != 1:
        return None
    subject = next((name for pattern, name in _SUBJECTS if re.search(pattern, words)), None)
    return f"{subject}_{kinds[0]}" if subject else None


def kind_of(column: str) -> str | None:
    """Return what a column's values are: score, rank, decile, count, rate, or None."""
    measure = measure_of(column)
    if measure is not None:
        return "count" if measure.startswith("population_") else measure.rsplit("_", 1)[1]
    words = re.sub(r"[^a-z0-9]+", " ", column.casefold()).split()
    if "numerator" in words:
        return "count"
    return next((kind for kind in ("rank", "decile", "score", "rate") if kind in words), None)


def score_for(column: str, names: list[str]) -> str | None:
    """Return the column of scores that goes with a column of ranks or deciles."""
    measure = measure_of(column)
    if measure is None:
        return None
    wanted = measure.rsplit("_", 1)[0] + "_score"
    return next((name for name in names if measure_of(name) == wanted), None)


def _column(table: TableFile, wanted: str, tally: Tally) -> str | None:
    """Return the column of a measure, by its short name or by its own."""
    names = [str(name) for name in table.frame.columns]
    by_measure = {measure: name for name in reversed(names) if (measure := measure_of(name))}
    column = by_measure.get(wanted.casefold()) or find_column(names, wanted)
    if column is None:
        guess = nearest(wanted.casefold(), by_measure)
        problem = missing_column(table.label, "source.measure", wanted, [*by_measure, *names])
        tally.problems.append(
            problem
            if guess is None
            else Problem(
                table.label, "source.measure", repr(wanted), ", ".join(by_measure), None, guess
            )
        )
    return column


def _edition(table: TableFile, stated: int | None, tally: Tally) -> int | None:
    """Return the edition of a file: stated, else by its districts' year, LSOAs or name."""
    headers = " ".join(str(name) for name in table.frame.columns)
    lad = re.search(r"district code \((\d{4})\)", headers, re.IGNORECASE)
    lad = lad or re.search(r"\blad(\d{2})_?c", headers, re.IGNORECASE)
    year = lad.group(1)[-2:] if lad else ""
    found = _YEAR_SAYS.get(f"20{year}")
    if found is None and re.search(r"lsoa21|lsoa code \(2021\)", headers, re.IGNORECASE):
        found = 2025
    if found is None and (name := re.search(r"20(?:15|19|25)", table.path.name)):
        found = int(name.group())
    problem = None
    if stated is not None and stated not in GEOGRAPHY_OF_EDITION:
        problem = (str(stated), "2015, 2019 or 2025")
    elif stated is not None and found is not None and stated != found:
        problem = (f"edition {stated}", f"{found}, as the headers of the file tell")
    elif stated is None and found is None:
        problem = ("no edition", "say edition: 2015, 2019 or 2025")
    if problem:
        tally.problems.append(Problem(table.label, "source.edition", *problem))
        return None
    return stated or found


def _rows(
    table: TableFile, column: str, edition: int, request: Request, tally: Tally
) -> pd.DataFrame | None:
    """Return one file's cells as rows with code, period and text."""
    code = find_code_column(table.frame, table.label, geography=GEOGRAPHY_OF_EDITION[edition])
    if isinstance(code, Problem):
        tally.problems.append(code)
        return None
    return with_rows(
        table.label,
        table.frame,
        area_code=table.frame[code.name].str.strip().array,
        period=request.periods[0] if request.periods else str(edition),
        text=table.frame[column].array,
    )


def _key(rows: pd.DataFrame, nation: str, tally: Tally) -> pd.DataFrame:
    """Reject rows that are no LSOA of the nation; record areas that come twice."""
    rows = tally.reject(rows, levels_of(rows["area_code"]) != "lsoa", "no LSOA code")
    rows = rows.assign(nation=rows["area_code"].str[0].map(_NATION_OF_LETTER))
    rows = tally.reject(rows, rows["nation"] != nation, "another nation")
    repeated = rows[rows.duplicated("area_code", keep=False)]
    for area, group in repeated.groupby("area_code"):
        where = ", ".join(
            f"{source}:{row}" for source, row in zip(group["source"], group["row"], strict=True)
        )
        tally.problems.append(
            Problem(str(group["source"].iloc[0]), "area", f"{area} at {where}", "each LSOA once")
        )
    return rows


def _numbers(rows: pd.DataFrame, column: str, tally: Tally) -> pd.DataFrame:
    """Return rows with values; a blank numerator is a suppressed small count."""
    if "numerator" in column.casefold():
        blank = rows["text"].str.strip() == ""
        rows = tally.reject(rows, blank, "suppressed")
    rows = tally.numbers(rows, "text", column)
    kind, measure = kind_of(column), measure_of(column)
    if (
        kind == "score"
        and measure in ("income_score", "employment_score")
        and (rows["value"] > 1).any()
    ):
        tally.note("scores in per cent, as the file gives them (officially a rate)", len(rows))
    return rows
