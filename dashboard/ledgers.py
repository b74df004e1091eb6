"""What templates ask of a layer's ledger: its account, and what is doubtful about it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.served import served, snapshot_now
from placedata.snapshot.account import Account, account_of
from placedata.snapshot.formula import number
from placedata.snapshot.trace import HOUSEHOLDS

if TYPE_CHECKING:
    from flask import Flask

    from placedata.snapshot import LayerRecord


def ledger_of(layer: str) -> Account:
    """Return the account of a layer of the place's own areas."""
    snapshot = snapshot_now()
    return served().made(("account", snapshot.id, layer), lambda: account_of(snapshot, layer))


def examples_of(record: LayerRecord, reason: str) -> Sequence[str]:
    """Return rows that were rejected for a reason; none where rows are homes or addresses."""
    if record.loader in HOUSEHOLDS:
        return ()
    found: Sequence[str] = record.ledger["examples"].get(reason, ())
    return found


def warnings_of(layer: str) -> Mapping[str, Any]:
    """Return what the build warned of in a layer, and what it was published in spite of.

    Returns
    -------
    Mapping
        ``doubts`` (each ``kind``, ``layers``, ``text``), ``allowed`` (what does not balance) and
        ``reason`` (why it was published all the same).
    """
    snapshot = snapshot_now()
    allowed = snapshot.manifest.get("allowed_imbalance") or {}
    doubts = [item for item in snapshot.index.get("warnings", ()) if layer in item["layers"]]
    return {
        "doubts": doubts,
        "allowed": allowed.get("layers", {}).get(layer, ()),
        "reason": allowed.get("reason", ""),
    }


def full(value: float | None) -> str:
    """Return a number with the digits that a formula shows; ``[x]`` where there is none."""
    return "[x]" if value is None or value != value else number(value)  # noqa: PLR0124


def moved(value: float | None) -> str:
    """Return a change with its sign and three significant digits; never as a power of ten."""
    if value is None or math.isnan(value):
        return "[x]"
    if abs(value) < 1e-9:  # noise of floating point
        return "0"
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{abs(value):,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{'+' if value > 0 else '−'}{text}"


def register(app: Flask) -> None:
    """Let every template ask."""
    app.jinja_env.filters.update(full=full, moved=moved)
    app.jinja_env.globals.update(
        ledger_of=ledger_of, examples_of=examples_of, warnings_of=warnings_of
    )
