"""What commands say: one JSON document on stdout for programs, words on stderr for people."""

from __future__ import annotations

import contextlib
import functools
import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ParamSpec

import typer

from placedata.errors import PlaceDataError

if TYPE_CHECKING:
    from placedata.build.place import Progress

P = ParamSpec("P")
INTERRUPTED = 130


def say(text: str = "") -> None:
    """Tell a person something, on stderr."""
    from rich.console import Console

    # markup off: names and messages may hold square brackets
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)


def put(document: Any) -> None:  # noqa: ANN401
    """Write one JSON document to stdout."""
    from placedata.snapshot import plain

    sys.stdout.write(json.dumps(plain(document), ensure_ascii=False, indent=1) + "\n")


def reported(command: Callable[P, None]) -> Callable[P, None]:
    """Return the command with mistakes told in words (or JSON) and the right exit code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except PlaceDataError as error:
            tell_error(error, as_json=bool(kwargs.get("as_json")))
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            say("stopped")
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            raise typer.Exit(1) from None

    return run


def tell_error(error: PlaceDataError, *, as_json: bool) -> None:
    """Tell an error with every problem that it carries."""
    if as_json:
        put({"error": error.message, "exit_code": error.exit_code, "problems": error.problems})
        return
    say(f"Error: {error.message}")
    for problem in error.problems:
        say(f"  {problem}")


@contextlib.contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """Give a function that tells how far a build is: a bar on a terminal, else nothing."""
    from placedata.build.place import silent

    if quiet or not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def tell(step: str, done: int, total: int) -> None:
            bar.update(task, description=step[:40].ljust(40), completed=done, total=total)

        yield tell
