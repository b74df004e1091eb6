"""What the map page is made of for one state: the map's props, and the parts around it as HTML."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from flask import render_template

from dashboard.care import indicators_below, layer_care, score_care
from dashboard.levels import area_words, at_level, level_context, parent_of
from dashboard.map_background import background_document, background_words
from dashboard.map_look import has_bands
from dashboard.map_over import over_document, over_words
from dashboard.map_state import MapState
from dashboard.rendering import site_root
from dashboard.rests import rests_words
from dashboard.table_pages import table_page
from dashboard.tiled import has_tiles
from placedata.maps.classing import USUAL
from placedata.maps.disagree import DISAGREE
from placedata.maps.palettes import paler
from placedata.maps.shown import SCORE, Shown
from placedata.maps.shown import shown as make_view
from placedata.wording import plural

if TYPE_CHECKING:
    from dashboard.served import Served
    from dashboard.table_pages import TablePage
    from placedata.maps.classing import Classing
    from placedata.maps.shown import ShownArea
    from placedata.snapshot import Snapshot

#: Props of the map that change with the state, in the order in which the page script gives them.
MAP_PROPS = (
    "geometry", "classes", "palette", "labels", "selected", "ariaLabel", "attribution", "hatched",
    "tiles", "caption", "outlineUrl", "points", "raster", "background",
)  # fmt: skip
#: The same of the second map, which is hidden where there is one map.
BESIDE_PROPS = (*MAP_PROPS, "hidden")
#: Many areas: a search then also moves the map there.
MANY_AREAS = 60
#: Beyond this many areas the list beside the map holds those of the table's page.
MOST_LISTED = 1_000
PARTS = ("notices", "heading", "legend", "areas", "things", "table", "source", "credit")


def view_of(
    kept: Served,
    snapshot: Snapshot,
    layer: str,
    period: str | None,
    classing: Classing = USUAL,
) -> Shown:
    """Return the view of a layer or score, made once for each snapshot."""
    key = ("view", snapshot.id, snapshot.place["geography"], layer, period, classing)
    return kept.made(key, lambda: make_view(snapshot, layer, period, classing))


def state_view(kept: Served, shown: Snapshot, state: MapState) -> Shown:
    """Return the view that a state asks for, of the level that is shown."""
    return view_of(kept, shown, state.layer, state.period, state.classing)


def beside_view(kept: Served, shown: Snapshot, state: MapState) -> Shown | None:
    """Return the view of the second map; None where there is one map."""
    if not state.beside:
        return None
    return view_of(kept, shown, state.beside, state.beside_period, state.classing)


def map_document(
    kept: Served, snapshot: Snapshot, state: MapState, notices: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return everything that changes when the state changes.

    Only class numbers, labels and the parts around the map are in it; the outlines have an address
    of their own, which stays the same for a snapshot.

    Parameters
    ----------
    snapshot
        The place's own, at its smallest level; the state says which level is shown.
    """
    shown = at_level(snapshot, state.level)
    view = state_view(kept, shown, state)
    rows = table_page(view, state)
    state = replace(state, page=rows.page)
    place = snapshot.place["name"]
    base = f"{site_root()}/snapshots/{snapshot.id}"
    context = level_context(shown, snapshot)
    words = {"view": view, "state": state, "notices": notices, "rows": rows, **context}
    back = words["background"] = background_words(snapshot, state.background)
    words["view"] = as_seen(view, beneath=back is not None)
    words["care"] = care_of(shown, snapshot, view)
    words["listed"] = _listed(view, rows, state)
    words["over"] = over_words(snapshot, state.over, shown)
    second = beside_view(kept, shown, state)
    words["second"] = second and as_seen(second, beneath=back is not None)
    heading = f"{view.heading} beside {second.heading}" if second else view.heading
    return {
        "snapshot": snapshot.id,
        "state": asdict(state),
        "query": state.query,
        "title": f"{heading} – Map – {place}",
        "said": f"{heading}. {_counted(view, shown)} {view.direction}",
        "periods": list(view.periods),
        "paged": rows.paged,
        "many": len(view.rows) > MANY_AREAS,
        "bands": has_bands(state.layer, shown),
        **_maps(view, second, _shared(snapshot, shown, state, base), place),
        "background": back,
        "beside_periods": list(second.periods) if second else [],
        "svg": f"{base}/map.svg?{_svg_query(state)}",
        # of thousands of areas they would be most of the answer: who points first asks for them
        "labels": f"{base}/map.json?{state.shown.query}&only=labels"
        if len(view.rows) > MOST_LISTED
        else None,
        "sketch": f"{base}/sketch.json{_level_query(state)}" if shown.sketch.is_file() else None,
        "parts": {
            **{name: _tidy(render_template(f"map/{name}.html", **words)) for name in PARTS},
            "area": area_part(kept, snapshot, state),
        },
    }


def _maps(
    view: Shown, second: Shown | None, geometry: dict[str, Any], place: str
) -> dict[str, Any]:
    """Return the props of the map and of the second one, which has a caption as the first then."""
    one = {**geometry, **_drawn(view, place), "caption": view.heading if second else None}
    if second is None:
        return {"map": one, "beside": None}
    return {
        "map": one,
        "beside": {**geometry, **_drawn(second, place), "caption": second.heading},
    }


