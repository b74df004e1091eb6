"""Workbooks by the good practice of the Government Analysis Function, written by gptables.

Cover, contents, notes, then one marked table a sheet. Text never becomes a formula or a link.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from placedata.scorecard.blocks import is_comparison
from placedata.scorecard.columns import UNROUNDED, Column, notices, share_alike_notice
from placedata.scorecard.csv_rows import card_rows
from placedata.scorecard.parts import SHORTHAND
from placedata.scorecard.safe import safe_text

if TYPE_CHECKING:
    import pandas as pd

    from placedata.scorecard.card import Comparison, Scorecard
    from placedata.snapshot import Snapshot

#: Text is never taken for a formula or a link (OWASP: CSV injection).
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
LEGEND = (
    "Shorthand used in this workbook: [c] confidential, not shown since it rests on few people; "
    "[x] not available; [z] not applicable. None of them means zero."
)
NOTES = (
    ("rounding", UNROUNDED),
    ("rank", "Rank 1 is the best by polarity. Where a rank may lie is given by two more columns."),
    ("score", "Scores run from 0 to 100; higher is better."),
    ("trace", "A trace reference leads from a figure to its rows: placedata trace REFERENCE."),
)
#: Letters of a line of the cover: few of its sentences need a second one.
COVER_WIDTH = 130
#: Columns of the scorecard's sheets, and what they are called there.
SCORE_COLUMNS = {
    "id": "Id", "title": "Score", "kind": "Level", "value": "Score, 0 to 100", "rank": "Rank",
    "rank_low": "Rank at best", "rank_high": "Rank at worst", "of": "Ranked among",
    "place_value": "Mean of all areas", "peer_value": "Mean of peers", "coverage": "Observed share",
    "label": "Stands out as",
}  # fmt: skip
FIGURE_COLUMNS = {
    "id": "Id", "title": "Indicator", "component": "Component", "period": "Period",
    "value": "Value", "unit": "Unit", "polarity": "Polarity", "standard_error": "Standard error",
    "value_low": "Value at least", "value_high": "Value at most", "rank": "Rank",
    "rank_low": "Rank at best", "rank_high": "Rank at worst", "of": "Areas with a figure",
    "score": "Score, 0 to 100", "place_value": "Whole place", "peer_value": "Mean of peers",
    "comparator_value": "Wider area", "coverage": "Observed share", "label": "Stands out as",
    "grade": "Quality", "publisher": "Publisher", "licence": "Licence",
    "trace": "Trace reference",
}  # fmt: skip
HISTORY_COLUMNS = {
    "id": "Id", "title": "Indicator", "period": "Period", "value": "Value", "unit": "Unit",
    "publisher": "Publisher", "licence": "Licence",
}  # fmt: skip


def all_areas_xlsx(snapshot: Snapshot, found: Sequence[Column]) -> bytes:
    """Return a workbook of columns: one sheet of areas, one of their trace references."""
    import pandas as pd

    place = snapshot.place["name"]
    areas = {"Area code": snapshot.areas["area_code"], "Area name": snapshot.areas["area_name"]}
    wide = pd.DataFrame({**areas, **{item.heading: _shown(item) for item in distinct(found)}})
    sheets = {
        "Areas": _table(
            wide.reset_index(drop=True), "areas", f"{place}: figures of all areas",
            [("rounding", 0)],
        ),
        "Columns": _table(_about(found), "columns", "What the columns are", []),
    }  # fmt: skip
    if traces := _traces(snapshot, found):
        frame = pd.DataFrame({**areas, **traces}).reset_index(drop=True)
        sheets["Traces"] = _table(frame, "traces", "Trace reference of each figure", [("trace", 1)])
    return _workbook(f"{place}: all areas", notices(snapshot, found), sheets, snapshot.published)


def card_xlsx(card: Scorecard | Comparison) -> bytes:
    """Return the workbook of one card or comparison: sentences, scores, indicators, history."""
    import pandas as pd

    compared = is_comparison(card)
    cards = card.cards if is_comparison(card) else (card,)
    title = card.title if is_comparison(card) else f"{card.area_name}: scorecard"
    rows = pd.DataFrame([row for each in cards for row in card_rows(each)])
    said = [item.text for item in card.sentences]
    sheets: dict[str, Any] = {}
    for name, kinds, heads, notes in (
        ("Scores", {"index", "dimension", "component"}, SCORE_COLUMNS, ("score", "rank")),
        ("Indicators", {"indicator", "context"}, FIGURE_COLUMNS, ("rounding", "rank", "trace")),
        ("History", {"history"}, HISTORY_COLUMNS, ("rounding",)),
    ):
        wanted = {"area_code": "Area code", "area_name": "Area name", **heads}
        part = rows[rows["kind"].isin(kinds)][list(wanted)].rename(columns=wanted)
        if not part.empty:
            where = [(note, 0) for note in notes]
            sheets[name] = _table(_filled(part), name.lower(), f"{title}: {name.lower()}", where)
    if said:
        frame = pd.DataFrame({"Number": range(1, len(said) + 1), "Sentence": said})
        sheets = {"Summary": _table(frame, "summary", f"{title}: in sentences", []), **sheets}
    first = cards[0]
    shared = [item.title for item in first.all_figures if item.share_alike]
    about = [
        f"{'Comparison' if compared else first.area_code}: {title}, {first.place_name}.",
        f"Snapshot {first.snapshot}, published {first.published} by {first.publisher}.",
        f"Card {card.hash}. Made again by: {card.reproduce}",
        UNROUNDED,
        first.notice,
        first.rank_note,
        *([f"{first.place_name} is fictional."] if first.fictional else []),
        *([share_alike_notice(shared)] if shared else []),
        *first.attribution,
    ]
    return _workbook(title, [line for line in about if line], sheets, first.published)


def _shown(column: Column) -> pd.Series:
    """Return numbers where there are any, else the shorthand."""
    signs = column.statuses.map(SHORTHAND).fillna("[x]")
    return column.values.astype(object).where(column.values.notna(), signs)


def distinct(found: Iterable[Column]) -> list[Column]:
    """Return columns of which no two headings are the same but for case, as tables need."""
    from dataclasses import replace

    seen: dict[str, int] = {}
    made = []
    for column in found:
        key = plain(column.heading).lower()
        seen[key] = seen.get(key, 0) + 1
        again = f"{column.title} [{seen[key]}]"
        made.append(column if seen[key] == 1 else replace(column, title=again))
    return made


def _about(found: Sequence[Column]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {
            "Column": item.heading, "Id": item.id, "Unit": item.unit,
            "Period": item.period or "[z]", "Polarity": item.polarity.replace("_", " "),
            "Publisher": item.source or "[z]", "Licence": item.licence or "[z]",
            "Share alike": "yes" if item.share_alike else "no",
        }
        for item in distinct(found)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _traces(snapshot: Snapshot, found: Sequence[Column]) -> dict[str, list[str]]:
    from placedata.snapshot import trace_ref

    return {
        item.heading: [
            trace_ref(snapshot, f"score.{item.id}" if item.is_score else item.id, area)
            for area in snapshot.areas.index
        ]
        for item in distinct(found)
    }


def plain(text: object) -> str:
    """Return text that gptables reads as text: no link in brackets, no mark of a note."""
    clean = safe_text(str(text)).replace("$$", "$ $")
    return re.sub(r"\](?=\()", "] ", clean)


def _filled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame without empty cells: what is not there is not applicable."""
    return frame.astype(object).where(frame.notna() & (frame != ""), "[z]")


