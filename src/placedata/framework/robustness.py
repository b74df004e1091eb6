"""What rank intervals of a framework vary."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from placedata.framework.rules import Closed

Scaling = Literal["nominal", "min_max", "z_score", "percentile_rank"]
Mean = Literal["nominal", "arithmetic", "geometric"]


class Robustness(Closed):
    """The choices and errors that rank intervals vary; an empty list or 0 keeps one as it is.

    Standard errors of the values are varied wherever they are stated.

    Parameters
    ----------
    weights
        Every weight is multiplied by a number between 1 - weights and 1 + weights.
    any_weights
        Weights evenly distributed over all weight sets of each node instead.
    normalise
        Ways to a common scale, one a replicate for all indicators; ``nominal`` is the framework's.
    aggregate
        Means, one a replicate for all nodes that take one.
    winsor
        Shares pulled in at each end, one a replicate, for indicators that are winsorised.
    impute
        Whether missing values are drawn anew.
    leave_out
        Whether one indicator, or one node below the top, or none is left out.
    """

    weights: Annotated[float, Field(ge=0, lt=1)] = 0.25
    any_weights: bool = False
    normalise: tuple[Scaling, ...] = ("nominal", "min_max", "z_score", "percentile_rank")
    aggregate: tuple[Mean, ...] = ("nominal", "arithmetic", "geometric")
    winsor: tuple[Annotated[float, Field(ge=0, lt=0.5)], ...] = (0.0, 0.01, 0.05, 0.1)
    impute: bool = True
    leave_out: bool = True
