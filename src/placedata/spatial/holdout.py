"""How wrong a way of sharing figures out is, measured where the truth is known.

Take groups of areas whose figures are known: small areas within a larger one, or two neighbours
taken together as if they were one. Share the figure of the group out over its areas as a method
would, by its weights, and compare with what the areas really have. The error is the method's own,
for this indicator in this place.

From the hold-out to a ward. Call ``w`` the weight of a ward in a source area and ``1 - w`` that of
the others. The hold-out tells the **dispersion** ``f``: the squared errors of the shares over
``w (1 - w)``, which they would have if each group fell whole into one part by chance (``f`` = 1;
``f`` = 0 is a perfect method). Errors of different source areas are independent, so the variance
of a ward's count is the sum of ``c² f w (1 - w)`` over the source areas with counts ``c``: areas
that lie in one ward add nothing. For a mean or a rate with values ``v`` of areas of ``c`` people it
is the sum of ``c² w (1 - w) (h + f (v - V)²)`` over the square of the ward's people: people in
the wrong ward matter as far as their area differs from the ward's value ``V``, and the **spread**
``h`` tells how far parts of an area differ from its value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from placedata.spatial.locate import points_in_areas

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from placedata.geography import Boundaries

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

#: Fewer groups than this tell nothing about an error.
FEWEST_GROUPS = 8
BEST_FIT = "best_fit"


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of areas whose figures are known: which area is a part of which group.

    Parameters
    ----------
    group, area
        int64, shape (parts,): number of the group, and row of the area. An area may be in several
        groups.
    """

    group: Integers
    area: Integers


@dataclass(frozen=True)
class HoldOut:
    """The errors of several methods, measured on the same groups.

    Parameters
    ----------
    groups
        How many groups had figures and weights.
    errors
        Method -> error. Of counts: the share of all people (or things) put into a wrong part, 0
        to 1. Of means: the mean error of a group's value, in the unit of the values.
    dispersion
        Method -> dispersion of the shares, as the module says.
    spread
        Method -> spread of values within a group, in squared units; 0 of counts.
    """

    groups: int
    errors: Mapping[str, float]
    dispersion: Mapping[str, float]
    spread: Mapping[str, float]

    @property
    def winner(self) -> str:
        """The method with the least error; the first on a tie."""
        return min(self.errors, key=lambda name: self.errors[name])


def merged_neighbours(areas: Boundaries) -> Groups:
    """Return every two areas that touch, as a group of two."""
    import shapely

    shapes = np.asarray(areas.frame.geometry.array, dtype=object)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = np.stack([one, other], axis=1)[one < other].astype(np.int64)
    number = np.repeat(np.arange(len(pairs), dtype=np.int64), 2)
    return Groups(number, pairs.ravel())


def parts_within(fine: Boundaries, coarse: Boundaries) -> Groups:
    """Return the fine areas of each coarse one, by a point inside each; the rest take no part."""
    import shapely

    inside = shapely.point_on_surface(np.asarray(fine.frame.geometry.array, dtype=object))
    found = points_in_areas(shapely.get_x(inside), shapely.get_y(inside), coarse).positions
    area = np.flatnonzero(found >= 0)
    return Groups(found[area], area)


def hold_out(
    groups: Groups,
    masses: Mapping[str, Floats],
    counts: Floats,
    values: Floats | None = None,
    centre: float = 0.0,
) -> HoldOut | None:
    """Return the errors of the methods; None where fewer than `FEWEST_GROUPS` can be used.

    Parameters
    ----------
    groups
        Which areas make up which group.
    masses
        Method -> what each area weighs in it (postcodes, area, people), shape (areas,). Best fit is
        added: the whole group goes to the part that weighs most by the first of them.
    counts
        The true figure of each area, or where `values` are given the people that weigh them; NaN
        is missing.
    values, centre
        True values of a mean or rate, and the value of the whole place, which errors are told
        against.

    Notes
    -----
    A group takes part where every area of it has a figure and the group's figure is above 0.
    """
    usable = np.isfinite(counts) & (counts >= 0)
    if values is not None:
        usable &= np.isfinite(values)
    number = int(groups.group.max(initial=-1)) + 1
    area = groups.area
    broken = np.bincount(groups.group, ~usable[area], minlength=number) > 0
    size = np.bincount(groups.group, minlength=number)
    amount = np.where(usable[area], counts[area], 0.0)
    whole = np.bincount(groups.group, amount, minlength=number).astype(float)
    fit = (size > 1) & ~broken & (whole > 0)
    for mass in masses.values():
        fit &= np.bincount(groups.group, mass[area], minlength=number) > 0
    if fit.sum() < FEWEST_GROUPS:
        return None
    keep = fit[groups.group]
    group, area, amount = groups.group[keep], area[keep], amount[keep]
    truth = amount / whole[group]
    measured = [
        _one(group, whole, truth, guess, base, None if values is None else values[area] - centre)
        for guess, base in _guesses(group, area, masses, number).values()
    ]
    names = [*masses, BEST_FIT]
    columns = zip(*measured, strict=True)
    error, dispersion, spread = (dict(zip(names, one, strict=True)) for one in columns)
    return HoldOut(int(fit.sum()), error, dispersion, spread)


