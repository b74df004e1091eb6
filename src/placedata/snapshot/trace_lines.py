"""Where one figure comes from, as lines for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from placedata.snapshot.formula import number

if TYPE_CHECKING:
    from placedata.snapshot.trace import Trace


def lines_of(trace: Trace, most: int = 20) -> list[str]:
    """Return a trace as lines for people, with up to `most` rows of it."""
    shown = f"{number(trace.value)} {trace.unit}" if trace.value is not None else trace.status
    lines = [f"{trace.title}, {trace.area_name} ({trace.area_code}), {trace.period}: {shown}"]
    lines += [f"  {step}" for step in trace.formula]
    lines.append(f"  How: {trace.method}")
    lines += [f"  {_made(item)}" for item in trace.made_of[:most]]
    if len(trace.made_of) > most:
        lines.append(f"  … and {len(trace.made_of) - most} more")
    lines += [f"  {trace.withheld}"] if trace.withheld else []
    lines += [f"  {_line(item)}" for item in trace.rows[:most]]
    if len(trace.rows) > most:
        lines.append(f"  … and {len(trace.rows) - most} more rows (--json has them all)")
    named = {item["source"] for item in trace.rows}
    used = [item for item in trace.sources if item["label"] in named] or list(trace.sources)
    lines += [f"  File {item['label']}, sha256 {item['sha256']}" for item in used]
    if len(used) < len(trace.sources):
        lines.append(f"  … and {len(trace.sources) - len(used)} more files of the layer")
    lines += [
        f"  For {item['what']}: {item['label']}, sha256 {item['sha256']}" for item in trace.ground
    ]
    ledger = trace.ledger
    if trace.sources:
        lines.append(f"  Rows of the layer: {ledger['rows_in']:,} in, {ledger['used']:,} used")
    lines += [f"  Dropped {n:,}: {why}" for why, n in ledger["rejected"].items() if n]
    lines += [f"  Note: {note}" for note in trace.notes]
    lines.append(f"  Layer file {trace.file['name']}, sha256 {trace.file['sha256']}")
    lines.append(f"  Publisher: {trace.publisher}. Licence: {trace.licence}")
    lines.append(f"  Snapshot {trace.snapshot}, published {trace.published}")
    lines.append(f"  Reference: {trace.reference}")
    return lines


def _made(item: Mapping[str, Any]) -> str:
    """Return a figure that another is made of, with the command that traces it."""
    told = "not there" if item["value"] is None else number(item["value"])
    return f"{item['role'].capitalize()}: {item['title']} {told}: {item['command']}"


def _line(item: Mapping[str, Any]) -> str:
    """Return one row of a trace in words."""
    value = "not told" if item["value"] is None else number(item["value"])
    where = str(item["source"])
    if item["row"]:
        where += f":{item['row']}" + (f"-{item['last']}" if item["last"] != item["row"] else "")
    together = item["role"] in {"figure", "weight"} and item["n"] > 1
    where += f" ({item['n']:,} rows taken together)" if together else ""
    told = {
        "figure": f"{item['key']} {value} × {number(item['share'])}",
        "weight": f"weight of {item['key']} {value} × {number(item['share'])}",
        "point": f"{item['key'] or 'a point'} {value}",
        "together": f"{item['n']:,} together",
        "service": f"{item['key']} nearest to {item['share']:.1%} of people, mean {value}",
        "sensor": f"{item['key']} counts for {item['share']:.1%}: {value} from "
        f"{item['n']:,} observations",
        "file": f"{item['n']:,} observations of {item['key']}",
        "cells": f"about {item['n']:,} cells",
    }[str(item["role"])]
    return f"{where}  {told}" if where else told
