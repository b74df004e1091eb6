"""What is kept of files while a place is built: a file that many layers read is parsed once.

Nothing is kept outside `keeping`, and never beyond its end. What is kept belongs to a file as it
is now: a file that is written anew meanwhile is read anew.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

Made = TypeVar("Made")
#: Bytes that are kept at most: what was used longest ago goes first.
MOST_BYTES = 96_000_000


@dataclass
class _Kept:
    """What is kept, by key: its size in bytes and the thing; the newest used stands last."""

    most: int
    things: OrderedDict[Hashable, tuple[int, Any]] = field(default_factory=OrderedDict)
    size: int = 0

    def put(self, key: Hashable, size: int, thing: object) -> None:
        """Keep a thing, and let go of others until there is room for it."""
        if size > self.most:
            return
        self.things[key] = (size, thing)
        self.size += size
        while self.size > self.most:
            _, (gone, _) = self.things.popitem(last=False)
            self.size -= gone


_KEPT: ContextVar[_Kept | None] = ContextVar("kept", default=None)


@contextlib.contextmanager
def keeping(most: int = MOST_BYTES) -> Iterator[None]:
    """Keep what `kept` makes until the end of the block, up to `most` bytes.

    A block inside another shares what that one keeps.
    """
    if _KEPT.get() is not None:
        yield
        return
    token = _KEPT.set(_Kept(most))
    try:
        yield
    finally:
        _KEPT.reset(token)


def stamp(path: Path) -> tuple[str, int, int]:
    """Return what tells a file from another and from itself at another time: path, size, time."""
    found = path.stat()
    return str(path.resolve()), found.st_size, found.st_mtime_ns


def kept(key: Hashable, make: Callable[[], Made], size: Callable[[Made], int]) -> Made:
    """Return what `make` gives, made only once while things are kept.

    Whoever gets it must not change it: others get the same.

    Parameters
    ----------
    key
        The file (its `stamp`) and all that `make` depends on.
    size
        Tells the size of what is made, in bytes.
    """
    store = _KEPT.get()
    if store is None:
        return make()
    if key in store.things:
        store.things.move_to_end(key)
        found: Made = store.things[key][1]
        return found
    made = make()
    store.put(key, size(made), made)
    return made
