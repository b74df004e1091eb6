"""The page of one layer: what it is, how it was made, and where every row went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import render_template, request

from dashboard.map_parts import view_of
from dashboard.map_state import SORTS
from dashboard.pictures import small_map
from dashboard.served import served, snapshot_now

if TYPE_CHECKING:
    from flask import Flask

PATH = "/layers/<identifier>"
TITLE = "Layer"


def register(app: Flask) -> Sequence[str]:
    """Add the page of one layer."""

    @app.get(PATH)
    def layer(identifier: str) -> str:
        snapshot = snapshot_now()
        record = snapshot.layer(identifier)
        asked = request.args.get("period", "")
        period = asked if asked in record.periods else record.latest
        view = view_of(served(), snapshot, identifier, period)
        sort = request.args.get("sort", "")
        return render_template(
            "layer.html",
            record=record,
            view=view,
            sort=sort if sort in SORTS else "name",
            unknown=asked if asked and asked != period else "",
            picture=small_map(served(), snapshot, view),
            component=snapshot.framework.node(record.component) if record.component else None,
            summary=record.summary(period),
        )

    return ()
