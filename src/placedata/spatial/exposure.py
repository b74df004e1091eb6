"""From a few sensors to areas: what the air is like where people are, and what that rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from placedata.errors import DataError
from placedata.spatial.exposure_kriging import CannotKrigeError, by_kriging
from placedata.spatial.exposure_methods import (
    Interpolation,
    Spread,
    by_inverse_distance,
    by_nearest,
    distances,
    shares_of_points,
)
from placedata.spatial.locate import checked_points
from placedata.spatial.weighted import ByArea, WeightPoints

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

#: Why an area has no figure although sensors are there.
TOO_LITTLE = "rests on too little"


@dataclass(frozen=True)
class Rule:
    """What a figure from sensors must rest on, or there is none.

    Parameters
    ----------
    within
        Distance, metres, for the share of points near a sensor that is told.
    farthest
        A point with no sensor within this distance, metres, is far from all.
    least_share
        Least share (0 to 1) of an area's weight that must not be far from all sensors.
    least_sensors
        Least number of sensors with a value.
    """

    within: float = 500.0
    farthest: float = 5_000.0
    least_share: float = 0.5
    least_sensors: int = 1


@dataclass(frozen=True, eq=False)
class Exposed:
    """Figures from sensors, and what each rests on.

    Parameters
    ----------
    by_area
        Columns ``value``, ``coverage`` (1 where there is a value), ``n`` (points), ``sensors``
        (how many count for at least `LEAST_TOLD` of the figure), ``share_near``, ``distance_m``
        (mean distance to the nearest sensor), ``standard_error`` and ``reason`` ("" or why there
        is no figure, in words).
    sensors
        The sensors used: ``thing``, ``x``, ``y``, ``value``, by id.
    weights, metres
        What each sensor counts for in each area's figure, and how far it is from the area's
        points on average; shape (areas, sensors).
    method
        The method taken.
    told
        Decisions, in words.
    """

    by_area: ByArea
    sensors: pd.DataFrame
    weights: Floats
    metres: Floats
    method: str
    told: tuple[str, ...] = field(default=())


#: A sensor counts as used in an area from this share of the figure.
LEAST_TOLD = 0.005


def exposed(
    things: pd.DataFrame, points: WeightPoints, how: Interpolation, rule: Rule | None = None
) -> Exposed:
    """Give points the values of sensors, and areas the weighted mean of their points.

    Parameters
    ----------
    things
        One row a sensor: ``thing`` (id), ``x``, ``y`` (EPSG:27700, metres), ``value``. Sensors
        outside the place count too. A sensor without a value is not used, and counted.
    points
        Where people are (addresses, postcodes), with weights.
    how
        The method.
    rule
        What a figure must rest on; an area that falls short has none, and a reason.

    Raises
    ------
    DataError
        Columns are absent, one sensor stands twice, or kriging cannot be done and `how` names no
        other method.

    Notes
    -----
    The standard error is that of the jackknife over sensors (Quenouille 1956, Tukey 1958): with n
    sensors and the area's mean made n times, each time without one of them, the square root of
    (n - 1)/n times the sum of squared differences from their mean. NaN with fewer than two.
    """
    rule = rule or Rule()
    sensors, notes = _usable(things)
    areas = len(points.codes)
    if not len(sensors):
        none = np.zeros((areas, 0))
        spread = Spread(none, none, how.method)
    else:
        spread = _spread(points, sensors, how)
    there = points.total(points.weight) > 0
    value = np.where(there & (len(sensors) > 0), _product(spread.weights, sensors), np.nan)
    metres, near, reached = _nearness(points, sensors, rule)
    reason = _reasons(there, reached, len(sensors), rule)
    figure = np.where(reason == "", value, np.nan)
    columns = {
        "value": figure,
        "coverage": np.where(np.isnan(figure), 0.0, 1.0),
        "sensors": (np.abs(spread.weights) >= LEAST_TOLD).sum(axis=1) * there,
        "share_near": np.where(there, near, np.nan),
        "distance_m": _nearest_mean(points, sensors),
        "standard_error": np.where(np.isnan(figure), np.nan, jackknife(spread.left_out)),
        "reason": reason,
    }
    found = points.by_area(columns, notes)
    return Exposed(found, sensors, spread.weights, metres, spread.method, spread.told)


def jackknife(left_out: Floats) -> Floats:
    """Return the jackknife standard error by row, shape (areas,); see `exposed`."""
    many = left_out.shape[1]
    if many < 2:
        return np.full(len(left_out), np.nan)
    off = left_out - left_out.mean(axis=1, keepdims=True)
    return np.asarray(np.sqrt((many - 1) / many * (off**2).sum(axis=1)))


def nearest_of(
    site_x: ArrayLike, site_y: ArrayLike, x: ArrayLike, y: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return distance to, and row of, the nearest site of each point; the first row on a tie.

    Without any site: NaN and -1.
    """
    from scipy.spatial import cKDTree

    xs, ys = checked_points(x, y)
    sites = np.column_stack(checked_points(site_x, site_y))
    if not len(sites):
        return np.full(len(xs), np.nan), np.full(len(xs), -1, dtype=np.int64)
    places, first = np.unique(sites, axis=0, return_index=True)
    order = np.argsort(first, kind="stable")
    places, first = places[order], first[order]
    distance, found = cKDTree(places).query(np.column_stack([xs, ys]), k=min(2, len(places)))
    if len(places) > 1:
        tied = distance[:, 0] == distance[:, 1]
        found = np.where(tied, found.min(axis=1), found[:, 0])
        distance = distance[:, 0]
    return np.asarray(distance, dtype=float), first[found].astype(np.int64)


