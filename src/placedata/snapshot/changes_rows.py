"""The rows behind the figures of one layer and period in two snapshots, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from placedata.snapshot.reading import Snapshot


@dataclass(frozen=True)
class Rows:
    """Values, weights and shares of source areas, before and after.

    Parameters
    ----------
    codes
        The areas whose figures they make, in order.
    at
        Position in `codes` of each pair of area and source area, shape (pairs,).
    values, weights, shares
        Before and after, each of shape (pairs,); NaN where a source area has none. Weights are
        None for sums.
    """

    codes: pd.Index
    at: NDArray[np.int64]
    values: tuple[NDArray[np.float64], NDArray[np.float64]]
    weights: tuple[NDArray[np.float64], NDArray[np.float64]] | None
    shares: tuple[NDArray[np.float64], NDArray[np.float64]]

    @classmethod
    def of(cls, before: Snapshot, after: Snapshot, layer: str, period: str) -> Self | None:
        """Return the rows, or None where figures are made of other rows or values are withheld."""
        import pandas as pd

        found = [_rows(one, layer, period) for one in (before, after)]
        if any(rows is None for rows in found):
            return None
        one, two = (rows for rows in found if rows is not None)
        if any(rows["value"].isna().any() or rows["share"].isna().any() for rows in (one, two)):
            return None
        codes = before.areas.index.intersection(after.areas.index)
        figures = [rows[rows["role"] == "figure"] for rows in (one, two)]
        heavy = [rows[rows["role"] == "weight"] for rows in (one, two)]
        if heavy[0].empty != heavy[1].empty:
            return None
        pairs = pd.MultiIndex.from_frame(
            pd.concat([rows[["area_code", "key"]] for rows in figures]).drop_duplicates()
        )
        keys, areas = pairs.get_level_values("key"), pairs.get_level_values("area_code")
        inside = areas.isin(codes)
        pairs, keys, areas = pairs[inside], keys[inside], areas[inside]
        shares = [
            rows.set_index(["area_code", "key"])["share"].reindex(pairs).fillna(0.0).to_numpy()
            for rows in figures
        ]

        def by_key(rows: pd.DataFrame) -> NDArray[np.float64]:
            values = rows.drop_duplicates("key").set_index("key")["value"]
            return values.reindex(keys).to_numpy(dtype=float)

        values = [by_key(rows) for rows in figures]
        weights = None if heavy[0].empty else (by_key(heavy[0]), by_key(heavy[1]))
        at = codes.get_indexer(areas)
        return cls(codes, at, (values[0], values[1]), weights, (shares[0], shares[1]))

    def figure(self, *, values: bool, weights: bool, shares: bool) -> NDArray[np.float64]:
        """Return the figures by area with the values, weights and shares of before or after."""
        import numpy as np

        value, share = self.values[values], self.shares[shares]
        mass = share if self.weights is None else share * self.weights[weights]
        there = ~np.isnan(value) & ~np.isnan(mass)
        size = len(self.codes)
        above: NDArray[np.float64] = np.zeros(size)
        above += np.bincount(self.at[there], (value * mass)[there], size)
        if self.weights is None:
            return above
        above /= np.where(
            (below := np.bincount(self.at[there], mass[there], size)) > 0, below, np.nan
        )
        return above

    def makes(self, inner: Sequence[NDArray[np.float64]]) -> bool:
        """Return whether the rows make the figures of both snapshots again."""
        import numpy as np

        for after, wanted in enumerate(inner):
            made = self.figure(values=bool(after), weights=bool(after), shares=bool(after))
            there = ~np.isnan(wanted)
            if not np.allclose(made[there], wanted[there], rtol=1e-9, atol=1e-12):
                return False
        return True


def _rows(snapshot: Snapshot, layer: str, period: str) -> pd.DataFrame | None:
    """Return the rows of a layer in one period, None where they are not those of areas."""
    from placedata.snapshot.names import TRACE
    from placedata.snapshot.trace import rows_of_layer

    path = snapshot.directory / TRACE
    if not path.is_file():
        return None
    rows = rows_of_layer(path, layer)
    rows = rows[rows["period"] == period].astype(
        {"role": object, "key": object, "area_code": object}
    )
    if rows.empty or not set(rows["role"]) <= {"figure", "weight"}:
        return None
    if rows.duplicated(["role", "area_code", "key"]).any():
        return None
    return rows
