"""What rank intervals of a framework vary."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from placedata.framework.rules import Closed, Normalise

Way = Literal["nominal", "min_max", "z_score", "percentile_rank"]
Scaling = Way | Normalise
Mean = Literal["nominal", "arithmetic", "geometric"]


class Robustness(Closed):
    """The choices and errors that rank intervals vary; an empty list or 0 keeps one as it is.

    Standard errors of the values are varied wherever they are stated.

    Parameters
    ----------
    weights
        Every weight is multiplied by a number between 1 - weights and 1 + weights.
    weights_of
        Levels whose nodes' weights are varied, ``indicator`` among them; empty: all.
    any_weights
        Weights evenly distributed over all weight sets of each node instead.
    normalise
        Ways to a common scale, one a replicate for all indicators: ``nominal`` is the framework's,
        the other names stand for plain ones, and a rule with its options may be written out.
    aggregate
        Means, one a replicate for all nodes that take one.
    winsor
        Shares pulled in at each end, one a replicate, for indicators that are winsorised.
    points
        Numbers of values pulled in at most, one a replicate, for indicators that are treated by
        ``skew_kurtosis``.
    impute
        Whether missing values are drawn anew.
    leave_out
        Whether one indicator, or one node below the top, or none is left out.
    """

    weights: Annotated[float, Field(ge=0, lt=1)] = 0.25
    weights_of: tuple[str, ...] = ()
    any_weights: bool = False
    normalise: tuple[Scaling, ...] = ("nominal", "min_max", "z_score", "percentile_rank")
    aggregate: tuple[Mean, ...] = ("nominal", "arithmetic", "geometric")
    winsor: tuple[Annotated[float, Field(ge=0, lt=0.5)], ...] = (0.0, 0.01, 0.05, 0.1)
    points: tuple[Annotated[int, Field(ge=0)], ...] = ()
    impute: bool = True
    leave_out: bool = True
