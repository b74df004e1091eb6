"""Weight points (addresses, postcodes) and the weighted means of their values by area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from placedata.errors import DataError
from placedata.spatial.locate import Located, checked_points, points_in_areas

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from placedata.geography import Boundaries

    Floats = NDArray[np.float64]

#: A weight point outside every area belongs to the nearest one up to this far, metres. Outlines of
#: full detail leave addresses up to 5 m outside, strongly generalised ones up to 240 m; a point
#: further away belongs to another place.
NEAREST_WITHIN = 250.0


@dataclass(frozen=True, eq=False)
class ByArea:
    """Figures by area, and what was counted on the way.

    Parameters
    ----------
    table
        Index ``area_code``: every area, in the order of the boundaries. Column ``value`` (NaN
        where missing) and ``coverage`` (0 to 1) always; further columns say what it rests on.
    notes
        Facts counted -> number ("points outside every area, moved to the nearest").
    named
        The area codes behind a note, where they can be named.
    """

    table: pd.DataFrame
    notes: Mapping[str, int] = field(default_factory=dict)
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class WeightPoints:
    """Points with their weights, each in its area.

    Parameters
    ----------
    x, y, weight
        float64 arrays, shape (points,): metres (EPSG:27700), and weight, not negative.
    located
        The area of each point.
    codes
        All area codes, in order.
    """

    x: Floats
    y: Floats
    weight: Floats
    located: Located
    codes: tuple[str, ...]

    def total(self, amounts: Floats) -> Floats:
        """Return the sum of `amounts` (one a point) by area; NaN amounts count as nothing."""
        inside = (self.located.positions >= 0) & ~np.isnan(amounts)
        sums = np.bincount(
            self.located.positions[inside], amounts[inside], minlength=len(self.codes)
        )
        return sums.astype(np.float64)

    def mean(self, values: Floats) -> Floats:
        """Return the weighted mean of `values` by area, NaN where no weighted point has one."""
        mass = self.total(np.where(np.isnan(values), np.nan, self.weight))
        total = self.total(values * self.weight)
        return np.divide(total, mass, out=np.full(len(mass), np.nan), where=mass > 0)

    def coverage(self, values: Floats) -> Floats:
        """Return the share of each area's weight whose value is known; 0 without weight."""
        known = self.total(np.where(np.isnan(values), np.nan, self.weight))
        whole = self.total(self.weight)
        return np.divide(known, whole, out=np.zeros(len(whole)), where=whole > 0)

    def count(self, labels: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many different labels (>= 0) the weighted points of each area have."""
        used = (self.located.positions >= 0) & (labels >= 0) & (self.weight > 0)
        pairs = np.unique(np.stack([self.located.positions[used], labels[used]]), axis=1)
        return np.bincount(pairs[0], minlength=len(self.codes))

    def by_area(self, columns: Mapping[str, NDArray[Any]], notes: Mapping[str, int]) -> ByArea:
        """Return figures by area with ``n`` (points), and how the points were located."""
        import pandas as pd

        table = pd.DataFrame(dict(columns), index=pd.Index(self.codes, name="area_code"))
        table.insert(2, "n", self.total(np.ones(len(self.x))).astype(np.int64))
        masses = zip(self.codes, self.total(self.weight), strict=True)
        empty = tuple(code for code, mass in masses if mass <= 0)
        fact = "areas without a weight point: missing"
        counted = {
            **notes,
            "points on a border or in an overlap: lowest code": self.located.on_border,
            "points outside every area, moved to the nearest": self.located.moved_to_nearest,
            "points outside every area, left out": self.located.outside,
            fact: len(empty),
        }
        return ByArea(table, counted, {fact: empty})


def weight_points(
    x: ArrayLike, y: ArrayLike, weights: ArrayLike | None, boundaries: Boundaries
) -> WeightPoints:
    """Locate weight points in areas; points just outside go to the nearest (`NEAREST_WITHIN`).

    Raises
    ------
    DataError
        Coordinates are not finite, or weights are missing, negative or of another length.
    """
    xs, ys = checked_points(x, y)
    mass = checked_weights(weights, len(xs))
    located = points_in_areas(xs, ys, boundaries, nearest=True, within=NEAREST_WITHIN)
    return WeightPoints(xs, ys, mass, located, tuple(boundaries.codes))


def checked_weights(weights: ArrayLike | None, points: int) -> Floats:
    """Return the weights as float64, shape (points,); 1 each where there are none."""
    if weights is None:
        return np.ones(points)
    mass = np.asarray(weights, dtype=np.float64)
    if mass.shape != (points,):
        raise DataError(f"{points} points but weights of shape {mass.shape}")
    bad = np.flatnonzero(~(np.isfinite(mass) & (mass >= 0)))
    if len(bad):
        first = bad[0]
        raise DataError(
            f"{len(bad)} of {points} weights are missing or negative; the first is of point "
            f"{first + 1}: {mass[first]}"
        )
    return mass
