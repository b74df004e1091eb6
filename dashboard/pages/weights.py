"""Weights: the index ranked again as parts of it count more or less."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import Response, abort, render_template, request

from dashboard.area_names import with_words
from dashboard.finding import typed
from dashboard.levels import area_words, at_level, level_context, level_id, read_level
from dashboard.long_tables import MOST_ROWS, MOST_WHOLE, RowsShown, rows_shown
from dashboard.served import served, snapshot_now, snapshot_of
from dashboard.static_files import forever
from placedata.errors import nearest
from placedata.insight import MOST, Part, parts, reweighed
from placedata.wording import plural

if TYPE_CHECKING:
    import pandas as pd
    from flask import Flask

    from placedata.snapshot import Snapshot

PATH = "/weights"
TITLE = "Weights"
#: Before the id of a part in the name of its slider.
FIELD = "w."
STEP = 0.25
#: Scores of more areas than these are fetched by the page's script, once for a snapshot.
MOST_INSIDE = 1_000


def register(app: Flask) -> Sequence[str]:
    """Add the page."""

    @app.get(PATH)
    def weights() -> str:
        own = snapshot_now()
        notices: list[str] = []
        shown = at_level(own, read_level(request.args.get("level", ""), own, notices))
        key = ("parts", shown.id, shown.place["geography"])
        tree = served().made(key, lambda: parts(shown))
        times = read_times(request.args, tree, notices)
        table = reweighed(shown, times, tree) if tree else None
        return render_template(
            "weights.html",
            tree=tree,
            times=times,
            most=MOST,
            step=STEP,
            shares=_shares(tree, times),
            part=_rows(shown, table, times),
            said=said(shown, table) if table is not None else "",
            document=_inside(shown, tree),
            address=f"/snapshots/{shown.id}/weights.json{level_query(shown)}",
            notices=tuple(notices),
            **level_context(shown, own),
        )

    @app.get("/snapshots/<identifier>/weights.json")
    def weights_document(identifier: str) -> Response:
        own = snapshot_of(identifier)
        shown = own.level(request.args.get("level") or own.levels[0])
        tree = parts(shown)
        if not tree:
            abort(404)
        tag = f"weights-{shown.id}-{shown.place['geography']}"
        return forever(Response(_document(shown, tree), mimetype="application/json"), tag)

    return ()


def level_query(snapshot: Snapshot) -> str:
    """Return the part of an address that names a level; nothing for the place's own areas."""
    level = level_id(snapshot)
    return f"?level={level}" if level else ""


def read_times(
    arguments: Mapping[str, str], tree: Sequence[Part], notices: list[str]
) -> dict[str, float]:
    """Return part -> how many times its published weight it counts, only those that are not once.

    Parameters
    ----------
    arguments
        ``w`` (``safety:2,shelter:0.5``, as addresses are shared) and ``w.safety`` (as sliders send
        without a script); anything that a person may have typed.
    """
    known = {part.id for part in tree if part.parent}
    asked = [tuple(item.partition(":")[::2]) for item in arguments.get("w", "").split(",") if item]
    asked += [(name.removeprefix(FIELD), value) for name, value in arguments.items()
              if name.startswith(FIELD)]  # fmt: skip
    found: dict[str, float] = {}
    for name, text in asked[:200]:
        if name not in known:
            near = nearest(name[:60], known)
            hint = f" Did you mean ‘{near}’?" if near else ""
            notices.append(f"The index has no part ‘{name[:60]}’.{hint}")
            continue
        value = _number(text)
        if value is None or not 0 <= value <= MOST:
            notices.append(f"‘{text[:20]}’ is no weight for {name}: 0 to {MOST:g} times.")
        elif value != 1:
            found[name] = value
    return found


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _shares(tree: Sequence[Part], times: Mapping[str, float]) -> dict[str, str]:
    """Return what share of its parent each part has, as a percentage."""
    totals: dict[str | None, float] = {}
    for part in tree:
        totals[part.parent] = totals.get(part.parent, 0) + part.weight * times.get(part.id, 1)
    made = {}
    for part in tree:
        whole = totals[part.parent]
        share = part.weight * times.get(part.id, 1) / whole if whole else 0
        made[part.id] = f"{100 * share:.0f}%"
    return made


def _rows(
    snapshot: Snapshot, table: pd.DataFrame | None, times: Mapping[str, float]
) -> RowsShown[dict[str, Any]]:
    """Return the areas best first, those without a rank last: all, or the page asked for."""
    find = typed(request.args.get("find", ""))
    asked = {
        "w": ",".join(f"{name}:{value:g}" for name, value in times.items()),
        "level": level_id(snapshot),
        "find": find,
    }
    codes: list[str] = []
    if table is not None:
        names = snapshot.areas["area_name"]
        ordered = table.assign(name=names).sort_values(["rank", "name"], na_position="last")
        there = {code for code, _ in with_words(snapshot, find)}
        codes = [str(code) for code in ordered.index if code in there]
    part = rows_shown(codes, len(snapshot.areas), request.args.get("page", ""), asked)
    rows = [] if table is None else [_row(snapshot, code, table.loc[code]) for code in part.rows]
    return RowsShown(rows, part.page, part.pages, part.found, part.total, asked)


def _row(snapshot: Snapshot, code: str, row: Mapping[str, float]) -> dict[str, Any]:
    there = {name: row[name] for name in ("score", "rank", "published", "change")}
    told = {
        name: None if math.isnan(value) else value if name == "score" else int(value)
        for name, value in there.items()
    }
    return {"code": code, "name": snapshot.area_name(code), **told}


def said(snapshot: Snapshot, table: pd.DataFrame) -> str:
    """Return how many ranks change, and who is first."""
    one, many = area_words(snapshot)
    there = table["rank"].notna()
    if not there.any():
        return f"No {one} has a score with these weights."
    moved = int((table["change"].abs() > 0).sum())
    first = snapshot.area_name(str(table["rank"].idxmin()))
    if not moved:
        return f"No rank differs from the published one. {first} is first."
    return f"{moved:,} of {plural(int(there.sum()), one, many)} change rank. {first} is first."


def _inside(snapshot: Snapshot, tree: Sequence[Part]) -> str:
    """Return the document as it stands in a page; nothing where it has an address of its own."""
    if not tree or len(snapshot.areas) > MOST_INSIDE:
        return ""
    text = _document(snapshot, tree)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _document(snapshot: Snapshot, tree: Sequence[Part]) -> str:
    """Return what the page's script needs: the tree, and the scores of its leaves by area."""
    leaves = [part.id for part in tree if not any(item.parent == part.id for item in tree)]
    fixed = [part.id for part in tree if not part.rule and part.id not in leaves]
    top = snapshot.score_table(tree[0].id)
    one, many = area_words(snapshot)
    document = {
        "parts": [
            {"id": part.id, "parent": part.parent, "weight": part.weight, "rule": part.rule,
             "power": part.power, "floor": part.floor, "coverage": part.coverage}
            for part in tree
        ],
        "codes": list(snapshot.areas.index),
        "names": list(map(str, snapshot.areas["area_name"])),
        "published": [None if math.isnan(rank) else int(rank) for rank in top["rank"]],
        "scores": {
            name: [None if math.isnan(score) else score for score in
                   snapshot.score_table(name)["score"]]
            for name in [*leaves, *fixed]
        },
        "words": [one, many],
        "shown": MOST_ROWS,
        "whole": MOST_WHOLE,
        "most": MOST,
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
