"""Scorecards of more than one area to take away: side by side, taken together, the whole place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Response, abort, request

from dashboard.area_set import AreaSet, areas_asked
from dashboard.served import snapshot_now
from placedata.scorecard import make_comparison, make_custom, make_place_card
from placedata.scorecard.formats import MEDIA, card_files

if TYPE_CHECKING:
    from flask import Flask

    from placedata.scorecard import Comparison, Scorecard
    from placedata.snapshot import Snapshot

LONGEST_NAME = 80


def register(app: Flask) -> None:
    """Add the download routes."""
    app.get("/download/compare.<kind>")(comparison_file)
    app.get("/download/together.<kind>")(together_file)
    app.get("/download/place.<kind>")(place_file)


def comparison_file(kind: str) -> Response:
    """Return the areas of the address side by side; slides there are none."""
    if kind == "pptx":
        abort(404)
    return _of_areas(kind, "comparison", lambda at, areas: make_comparison(at, areas.codes))


def together_file(kind: str) -> Response:
    """Return the areas of the address as one; refused where that would tell about few people."""
    name = " ".join(request.args.get("name", "").split())[:LONGEST_NAME]
    return _of_areas(kind, "together", lambda at, areas: make_custom(at, areas.codes, name))


def place_file(kind: str) -> Response:
    """Return the card of the whole place."""
    snapshot = snapshot_now()
    return _file(make_place_card(snapshot), snapshot, kind, "place")


def _of_areas(
    kind: str, what: str, make: Callable[[Snapshot, AreaSet], Scorecard | Comparison]
) -> Response:
    asked = areas_asked()
    if asked.notices:
        abort(404)
    return _file(make(asked.shown, asked.areas), asked.shown, kind, what)


def _file(card: Scorecard | Comparison, snapshot: Snapshot, kind: str, what: str) -> Response:
    if kind not in MEDIA:
        abort(404)
    stem = f"{what}-{snapshot.manifest['version']}"
    content = card_files(card, snapshot, kind, stem)[f"{stem}.{kind}"]
    kept = {"Content-Disposition": f'attachment; filename="{stem}.{kind}"'}
    return Response(content, mimetype=MEDIA[kind], headers=kept)
