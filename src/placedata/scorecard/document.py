"""A scorecard or comparison as one document for a format that is set on pages."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from placedata.geography import geography_in_words
from placedata.scorecard.blocks import Block, is_comparison, picture
from placedata.scorecard.compared import comparison_blocks
from placedata.scorecard.pictures import locator_svg
from placedata.scorecard.sections import card_blocks
from placedata.wording import plural

if TYPE_CHECKING:
    from placedata.scorecard.card import Comparison, Scorecard
    from placedata.snapshot import Snapshot


def card_document(card: Scorecard | Comparison, snapshot: Snapshot) -> Block:
    """Return header, blocks and footer.

    Keys ``title``, ``author``, ``description``, ``colour``, ``accent``, ``logo``, ``kicker``,
    ``name``, ``subtitle``, ``banner``, ``locator``, ``footer`` and ``blocks``.
    """
    if is_comparison(card):
        return _comparison(card)
    drawn = locator_svg(card, snapshot)
    return {
        "title": f"{card.area_name}: {_kind(card).lower()}, {card.place_name}",
        "description": f"Scorecard of {card.area_name}, snapshot {card.snapshot}, card {card.hash}",
        "kicker": f"{_kind(card)} · {card.place_name}",
        "name": card.area_name,
        "subtitle": _subtitle(card),
        "locator": picture(drawn) if drawn else None,
        "footer": f"{card.area_name} · snapshot {card.snapshot} · published {card.published} · "
        f"card {card.hash}",
        "blocks": card_blocks(card),
        **_shared(card),
    }


def _comparison(compared: Comparison) -> Block:
    card = compared.cards[0]
    return {
        "title": f"{compared.title}: side by side, {card.place_name}",
        "description": f"Comparison, snapshot {card.snapshot}, {compared.hash}",
        "kicker": f"Comparison of {plural(len(compared.cards), *card.nouns)} · {card.place_name}",
        "name": compared.title,
        "subtitle": f"{card.place_name} ({geography_in_words(card.geography)})",
        "locator": None,
        "footer": f"Snapshot {card.snapshot} · published {card.published} · {compared.hash}",
        "blocks": comparison_blocks(compared),
        **_shared(card),
    }


def _shared(card: Scorecard) -> Block:
    brand = card.branding
    if brand.logo:
        kind = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}[brand.logo_type]
        data = base64.b64decode(brand.logo)
        logo: Block = {"kind": kind, "alt": brand.logo_alt, "svg": "", "bytes": []}
        logo |= {"svg": data.decode()} if kind == "svg" else {"bytes": list(data)}
    else:
        logo = {}
    return {
        "author": brand.council,
        "colour": brand.colour,
        "accent": brand.accent,
        "logo": logo or None,
        "banner": f"{card.place_name} is fictional. Its places, people and figures are made up."
        if card.fictional
        else "",
    }


def _kind(card: Scorecard) -> str:
    one, many = card.nouns
    return {
        "area": f"{one.capitalize()} scorecard",
        "custom": f"Scorecard of several {many}",
        "place": "Scorecard of the whole place",
    }[card.kind]


def _subtitle(card: Scorecard) -> str:
    edition, count = geography_in_words(card.geography), plural(card.areas, *card.nouns)
    if card.kind == "place":
        return f"{count} ({edition})"
    if card.kind == "custom":
        return f"{len(card.members)} of {count} of {card.place_name} ({edition})"
    return f"{card.area_code}, one of {count} of {card.place_name} ({edition})"
