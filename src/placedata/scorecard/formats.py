"""Every format of a card by its name: what makes it, and what its file is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from placedata.errors import Problem, UsageError
from placedata.scorecard.blocks import is_comparison
from placedata.scorecard.csv_rows import ENDING, to_csv, to_csv_metadata

if TYPE_CHECKING:
    from placedata.scorecard.card import Comparison, Scorecard
    from placedata.snapshot import Snapshot

#: Format -> media type.
MEDIA = {
    "html": "text/html",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
FORMATS = tuple(MEDIA)
#: What each is for, in words, for lists of downloads.
TITLES = {
    "html": "Web page (HTML)",
    "pdf": "Tagged PDF",
    "xlsx": "Workbook (XLSX)",
    "csv": "Rows (CSV)",
    "json": "Data (JSON)",
    "pptx": "Slides (PPTX)",
}


def card_files(
    card: Scorecard | Comparison, snapshot: Snapshot, kind: str, stem: str
) -> Mapping[str, bytes]:
    """Return the files of a card in one format: name -> content; a CSV comes with its metadata.

    Parameters
    ----------
    kind
        One of `FORMATS`.
    stem
        File name without ending.
    """
    name = f"{stem}.{kind}"
    files = {name: _makers()[kind](card, snapshot)}
    if kind == "csv":
        one = card.cards[0] if is_comparison(card) else card
        files[name + ENDING] = to_csv_metadata(one, name).encode()
    return files


def _makers() -> Mapping[str, Callable[[Scorecard | Comparison, Snapshot], bytes]]:
    return {
        "html": lambda card, snapshot: card.to_html(snapshot).encode(),
        "pdf": _pdf,
        "xlsx": _xlsx,
        "csv": lambda card, _: to_csv(_cards(card)).encode(),
        "json": lambda card, _: card.to_json().encode(),
        "pptx": _pptx,
    }


def _cards(card: Scorecard | Comparison) -> tuple[Scorecard, ...]:
    return card.cards if is_comparison(card) else (card,)


def _pdf(card: Scorecard | Comparison, snapshot: Snapshot) -> bytes:
    from placedata.scorecard.pdf import to_pdf

    return to_pdf(card, snapshot)


def _xlsx(card: Scorecard | Comparison, _: Snapshot) -> bytes:
    from placedata.scorecard.xlsx import card_xlsx

    return card_xlsx(card)


def _pptx(card: Scorecard | Comparison, snapshot: Snapshot) -> bytes:
    from placedata.scorecard.slides import to_pptx

    if is_comparison(card):
        problem = Problem("scorecard", "format", "'pptx'", "html, pdf, xlsx, csv, json")
        raise UsageError(f"there are no slides of a comparison: {card.title}", [problem])
    return to_pptx(card, snapshot)
