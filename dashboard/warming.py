"""What the first views of a snapshot need, made before somebody asks for it.

A thread beside those that answer, which steps aside: it takes its next step when nobody waits for
an answer, or when nobody has been without a request for half a second.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from placedata.errors import PlaceDataError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

    from placedata import Place
    from placedata.snapshot import Snapshot

#: Seconds between two looks for a new snapshot, and that a step waits for a quiet moment.
EVERY, PATIENCE = 5.0, 0.5
#: Of more areas only the map is made beforehand.
MOST_AREAS = 2_000
PACKED = {"Accept-Encoding": "br, gzip"}


class Answering:
    """An application that knows whether it is answering somebody now."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner
        self._now = 0
        self._lock = Lock()
        self.quiet = Event()
        self.quiet.set()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer, and count meanwhile."""
        self._count(1)
        try:
            return self._inner(environ, start)
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        with self._lock:
            self._now += more
            if self._now:
                self.quiet.clear()
            else:
                self.quiet.set()


def keep_warm(application: Flask, place: Place) -> Thread:
    """Begin to make what the first views of each snapshot need; the thread ends with the server."""
    answering = Answering(application.wsgi_app)
    application.wsgi_app = answering  # type: ignore[assignment, method-assign]
    thread = Thread(target=_run, args=(application, place, answering), daemon=True, name="warming")
    thread.start()
    return thread


def _run(application: Flask, place: Place, answering: Answering) -> None:
    warm = ""
    pause = Event()
    while True:
        try:
            snapshot = place.snapshot
            if snapshot.id != warm:
                warm = snapshot.id
                for step in steps(application, snapshot):
                    answering.quiet.wait(PATIENCE)
                    step()
        except PlaceDataError:  # nothing is built yet, or what was is being swept away
            pass
        except Exception:  # the views themselves tell a person; this thread is no reason to stop
            logging.getLogger(__name__).exception("what the first views need could not be made")
        pause.wait(EVERY)


def steps(application: Flask, snapshot: Snapshot) -> Iterator[Callable[[], Any]]:
    """Return what to make for a snapshot, in small steps: what cards share, then usual pages."""
    from placedata.scorecard.background import background

    for geography in snapshot.levels:
        if len(snapshot.level(geography).areas) > MOST_AREAS:
            continue  # minutes of work and a hundred megabytes, which only a card needs
        ground = background(snapshot.level(geography))
        for name in ("nodes", "labels", "peers", "square_km", "since"):
            yield partial(getattr, ground, name)
        for layer in snapshot.layers:
            yield partial(ground.layer, layer)
    for address in usual_pages(snapshot):
        yield partial(_ask, application, address)


def _ask(application: Flask, address: str) -> None:
    application.test_client().get(address, headers=PACKED).close()


def usual_pages(snapshot: Snapshot) -> list[str]:
    """Return an address of each kind of page: mostly those that a menu leads to."""
    areas = [str(code) for code in snapshot.areas.index[:2]]
    layer = next(iter(snapshot.layers))
    if len(snapshot.areas) > MOST_AREAS:
        return ["/", "/rankings"]
    return [
        "/", f"/areas/{areas[0]}", f"/compare?areas={','.join(areas)}", "/areas/", "/rankings",
        "/trends", "/relationships", "/weights", "/layers/", f"/layers/{layer}",
        f"/trace/{layer}/{areas[0]}", "/readiness", "/compare", "/search?q=a", "/about",
        f"/snapshots/{snapshot.id}/map.json?layer={layer}&area={areas[0]}&only=area",
        f"/snapshots/{snapshot.id}/layers/{layer}.svg",
    ]  # fmt: skip
