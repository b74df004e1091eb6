"""What a table must be before it is scored, checked all at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placedata.errors import DataError, Problem, nearest
from placedata.framework import Framework, Indicator, IndicatorMethod, Transform
from placedata.index.calibration import Calibration, Settled, check_fits
from placedata.index.result import Decision

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Array = NDArray[np.float64]
Number = TypeVar("Number", float, list[float], dict[str, float])
TABLE = "table of values"


@dataclass
class Run:
    """The workings of one scoring: what was decided, what is wrong, the table after each stage.

    Parameters
    ----------
    columns
        Numeric columns by name, shape (areas,), NaN where missing.
    groups
        Text columns by name, for rules that work inside groups.
    frozen, fitted
        The calibration to use, if any; the numbers of this run.
    unsound
        Nodes above an indicator that is left out because something is wrong with it; nothing
        is found in the data there, so that no mistake brings another.
    """

    framework: Framework
    areas: pd.Index
    columns: dict[str, Array]
    groups: dict[str, NDArray[np.object_]]
    decisions: list[Decision] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    stages: dict[str, pd.DataFrame] = field(default_factory=dict)
    frozen: Calibration | None = None
    fitted: dict[str, dict[str, Settled]] = field(default_factory=dict)
    unsound: set[str] = field(default_factory=set)

    def settled(self, owner: str, what: str, fit: Callable[[], Number]) -> Number:
        """Return a number that comes from the data: the calibration's, or fitted now and kept.

        Parameters
        ----------
        owner
            Indicator or node.
        what
            Name of the number or numbers.
        fit
            Finds it in the data; only called without a calibration.
        """
        if self.frozen is None:
            value = fit()
        else:
            found = self.frozen.parameters.get(owner, {}).get(what)
            if found is None:
                self.refuse(owner, f"no {what} in the calibration", "a calibration that has it")
                found = fit()
            value = cast("Number", found)
        self.fitted.setdefault(owner, {})[what] = value
        return value

    def never_frozen(self, owner: str, rule: str) -> None:
        """Refuse a rule that compares areas with each other, where a calibration is given."""
        if self.frozen is not None:
            found = f"the rule {rule}, which compares the areas of one table with each other"
            self.refuse(owner, found, "no calibration, or a rule with fixed numbers")

    def decide(self, stage: str, node: str, text: str) -> None:
        """Write down one decision."""
        self.decisions.append(Decision(stage, node, text))

    def refuse(self, name: str, found: str, allowed: str) -> None:
        """Write down one problem; the run stops at the end of the stage."""
        self.problems.append(Problem(TABLE, name, found, allowed))

    def leave_out_wrong(self) -> None:
        """Go on without the indicators that have problems, to find those of the others too."""
        wrong = {problem.field for problem in self.problems}
        lost = [item for item in self.framework.indicators if wrong & set(self._used(item))]
        if not lost:
            return
        parents = {node.id: node.parent for node in self.framework.nodes}
        for item in lost:
            node: str | None = item.component
            while node is not None:
                self.unsound.add(node)
                node = parents[node]
        kept = tuple(item for item in self.framework.indicators if item not in lost)
        if not kept:
            self.stop_if_wrong()
        self.framework = self.framework.model_copy(update={"indicators": kept})

    def _used(self, item: Indicator) -> tuple[str | None, ...]:
        method = method_of(item, self.framework)
        earlier = method.impute.from_ if method.impute else None
        error = method.treat.standard_error if method.treat else None
        return item.id, item.denominator, earlier, error

    def stop_if_wrong(self) -> None:
        """Raise every problem found so far."""
        stop(self.framework.id, self.problems)

    def keep(self, stage: str, values: dict[str, Array]) -> None:
        """Keep the table as it is after a stage."""
        self.stages[stage] = pd.DataFrame(values, index=self.areas)


def stop(framework: str, problems: Sequence[Problem]) -> None:
    """Raise DataError with all problems, where there are any."""
    if problems:
        once = list(dict.fromkeys(problems))
        count = f"{len(once)} problem{'s' if len(once) != 1 else ''}"
        raise DataError(f"framework {framework} cannot score the table: {count}", once)


def method_of(indicator: Indicator, framework: Framework) -> IndicatorMethod:
    """Return the rules of an indicator: its own, then the framework's, then plain ones."""
    default = framework.method.indicator
    plain = IndicatorMethod.model_validate(
        {"transform": (), "impute": "none", "treat": "none", "bounds": "observed",
         "normalise": "min_max"}
    )  # fmt: skip

    def chosen(name: str) -> object:
        for method in (indicator, default, plain):
            if getattr(method, name) is not None:
                return getattr(method, name)
        return None

    return IndicatorMethod.model_construct(
        **{name: chosen(name) for name in IndicatorMethod.model_fields}  # type: ignore[arg-type]
    )


