"""Relationships: two figures of the same areas as a scatter, and many as a matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask import Response, render_template, request

from dashboard.area_names import with_words
from dashboard.area_set import areas_asked
from dashboard.bad_values import one_of
from dashboard.choices import choice_ids, choices
from dashboard.finding import typed
from dashboard.levels import area_words
from dashboard.long_tables import RowsShown, rows_shown
from dashboard.map_parts import view_of
from dashboard.picture_files import picture_file
from dashboard.served import served
from placedata.charts import Measure, Point, svg_scatter
from placedata.errors import nearest
from placedata.insight import correlations, relationship
from placedata.maps.shown import SCORE
from placedata.wording import MINUS, licence_name

if TYPE_CHECKING:
    import pandas as pd
    from flask import Flask

    from dashboard.area_set import AreaSet
    from dashboard.choices import Group
    from placedata.insight import Relationship
    from placedata.maps.shown import Shown, ShownArea
    from placedata.snapshot import Snapshot

PATH = "/relationships"
TITLE = "Relationships"
#: A matrix of more figures than these cannot be read.
MOST_IN_MATRIX = 16


def register(app: Flask) -> Sequence[str]:
    """Add the page and its picture."""

    @app.get(PATH)
    def relationships() -> str:
        return render_template("relationships.html", **_page())

    @app.get(PATH + ".<kind>")
    def relationships_picture(kind: str) -> Response:
        page = _page()
        name = f"relationship-{page['first'].id}-{page['second'].id}"
        return picture_file(page["chart"], kind, name)

    return ()


def _page() -> dict[str, Any]:
    asked = areas_asked()
    own, shown, areas = asked.own, asked.shown, asked.areas
    first, second = (view_of(served(), shown, name, None) for name in _pair(own, asked.notices))
    found = relationship(_series(first), _series(second))
    points = _points(first, second, areas)
    words = area_words(shown)[1]
    matrix, group = _matrix(shown, choices(own), request.args.get("matrix", ""))
    return {
        "first": first,
        "second": second,
        "part": _table(
            shown, first, areas.query(x=first.id, y=second.id, matrix=group.title if group else "")
        ),
        "hidden": {"x": first.id, "y": second.id, "matrix": group.title if group else ""},
        "groups": choices(own),
        "found": found,
        "sentence": found.sentence(_told(first), _told(second), words),
        "chart": _chart(shown, first, second, points, found),
        "matrix": matrix,
        "group": group,
        **asked.context,
    }


def _table(snapshot: Snapshot, first: Shown, query: str) -> RowsShown[ShownArea]:
    """Return the rows of the table by name: all, or of many areas the page asked for."""
    kept = dict(parse_qsl(query)) | {"find": typed(request.args.get("find", ""))}
    rows = [first.row(code) for code, _ in with_words(snapshot, kept["find"])]
    return rows_shown(rows, len(first.rows), request.args.get("page", ""), kept)


def _pair(snapshot: Snapshot, notices: list[str]) -> tuple[str, str]:
    """Return the two choices asked for; without any, the first two scores or layers."""
    known = choice_ids(snapshot)
    scores = [name for name in known if name.startswith(SCORE)]
    usual = (scores[1:3] if len(scores) > 2 else known[:2]) or known
    made = []
    for key, other in zip(("x", "y"), (usual[0], usual[-1]), strict=True):
        asked = request.args.get(key, "")
        if asked and asked not in known:
            near = nearest(asked[:60], known)
            hint = f" Did you mean ‘{near}’?" if near else ""
            notices.append(f"There is no layer ‘{asked[:60]}’.{hint} Another is shown instead.")
        made.append(asked if asked in known else other)
    return made[0], made[1]


def _told(view: Shown) -> str:
    """Return what a figure is called inside a sentence: ``the score for Safety``."""
    title = view.title.removesuffix(" score")
    return f"the score for {title}" if view.is_score else f"‘{title}’"


def _series(view: Shown) -> pd.Series:
    import pandas as pd

    return pd.Series({row.code: row.value for row in view.rows}, dtype=float)


def _points(first: Shown, second: Shown, areas: AreaSet) -> list[Point]:
    made = []
    for row in first.rows:
        other = second.row(row.code)
        if row.value is not None and other.value is not None:
            made.append(Point(row.name, row.value, other.value, row.code in areas.codes))
    return made


def _chart(
    snapshot: Snapshot, first: Shown, second: Shown, points: list[Point], found: Relationship
) -> str:
    source = f"Snapshot {snapshot.id}, published {snapshot.published_date}."
    for view in (first, second):
        if view.record and view.record.publisher not in source:
            given = f"{view.record.publisher}, {licence_name(view.record.licence)}"
            source = f"Source: {given}. {source}"
    fictional = " Fictional place." if snapshot.place["fictional"] else ""
    line = None
    if found.slope is not None and found.intercept is not None:
        line = (found.slope, found.intercept)
    return svg_scatter(
        points,
        _plain(first, source + fictional),
        _plain(second),
        title=f"{first.title} and {second.title}",
        line=line,
    )


def _plain(view: Shown, source: str = "") -> Measure:
    decimals = view.record.decimals if view.record else 1
    return Measure(view.heading, view.unit, view.polarity, decimals, source)


def _matrix(
    snapshot: Snapshot, groups: tuple[Group, ...], asked: str
) -> tuple[list[dict[str, Any]], Group | None]:
    """Return the correlations among one group of choices, row by row."""
    many = [group for group in groups if len(group.choices) > 1]
    if not many:
        return [], None
    titles = [group.title for group in many]
    asked = one_of(asked, titles, "group of figures", "another group is in the matrix")
    wanted = asked or "Scores: components"
    group = next((item for item in many if item.title == wanted), many[0])
    key = ("matrix", snapshot.id, snapshot.place["geography"], group)
    return served().made(key, lambda: _rows(snapshot, group)), group


def _rows(snapshot: Snapshot, group: Group) -> list[dict[str, Any]]:
    import pandas as pd

    kept = group.choices[:MOST_IN_MATRIX]
    views = {choice.id: view_of(served(), snapshot, choice.id, None) for choice in kept}
    table = correlations(pd.DataFrame({name: _series(view) for name, view in views.items()}))
    rows = []
    for choice in kept:
        cells = [_cell(table.loc[choice.id, other.id], same=other is choice) for other in kept]
        rows.append({"choice": choice, "cells": cells})
    return rows


def _cell(value: float, *, same: bool) -> dict[str, str]:
    """Return the text and the shade of one correlation."""
    if same:
        return {"text": "–", "shade": "same"}
    if value != value:  # noqa: PLR0124  NaN
        return {"text": "[x]", "shade": "none"}
    size = min(3, int(abs(value) * 10 / 3 + 1e-9))
    shade = f"{'plus' if value >= 0 else 'minus'}{size}"
    return {"text": f"{value:+.2f}".replace("-", MINUS), "shade": shade}
