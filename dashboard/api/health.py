"""For the machine that watches over the server: is it alive, and has it something to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, jsonify

from dashboard.served import NotBuiltError, served
from placedata.errors import PlaceDataError
from placedata.snapshot import open_snapshot

if TYPE_CHECKING:
    from flask import Flask

    from placedata.snapshot import Snapshot

ALIVE = "/healthz"
READY = "/readyz"


def register(app: Flask) -> None:
    """Add ``/healthz`` and ``/readyz``."""

    @app.get(ALIVE)
    def alive() -> Response:
        """Answer that this process is alive; it says nothing of the data."""
        return Response("alive\n", mimetype="text/plain")

    @app.get(READY)
    def ready() -> tuple[Response, int]:
        """Answer 200 where the published snapshot is whole, else 503 with the reason."""
        try:
            snapshot = served().snapshot()
            served().made(("whole", snapshot.id), lambda: _checked(snapshot))
        except NotBuiltError:
            return jsonify(status="nothing is built yet: run placedata build"), 503
        except PlaceDataError as error:
            return jsonify(status=error.message), 503
        return jsonify(
            status="ready", snapshot=snapshot.id, published=snapshot.published
        ), 200  # fmt: skip


def _checked(snapshot: Snapshot) -> bool:
    """Compare every file of a snapshot with its hash; PlaceDataError where one is damaged."""
    version = snapshot.directory
    open_snapshot(version.parent, version.name, check=True)
    return True
