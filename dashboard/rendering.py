"""What every template may use: number words, the place, the menu, and the snapshot's name."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import g, request

from dashboard.bad_values import bad_values
from dashboard.help_words import help_for
from dashboard.levels import level_context
from dashboard.plain_names import plain_names
from dashboard.served import PINNED, NotBuiltError, served, snapshot_now
from dashboard.view_words import view_sentences
from placedata import wording
from placedata.scorecard.cells import verdict_words

if TYPE_CHECKING:
    from flask import Flask

    from placedata.snapshot import LayerRecord, Snapshot

POLARITY_SHORT = {
    "higher_is_better": "Higher is better",
    "lower_is_better": "Lower is better",
    "neutral": "Neither way is better",
}


def error_size(error: float, record: LayerRecord) -> str:
    """Return a standard error with the decimals of the layer's figures, two more if it is small."""
    least = wording.decimals_for([error])
    return wording.format_number(error, max(record.decimals, min(least, record.decimals + 2)))


def today() -> date:
    """Return the day in UTC, by which the age of figures is judged."""
    return datetime.now(UTC).date()


def site_root() -> str:
    """Return the path under which the pages are mounted (``/wards``); empty at a host's root."""
    return request.script_root if request else ""


def register(app: Flask, menu: tuple[tuple[str, str], ...]) -> None:
    """Give the templates their words; `menu` holds path and title of each page in it."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        number=wording.format_number,
        with_unit=wording.with_unit,
        value=wording.format_value,
        ordinal=wording.ordinal,
        plural=wording.plural,
        join_list=wording.join_list,
        polarity=lambda word: POLARITY_SHORT.get(word, word),
        percent=percent,
        amount=amount,
        safe_url=safe_url,
        has_intervals=has_intervals,
        interval=wording.interval_text,
        verdict=verdict_words,
        licence_name=wording.licence_name,
        months=wording.months_in_words,
        error_size=error_size,
        quality_now=lambda record: record.quality_on(today()),
        plain_names=plain_names,
        sentences=lambda view, snapshot: view_sentences(served(), snapshot, view),
        licence_url=lambda code: wording.LICENCES.get(code, ("", ""))[1],
    )

    @app.context_processor
    def shared() -> dict[str, Any]:
        always = {"menu": menu, "path": request.path, "root": site_root()}
        always["help_words"] = help_for(request.path)
        always["bad_values"] = bad_values()
        try:
            snapshot = snapshot_now()
        except NotBuiltError:
            return {**always, "snapshot": None, "place": None, "level": "", "levels": ()}
        always |= {"pinned": g.get("pinned"), "permalink": permalink(snapshot)}
        return always | level_context(snapshot)


def permalink(snapshot: Snapshot) -> str:
    """Return the address of this page with the snapshot that it shows: it never shows another."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != PINNED]
    return f"{site_root()}{request.path}?{urlencode([*kept, (PINNED, snapshot.id)])}"


def has_intervals(snapshot: Snapshot) -> bool:
    """Whether the scores of a snapshot carry an interval of each rank."""
    return {"low", "high"} <= set(snapshot.scores.columns)


def percent(share: float | None) -> str:
    """Return a share of 1 as a percentage: never ``100%`` where something is missing."""
    if share is None or math.isnan(share):
        return "[x]"
    shown = round(100 * share)
    if shown == 100 and share < 1:
        return "over 99%"
    if shown == 0 and share > 0:
        return "under 1%"
    return f"{shown}%"


def amount(value: float | None) -> str:
    """Return an amount of a flow with as many decimals as it needs, at most two."""
    if value is None or math.isnan(value):
        return "[x]"
    whole = abs(value - round(value)) < 5e-10 * max(1.0, abs(value))
    return wording.format_number(float(round(value)) if whole else value, 0 if whole else 2)


def safe_url(address: str | None) -> str | None:
    """Return an address that may be linked to: http or https, else None."""
    text = (address or "").strip()
    return text if text.lower().startswith(("https://", "http://")) else None
