"""Rankings: all areas in order, each with where its rank or figure may lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from flask import Response, redirect, render_template, request

from dashboard.area_names import names_at_once
from dashboard.bad_values import page_asked, tell_bad
from dashboard.choices import choices
from dashboard.finding import find_area
from dashboard.levels import area_words, at_level, level_context, level_id
from dashboard.map_parts import view_of
from dashboard.map_state import MapState, read_state
from dashboard.picture_files import picture_file
from dashboard.pictures import source_line
from dashboard.rendering import site_root
from dashboard.served import served, snapshot_now
from dashboard.view_words import view_sentences
from placedata.charts import Axis, IntervalRow, Measure, svg_intervals
from placedata.insight import alike
from placedata.maps.shown import SCORE, Shown
from placedata.scorecard.by_area import ByArea
from placedata.wording import NINE_IN_TEN, format_number, interval_text, join_list, plural

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response as AnyResponse

    from placedata.maps.shown import ShownArea
    from placedata.snapshot import Snapshot

PATH = "/rankings"
TITLE = "Rankings"
#: Rows of one page: a picture of more than these cannot be taken in.
MOST_ROWS = 60


@dataclass(frozen=True)
class Ranked:
    """One area of a ranking.

    Parameters
    ----------
    row
        Its figure, rank and words.
    low, high
        Where its rank (of a score) or figure (of a layer) may lie; None where that is not known.
    interval
        The same in words.
    group
        Areas of one group cannot be told apart; None where that is not known.
    error
        Standard error of a figure; None of scores, and where it is not known.
    """

    row: ShownArea
    low: float | None
    high: float | None
    interval: str
    group: int | None
    error: float | None = None


def register(app: Flask) -> Sequence[str]:
    """Add the page and its picture."""

    @app.get(PATH)
    def rankings() -> str | AnyResponse:
        own = snapshot_now()
        state, notices = read_state(request.args, own)
        shown = at_level(own, state.level)
        if found := _picked(own, shown, request.args.get("pick", "")):
            return redirect(f"{site_root()}{PATH}?{replace(state, area=found).query}", code=303)
        view = view_of(served(), shown, state.layer, state.period)
        ranked = ranking(shown, view)
        pages = max(1, -(-len(ranked) // MOST_ROWS))
        page = page_asked(request.args.get("page", ""), pages, "the ranking")
        at = next((i for i, item in enumerate(ranked) if item.row.code == state.area), None)
        if at is not None and "page" not in request.args:
            page = at // MOST_ROWS + 1
        return render_template(
            "rankings.html",
            view=view,
            state=state,
            notices=notices,
            ranked=ranked[(page - 1) * MOST_ROWS : page * MOST_ROWS],
            chart=_chart(shown, view, ranked, state, page),
            groups=choices(own),
            sentences=(
                *view_sentences(served(), shown, view),
                sentence(shown, ranked),
                *([] if at is None else [picked_said(ranked, ranked[at])]),
            ),
            picked="" if at is None else ranked[at].row.name,
            names=names_at_once(shown),
            grouped=any(item.group for item in ranked),
            page=page,
            pages=pages,
            **level_context(shown, own),
        )

    @app.get(PATH + ".<kind>")
    def rankings_picture(kind: str) -> Response:
        own = snapshot_now()
        state, _ = read_state(request.args, own)
        shown = at_level(own, state.level)
        view = view_of(served(), shown, state.layer, state.period)
        ranked = ranking(shown, view)
        page = min(state.page, max(1, -(-len(ranked) // MOST_ROWS)))
        drawn = _chart(shown, view, ranked, state, page)
        return picture_file(drawn, kind, f"rankings-{state.layer}")

    return ()


def _picked(own: Snapshot, shown: Snapshot, asked: str) -> str:
    """Return the code of the area that a person picks out by name, code or postcode, or nothing."""
    if not asked.strip():
        return ""
    found = find_area(own, shown, asked)
    if found.get("level", level_id(shown)) == level_id(shown) and "area" in found:
        return str(found["area"])
    many = area_words(shown)[1]
    tell_bad(found["error"] if "error" in found else f"{found['name']} is not one of the {many}.")
    return ""


def picked_said(ranked: list[Ranked], item: Ranked) -> str:
    """Return where the area that is picked out stands, and whom it cannot be told apart from."""
    row = item.row
    said = ", ".join(part for part in (row.spoken, row.place) if part)
    others = [other.row.name for other in ranked if other.group and other.group == item.group]
    others = [name for name in others if name != row.name]
    if not others:
        return f"{row.name}: {said}."
    return f"{row.name}: {said}. It cannot be told apart from {join_list(others, most=6)}."


def ranking(snapshot: Snapshot, view: Shown) -> list[Ranked]:
    """Return the areas best first (most first where neither way is better), gaps last.

    A score has an interval of ranks and groups, from the repeats of the index; a layer has the
    90 % interval of its figure where its standard error is known.
    """
    key = ("ranked", snapshot.id, snapshot.place["geography"], view.id, view.period)
    return served().made(key, lambda: _ranked(snapshot, view))


def _ranked(snapshot: Snapshot, view: Shown) -> list[Ranked]:
    order = "rank" if view.ranked else "-value"
    rows = view.sorted_rows(order)
    if view.is_score:
        told = ByArea(snapshot.score_table(view.id.removeprefix(SCORE))[["low", "high", "group"]])
        return [_of_score(row, told[row.code]) for row in rows]
    table = snapshot.table(view.id, view.period)
    errors = table["standard_error"].to_dict() if "standard_error" in table else {}
    return _grouped([_of_layer(view, row, errors.get(row.code)) for row in rows])


def _grouped(made: list[Ranked]) -> list[Ranked]:
    """Return areas with the group that their figure cannot be told apart from, where known."""
    nan = float("nan")
    values = [nan if item.row.value is None else item.row.value for item in made]
    known = any(item.error for item in made)  # where all are 0, none has been looked for
    errors = [item.error if known and item.error is not None else nan for item in made]
    groups = alike(values, errors)
    return [replace(item, group=group) for item, group in zip(made, groups, strict=True)]


def _of_score(row: ShownArea, told: object) -> Ranked:
    low, high, group = (_number(told[name]) for name in ("low", "high", "group"))  # type: ignore[index]
    there = row.value is not None and low is not None and high is not None
    words = interval_text(int(low), int(high)) if there and low and high else ""
    return Ranked(row, low if there else None, high if there else None, words,
                  int(group) if there and group else None)  # fmt: skip


def _of_layer(view: Shown, row: ShownArea, error: float | None) -> Ranked:
    error = _number(error)
    if row.value is None or not error or view.record is None:
        return Ranked(row, None, None, "", None, None if row.value is None else error)
    low, high = row.value - NINE_IN_TEN * error, row.value + NINE_IN_TEN * error
    low = max(low, 0.0) if row.value >= 0 else low
    words = " to ".join(format_number(end, view.record.decimals) for end in (low, high))
    return Ranked(row, low, high, words, None, error)


def _number(value: object) -> float | None:
    number = None if value is None else float(value)  # type: ignore[arg-type]
    return None if number is None or number != number else number  # noqa: PLR0124  NaN


def _chart(
    snapshot: Snapshot, view: Shown, ranked: list[Ranked], state: MapState, page: int
) -> str:
    key = ("ranking", snapshot.id, state.level, view.id, view.period, state.area, page)
    return served().made(key, lambda: _drawn(snapshot, view, ranked, state, page))


def _drawn(
    snapshot: Snapshot, view: Shown, ranked: list[Ranked], state: MapState, page: int
) -> str:
    shown = ranked[(page - 1) * MOST_ROWS : page * MOST_ROWS]
    by_rank = view.is_score and any(item.low is not None for item in ranked)
    rows = [
        IntervalRow(
            name=item.row.name,
            value=_place(item, by_rank=by_rank),
            low=item.low,
            high=item.high,
            text=_said(item, by_rank=by_rank),
            group=item.group,
            bold=item.row.code == state.area,
        )
        for item in shown
    ]
    title = f"{view.heading}: ranks" if by_rank else view.heading
    decimals = view.record.decimals if view.record else 1
    source = source_line(snapshot, view, whole=False)
    measure = Measure(title, view.unit, view.polarity, decimals, source)
    return svg_intervals(rows, measure, _axis(view, ranked, by_rank=by_rank), width=720)


def _place(item: Ranked, *, by_rank: bool) -> float | None:
    if by_rank:
        return None if item.row.rank is None else float(item.row.rank)
    return item.row.value


def _said(item: Ranked, *, by_rank: bool) -> str:
    if item.row.value is None:
        return item.row.spoken
    if by_rank:
        return f"{item.row.rank} ({item.interval})" if item.interval else str(item.row.rank)
    return f"{item.row.spoken} ({item.interval})" if item.interval else item.row.spoken


def _axis(view: Shown, ranked: list[Ranked], *, by_rank: bool) -> Axis:
    if by_rank:
        last = max((item.row.rank or 1) for item in ranked)
        return Axis(1, last, "1st", f"{last:,}, last")
    known = [
        end for item in ranked for end in (item.row.value, item.low, item.high) if end is not None
    ]
    low, high = (min(0.0, *known), max(known)) if len(known) > 1 else (0.0, 1.0)
    measure = Measure("", view.unit, view.polarity, view.record.decimals if view.record else 0)
    ends = (low, high) if not view.polarity.startswith("lower") else (high, low)
    words = [measure.write(end, known) for end in ends]
    return Axis(*ends, words[0], words[1])


def sentence(snapshot: Snapshot, ranked: list[Ranked]) -> str:
    """Return in plain words how far the order can be relied upon."""
    one, many = area_words(snapshot)
    known = [item for item in ranked if item.row.value is not None]
    if len(known) < 2:
        return f"There is no order of fewer than two {many} with a figure."
    runs = [list(run) for group, run in groupby(known, key=lambda item: item.group) if group]
    if runs:
        of = sum(map(len, runs))
        rest = (
            f" How far the figures of {plural(len(known) - of, one, many)} may be off is not "
            "known; these are in no group." if of < len(known) else ""
        )  # fmt: skip
        if len(runs) == 1 and of > 1:
            return f"The {plural(of, one, many)} cannot be told apart by this figure.{rest}"
        first = runs[0]
        top = f"the first {len(first)} cannot be told apart" if len(first) > 1 else (
            f"{first[0].row.name} stands alone at the top")  # fmt: skip
        return (
            f"The {plural(of, one, many)} fall into {plural(len(runs), 'group')}: {top}. Within "
            f"a group, which a bracket marks, a higher rank is not a clear difference.{rest}"
        )
    return "It is not known how far these figures may be off, so the order has no intervals."
