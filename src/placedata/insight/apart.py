"""Whether two figures of different areas can be told apart, in numbers and in a plain sentence.

Two figures differ clearly where the difference is more than 1.645 standard errors of itself, the
root of the squares of both: what chance alone gives less than one time in ten. Two scores differ
clearly where the intervals of their ranks, which hold nine of ten, do not meet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from placedata.wording import NINE_IN_TEN

if TYPE_CHECKING:
    import numpy as np

#: Floating point noise, as a share of the sizes compared.
_SAME = 1e-9


@dataclass(frozen=True)
class Told:
    """One figure that a sentence sets beside another.

    Parameters
    ----------
    name
        Of the area, or of the place.
    value
        In the unit of the layer, or a score.
    written
        The value as it is read, with its unit.
    error
        Its standard error; 0 of a fixed value, None where it is not known.
    ranks
        Where the rank of a score may lie, 1 is best; None of figures, and where it is not known.
    """

    name: str
    value: float
    written: str
    error: float | None = None
    ranks: tuple[float, float] | None = None


def clearly_apart(one: Told, other: Told) -> bool | None:
    """Return whether two figures differ by more than chance gives; None where nobody can tell."""
    if one.ranks is not None and other.ranks is not None:
        return one.ranks[1] < other.ranks[0] or other.ranks[1] < one.ranks[0]
    if one.error is None or other.error is None or one.error == other.error == 0:
        return None
    return abs(one.value - other.value) > NINE_IN_TEN * math.hypot(one.error, other.error)


def apart_sentence(one: Told, other: Told, polarity: str) -> str:
    """Return how the higher of two figures stands to the lower, and whether that is clear."""
    if one.written == other.written:
        return f"{one.name} and {other.name} are the same ({one.written})."
    high, low = (one, other) if one.value > other.value else (other, one)
    good = {"higher_is_better": ", which is better,", "lower_is_better": ", which is worse,"}
    sure = {
        True: " and the difference is clear.",
        False: " but the difference could be chance.",
        None: " and how much of the difference is chance is not known.",
    }[clearly_apart(one, other)]
    said = f"{high.name} ({high.written}) is higher than {low.name} ({low.written})"
    return said + good.get(polarity, ",") + sure


def alike(values: Sequence[float], errors: Sequence[float]) -> list[int | None]:
    """Return the groups of figures in order that cannot be told apart, any two of one group.

    A group reaches from its first figure as far as no two inside it differ clearly. A figure whose
    error is not known (NaN) is in no group, and ends the one before.

    Parameters
    ----------
    values
        Best first, or largest first.
    errors
        Standard error of each; NaN is not known.
    """
    import numpy as np

    found, held = np.asarray(values, float), np.asarray(errors, float)
    groups: list[int | None] = []
    start, group = 0, 0
    for at in range(len(found)):
        if not held[at] >= 0:
            groups.append(None)
            start = at + 1
            continue
        if at == start or _any_clear(found, held, start, at):
            start, group = at, group + 1
        groups.append(group)
    return groups


def _any_clear(values: np.ndarray, errors: np.ndarray, start: int, at: int) -> bool:
    """Return whether a figure differs clearly from any from `start` on that stands before it."""
    import numpy as np

    gap = np.abs(values[start:at] - values[at])
    limit = NINE_IN_TEN * np.hypot(errors[start:at], errors[at])
    return bool((gap > limit + _SAME * np.abs(values[at])).any())
