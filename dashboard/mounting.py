"""Below a path of another site (``/wards``): said when serving, or by a proxy that is trusted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from placedata.errors import PlaceDataError, Problem

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

#: ``/wards`` or ``/a/b``: nothing that could lead to another host or out of an attribute.
PATH = re.compile(r"^(/[A-Za-z0-9._~-]+)+$")


def clean_prefix(text: str) -> str:
    """Return a path as ``/wards``, or empty for the root.

    Raises
    ------
    PlaceDataError
        It is no plain path.
    """
    path = "/" + text.strip().strip("/")
    if path == "/":
        return ""
    if not PATH.match(path) or {".", ".."} & set(path.split("/")):
        problem = Problem("serve", "prefix", repr(text), "a path such as /wards")
        raise PlaceDataError(f"{text!r} is no path that pages can live under", [problem])
    return path


def mount(app: Flask, prefix: str = "", *, behind_proxy: bool = False) -> None:
    """Make an application live below a path, and believe a proxy where that is asked.

    Parameters
    ----------
    prefix
        ``/wards``. Requests may come with it or, where the proxy takes it off, without.
    behind_proxy
        Believe ``X-Forwarded-For``, ``-Proto``, ``-Host`` and ``-Prefix`` of one proxy. Only where
        nobody can reach the server but through it: anybody else could send these too.
    """
    path = clean_prefix(prefix)
    inner: WSGIApplication = app.wsgi_app
    if behind_proxy:
        from werkzeug.middleware.proxy_fix import ProxyFix

        inner = ProxyFix(_plain_prefix(inner), x_for=1, x_proto=1, x_host=1, x_prefix=1)
    app.wsgi_app = _below(inner, path) if path else inner  # type: ignore[assignment, method-assign]


def _below(inner: WSGIApplication, path: str) -> WSGIApplication:
    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        asked = environ.get("PATH_INFO", "")
        if asked == path or asked.startswith(path + "/"):
            environ["PATH_INFO"] = asked[len(path) :] or "/"
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "").rstrip("/") + path
        return inner(environ, start)

    return application


def _plain_prefix(inner: WSGIApplication) -> Callable[..., Iterable[bytes]]:
    """Pass over a path from a proxy that is none: it stands in every link of a page."""

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        said = environ.get("SCRIPT_NAME", "")
        try:
            environ["SCRIPT_NAME"] = clean_prefix(said)
        except PlaceDataError:
            environ["SCRIPT_NAME"] = ""
        return inner(environ, start)

    return application
