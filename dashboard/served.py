"""What is served: the snapshot of this request, read once, and older ones by their id."""

from __future__ import annotations

import itertools
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, TypeVar

from flask import abort, current_app, g, request

from dashboard.weighing import weight_of
from placedata.errors import PlaceDataError
from placedata.snapshot import Snapshot, open_snapshot

if TYPE_CHECKING:
    from flask import Flask

    from placedata import Place

KEY = "placedata.served"
#: Part of an address that names a published snapshot: what such an address shows never changes.
PINNED = "snapshot"
_SNAPSHOT_ID = re.compile(r"^(v\d{6})-([0-9a-f]{8})$")
#: Bytes of what has been made that are kept, about: see `dashboard.weighing`.
MOST_BYTES = 48_000_000
#: What is as large as this makes way before what is smaller.
LARGE = 200_000
#: What an entry itself takes: its key, its place in the order.
KEY_BYTES = 600

Made = TypeVar("Made")


@dataclass(frozen=True)
class Pinned:
    """What an address asks for that names a snapshot.

    Parameters
    ----------
    asked
        The snapshot named, cut where it is long.
    found
        Whether it is kept, so that it is shown.
    now
        The snapshot that is published now.
    """

    asked: str
    found: bool
    now: Snapshot


class NotBuiltError(Exception):
    """Nothing has been published yet, so there is nothing to show."""


class Served:
    """The place of one application, and what has been made from its snapshots.

    Parameters
    ----------
    place
        The place whose snapshots are shown.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self._made: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._making: dict[Hashable, Event] = {}
        self._lock = Lock()

    def snapshot(self) -> Snapshot:
        """Return the snapshot that is published now.

        Raises
        ------
        NotBuiltError
            Nothing is published.
        """
        try:
            return self.place.snapshot
        except PlaceDataError as error:
            raise NotBuiltError(error.message) from error

    def version(self, identifier: str) -> Snapshot | None:
        """Return a published snapshot by its id, or None where it is not kept any more."""
        match = _SNAPSHOT_ID.match(identifier)
        if match is None:
            return None
        now = self.snapshot()
        if now.id == identifier:
            return now
        try:
            snapshot = self.made(
                ("snapshot", identifier), lambda: open_snapshot(self.place.store, match[1])
            )
        except PlaceDataError:
            return None
        return snapshot if snapshot.id == identifier and snapshot.directory.is_dir() else None

    def made(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what `make` made for this key, made once; the least used are forgotten.

        Those who ask while it is being made wait for it. Where making it fails, one of them tries
        again. What is made must not ask for its own key.
        """
        while True:
            with self._lock:
                if key in self._made:
                    self._made.move_to_end(key)
                    kept: Made = self._made[key][0]
                    return kept
                other = self._making.get(key)
                if other is None:
                    over = self._making[key] = Event()
                    break
            other.wait()
        try:
            value = make()
            self._keep(key, value)
        finally:
            with self._lock:
                del self._making[key]
            over.set()
        return value

    def _keep(self, key: Hashable, value: Any) -> None:  # noqa: ANN401
        weight = weight_of(value) + KEY_BYTES
        with self._lock:
            self._bytes += weight - self._made.pop(key, (None, 0))[1]
            self._made[key] = (value, weight)
            while self._bytes > MOST_BYTES and len(self._made) > 1:  # the newest is kept anyway
                self._bytes -= self._made.pop(self._first_to_go())[1]

    def _first_to_go(self) -> Hashable:
        """Return the key of the least used thing that is large, else of the least used.

        Answers are small and each saves the whole work behind it: few large things make way first.
        """
        older = list(itertools.islice(self._made.items(), len(self._made) - 1))
        return next((key for key, (_, weight) in older if weight >= LARGE), older[0][0])


def keep_served(app: Flask, place: Place) -> Served:
    """Give the application its place."""
    kept = Served(place)
    app.extensions[KEY] = kept
    return kept


def served() -> Served:
    """Return what the application of this request serves."""
    kept: Served = current_app.extensions[KEY]
    return kept


def snapshot_now() -> Snapshot:
    """Return the snapshot of this request: asked for once, so that a page never mixes two.

    Raises
    ------
    NotBuiltError
        Nothing is published.
    """
    if "snapshot" not in g:
        now = served().snapshot()
        asked = request.args.get(PINNED, "")
        pinned = served().version(asked) if asked else None
        if asked:
            g.pinned = Pinned(asked[:40], pinned is not None, now)
        g.snapshot = pinned or now
    found: Snapshot = g.snapshot
    return found


def snapshot_of(identifier: str) -> Snapshot:
    """Return the snapshot named in an address; 404 where it is unknown or gone."""
    found = served().version(identifier)
    if found is None:
        abort(404)
    g.snapshot = found
    return found
