"""Serve the dashboard: waitress, on this machine only unless the person says otherwise."""

from __future__ import annotations

import errno
import logging
import socket
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from dashboard.mounting import clean_prefix, mount
from placedata.errors import PlaceDataError, Problem

if TYPE_CHECKING:
    from flask import Flask

    from placedata import Place

THREADS = 8


def serve(
    place: Place,
    *,
    host: str = "127.0.0.1",
    port: int = 8050,
    public: bool = False,
    mounting: tuple[str, bool] = ("", False),
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the dashboard of a place until it is stopped (Ctrl+C, SIGTERM).

    Parameters
    ----------
    place
        The place; its newest snapshot is read at every request.
    host, port
        Where to listen.
    public
        Whether other machines may be let in. There is no sign-in.
    mounting
        Path of the site that the pages live under (``/wards``), and whether to believe the
        ``X-Forwarded-`` headers of a proxy before the server.
    on_ready
        Told the address once the server answers.

    Raises
    ------
    PlaceDataError
        The port is taken or may not be used, or `host` is not of this machine only and `public`
        was not given.
    """
    _refuse_public(host, public=public)
    path, behind_proxy = clean_prefix(mounting[0]), mounting[1]
    listening = _listen(host, port)
    try:
        from waitress import create_server

        from dashboard.memory import use_little

        use_little()
        logging.getLogger("waitress").setLevel(logging.WARNING)
        application = _application(place, path, behind_proxy=behind_proxy)
        server = create_server(
            application,
            sockets=[listening],
            threads=THREADS,
            ident=None,
            channel_timeout=60,
            clear_untrusted_proxy_headers=not behind_proxy,
        )
        if on_ready is not None:
            shown = f"[{host}]" if ":" in host else host
            on_ready(f"http://{shown}:{listening.getsockname()[1]}{path}")
        server.run()
    finally:
        listening.close()


def _application(place: Place, path: str, *, behind_proxy: bool) -> Flask:
    """Return the application below its path, which makes ready what first views need."""
    from dashboard.app import create_app
    from dashboard.warming import keep_warm

    application = create_app(place)
    # The first page loads the libraries that draw: better now than for the first person.
    application.test_client().get("/")
    mount(application, path, behind_proxy=behind_proxy)
    keep_warm(application, place)
    return application


def _refuse_public(host: str, *, public: bool) -> None:
    """Refuse an address that other machines can reach, unless that is meant."""
    if public:
        return
    try:
        local = ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    if not local:
        problem = Problem("serve", "host", repr(host), "127.0.0.1, or --public to let others in")
        raise PlaceDataError(
            f"{host} would let other machines in, and there is no sign-in; --public allows it",
            [problem],
        )


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens, or say in words why there can be none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        number = getattr(error, "errno", None)
        other = port + 1 if 0 < port < 65535 else 8051
        if number == errno.EADDRINUSE:
            message = (
                f"port {port} is taken by another program; choose another with "
                f"--port {other} (or PORT={other} with make)"
            )
        elif number == errno.EACCES:
            message = (
                f"port {port} may not be used by this account; "
                "choose one above 1023, as --port 8050"
            )
        else:
            message = f"cannot listen on {host} port {port}: {error}"
        raise PlaceDataError(
            message, [Problem("serve", "port", str(port), "a free port")]
        ) from error
    return listening
