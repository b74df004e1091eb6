"""What one layer file may say."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from placedata.definitions.parts import (
    Bands,
    Control,
    Disclosure,
    ErrorRule,
    Expectation,
    Goalposts,
    Limits,
    PeriodFrom,
    Rate,
    Source,
)
from placedata.definitions.ways import Exposure, Reach, Zonal
from placedata.definitions.words import (
    Apportion,
    Cadence,
    Closed,
    LayerId,
    Period,
    Polarity,
    Statistic,
)

#: Loaders whose points are addresses: those of people, whatever they are counted for.
ADDRESSES = frozenset({"open_uprn", "nsul", "codepoint", "epc"})


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
    bands: Bands | None = None
    things: Literal["services", "assets", "sensors"] | None = None
    statistic: Statistic = "mean"
    apportion: Apportion | None = None
    exposure: Exposure | None = None
    reach: Reach | None = None
    zonal: Zonal | None = None
    value: str | Rate | None = None
    weighted_by: LayerId | None = None
    finer: LayerId | None = None
    source: Source | None = None
    compare: dict[str, Any] | None = None
    period: Period | list[Period] | PeriodFrom | None = None
    expect: Expectation = Expectation()
    control: Control | None = None
    disclosure: Disclosure | None = None
    part_of: LayerId | None = None
    error: ErrorRule | None = None
    publisher: str
    licence: str
    url: str | None = None
    updated: str | None = None
    cadence: Cadence | None = None
    share_alike: bool = False
    caveats: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        rate = self.rate
        if self.source is None and not (rate and rate.numerator):
            msg = "a source, or a rate whose numerator is another layer"
            raise ValueError(msg)
        if self.source is None and self.error and self.error.columns:
            msg = "a source, since error names columns of it"
            raise ValueError(msg)
        if self.apportion == "weighted_mean" and self.weighted_by is None:
            msg = (
                "weighted_by: the layer of counts that weighs the mean (apportion is weighted_mean)"
            )
            raise ValueError(msg)
        self._ways_fit()
        if self.things and (self.source is None or self.source.loader in ADDRESSES):
            msg = "no things: addresses and people are never drawn, and a made layer has no points"
            raise ValueError(msg)
        self._rules_fit()
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

    def _ways_fit(self) -> None:
        """Refuse options of a way that is not taken."""
        for way in ("exposure", "reach"):
            if getattr(self, way) is not None and self.apportion != way:
                msg = f"apportion: {way}, since the layer has options of {way}"
                raise ValueError(msg)
        counted = self.reach is not None and self.reach.measure == "people_within"
        if self.reach is not None and counted != (self.statistic == "sum"):
            msg = "statistic: sum together with reach: {measure: people_within}, or neither"
            raise ValueError(msg)
        if (self.zonal is not None) != (self.statistic == "share"):
            msg = "statistic: share together with zonal: {classes: …}, or neither"
            raise ValueError(msg)

    def _rules_fit(self) -> None:
        """Refuse rules for counts and sums where the layer has none."""
        added = self.rate is not None or self.statistic in {"count", "sum"}
        rule = self.disclosure
        if self.part_of is not None and (self.rate is not None or not added):
            msg = "statistic: count or sum, and no rate: only counts are parts of another (part_of)"
            raise ValueError(msg)
        if rule is not None and (rule.rounding or 1) > 1 and not added:
            msg = "statistic: count or sum, or a rate: a mean is not rounded to a base (disclosure)"
            raise ValueError(msg)
        if rule is not None and rule.dominance is not None and not added:
            msg = "statistic: sum: only sums have contributors that dominate (disclosure)"
            raise ValueError(msg)

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
