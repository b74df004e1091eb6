"""What the place file says of scorecards and peers, held against its layers and files."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from placedata.errors import DataError, Problem, nearest

if TYPE_CHECKING:
    from placedata.definitions import PlaceDefinition
    from placedata.documents import Document
    from placedata.files import Roots


def style_problems(
    place: PlaceDefinition, document: Document, names: Collection[str], roots: Roots | None
) -> list[Problem]:
    """Return what is wrong with the layers that the place names, and with its logo."""
    style, rule = place.scorecard, place.peers
    named: list[tuple[tuple[str | int, ...], str]] = []
    if rule:
        named += [(("peers", "by", at), name) for at, name in enumerate(rule.by)]
    if style:
        named += [(("scorecard", "people", at), name) for at, name in enumerate(style.people)]
    problems = [
        document.problem(loc, repr(name), "the id of a layer", nearest(name, names))
        for loc, name in named
        if name not in names
    ]
    if style and style.logo and roots:
        loc = ("scorecard", "logo", "file")
        try:
            _read(style.logo.file, roots, document.label)
        except DataError as error:
            problems += [
                document.problem(loc, each.found, each.allowed, each.suggestion)
                for each in error.problems
            ]
    return problems


def logo_of(place: PlaceDefinition, roots: Roots) -> dict[str, Any] | None:
    """Return the place's logo as ``type``, ``data`` (base64) and ``alt``, or None without one.

    Raises
    ------
    DataError
        The file is not there, or is no picture that can only be looked at.
    """
    if place.scorecard is None or place.scorecard.logo is None:
        return None
    logo = place.scorecard.logo
    return {**_read(logo.file, roots, "place.yaml"), "alt": logo.alt}


def _read(pattern: str, roots: Roots, where: str) -> dict[str, str]:
    from placedata.files.logos import read_logo

    path = roots.resolve(pattern, where=where)[0]
    return read_logo(path, roots.label(path))
