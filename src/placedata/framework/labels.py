"""What strengths and weaknesses are measured against."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from placedata.framework.rules import Closed


class Labels(Closed):
    """When a score is a strength or a weakness: beyond centre ± multiplier × spread of a reference.

    Parameters
    ----------
    reference
        ``all`` areas; those of the same ``group``; or the k ``nearest`` by covariates.
    by
        ``group``: the column of groups; ``nearest``: the columns of covariates.
    k
        ``nearest``: how many.
    centre
        ``mean`` or ``median`` of the reference.
    spread
        ``sd``: standard deviation (n - 1); ``deviation``: average absolute deviation from the
        centre.
    multiplier
        How many spreads away.
    floor
        The spread is never taken smaller than this, in points.
    strict
        Whether a score exactly on the line is neutral.
    """

    reference: Literal["all", "group", "nearest"] = "all"
    by: tuple[str, ...] = ()
    k: Annotated[int, Field(ge=2)] = 15
    centre: Literal["mean", "median"] = "mean"
    spread: Literal["sd", "deviation"] = "sd"
    multiplier: Annotated[float, Field(ge=0)] = 1.0
    floor: Annotated[float, Field(ge=0)] = 0.0
    strict: bool = True

    @model_validator(mode="after")
    def _columns(self) -> Self:
        if self.reference == "all" and self.by:
            msg = "no columns, since all areas are the reference"
            raise ValueError(msg)
        if self.reference == "group" and len(self.by) != 1:
            msg = "by: [COLUMN], the column of groups"
            raise ValueError(msg)
        if self.reference == "nearest" and not self.by:
            msg = "by: [COLUMN, …], the covariates that make areas alike"
            raise ValueError(msg)
        return self
