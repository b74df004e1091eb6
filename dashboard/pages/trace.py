"""Trace: where one value comes from, down to the rows of the files that made it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import render_template, request

from dashboard.bad_values import one_of, page_asked, tell_bad
from dashboard.levels import level_context, level_of_area
from dashboard.served import served, snapshot_now
from dashboard.trace_rows import LINES, SHARES, row_page, row_words, rows_hint, suppressed_now
from placedata.snapshot.trace import HOUSEHOLDS, Trace
from placedata.snapshot.trace_place import PLACE
from placedata.snapshot.trace_reference import TraceReference, read_trace_ref
from placedata.snapshot.trace_score import NEWEST, SCORE

if TYPE_CHECKING:
    from flask import Flask

    from placedata.snapshot import Snapshot

PATH = "/trace/"
TITLE = "Trace"


def register(app: Flask) -> Sequence[str]:
    """Add the page of one value, by layer and area or by the reference that an export tells."""

    @app.get(PATH + "<layer>/<area>")
    def trace(layer: str, area: str) -> str:
        snapshot = snapshot_now()
        return _page(snapshot, layer, area, _period(snapshot, layer) or None)

    @app.get(PATH + "<path:reference>")
    def referred(reference: str) -> str | tuple[str, int]:
        named = read_trace_ref(reference)
        snapshot = served().version(named.snapshot)
        if snapshot is None:
            now = snapshot_now()
            return render_template("trace_gone.html", named=named, now=now), 404
        earlier = named.snapshot != snapshot_now().id
        if earlier and suppressed_now(named.layer, named.area, named.period):
            return render_template("trace_suppressed.html", named=named), 404
        return _page(snapshot, named.layer, named.area, named.period, kept=named.snapshot)

    return ()


def _period(snapshot: Snapshot, layer: str) -> str:
    """Return the period that the address asks for, or nothing, which is told where it asked."""
    asked = request.args.get("period", "")
    if layer.startswith(SCORE):
        if asked:
            tell_bad("Scores have no single period; the latest figures are shown.")
        return ""
    record = snapshot.layer(layer)
    return one_of(asked, record.periods, f"period of {record.title}", f"{record.latest} is shown")


def _page(snapshot: Snapshot, layer: str, area: str, period: str | None, *, kept: str = "") -> str:
    """Return the page.

    Parameters
    ----------
    kept
        Id of the snapshot, where the address names one; its links then stay in that snapshot.
    """
    level = snapshot if area == PLACE else level_of_area(snapshot, area)
    found = snapshot.trace(layer, area, period)
    asked = request.args.get("page", "")
    rows = row_page(found.rows, asked)
    page_asked(asked, rows.pages, "the table of rows")
    score = layer.startswith(SCORE)
    now, sources = snapshot_now(), _sources(found)
    return render_template(
        "trace.html",
        trace=found,
        record=None if score else snapshot.layer(layer),
        score=score,
        rows=rows,
        words=row_words,
        shared=any(row["role"] in SHARES for row in found.rows),
        counted=any(row["role"] not in LINES and row["n"] != 1 for row in found.rows),
        hint=rows_hint(found.rows),
        made=[_made(item, kept) for item in found.made_of],
        path=TraceReference(found.snapshot, layer, area, NEWEST if score else found.period).path,
        here=f"{PATH}{layer}/{area}" if not kept else "",
        sources=sources,
        shown_sources=[item for item in sources if item["used"]],
        dropped=_dropped(found, "" if score else snapshot.layer(layer).loader or ""),
        now=now.id,
        names=snapshot.areas["area_name"].to_dict(),
        **level_context(level, snapshot),
    )


def _made(item: Any, kept: str) -> dict[str, Any]:  # noqa: ANN401
    """Return a figure that this one is made of, with the address that traces it."""
    layer, area = item["layer"], item["area_code"]
    if kept:
        period = item["period"] or NEWEST
        address = PATH + TraceReference(kept, layer, area, period).path
        return {**item, "path": address, "query": ""}
    return {**item, "path": f"{PATH}{layer}/{area}", "query": item["period"]}


def _sources(trace: Trace) -> list[dict[str, Any]]:
    """Return the files of the layer, those that made the value first."""
    used = {row["source"] for row in trace.rows if row["source"]}
    files = [{**item, "used": item["label"] in used} for item in trace.sources]
    return sorted(files, key=lambda item: not item["used"])


def _dropped(trace: Trace, loader: str) -> list[tuple[str, int, Sequence[str]]]:
    """Return why rows of the layer were dropped, how many, and a few of them."""
    examples = {} if loader in HOUSEHOLDS else trace.ledger["examples"]
    return [
        (reason, count, examples.get(reason, ()))
        for reason, count in trace.ledger["rejected"].items()
        if count
    ]
