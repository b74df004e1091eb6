"""A scorecard as a tagged PDF (PDF/UA-1), set by typst from a template and embedded fonts.

Data reach the template as one JSON text that it never reads as markup. Nothing is fetched: the
fonts are in `typeset/`, and typst cannot read outside that folder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from placedata.drawing import plain_strokes
from placedata.errors import PlaceDataError, Problem
from placedata.scorecard.document import card_document

if TYPE_CHECKING:
    from placedata.scorecard.card import Comparison, Scorecard
    from placedata.snapshot import Snapshot

TYPESET = Path(__file__).parent / "typeset"
MAIN = str(TYPESET / "scorecard.typ")
PICTURE = str(TYPESET / "picture.typ")
FONT = "Source Sans Pro"
STANDARD = "ua-1"
_FONT_OF_PICTURES = re.compile(r"font-family=\"[^\"]*\"")
_ONE_AT_A_TIME = Lock()


def to_pdf(card: Scorecard | Comparison, snapshot: Snapshot) -> bytes:
    """Return the scorecard as a PDF/UA-1 document; the same card makes the same bytes.

    Raises
    ------
    PlaceDataError
        A picture has no alternative text, or typst refuses the document; both are told.
    """
    return typeset(card_document(card, snapshot), snapshot.published)


def typeset(document: Mapping[str, Any], published: str) -> bytes:
    """Return a document of blocks (see `document`) as PDF/UA-1.

    Parameters
    ----------
    document
        What `document.card_document` makes.
    published
        ISO 8601; the date that the file says it was made.

    Raises
    ------
    PlaceDataError
        A picture has no alternative text, or typst refuses the document.
    """
    import typst

    _refuse_mute_pictures(document)
    given = {"data": json.dumps(_printable(document), ensure_ascii=False)}
    made_at = int(datetime.fromisoformat(published).timestamp())
    try:
        with _ONE_AT_A_TIME:
            made = _compiler().compile(
                MAIN, format="pdf", sys_inputs=given, pdf_standards=[STANDARD], timestamp=made_at
            )
    except typst.TypstError as error:
        hints = " ".join(getattr(error, "hints", None) or ())
        problem = Problem("PDF", str(document["name"]), str(error.args[0])[:300], hints or STANDARD)
        raise PlaceDataError(
            f"the PDF of {document['name']} cannot be made: {error.args[0]}", [problem]
        ) from error
    return bytes(made)


def png(svg: str, *, dots_per_inch: float = 200) -> bytes:
    """Return an SVG picture as PNG, for programs that take no SVG; text in the font of the PDF."""
    drawn = {"svg": _for_typst(svg)}
    with _ONE_AT_A_TIME:
        made = _compiler().compile(PICTURE, format="png", ppi=dots_per_inch, sys_inputs=drawn)
    return bytes(made)


def _for_typst(svg: str) -> str:
    """Return a picture in our font, its lines as wide as in a browser."""
    return _FONT_OF_PICTURES.sub(f'font-family="{FONT}"', plain_strokes(svg))


@cache
def _compiler() -> Any:  # noqa: ANN401  typst's types are not those of its stub
    """Return the compiler with the template and fonts, read once for each process."""
    import typst

    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[str(TYPESET / "fonts")],
    )
    return typst.Compiler(
        str(TYPESET / "scorecard.typ"),
        root=str(TYPESET),
        font_paths=fonts,
        ignore_system_fonts=True,
    )


def pictures(value: Any, where: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:  # noqa: ANN401
    """Yield every picture of a document with the words that say where it stands."""
    if isinstance(value, Mapping):
        where = str(value.get("caption") or value.get("text") or where)
        if "svg" in value:
            yield where, value
        for key, item in value.items():
            yield from pictures(item, where or str(key))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from pictures(item, where)


def _refuse_mute_pictures(document: Mapping[str, Any]) -> None:
    """Raise if a picture has no alternative text: a reader who cannot see it would get nothing."""
    problems = [
        Problem("PDF", where or "picture", repr(item.get("alt")), "alternative text from the data")
        for where, item in pictures(document)
        if not str(item.get("alt") or "").strip()
    ]
    if problems:
        raise PlaceDataError(
            f"the PDF of {document['name']} cannot be made: a picture without alternative text",
            problems,
        )


def _printable(value: Any) -> Any:  # noqa: ANN401
    """Return plain data with control characters replaced, and our font named in the pictures."""
    from placedata.scorecard.safe import safe_text

    if isinstance(value, Mapping):
        made = {key: _printable(item) for key, item in value.items()}
        if "svg" in made:
            made["svg"] = _for_typst(made["svg"])
        return made
    if isinstance(value, (list, tuple)):
        return [_printable(item) for item in value]
    return safe_text(value) if isinstance(value, str) else value
