"""The map alone, for a frame in another site: no header, no menu.

It needs no script: links lead to the other periods, and a script makes a slider of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import g, render_template, request

from dashboard.levels import at_level, level_context
from dashboard.map_over import over_words
from dashboard.map_parts import beside_view, state_view
from dashboard.map_state import read_state
from dashboard.pictures import view_svgs
from dashboard.served import PINNED, served, snapshot_now

if TYPE_CHECKING:
    from flask import Flask

    from dashboard.map_state import MapState

PATH = "/embed"
TITLE = "Embedded map"


def register(app: Flask) -> Sequence[str]:
    """Add the page; which sites may show it in a frame is what the place file says."""

    @app.get(PATH)
    def embed() -> str:
        own = snapshot_now()
        state, notices = read_state(request.args, own)
        shown = at_level(own, state.level)
        view = state_view(served(), shown, state)
        g.frame_ancestors = tuple(own.place.get("embed", ()))
        return render_template(
            "embed.html",
            view=view,
            second=beside_view(served(), shown, state),
            periods={period: _query(replace(state, period=period)) for period in view.periods},
            query=_query(state),
            over=over_words(own, state.over, shown),
            state=state,
            notices=notices,
            pictures=view_svgs(served(), own, state),
            rows=view.sorted_rows("rank" if view.ranked else "-value"),
            **level_context(shown, own),
        )

    return ()


def _query(state: MapState) -> str:
    """Return the address of a state; a link to one snapshot leads to the same snapshot."""
    asked = request.args.get(PINNED, "")
    return f"{state.query}&{urlencode({PINNED: asked})}" if asked else state.query
