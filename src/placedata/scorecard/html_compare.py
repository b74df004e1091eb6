"""Areas side by side as HTML: what they score, what is behind it, and whether they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from placedata.scorecard import cell_pictures, cells

if TYPE_CHECKING:
    from jinja2 import Environment

    from placedata.scorecard.card import Comparison
    from placedata.snapshot import Snapshot


def comparison_html(
    comparison: Comparison, environment: Environment, snapshot: Snapshot, words: dict[str, Any]
) -> Any:  # noqa: ANN401
    """Return the inside of a comparison, marked safe.

    Parameters
    ----------
    words
        What the method of a card needs, of the first card.
    """
    from markupsafe import Markup

    from placedata.scorecard.pictures import located_svg

    first = comparison.cards[0]
    at = {node.id: position for position, node in enumerate(first.nodes)}

    def drawn(svg: str) -> Markup:
        return Markup(svg)  # noqa: S704  our own SVG, its text escaped

    text = environment.get_template("compare.html").render(
        **words,
        card=first,
        cards=comparison.cards,
        title=comparison.title,
        sentences=comparison.sentences,
        top=first.index,
        loop_index=lambda node: at[node.id],
        locator=drawn(located_svg(snapshot, [card.area_code for card in comparison.cards])),
        score=cells.score_text,
        rank=lambda node: cells.rank_words(node, node.of),
        figure_rank=cells.figure_rank,
        value=lambda figure: cells.value_text(figure, figure.value),
        other=cells.other_text,
        interval=cells.interval_words,
        score_bar=lambda card, node: drawn(cell_pictures.score_bar(card, node, peers=False)),
        reproduce=comparison.reproduce,
        hash=comparison.hash,
    )
    return Markup(text)  # noqa: S704  made by an escaping template