def _spread(points: WeightPoints, sensors: pd.DataFrame, how: Interpolation) -> Spread:
    """Return the sensors' values spread by the method, or by the one to take otherwise."""
    if how.method == "kriging":
        try:
            return by_kriging(points, sensors, how.variogram)
        except CannotKrigeError as error:
            if how.otherwise is None:
                raise DataError(f"kriging cannot be done: {error}") from error
            other = Interpolation(how.otherwise, how.power)
            taken = _spread(points, sensors, other)
            words = how.otherwise.replace("_", " ")
            told = f"no kriging, since {error}; taken instead: {words}"
            return Spread(taken.weights, taken.left_out, taken.method, (told, *taken.told))
    if how.method == "inverse_distance":
        return by_inverse_distance(points, sensors, how.power)
    return by_nearest(points, sensors)


def _product(weights: Floats, sensors: pd.DataFrame) -> Floats:
    return np.asarray(weights @ sensors["value"].to_numpy(dtype=float))


def _nearness(
    points: WeightPoints, sensors: pd.DataFrame, rule: Rule
) -> tuple[Floats, Floats, Floats]:
    """Return mean distance to each sensor (areas, sensors), and shares of the weight by area.

    The shares are of points with a sensor `rule.within` and `rule.farthest` metres.
    """
    areas = len(points.codes)
    metres, near, reached = np.zeros((areas, len(sensors))), np.zeros(areas), np.zeros(areas)
    for block, share in shares_of_points(points):
        away = distances(points, block, sensors)
        metres += share @ away
        least = away.min(axis=1, initial=np.inf)
        near += share @ (least <= rule.within).astype(float)
        reached += share @ (least <= rule.farthest).astype(float)
    return metres, near, reached


def _nearest_mean(points: WeightPoints, sensors: pd.DataFrame) -> Floats:
    """Return the weighted mean distance to the nearest sensor by area; NaN without any."""
    distance, _ = nearest_of(sensors["x"], sensors["y"], points.x, points.y)
    return points.mean(distance)


def _reasons(
    there: NDArray[np.bool_], reached: Floats, sensors: int, rule: Rule
) -> NDArray[np.object_]:
    """Return why each area has no figure, "" where it has one or no point at all."""
    reason = np.full(len(reached), "", dtype=object)
    if 0 < sensors < rule.least_sensors:
        few = f"{sensors} sensor{'s' if sensors != 1 else ''} with a value"
        reason[there] = f"{TOO_LITTLE}: {few}, and {rule.least_sensors} are needed"
        return reason
    far = there & (reached < rule.least_share)
    for at in np.flatnonzero(far):
        reason[at] = (
            f"{TOO_LITTLE}: {reached[at]:.0%} of where people are lies within "
            f"{rule.farthest:,.0f} m of a sensor, and {rule.least_share:.0%} is needed"
        )
    return reason


def _usable(things: pd.DataFrame) -> tuple[pd.DataFrame, Mapping[str, int]]:
    """Return the sensors that have a value, by id, and the number of those that have none."""
    absent = [name for name in ("thing", "x", "y", "value") if name not in things.columns]
    if absent:
        found = ", ".join(map(str, things.columns))
        raise DataError(f"sensors: columns {', '.join(absent)} are absent; found: {found}")
    double = things["thing"][things["thing"].duplicated()]
    if len(double):
        raise DataError(f"sensors: one row a sensor, but {double.iloc[0]!r} stands twice")
    silent = things["value"].isna()
    notes = {"sensors used": int((~silent).sum()), "sensors without a value": int(silent.sum())}
    return things[~silent].sort_values("thing", ignore_index=True), notes
