"""Words, patterns and the closed model that every part of a layer or place file is made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Polarity = Literal["higher_is_better", "lower_is_better", "neutral"]
Statistic = Literal[
    "count", "sum", "mean", "median", "p5", "p10", "p25", "p75", "p90", "p95", "minimum", "maximum",
    "share",
]  # fmt: skip
Apportion = Literal[
    "direct", "weights", "weighted_mean", "best_fit", "points", "nearest", "reach", "exposure",
    "zonal",
]  # fmt: skip
#: How often a publisher renews figures; `placedata.trust.quality_age` says how long each lasts.
Cadence = Literal[
    "daily", "weekly", "monthly", "quarterly", "yearly", "two_yearly", "few_years", "census",
    "irregular", "ended",
]  # fmt: skip

LAYER_ID = r"^[a-z][a-z0-9_]{1,40}$"
PERIOD = r"^[A-Za-z0-9][A-Za-z0-9 /–-]{0,30}$"


def _as_text(value: object) -> object:
    """Let a year be written as a number (2023) where a period's text is wanted."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def _as_number(value: object) -> object:
    """Let the key of a mapping, which a document holds as text, be the number it says."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


#: A value of a raster's cells as the key of a mapping: ``{10: Trees}``.
CellValue = Annotated[float, BeforeValidator(_as_number), Field(allow_inf_nan=False)]
Period = Annotated[str, BeforeValidator(_as_text), Field(pattern=PERIOD)]
LayerId = Annotated[str, Field(pattern=LAYER_ID)]


class Closed(BaseModel):
    """A part of a file: unknown fields are mistakes, types are not bent, values do not change."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
