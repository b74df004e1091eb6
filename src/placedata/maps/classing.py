"""How a person wants a map's classes: the way, how many, and what is hatched as not clear."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from placedata import wording
from placedata.errors import ConfigError
from placedata.maps.classes import MOST_CLASSES, class_breaks, recount
from placedata.maps.edges import breaks_around
from placedata.maps.palettes import diverging, sequential

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from placedata.maps.classes import Classes, Method
    from placedata.maps.palettes import Palette

#: What a person chooses -> what it is called.
WAYS = MappingProxyType(
    {
        "quantiles": "Quantiles (equal counts)",
        "equal": "Equal intervals (same width)",
        "natural": "Natural breaks (alike)",
        "bands": "Official bands",
        "around": "Around the average",
    }
)
_METHODS: dict[str, Method] = {
    "quantiles": "quantiles", "equal": "equal_interval", "natural": "natural_breaks",
}  # fmt: skip
FEWEST_CHOSEN = 2
#: Polarity -> what the blue and the orange side of an average are.
_SIDES = {
    "higher_is_better": ("better (higher)", "worse (lower)"),
    "lower_is_better": ("better (lower)", "worse (higher)"),
    "neutral": ("less", "more"),
}
_ABSENT = {
    "bands": "There are no official bands here, so quantiles are shown.",
    "around": "There is no average to set the areas against, so quantiles are shown.",
}


@dataclass(frozen=True)
class Classing:
    """What was chosen for the classes of a map.

    Parameters
    ----------
    way
        One of `WAYS`.
    k
        Classes, 2 to 9; official bands have their own number.
    unclear
        Hatch areas that are not clearly different from the average.

    Raises
    ------
    ConfigError
        An unknown way, or k out of range.
    """

    way: str = "quantiles"
    k: int = 5
    unclear: bool = False

    def __post_init__(self) -> None:
        """Refuse what there is not."""
        if self.way not in WAYS:
            raise ConfigError(f"way of classing: found {self.way!r}; allowed: {', '.join(WAYS)}")
        if not FEWEST_CHOSEN <= self.k <= MOST_CLASSES:
            raise ConfigError(
                f"number of classes: found {self.k}; allowed: {FEWEST_CHOSEN} to {MOST_CLASSES}"
            )


#: What is shown where nothing was chosen.
USUAL = Classing()


@dataclass(frozen=True)
class Average:
    """What areas are set against: the average of the place.

    Parameters
    ----------
    value
        In the unit of the layer.
    name
        ``the average of Aldermarsh in 2024``.
    text
        The value with its unit.
    """

    value: float
    name: str
    text: str


@dataclass(frozen=True)
class Classed:
    """Classes with their colours, and what there is to say about them."""

    classes: Classes
    palette: Palette
    notes: tuple[str, ...]


def classed(
    pooled: pd.DataFrame,
    now: pd.DataFrame,
    classing: Classing,
    *,
    polarity: str,
    average: Average | None = None,
    bands: Sequence[float] = (),
) -> Classed:
    """Return the classes of a view in the way that was chosen.

    The edges come from the figures of all periods, so that a colour means the same in every year;
    the counts are those of the period that is shown.

    Parameters
    ----------
    pooled
        ``value`` and ``status`` of all periods.
    now
        The same of the period that is shown.
    average
        What classes around the average are set about.
    bands
        Inner edges of the layer's official bands.

    Notes
    -----
    Official bands that a layer has not got are quantiles, and a note says so.
    """
    statuses, values = pooled["status"], pooled["value"]
    if classing.way == "bands" and bands:
        found = class_breaks(values, method="fixed", breaks=bands, statuses=statuses)
    elif classing.way == "around" and average is not None:
        breaks = breaks_around(values.where(statuses == "ok"), average.value, k=classing.k)
        found = class_breaks(values, method="fixed", breaks=breaks, statuses=statuses)
    else:
        method = _METHODS.get(classing.way, "quantiles")
        found = class_breaks(values, method=method, k=classing.k, statuses=statuses)
    counted = recount(found, now["value"], now["status"])
    if classing.way == "around" and average is not None:
        return Classed(counted, _two_sided(found, polarity, average), ())
    note = _ABSENT.get(classing.way, "") if found.method == "quantiles" else ""
    return Classed(counted, palette_of(found, polarity), (note,) if note else ())


def palette_of(classes: Classes, polarity: str) -> Palette:
    """Return the colours from light to dark for some classes."""
    return sequential(max(classes.k, 1), polarity=polarity)  # type: ignore[arg-type]


def _two_sided(classes: Classes, polarity: str, average: Average) -> Palette:
    """Return colours around the average, which their note names."""
    made = diverging(max(classes.k, 1), polarity=polarity)  # type: ignore[arg-type]
    one, other = _SIDES[polarity]
    note = f"Blue is {one} than {average.name} ({average.text}), orange is {other}."
    if classes.k % 2 and classes.k > 1:
        note += " The pale class in the middle is about the average."
    return replace(made, note=note)


def same_in_all(periods: Sequence[str]) -> str:
    """Return the sentence that classes are the same in every period; "" where there is one."""
    if len(periods) < 2:
        return ""
    told = wording.period_range((periods[0], periods[-1]))
    every = "both" if len(periods) == 2 else f"all {len(periods)}"
    return f"The classes are the same in {every} periods, {told}."
