"""A chart or map as a file to take away: SVG as on the page, or PNG made of the same SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Response, abort, request

from dashboard.served import PINNED, snapshot_now
from placedata.drawing import footed

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

#: Ending of a file -> its media type.
KINDS = {"svg": "image/svg+xml", "png": "image/png"}


def picture_file(svg: str, kind: str, name: str, *, page: str = "") -> Response:
    """Return a picture as a download; 404 for another kind than SVG and PNG.

    Beneath it stand the place, whom to name, and the address of the page with everything that was
    chosen there and the snapshot: a file that is passed on says what it shows.

    Parameters
    ----------
    svg
        The picture; empty where there is none, which is a 404 too.
    kind
        ``svg`` or ``png``.
    name
        File name without its ending, of letters, digits and ``-_.`` alone.
    page
        Path and query of the page; that of the request without its ending unless given.
    """
    if kind not in KINDS or not svg:
        abort(404)
    drawn = footed(svg, _foot(snapshot_now(), page, whole=not page))
    body: str | bytes = drawn
    if kind == "png":
        # typst is imported by the first who asks for a PNG, not by the first page
        from placedata.scorecard.pdf import png

        body = png(drawn)
    kept = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(body, mimetype=KINDS[kind], headers=kept)


def _foot(snapshot: Snapshot, page: str, *, whole: bool) -> tuple[str, ...]:
    """Return the lines beneath a picture; `whole` where it does not name place and givers."""
    if not page:
        asked = [(key, text) for key, text in request.args.items(multi=True) if key != PINNED]
        page = f"{request.path.rpartition('.')[0]}?{urlencode(asked, safe=',')}"
    place = snapshot.place
    joint = "" if page.endswith("?") else "&"
    address = f"{request.host_url.rstrip('/')}{request.script_root}{page}{joint}"
    said = f"Made from {address}{PINNED}={snapshot.id}"
    if not whole:
        return (said,)
    fictional = " (fictional)" if place["fictional"] else ""
    return (f"{place['name']}{fictional}. {' '.join(place['attribution'])}", said)
