"""How one figure changed between two periods, and whether the change is clear."""

from __future__ import annotations

import math
from dataclasses import dataclass

from placedata.wording import NINE_IN_TEN


@dataclass(frozen=True)
class Change:
    """One figure in two periods.

    Parameters
    ----------
    first, last
        The periods.
    before, after
        The figures, in the layer's unit.
    error
        Standard error of the difference: the root of the squares of both; None where either is
        not known.
    polarity
        Which way is good.
    """

    first: str
    last: str
    before: float
    after: float
    error: float | None
    polarity: str

    @property
    def difference(self) -> float:
        """After less before."""
        return self.after - self.before

    @property
    def clear(self) -> bool | None:
        """Whether it is more than chance explains, nine times in ten; None where unknown."""
        if self.error is None:
            return None
        return abs(self.difference) > NINE_IN_TEN * self.error

    @property
    def better(self) -> bool | None:
        """Whether the figure moved the good way; None where it did not move or no way is good."""
        if self.difference == 0 or self.polarity == "neutral":
            return None
        return (self.difference > 0) == (self.polarity == "higher_is_better")

    def sentence(self, name: str, written: tuple[str, str]) -> str:
        """Return in plain words what happened; `written` holds both figures with their unit."""
        span = f"from {written[0]} in {self.first} to {written[1]} in {self.last}"
        if self.clear is False:
            return f"{name}: {span}. This is not a clear change."
        if self.difference == 0 or written[0] == written[1]:
            return f"{name}: {written[1]} in {self.last}, as in {self.first}."
        way = "up" if self.difference > 0 else "down"
        good = {True: ", which is better", False: ", which is worse", None: ""}[self.better]
        end = "" if self.clear else " It is not known how much of this is chance."
        return f"{name}: {way} {span}{good}.{end}"


def change(
    periods: list[str],
    values: list[float | None],
    errors: list[float | None],
    polarity: str,
) -> Change | None:
    """Return the change from the first to the last period with a figure; None with fewer than two.

    Parameters
    ----------
    periods
        Oldest first.
    values, errors
        Figure and its standard error in each period; None where there is none.
    polarity
        Which way is good.
    """
    known = [i for i, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return None
    i, j = known[0], known[-1]
    before, after, one, other = values[i], values[j], errors[i], errors[j]
    if before is None or after is None:  # never: `known` holds those with a value
        return None
    error = None if one is None or other is None else math.hypot(one, other)
    return Change(periods[i], periods[j], before, after, error, polarity)
