"""The last section of a scorecard on pages: how to read it, sources, licences, how to remake it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.scorecard.blocks import ROUNDING, Block, heading, sentence
from placedata.scorecard.columns import share_alike_notice
from placedata.wording import SHORTHAND_NOTES, join_list, licence_name

if TYPE_CHECKING:
    from placedata.scorecard.card import Scorecard
    from placedata.scorecard.parts import Figure, Source

Numbered = tuple[int, "Source"]


def source_number(card: Scorecard, figure: Figure) -> int:
    """Return which of the card's sources, counted from 1, a figure is from."""
    return next(
        number for number, item in enumerate(card.sources, start=1) if figure.layer in item.layers
    )


def _source(number: int, source: Source) -> str:
    address = f", {source.url}" if source.url else ""
    return f"{number}. {source.publisher}: {licence_name(source.licence)}{address}"


def _halves(items: list[Numbered]) -> list[list[Numbered]]:
    middle = (len(items) + 1) // 2
    return [half for half in (items[:middle], items[middle:]) if half]


def method(card: Scorecard) -> list[Block]:
    """Return method, sources and licences, snapshot and hash, and the command."""
    signs = " ".join(f"{sign} {words}." for sign, words in SHORTHAND_NOTES.items() if sign != "[z]")
    made = [
        heading("Method and sources"),
        sentence(" ".join(filter(None, [f"{card.framework}.", card.notice and f"{card.notice}."]))),
        sentence(f"{signs} Neither is zero. {ROUNDING}"),
    ]
    if card.peers:
        names = join_list([name for _, name in card.peers])
        by = f", by {join_list(card.peers_by)}" if card.peers_by else ""
        made.append(sentence(f"Peers, the {card.nouns[1]} most like it{by}: {names}."))
    made += [sentence(line, "note") for line in card.caveats]
    made.append(heading("Sources", 3))
    made.append({"kind": "columns", "columns": [
        [sentence(_source(number, source), "note") for number, source in half]
        for half in _halves(list(enumerate(card.sources, start=1)))
    ]})  # fmt: skip
    made += [sentence(line, "note") for line in card.attribution]
    shared = [item.title for item in card.all_figures if item.share_alike]
    made += [sentence(share_alike_notice(shared))] if shared else []
    by = f"Published by {card.publisher}" + (f" ({card.contact})." if card.contact else ".")
    made.append(sentence(
        f"{by} Snapshot {card.snapshot}, published {card.published}; card {card.hash}. "
        "Made again by:"))  # fmt: skip
    return [*made, sentence(card.reproduce, "code")]
