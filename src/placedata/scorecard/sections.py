"""The sections of a scorecard that is set on pages: each a list of blocks made from the card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from placedata.scorecard.blocks import (
    Block,
    figure_text,
    heading,
    interval_words,
    listed,
    picture,
    rank_bar,
    rank_words,
    score_text,
    sentence,
    table,
    value_text,
)
from placedata.scorecard.method import method, source_number
from placedata.scorecard.pictures import trend_svg
from placedata.wording import join_list, plural, polarity_sentence

if TYPE_CHECKING:
    from placedata.scorecard.card import Scorecard
    from placedata.scorecard.parts import Figure, NodeScore
    from placedata.scorecard.statements import Changed, Standing

#: Letters of an area's name that fit at the head of a narrow column.
LONGEST_HEAD = 24
#: Of a place with many areas only so many at each end of the list are set on paper.
ENDS = 10
#: Strengths, weaknesses and changes that are set on paper; the rest is counted.
MOST_LISTED = 4
MOST_CHANGES = 20


def summary(card: Scorecard) -> list[Block]:
    """Return the card in sentences, the score first."""
    first = [item.text for item in card.sentences_of("score")]
    rest = [
        item.text for item in card.sentences if item.topic not in {"score", "strength", "weakness"}
    ]
    made = [sentence(" ".join(first), "lead")] if first else []
    made += [sentence(card.not_scored)] if card.not_scored else []
    if card.members and not first:
        names = join_list([name for _, name in card.members])
        made.append(sentence(f"Made of {plural(len(card.members), *card.nouns)}: {names}."))
    return [*made, {**listed(rest), "small": True}] if rest else made


def scores(card: Scorecard) -> list[Block]:
    """Return the scores: tiles, bars of the components, and all of them as a table."""
    top = card.index
    if top is None:
        return []
    tiles = [_tile(card, node) for node in (top, *card.children(top.id))]
    said = "Scores run from 0 to 100; higher is better."
    if top.rank is not None:
        said += f" Rank 1 is the best. In brackets: {card.rank_note}."
    made = [heading("Scores"), {"kind": "tiles", "tiles": tiles}, sentence(said, "note")]
    if card.warning and not card.sentences:
        made.append(sentence(card.warning, "warning"))
    if card.alike and not card.sentences:
        alike = join_list(card.alike, most=MOST_LISTED)
        made.append(sentence(f"By its score it cannot be told apart from {alike}."))
    return [*made, _score_table(card), *_areas(card)]


def _tile(card: Scorecard, node: NodeScore) -> Block:
    lines = [rank_words(node)] if node.rank is not None else []
    if node.place_mean is not None and card.kind != "place":
        lines.append(f"mean of {card.nouns[1]}: {score_text(node.place_mean)}")
    return {
        "title": node.title, "value": score_text(node.score), "label": node.label, "lines": lines,
        "unit": "" if node.score is None else "of 100",
    }  # fmt: skip


def _score_table(card: Scorecard) -> Block:
    ranked = any(node.rank is not None for node in card.nodes)
    others = [("Peers", "right", 1.0)] if card.peers else []
    columns = [("Score", "left", 3.9), ("0 to 100", "left", 2.0), (_head_of(card), "right", 1.3)]
    if card.kind != "place":
        columns += [(f"Mean of {card.nouns[1]}", "right", 1.2), *others]
    columns += [("Rank (1 is best)", "left", 2.0)] if ranked else []
    columns += [("Indicators, observed", "left", 1.5)]
    rows = [{"cells": _score_cells(card, node, ranked=ranked)} for node in card.nodes]
    return table("Scores from 0 to 100, higher is better; the tick marks the mean", columns, rows)


def _score_cells(card: Scorecard, node: NodeScore, *, ranked: bool) -> list[Block | str]:
    small = node.level == "component"
    title = f"– {node.title}" if small else node.title
    mean = None if card.kind == "place" else node.place_mean
    cells: list[Block | str] = [
        {"text": title, "strong": not small, "label": node.label},
        {"text": "", "score": {"score": node.score, "mean": mean}},
        {"text": score_text(node.score), "strong": not small},
    ]
    if card.kind != "place":
        cells.append(score_text(node.place_mean))
        cells += [score_text(node.peer_mean)] if card.peers else []
    cells += [rank_words(node)] if ranked else []
    seen = f"{node.indicators}, {100 * node.coverage:.0f}%" if node.indicators else "none"
    return [*cells, seen]


def _areas(card: Scorecard) -> list[Block]:
    """Return the areas of a place by score: all of them, or both ends of a long list."""
    found = card.areas_by_score
    if not found:
        return []
    long = len(found) > 3 * ENDS
    shown = (*found[:ENDS], *found[-ENDS:]) if long else found
    columns = [("Area", "left", 3.0), ("Score", "right", 1.0), ("Rank", "left", 2.0)]
    rows = []
    for item in shown:
        span = "" if item.low is None or item.high is None else f" ({item.low} to {item.high})"
        rank = "not ranked" if item.rank is None else f"{item.rank}{span}"
        rows.append({"cells": [item.area_name, score_text(item.score), rank]})
    made = [table(f"{card.nouns[1].capitalize()} by score, best first", columns, rows)]
    if long:
        left = len(found) - 2 * ENDS
        made.append(
            sentence(f"Between them are {left:,} more; the JSON and XLSX have all.", "note")
        )
    return made


def standing(card: Scorecard) -> list[Block]:
    """Return strengths and weaknesses side by side, each with why."""
    if card.index is None or card.kind != "area":
        return []
    sides = [
        [heading(title, 3), *_standing(items)]
        for title, items in (("▲ Strengths", card.strengths), ("▼ Weaknesses", card.weaknesses))
    ]
    return [heading("Strengths and weaknesses"), {"kind": "columns", "columns": sides}]


def _standing(items: tuple[Standing, ...]) -> list[Block]:
    if not items:
        return [sentence("None stands out.")]
    made: list[Block] = [{"kind": "pairs", "items": [
        {"text": item.text, "note": item.why} for item in items[:MOST_LISTED]
    ]}]  # fmt: skip
    if len(items) > MOST_LISTED:
        left = len(items) - MOST_LISTED
        made.append(sentence(f"And {left} more, marked in the tables.", "note"))
    return made


def indicators(card: Scorecard) -> list[Block]:
    """Return every indicator of the index under its component, then the figures outside it."""
    rows: list[Block] = []
    empty = []
    for node in card.nodes:
        if node.level != "component":
            continue
        inside = card.figures_of(node.id)
        if inside:
            rows.append({"group": node.title, "note": node.question})
            rows += [_figure_row(card, figure) for figure in inside]
        else:
            empty.append(node.title)
    other = [item for item in card.context if item.layer not in card.people]
    if other:
        rows.append({"group": "Not part of the score", "note": ""})
        rows += [_figure_row(card, figure) for figure in other]
    if not rows:
        return []
    made = [heading("Indicators"), table("Indicators, by component", _figure_columns(card), rows)]
    said = []
    if any(figure.low is not None for figure in card.all_figures):
        said.append("Under a figure: where nine of ten such figures lie.")
    if _graded(card):
        said.append("Quality goes from A, the best, to D.")
    if empty:
        said.append(f"Not measured: no indicators for {join_list(empty)}.")
    return [*made, sentence(" ".join(said), "note")] if said else made


def people(card: Scorecard) -> list[Block]:
    """Return how many people and homes there are."""
    found = [item for item in card.all_figures if item.layer in card.people]
    if not found:
        return []
    size = []
    if card.square_km is not None:
        said = f"The outline holds {value_text(card.square_km, '', 2)} square kilometres."
        size = [sentence(said, "note")]
    columns = _figure_columns(card)
    rows = [_figure_row(card, figure) for figure in found]
    return [heading("People and homes"), table("People and homes", columns, rows), *size]


def _figure_columns(card: Scorecard) -> list[tuple[str, str, float]]:
    place = [] if card.kind == "place" else [(card.place_name, "right", 1.4)]
    wider = [(card.comparator, "right", 1.0)] if card.comparator else []
    peers = [("Peers", "right", 0.95)] if card.peers else []
    ranked = [("Rank (1 is best)", "left", 2.1)] if card.kind == "area" else []
    graded = [("Quality", "left", 0.75)] if _graded(card) else []
    return [
        ("Indicator", "left", 4.4), (_head_of(card), "right", 1.6), *place, *wider, *peers,
        *ranked, ("Trend", "left", 1.0), *graded, ("Period, source", "left", 1.2),
    ]  # fmt: skip


def _graded(card: Scorecard) -> bool:
    return any(figure.grade for figure in card.all_figures)


def _figure_row(card: Scorecard, figure: Figure) -> Block:
    note = ". ".join(part for part in (figure.unit, polarity_sentence(figure.polarity)) if part)
    line = trend_svg(figure)
    cells: list[Block | str] = [
        {"text": figure.title, "label": figure.label, "note": note},
        {"text": figure_text(figure), "strong": True, "note": interval_words(figure)},
    ]
    if card.kind != "place":
        text = value_text(figure.place, figure.unit, figure.decimals)
        cells.append({"text": text, "note": "in total" if figure.is_total else ""})
    if card.comparator:
        cells.append(value_text(figure.comparator, figure.unit, figure.decimals))
    if card.peers:
        cells.append(value_text(figure.peers, figure.unit, figure.decimals))
    if card.kind == "area":
        cells.append({"text": rank_words(figure), "bar": rank_bar(figure)})
    cells.append({"text": "", "picture": picture(line)} if line else "")
    cells += [figure.grade] if _graded(card) else []
    source = f"source {source_number(card, figure)}"
    return {"cells": [*cells, {"text": figure.period, "note": source}]}


def _head_of(card: Scorecard) -> str:
    """Return what the column of the area's own figures is called; long names fill a page's head."""
    if len(card.area_name) <= LONGEST_HEAD:
        return card.area_name
    return f"This {'area' if card.kind == 'custom' else card.nouns[0]}"


def changes(card: Scorecard) -> list[Block]:
    """Return what has changed since the snapshot before, and why."""
    since = card.since
    if since is None:
        return []
    made = [
        heading("What has changed"),
        sentence(f"Since snapshot {since.snapshot}, published {since.published}."),
    ]
    made += [listed(list(since.whole))] if since.whole else []
    for words, titles in (("New layers", since.added), ("Layers that are gone", since.removed)):
        made += [sentence(f"{words}: {join_list(titles)}.")] if titles else []
    if not since.changed:
        return [*made, sentence("No score and no figure of it has changed.")]
    columns = [("What", "left", 2.8), ("Before", "right", 1.0), ("Now", "right", 1.0),
               ("Rank", "left", 1.2), ("Why", "left", 3.4)]  # fmt: skip
    rows = [{"cells": _change(item)} for item in since.changed[:MOST_CHANGES]]
    made.append(table("Scores and figures that have changed", columns, rows))
    if len(since.changed) > MOST_CHANGES:
        left = len(since.changed) - MOST_CHANGES
        made.append(sentence(f"And {left:,} more in the JSON.", "note"))
    return made


def _change(item: Changed) -> list[Block | str]:
    both = (item.rank_before, item.rank_after)
    ranks = " → ".join("none" if rank is None else f"{rank}" for rank in both)
    return [
        {"text": item.title, "note": item.period},
        value_text(item.before, item.unit, item.decimals),
        value_text(item.after, item.unit, item.decimals),
        "" if both == (None, None) else ranks,
        item.why,
    ]


def sensors(card: Scorecard) -> list[Block]:
    """Return what each figure from sensors rests on."""
    if not card.sensors:
        return []
    columns = [("Figure", "left", 2.6), (_head_of(card), "right", 1.2), ("Sensors", "right", 0.9),
               ("Within 500 m", "right", 1.1), ("Stands for most", "left", 3.6)]  # fmt: skip
    rows = []
    for item in card.sensors:
        most = [f"{name} ({100 * share:.0f}%)" for name, share in item.things]
        rows.append({"cells": [
            {"text": item.title, "note": item.period},
            value_text(item.value, item.unit, item.decimals),
            "[x]" if item.sensors is None else f"{item.sensors}",
            "[x]" if item.near is None else f"{100 * item.near:.0f}%",
            join_list(most, most=3),
        ]})  # fmt: skip
    said = (
        "Shares are of the area's postcodes: within 500 m of their sensor, and by nearest sensor."
    )
    return [heading("What the sensors rest on"), table("Figures from sensors", columns, rows),
            sentence(said, "note")]  # fmt: skip


#: Name of a section, as place.yaml may choose and order it -> what makes it.
SECTIONS: Mapping[str, Callable[[Scorecard], list[Block]]] = {
    "summary": summary,
    "scores": scores,
    "standing": standing,
    "indicators": indicators,
    "people": people,
    "changes": changes,
    "sensors": sensors,
    "method": method,
}


def card_blocks(card: Scorecard) -> list[Block]:
    """Return the sections that the place chose, in its order."""
    return [block for name in card.branding.sections for block in SECTIONS[name](card)]