def _shared(snapshot: Snapshot, shown: Snapshot, state: MapState, base: str) -> dict[str, Any]:
    """Return the props that two maps beside each other share."""
    back = background_words(snapshot, state.background)
    return {
        "geometry": f"{base}/areas.geojson{_level_query(state)}",
        "selected": state.area,
        "attribution": credits_of(snapshot, back),
        **over_document(snapshot, state.over, base),
        "background": background_document(snapshot, state.background, base),
        "tiles": f"{base}/tiles/{shown.place['geography']}" if has_tiles(shown) else None,
    }


def as_seen(view: Shown, *, beneath: bool) -> Shown:
    """Return a view with the colours that its areas are seen in over a background map."""
    return replace(view, palette=paler(view.palette)) if beneath else view


def _seen_view(kept: Served, snapshot: Snapshot, shown: Snapshot, state: MapState) -> Shown:
    """Return the view of a state with the colours that are seen."""
    there = background_words(snapshot, state.background) is not None
    return as_seen(state_view(kept, shown, state), beneath=there)


def credits_of(snapshot: Snapshot, background: dict[str, Any] | None) -> str:
    """Return whose map it is: of its background where it has one, which takes all the room."""
    return str(background["attribution"] if background else snapshot.place["publisher"])


def _drawn(view: Shown, place: str) -> dict[str, Any]:
    """Return the props of a map that follow from its view."""
    return {
        "classes": [row.number for row in view.rows],
        "palette": list(view.palette.colours),
        "labels": None if len(view.rows) > MOST_LISTED else labels_of(view),
        "ariaLabel": f"Map of {place}: {view.heading}. The same values are in the list and in "
        "the table.",
        "hatched": list(view.hatched),
    }


def labels_of(view: Shown) -> list[str]:
    """Return what the map says of each area when it is pointed at, in their order."""
    return [row.label for row in view.rows]


def _tidy(markup: str) -> str:
    """Return markup without the indentation and empty lines of its template."""
    return re.sub(r"\s*\n\s*", "\n", markup).strip()


def _listed(view: Shown, rows: TablePage, state: MapState) -> list[ShownArea]:
    """Return the areas of the list: all, or the selected one and those of the table's page."""
    if len(view.rows) <= MOST_LISTED:
        return view.sorted_rows("name")
    chosen = [] if state.area is None else [view.row(state.area)]
    return [*chosen, *(row for row in rows.rows if row.code != state.area)]


def table_part(kept: Served, snapshot: Snapshot, state: MapState) -> dict[str, Any]:
    """Return one page of the table and nothing else: the map stays as it is."""
    shown = at_level(snapshot, state.level)
    view = _seen_view(kept, snapshot, shown, state)
    rows = table_page(view, state)
    state = replace(state, page=rows.page)
    context = level_context(shown, snapshot)
    second = beside_view(kept, shown, state)
    told = {"view": view, "second": second, "state": state, "rows": rows}
    table = _tidy(render_template("map/table.html", **told, **context))
    one, many = area_words(shown)
    said = f"Rows {rows.first:,} to {rows.last:,} of {plural(rows.found, one, many)}."
    if not rows.found:
        said = f"No {one} has this name."
    parts = {"table": table}
    if len(view.rows) > MOST_LISTED:
        words = {"view": view, "state": state, "rows": rows, "listed": _listed(view, rows, state)}
        parts["areas"] = _tidy(render_template("map/areas.html", **words, **context))
    return {
        "state": asdict(state),
        "query": state.query,
        "said": said,
        "parts": parts,
    }


def area_part(kept: Served, snapshot: Snapshot, state: MapState) -> str:
    """Return the panel of the selected area."""
    shown = at_level(snapshot, state.level)
    words: dict[str, Any] = {"state": state, "row": None, **level_context(shown, snapshot)}
    if state.area is not None:
        view = _seen_view(kept, snapshot, shown, state)
        words |= {
            "view": view,
            "second": beside_view(kept, shown, state),
            "row": view.row(state.area),
            "scores": _headline(kept, shown, state.area),
            "parent": None if state.level else parent_of(snapshot, state.area),
            "rests": rests_words(shown, view.record, state.area, view.period)
            if view.record and not state.level
            else None,
        }
    return _tidy(render_template("map/area.html", **words))


def _headline(kept: Served, snapshot: Snapshot, area: str) -> list[dict[str, Any]]:
    """Return the index and its dimensions for one area, with the place's mean."""
    if snapshot.scores.empty:
        return []
    framework = snapshot.framework
    found = []
    for node in (framework.top, *framework.children(framework.top.id)):
        view = view_of(kept, snapshot, f"score.{node.id}", None)
        mean = [row.value for row in view.rows if row.value is not None]
        found.append(
            {
                "node": node,
                "row": view.row(area),
                "mean": sum(mean) / len(mean) if mean else None,
            }
        )
    return found


def care_of(shown: Snapshot, snapshot: Snapshot, view: Shown) -> str:
    """Return what is to be known of how the figures of a view came to the areas."""
    if view.record is not None:
        return layer_care(shown, snapshot, view.record)
    node = view.id.removeprefix(SCORE).removeprefix(DISAGREE)
    below = indicators_below(shown, node)
    return score_care(shown, snapshot, below)


def _counted(view: Shown, snapshot: Snapshot) -> str:
    """Return how many areas have a value: ``17 of 18 wards``."""
    one, many = area_words(snapshot)
    there = sum(row.value is not None for row in view.rows)
    if there == len(view.rows):
        return f"{plural(there, one, many)} shown."
    return f"{there} of {plural(len(view.rows), one, many)} have a value."


def _svg_query(state: MapState) -> str:
    return replace(state.shown, area=state.area).query


def _level_query(state: MapState) -> str:
    return f"?level={state.level}" if state.level else ""
