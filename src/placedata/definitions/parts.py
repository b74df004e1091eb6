"""The parts of a layer file: goalposts, rates, expectations, control totals, disclosure, source."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from placedata.definitions.words import Closed, LayerId, Period


class Goalposts(Closed):
    """The fixed best and worst value of an indicator, in its unit."""

    best: float
    worst: float

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if self.best == self.worst:
            msg = f"best and worst that differ (both are {self.best:g})"
            raise ValueError(msg)
        return self


class Limits(Closed):
    """Values that the quantity cannot leave by its nature: 0 and 100 for a percentage.

    Bounds that come from the data stop there.
    """

    low: float | None = None
    high: float | None = None


class Bands(Closed):
    """Published bands of a quantity (of a guideline, a limit), for the classes of its map.

    ``bands: [10, 20, 40]`` is short for ``bands: {edges: [10, 20, 40]}``.

    Parameters
    ----------
    edges
        Edges between the bands, rising, in the layer's unit: 1 to 8 numbers make 2 to 9 bands. A
        value on an edge is in the lower band.
    publisher
        Who set them, for the legend.
    """

    edges: list[float] = Field(min_length=1, max_length=8)
    publisher: str | None = Field(default=None, max_length=120)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Let an editor accept the list of edges alone."""
        own = handler(schema)
        edges = handler.resolve_ref_schema(own)["properties"]["edges"]
        return {"anyOf": [edges, own]}

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        """Let a list stand for its edges."""
        return {"edges": value} if isinstance(value, list) else value

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if any(not math.isfinite(edge) for edge in self.edges) or sorted(set(self.edges)) != [
            *self.edges
        ]:
            msg = f"edges that rise (found {self.edges})"
            raise ValueError(msg)
        return self


class Rate(Closed):
    """A count divided by another: both are moved to wards as counts, then divided.

    Parameters
    ----------
    numerator
        A column of the source, or the id of a layer.
    denominator
        The id of a layer of counts.
    per
        The rate is told per this many (1000, 100 for a percentage, 1).
    """

    numerator: str | None = None
    denominator: LayerId
    per: float = Field(default=1000, gt=0)


#: An amount in the layer's unit (0.4), or a share of the value (5 %).
SHARE = r"^\d+(\.\d+)?\s*%$"
Amount = Annotated[float, Field(ge=0)] | Annotated[str, Field(pattern=SHARE)]


class ErrorRule(Closed):
    """Where the standard error of a layer's figures comes from: one of the ways, and stated parts.

    Columns are columns of the source beside that of the value; for a rate they tell the error of
    its numerator. ``{period}`` in a column's name stands for the period, as in `value`.

    Parameters
    ----------
    column
        Column of standard errors.
    margin
        Column of half the width of an interval (a published ±).
    low, high
        Columns of the ends of a published interval.
    level
        Confidence of that interval, in per cent.
    sample
        Column of how many were asked, for a share of a sample.
    sample_layer
        Id of a layer of how many were asked, where the source does not tell.
    per
        What a share of everybody is: 100 for percentages, 1 for shares.
    chance
        ``poisson`` for counts of things that happen independently; ``none`` for what is counted
        or measured completely, where nothing is left to chance.
    apportionment, sensors
        Standard error of moving figures to wards, and of gaps between and in sensors, where it is
        known from elsewhere: an amount in the layer's unit (``0.4``) or a share of the value
        (``5 %``).
    """

    column: str | None = None
    margin: str | None = None
    low: str | None = None
    high: str | None = None
    level: float = Field(default=95.0, gt=0, lt=100)
    sample: str | None = None
    sample_layer: LayerId | None = None
    per: float | None = Field(default=None, gt=0)
    chance: Literal["poisson", "none"] | None = None
    apportionment: Amount | None = None
    sensors: Amount | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.low is None) != (self.high is None):
            msg = "low together with high, the two ends of the interval"
            raise ValueError(msg)
        ways = {
            "column": self.column, "margin": self.margin, "low and high": self.low,
            "sample": self.sample, "sample_layer": self.sample_layer, "chance": self.chance,
        }  # fmt: skip
        given = [name for name, said in ways.items() if said is not None]
        if len(given) > 1:
            msg = f"one of {', '.join(ways)}, not {', '.join(given)} together"
            raise ValueError(msg)
        if not given and self.apportionment is None and self.sensors is None:
            msg = f"one of {', '.join(ways)}, or apportionment, or sensors"
            raise ValueError(msg)
        return self

    @property
    def columns(self) -> dict[str, str]:
        """What is read from the source: ``error``, ``margin``, ``low``, ``high``, ``sample``."""
        named = {
            "error": self.column, "margin": self.margin, "low": self.low, "high": self.high,
            "sample": self.sample,
        }  # fmt: skip
        return {name: column for name, column in named.items() if column is not None}


