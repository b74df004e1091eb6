"""What a map or a ranking shows, in plain sentences made by rules."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dashboard.levels import area_words
from placedata.insight import Told, apart_sentence
from placedata.maps.shown import SCORE, place_average
from placedata.maps.unclear import NOT_CLEAR, NOT_KNOWN, figures_against, ranks_against
from placedata.wording import join_list, plural

if TYPE_CHECKING:
    from dashboard.served import Served
    from placedata.maps.shown import Shown, ShownArea
    from placedata.snapshot import Snapshot


def view_sentences(kept: Served, snapshot: Snapshot, view: Shown) -> tuple[str, ...]:
    """Return how the two ends of a view stand to each other, and how many areas stand out.

    Parameters
    ----------
    snapshot
        At the level of the view.
    """
    key = ("said", snapshot.id, snapshot.place["geography"], view.id, view.period)
    return kept.made(key, lambda: _sentences(snapshot, view))


def _sentences(snapshot: Snapshot, view: Shown) -> tuple[str, ...]:
    one, many = area_words(snapshot)
    known = [row for row in view.rows if row.value is not None]
    if not known:
        return (f"No {one} has a figure here.",)
    if len(known) == 1:
        return (f"{known[0].name} is the only {one} with a figure: {known[0].spoken}.",)
    said = [_ends(snapshot, view, known)]
    if view.record is not None or view.is_score:
        said += _counted(snapshot, view, many)
    return tuple(said)


def _ends(snapshot: Snapshot, view: Shown, known: list[ShownArea]) -> str:
    """Return how the highest stands to the lowest."""
    ends = max(known, key=lambda row: row.value or 0), min(known, key=lambda row: row.value or 0)
    one, other = told_of(snapshot, view, ends)
    if one.written == other.written:
        return f"All {plural(len(known), *area_words(snapshot))} are the same: {one.written}."
    if view.record is None and not view.is_score:
        return f"Highest is {one.name} ({one.written}), lowest {other.name} ({other.written})."
    return apart_sentence(one, other, "neutral" if view.is_score else view.polarity)


def told_of(
    snapshot: Snapshot, view: Shown, rows: tuple[ShownArea, ...] | list[ShownArea]
) -> list[Told]:
    """Return areas of a view with what is known of how far off their figures may be."""
    made = []
    if view.is_score:
        table = snapshot.score_table(view.id.removeprefix(SCORE))
        for row in rows:
            at = table.loc[row.code]
            low, high = (float(at[name]) for name in ("low", "high"))
            ranks = (low, high) if low >= 1 and high >= 1 else None
            made.append(Told(row.name, row.value or 0.0, row.text, ranks=ranks))
        return made
    table = snapshot.table(view.id, view.period) if view.record is not None else None
    for row in rows:
        error = float("nan") if table is None else float(table["standard_error"][row.code])
        spoken = row.spoken.partition(": ")[0]
        made.append(Told(row.name, row.value or 0.0, spoken, error if error >= 0 else None))
    return made


def _counted(snapshot: Snapshot, view: Shown, many: str) -> list[str]:
    """Return how many areas are clearly on either side of the average, or of the middle rank."""
    if view.is_score:
        against = ranks_against(snapshot.score_table(view.id.removeprefix(SCORE)))
        beside, sides = "the middle rank", ("clearly better than", "clearly worse than")
    else:
        average = place_average(snapshot, snapshot.layer(view.id), view.period)
        if average is None:
            return []
        against = figures_against(snapshot.table(view.id, view.period), average.value)
        beside = f"{average.name} ({average.text})"
        sides = ("clearly above", "clearly below")
    counts = Counter(filter(None, against))
    unknown = counts.pop(NOT_KNOWN, 0)
    if not counts:
        what = "ranks" if view.is_score else "figures"
        return [f"How far these {what} may be off is not known, so no {many} can stand out."]
    ways = (*(f"clearly {way}" for way in ("better", "worse", "above", "below")), NOT_CLEAR)
    words = dict(zip(ways, (sides[0], sides[1], *sides, f"{NOT_CLEAR} from"), strict=True))
    told = [f"{counts[way]:,} {words[way]}" for way in ways if counts[way]]
    verb = "is" if told[0].startswith("1 ") else "are"
    told[0] = told[0].replace(" ", f" {verb} ", 1)
    said = f"Of {len(view.rows):,} {many}, {join_list(told)} {beside}."
    return [said + (f" Of {unknown:,} it is not known." if unknown else "")]
