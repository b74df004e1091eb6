"""Areas known by their names: the codes that go with them, from a table that has both."""

from __future__ import annotations

import re

from placedata.columns import find_column, missing_column
from placedata.errors import Problem
from placedata.intake import TableFile, Tally, with_rows


def bare_name(name: str) -> str:
    """Return an area's name for comparing: ``BARKING & DAGENHAM`` as ``barking and dagenham``."""
    return " ".join(re.sub(r"[^\w]+", " ", name.casefold().replace("&", " and ")).split())


def named_areas(table: TableFile, code: str, name: str, tally: Tally) -> dict[str, str]:
    """Return bare name -> area code. A name that several areas have is no name: it is left out."""
    names = [str(item) for item in table.frame.columns]
    columns = [find_column(names, wanted) for wanted in (code, name)]
    for column, wanted, field in zip(columns, (code, name), ("code", "name"), strict=True):
        if column is None:
            problem = missing_column(table.label, f"source.names.{field}", wanted, names)
            tally.problems.append(problem)
    tally.stop_if_problems()
    pairs = table.frame[[str(column) for column in columns]].set_axis(["code", "name"], axis=1)
    pairs = pairs.assign(name=pairs["name"].map(bare_name), code=pairs["code"].str.strip())
    pairs = pairs[pairs["name"] != ""].drop_duplicates()
    shared = pairs["name"].duplicated(keep=False)
    tally.note("area names that several areas have, not used", pairs.loc[shared, "name"].nunique())
    return dict(pairs.loc[~shared, ["name", "code"]].itertuples(index=False, name=None))


def by_name(table: TableFile, column: str | None, known: dict[str, str], tally: Tally) -> TableFile:
    """Return the table with codes in its column of names; rows of unknown names are rejected."""
    frame, names = table.frame, [str(item) for item in table.frame.columns]
    found = find_column(names, column) if column else None
    if found is None:
        wanted = column or "area: the column of names"
        tally.problems.append(missing_column(table.label, "source.area", wanted, names))
        tally.stop_if_problems()
    codes = frame[str(found)].map(lambda cell: known.get(bare_name(cell), ""))
    unknown = codes == ""
    if unknown.all() and len(frame):
        shown = ", ".join(repr(cell) for cell in frame[str(found)].head(3))
        some = ", ".join(list(known)[:3])
        problem = Problem(table.label, "source.area", f"names such as {shown}", f"such as {some}")
        tally.problems.append(problem)
        tally.stop_if_problems()
    tally.turn_away(with_rows(table.label, frame), unknown, "no area of this name")
    kept = frame.assign(**{str(found): codes})[~unknown]
    return TableFile(table.label, kept, table.path)
