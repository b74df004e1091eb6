"""Names that fit what a person has typed so far, where a page cannot hold all names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, jsonify, request

from dashboard.area_names import with_words
from dashboard.finding import LONGEST_SEARCH
from dashboard.served import snapshot_now

if TYPE_CHECKING:
    from flask import Flask

#: More names than these help nobody to choose.
MOST = 20


def register(app: Flask) -> None:
    """Add the route."""

    @app.get("/suggest.json")
    def suggest() -> Response:
        own = snapshot_now()
        level = request.args.get("level", "")
        shown = own.level(level) if level in own.levels else own
        asked = request.args.get("q", "").replace("\0", "")[:LONGEST_SEARCH].strip()
        found = [name for _, name in with_words(shown, asked)] if asked else []
        begun = asked.casefold()
        found.sort(key=lambda name: not name.casefold().startswith(begun))
        return jsonify(names=list(dict.fromkeys(found))[:MOST])
