"""The dashboard of one place as the WSGI application that gunicorn serves in the container.

``PLACEDATA_PLACE`` names the place folder, ``PLACEDATA_STORE`` the folder of its snapshots.
"""  # noqa: INP001

from __future__ import annotations

import os

from dashboard.app import create_app
from placedata import Place

HEALTH = "/healthz"

application = create_app(Place.open(os.environ.get("PLACEDATA_PLACE", "/place")))
# Whatever the environment says: a debugger would run code for whoever asks.
application.debug = False

if HEALTH not in {rule.rule for rule in application.url_map.iter_rules()}:

    @application.get(HEALTH)
    def alive() -> tuple[str, dict[str, str]]:
        """Answer that this worker is alive; it says nothing of the data."""
        return "alive\n", {"Content-Type": "text/plain; charset=utf-8"}
