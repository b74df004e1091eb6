"""A scorecard as blocks (headings, sentences, tables, pictures) for formats that are set on pages.

Every number is one of the card's, written by `placedata.wording`; nothing is worked out here.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from placedata.scorecard.parts import NodeScore
from placedata.wording import format_value, interval_text, rank_text

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from placedata.scorecard.card import Comparison, Scorecard
    from placedata.scorecard.parts import Figure

Block = dict[str, Any]
#: Units that are a sign stand at every number, others once in a row.
SIGNS = ("%", "°", "£", "€", "$")
#: How numbers are rounded, said once on every page that is set.
ROUNDING = (
    "Scores are shown with one decimal and figures with the decimals of their layer; ranks are "
    "made from unrounded figures. The CSV, JSON, XLSX and map files hold them unrounded."
)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL)
_DESCRIPTION = re.compile(r"<desc[^>]*>(.*?)</desc>", re.DOTALL)


def is_comparison(card: Scorecard | Comparison) -> TypeIs[Comparison]:
    """Return whether a card sets areas side by side; a card of one area has no others."""
    return hasattr(card, "cards")


def picture(svg: str, *, width: float = 1.0) -> Block:
    """Return a picture with the alternative text that it was drawn with; width is a share of 1."""
    said = [found[1] for pattern in (_TITLE, _DESCRIPTION) if (found := pattern.search(svg))]
    parts = [html.unescape(text).strip().rstrip(".") for text in said]
    alt = ". ".join(part for part in parts if part)
    return {"kind": "picture", "svg": svg, "alt": alt and alt + ".", "width": width}


def heading(text: str, level: int = 2) -> Block:
    """Return a heading."""
    return {"kind": "heading", "level": level, "text": text}


def sentence(text: str, kind: str = "text") -> Block:
    """Return a paragraph: ``text``, ``lead``, ``note``, ``warning`` or ``code``."""
    return {"kind": kind, "text": text}


def listed(items: list[str]) -> Block:
    """Return a bulleted list."""
    return {"kind": "list", "items": items}


def table(caption: str, columns: list[tuple[str, str, float]], rows: list[Block]) -> Block:
    """Return a table.

    Parameters
    ----------
    caption
        Stands above it.
    columns
        Heading, side (``left`` or ``right``) and width as a share of any sum.
    rows
        ``{"cells": [...]}``, or ``{"group": title, "note": words}`` over the whole width.
    """
    headers, sides, widths = (list(part) for part in zip(*columns, strict=True))
    return {
        "kind": "table", "caption": caption, "header": headers, "align": sides, "widths": widths,
        "rows": rows,
    }  # fmt: skip


def score_text(score: float | None) -> str:
    """Return a score with one decimal, or ``no score``."""
    return "no score" if score is None else f"{score:.1f}"


def rank_interval(item: NodeScore | Figure) -> tuple[int, int] | None:
    """Return the best and the worst rank that chance allows, or None where it is not known."""
    found = (
        (item.low, item.high) if isinstance(item, NodeScore) else (item.rank_low, item.rank_high)
    )
    return None if found[0] is None or found[1] is None else (int(found[0]), int(found[1]))


def rank_words(item: NodeScore | Figure) -> str:
    """Return ``3rd of 19 (2 to 6)``: the rank, and where it may lie."""
    if item.rank is None:
        return "not ranked"
    text, interval = rank_text(item.rank, item.of), rank_interval(item)
    return text if interval is None else f"{text} ({interval_text(*interval)})"


def rank_bar(item: NodeScore | Figure) -> Block | None:
    """Return what the small line of a rank shows, or None without a rank."""
    if item.rank is None:
        return None
    low, high = rank_interval(item) or (None, None)
    return {"rank": item.rank, "of": item.of, "low": low, "high": high}


def value_text(value: float | None, unit: str, decimals: int, sign: str = "[x]") -> str:
    """Return a number as people read it, with a unit that is one sign; else the shorthand.

    Other units stand once in the row's heading.
    """
    if value is None:
        return sign
    return format_value(value, unit[:1] if unit[:1] in SIGNS else "", decimals)


def figure_text(figure: Figure) -> str:
    """Return the area's own number of a figure, or why there is none."""
    why = figure.note.partition(":")[0] if figure.value is None else ""
    sign = f"{figure.shorthand or '[x]'} {why}".rstrip()
    return value_text(figure.value, figure.unit, figure.decimals, sign)


def interval_words(figure: Figure) -> str:
    """Return ``9.1 to 10.4``: where nine of ten such figures lie; empty where that is not known."""
    if figure.low is None or figure.high is None:
        return ""
    ends = [value_text(end, "", figure.decimals) for end in (figure.low, figure.high)]
    return " to ".join(ends)
