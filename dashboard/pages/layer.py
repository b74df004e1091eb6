"""The page of one layer: what it is, how it was made, and where every row went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flask import render_template, request

from dashboard.bad_values import one_of
from dashboard.levels import level_context
from dashboard.map_parts import care_of, view_of
from dashboard.map_state import SORTS
from dashboard.pictures import small_map
from dashboard.served import served, snapshot_now

if TYPE_CHECKING:
    from flask import Flask

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
        return render_template(
            "layer.html",
            record=record,
            view=view,
            sort=sort or "name",
            unknown=[
                text
                for text, wrong in ((asked, asked != period), (level, level not in own.levels))
                if text and wrong
            ],
            picture=small_map(served(), snapshot, view),
            component=snapshot.framework.node(record.component) if record.component else None,
            summary=record.summary(period),
            grades=figures["grade"].fillna("").to_dict(),
            errors=figures["standard_error"].dropna().to_dict(),
            noted=[text for text in record.notes if not _counted(text, record.ledger["notes"])],
            care=care_of(snapshot, own, view),
            **level_context(snapshot, own),
        )

    return ()
