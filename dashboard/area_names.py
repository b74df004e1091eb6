"""The areas of a level by name: for lists, for what comes before and after, for suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.served import served

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

#: A list of more names than these is most of a page: they are suggested while a person types.
MOST_SUGGESTED_AT_ONCE = 1_000


def named_areas(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """Return code and name of the areas of a level, by name; sorted once."""

    def make() -> tuple[tuple[str, str], ...]:
        pairs = zip(
            snapshot.areas.index.tolist(), snapshot.areas["area_name"].tolist(), strict=True
        )
        rows = ((str(code), str(name)) for code, name in pairs)
        return tuple(sorted(rows, key=lambda row: row[1].casefold()))

    return served().made(("named", snapshot.id, snapshot.place["geography"]), make)


def names_at_once(snapshot: Snapshot) -> list[str]:
    """Return the names for a list that a page holds; none where there are too many for that."""
    found = named_areas(snapshot)
    return [name for _, name in found] if len(found) <= MOST_SUGGESTED_AT_ONCE else []


def with_words(snapshot: Snapshot, asked: str) -> list[tuple[str, str]]:
    """Return the areas in whose name or code all words are, by name; all without a word."""
    words = asked.casefold().split()
    return [
        (code, name)
        for code, name in named_areas(snapshot)
        if all(word in f"{name} {code}".casefold() for word in words)
    ]


def beside(snapshot: Snapshot, code: str) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """Return the areas before and after one by name, each None at its end of the list."""
    names = named_areas(snapshot)
    at = served().made(
        ("place in names", snapshot.id, snapshot.place["geography"]),
        lambda: {one: index for index, (one, _) in enumerate(names)},
    )[code]
    return (names[at - 1] if at else None, names[at + 1] if at + 1 < len(names) else None)
