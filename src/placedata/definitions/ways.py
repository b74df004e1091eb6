"""How figures come to wards, where a layer says more than the name of the way."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from placedata.definitions.words import CellValue, Closed, LayerId


class Exposure(Closed):
    """How sensors' values come to where people are; see docs/exposure-and-reach.md.

    Parameters
    ----------
    method
        ``nearest``, ``inverse_distance`` or ``kriging`` (ordinary; at least 8 sensors).
    power
        Of the distance, for ``inverse_distance``.
    variogram
        ``spherical`` or ``exponential``, for ``kriging``.
    otherwise
        The method to take where kriging cannot be done; left out, the layer is then refused.
    within_m
        Distance for the share of people near a sensor that is told, metres.
    farthest_m, least_share
        A ward has a figure only where at least this share of its people (0 to 1) has a sensor
        within this distance, metres. The others rest on too little.
    least_sensors
        A period with fewer sensors rests on too little everywhere.
    points
        Where people are: the place's ``postcodes`` or ``addresses``.
    people
        A layer of people by small area, to weigh the points: each weighs as many people as its
        small area has for each of its points.
    """

    method: Literal["nearest", "inverse_distance", "kriging"] = "nearest"
    power: float = Field(default=2.0, gt=0, le=10)
    variogram: Literal["spherical", "exponential"] = "spherical"
    otherwise: Literal["nearest", "inverse_distance"] | None = None
    within_m: float = Field(default=500.0, gt=0)
    farthest_m: float = Field(default=5_000.0, gt=0)
    least_share: float = Field(default=0.5, ge=0, le=1)
    least_sensors: int = Field(default=1, ge=1)
    points: Literal["postcodes", "addresses"] = "postcodes"
    people: LayerId | None = None


class Reach(Closed):
    """How far services are from where people live; see docs/exposure-and-reach.md.

    Parameters
    ----------
    measure
        ``distance`` (metres), ``minutes`` (walking), ``share_within`` (per cent of people with a
        service within `minutes`) or ``people_within`` (how many; needs `people`).
    network
        ``streets`` (of the place file) or ``straight`` (a straight line × 1.3). Left out: streets
        where the place has them.
    nearest
        The mean over this many nearest services.
    minutes
        How many minutes of walking count as near.
    speed_kmh
        Walking speed, km/h.
    off_street_m
        An address further than this from every street is not reached by them, metres.
    points, people
        As for exposure.
    """

    measure: Literal["distance", "minutes", "share_within", "people_within"] = "distance"
    network: Literal["streets", "straight"] | None = None
    nearest: int = Field(default=1, ge=1, le=20)
    minutes: float = Field(default=10.0, gt=0, le=240)
    speed_kmh: float = Field(default=4.8, gt=0, le=20)
    off_street_m: float = Field(default=250.0, gt=0)
    points: Literal["postcodes", "addresses"] = "postcodes"
    people: LayerId | None = None

    @model_validator(mode="after")
    def _people_named(self) -> Self:
        if self.measure == "people_within" and self.people is None:
            msg = "people: the layer of people by small area (measure is people_within)"
            raise ValueError(msg)
        return self


class Zonal(Closed):
    """Which cells of a raster count, where the statistic is ``share`` (per cent of the ward).

    Parameters
    ----------
    classes
        Cells of exactly these values.
    names
        What the values are called on maps, of all classes of the raster.
    at_least, below
        Cells from the first to below the second.
    """

    classes: list[float] | None = Field(default=None, min_length=1)
    names: dict[CellValue, Annotated[str, Field(min_length=1, max_length=60)]] = Field(
        default_factory=dict, max_length=100
    )
    at_least: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        limited = self.at_least is not None or self.below is not None
        if (self.classes is not None) == limited:
            msg = "classes, or at_least and below, and not both"
            raise ValueError(msg)
        if self.names and self.classes is None:
            msg = "names only together with classes: amounts have no names"
            raise ValueError(msg)
        return self
