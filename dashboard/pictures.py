"""The SVG maps of the dashboard: the twin of the map page, and small ones for other pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.levels import area_words, at_level
from dashboard.map_background import background_key, background_notes, beneath
from dashboard.map_over import laid
from dashboard.map_parts import beside_view, state_view
from placedata.geography import Boundaries
from placedata.maps.classing import WAYS
from placedata.maps.locator import Locator
from placedata.maps.pair import apart, side_by_side
from placedata.maps.svg import MapLook, MapWords, svg_map
from placedata.wording import licence_name, plural

if TYPE_CHECKING:
    from dashboard.map_state import MapState
    from dashboard.served import Served
    from placedata.maps.beneath import Beneath
    from placedata.maps.over import LaidOver
    from placedata.maps.over_legend import OverRow
    from placedata.maps.shown import Shown
    from placedata.snapshot import Snapshot

#: More areas than these are too small on a small map to carry a number.
MOST_NUMBERED = 150


def view_svg(kept: Served, snapshot: Snapshot, state: MapState, *, buttons: bool = False) -> str:
    """Return the map of a state as an SVG document, with title, legend, source and snapshot.

    Parameters
    ----------
    buttons
        Areas can take the focus: for the page itself, where WebGL is missing.
    """
    drawn = view_svgs(kept, snapshot, state, buttons=buttons)
    if len(drawn) == 1:
        return drawn[0]
    shown = at_level(snapshot, state.level)
    views = [state_view(kept, shown, state), beside_view(kept, shown, state)]
    return side_by_side(drawn, [view.heading for view in views if view])


def view_svgs(
    kept: Served, snapshot: Snapshot, state: MapState, *, buttons: bool = False
) -> tuple[str, ...]:
    """Return the map of a state, or each of its two maps; parameters as of `view_svg`."""
    shown = at_level(snapshot, state.level)
    views = [state_view(kept, shown, state), beside_view(kept, shown, state)]
    look = (replace(state.shown, area=state.area), buttons, background_key(snapshot))
    key = ("svg", snapshot.id, *look)

    def draw() -> tuple[str, ...]:
        wanted = [view for view in views if view is not None]
        over = laid(snapshot, state.over)
        under = beneath(snapshot, shown, state.background)
        notes = background_notes(snapshot, state.background)
        return apart(
            [_of_state(shown, view, state, buttons, over, (under, notes)) for view in wanted]
        )

    return kept.made(key, draw)


def _of_state(
    shown: Snapshot,
    view: Shown,
    state: MapState,
    buttons: bool,  # noqa: FBT001  only called above
    over: LaidOver | None,
    background: tuple[Beneath | None, tuple[str, ...]],
) -> str:
    """Return one map of a state; two of them have their titles in any case."""
    look = MapLook(
        width=720,
        focusable=buttons,
        selected=state.area,
        show_title=not buttons or bool(state.beside),
        hatched=view.hatched,
        overlay=over.drawing if over else None,
        beneath=background[0],
    )
    rows = over.legend if over else ()
    notes = (_chosen(shown, view, state), *background[1])
    return _drawn(shown, view, look, legend=not buttons, over=rows, notes=notes)


def _chosen(shown: Snapshot, view: Shown, state: MapState) -> str:
    """Return in words what of a map was chosen: place and level, classes, the selected area."""
    areas = plural(len(view.rows), *area_words(shown))
    words = f"{shown.place['name']}, {areas}. Classes: {WAYS[state.classing.way]}."
    chosen = f" Selected, with a thick line: {view.row(state.area).name}." if state.area else ""
    return words + chosen


def small_map(kept: Served, snapshot: Snapshot, view: Shown) -> str:
    """Return a map with its legend for the page of a layer."""
    key = ("small", snapshot.id, snapshot.place["geography"], view.id, view.period)
    numbers = len(view.rows) <= MOST_NUMBERED
    look = MapLook(width=400, show_title=False, class_numbers=numbers)
    return kept.made(key, lambda: _drawn(snapshot, view, look))


def locator(kept: Served, snapshot: Snapshot, area: str) -> str:
    """Return a small map that shows where one area lies."""
    key = ("locator", snapshot.id, snapshot.place["geography"])
    made = kept.made(key, lambda: Locator(_boundaries(snapshot), width=200))
    return made.svg(area)


def _boundaries(snapshot: Snapshot) -> Boundaries:
    return Boundaries(snapshot.place["geography"], snapshot.boundaries)


def _drawn(
    snapshot: Snapshot,
    view: Shown,
    look: MapLook,
    *,
    legend: bool = True,
    over: Sequence[OverRow] = (),
    notes: Sequence[str] = (),
) -> str:
    import pandas as pd

    classes = pd.Series({row.code: row.number for row in view.rows}, dtype=int)
    labels = pd.Series({row.code: row.label for row in view.rows}, dtype=object)
    words = MapWords(
        title=view.heading,
        legend=view.legend if legend else (),
        source=source_line(snapshot, view) if legend else "",
        labels=labels,
        nouns=area_words(snapshot),
        notes=(*notes, *view.notes) if legend else (),
        over=over if legend else (),
    )
    return svg_map(_boundaries(snapshot), classes, view.palette, words, look)


def source_line(snapshot: Snapshot, view: Shown, *, whole: bool = True) -> str:
    """Return who made the figures, under which licence, from which snapshot.

    Parameters
    ----------
    whole
        With the lines of the place that name the givers of all data.
    """
    if view.record:
        source = f"Source: {view.record.publisher}, {licence_name(view.record.licence)}."
    else:
        source = f"{snapshot.framework.title}. {snapshot.index['notice']}."
    fictional = " Fictional place." if snapshot.place["fictional"] else ""
    attribution = " ".join(snapshot.place["attribution"]) if whole else ""
    return (
        f"{view.direction} {source}{fictional} Snapshot {snapshot.id}, "
        f"published {snapshot.published_date}. {attribution}"
    ).rstrip()
