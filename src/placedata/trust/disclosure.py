"""Minimum disclosure control: small counts of people, and what gives them away, are not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def suppressed(numerators: pd.Series, threshold: int, *, total_shown: bool = True) -> pd.Series:
    """Return which counts may not be shown.

    Counts above 0 and below `threshold` are suppressed; zero and missing are not. Where exactly
    one count of a total would be suppressed, the total less the others would give it away, so
    the next smallest count is suppressed too (secondary suppression).

    Parameters
    ----------
    numerators
        Counts of people by area, shape (areas,); NaN is missing.
    threshold
        Least count that may be shown.
    total_shown
        Whether the sum of all areas is published beside them.

    Returns
    -------
    Series of bool, index as `numerators`.
    """
    hidden = (numerators > 0) & (numerators < threshold)
    if total_shown and hidden.sum() == 1:
        others = numerators[~hidden & (numerators > 0)]
        if not others.empty:
            hidden = hidden.copy()
            hidden[others.idxmin()] = True
    return hidden.fillna(value=False).astype(bool)
