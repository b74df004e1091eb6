"""How much memory a thing takes, roughly: what is kept is bounded by that, not by its number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from sys import getsizeof
from typing import Any

#: Of a long list this many are weighed, and the others held to be like them.
SAMPLE = 24
#: What the interpreter holds once, however often it is used.
SHARED = frozenset({"", *range(-5, 257)})
#: Deeper than this nothing is weighed: things that lead to each other would never end.
DEEPEST = 6


def weight_of(thing: Any, depth: int = 0) -> int:  # noqa: ANN401
    """Return about how many bytes a thing and what it holds take.

    A snapshot weighs nothing: it is kept by the place, whoever else holds it.
    """
    from placedata.snapshot import Snapshot

    shared = thing is None or (isinstance(thing, (int, str)) and thing in SHARED)
    if shared or isinstance(thing, Snapshot) or depth > DEEPEST:
        return 0
    if isinstance(thing, (str, bytes, int, float)):
        return getsizeof(thing)
    if hasattr(thing, "memory_usage"):  # a table
        used = thing.memory_usage(deep=False)
        return int(getattr(used, "sum", lambda: used)())
    if hasattr(thing, "nbytes"):  # an array
        return int(thing.nbytes)
    if isinstance(thing, Mapping):
        return getsizeof(thing) + _sampled([*thing.keys(), *thing.values()], depth)
    if isinstance(thing, (list, tuple, set, frozenset)):
        return getsizeof(thing) + _sampled(list(thing), depth)
    if is_dataclass(thing) and not isinstance(thing, type):
        return getsizeof(thing) + sum(
            weight_of(getattr(thing, field.name), depth + 1) for field in fields(thing)
        )
    held = getattr(thing, "__dict__", None)
    return getsizeof(thing) + (weight_of(held, depth + 1) if held else 0)


def _sampled(things: list[Any], depth: int) -> int:
    step = max(1, len(things) // SAMPLE)
    some = things[::step]
    return sum(weight_of(thing, depth + 1) for thing in some) * len(things) // max(1, len(some))
