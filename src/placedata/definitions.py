"""What one layer file, and the place file, may say; closed models, no unknown field accepted."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

Polarity = Literal["higher_is_better", "lower_is_better", "neutral"]
Statistic = Literal["count", "sum", "mean", "median", "p95", "minimum", "maximum"]
Apportion = Literal[
    "direct", "weights", "weighted_mean", "best_fit", "points", "nearest", "exposure", "zonal"
]

LAYER_ID = r"^[a-z][a-z0-9_]{1,40}$"
PERIOD = r"^[A-Za-z0-9][A-Za-z0-9 /–-]{0,30}$"


def _as_text(value: object) -> object:
    """Let a year be written as a number (2023) where a period's text is wanted."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


Period = Annotated[str, BeforeValidator(_as_text), Field(pattern=PERIOD)]
LayerId = Annotated[str, Field(pattern=LAYER_ID)]


class Closed(BaseModel):
    """A part of a file: unknown fields are mistakes, types are not bent, values do not change."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


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


class Disclosure(Closed):
    """Which counts are of people, and below how many they are not shown.

    Parameters
    ----------
    counts
        ``people`` (suppressed below the threshold) or ``things`` (never suppressed).
    threshold
        Counts from 1 to threshold - 1 are suppressed; None: the place's own threshold.
    """

    counts: Literal["people", "things"]
    threshold: int | None = Field(default=None, ge=1, le=100)


class Source(BaseModel):
    """Where a layer's rows come from; the fields besides ``loader`` are the loader's own."""

    model_config = ConfigDict(extra="allow", frozen=True)

    loader: str

    @property
    def fields(self) -> dict[str, Any]:
        """The fields that the loader reads."""
        return dict(self.__pydantic_extra__ or {})


class LayerDefinition(Closed):
    """One layer file: one indicator, one value for each ward and period.

    The id is the file's name. `apportion` may be left out where it follows from the source: codes
    of the place's own geography are used ``direct``, points are counted in wards, rasters are
    ``zonal``; counts of another geography go by ``weights``.
    """

    id: LayerId
    title: str = Field(min_length=1, max_length=120)
    description: str = ""
    theme: str | None = None
    unit: str
    decimals: int | None = Field(default=None, ge=0, le=6)
    polarity: Polarity
    component: str | None = None
    weight: float = Field(default=1.0, ge=0)
    goalposts: Goalposts | None = None
    limits: Limits | None = None
    statistic: Statistic = "mean"
    apportion: Apportion | None = None
    value: str | Rate | None = None
    weighted_by: LayerId | None = None
    source: Source | None = None
    compare: dict[str, Any] | None = None
    period: Period | list[Period] | PeriodFrom | None = None
    expect: Expectation = Expectation()
    control: Control | None = None
    disclosure: Disclosure | None = None
    publisher: str
    licence: str
    url: str | None = None
    updated: str | None = None
    share_alike: bool = False
    caveats: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        rate = self.rate
        if self.source is None and not (rate and rate.numerator):
            msg = "a source, or a rate whose numerator is another layer"
            raise ValueError(msg)
        if self.apportion == "weighted_mean" and self.weighted_by is None:
            msg = (
                "weighted_by: the layer of counts that weighs the mean (apportion is weighted_mean)"
            )
            raise ValueError(msg)
        if self.component and self.polarity == "neutral":
            msg = "higher_is_better or lower_is_better, since the layer belongs to a component"
            raise ValueError(msg)
        if self.goalposts and self.polarity != "neutral":
            higher = self.goalposts.best > self.goalposts.worst
            if higher != (self.polarity == "higher_is_better"):
                side = "above" if self.polarity == "higher_is_better" else "below"
                msg = f"a best {side} the worst, since polarity is {self.polarity}"
                raise ValueError(msg)
        return self

    @property
    def column(self) -> str | None:
        """The column of the source that holds the value, or the numerator of a rate."""
        return self.value.numerator if isinstance(self.value, Rate) else self.value

    @property
    def rate(self) -> Rate | None:
        """The rate, where the layer's value is one."""
        return self.value if isinstance(self.value, Rate) else None

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods asked for; empty where the source says which there are."""
        if isinstance(self.period, str):
            return (self.period,)
        return tuple(self.period) if isinstance(self.period, list) else ()

    @property
    def period_from(self) -> str | None:
        """The column that holds the period."""
        return self.period.column if isinstance(self.period, PeriodFrom) else None


class BoundaryFile(Closed):
    """Where the outlines of one geography are."""

    file: str
    code: str | None = None
    name: str | None = None
    layer: str | None = None
    crs: str | None = None


class ParentArea(Closed):
    """The outline that contains the place; areas outside it are cut away."""

    file: str
    code: str | None = None
    area: str | None = None
    layer: str | None = None
    crs: str | None = None


class PostcodeFile(Closed):
    """Postcode points: where people live, and how a source without coordinates finds its place."""

    loader: Literal["codepoint", "points"] = "codepoint"
    file: str | list[str]


class LookupRule(Closed):
    """One way from a geography to another that the place allows.

    Parameters
    ----------
    source, target
        Geographies, ``lsoa21`` and ``wd25``.
    by
        ``postcodes``, ``population``, ``area``, ``best_fit`` or ``file``.
    population
        For ``by: population``: a layer of people by small areas; each postcode then weighs as
        many people as its small area has for each of its postcodes.
    file, code_from, code_to, weight, change
        For ``by: file``: the published lookup and its columns. `change` holds the letters of a
        table of changes (U, S, M, X); areas that were split are shared out by postcodes.
    """

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    by: Literal["postcodes", "population", "area", "best_fit", "file"] = "postcodes"
    population: LayerId | None = None
    file: str | None = None
    code_from: str | None = None
    code_to: str | None = None
    weight: str | None = None
    change: str | None = None

    @model_validator(mode="after")
    def _file_given(self) -> Self:
        if (self.by == "file") != (self.file is not None):
            msg = "by: file together with file: …, or neither"
            raise ValueError(msg)
        if (self.by == "population") != (self.population is not None):
            msg = "by: population together with population: a layer of people, or neither"
            raise ValueError(msg)
        if self.file is not None and not (self.code_from and self.code_to):
            msg = "code_from and code_to: the columns of the file that hold the codes"
            raise ValueError(msg)
        return self


class DisclosureRule(Closed):
    """The place's own threshold: counts of people from 1 to threshold - 1 are not shown."""

    threshold: int = Field(default=5, ge=1, le=100)