class PeriodFrom(Closed):
    """The column that holds the period of each row."""

    column: str = Field(alias="from")


class Expectation(Closed):
    """What the ward values must keep to, or the layer cannot be published.

    Parameters
    ----------
    minimum, maximum
        Least and greatest value that a ward may have, in the layer's unit.
    coverage
        Least share of wards that must have a value, 0 to 1.
    """

    minimum: float | None = None
    maximum: float | None = None
    coverage: float = Field(default=0.0, ge=0, le=1)


class Control(Closed):
    """The official total that a layer must come to, or it is not published.

    Compared is what belongs to the place: what reached wards and what could not be placed in one.
    For means, figures are counted and not added up: the total is a number of areas or points.

    Parameters
    ----------
    total
        The total as the publisher tells it.
    tolerance
        Greatest difference allowed, in the same unit.
    period
        The period that the total is about; None: the newest.
    """

    total: float
    tolerance: float = Field(default=0.0, ge=0)
    period: Period | None = None


class Dominance(Closed):
    """When a sum is too much the figure of one or two of those who make it up.

    Give `n` and `k`, or `p`. The rows of the source are the contributors.

    Parameters
    ----------
    n, k
        A sum is hidden where its `n` largest contributors make up more than `k` per cent of it.
    p
        A sum is hidden where, from it, the second largest contributor could work out the largest
        to within `p` per cent: where all but the two largest come to less than that.
    fewest
        Least number of contributors that a sum must have.
    """

    n: int | None = Field(default=None, ge=1, le=10)
    k: float | None = Field(default=None, gt=0, lt=100)
    p: float | None = Field(default=None, gt=0, le=100)
    fewest: int = Field(default=3, ge=1, le=100)

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if (self.n is None) != (self.k is None) or (self.n is None) == (self.p is None):
            msg = "n and k together ({n: 1, k: 75}), or p alone ({p: 10})"
            raise ValueError(msg)
        return self


class Disclosure(Closed):
    """Which figures are not shown, and how far the others are rounded.

    Parameters
    ----------
    counts
        ``people`` (suppressed below the threshold) or ``things`` (never suppressed for being few).
    threshold
        Counts from 1 to threshold - 1 are suppressed; None: the place's own threshold.
    rounding
        Counts are shown to the nearest multiple of this, and rates made of such counts; None: the
        place's own rounding for counts of people, none for things; 1: not rounded.
    dominance
        When a sum is too much the figure of one contributor; None: never.
    cumulative
        Whether the count of each period holds that of the period before.
    rows
        ``told``: a trace has the values of source rows; ``hidden``: it has none.
    """

    counts: Literal["people", "things"]
    threshold: int | None = Field(default=None, ge=1, le=100)
    rounding: int | None = Field(default=None, ge=1, le=1000)
    dominance: Dominance | None = None
    cumulative: bool = False
    rows: Literal["told", "hidden"] = "told"

    @model_validator(mode="after")
    def _of_people(self) -> Self:
        if self.threshold is not None and self.counts == "things":
            msg = "counts: people together with a threshold, since things are never too few"
            raise ValueError(msg)
        return self


class Source(BaseModel):
    """Where a layer's rows come from; the fields besides ``loader`` are the loader's own."""

    model_config = ConfigDict(extra="allow", frozen=True)

    loader: str

    @property
    def fields(self) -> dict[str, Any]:
        """The fields that the loader reads."""
        return dict(self.__pydantic_extra__ or {})
