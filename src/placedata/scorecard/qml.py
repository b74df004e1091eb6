"""Styles for QGIS (QML): the classes and colours of the dashboard's map, one rule a class."""

from __future__ import annotations

import math
import uuid
from typing import TYPE_CHECKING

from placedata.drawing import element
from placedata.maps.shown import SCORE, shown
from placedata.scorecard.flat import flat_name

if TYPE_CHECKING:
    from placedata.scorecard.columns import Column
    from placedata.snapshot import Snapshot

NO_DATA = "#ffffff"
SUPPRESSED = "#d0d3d6"
OUTLINE = "#505a5f"
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"


def style_of(snapshot: Snapshot, column: Column) -> str:
    """Return the style of one column as QML.

    Each class of the map is a rule with the legend's words; missing and suppressed figures have
    rules of their own, so that neither looks like a class.
    """
    view = shown(snapshot, f"{SCORE}{column.id}" if column.is_score else column.id)
    name = flat_name(column).replace('"', '""')
    told = {row.number: row.text for row in view.legend}
    rules, symbols = "", ""
    edges = view.classes.edges
    for number, colour in enumerate(view.palette.colours[: view.classes.k], start=1):
        low, high = edges[number - 1], edges[number]
        test = f'"{name}" IS NOT NULL'
        if number > 1:
            test += f' AND "{name}" > {low!r}'
        if number < view.classes.k and math.isfinite(high):
            test += f' AND "{name}" <= {high!r}'
        rules += _rule(name, number, test, told.get(number, str(number)))
        symbols += _symbol(number, colour)
    for number, status, words, colour in (
        (view.classes.k + 1, "suppressed", "[c] suppressed to protect people", SUPPRESSED),
        (view.classes.k + 2, "missing", "[x] no data", NO_DATA),
    ):
        rules += _rule(name, number, f"\"{name}_status\" = '{status}'", words)
        symbols += _symbol(number, colour)
    renderer = element(
        "renderer-v2",
        element("rules", rules, key=_key(name, "rules")) + element("symbols", symbols),
        type="RuleRenderer",
        symbollevels="0",
        enableorderby="0",
        forceraster="0",
    )
    return _DOCTYPE + element("qgis", renderer, version="3.28.0", styleCategories="Symbology")


def _rule(name: str, number: int, test: str, label: str) -> str:
    return element("rule", key=_key(name, number), symbol=number, filter=test, label=label)


def _key(*parts: object) -> str:
    """Return a key that is the same for the same rule, so that the file is too."""
    return "{" + str(uuid.uuid5(uuid.NAMESPACE_URL, "placedata/" + "/".join(map(str, parts)))) + "}"


def _symbol(number: int, colour: str) -> str:
    options = {
        "color": _rgba(colour),
        "style": "solid",
        "outline_color": _rgba(OUTLINE),
        "outline_style": "solid",
        "outline_width": "0.2",
        "outline_width_unit": "MM",
    }
    inside = element(
        "Option",
        "".join(
            element("Option", type="QString", name=key, value=value)
            for key, value in options.items()
        ),
        type="Map",
    )
    layer = element(
        "layer", inside, **{"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"}
    )
    return element("symbol", layer, type="fill", name=number, alpha="1")


def _rgba(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},255"
