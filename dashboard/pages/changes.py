"""Changes: the snapshots that are kept, what differs between two of them and why, the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import render_template, request

from dashboard.bad_values import one_of, tell_bad
from dashboard.change_tables import (
    CAUSES,
    audit_words,
    layer_rows,
    score_rows,
    value_page,
)
from dashboard.levels import level_context
from dashboard.served import served, snapshot_now
from placedata.snapshot.changes import Changes, changes
from placedata.stores.audit import read_audit
from placedata.stores.history import Version, kept_versions

if TYPE_CHECKING:
    from flask import Flask

    from placedata.snapshot import Snapshot

PATH = "/changes"
TITLE = "Changes"
#: Lines of the audit log that are shown, the newest.
MOST_LINES = 100
#: Points of a score below which a cause has made nothing of its change.
NOTHING = 1e-9


def register(app: Flask) -> Sequence[str]:
    """Add the page."""

    @app.get(PATH)
    def changes_page() -> str:
        snapshot = snapshot_now()
        store = served().place.store
        kept = kept_versions(store)
        one, two, unknown = _asked(kept)
        level = request.args.get("level", "")
        level = one_of(level, [*snapshot.levels], "level", "the smallest areas are shown")
        level = level if level in snapshot.levels[1:] else ""
        found = _changes(one, two, level) if one and two and one.id != two.id else None
        return render_template(
            "changes.html",
            versions=kept[::-1],
            one=one,
            two=two,
            unknown=unknown,
            chosen_level=level,
            found=found,
            allowed=snapshot.manifest.get("allowed_imbalance"),
            warnings=snapshot.index.get("warnings", ()),
            log=[audit_words(line) for line in read_audit(store)[: -MOST_LINES - 1 : -1]],
            **_tables(found),
            **level_context(snapshot),
        )

    return ()


def _asked(kept: Sequence[Version]) -> tuple[Version | None, Version | None, list[str]]:
    """Return the two versions to compare, and what was asked for that is not kept.

    Unless asked otherwise: the one that is served, and the newest one before it.
    """
    by_name = {name: item for item in kept for name in (item.version, item.id)}
    wanted = [request.args.get(name, "") for name in ("from", "to")]
    unknown = [text for text in wanted if text and text not in by_name]
    now = next((item for item in kept if item.served), kept[-1] if kept else None)
    after = by_name.get(wanted[1], now)
    earlier = [item for item in kept if after and item.version < after.version]
    before = by_name.get(wanted[0], earlier[-1] if earlier else None)
    return before, after, unknown


def _changes(one: Version, two: Version, level: str) -> Changes | None:
    """Return what differs between two versions; None where one was removed meanwhile."""
    kept = served()
    before, after = kept.version(one.id), kept.version(two.id)
    if before is None or after is None or not _has(level, before, after):
        return None
    made: Changes = kept.made(
        ("changes", one.id, two.id, level), lambda: changes(before, after, level or None)
    )
    return made


def _has(level: str, *snapshots: Snapshot) -> bool:
    return not level or all(level in one.levels for one in snapshots)


def _tables(found: Changes | None) -> dict[str, Any]:
    """Return the tables of a comparison: layers, scores, and the figures of the layer asked for."""
    if found is None:
        return {"layers_changed": [], "scores_changed": [], "figures": None, "still_changed": ()}
    layer, period = request.args.get("layer", ""), request.args.get("period", "")
    figures = value_page(found, layer, period, request.args.get("page", ""))
    if layer and figures is None:
        tell_bad(f"No figure of ‘{layer[:40]}’ in ‘{period[:40]}’ differs; all changes are shown.")
    return {
        "causes": CAUSES,
        "still_changed": _still(found),
        "score_causes": [
            cause
            for cause in CAUSES
            if cause in found.score_parts and (found.score_parts[cause].abs() > NOTHING).any()
        ],
        "layers_changed": layer_rows(found),
        "scores_changed": score_rows(found),
        "figures": figures,
    }


def _still(found: Changes) -> list[tuple[str, Sequence[str]]]:
    """Return the layers whose own data or file have changed, though no figure has."""
    changed = set(found.values["layer"])
    return [
        (name, why)
        for name, why in found.causes.items()
        if name not in changed and {"data", "layer file"} & set(why)
    ]
