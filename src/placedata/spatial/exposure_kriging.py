"""Ordinary kriging of a few sensors to many points, by PyKrige.

Matheron (1963); the variogram is fitted by PyKrige (Murphy et al., BSD-3-Clause) to the sensors
themselves. With few sensors, or without a pattern in them, there is nothing to fit: kriging is then
refused, or another method taken where the layer names one, and that is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from placedata.spatial.exposure_methods import Spread, distances, shares_of_points

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from placedata.spatial.weighted import WeightPoints

    Floats = NDArray[np.float64]

#: Fewer sites than this do not say how likeness falls with distance.
LEAST_SITES = 8
#: A variogram whose rise is a smaller part of it than this says nothing about distance.
_LEAST_RISE = 0.05


class CannotKrigeError(Exception):
    """Kriging cannot be done; the message says why."""


def by_kriging(points: WeightPoints, sensors: pd.DataFrame, variogram: str) -> Spread:
    """Estimate points by ordinary kriging, with the variogram fitted to the sensors.

    Sensors at one place are taken as one, with their mean. With a sensor left out the variogram
    stays: left-out estimates come from the inverse of the kriging matrix (Dubrule 1983), equal to
    solving the smaller system each time.

    Parameters
    ----------
    sensors
        Columns ``x``, ``y`` (metres), ``value``.
    variogram
        ``spherical`` or ``exponential``.

    Raises
    ------
    CannotKrigeError
        Fewer than `LEAST_SITES` sites, all values equal, no variogram can be fitted, or sensors
        left out are told by the others no better than by the plain mean.
    """
    place, site = np.unique(sensors[["x", "y"]].to_numpy(float), axis=0, return_inverse=True)
    site = site.reshape(-1)
    many = np.bincount(site)
    value = np.bincount(site, sensors["value"].to_numpy(dtype=float)) / many
    kriging = fitted(place, value, variogram)
    inverse = _inverse(kriging, place)
    sites = sensors.iloc[:0].reindex(range(len(place)))
    sites["x"], sites["y"] = place.T
    means = np.zeros(len(points.codes))
    beside = np.zeros((len(points.codes), len(place) + 1))
    for block, share in shares_of_points(points):
        estimate, _ = kriging.execute("points", points.x[block], points.y[block])
        means += share @ np.asarray(estimate, dtype=float)
        gamma = _gamma(kriging, distances(points, block, sites))
        beside += share @ np.concatenate([gamma, np.ones((len(gamma), 1))], axis=1)
    weights = (beside @ inverse)[:, :-1]
    # What each site is off by when it is estimated from the others.
    off = (inverse[:-1, :-1] @ value) / np.diag(inverse)[:-1]
    if np.sqrt((off**2).mean()) >= value.std() * len(value) / (len(value) - 1):
        raise CannotKrigeError("sensors are told by each other no better than by their plain mean")
    left_out = means[:, None] - weights * off
    told = [_fit_told(kriging, off, value)]
    shared = int((many > 1).sum())
    if shared:
        told.append(f"places with several sensors, taken as one with their mean: {shared}")
    return Spread((weights / many)[:, site], left_out[:, site], "kriging", tuple(told))


def fitted(place: Floats, value: Floats, variogram: str) -> Any:  # noqa: ANN401  (no types)
    """Return PyKrige's ordinary kriging with its variogram fitted; see `by_kriging`."""
    if len(place) < LEAST_SITES:
        found = f"{len(place)} place{'s' if len(place) != 1 else ''} with a sensor"
        raise CannotKrigeError(f"{found}, and kriging needs at least {LEAST_SITES}")
    if np.ptp(value) <= 1e-12 * max(np.abs(value).max(), 1.0):
        raise CannotKrigeError("all sensors have the same value, so that there is nothing to fit")
    from pykrige.ok import OrdinaryKriging

    try:
        kriging = OrdinaryKriging(*place.T, value, variogram_model=variogram)
    except (ValueError, np.linalg.LinAlgError) as error:
        raise CannotKrigeError(f"its variogram cannot be fitted ({error})") from error
    rise, reach, nugget = (float(number) for number in kriging.variogram_model_parameters)
    least = min(np.hypot(*(place[one] - place[one + 1 :]).T).min() for one in range(len(place) - 1))
    if not np.isfinite([rise, reach, nugget]).all() or rise < _LEAST_RISE * (rise + nugget):
        raise CannotKrigeError("sensors near each other are no more alike than those far apart")
    if reach <= least:
        raise CannotKrigeError(
            f"likeness ends at {reach:,.0f} m, nearer than any two sensors are to each other"
        )
    return kriging


def _gamma(kriging: Any, away: Floats) -> Floats:  # noqa: ANN401
    """Return the semivariance at distances; 0 at a sensor itself."""
    gamma = kriging.variogram_function(kriging.variogram_model_parameters, away)
    return np.where(away <= kriging.eps, 0.0, gamma)


def _inverse(kriging: Any, place: Floats) -> Floats:  # noqa: ANN401
    """Return the inverse of the kriging matrix, shape (sites + 1, sites + 1)."""
    many = len(place)
    matrix = np.ones((many + 1, many + 1))
    away = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1))
    matrix[:many, :many] = _gamma(kriging, away)
    matrix[many, many] = 0.0
    try:
        return np.asarray(np.linalg.inv(matrix))
    except np.linalg.LinAlgError as error:
        raise CannotKrigeError(f"its equations have no one answer ({error})") from error


def _fit_told(kriging: Any, off: Floats, value: Floats) -> str:  # noqa: ANN401
    rise, reach, nugget = (float(number) for number in kriging.variogram_model_parameters)
    return (
        f"variogram: {kriging.variogram_model}, sill {rise + nugget:,.4g}, nugget {nugget:,.4g}, "
        f"range {reach:,.0f} m; sensors left out are told by the others to within "
        f"{np.sqrt((off**2).mean()):,.3g} (root mean square; the sensors themselves spread by "
        f"{value.std():,.3g})"
    )
