"""What lookups refuse: repeated codes, infinite numbers, weights that would lose or invent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from placedata.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

#: Weights of one source area may exceed 1 by this much: rounding of published tables.
ROUNDING = 1e-6


def codes_of(index: pd.Index, title: str) -> NDArray[np.object_]:
    """Return the codes of an index as text; refuse one that stands twice."""
    import numpy as np
    import pandas as pd

    text = index if index.inferred_type == "string" else index.astype(str)
    codes = np.asarray(text, dtype=object)
    if not text.is_unique:
        raise DataError(f"{title} given twice for {names_of(codes[pd.Index(codes).duplicated()])}")
    return codes


def numbers_of(series: pd.Series, codes: NDArray[np.object_], title: str) -> NDArray[np.float64]:
    """Return numbers as float64, NaN where missing; refuse those that are infinite."""
    import numpy as np

    numbers = series.to_numpy(dtype="float64", na_value=np.nan)
    endless = codes[np.isinf(numbers)]
    if len(endless):
        raise DataError(f"{title} are infinite for {names_of(endless)}")
    return numbers


def refuse_bad_weights(weights: pd.DataFrame, title: str) -> None:
    """Raise DataError for weights outside (0, 1], pairs told twice, or sums above 1."""
    share = weights["weight"]
    bad = weights["from_code"][~((share > 0) & (share <= 1 + ROUNDING))]
    if len(bad):
        raise DataError(f"lookup {title}: weights must be above 0 and at most 1: {names_of(bad)}")
    double = weights["from_code"][weights.duplicated(["from_code", "to_code"])]
    if len(double):
        raise DataError(f"lookup {title}: a pair of areas stands twice for {names_of(double)}")
    sums = weights.groupby("from_code")["weight"].sum()
    over = sums.index[sums > 1 + ROUNDING]
    if len(over):
        raise DataError(f"lookup {title}: the weights sum to more than 1 for {names_of(over)}")


def share_of(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return part / whole, 0 where there is no whole."""
    import numpy as np

    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)


def names_of(codes: Iterable[Any], most: int = 5) -> str:
    """Return the first codes, each once, in order, and how many more there are."""
    unique = sorted({str(code) for code in codes})
    more = f" and {len(unique) - most} more" if len(unique) > most else ""
    return ", ".join(unique[:most]) + more
