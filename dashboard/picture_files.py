"""A chart or map as a file to take away: SVG as on the page, or PNG made of the same SVG."""

from __future__ import annotations

from flask import Response, abort

#: Ending of a file -> its media type.
KINDS = {"svg": "image/svg+xml", "png": "image/png"}


def picture_file(svg: str, kind: str, name: str) -> Response:
    """Return a picture as a download; 404 for another kind than SVG and PNG.

    Parameters
    ----------
    svg
        The picture; empty where there is none, which is a 404 too.
    kind
        ``svg`` or ``png``.
    name
        File name without its ending, of letters, digits and ``-_.`` alone.
    """
    if kind not in KINDS or not svg:
        abort(404)
    body: str | bytes = svg
    if kind == "png":
        # typst is imported by the first who asks for a PNG, not by the first page
        from placedata.scorecard.pdf import png

        body = png(svg)
    kept = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(body, mimetype=KINDS[kind], headers=kept)
