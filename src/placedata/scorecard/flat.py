"""The table that programs for maps read: a column of numbers and a column of words a figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from placedata.scorecard.columns import Column
    from placedata.snapshot import Snapshot


def flat_frame(snapshot: Snapshot, found: Iterable[Column]) -> pd.DataFrame:
    """Return what programs for maps read: codes, names, figures, then the status of each figure.

    A missing or suppressed figure is empty in its own column and told in ``ID_status``. Scores are
    headed ``score_ID``.
    """
    import pandas as pd

    given = list(found)
    values = {flat_name(column): column.values.astype(float) for column in given}
    statuses = {
        f"{flat_name(column)}_status": column.statuses.fillna("missing").astype(str)
        for column in given
    }
    names = {
        "area_code": snapshot.areas["area_code"],
        "area_name": snapshot.areas["area_name"],
        "snapshot": pd.Series(snapshot.id, index=snapshot.areas.index),
    }
    return pd.DataFrame({**names, **values, **statuses}).reset_index(drop=True)


def flat_name(column: Column) -> str:
    """Return the name of a column in files for maps: ``no2``, ``score_shelter``."""
    return f"score_{column.id}" if column.is_score else column.id