def steps_of(method: IndicatorMethod) -> tuple[Transform, ...]:
    """Return the transforms of a resolved method."""
    return method.transform or ()


def start_run(
    table: pd.DataFrame, framework: Framework, calibration: Calibration | None = None
) -> Run:
    """Return a run over a table of the right shape, with what is wrong in single columns.

    Raises
    ------
    DataError
        A missing or unknown column, an area without or with a repeated code, no areas, no
        indicators, together with text or infinity in a number column and columns without a
        value: all at once. Or a calibration of another framework.
    """
    if calibration is not None:
        check_fits(calibration, framework)
    shape, problems = _shape_problems(table, framework), []
    wanted = [name for name in framework.columns if name in table.columns]
    text = framework.group_columns
    columns: dict[str, Array] = {}
    groups: dict[str, NDArray[np.object_]] = {}
    for name in wanted:
        if name in text:
            column = table[name].astype(object)
            groups[name] = column.where(column.notna(), None).to_numpy(dtype=object)
        else:
            columns[name], found = _numbers(name, table[name])
            problems += found
    if shape:
        stop(framework.id, [*shape, *problems])
    areas = table.index.astype(str)
    return Run(framework, areas, columns, groups, problems=problems, frozen=calibration)


def _shape_problems(table: pd.DataFrame, framework: Framework) -> list[Problem]:
    problems = []
    have = [str(name) for name in table.columns]
    for name in framework.columns:
        if name not in have:
            found, allowed = "no such column", "a column for every indicator of the framework"
            problems.append(Problem(TABLE, name, found, allowed, None, nearest(name, have)))
    for name in dict.fromkeys(have):
        if name not in framework.columns:
            guess = nearest(name, framework.columns)
            allowed = f"the columns of framework {framework.id}"
            problems.append(Problem(TABLE, name, "an unknown column", allowed, None, guess))
        if have.count(name) > 1:
            problems.append(Problem(TABLE, name, f"{have.count(name)} columns", "one column"))
    if not framework.indicators:
        allowed = "at least one indicator with a component"
        problems.append(Problem(TABLE, "indicators", "none in the framework", allowed))
    if table.empty and not problems:
        problems.append(Problem(TABLE, "area_code", "no areas", "at least one"))
    codes = table.index
    if codes.hasnans:
        problems.append(Problem(TABLE, "area_code", "an area without a code", "a code for each"))
    twice = codes[codes.duplicated()].unique()[:5]
    return [
        *problems,
        *(
            Problem(TABLE, "area_code", f"{code} more than once", "each area once")
            for code in twice
        ),
    ]


def _numbers(name: str, column: pd.Series) -> tuple[Array, list[Problem]]:
    """Return a column as float64 and what is not a finite number in it."""
    if isinstance(column, pd.DataFrame):
        return np.full(len(column), np.nan), []  # told as a repeated column
    values = pd.to_numeric(column, errors="coerce")
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return np.full(len(column), np.nan), [_told(name, column, column.notna(), "a number")]
    text = column.notna() & (values.isna() | column.map(lambda cell: isinstance(cell, (str, bool))))
    if text.any():
        return np.full(len(column), np.nan), [_told(name, column, text, "numbers, or empty")]
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    endless = np.isinf(numbers)
    if endless.any():
        where = pd.Series(endless, index=column.index)
        return numbers, [_told(name, column, where, "finite numbers")]
    if np.isnan(numbers).all():
        found = f"no value in any of {len(numbers)} areas"
        return numbers, [Problem(TABLE, name, found, "at least one value, or leave it out")]
    return numbers, []


def _told(name: str, column: pd.Series, wrong: pd.Series, allowed: str) -> Problem:
    first = column[wrong.to_numpy()].iloc[0]
    area = column.index[wrong.to_numpy()][0]
    shown = f"text {first!r}" if isinstance(first, str) else str(first)
    more = f" and {int(wrong.sum()) - 1} more" if wrong.sum() > 1 else ""
    return Problem(TABLE, name, f"{shown} in area {area}{more}", allowed)
