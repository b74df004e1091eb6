"""Disclosure control, the rules: which figures are too few, too dominated, or to be rounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from placedata.definitions.parts import Disclosure, Dominance
    from placedata.definitions.place import DisclosureRule

#: Counts this near to zero are zero: what sums of floating point shares leave over.
NOTHING = 1e-9


@dataclass(frozen=True)
class Rule:
    """Which figures of a layer are not shown.

    Parameters
    ----------
    counts
        ``people`` or ``things``.
    threshold
        Counts above 0 and below it are not shown; 0 hides none.
    rounding
        Counts are shown to the nearest multiple of this; 1: as they are.
    dominance
        When a sum is too much the figure of one contributor; None: never.
    cumulative
        Whether the count of each period holds that of the period before.
    rows
        ``told`` or ``hidden``: whether a trace has the values of source rows.
    """

    counts: str
    threshold: int
    rounding: int
    dominance: Dominance | None = None
    cumulative: bool = False
    rows: str = "told"

    @property
    def document(self) -> dict[str, Any]:
        """The rule as plain data, for the catalogue of a snapshot."""
        dominance = self.dominance.model_dump(mode="json") if self.dominance else None
        return {
            "counts": self.counts, "threshold": self.threshold, "rounding": self.rounding,
            "dominance": dominance, "cumulative": self.cumulative, "rows": self.rows,
        }  # fmt: skip


def rule_of(own: Disclosure | None, place: DisclosureRule, *, people: bool) -> Rule:
    """Return the rule of a layer: its own, filled up from the place's.

    Parameters
    ----------
    own
        What the layer file says, or None.
    people
        What is taken where the layer file says nothing: whether the layer counts people.
    """
    counted = own.counts == "people" if own else people
    threshold = ((own and own.threshold) or place.threshold) if counted else 0
    rounding = (own and own.rounding) or (place.rounding if counted else 1)
    return Rule(
        "people" if counted else "things", threshold, rounding, own.dominance if own else None,
        own.cumulative if own else False, own.rows if own else "told",
    )  # fmt: skip


def few(counts: NDArray[np.float64], threshold: float) -> NDArray[np.bool_]:
    """Return which counts are above zero and below `threshold`; missing ones are not.

    Parameters
    ----------
    counts
        Shape (n,); NaN is missing.
    """
    import numpy as np

    known = np.nan_to_num(counts, nan=0.0)
    return (known > NOTHING) & (known < threshold - NOTHING)


def rounded(counts: pd.Series, base: float) -> pd.Series:
    """Return counts to the nearest multiple of `base`, halves to the larger."""
    import numpy as np

    return np.floor(counts / base + 0.5) * base


def dominated(shares: pd.DataFrame, rule: Dominance) -> pd.DataFrame:
    """Return the sums that are too much the figure of one or two contributors.

    Method: the (n, k) and p-per-cent rules of Hundepool et al., Statistical Disclosure Control
    (2012), chapter 4.

    Parameters
    ----------
    shares
        One row a contributor and cell: ``cell`` and ``value`` (0 or more; those of one
        contributor to one cell are added up beforehand).

    Returns
    -------
    Index ``cell``, of those that may not be shown; column ``need``: how wide the interval must be
    within which a hidden sum can be worked out, in the unit of the values.
    """
    ordered = shares[shares["value"] > 0].sort_values(["cell", "value"], ascending=[True, False])
    cells = ordered.groupby("cell")["value"]
    total, many, largest = cells.sum(), cells.size(), cells.first()
    if rule.p is not None:
        # the rest beyond the two largest must be at least p per cent of the largest
        room = rule.p / 100 * largest - (total - ordered.groupby("cell").head(2).groupby("cell")[
            "value"].sum())  # fmt: skip
    else:
        top = ordered.groupby("cell").head(int(rule.n or 1)).groupby("cell")["value"].sum()
        room = top * 100 / float(rule.k or 100) - total
    wrong = (room > 0) | (many < rule.fewest)
    need = room.clip(lower=0.0).where(room > 0, largest)
    return need[wrong].to_frame("need")
