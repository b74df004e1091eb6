"""The grade of every single figure, by what is known of it: all but its age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from placedata.trust.quality import (
    BEST_WHERE_UNKNOWN,
    CAPTURE,
    COVERAGE,
    GRADES,
    PRECISION,
    at_least,
    at_most,
    relative_error,
    sample_error,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from placedata.definitions import LayerDefinition

Chance = Literal["error", "sample", "complete", "not known"]

#: Beginnings of how figures came to wards where nothing was moved between areas.
NOT_MOVED = ("as published", "points in", "straight-line")
#: Loaders whose rows are hours.
HOURLY = frozenset({"laqn", "uk_air"})


@dataclass(frozen=True)
class Nature:
    """Which rules hold for the figures of a layer.

    Parameters
    ----------
    chance
        How their precision is known: by a standard ``error``; by the size of a ``sample``; not
        at all needed, since they are a ``complete`` count, register or calculation; ``not known``.
    moved
        Whether they were moved between geographies.
    sensors
        Whether they rest on sensors: coverage is then the share of where people live that is near
        one.
    modelled
        Whether what lies between the sensors is modelled with its error (kriging).
    hourly
        Whether the hours of those sensors are counted.
    natural_zero
        Whether zero means none of it, so that an error may be set against the value: not of
        scores and heights that go below zero.
    """

    chance: Chance
    moved: bool
    sensors: bool = False
    modelled: bool = False
    hourly: bool = False
    natural_zero: bool = True


def nature_of(definition: LayerDefinition, method: str, values: pd.DataFrame) -> Nature:
    """Return which rules hold for a layer.

    Parameters
    ----------
    definition
        What the layer file says.
    method
        How figures came to wards, in words.
    values
        The figures: ``value``, ``error_sampling`` and ``error_sensors``.
    """
    loader = definition.source.loader if definition.source else ""
    sensors = "sensor" in method
    moved = not (sensors or "raster" in method or method.startswith(NOT_MOVED))
    chance = _chance(definition, method, errors=bool(measured(values).any()))
    below = bool((values["value"] < 0).any())
    hourly = sensors and loader in HOURLY
    modelled = sensors and "kriging" in method
    return Nature(chance, moved, sensors, modelled, hourly, natural_zero=not below)


def measured(frame: pd.DataFrame) -> pd.Series:
    """Return of which figures the error of measuring is known, and not only that of moving them."""
    return frame["error_sampling"].notna() | frame["error_sensors"].notna()


def value_errors(frame: pd.DataFrame, nature: Nature) -> NDArray[np.float64]:
    """Return standard error ÷ value of figures whose error of measuring is known; else NaN."""
    if not nature.natural_zero:
        return np.full(len(frame), np.nan)
    return relative_error(frame["standard_error"].where(measured(frame)), frame["value"])


def moving_errors(frame: pd.DataFrame, nature: Nature) -> NDArray[np.float64]:
    """Return the error of sharing figures out between areas ÷ value; NaN where not known."""
    if not nature.natural_zero:
        return np.full(len(frame), np.nan)
    return relative_error(frame["error_apportionment"], frame["value"])


def _chance(definition: LayerDefinition, method: str, *, errors: bool) -> Chance:
    if errors:
        return "error"
    rule = definition.error
    rate = definition.rate
    told_complete = rule is not None and rule.chance == "none"
    counted = definition.statistic in {"count", "sum"} and "raster" not in method
    derived = rate is not None and rate.numerator is not None and definition.source is None
    if told_complete or counted or derived or method.startswith("straight-line"):
        return "complete"
    return "sample" if method.startswith("points in") else "not known"


def observed(frame: pd.DataFrame, nature: Nature) -> pd.Series:
    """Return the share of each area that figures cover.

    What lies far from a sensor counts as not covered, unless it is modelled: then it is in the
    error of sensors.
    """
    if not nature.modelled:
        return frame["coverage"]
    return frame["coverage"].mask(frame["error_sensors"].notna(), 1.0)


def value_grades(frame: pd.DataFrame, nature: Nature) -> pd.DataFrame:
    """Return the grade of each figure in each dimension, and of all together.

    Parameters
    ----------
    frame
        Columns ``value`` (NaN where there is none), ``coverage``, ``n``, ``standard_error`` and its
        parts (in the unit of the value) and ``capture`` (share of the hours); NaN where not known.
    nature
        Which rules hold.

    Returns
    -------
    Index as `frame`; columns ``coverage``, ``precision``, ``apportionment``, ``capture`` and
    ``grade``: ``A`` to ``D``, empty where not known, not applicable or without a figure.
    """
    import pandas as pd

    value = frame["value"].to_numpy(float)
    none = np.full(len(frame), "")
    columns = {"coverage": at_least(observed(frame, nature), COVERAGE)}
    applies = {"coverage": True, "precision": nature.chance != "complete"}
    errors = {
        "error": value_errors(frame, nature),
        "sample": sample_error(frame["n"]),
    }
    columns["precision"] = (
        at_most(errors[nature.chance], PRECISION) if nature.chance in errors else none
    )
    moved = moving_errors(frame, nature)
    columns["apportionment"] = at_most(moved, PRECISION) if nature.moved else none
    applies["apportionment"] = nature.moved
    columns["capture"] = at_least(frame["capture"], CAPTURE) if nature.hourly else none
    applies["capture"] = nature.hourly
    columns["grade"] = _together(columns, applies)
    shown = ~np.isnan(value)
    return pd.DataFrame(
        {name: np.where(shown, grades, "") for name, grades in columns.items()}, index=frame.index
    )


def _together(columns: dict[str, NDArray[np.str_]], applies: dict[str, bool]) -> NDArray[np.str_]:
    """Return the worst of each row, not better than B where what applies is not known."""
    graded = [columns[name] for name, wanted in applies.items() if wanted]
    worst = np.max([np.searchsorted(GRADES, grades) * (grades != "") for grades in graded], axis=0)
    unknown = np.any([grades == "" for grades in graded], axis=0)
    nothing = np.all([grades == "" for grades in graded], axis=0)
    worst = np.where(unknown, np.maximum(worst, GRADES.index(BEST_WHERE_UNKNOWN)), worst)
    return np.array(GRADES)[np.where(nothing, len(GRADES) - 1, worst)]
