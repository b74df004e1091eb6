"""The named rules that a framework may choose at each stage, and the options each one takes.

One closed model a stage. A rule without options may be written as its bare name:
``normalise: min_max`` says the same as ``normalise: {rule: min_max}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, ValidationError

from placedata.errors import nearest

Share = Annotated[float, Field(ge=0, le=1)]
Ties = Literal["min", "average", "max", "dense"]


class Closed(BaseModel):
    """A model that refuses fields it does not know, and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Rule(Closed):
    """A named rule and its options; an option that the rule does not use is a mistake."""

    rule: str
    uses: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    needs: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Let an editor accept the bare name of a rule that needs no options."""
        names = get_args(cls.model_fields["rule"].annotation)
        bare = [name for name in names if name not in cls.needs]
        return {"anyOf": [{"enum": bare}, handler(schema)]}

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, data: Any) -> Any:  # noqa: ANN401
        if not isinstance(data, str):
            return data
        names = get_args(cls.model_fields["rule"].annotation)
        if data not in names:
            context = {"text": ", ".join(names), "suggestion": nearest(data, names)}
            raise PydanticCustomError("structure", "{text}", context)
        return {"rule": data}

    @model_validator(mode="after")
    def _options(self) -> Self:
        given = self.model_fields_set - {"rule"}
        used = self.uses.get(self.rule, ())
        allowed = ", ".join(used) or "no options"
        problems = [
            _problem("unused_option", (name,), f"{self.rule} takes {allowed}", name)
            for name in sorted(given - set(used))
        ]
        problems += [
            _problem(
                "missing_option", ("rule",), f"{self.rule} needs {name.rstrip(chr(95))}", self.rule
            )
            for name in self.needs.get(self.rule, ())
            if getattr(self, name) is None
        ]
        if problems:
            raise ValidationError.from_exception_data(type(self).__name__, problems)
        return self


def _problem(kind: str, loc: tuple[str | int, ...], text: str, found: object) -> InitErrorDetails:
    return InitErrorDetails(
        type=PydanticCustomError(kind, "{text}", {"text": text}),
        loc=loc,
        input=found,
    )


class Transform(Rule):
    """Change the shape of a raw column before anything is compared."""

    rule: Literal[
        "log",
        "log1p",
        "log_shift",
        "sqrt",
        "arcsine",
        "logit",
        "linear",
        "cap",
        "bucket",
        "parity",
        "normal_score",
        "rank",
    ]
    whole: Annotated[float, Field(gt=0)] = Field(
        1.0, description="arcsine and logit: what a share of everybody is, such as 100"
    )
    times: Annotated[float, Field(gt=0)] = Field(
        1.0, description="linear: the value is multiplied by this"
    )
    add: float = Field(0.0, description="linear: and this is added")
    low: float | None = Field(None, description="cap: values below become this one")
    high: float | None = Field(None, description="cap: values above become this one")
    edges: tuple[float, ...] | None = Field(
        None, description="bucket: a value becomes the number of edges at or below it"
    )
    ties: Ties = Field("average", description="rank and normal_score: what tied values get")

    uses = {
        "arcsine": ("whole",),
        "logit": ("whole",),
        "linear": ("times", "add"),
        "cap": ("low", "high"),
        "bucket": ("edges",),
        "normal_score": ("ties",),
        "rank": ("ties",),
    }
    needs = {"bucket": ("edges",)}


class Impute(Rule):
    """Fill a missing value, for scoring only; a filled value never counts as observed."""

    rule: Literal[
        "none",
        "constant",
        "mean",
        "median",
        "group_mean",
        "group_median",
        "siblings",
        "last_value",
        "em",
    ]
    value: float | None = Field(None, description="constant: the value put in")
    by: str | None = Field(None, description="group rules: column that holds the group")
    from_: str | None = Field(
        None, alias="from", description="last_value: column that holds the earlier value"
    )
    after: Literal["transform", "normalise"] = Field(
        "transform", description="constant: put in before or after values are normalised"
    )

    uses = {
        "constant": ("value", "after"),
        "group_mean": ("by",),
        "group_median": ("by",),
        "last_value": ("from_",),
    }
    needs = {
        "constant": ("value",),
        "group_mean": ("by",),
        "group_median": ("by",),
        "last_value": ("from_",),
    }


class Treat(Rule):
    """Keep a few extreme values from ruling the scale."""

    rule: Literal["none", "winsorise", "winsorise_by_skew", "skew_kurtosis", "shrink"]
    share: Annotated[float, Field(ge=0, lt=0.5)] | None = Field(
        None, description="winsorise: share of the areas in each tail"
    )
    shares: tuple[Annotated[float, Field(ge=0, lt=0.5)], ...] = Field(
        (0.0, 0.01, 0.05, 0.1),
        description="winsorise_by_skew: tried in order until the skewness passes",
    )
    points: Annotated[int, Field(ge=0)] = Field(
        5, description="skew_kurtosis: at most so many values are pulled in"
    )
    skew: float = Field(2.0, description="a column passes with an absolute skewness below this")
    kurtosis: float = Field(3.5, description="skew_kurtosis: or with a kurtosis below this")
    otherwise: Literal["log_shift", "winsorised", "untreated"] = Field(
        "log_shift", description="skew_kurtosis: what is used if no allowed number passes"
    )
    by: str | None = Field(None, description="shrink: column that holds the larger area")
    standard_error: str | None = Field(
        None, description="shrink: column that holds the standard error of each value"
    )
    logit: bool = Field(False, description="shrink: on the logit scale, for proportions 0-1")

    uses = {
        "winsorise": ("share",),
        "winsorise_by_skew": ("shares", "skew"),
        "skew_kurtosis": ("points", "skew", "kurtosis", "otherwise"),
        "shrink": ("by", "standard_error", "logit"),
    }
    needs = {"winsorise": ("share",), "shrink": ("by", "standard_error")}


class Bounds(Rule):
    """Which raw values stand for the worst and the best; goalposts, where given, go first."""

    rule: Literal["observed", "spread", "percentile", "fixed", "natural"]
    shares: tuple[Share, Share] = Field(
        (0.01, 0.99), description="percentile: shares of the areas below the lower and upper end"
    )
    k: float = Field(0.5, description="spread: standard deviations beyond the lowest and highest")
    low: float | None = Field(None, description="the lower end, whatever the data say")
    high: float | None = Field(None, description="the upper end, whatever the data say")
    constant: Literal["error", "midpoint"] = Field(
        "error",
        description="where all values are equal: stop, or score the middle with weight 0",
    )

    uses = {
        "observed": ("low", "high", "constant"),
        "spread": ("k", "low", "high", "constant"),
        "percentile": ("shares", "low", "high", "constant"),
        "fixed": ("constant",),
        "natural": ("constant",),
    }


class Normalise(Rule):
    """Put a treated column on the scale of the scores."""

    rule: Literal[
        "none",
        "min_max",
        "z_score",
        "percentile_rank",
        "rank",
        "borda",
        "exponential_rank",
        "normal_score",
        "fraction_of_maximum",
        "distance_to_maximum",
        "distance_to_reference",
        "distance_to_target",
    ]
    to: tuple[float, float] = Field((0.0, 100.0), description="scores of the worst and the best")
    outside: Literal["clip", "keep", "error"] = Field(
        "error", description="min_max: what happens to a value beyond its bounds"
    )
    ties: Literal["min", "average", "max", "dense", "given"] | None = Field(
        None, description="rank rules: what tied values get; given: the values are the ranks"
    )
    n: int | None = Field(None, ge=2, description="exponential_rank: number of areas ranked")
    reverse: Literal["value", "score"] = Field(
        "value", description="percentile_rank, where low is good: rank -x, or take 1 - score"
    )
    reference: str | float | None = Field(
        None, description="distance_to_reference: an area code; distance_to_target: the target"
    )
    round_first: int | None = Field(None, description="decimals kept before ranking")
    decimals: int | None = Field(None, description="decimals kept in the score")
    mean: float = Field(0.0, description="z_score: the score of an average value")
    sd: Annotated[float, Field(gt=0)] = Field(
        1.0, description="z_score: how many points one standard deviation is"
    )
    clip: Annotated[float, Field(gt=0)] | None = Field(
        None, description="z_score: further than so many standard deviations does not count"
    )
    people: str | None = Field(
        None, description="z_score: column that weighs the mean and standard deviation"
    )
    divisor: Literal["n-1", "n"] = Field(
        "n-1", description="z_score: what the sum of squares is divided by; with people, n"
    )

    uses = {
        "none": ("decimals",),
        "min_max": ("to", "outside", "decimals"),
        "z_score": ("mean", "sd", "clip", "people", "divisor", "decimals"),
        "percentile_rank": ("to", "ties", "reverse", "round_first", "decimals"),
        "rank": ("ties", "round_first"),
        "borda": ("ties", "round_first"),
        "exponential_rank": ("ties", "n", "round_first", "decimals"),
        "normal_score": ("ties", "round_first", "decimals"),
        "fraction_of_maximum": ("to", "decimals"),
        "distance_to_maximum": ("to", "decimals"),
        "distance_to_reference": ("to", "reference", "decimals"),
        "distance_to_target": ("to", "reference", "outside", "decimals"),
    }
    needs = {
        "distance_to_reference": ("reference",),
        "distance_to_target": ("reference",),
    }


class Weights(Rule):
    """How much each child of a node counts."""

    rule: Literal["equal", "given", "pc1", "factor", "budget"]
    renormalise: bool = Field(True, description="divide the weights by their sum")
    best_and_worst: bool = Field(
        False, description="pc1: add one row at the best and one at the worst bounds"
    )
    budget: tuple[dict[str, float], ...] | None = Field(
        None, description="budget: one set of points a person, by child; shares are averaged"
    )
    otherwise: Literal["error", "equal", "zero", "keep"] = Field(
        "error", description="pc1, factor: what is done about a negative loading"
    )
    rows_per_child: float = Field(
        3.0, ge=0, description="pc1, factor: fewer complete areas than this a child: equal weights"
    )

    uses = {
        "equal": ("renormalise",),
        "given": ("renormalise",),
        "pc1": ("best_and_worst", "otherwise", "rows_per_child"),
        "factor": ("otherwise", "rows_per_child"),
        "budget": ("budget",),
    }
    needs = {"budget": ("budget",)}


class Aggregate(Rule):
    """How the scores of the children become one."""

    rule: Literal["arithmetic", "geometric", "harmonic", "power", "sum"]
    power: float | None = Field(None, description="power: the exponent; 0 is the geometric mean")
    floor: Annotated[float, Field(gt=0)] | None = Field(
        None, description="scores at or below 0 become this first; without it they are an error"
    )

    uses = {
        "geometric": ("floor",),
        "harmonic": ("floor",),
        "power": ("power", "floor"),
    }
    needs = {"power": ("power",)}


class Rescale(Rule):
    """What is done to a node's aggregate before it is shown or goes up."""

    rule: Literal[
        "none",
        "min_max",
        "bounds",
        "z_score",
        "percentile_rank",
        "exponential_rank",
        "normal_score",
        "rank",
    ]
    to: tuple[float, float] = (0.0, 100.0)
    ties: Ties | None = None
    of: Literal["areas", "largest_rank"] = Field(
        "areas", description="exponential_rank: what a rank is divided by"
    )
    round_first: int | None = None
    decimals: int | None = None
    mean: float = Field(0.0, description="z_score: the score of an average aggregate")
    sd: Annotated[float, Field(gt=0)] = Field(
        1.0, description="z_score: how many points one standard deviation is"
    )
    carry: Literal["rescaled", "aggregate"] = Field(
        "rescaled", description="which of the two goes up to the parent"
    )
    publish: Literal["rescaled", "aggregate"] = Field(
        "rescaled", description="which of the two is the node's score"
    )

    uses = {
        "min_max": ("to", "carry", "publish", "decimals"),
        "bounds": ("to", "carry", "publish", "decimals"),
        "z_score": ("mean", "sd", "carry", "publish", "decimals"),
        "percentile_rank": ("to", "ties", "round_first", "decimals", "carry", "publish"),
        "exponential_rank": ("ties", "of", "round_first", "decimals", "carry", "publish"),
        "normal_score": ("ties", "round_first", "decimals", "carry", "publish"),
        "rank": ("ties", "round_first", "carry", "publish"),
    }


class Rank(Closed):
    """How areas are put in order."""

    ties: Ties = "min"
    decimals: int | None = Field(None, description="scores are rounded to this before ranking")
    first: Literal["highest", "lowest"] = Field("highest", description="which score has rank 1")
