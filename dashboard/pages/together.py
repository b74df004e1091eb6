"""Several areas as one: its scorecard to take away, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import render_template, request

from dashboard.area_set import areas_asked
from placedata.errors import PlaceDataError
from placedata.scorecard import Scorecard, make_custom

if TYPE_CHECKING:
    from flask import Flask

    from dashboard.area_set import AreaSet
    from placedata.snapshot import Snapshot

PATH = "/together"
TITLE = "Several areas as one"
FEWEST_AREAS = 2
LONGEST_NAME = 80


def register(app: Flask) -> Sequence[str]:
    """Add the page."""

    @app.get(PATH)
    def together() -> tuple[str, int]:
        asked = areas_asked()
        name = " ".join(request.args.get("name", "").split())[:LONGEST_NAME]
        card, refused = _made(asked.shown, asked.areas, name)
        page = render_template(
            "together.html",
            name=name,
            hidden={"name": name},
            card=card,
            refused=refused,
            fewest=FEWEST_AREAS,
            longest=LONGEST_NAME,
            **asked.context,
        )
        return page, 403 if refused else 200

    return ()


def _made(
    snapshot: Snapshot, areas: AreaSet, name: str
) -> tuple[Scorecard | None, tuple[str, ...]]:
    """Return the card of the areas taken together, or the reasons for which it is refused."""
    if len(areas.codes) < FEWEST_AREAS or not name:
        return None, ()
    try:
        return make_custom(snapshot, areas.codes, name), ()
    except PlaceDataError as error:
        reasons = tuple(str(problem) for problem in error.problems) or (error.message,)
        return None, reasons