def _table(frame: pd.DataFrame, name: str, title: str, notes: list[tuple[str, int]]) -> Any:  # noqa: ANN401
    """Return one marked table.

    Parameters
    ----------
    notes
        (note, column) that carries its mark.
    """
    clean = frame.reset_index(drop=True)
    clean.columns = [plain(head) for head in clean.columns]
    for head in clean.columns:
        clean[head] = [_cell(value) for value in clean[head]]
    marks: dict[int, str] = {}
    for note, column in notes:
        marks[column] = marks.get(column, "") + f"$${note}$$"
    title = f"{plain(title)} {''.join(marks.values())}".strip()
    return _gptables().GPTable(
        clean,
        name,
        title,
        instructions="This worksheet contains one table. Notes are on the notes worksheet.",
        legend=[LEGEND],
        index_columns={},
    )


def _cell(value: object) -> object:
    """Return a cell that gptables takes: no text without a letter or digit, no markup."""
    if not isinstance(value, str):
        return value
    text = plain(value)
    return text if any(letter.isascii() and letter.isalnum() for letter in text) else f"{text} [z]"


@contextmanager
def _quiet() -> Iterator[None]:
    """Pass over warnings of gptables 2.0: a file left open, words that pandas 4 will drop."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _gptables() -> Any:  # noqa: ANN401  the library has no types
    with _quiet():
        import gptables
    return gptables


def _workbook(title: str, about: Sequence[str], sheets: dict[str, Any], published: str) -> bytes:
    import pandas as pd

    gptables, buffer = _gptables(), io.BytesIO()
    used = " ".join(sheet.title for sheet in sheets.values())
    notes = [(name, text) for name, text in NOTES if f"$${name}$$" in used] or [NOTES[0]]
    cover = gptables.Cover(
        plain(title), intro=[plain(line) for line in about[:3]],
        about=[plain(line) for line in (*about[3:], LEGEND)], width=COVER_WIDTH,
    )  # fmt: skip
    with _quiet():
        book = gptables.produce_workbook(
            buffer, sheets, cover=cover,
            notes_table=pd.DataFrame(notes, columns=["Note reference", "Note text"]),
            workbook_options=OPTIONS,
        )  # fmt: skip
    book.set_properties({"title": plain(title), "created": _moment(published)})
    book.close()
    return buffer.getvalue()


def _moment(published: str) -> Any:  # noqa: ANN401
    from datetime import UTC, datetime

    try:
        return datetime.fromisoformat(published)
    except ValueError:
        return datetime.strptime(published, "%d %B %Y").replace(tzinfo=UTC)
