"""The map alone, for a frame in another site: no header, no menu, no script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import g, render_template, request

from dashboard.levels import at_level, level_context
from dashboard.map_parts import beside_view, state_view
from dashboard.map_state import read_state
from dashboard.pictures import view_svg
from dashboard.served import served, snapshot_now

if TYPE_CHECKING:
    from flask import Flask

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
            state=state,
            notices=notices,
            picture=view_svg(served(), own, state),
            rows=view.sorted_rows("rank" if view.ranked else "-value"),
            **level_context(shown, own),
        )

    return ()
