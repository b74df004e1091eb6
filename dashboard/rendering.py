"""What every template may use: number words, the place, the menu, and the snapshot's name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from flask import request

from dashboard.served import NotBuiltError, snapshot_now
from placedata import wording
from placedata.geography import level_of
from placedata.snapshot import Snapshot

if TYPE_CHECKING:
    from flask import Flask

AREA_WORDS = {
    "ward": ("ward", "wards"),
    "oa": ("output area", "output areas"),
    "lsoa": ("small area", "small areas"),
    "msoa": ("neighbourhood", "neighbourhoods"),
    "lad": ("district", "districts"),
}
POLARITY_SHORT = {
    "higher_is_better": "Higher is better",
    "lower_is_better": "Lower is better",
    "neutral": "Neither way is better",
}
LICENCES = {
    "OGL-UK-3.0": (
        "Open Government Licence v3.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    ),
    "CC-BY-4.0": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "ODbL-1.0": ("Open Database Licence 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
}


def area_words(snapshot: Snapshot) -> tuple[str, str]:
    """Return what one area and several areas of the place are called."""
    return AREA_WORDS.get(level_of(snapshot.place["geography"]), ("area", "areas"))


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
        licence_name=lambda code: LICENCES.get(code, (code, ""))[0],
        licence_url=lambda code: LICENCES.get(code, ("", ""))[1],
    )

    @app.context_processor
    def shared() -> dict[str, Any]:
        try:
            snapshot = snapshot_now()
        except NotBuiltError:
            return {"menu": menu, "path": request.path, "snapshot": None, "place": None}
        one, many = area_words(snapshot)
        return {
            "menu": menu,
            "path": request.path,
            "snapshot": snapshot,
            "place": snapshot.place,
            "area_word": one,
            "areas_word": many,
        }


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
