"""Trends: one layer over all its periods, for the place and for areas that a person chooses."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from flask import Response, render_template, request

from dashboard.area_set import areas_asked
from dashboard.choices import choices
from dashboard.map_state import read_state
from dashboard.picture_files import picture_file
from dashboard.served import served
from placedata.charts import Line, Measure, svg_lines
from placedata.geography import geography_in_words
from placedata.insight import Told, apart_sentence, change
from placedata.maps.shown import SCORE
from placedata.wording import format_value, licence_name

if TYPE_CHECKING:
    from flask import Flask

    from dashboard.area_set import AreaSet
    from placedata.snapshot import LayerRecord, Snapshot

PATH = "/trends"
TITLE = "Trends"


def register(app: Flask) -> Sequence[str]:
    """Add the page and its picture."""

    @app.get(PATH)
    def trends() -> str:
        return render_template("trends.html", **_page())

    @app.get(PATH + ".<kind>")
    def trends_picture(kind: str) -> Response:
        page = _page()
        return picture_file(page["chart"], kind, f"trend-{page['record'].id}")

    return ()


def _page() -> dict[str, Any]:
    asked = areas_asked()
    own, shown, areas = asked.own, asked.shown, asked.areas
    record = _layer(own, asked.notices)
    lines = lines_of(shown, record, areas)
    drawn = _drawn(record, lines)
    return {
        "record": record,
        "hidden": {"layer": record.id},
        "groups": [group for group in choices(own) if not group.title.startswith("Scores")],
        "lines": lines,
        "breaks": breaks_of(record),
        "chart": _chart(shown, record, drawn),
        "left_out": len(drawn) < len(lines),
        "traces": _traces(shown, lines, areas),
        "sentences": [*_sentences(record, lines), *_side_by_side(record, drawn)],
        **asked.context,
    }


def _layer(snapshot: Snapshot, notices: list[str]) -> LayerRecord:
    """Return the layer asked for; without one, of the index's layers that with most periods."""
    asked = request.args.get("layer", "")
    if asked and not asked.startswith(SCORE):
        state, told = read_state({"layer": asked}, snapshot)
        notices += told
        if not told:
            return snapshot.layer(state.layer)
    elif asked:
        notices.append("Scores are of one time only; a layer is shown instead.")
    return max(
        snapshot.layers.values(),
        key=lambda record: (
            len(record.periods) > 2 and bool(record.component),
            len(record.periods),
        ),
    )


def lines_of(snapshot: Snapshot, record: LayerRecord, areas: AreaSet) -> list[Line]:
    """Return a line for each chosen area, then for the place and the wider area."""
    history = snapshot.history(record.id)
    tables = [snapshot.table(record.id, period) for period in record.periods]
    made = []
    for code in areas.codes:
        values = tuple(_number(history.loc[code, period]) for period in record.periods)
        errors = tuple(
            _number(table.loc[code, "standard_error"]) if "standard_error" in table else None
            for table in tables
        )
        made.append(Line(snapshot.area_name(code), values, errors))
    for key, name in (("place", snapshot.place["name"]),
                      ("comparator", snapshot.place["comparator"])):  # fmt: skip
        values = tuple(_number(record.summary(period)[key]) for period in record.periods)
        if name and any(value is not None for value in values):
            made.append(Line(name, values, quiet=True))
    return made


def breaks_of(record: LayerRecord) -> list[tuple[str, str]]:
    """Return where figures before and after come from areas of another edition, in words."""
    return [
        (
            str(item["period"]),
            (
                f"published for {geography_in_words(item['to'])}, before for "
                f"{geography_in_words(item['from'])}"
            ),
        )
        for item in record.breaks
    ]


def _chart(snapshot: Snapshot, record: LayerRecord, lines: list[Line]) -> str:
    fictional = " Fictional place." if snapshot.place["fictional"] else ""
    source = f"Source: {record.publisher}, {licence_name(record.licence)}.{fictional}"
    source += f" Snapshot {snapshot.id}, published {snapshot.published_date}."
    if any(error for line in lines for error in line.errors):
        source += " Upright strokes: 90% interval of the figure."
    measure = Measure(record.title, record.unit, record.polarity, record.decimals, source)
    key = ("trend", snapshot.id, snapshot.place["geography"], record.id, tuple(lines))
    return served().made(
        key, lambda: svg_lines(record.periods, lines, measure, breaks=breaks_of(record))
    )


def _sentences(record: LayerRecord, lines: list[Line]) -> list[str]:
    """Return for each line what changed from its first to its last figure."""
    if len(record.periods) < 2:
        return []
    said = []
    breaks = [period for period, _ in breaks_of(record)]
    for line in lines:
        errors = line.errors or (None,) * len(line.values)
        found = change(list(record.periods), list(line.values), list(errors), record.polarity)
        if found is None:
            count = sum(value is not None for value in line.values)
            said.append(f"{line.name}: {'one figure' if count else 'no figure'}, so no change.")
            continue
        first, last = (record.periods.index(period) for period in (found.first, found.last))
        broken = any(first < record.periods.index(period) <= last for period in breaks)
        words = [
            format_value(value, record.unit, record.decimals)
            for value in (found.before, found.after)
        ]
        doubt = " The series is broken in between: part of this may come from that."
        said.append(found.sentence(line.name, (words[0], words[1])) + (doubt if broken else ""))
    return said


def _drawn(record: LayerRecord, lines: list[Line]) -> list[Line]:
    """Return the lines of the chart: the total of the place would press those of its areas flat."""
    total = str(record.summary(record.latest)["basis"]).startswith("total")
    own = [line for line in lines if not line.quiet]
    return own if own and total else lines


def _traces(snapshot: Snapshot, lines: list[Line], areas: AreaSet) -> list[str]:
    """Return what each line's figures are traced by; empty for the wider area, which is given."""
    place = snapshot.place["name"]
    return [*areas.codes, *("place" if line.name == place else "" for line in lines if line.quiet)]


def _side_by_side(record: LayerRecord, lines: list[Line]) -> list[str]:
    """Return how the chosen areas stand to each other in the newest period, the highest first.

    One area alone is set beside the place, whose figure is taken as it is.
    """
    own = [told for line in lines if not line.quiet and (told := _newest(record, line))]
    if len(own) == 1:
        place = next((line for line in lines if line.quiet), None)
        own += [told for line in (place,) if line and (told := _newest(record, line))]
    ordered = sorted(own, key=lambda item: -item.value)
    return [
        f"In {record.latest}, {apart_sentence(one, other, record.polarity)}"
        for one, other in pairwise(ordered)
    ]


def _newest(record: LayerRecord, line: Line) -> Told | None:
    """Return the newest figure of a line; of the place it stands without an error."""
    value = line.values[-1]
    if value is None:
        return None
    error = 0.0 if line.quiet else (line.errors or (None,))[-1]
    return Told(line.name, value, format_value(value, record.unit, record.decimals), error)


def _number(value: Any) -> float | None:  # noqa: ANN401
    number = None if value is None else float(value)
    return None if number is None or number != number else number  # noqa: PLR0124  NaN
