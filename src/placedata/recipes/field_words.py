"""What the fields of each file mean, in plain words: reads ``field_words.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from placedata.documents import read_document

#: Field -> what it means and an example of it, each empty where there is none.
Words = Mapping[str, tuple[str, str]]

_FILE = Path(__file__).with_suffix(".yaml")


@cache
def _all() -> Mapping[str, Any]:
    data: Mapping[str, Any] = read_document(_FILE, _FILE.name).data
    return data


def of_file(kind: str) -> Words:
    """Return the words for the fields of a ``layer`` or ``place`` file."""
    return _pairs(_all()[kind])


def of_part(name: str) -> Words:
    """Return the words for the fields of a part, by the name of its model ("LookupRule")."""
    return _pairs(_all()["parts"].get(name, {}))


def anywhere(field: str) -> str:
    """Return what a field means in every part that says nothing else, or nothing."""
    return str(_all()["any_part"].get(field, {}).get("means", ""))


def _pairs(told: Mapping[str, Mapping[str, str]]) -> Words:
    return {name: (item["means"], item.get("example", "")) for name, item in told.items()}
