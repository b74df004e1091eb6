"""What protects every page: headers, the content policy, and calm answers to junk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Response, g, request

if TYPE_CHECKING:
    from flask import Flask

CALLBACK = "/_dash-update-component"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def policy(
    script_hashes: Sequence[str] = (), ancestors: Sequence[str] = (), tile_host: str = ""
) -> str:
    """Return the Content-Security-Policy.

    Inline styles are allowed since Dash injects its own; inline scripts are not, but for the one
    that starts Dash, by its hash.

    Parameters
    ----------
    script_hashes
        Hashes of the inline scripts that may run.
    ancestors
        Origins that may show the page in a frame; none unless given.
    tile_host
        The one origin beside this one that the page's script may ask, for the background of its
        map; none unless given.
    """
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": f"'self' {tile_host}".strip(),
        "manifest-src": "'self'",
        "object-src": "'none'",
        "worker-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": " ".join(ancestors) or "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def register(app: Flask, script_hashes: Sequence[str]) -> None:
    """Add the headers to every answer of the application."""
    rules = policy(script_hashes)

    @app.after_request
    def protect(response: Response) -> Response:
        ancestors = g.get("frame_ancestors", ())
        tile_host = g.get("tile_host", "")
        other = ancestors or tile_host
        own = policy(script_hashes, ancestors, tile_host) if other else rules
        response.headers["Content-Security-Policy"] = own
        response.headers.update(HEADERS)
        if ancestors:  # it knows no list of sites; browsers that obey the policy do not read it
            del response.headers["X-Frame-Options"]
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        response.headers.setdefault("Cache-Control", "no-cache")
        return response