def _guesses(
    group: Integers, area: Integers, masses: Mapping[str, Floats], number: int
) -> dict[str, tuple[Floats, Floats]]:
    """Return method -> the share that it gives each part, and the shares of its w (1 - w)."""
    found: dict[str, tuple[Floats, Floats]] = {}
    for name, mass in masses.items():
        share = mass[area] / np.bincount(group, mass[area], minlength=number)[group]
        found[name] = (share, share)
    first = found[next(iter(masses))][0]
    # The heaviest part of each group gets all; the first on a tie.
    order = np.lexsort((np.arange(len(group)), -first, group))
    leads = order[np.unique(group[order], return_index=True)[1]]
    fitted = np.zeros(len(group))
    fitted[leads] = 1.0
    found[BEST_FIT] = (fitted, first)
    return found


def _one(
    group: Integers,
    whole: Floats,
    truth: Floats,
    guess: Floats,
    base: Floats,
    values: Floats | None,
) -> tuple[float, float, float]:
    """Return error, dispersion and spread of one method; groups weigh by their figure."""
    weight = whole[group]
    off = truth - guess
    room = float((weight * base * (1 - base)).sum())
    dispersion = float((weight * off**2).sum()) / room if room > 0 else 0.0
    total = float(whole[np.unique(group)].sum())
    if values is None:
        return float((weight * np.abs(off)).sum()) / 2 / total, dispersion, 0.0
    mean = np.bincount(group, truth * values, minlength=len(whole))[group]
    within = truth * (values - mean)
    spread = float((weight * within**2).sum()) / room if room > 0 else 0.0
    error = float((weight * np.abs(within + off * mean)).sum()) / 2 / total
    return error, dispersion, spread


def count_errors(weights: pd.DataFrame, counts: pd.Series, dispersion: float) -> pd.Series:
    """Return target code -> standard error of its count, in the unit of the counts.

    Parameters
    ----------
    weights
        Columns ``from_code``, ``to_code``, ``weight``, as of a lookup.
    counts
        Source code -> count; a missing one adds nothing (it is not in the figure either).
    """
    room = weights["weight"] * (1 - weights["weight"])
    square = weights["from_code"].map(counts) ** 2 * room.clip(lower=0) * dispersion
    return square.groupby(weights["to_code"]).sum() ** 0.5


def mean_errors(
    weights: pd.DataFrame,
    counts: pd.Series,
    values: pd.Series,
    targets: pd.Series,
    measured: tuple[float, float],
) -> pd.Series:
    """Return target code -> standard error of its mean or rate, in the unit of the values.

    Parameters
    ----------
    weights, counts
        As of `count_errors`; the counts are the people that weigh the values.
    values, targets
        Source code -> value, and target code -> value.
    measured
        Dispersion and spread of the method.
    """
    dispersion, spread = measured
    people = weights["from_code"].map(counts)
    value = weights["from_code"].map(values)
    people = people.where(value.notna())
    apart = value - weights["to_code"].map(targets)
    room = (weights["weight"] * (1 - weights["weight"])).clip(lower=0)
    square = people**2 * room * (spread + dispersion * apart**2)
    below = (people * weights["weight"]).groupby(weights["to_code"]).sum()
    return square.groupby(weights["to_code"]).sum() ** 0.5 / below.where(below > 0)
