"""Data readiness: which figures can be relied on, and what would improve the place's data most."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Response, abort, render_template

from dashboard import rendering
from dashboard.api.downloads import BYTE_ORDER_MARK, KINDS, file_name
from dashboard.served import served, snapshot_now
from placedata.scorecard.safe import safe_cell
from placedata.snapshot.readiness import Readiness, readiness, table_rows

if TYPE_CHECKING:
    from flask import Flask

    from placedata.snapshot import Snapshot

PATH = "/readiness"
TITLE = "Data readiness"
#: Pieces of advice shown at once; the rest is behind a click.
FIRST = 8


def register(app: Flask) -> Sequence[str]:
    """Add the page and its table as a file."""

    @app.get(PATH)
    def data_readiness() -> str:
        snapshot = snapshot_now()
        found = found_today(snapshot)
        titles = {record.id: record.title for record in snapshot.layers.values()}
        return render_template(
            "readiness.html",
            found=found,
            day=f"{found.day.day} {found.day:%B %Y}",
            first=found.advice[:FIRST],
            rest=found.advice[FIRST:],
            titles=titles,
            scored=sum(item.weight is not None for item in found.layers),
        )

    @app.get(f"{PATH}.csv")
    def readiness_table() -> Response:
        snapshot = snapshot_now()
        found = found_today(snapshot)
        if found.unjudged:
            abort(404)
        response = Response(readiness_csv(snapshot, found), mimetype=KINDS["csv"])
        name = file_name(snapshot, "readiness", None)
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response

    return ()


def found_today(snapshot: Snapshot) -> Readiness:
    """Return the readiness of a snapshot as of today, made once a day."""
    day = rendering.today()
    return served().made(("readiness", snapshot.id, day), lambda: readiness(snapshot, day))


def readiness_csv(snapshot: Snapshot, found: Readiness) -> str:
    """Return the table of layers as CSV, with the day, the place and the snapshot in each row."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    about = {
        "judged_on": found.day.isoformat(),
        "place": snapshot.place["name"] + (" (fictional)" if snapshot.place["fictional"] else ""),
        "snapshot": snapshot.id,
    }
    for at, row in enumerate(table_rows(found)):
        cells = row | about
        if at == 0:
            writer.writerow(cells)
        writer.writerow(["" if cell is None else safe_cell(cell) for cell in cells.values()])
    return text.getvalue()
