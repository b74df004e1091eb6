"""What an address asks for and is not there: told on the page that shows something near instead."""

from __future__ import annotations

from flask import g

#: What is repeated of an address at most.
LONGEST = 40


def tell_bad(text: str) -> None:
    """Show a sentence in the notice at the top of the page of this request."""
    g.setdefault("bad_values", []).append(text)


def bad_values() -> tuple[str, ...]:
    """Return what has been told of the address of this request."""
    return tuple(g.get("bad_values", ()))


def page_asked(asked: str, pages: int, what: str) -> int:
    """Return the page that an address asks for; the nearest that there is, which is told.

    Parameters
    ----------
    asked
        Anything that a person may have typed; nothing is the first page.
    pages
        How many there are.
    what
        What has pages: ``the ranking``.
    """
    if not asked:
        return 1
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0
    page = min(max(number, 1), pages)
    if page != number:
        shown = "the last" if number > pages else "the first"
        name = what[:1].upper() + what[1:]
        tell_bad(f"{name} has no page ‘{asked[:LONGEST]}’; {shown} is shown.")
    return page


def one_of(asked: str, known: tuple[str, ...] | list[str], what: str, shown: str) -> str:
    """Return what an address asks for where it is known; else nothing, which is told.

    Parameters
    ----------
    what
        What it would be: ``level``.
    shown
        What is shown instead: ``the wards are shown``.
    """
    if not asked or asked in known:
        return asked
    tell_bad(f"There is no {what} ‘{asked[:LONGEST]}’; {shown} instead.")
    return ""
