"""All wards by all indicators on one sheet, with a second sheet that says what the columns are."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from placedata.scorecard.card import SHORTHAND
from placedata.scorecard.columns import Column, columns

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

#: Text is never taken for a formula or a link (OWASP: CSV injection).
SAFE = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}


def to_xlsx(snapshot: Snapshot, layers: Iterable[str] | None = None) -> bytes:
    """Return a workbook: *Wards* (a marked table, header in row 1, GSS codes first) and *Notes*."""
    import xlsxwriter

    found = columns(snapshot, layers)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, SAFE)
    book.set_properties(
        {"title": f"{snapshot.place['name']}: wards", "subject": f"snapshot {snapshot.id}"}
    )
    _wards(book, snapshot, found)
    _notes(book, snapshot, found)
    book.close()
    return buffer.getvalue()


def _wards(book: Any, snapshot: Snapshot, found: list[Column]) -> None:  # noqa: ANN401
    sheet = book.add_worksheet("Wards")
    wrap = book.add_format({"text_wrap": True, "bold": True, "valign": "top"})
    codes = list(snapshot.areas.index)
    for at, code in enumerate(codes, start=1):
        sheet.write_string(at, 0, code)
        sheet.write_string(at, 1, snapshot.area_name(code))
    for position, column in enumerate(found, start=2):
        decimals = column.decimals
        style = book.add_format(
            {"num_format": "#,##0" + ("." + "0" * decimals if decimals else "")}
        )
        for at, code in enumerate(codes, start=1):
            value = column.values[code]
            if not math.isnan(value):
                sheet.write_number(at, position, float(value), style)
            else:
                sheet.write_string(at, position, SHORTHAND.get(str(column.statuses[code]), "[x]"))
    headings = _distinct(["Ward code", "Ward name", *(column.heading for column in found)])
    table = {"columns": [{"header": heading, "header_format": wrap} for heading in headings],
             "name": "wards", "style": "Table Style Light 1", "autofilter": True}  # fmt: skip
    sheet.add_table(0, 0, len(codes), len(headings) - 1, table)
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 32)
    sheet.set_column(2, max(2, len(headings) - 1), 16)
    sheet.set_row(0, 75)
    sheet.freeze_panes(1, 2)


def _distinct(headings: list[str]) -> list[str]:
    """Return headings of which no two are the same but for case, as a marked table needs."""
    seen: dict[str, int] = {}
    made = []
    for heading in headings:
        count = seen.get(heading.lower(), 0)
        seen[heading.lower()] = count + 1
        made.append(heading if not count else f"{heading} [{count + 1}]")
    return made


def _notes(book: Any, snapshot: Snapshot, found: list[Column]) -> None:  # noqa: ANN401
    sheet = book.add_worksheet("Notes")
    bold = book.add_format({"bold": True})
    place = snapshot.place
    lines = [
        f"{place['name']}: figures for wards ({place['geography']})",
        f"Snapshot {snapshot.id}, published {snapshot.published_date}, by {place['publisher']}",
        "[c]: not shown, since it rests on few people. [x]: not available. Neither means zero.",
        snapshot.index["notice"],
        snapshot.index["rank_note"],
        *place["attribution"],
        *(["This place is fictional."] if place["fictional"] else []),
    ]
    at = 0
    for line in lines:
        if line:
            sheet.write_string(at, 0, str(line), bold if at == 0 else None)
            at += 1
    at += 1
    heads = ("Column", "Id", "Unit", "Period", "Polarity", "Publisher", "Licence")
    for position, head in enumerate(heads):
        sheet.write_string(at, position, head, bold)
    for row, column in enumerate(found, start=at + 1):
        polarity = column.polarity.replace("_", " ")
        cells = [column.heading, column.id, column.unit, column.period, polarity]
        cells += [column.source, column.licence]
        for position, cell in enumerate(cells):
            sheet.write_string(row, position, cell)
    sheet.set_column(0, 0, 60)
    sheet.set_column(1, 6, 22)
