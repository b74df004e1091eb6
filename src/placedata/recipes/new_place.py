"""A new place from its outlines alone: a place file and one example layer that builds at once."""

from __future__ import annotations

import csv
import io
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from placedata.errors import ConfigError, Problem
from placedata.geography import GEOGRAPHY

if TYPE_CHECKING:
    from placedata.geography import Boundaries


@dataclass(frozen=True)
class NewPlace:
    """What was made.

    Parameters
    ----------
    directory
        The folder.
    geography, areas
        Level and edition of the codes, and how many areas there are.
    files
        Files written, relative to the folder.
    notes
        What was done to the outlines on the way in.
    """

    directory: str
    geography: str
    areas: int
    files: tuple[str, ...]
    notes: tuple[str, ...]


def new_place(
    directory: Path, outlines: Path, name: str, *, geography: str | None = None, publisher: str = ""
) -> NewPlace:
    """Make a place folder that `placedata check` accepts at once.

    Raises
    ------
    ConfigError
        The folder holds a place already, the file is not there, or the edition of its codes
        cannot be told from its column and is not given.
    DataError
        The outlines cannot be used.
    """
    _refuse(directory, outlines, name, geography)
    from placedata.boundaries import read_boundaries
    from placedata.files import Roots

    told = geography or _edition(outlines)
    boundaries = read_boundaries(told, Roots({"data": outlines.parent}), f"data/{outlines.name}")
    folder = directory / "data" / "boundaries"
    folder.mkdir(parents=True, exist_ok=True)
    for path in _with_companions(outlines):
        shutil.copyfile(path, folder / path.name)
    (directory / "layers").mkdir(exist_ok=True)
    files = {
        "place.yaml": _place_file(
            name, told, outlines.name, publisher or f"{name} (publisher to fill in)"
        ),
        "data/area_size.csv": _sizes(boundaries),
        "layers/area_size.yaml": EXAMPLE_LAYER.format(
            geography=told, publisher=_quoted(publisher or name)
        ),
        ".gitignore": ".placedata/\n",
    }
    for label, text in files.items():
        (directory / label).write_text(text, "utf-8", newline="\n")
    made = (*files, f"data/boundaries/{outlines.name}")
    return NewPlace(directory.as_posix(), told, len(boundaries.codes), made, boundaries.notes)


def _refuse(directory: Path, outlines: Path, name: str, geography: str | None) -> None:
    problems = []
    if (directory / "place.yaml").exists():
        problems.append(Problem("place.yaml", "file", "a place already", "a new folder"))
    if not outlines.is_file():
        problems.append(
            Problem(outlines.name, "--boundaries", "no such file", "a file of ward outlines")
        )
    if not name.strip():
        problems.append(Problem("command line", "--name", "nothing", "the name of the place"))
    if geography is not None and not GEOGRAPHY.match(geography):
        problems.append(
            Problem(
                "command line",
                "--geography",
                repr(geography),
                "a level and a year, such as wd25 or lsoa21",
            )
        )
    if problems:
        raise ConfigError("the place cannot be made", problems)


def _edition(outlines: Path) -> str:
    """Return the geography that the code column's name tells, ``wd25`` for ``WD25CD``."""
    from placedata.columns import edition_of
    from placedata.files import read_vector

    names = [str(column) for column in read_vector(outlines).columns]
    editions = {name: edition_of(name) for name in names}
    wards = [edition for edition in editions.values() if edition and edition.startswith("wd")]
    found = wards or [edition for edition in editions.values() if edition]
    if not found:
        problem = Problem(
            outlines.name,
            "columns",
            ", ".join(names),
            "a column such as WD25CD, or --geography wd25",
        )
        raise ConfigError("the edition of the codes cannot be told from the file", [problem])
    return found[0]


def _with_companions(path: Path) -> list[Path]:
    """Return a shapefile with the files that belong to it, or the one file."""
    if path.suffix.lower() != ".shp":
        return [path]
    return sorted(path.parent.glob(f"{path.stem}.*"))


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)


def _place_file(name: str, geography: str, file: str, publisher: str) -> str:
    return PLACE_FILE.format(
        name=_quoted(name), geography=geography, file=_quoted(f"data/boundaries/{file}"),
        publisher=_quoted(publisher),
    )  # fmt: skip


def _sizes(boundaries: Boundaries) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    column = re.sub(r"\d", "", boundaries.geography).upper() + boundaries.geography[-2:] + "CD"
    writer.writerow([column, "name", "hectares"])
    frame = boundaries.frame
    for code, name, area in zip(
        frame["area_code"], frame["area_name"], frame.geometry.area, strict=True
    ):
        writer.writerow([code, name, round(area / 10_000, 2)])
    return text.getvalue()


PLACE_FILE = """\
# What this place is. Every path begins with the name of a data root.
name: {name}
geography: {geography}             # level and edition of the area codes
boundaries:
  {geography}: {file}
  # lsoa21: data/boundaries/lsoa_2021.geojson     # other geographies that figures come in
# postcodes: {{file: data/codepoint_open.csv}}      # where people live (OS Code-Point Open)
# lookups:                                        # how figures move to the areas above
#   - {{from: lsoa21, to: {geography}, by: postcodes}}
data_roots: {{data: data}}
framework: social_progress_ward
publisher: {publisher}
licence: OGL-UK-3.0
attribution:
  - Contains public sector information licensed under the Open Government Licence v3.0.
"""

EXAMPLE_LAYER = """\
# One file is one layer; the file's name is its id. Copy this file to add another.
title: Size of the ward
description: Surface inside the ward's outline.
unit: hectares
polarity: neutral             # higher_is_better, lower_is_better, or neutral (map only)
# component: environmental_quality        # put it in the index (then polarity is not neutral)
# goalposts: {{best: 5, worst: 60}}         # fixed best and worst; else from the data
statistic: sum                # a count or amount: it adds up. A mean, rate or score: mean
disclosure: {{counts: things}}  # hectares are not people: small numbers may be shown
source:
  loader: table               # reads CSV, spreadsheets, Parquet; finds the code column itself
  file: data/area_size.csv
  geography: {geography}
value: hectares               # the column
period: 2025
expect: {{minimum: 0, coverage: 1}}
publisher: {publisher}
licence: OGL-UK-3.0
"""
