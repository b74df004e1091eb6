"""Rows of a trace whose values would give away a suppressed figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def without_values(rows: pd.DataFrame, role: str, wards: set[str]) -> pd.DataFrame:
    """Return the rows without those values of `role` that could give away figures of `wards`.

    The figures that are shown are equations in the values of their source areas. Even slivers
    that neighbours share with a suppressed ward can be solved for where the rest is known, since
    figures have all their digits. So nothing is told that is linked to a suppressed ward, through
    however many wards and source areas.

    Parameters
    ----------
    rows
        Columns of `placedata.layers.traced.ROW_COLUMNS`, one period.
    role
        ``figure`` or ``weight``.
    wards
        The wards whose figures are suppressed.
    """
    import numpy as np
    import pandas as pd

    if not wards:
        return rows
    of_role = (rows["role"] == role).to_numpy()
    area, areas = pd.factorize(rows["area_code"].to_numpy(dtype=object)[of_role])
    key, keys = pd.factorize(rows["key"].to_numpy(dtype=object)[of_role])
    reached = np.isin(areas.astype(str), sorted(wards))
    hidden = np.zeros(len(keys), dtype=bool)
    before = -1
    while reached.sum() > before:
        before = int(reached.sum())
        hidden[key[reached[area]]] = True
        reached[area[hidden[key]]] = True
    away = np.zeros(len(rows), dtype=bool)
    away[of_role] = hidden[key]
    return rows.assign(value=rows["value"].mask(away))
