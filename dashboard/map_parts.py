"""What the map page is made of for one state: the map's props, and the parts around it as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template

from dashboard.map_state import MapState
from dashboard.rendering import area_words
from dashboard.views import RANK_NOTE, View, layer_view
from placedata.wording import plural

if TYPE_CHECKING:
    from dashboard.served import Served
    from placedata.snapshot import Snapshot

#: Props of the map that change with the state, in the order in which the page script gives them.
MAP_PROPS = ("geometry", "classes", "palette", "labels", "selected", "ariaLabel", "attribution")
PARTS = ("notices", "heading", "legend", "areas", "table", "source", "credit")


def view_of(kept: Served, snapshot: Snapshot, layer: str, period: str | None) -> View:
    """Return the view of a layer or score, made once for each snapshot."""
    return kept.made(
        ("view", snapshot.id, layer, period), lambda: layer_view(snapshot, layer, period)
    )


def map_document(
    kept: Served, snapshot: Snapshot, state: MapState, notices: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return everything that changes when the state changes.

    Only class numbers, labels and the parts around the map are in it; the outlines have an address
    of their own, which stays the same for a snapshot.
    """
    view = view_of(kept, snapshot, state.layer, state.period)
    place = snapshot.place["name"]
    base = f"/snapshots/{snapshot.id}"
    words = {"view": view, "state": state, "notices": notices, **_shared(snapshot)}
    return {
        "snapshot": snapshot.id,
        "state": {
            "layer": state.layer,
            "period": state.period,
            "area": state.area,
            "sort": state.sort,
        },
        "query": state.query,
        "title": f"{view.heading} – Map – {place}",
        "said": f"{view.heading}. {_counted(view, snapshot)} {view.direction}",
        "periods": list(view.periods),
        "map": {
            "geometry": f"{base}/areas.geojson",
            "classes": [row.number for row in view.rows],
            "palette": list(view.palette.colours),
            "labels": [row.label for row in view.rows],
            "selected": state.area,
            "ariaLabel": f"Map of {place}: {view.heading}. The same values are in the list and in "
            "the table.",
            "attribution": snapshot.place["publisher"],
        },
        "svg": f"{base}/map.svg?{_svg_query(state)}",
        "parts": {
            **{name: render_template(f"map/{name}.html", **words) for name in PARTS},
            "area": area_part(kept, snapshot, state),
        },
    }


def area_part(kept: Served, snapshot: Snapshot, state: MapState) -> str:
    """Return the panel of the selected area."""
    words: dict[str, Any] = {"state": state, "row": None, **_shared(snapshot)}
    if state.area is not None:
        view = view_of(kept, snapshot, state.layer, state.period)
        words |= {
            "view": view,
            "row": view.row(state.area),
            "scores": _headline(kept, snapshot, state.area),
        }
        words["rank_note"] = snapshot.index["rank_note"] or RANK_NOTE
    return render_template("map/area.html", **words)


def _shared(snapshot: Snapshot) -> dict[str, Any]:
    one, many = area_words(snapshot)
    return {"snapshot": snapshot, "place": snapshot.place, "area_word": one, "areas_word": many}


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


def _counted(view: View, snapshot: Snapshot) -> str:
    """Return how many areas have a value: ``17 of 18 wards``."""
    one, many = area_words(snapshot)
    there = sum(row.value is not None for row in view.rows)
    if there == len(view.rows):
        return f"{plural(there, one, many)} shown."
    return f"{there} of {plural(len(view.rows), one, many)} have a value."


def _svg_query(state: MapState) -> str:
    return MapState(state.layer, state.period, state.area, "name").query
