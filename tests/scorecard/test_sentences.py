"""Sentences are short, plain, and hold no number that the card does not; counted independently."""

import json
import re

import pytest

from placedata.scorecard import make_comparison, make_place_card

#: How old a reader need be. Below the lower bound there would be no sentences left, only scraps.
YOUNGEST, OLDEST = 6, 13


def resolve(document, pointer):
    """Return what a JSON pointer (RFC 6901) leads to."""
    for part in pointer.split("/")[1:]:
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def names_of(card):
    """Return every name and unit that an analyst chose, the longest first."""
    figures = card.all_figures
    found = {card.area_name, card.place_name, card.comparator or "", *card.alike}
    found |= {name for _, name in (*card.peers, *card.members)}
    found |= {item.area_name for item in card.areas_by_score}
    found |= {item.title for item in (*card.nodes, *figures)}
    found |= {item.unit for item in figures if len(item.unit) > 1}
    return sorted(found - {""}, key=len, reverse=True)


def plain(text, names):
    """Return the text with every name as a short word: how it reads is the analyst's choice."""
    text = text.replace("\xa0", " ")
    for name in names:
        text = text.replace(name, "Ash")
    return text


def numbers_in(text):
    """Return the numbers in a text, without those of "out of 100" and of ordinals' letters."""
    text = text.replace("out of 100", "").replace("\N{MINUS SIGN}", "-")
    return re.findall(r"-?\d[\d,]*(?:\.\d+)?", text)


def backed(number, rests, document):
    """Tell whether a number of the text is one of those that the sentence rests on."""
    value, digits = float(number.replace(",", "")), len(number.partition(".")[2])
    for item in rests:
        found = resolve(document, item["path"])
        if isinstance(found, list):
            # "and 3 more": as many as are not named; never more than there are
            if item["value"] == value <= len(found):
                return True
        elif isinstance(found, str):
            if number in re.findall(r"\d+", found):
                return True
        else:
            assert found == item["value"]
            shown = {abs(found), abs(100 * found) if item["path"].endswith("/near") else abs(found)}
            if any(abs(round(one, digits) - abs(value)) < 1e-9 for one in shown):
                return True
    return False


def unbacked(card, document, sentences):
    """Return the numbers of sentences that nothing in the JSON backs."""
    names, found = names_of(card), []
    for line in sentences:
        # periods such as 2019-23 are texts of the card
        periods = [item["value"] for item in line["rests"] if isinstance(item["value"], str)]
        text = plain(line["text"], [*names, *periods])
        found += [
            (number, line["text"])
            for number in numbers_in(text)
            if not backed(number, line["rests"], document)
        ]
        for period in periods:
            assert period in line["text"]
    return found


@pytest.fixture(scope="module")
def made(snapshot_of_cards, cards):
    return [*cards.values(), make_place_card(snapshot_of_cards)]


def test_every_number_in_a_sentence_is_in_the_json(made):
    for card in made:
        document = json.loads(card.to_json())
        assert document["sentences"]
        assert unbacked(card, document, document["sentences"]) == []


def test_every_number_in_a_comparison_is_in_its_json(snapshot_of_cards):
    comparison = make_comparison(snapshot_of_cards, list(snapshot_of_cards.areas.index[:3]))
    document = json.loads(comparison.to_json())
    assert document["sentences"]
    for card in comparison.cards:
        names = [one.area_name for one in comparison.cards] + names_of(card)
        for line in document["sentences"]:
            for number in numbers_in(plain(line["text"], names)):
                assert backed(number, line["rests"], document), (number, line["text"])


def test_the_check_finds_a_number_that_nothing_backs(made):
    document = json.loads(made[0].to_json())
    line = {**document["sentences"][0], "text": "It scores 12345.6 out of 100."}
    assert unbacked(made[0], document, [line]) == [("12345.6", line["text"])]


def test_with_names_set_aside_the_sentences_are_for_readers_of_six_to_thirteen(made, reading_age):
    for card in made:
        text = " ".join(plain(line.text, names_of(card)) for line in card.sentences)
        assert YOUNGEST <= reading_age(text) <= OLDEST, (card.area_name, reading_age(text))


def test_reading_age_of_known_texts(reading_age):
    # Flesch and Kincaid's own scale: a primer, and a sentence of an act of Parliament
    assert reading_age("The cat sat on the mat. It was fat.") < 7
    hard = "Notwithstanding the provisions of the preceding subsection, authorities exercising "
    hard += "delegated functions shall appropriately consider equality."
    assert reading_age(hard) > 20


def test_a_difference_that_chance_may_explain_is_not_called_clear(made):
    for card in made:
        for line in card.sentences:
            if line.topic in {"place", "peers"} and line.text.startswith("Clearly"):
                gap = card.figure(line.ids[0]).gap(line.topic)
                assert gap.clear
        top = card.index
        if card.kind == "area" and top.low is not None:
            said = " ".join(line.text for line in card.sentences_of("score"))
            inside = top.low <= (top.of + 1) / 2 <= top.high
            assert ("not clearly different from the middle" in said) == inside


def test_what_is_not_known_is_said(cards):
    said = {code: " ".join(line.text for line in card.sentences_of("gap"))
            for code, card in cards.items()}  # fmt: skip
    # no figure for ward 4 of "markup"; two components have no indicator at all
    assert "1 indicator has no figure here." in said["E05990004"]
    assert "no figure here" not in said["E05990001"]
    assert "There are no figures yet for" in said["E05990001"]
    assert "Environmental quality" in said["E05990001"]


def test_a_suppressed_figure_is_in_no_sentence(cards):
    card = cards["E05990001"]
    assert card.figure("ill").status == "suppressed"
    assert not [line for line in card.sentences if "ill" in line.ids]
