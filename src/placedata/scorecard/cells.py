"""What stands in the cells of a scorecard's tables: numbers in words, ranks, verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.wording import format_number, format_value, interval_text, rank_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from placedata.scorecard.card import Scorecard
    from placedata.scorecard.parts import AreaScore, Figure, Gap, NodeScore

#: Letters of a unit that stands beside a number in a table.
SHORT_UNIT = 6
POLARITY = {"higher_is_better": "higher is better", "lower_is_better": "lower is better"}
#: Grades whose reasons are told on the card.
WEAK = ("C", "D")


def value_text(figure: Figure, value: float | None, *, whole: bool = False) -> str:
    """Return one number of a figure as people read it, or its shorthand.

    The row's heading says the unit; in a cell only a short one is repeated.
    """
    if value is None:
        shorthand = figure.shorthand if figure.value is None and figure.shorthand else "[x]"
        why = figure.note.partition(":")[0] if figure.value is None else ""
        return f"{shorthand} {why}".rstrip()
    unit = figure.unit if whole or len(figure.unit) <= SHORT_UNIT else ""
    return format_value(value, unit, figure.decimals)


def other_text(figure: Figure, value: float | None) -> str:
    """Return what a figure is set beside; a dash where there is nothing."""
    if value is None:
        return "–"
    unit = figure.unit if len(figure.unit) <= SHORT_UNIT else ""
    return format_value(value, unit, figure.decimals)


def interval_words(figure: Figure) -> str:
    """Return the 90 % interval of a figure: ``12.1 to 15.8``."""
    ends = [format_number(end, figure.decimals) for end in (figure.low, figure.high)]
    return " to ".join(ends)


def score_text(score: float | None) -> str:
    """Return a score with one decimal, or ``no score``."""
    return "no score" if score is None else f"{score:.1f}"


def rank_words(item: NodeScore | AreaScore, of: int) -> str:
    """Return ``4th of 19 (2 to 7)``, or ``not ranked``."""
    if item.rank is None:
        return "not ranked"
    text = rank_text(item.rank, of)
    if item.low is None or item.high is None:
        return text
    return f"{text} ({interval_text(item.low, item.high)})"


def figure_rank(figure: Figure) -> str:
    """Return the rank of a figure; where it is not ranked, why in a word."""
    if figure.rank is None:
        return "–" if figure.value is None or figure.polarity == "neutral" else "not ranked"
    return rank_text(figure.rank, figure.of)


def verdict_words(gap: Gap) -> str:
    """Return how a figure stands to another, and whether that is more than chance."""
    if gap.direction == "same":
        return "the same"
    if gap.clear is None:
        return gap.direction
    return f"clearly {gap.direction}" if gap.clear else "not clearly different"


def share_text(share: float | None) -> str:
    """Return a share of 1 as a percentage, never 0 or 100 % where it is not."""
    if share is None:
        return "[x]"
    shown = round(100 * share)
    if shown == 100 and share < 1:
        return "over 99%"
    return "under 1%" if shown == 0 and share > 0 else f"{shown}%"


def reasons(figures: Iterable[Figure]) -> list[tuple[str, list[str]]]:
    """Return each reason that holds the grade of a figure back, with the figures it holds."""
    found: dict[str, list[str]] = {}
    for figure in figures:
        if figure.grade in WEAK:
            for reason in figure.reasons:
                found.setdefault(reason.partition(":")[0], []).append(figure.title)
    return sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))


def shown_areas(areas: Sequence[AreaScore], most: int) -> list[AreaScore]:
    """Return all areas, or half of `most` from the top and half from the end."""
    if len(areas) <= most:
        return list(areas)
    scored = [item for item in areas if item.score is not None]
    return [*scored[: most // 2], *scored[-(most // 2) :]]


def kind_words(card: Scorecard) -> str:
    """Return what kind of card it is, in words."""
    one = card.nouns[0]
    return {
        "area": f"{one.capitalize()} scorecard",
        "custom": f"Scorecard of several {card.nouns[1]}",
        "place": "Scorecard of the whole place",
    }[card.kind]


def this_area(card: Scorecard) -> str:
    """Return what a column of the card's own figures is called."""
    names = {"place": "Place", "custom": "This area"}
    return names.get(card.kind, f"This {card.nouns[0]}")


def subtitle(card: Scorecard) -> str:
    """Return what the card is about, beneath its name."""
    from placedata.geography import geography_in_words
    from placedata.wording import join_list, plural

    edition = geography_in_words(card.geography)
    if card.kind == "place":
        return f"{plural(card.areas, *card.nouns)} ({edition})"
    if card.kind == "custom":
        return f"{join_list([name for _, name in card.members])}, in {card.place_name} ({edition})"
    among = f"one of {plural(card.areas, *card.nouns)} of {card.place_name}"
    return f"{card.area_code}, {among} ({edition})"
