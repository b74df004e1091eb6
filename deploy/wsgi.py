"""The dashboard of one place as the WSGI application that gunicorn serves in the container.

``PLACEDATA_PLACE`` names the place folder, ``PLACEDATA_STORE`` the folder of its snapshots,
``PLACEDATA_PREFIX`` the path of the site that the pages live under (``/wards``).
``PLACEDATA_BEHIND_PROXY=yes`` believes the ``X-Forwarded-`` headers of the proxy before it.
"""  # noqa: INP001

from __future__ import annotations

import os

from dashboard.app import create_app
from dashboard.mounting import mount
from placedata import Place

application = create_app(Place.open(os.environ.get("PLACEDATA_PLACE", "/place")))
# Whatever the environment says: a debugger would run code for whoever asks.
application.debug = False
mount(
    application,
    os.environ.get("PLACEDATA_PREFIX", ""),
    behind_proxy=os.environ.get("PLACEDATA_BEHIND_PROXY", "").lower() in {"1", "yes", "true"},
)
