"""A scorecard as one HTML file that needs no other: styles, locator map and charts inside."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from placedata.scorecard import cell_pictures, cells
from placedata.scorecard.blocks import is_comparison
from placedata.wording import (
    SHORTHAND_NOTES,
    format_number,
    format_value,
    interval_text,
    join_list,
    licence_name,
    plural,
)

if TYPE_CHECKING:
    from jinja2 import Environment

    from placedata.scorecard.branding import Branding
    from placedata.scorecard.card import Comparison, Scorecard
    from placedata.snapshot import Snapshot

#: At most this many strengths, changes and areas are listed one by one.
MOST_STANDING = 4
MOST_CHANGES = 12
MOST_AREAS = 40


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("placedata.scorecard", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "licence": licence_name,
        "plural": plural,
        "listed": join_list,
        "number": format_number,
        "value": format_value,
        "share": cells.share_text,
        "verdict": cells.verdict_words,
        "ranks": interval_text,
        "polarity_short": lambda word: cells.POLARITY.get(word, "neither way is better"),
    }
    return environment


def to_html(card: Scorecard | Comparison, snapshot: Snapshot) -> str:
    """Return a scorecard or a comparison as a whole HTML document.

    It has no script, no link to another file, and prints on A4.
    """
    if is_comparison(card):
        from placedata.scorecard.html_compare import comparison_html

        first = card.cards[0]
        body = comparison_html(card, _environment(), snapshot, _method_words(first))
        title = f"{card.title} side by side – {first.place_name}"
    else:
        first, body = card, body_html(card, snapshot)
        title = f"{card.area_name} scorecard – {card.place_name}"
    return page_html(title, body, first.branding, f"{first.snapshot} · {card.hash}")


def page_html(title: str, body: Any, branding: Branding, footer: str) -> str:  # noqa: ANN401
    """Return a whole document with the styles of a scorecard.

    Parameters
    ----------
    title
        Of the document.
    body
        What it holds, marked safe.
    branding
        Its colours.
    footer
        Printed on every page; letters, digits and a few signs only.
    """
    template = _environment().get_template("scorecard.html")
    return template.render(title=title, body=body, palette=_palette(branding, footer))


def body_html(card: Scorecard, snapshot: Snapshot) -> Any:  # noqa: ANN401
    """Return the inside of the scorecard, marked safe, for a page with its own frame."""
    from markupsafe import Markup

    from placedata.scorecard.pictures import locator_svg

    def drawn(svg: str) -> Markup:
        return Markup(svg)  # noqa: S704  our own SVG, its text escaped

    top = card.index
    template = _environment().get_template("body.html")
    scored = sum(item.score is not None for item in card.areas_by_score)
    text = template.render(
        card=card,
        top=top,
        dimensions=card.children(top.id) if top else (),
        kind_words=cells.kind_words(card),
        subtitle=cells.subtitle(card),
        this_area=cells.this_area(card),
        locator=drawn(locator_svg(card, snapshot)),
        score=cells.score_text,
        rank=lambda node: cells.rank_words(node, node.of),
        area_rank=lambda item: cells.rank_words(item, scored),
        figure_rank=cells.figure_rank,
        value=lambda figure: cells.value_text(figure, figure.value),
        full_value=lambda figure: cells.value_text(figure, figure.value, whole=True),
        other=cells.other_text,
        interval=cells.interval_words,
        score_bar=lambda node: drawn(cell_pictures.score_bar(card, node)),
        rank_band=lambda node: drawn(cell_pictures.rank_band(card, node)),
        area_band=lambda item: drawn(cell_pictures.area_band(card, item)),
        position=lambda figure: drawn(cell_pictures.position(card, figure, snapshot)),
        trend=lambda figure: drawn(cell_pictures.trend(card, figure)),
        columns=_columns(card),
        empty_components=[
            node.title for node in card.nodes if node.level == "component" and not node.indicators
        ],
        shown_areas=cells.shown_areas(card.areas_by_score, MOST_AREAS),
        most_standing=MOST_STANDING,
        most_changes=MOST_CHANGES,
        reproduce=card.reproduce,
        hash=card.hash,
        **_method_words(card),
    )  # fmt: skip
    return Markup(text)  # noqa: S704  made by an escaping template


def _method_words(card: Scorecard) -> dict[str, Any]:
    """Return what the last section needs: signs, reasons, caveats, sources."""
    source_of = {layer: at for at, item in enumerate(card.sources, 1) for layer in item.layers}
    return {
        "source_of": lambda figure: source_of[figure.layer],
        "reasons": cells.reasons(card.figures),
        "caveats": _caveats(card),
        "notes": [f"{sign} {words}." for sign, words in SHORTHAND_NOTES.items() if sign != "[z]"],
        "shares_alike": [item.title for item in card.all_figures if item.share_alike],
    }


def _columns(card: Scorecard) -> int:
    """Return how many columns the table of indicators has."""
    return (
        6 + (card.kind != "place") + bool(card.peers) + bool(card.comparator)
        + 2 * (card.kind == "area")
    )  # fmt: skip


def _caveats(card: Scorecard) -> list[str]:
    """Return what a reader must know of the place and of the scored figures, each once."""
    told: dict[str, list[str]] = {}
    for figure in card.figures:
        for line in figure.caveats:
            told.setdefault(line, []).append(figure.title)
    return [*card.caveats, *(f"{join_list(titles)}: {line}" for line, titles in told.items())]


def _palette(branding: Branding, footer: str) -> Any:  # noqa: ANN401
    """Return the colours of a card, and the foot of its printed pages, as CSS."""
    from markupsafe import Markup

    from placedata.colours import tint

    # In a style sheet a code for each sign that is no letter or digit: nothing can end the text.
    safe = "".join(
        sign if sign.isascii() and sign.isalnum() else f"\\{ord(sign):06x}" for sign in footer
    )
    colours = (
        f"--brand: {branding.colour}; --accent: {branding.accent}; "
        f"--tint: {tint(branding.colour, 0.07)}; --tint-strong: {tint(branding.colour, 0.16)};"
    )
    foot = (
        f'@page {{ @bottom-left {{ content: "{safe}"; }} '
        '@bottom-right { content: counter(page) " / " counter(pages); } }'
    )
    return Markup(f":root {{ {colours} }}\n@media print {{ {foot} }}")  # noqa: S704  hex only
