"""The pages that are made from the program: ``python -m placedata.cli.pages docs`` remakes them."""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.models import ArgumentInfo

from placedata.cli.commands import app
from placedata.recipes.reference import BLOCKS, write_pages
from placedata.recipes.schemas import write_schemas

_VALUES = {int: "NUMBER"}


def command_line() -> str:
    """Return one section for each command: what it does, its arguments and its options."""
    sections = []
    for command in app.registered_commands:
        function = inspect.unwrap(command.callback) if command.callback else None
        if function is None or command.hidden:
            continue
        parameters = list(_parameters(function))
        shown = [item.shown for item in parameters if item.is_argument]
        usage = " ".join([f"placedata {command.name}", *shown, "[OPTIONS]"])
        ordered = sorted(parameters, key=lambda item: not item.is_argument)
        table = ["| | |", "| --- | --- |", *(f"| `{p.shown}` | {p.told} |" for p in ordered)]
        sections += [
            f"## {command.name}",
            f"```\n{usage}\n```",
            inspect.getdoc(function) or "",
            "\n".join(table),
        ]
    return "\n\n".join(sections)


@dataclass(frozen=True)
class _Parameter:
    """One argument or option of a command, as the page shows it."""

    shown: str
    told: str
    is_argument: bool


def _parameters(function: Callable[..., Any]) -> Iterator[_Parameter]:
    hints = typing.get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        kind, info = typing.get_args(hints[name])
        needed = parameter.default is inspect.Parameter.empty
        told = str(info.help)
        is_argument = isinstance(info, ArgumentInfo)
        if needed:
            told += "" if is_argument else " Needed."
        elif parameter.default not in {None, False, ""} and "[default" not in told:
            told += f" [default: {parameter.default}]"
        if is_argument:
            shown = info.metavar or name.upper()
            yield _Parameter(shown if needed else f"[{shown}]", told, is_argument=True)
            continue
        # Inside Annotated, typer takes the first name that is declared for a default.
        names = [
            item for item in (info.default, *(info.param_decls or ())) if isinstance(item, str)
        ]
        value = "" if kind is bool else f" {info.metavar or _VALUES.get(kind, 'TEXT')}"
        shown = ", ".join(names or [f"--{name.replace('_', '-')}"]) + value
        yield _Parameter(shown, told, is_argument=False)


def remake(folder: Path) -> list[str]:
    """Remake every generated page and schema in a folder; return the names of those changed."""
    changed = write_pages(folder, {**BLOCKS, "command line": command_line})
    return [*changed, *write_schemas(folder)]


if __name__ == "__main__":
    names = remake(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
    sys.stdout.write(f"remade: {', '.join(names) or 'nothing, all are up to date'}\n")
