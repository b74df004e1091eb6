"""Formulas of named bands, ``(nir - red) / (nir + red)``, without running any code."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from placedata.errors import DataError, Problem, nearest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Longest formula, characters.
LONGEST = 500
#: Functions of a formula, of one band or several.
FUNCTIONS = ("abs", "sqrt", "log", "exp", "minimum", "maximum")
_OPERATORS = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Pow: "power",
    ast.USub: "negative", ast.UAdd: "positive",
}  # fmt: skip
_NAMES = {"abs": "absolute"}
_ALLOWED = f"names of bands, numbers, + - * / **, brackets, {', '.join(FUNCTIONS)}"


def checked(formula: str, bands: Mapping[str, object]) -> ast.expr:
    """Return a formula as a tree of what is allowed.

    Raises
    ------
    DataError
        It is no formula, is too long, or has something in it that is not allowed; the part at
        fault is told.
    """
    if len(formula) > LONGEST:
        raise _refusal(f"{len(formula)} characters", f"at most {LONGEST}")
    try:
        tree = ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _refusal(repr(formula), f"a formula: {_ALLOWED}") from error
    _check(tree, formula, bands)
    return tree


def _check(node: ast.expr, formula: str, bands: Mapping[str, object]) -> None:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        _check(node.left, formula, bands)
        _check(node.right, formula, bands)
    elif isinstance(node, ast.UnaryOp) and type(node.op) in _OPERATORS:
        _check(node.operand, formula, bands)
    elif isinstance(node, ast.Name):
        if node.id not in bands:
            known = list(bands)
            raise _refusal(f"a band {node.id!r}", ", ".join(known), nearest(node.id, known))
    elif isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        wanted = 2 if name in {"minimum", "maximum"} else 1
        if name not in FUNCTIONS or node.keywords or len(node.args) != wanted:
            found = ast.get_source_segment(formula.strip(), node) or ast.unparse(node)
            raise _refusal(repr(found), _ALLOWED)
        for argument in node.args:
            _check(argument, formula, bands)
    elif not (isinstance(node, ast.Constant) and type(node.value) in (int, float)):
        found = ast.get_source_segment(formula.strip(), node) or type(node).__name__
        raise _refusal(repr(found), _ALLOWED)


def names_in(formula: str) -> set[str]:
    """Return the names of bands in a formula that `checked` allows."""
    tree = ast.parse(formula.strip(), mode="eval")
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - set(FUNCTIONS)


def computed(formula: str, bands: Mapping[str, Floats]) -> Floats:
    """Return the formula of bands, cell by cell; NaN where a band is, or where it has no answer.

    Parameters
    ----------
    bands
        Name -> cells, float64, all of one shape; NaN without data.

    Raises
    ------
    DataError
        The formula is not allowed, see `checked`.
    """
    import numpy as np

    tree = checked(formula, bands)
    shape = next(iter(bands.values())).shape
    with np.errstate(all="ignore"):
        cells = np.broadcast_to(np.asarray(_value(tree, bands), dtype=np.float64), shape).copy()
    cells[~np.isfinite(cells)] = np.nan
    return cells


def _value(node: ast.expr, bands: Mapping[str, Floats]) -> Floats:
    import numpy as np

    if isinstance(node, ast.Constant):
        return np.asarray(float(node.value))  # type: ignore[arg-type]
    if isinstance(node, ast.Name):
        return bands[node.id]
    if isinstance(node, ast.UnaryOp):
        taken, name = [node.operand], _OPERATORS[type(node.op)]
    elif isinstance(node, ast.BinOp):
        taken, name = [node.left, node.right], _OPERATORS[type(node.op)]
    else:
        assert isinstance(node, ast.Call)  # noqa: S101 - checked before
        assert isinstance(node.func, ast.Name)  # noqa: S101
        taken, name = node.args, _NAMES.get(node.func.id, node.func.id)
    return np.asarray(getattr(np, name)(*(_value(item, bands) for item in taken)))


def _refusal(found: str, allowed: str, guess: str | None = None) -> DataError:
    problem = Problem("source", "formula", found, allowed, None, guess)
    return DataError("a formula of bands cannot be used", [problem])
