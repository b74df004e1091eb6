"""Changes of codes from the ONS Code History Database, between two editions of one level.

Two of its files are read. ``Changes.csv`` has a row for every code and the one it came from:
GEOGCD, GEOGNM, GEOGCD_P, GEOGNM_P, OPER_DATE, ENTITYCD. ``ChangeHistory.csv`` has a row for every
code that there ever was: GEOGCD, GEOGNM, OPER_DATE, TERM_DATE (empty while it is live), ENTITYCD,
STATUS. An edition is named by its year: the areas in force on its last day.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from placedata.columns import are_among
from placedata.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

CHANGES = ("GEOGCD", "GEOGCD_P", "OPER_DATE")
HISTORY = ("GEOGCD", "OPER_DATE", "TERM_DATE")


def year_of(geography: str) -> int:
    """Return the year of an edition: 2013 for ``wd13``.

    Raises
    ------
    DataError
        The geography has no year.
    """
    match = re.search(r"(\d{2})$", geography)
    if match is None:
        raise DataError(f"geography {geography!r} names no year, as wd25 does")
    return 2000 + int(match.group(1))


def changed_codes(
    changes: pd.DataFrame,
    years: tuple[int, int],
    sources: Collection[str],
    targets: Collection[str] = (),
) -> pd.DataFrame:
    """Return which codes of an edition became which of a later one.

    Parameters
    ----------
    changes
        The rows of ``Changes.csv``, cells as text; dates as ``1/4/2009`` or ``2009-04-01``.
    years
        The two editions, the earlier first. Changes in force after the end of the first year and
        up to the end of the second are followed, one after the other.
    sources
        The codes to begin with.
    targets
        The codes of the later edition, where known: a code that is still among them lives on, even
        if parts of it went elsewhere.

    Returns
    -------
    DataFrame
        Columns ``from_code`` and ``to_code``. A code without a change stands beside itself. Rows
        of changes of name alone, where the code stays, change nothing.

    Raises
    ------
    DataError
        A column is absent, a date cannot be read, or the years are not in order.
    """
    import pandas as pd

    before, after = years
    if before > after:
        raise DataError(f"changes of codes lead from {before} to {after}: the past first")
    table = _dated(changes, CHANGES, "OPER_DATE")
    table = table[(table["GEOGCD_P"] != "") & (table["GEOGCD_P"] != table["GEOGCD"])]
    year = table["OPER_DATE"].dt.year
    table = table[(year > before) & (year <= after)].sort_values("OPER_DATE", kind="stable")
    alive = set(targets)
    found = {code: {code} for code in sources}
    for _, rows in table.groupby("OPER_DATE", sort=True):
        into = rows.groupby("GEOGCD_P")["GEOGCD"].agg(set).to_dict()
        for code, now in found.items():
            moved = set().union(*(into.get(one, {one}) for one in now))
            stayed = {one for one in now if one in into and one in alive}
            found[code] = moved | stayed
    pairs = [(code, one) for code in sorted(found) for one in sorted(found[code])]
    return pd.DataFrame(pairs, columns=["from_code", "to_code"], dtype=str)


def in_force(history: pd.DataFrame, codes: Iterable[str]) -> str:
    """Return when codes were in force together, in words: ``in force from 2013 to 2022``.

    Parameters
    ----------
    history
        The rows of ``ChangeHistory.csv``, cells as text.
    codes
        The codes asked about; those that the table does not have are left out.

    Returns
    -------
    str
        "" where the table has none of the codes, or they were never all in force.
    """
    import pandas as pd

    table = _dated(history, HISTORY, "OPER_DATE", "TERM_DATE")
    rows = table[are_among(table["GEOGCD"], codes)]
    if rows.empty:
        return ""
    began = rows.groupby("GEOGCD")["OPER_DATE"].min().max()
    live = rows["TERM_DATE"].isna().groupby(rows["GEOGCD"]).any()
    ends = rows.groupby("GEOGCD")["TERM_DATE"].max()[~live]
    if not len(ends):
        return f"in force since {began:%d %B %Y}".replace(" 0", " ")
    ended = ends.min()
    if pd.isna(began) or ended < began:
        return ""
    return f"in force from {began:%d %B %Y} to {ended:%d %B %Y}".replace(" 0", " ")


def _dated(frame: pd.DataFrame, columns: tuple[str, ...], *dates: str) -> pd.DataFrame:
    """Return the columns as stripped text, and the dates as dates (empty: NaT)."""
    import pandas as pd

    by_name = {str(name).strip().lstrip("\ufeff").upper(): name for name in frame.columns}
    absent = [name for name in columns if name not in by_name]
    if absent:
        allowed = ", ".join(map(str, frame.columns))
        problems = [Problem("code history", name, "no such column", allowed) for name in absent]
        raise DataError("the table is not of the Code History Database", problems)
    table = frame[[by_name[name] for name in columns]].set_axis(list(columns), axis=1)
    table = table.fillna("").astype(str).apply(lambda column: column.str.strip())
    for name in dates:
        text = table[name].str.slice(0, 10).str.strip()
        iso = text.str.match(r"^\d{4}-")
        parsed = pd.to_datetime(text.where(iso), format="%Y-%m-%d", errors="coerce")
        other = pd.to_datetime(text.where(~iso), dayfirst=True, format="mixed", errors="coerce")
        table[name] = parsed.fillna(other)
        wrong = table[name].isna() & (text != "")
        if wrong.any():
            found = sorted(set(text[wrong]))[:3]
            problem = Problem("code history", name, ", ".join(map(repr, found)), "1/4/2009")
            raise DataError("a date of the code history cannot be read", [problem])
    return table
