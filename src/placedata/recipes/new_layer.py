"""A draft layer file from a look at a table."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from placedata.errors import ConfigError, DataError, Problem, nearest

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Draft:
    """A drafted layer file.

    Parameters
    ----------
    id
        The layer's id, from the file's name.
    text
        The YAML.
    rows
        Rows of the table.
    columns
        What each column looks like, in words.
    """

    id: str
    text: str
    rows: int
    columns: tuple[str, ...]

    def write(self, path: Path) -> None:
        """Write the draft; ConfigError where a file is there already."""
        if path.exists():
            problem = Problem(path.name, "file", "a file already", "another name, with --out")
            raise ConfigError(f"{path.name} is there already", [problem])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.text, "utf-8", newline="\n")


def draft_layer(file: Path, place: Path, *, column: str | None = None) -> Draft:
    """Return a draft layer for a table.

    Raises
    ------
    DataError
        There is no such table, it has no column of area codes, or no column of numbers.
    """
    if not file.is_file():
        raise DataError(
            f"there is no table {str(file)!r}", [Problem(str(file), "file", "nothing", "a table")]
        )
    from placedata.columns import find_code_column
    from placedata.files import read_table

    frame = read_table(file)
    found = find_code_column(frame, file.name)
    if isinstance(found, Problem):
        raise DataError(f"{file.name} cannot become a layer", [found])
    kinds = {str(name): _kind(frame[name]) for name in frame.columns}
    value = column or next(
        (n for n, kind in kinds.items() if kind == "numbers" and n != found.name), None
    )
    if value is None or value not in kinds:
        numbers = [name for name, kind in kinds.items() if kind == "numbers"]
        problem = Problem(
            file.name, "--column", repr(column) if column else "no column of numbers",
            ", ".join(numbers) or "a column of numbers", suggestion=nearest(column or "", kinds),
        )  # fmt: skip
        raise DataError(f"{file.name} cannot become a layer", [problem])
    name = _identifier(value if value.lower() not in {"value", "count"} else file.stem)
    text = DRAFT.format(
        title=json.dumps(_title(value), ensure_ascii=False),
        file=json.dumps(_path(file, place), ensure_ascii=False),
        area=json.dumps(found.name, ensure_ascii=False),
        geography=f"  geography: {found.geography}\n" if found.geography else "",
        value=json.dumps(value, ensure_ascii=False),
        period=_period(value, file.stem),
    )
    described = tuple(
        f"{name}: {kind}, such as {_example(frame[name])!r}" for name, kind in kinds.items()
    )
    return Draft(name, text, len(frame), described)


def _kind(cells: pd.Series) -> str:
    from placedata.files import parse_numbers
    from placedata.geography import GSS_CODE

    filled = cells[cells.astype(str).str.strip() != ""].head(500)
    if filled.empty:
        return "empty"
    if filled.str.strip().str.match(GSS_CODE).mean() > 0.5:
        return "area codes"
    numbers, _ = parse_numbers(filled)
    return "numbers" if numbers.notna().mean() > 0.5 else "text"


def _example(cells: pd.Series) -> str:
    filled = cells[cells.astype(str).str.strip() != ""]
    return str(filled.iloc[0])[:30] if len(filled) else ""


def _identifier(text: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:40]
    return plain if re.match(r"[a-z]", plain) and len(plain) > 1 else f"layer_{plain}".strip("_")


def _title(column: str) -> str:
    text = re.sub(r"[_]+", " ", column).strip()
    return text[:1].upper() + text[1:110]


def _period(column: str, stem: str) -> str:
    years = re.findall(r"(?:19|20)\d{2}", f"{column} {stem}")
    return years[0] if years else '"TO FILL IN"'


def _path(file: Path, place: Path) -> str:
    """Return the path as a layer file names it: under a data root of the place."""
    from placedata.documents import read_document

    try:
        data = read_document(place / "place.yaml", "place.yaml").data
        roots = data.get("data_roots", {"data": "data"}) if isinstance(data, dict) else {}
    except (OSError, ConfigError):
        roots = {"data": "data"}
    for name, folder in roots.items():
        root = (place / str(folder)).resolve()
        if file.resolve().is_relative_to(root):
            return f"{name}/{file.resolve().relative_to(root).as_posix()}"
    return f"data/{file.name}"


DRAFT = """\
title: {title}
description: ""               # one sentence: what it measures, for whom
unit: "TO FILL IN"            # people, %, µg/m³, per 1,000 people …
polarity: neutral             # higher_is_better, lower_is_better, or neutral (map only)
# component: environmental_quality        # put it in the index
# goalposts: {{best: 0, worst: 100}}
statistic: mean               # sum for counts, which add up
# apportion: weighted_mean    # how figures of smaller areas reach the wards, with
# weighted_by: population     #   the layer of counts that weighs them
source:
  loader: table
  file: {file}
  area: {area}
{geography}value: {value}
period: {period}
publisher: "TO FILL IN"
licence: OGL-UK-3.0
# cadence: yearly             # how often it is renewed: its age is judged by this
"""
