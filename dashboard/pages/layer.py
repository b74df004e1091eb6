"""The page of one layer: what it is, how it was made, and where every row went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Response, render_template, request

from dashboard.bad_values import one_of
from dashboard.finding import typed
from dashboard.levels import level_context, level_id
from dashboard.long_tables import RowsShown, rows_shown
from dashboard.map_parts import care_of, view_of
from dashboard.map_state import SORTS
from dashboard.pictures import small_map
from dashboard.served import served, snapshot_now, snapshot_of
from dashboard.static_files import forever

if TYPE_CHECKING:
    from flask import Flask

    from placedata.maps.shown import Shown, ShownArea

PATH = "/layers/<identifier>"
TITLE = "Layer"


def _counted(note: str, ledger: Mapping[str, int]) -> bool:
    """Whether the ledger's table says this too: ``repeated hour: 2``."""
    return note.rpartition(": ")[0] in ledger


def register(app: Flask) -> Sequence[str]:
    """Add the page of one layer."""

    @app.get(PATH)
    def layer(identifier: str) -> str:
        own = snapshot_now()
        level = request.args.get("level", "")
        snapshot = own.level(level if level in own.levels else own.levels[0])
        record = snapshot.layer(identifier)
        asked = request.args.get("period", "")
        period = asked if asked in record.periods else record.latest
        view = view_of(served(), snapshot, identifier, period)
        sort = one_of(request.args.get("sort", ""), SORTS, "order", "the table is by name")
        figures = snapshot.table(identifier, period)
        kept = {
            "period": period if period != record.latest else "",
            "level": level_id(snapshot),
            "sort": sort,
            "find": typed(request.args.get("find", "")),
        }
        part = _rows(view, request.args.get("page", ""), kept)
        return render_template(
            "layer.html",
            record=record,
            view=view,
            part=part,
            unknown=[
                text
                for text, wrong in ((asked, asked != period), (level, level not in own.levels))
                if text and wrong
            ],
            picture="" if part.paged else small_map(served(), snapshot, view),
            picture_address=f"/snapshots/{snapshot.id}/layers/{identifier}.svg?"
            + urlencode({"period": period, "level": snapshot.place["geography"]}),
            component=snapshot.framework.node(record.component) if record.component else None,
            summary=record.summary(period),
            grades=figures["grade"].fillna("").to_dict(),
            errors=figures["standard_error"].dropna().to_dict(),
            noted=[text for text in record.notes if not _counted(text, record.ledger["notes"])],
            care=care_of(snapshot, own, view),
            **level_context(snapshot, own),
        )

    @app.get("/snapshots/<snapshot>/layers/<identifier>.svg")
    def layer_picture(snapshot: str, identifier: str) -> Response:
        own = snapshot_of(snapshot)
        shown = own.level(request.args.get("level") or own.levels[0])
        view = view_of(served(), shown, identifier, request.args.get("period") or None)
        tag = f"layer-{shown.id}-{shown.place['geography']}-{view.id}-{view.period}"
        drawn = small_map(served(), shown, view)
        return forever(Response(drawn, mimetype="image/svg+xml"), tag)

    return ()


def _rows(view: Shown, page: str, asked: Mapping[str, str]) -> RowsShown[ShownArea]:
    """Return the rows of the table: all, or of many areas the page asked for."""
    words = asked["find"].casefold().split()
    rows = [
        row
        for row in view.sorted_rows(asked["sort"] or "name")
        if all(word in f"{row.name} {row.code}".casefold() for word in words)
    ]
    return rows_shown(rows, len(view.rows), page, asked)
