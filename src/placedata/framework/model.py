"""Framework, Node and Indicator: what a framework file may say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, StringConstraints, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from placedata.framework.labels import Labels
from placedata.framework.robustness import Robustness
from placedata.framework.rules import (
    Aggregate,
    Bounds,
    Closed,
    Impute,
    Normalise,
    Rank,
    Rescale,
    Share,
    Transform,
    Treat,
    Weights,
)
from placedata.framework.structure import Fault, structural_faults

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.\-]*$")]
Polarity = Literal["higher_is_better", "lower_is_better", "neutral"]


class Goalposts(Closed):
    """The raw values that stand for the best and the worst, fixed by a person.

    In the units of the value after its denominator (or of the distance from a target); they go
    through the transforms of the indicator together with the values.
    """

    best: float
    worst: float


class Limits(Closed):
    """Values that the quantity cannot leave by its nature; data-driven bounds stop there."""

    low: float | None = None
    high: float | None = None


class IndicatorMethod(Closed):
    """What happens to a column before it is a score; a field left out takes the default."""

    transform: tuple[Transform, ...] | None = Field(None, description="applied in order")
    impute: Impute | None = None
    treat: Treat | None = None
    bounds: Bounds | None = None
    normalise: Normalise | None = None


class Indicator(IndicatorMethod):
    """One measured quantity and its place in the tree.

    Parameters
    ----------
    id
        Column of the table of values; in a place, the layer id.
    component
        Id of the node that the indicator belongs to.
    polarity
        Which way is good. A ``neutral`` indicator can only be scored with a `target`.
    target
        The ideal value, where both more and less are worse: the distance from it is scored.
    denominator
        Column that the value is divided by first.
    """

    id: Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
    component: str
    title: str = ""
    unit: str = ""
    polarity: Polarity = "higher_is_better"
    target: float | None = None
    denominator: str | None = None
    goalposts: Goalposts | None = None
    limits: Limits | None = None
    weight: Annotated[float, Field(ge=0)] = 1.0


class NodeMethod(Closed):
    """What happens to the children of a node; a field left out takes the default of its level.

    Parameters
    ----------
    missing
        ``renormalise``: the weights of the children that are there are scaled up;
        ``propagate``: one missing child makes the node missing.
    coverage
        Share of the weight of the children that must have a score, else the node has none.
    """

    weights: Weights | None = None
    aggregate: Aggregate | None = None
    missing: Literal["renormalise", "propagate"] | None = None
    coverage: Share | None = None
    rescale: Rescale | None = None


class Node(Closed):
    """The index itself, a dimension or a component.

    Parameters
    ----------
    level
        One of the framework's levels.
    parent
        Id of the node above; only the top node has none.
    question
        The question that the node answers, in plain words.
    """

    id: Id
    level: str
    title: str
    parent: str | None = None
    question: str = ""
    description: str = ""
    weight: Annotated[float, Field(ge=0)] = 1.0
    method: NodeMethod = NodeMethod()


class Method(Closed):
    """The defaults of every indicator, of every level, and the ranking."""

    indicator: IndicatorMethod = IndicatorMethod()
    levels: dict[str, NodeMethod] = Field(default_factory=dict)
    rank: Rank = Rank()


class RollUp(Closed):
    """Summaries of larger areas, such as districts, from a node's scores and ranks.

    Parameters
    ----------
    by
        Column that holds the larger area of each small one.
    people
        Column that holds the people of each small area.
    node
        Node that is summed up; the top one unless told.
    ranks, of
        Column of ranks among more areas than the table holds, and how many they are; without
        them the areas of the table are ranked.
    """

    by: str
    people: str
    node: str | None = None
    ranks: str | None = None
    of: Annotated[int, Field(ge=1)] | None = None


class Framework(Closed):
    """An index as a tree and a method: all that its scores depend on besides the data.

    Parameters
    ----------
    levels
        Names of the levels, from the top down, without the indicators.
    polarity
        What a high score means: ``higher_is_better`` for progress, ``lower_is_better`` for
        deprivation or vulnerability.
    notice
        Shown wherever scores are shown.
    indicators
        For a framework that names its own columns; in a place the layers bring them.
    roll_up
        Summaries of larger areas that are made of the scores.
    robustness
        What rank intervals vary; left out: everything that they can.
    labels
        What strengths and weaknesses are measured against.
    """

    id: Id
    title: str
    description: str = ""
    notice: str = ""
    source: str = Field("", description="where the method is published")
    polarity: Literal["higher_is_better", "lower_is_better"] = "higher_is_better"
    levels: tuple[str, ...] = Field(min_length=1)
    nodes: tuple[Node, ...] = Field(min_length=1)
    method: Method = Method()
    indicators: tuple[Indicator, ...] = ()
    roll_up: tuple[RollUp, ...] = ()
    robustness: Robustness | None = None
    labels: Labels = Labels()

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:  # noqa: ANN401
        """Tell the mistakes in single fields and those in the tree together."""
        faults = structural_faults(data) if isinstance(data, dict) else []
        try:
            framework = handler(data)
        except ValidationError as error:
            raise ValidationError.from_exception_data(
                cls.__name__, [*map(_again, error.errors()), *map(_details, faults)]
            ) from None
        if faults:
            raise ValidationError.from_exception_data(cls.__name__, [*map(_details, faults)])
        return framework

    def with_indicators(self, indicators: Iterable[Indicator]) -> Framework:
        """Return this framework with `indicators` besides its own, checked as a whole.

        Raises
        ------
        pydantic.ValidationError
            Unknown component, repeated id, inverted goalposts: all at once; the location of a
            mistake is ``("indicators", position, field)``.
        """
        data = self.model_dump(by_alias=True, exclude_unset=True)
        added = [item.model_dump(by_alias=True, exclude_unset=True) for item in indicators]
        data["indicators"] = [*data.get("indicators", ()), *added]
        return Framework.model_validate(data)

    def with_method(self, **changes: Any) -> Framework:  # noqa: ANN401
        """Return this framework with top-level fields replaced and checked again."""
        data = self.model_dump(by_alias=True, exclude_unset=True)
        return Framework.model_validate({**data, **changes})

    @property
    def top(self) -> Node:
        """The node without a parent."""
        return next(node for node in self.nodes if node.parent is None)

    def node(self, identifier: str) -> Node:
        """Return the node with this id; KeyError where there is none."""
        for node in self.nodes:
            if node.id == identifier:
                return node
        raise KeyError(identifier)

    def children(self, identifier: str) -> tuple[Node, ...]:
        """Return the nodes right below, in file order."""
        return tuple(node for node in self.nodes if node.parent == identifier)

    def indicators_of(self, identifier: str) -> tuple[Indicator, ...]:
        """Return the indicators that belong to a node itself, in file order."""
        return tuple(item for item in self.indicators if item.component == identifier)

    def bottom_up(self) -> tuple[Node, ...]:
        """Return the nodes, every node after all that is below it."""
        ordered: list[Node] = []

        def visit(node: Node) -> None:
            for child in self.children(node.id):
                visit(child)
            ordered.append(node)

        visit(self.top)
        return tuple(ordered)

    @property
    def group_columns(self) -> tuple[str, ...]:
        """The columns that hold names of groups, not numbers."""
        default = self.method.indicator
        rules = [
            (item.impute or default.impute, item.treat or default.treat) for item in self.indicators
        ]
        named = [rule.by for pair in rules for rule in pair if rule and rule.by]
        named += self.labels.by if self.labels.reference == "group" else ()
        return tuple(dict.fromkeys([*named, *(one.by for one in self.roll_up)]))

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that a table of values must have: indicators and what they refer to."""
        wanted = [item.id for item in self.indicators]
        for item in self.indicators:
            impute = item.impute or self.method.indicator.impute
            treat = item.treat or self.method.indicator.treat
            normalise = item.normalise or self.method.indicator.normalise
            wanted += [
                name
                for name in (
                    item.denominator,
                    impute and impute.by,
                    impute and impute.from_,
                    treat and treat.by,
                    treat and treat.standard_error,
                    normalise and normalise.people,
                )
                if name
            ]
        for one in self.roll_up:
            wanted += [name for name in (one.by, one.people, one.ranks) if name]
        wanted += self.labels.by
        return tuple(dict.fromkeys(wanted))


def _details(fault: Fault) -> InitErrorDetails:
    context = {"text": fault.text, "suggestion": fault.suggestion}
    return InitErrorDetails(
        type=PydanticCustomError("structure", "{text}", context), loc=fault.loc, input=fault.found
    )


def _again(error: Any) -> InitErrorDetails:  # noqa: ANN401
    kind = PydanticCustomError(
        error["type"], "{text}", {**error.get("ctx", {}), "text": error["msg"]}
    )
    return InitErrorDetails(type=kind, loc=error["loc"], input=error["input"])
