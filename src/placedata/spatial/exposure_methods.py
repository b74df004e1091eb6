"""How the values of a few sensors spread to many points: nearest, inverse distance, kriging.

Each method is linear in the sensors' values, so that an area's mean is a weighted mean of them:
the weights say what the figure rests on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from placedata.spatial.weighted import WeightPoints

    Floats = NDArray[np.float64]

Method = Literal["nearest", "inverse_distance", "kriging"]
#: Nearer than this, metres, a point is at the sensor.
AT_SENSOR = 1e-6
#: Points taken at once: memory stays bounded with many sensors.
_BLOCK = 8_192


@dataclass(frozen=True)
class Interpolation:
    """How sensors' values come to points.

    Parameters
    ----------
    method
        ``nearest``, ``inverse_distance`` or ``kriging`` (ordinary).
    power
        Of the distance, for ``inverse_distance``.
    variogram
        ``spherical`` or ``exponential``, for ``kriging``.
    otherwise
        The method to take where kriging cannot be done; None refuses.
    """

    method: Method = "nearest"
    power: float = 2.0
    variogram: Literal["spherical", "exponential"] = "spherical"
    otherwise: Literal["nearest", "inverse_distance"] | None = None


@dataclass(frozen=True, eq=False)
class Spread:
    """Sensors' values spread to areas.

    Parameters
    ----------
    weights
        What each sensor counts for in each area's mean, shape (areas, sensors); rows add up to 1,
        NaN for areas without points. Kriging may give negative ones.
    left_out
        The area means with each sensor left out in turn, shape (areas, sensors). NaN where no
        other sensor is there.
    method
        The method taken.
    told
        Decisions, in words.
    """

    weights: Floats
    left_out: Floats
    method: Method
    told: tuple[str, ...] = ()


def shares_of_points(points: WeightPoints) -> Iterator[tuple[slice, Floats]]:
    """Yield blocks of points with their share in each area's mean, shape (areas, block)."""
    from scipy.sparse import csr_array

    mass = points.total(points.weight)
    at = points.located.positions
    share = np.zeros(len(at))
    inside = at >= 0
    whole = mass[at[inside]]
    share[inside] = np.divide(
        points.weight[inside], whole, out=np.zeros(len(whole)), where=whole > 0
    )
    for start in range(0, len(at), _BLOCK):
        block = slice(start, min(start + _BLOCK, len(at)))
        row = np.where(inside[block], at[block], 0)
        column = np.arange(len(row))
        yield block, csr_array((share[block], (row, column)), shape=(len(mass), len(row)))


def distances(points: WeightPoints, block: slice, sensors: pd.DataFrame) -> Floats:
    """Return the distance from each point of a block to each sensor, metres."""
    x, y = sensors["x"].to_numpy(dtype=float), sensors["y"].to_numpy(dtype=float)
    return np.hypot(points.x[block, None] - x, points.y[block, None] - y)


def by_nearest(points: WeightPoints, sensors: pd.DataFrame) -> Spread:
    """Give each point the value of its nearest sensor (the first on a tie).

    Parameters
    ----------
    sensors
        Columns ``x``, ``y``, ``value``, at least one row.
    """
    value = sensors["value"].to_numpy(dtype=float)
    many = len(value)
    weights, moved = np.zeros((2, len(points.codes), many))
    for block, share in shares_of_points(points):
        away = distances(points, block, sensors)
        row = np.arange(len(away))
        first = away.argmin(axis=1)
        one = np.zeros_like(away)
        one[row, first] = 1.0
        weights += share @ one
        if many > 1:
            away[row, first] = np.inf
            one[row, first] = value[away.argmin(axis=1)] - value[first]
            moved += share @ one
    left_out = (weights @ value)[:, None] + moved
    return Spread(weights, left_out if many > 1 else np.full_like(left_out, np.nan), "nearest")


def by_inverse_distance(points: WeightPoints, sensors: pd.DataFrame, power: float) -> Spread:
    """Give each point the mean of all sensors, each weighing distance to the power of ``-power``.

    Method: Shepard (1968). A point at a sensor takes its value.
    """
    value = sensors["value"].to_numpy(dtype=float)
    weights, left_out = np.zeros((2, len(points.codes), len(value)))
    for block, share in shares_of_points(points):
        away = np.maximum(distances(points, block, sensors), AT_SENSOR)
        # Relative to the nearest, so that no power of a great distance underflows.
        mass = (away.min(axis=1, keepdims=True) / away) ** power
        weights += share @ (mass / mass.sum(axis=1, keepdims=True))
        rest = _sum_of_others(np.divide(1.0, away) ** power)
        with np.errstate(invalid="ignore"):
            left_out += share @ (_sum_of_others(value * np.divide(1.0, away) ** power) / rest)
    return Spread(weights, left_out, "inverse_distance")


def _sum_of_others(terms: Floats) -> Floats:
    """Return for each column the sum of the other columns, without taking one from the whole.

    A difference would lose all digits where one term is far greater than the rest.
    """
    none = np.zeros((len(terms), 1))
    before = np.concatenate([none, np.cumsum(terms, axis=1)[:, :-1]], axis=1)
    behind = np.cumsum(terms[:, ::-1], axis=1)[:, ::-1]
    behind = np.concatenate([behind[:, 1:], none], axis=1)
    return np.asarray(before + behind)
