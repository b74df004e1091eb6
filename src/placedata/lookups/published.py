"""Lookups from published tables: best fits, tables with weights, and changes between editions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from placedata.columns import are_among
from placedata.errors import DataError, Problem
from placedata.lookups.checks import names_of
from placedata.lookups.weighted import Lookup

if TYPE_CHECKING:
    import pandas as pd


def read_lookup_frame(
    frame: pd.DataFrame,
    source: str,
    target: str,
    columns: tuple[str, ...],
    *,
    sources: Iterable[str] = (),
    targets: Iterable[str] = (),
) -> Lookup:
    """Return a published lookup from its table.

    Parameters
    ----------
    frame
        The table as read, cells as text.
    source, target
        The two geographies.
    columns
        Names of the two code columns, from and to; a third one holds weights.
    sources, targets
        The codes of the place, where known. Rows of other source areas are left out and counted;
        so are rows to other targets, whose share is then unallocated.

    Raises
    ------
    DataError
        A column is absent, a weight is no number, or an area has several targets and no weights.
    """
    import pandas as pd

    table, notes = _pairs(frame, columns, f"{source} -> {target}")
    if len(columns) > 2:
        table["weight"] = pd.to_numeric(table["extra"], errors="coerce")
        unread = table["from_code"][table["weight"].isna()]
        if len(unread):
            msg = f"lookup {source} -> {target}: column {columns[2]!r} holds no number for"
            raise DataError(f"{msg} {names_of(unread)}")
        zero = table["weight"] == 0
        notes["rows of weight 0 left out"] = int(zero.sum())
        table = table[~zero]
    else:
        table["weight"] = 1.0
    named: dict[str, tuple[str, ...]] = {}
    for column, known, geography in (
        ("from_code", set(sources), source),
        ("to_code", set(targets), target),
    ):
        strange = ~are_among(table[column], known) if known else table[column].isna()
        fact = f"rows of {geography} areas that the place does not have"
        notes[fact] = int(strange.sum())
        named[fact] = tuple(sorted(set(table[column][strange].tolist())))
        table = table[~strange]
    split = table["from_code"][table["from_code"].duplicated()]
    if len(columns) == 2 and len(split):
        msg = f"lookup {source} -> {target}: several targets and no weights for {names_of(split)}"
        raise DataError(f"{msg}; name a weight column, or build the lookup from points")
    return Lookup(source, target, table, "published", notes, named, tuple(sources), tuple(targets))


def recode(
    changes: pd.DataFrame,
    source: str,
    target: str,
    columns: tuple[str, ...],
    *,
    weights: Lookup | None = None,
) -> Lookup:
    """Return the lookup of a table of changes between two editions.

    Unchanged, renamed and merged areas move whole, which is exact. An area that was split needs
    weights: they are taken from `weights` for the pairs listed, and scaled to 1.

    Parameters
    ----------
    changes
        One row a pair of old and new area, as the ONS publishes for LSOA 2011 to 2021.
    source, target
        The two geographies.
    columns
        Names of the columns of the old and of the new code, and where there is one of the change
        (U unchanged, S split, M merged, X irregular).
    weights
        A lookup between the same geographies by points or area.

    Raises
    ------
    DataError
        An area was split (or the table shows one part of a split) and there are no weights, or
        `weights` knows none of its pairs.
    """
    import pandas as pd

    table, notes = _pairs(changes, columns, f"{source} -> {target}")
    letters = table["extra"].str.upper() if len(columns) > 2 else table["from_code"].str[:0]
    several = table["from_code"].duplicated(keep=False)
    parted = several | letters.isin(["S", "X"])
    merged = table["to_code"].duplicated(keep=False) & ~parted
    split = sorted(set(table["from_code"][parted]))
    notes.update(
        {
            "areas unchanged or renamed": int((~parted & ~merged).sum()),
            "areas merged into one": int(merged.sum()),
            "areas split": len(split),
        }
    )
    whole = table[~parted].assign(weight=1.0)
    named = {"areas split": tuple(split)}
    codes = (tuple(table["from_code"]), tuple(table["to_code"]))
    if not split:
        return Lookup(source, target, whole, "published", notes, named, *codes)
    shares = _split_weights(table[parted], several[parted], weights, f"{source} -> {target}")
    method = f"published, splits by {weights.method}" if weights else "published"
    empty = shares["weight"].isna()
    notes["parts of split areas that hold no weight"] = int(empty.sum())
    both = pd.concat([whole, shares[~empty]], ignore_index=True)
    return Lookup(source, target, both, method, notes, named, *codes)


def _split_weights(
    pairs: pd.DataFrame, several: pd.Series, weights: Lookup | None, title: str
) -> pd.DataFrame:
    """Return the pairs of split areas with weights, scaled to 1 where all parts are listed."""
    if weights is None:
        msg = f"lookup {title}: split areas need weights (from points or area overlap):"
        raise DataError(f"{msg} {names_of(pairs['from_code'])}")
    if (weights.source, weights.target) != tuple(title.split(" -> ")):
        raise DataError(f"lookup {title}: its split areas cannot be weighted by {weights.title}")
    found = pairs[["from_code", "to_code"]].merge(weights.weights, how="left")
    sums = found.groupby("from_code")["weight"].transform("sum")
    if (sums == 0).any():
        msg = f"lookup {title}: the weights by {weights.method} know no part of"
        raise DataError(f"{msg} {names_of(found['from_code'][sums == 0])}")
    # One part alone is a table cut to a place: the other part lies elsewhere, so no scaling.
    scale = sums.where(several.to_numpy(), 1.0)
    return found.assign(weight=found["weight"] / scale)


def _pairs(
    frame: pd.DataFrame, columns: tuple[str, ...], title: str
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return from_code, to_code (and ``extra``) of complete rows, and what was left out."""
    if len(columns) not in (2, 3):
        raise DataError(f"lookup {title}: 2 or 3 columns must be named, not {len(columns)}")
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        allowed = ", ".join(map(str, frame.columns))
        problems = [Problem("lookup", name, "no such column", allowed) for name in absent]
        raise DataError(f"lookup {title}: columns are absent", problems)
    names = ["from_code", "to_code", "extra"][: len(columns)]
    table = frame[list(columns)].set_axis(names, axis=1)
    table = table.fillna("").astype(str).apply(lambda column: column.str.strip())
    blank = (table["from_code"] == "") | (table["to_code"] == "")
    double = table.duplicated() & ~blank
    notes = {"rows without a code": int(blank.sum()), "rows repeated": int(double.sum())}
    return table[~blank & ~double].reset_index(drop=True), notes
