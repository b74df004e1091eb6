"""Areas known by their names: the codes that go with them, from a table that has both."""

from __future__ import annotations

import re

from placedata.columns import find_code_column, find_column, missing_column
from placedata.errors import Problem
from placedata.intake import TableFile, Tally, with_rows


def bare_name(name: str) -> str:
    """Return an area's name for comparing: ``BARKING & DAGENHAM`` as ``barking and dagenham``."""
    return " ".join(re.sub(r"[^\w]+", " ", name.casefold().replace("&", " and ")).split())


def named_areas(
    table: TableFile, columns: list[str] | None, geography: str | None, tally: Tally
) -> tuple[dict[str, str], str | None]:
    """Return bare name -> area code, and the geography of the codes.

    A name that several areas have is no name: it is left out, and noted. The columns of codes and
    names are `columns`, or those found: ``LAD22CD`` and its twin ``LAD22NM``.
    """
    frame, names = table.frame, [str(item) for item in table.frame.columns]
    wanted = columns[0] if columns else None
    code = find_code_column(frame, table.label, wanted=wanted, geography=geography)
    if isinstance(code, Problem):
        tally.problems.append(code)
        tally.stop_if_problems()
        return {}, None
    twin = columns[1] if columns else re.sub(r"CD$", "NM", re.sub("(?i)code", "name", code.name))
    name = find_column(names, twin)
    if name is None or name == code.name:
        tally.problems.append(missing_column(table.label, "source.name_columns", twin, names))
        tally.stop_if_problems()
    pairs = frame[[str(name), code.name]].set_axis(["name", "code"], axis=1)
    pairs = pairs.assign(name=pairs["name"].map(bare_name), code=pairs["code"].str.strip())
    pairs = pairs[pairs["name"] != ""].drop_duplicates()
    shared = pairs["name"].duplicated(keep=False)
    tally.note("area names that several areas have, not used", pairs.loc[shared, "name"].nunique())
    known = dict(pairs[~shared].itertuples(index=False, name=None))
    return known, code.geography


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