class Comparator(Closed):
    """The wider area that figures are set beside ("London")."""

    name: str


class PlaceDefinition(Closed):
    """The place file, ``place.yaml``.

    `larger` names geographies of larger areas (``lad22``) whose figures are made of the wards'.
    """

    name: str = Field(min_length=1, max_length=80)
    fictional: bool = False
    geography: str
    boundaries: dict[str, BoundaryFile]
    parent: ParentArea | None = None
    postcodes: PostcodeFile | None = None
    lookups: list[LookupRule] = Field(default_factory=list)
    larger: list[str] = Field(default_factory=list)
    framework: str = "social_progress_ward"
    data_roots: dict[str, str] = Field(default_factory=lambda: {"data": "data"})
    comparator: Comparator | None = None
    disclosure: DisclosureRule = DisclosureRule()
    publisher: str
    licence: str = "OGL-UK-3.0"
    attribution: list[str] = Field(default_factory=list)
    contact: str | None = None
    caveats: list[str] = Field(default_factory=list)

    @field_validator("boundaries", mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        """Let ``wd25: data/wards.geojson`` stand for ``wd25: {file: data/wards.geojson}``."""
        if not isinstance(value, dict):
            return value
        return {
            key: {"file": item} if isinstance(item, str) else item for key, item in value.items()
        }

    @model_validator(mode="after")
    def _geography_known(self) -> Self:
        if self.geography not in self.boundaries:
            known = ", ".join(self.boundaries) or "none"
            msg = f"a boundaries entry for the geography {self.geography!r} (there are: {known})"
            raise ValueError(msg)
        for larger in self.larger:
            if larger not in self.boundaries or larger == self.geography:
                msg = (
                    f"larger: geographies of boundaries other than the place's own, not {larger!r}"
                )
                raise ValueError(msg)
        return self
