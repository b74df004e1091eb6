"""Traces to take away: as JSON with all of it, and as CSV with one line a row."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Response, abort

from dashboard.served import snapshot_now, snapshot_of
from dashboard.trace_rows import suppressed_now
from placedata.errors import UsageError
from placedata.scorecard.safe import safe_cell
from placedata.snapshot.trace_reference import read_trace_ref

if TYPE_CHECKING:
    from flask import Flask

    from placedata.snapshot.trace import Trace

#: So that spreadsheets read UTF-8.
BYTE_ORDER_MARK = "\ufeff"
COLUMNS = (
    "layer", "title", "area_code", "area_name", "period", "unit", "value", "status", "role",
    "source", "sha256", "row", "last_row", "id", "row_value", "share", "observations",
    "publisher", "licence", "snapshot", "published", "reference",
)  # fmt: skip


def register(app: Flask) -> None:
    """Add the download route."""
    app.get("/download/trace/<path:reference>.<any(json, csv):kind>")(trace_file)


def trace_file(reference: str, kind: str) -> Response:
    """Return the trace that a reference names; 404 where its snapshot or figure is not there."""
    try:
        named = read_trace_ref(reference)
    except UsageError:
        abort(404)
    if (
        suppressed_now(named.layer, named.area, named.period)
        and named.snapshot != snapshot_now().id
    ):
        abort(404)
    found = snapshot_of(named.snapshot).trace(named.layer, named.area, named.period)
    text = _json(found) if kind == "json" else _csv(found)
    media = {"json": "application/json", "csv": "text/csv"}[kind]
    response = Response(text, mimetype=media)
    period = re.sub("[^A-Za-z0-9.-]+", "_", found.period)
    name = f"trace-{named.layer}-{named.area}-{period}-{named.snapshot}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _json(trace: Trace) -> str:
    return json.dumps(trace.document, ensure_ascii=False, indent=1)


def _csv(trace: Trace) -> str:
    """Return one line for each row and each figure that the value is made of."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    hashes = {item["label"]: item["sha256"] for item in trace.sources}
    lines = [_of_row(row, hashes) for row in trace.rows]
    lines += [_of_figure(item) for item in trace.made_of]
    document = {name: getattr(trace, name) for name in COLUMNS if hasattr(trace, name)}
    for line in lines or [{}]:
        whole = {**document, **line}
        writer.writerow({name: safe_cell(whole.get(name)) for name in COLUMNS})
    return BYTE_ORDER_MARK + out.getvalue()


def _of_row(row: Mapping[str, Any], hashes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "role": row["role"],
        "source": row["source"],
        "sha256": hashes.get(row["source"], ""),
        "row": row["row"] or "",
        "last_row": row["last"] or "",
        "id": row["key"],
        "row_value": row["value"],
        "share": row["share"],
        "observations": row["n"],
    }


def _of_figure(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a figure of another layer or area; its source is what traces it."""
    return {
        "role": item["role"],
        "source": item["command"],
        "id": item["area_code"],
        "row_value": item["value"],
        "share": item.get("weight", ""),
    }
