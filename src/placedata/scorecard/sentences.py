"""The card in sentences, by rules: short words, no claim that chance can explain, no bare text.

"Clearly" is said only where a margin of error says so: of figures, that they lie more than 1.645
standard errors apart; of scores, that the rank interval leaves out the middle rank. "Not clearly
different" is said where it does not. Where no margin is known neither is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.scorecard.line import Line
from placedata.wording import join_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from placedata.scorecard.card import Scorecard
    from placedata.scorecard.parts import Figure, NodeScore
    from placedata.scorecard.statements import Changed, Sentence

#: At most this many figures are told of each kind.
MOST = 3
#: At most this many names are told.
MOST_NAMES = 5


def sentences_of(card: Scorecard) -> tuple[Sentence, ...]:
    """Return the sentences of a card, in the order in which they are read."""
    tellers = (_score, _dimensions, _alike, _peers, _place, _against_peers, _standing, _change,
               _since, _sensors, _gaps)  # fmt: skip
    return tuple(line for teller in tellers for line in teller(card))


def _score(card: Scorecard) -> Iterator[Sentence]:
    top = card.index
    if top is None or top.score is None:
        yield Line("score", card).sentence(f"There is no score for {card.area_name}.")
        return
    line = Line("score", card)
    one, many = card.nouns
    if card.kind == "place":
        count, mean = line.whole("/areas", card.areas), line.score(top)
        yield line.sentence(f"The mean score of its {count} {many} is {mean} out of 100.")
        yield from _ends(card)
        return
    if card.kind == "custom":
        names = join_list([name for _, name in card.members], most=MOST_NAMES)
        if len(card.members) > MOST_NAMES:
            line.keep("/members", len(card.members) - MOST_NAMES)
        yield line.sentence(f"{card.area_name} is made of {names}.")
        line = Line("score", card)
    yield line.sentence(f"{card.area_name} scores {line.score(top)} out of 100.")
    gap = top.gap("place")
    if gap is None:
        return
    line = Line("score", card)
    mean, points = line.score(top, "place_mean"), line.points(top, gap)
    side = {"better": "above", "worse": "below"}.get(gap.direction)
    if side is None:
        yield line.sentence(f"That is the same as the mean of all {many} ({mean}).")
    else:
        yield line.sentence(f"That is {points} points {side} the mean of all {many} ({mean}).")
    if top.rank is not None:
        yield _rank(card, top, clear=gap.clear, direction=gap.direction, one=one)


def _rank(
    card: Scorecard, top: NodeScore, *, clear: bool | None, direction: str, one: str
) -> Sentence:
    """Return where the score ranks, and whether that is clearly above or below the middle."""
    line = Line("score", card)
    text = f"It ranks {line.rank(top)}"
    if clear is None:
        return line.sentence(f"{text}. How sure this rank is cannot be told.")
    if top.low == top.high:
        text += ", and hardly any other rank is likely"
    else:
        text += f", and most likely lies between {line.ranks(top)}"
    if clear:
        return line.sentence(f"{text}: clearly {direction} than the middle {one}.")
    return line.sentence(f"{text}: not clearly different from the middle {one}.")


def _ends(card: Scorecard) -> Iterator[Sentence]:
    """Return which areas of a place score highest and lowest."""
    scored = [item for item in card.areas_by_score if item.score is not None]
    if len(scored) < 2:
        return
    line = Line("score", card)
    told = []
    for item in (scored[0], scored[-1]):
        at = card.areas_by_score.index(item)
        line.keep(f"/areas_by_score/{at}/score", item.score or 0.0)
        told.append(f"{item.area_name} ({item.score:.1f})")
    yield line.sentence(f"{told[0]} scores highest and {told[1]} lowest.")
    groups = {item.group for item in scored if item.group is not None}
    if len(groups) == 1:
        many = card.nouns[1]
        yield Line("score", card).sentence(f"The scores of its {many} cannot be told apart.")


def _dimensions(card: Scorecard) -> Iterator[Sentence]:
    """Return the dimension with the highest and the one with the lowest score."""
    if card.index is None:
        return
    found = [node for node in card.children(card.index.id) if node.score is not None]
    if len(found) < 2:
        return
    best = max(found, key=lambda node: node.score or 0.0)
    worst = min(found, key=lambda node: node.score or 0.0)
    line = Line("score", card)
    yield line.sentence(
        f"Of its parts, {best.title} scores highest ({line.score(best)}) and {worst.title} "
        f"lowest ({line.score(worst)})."
    )


def _alike(card: Scorecard) -> Iterator[Sentence]:
    if card.alike:
        names = join_list(card.alike, most=MOST_NAMES)
        line = Line("score", card)
        if len(card.alike) > MOST_NAMES:
            line.keep("/alike", len(card.alike) - MOST_NAMES)
        those = "that" if len(card.alike) == 1 else "those"
        yield line.sentence(f"Its score cannot be told apart from {those} of {names}.")


def _peers(card: Scorecard) -> Iterator[Sentence]:
    if not card.peers:
        return
    names = [name for _, name in card.peers]
    line = Line("peers", card)
    if len(names) > MOST_NAMES:
        line.keep("/peers", len(names) - MOST_NAMES)
    told = join_list(names, most=MOST_NAMES)
    yield line.sentence(f"The {card.nouns[1]} most like it, its peers, are {told}.")
    top = card.index
    gap = top.gap("peers") if top else None
    if top is None or gap is None:
        return
    line = Line("peers", card)
    mean, points = line.score(top, "peer_mean"), line.points(top, gap)
    side = {"better": "above", "worse": "below"}.get(gap.direction)
    if side is None:
        yield line.sentence(f"Its score is the same as the mean of its peers ({mean}).")
    else:
        yield line.sentence(f"Its score is {points} points {side} the mean of its peers ({mean}).")


def _place(card: Scorecard) -> Iterator[Sentence]:
    """Return on how many indicators, and on which, the area differs clearly from the place."""
    if card.kind == "place":
        yield from _comparator(card)
        return
    counts = card.counts
    tested = counts["better"] + counts["worse"] + counts["unclear"]
    if tested:
        line = Line("place", card)
        better, worse, unclear = (
            line.whole(f"/counts/{name}", counts[name]) for name in ("better", "worse", "unclear")
        )
        yield line.sentence(
            f"It is clearly better than {card.place_name} on {better} of its indicators, clearly "
            f"worse on {worse}, and not clearly different on {unclear}."
        )
    for way in ("better", "worse"):
        for figure in _clearest(card, "place", way):
            gap = figure.gap("place")
            if gap is not None:
                line = Line("place", card)
                own, other = line.value(figure), line.other(figure, gap)
                told = f"{figure.title} ({own}, against {other})"
                yield line.sentence(f"Clearly {way} than {card.place_name}: {told}.")


def _comparator(card: Scorecard) -> Iterator[Sentence]:
    """Return how the place stands to the wider area."""
    counts = card.counts
    if (
        not card.comparator
        or not counts["better_than_comparator"] + counts["worse_than_comparator"]
    ):
        return
    line = Line("place", card)
    better = line.whole("/counts/better_than_comparator", counts["better_than_comparator"])
    worse = line.whole("/counts/worse_than_comparator", counts["worse_than_comparator"])
    yield line.sentence(
        f"{card.place_name} does better than {card.comparator} on {better} of the indicators that "
        f"both have, and worse on {worse}."
    )


def _against_peers(card: Scorecard) -> Iterator[Sentence]:
    for way in ("better", "worse"):
        for figure in _clearest(card, "peers", way)[:2]:
            gap = figure.gap("peers")
            if gap is not None:
                line = Line("peers", card)
                own, other = line.value(figure), line.other(figure, gap)
                yield line.sentence(
                    f"Clearly {way} than its peers: {figure.title} ({own}, against {other})."
                )


def _clearest(card: Scorecard, against: str, way: str) -> list[Figure]:
    """Return the indicators that differ clearly one way, the most unlike the others first."""
    found = []
    for figure in card.figures:
        gap = figure.gap(against)
        if gap is not None and gap.clear and gap.direction == way and figure.error is not None:
            far = abs(gap.difference) / figure.error if figure.error > 0 else float("inf")
            found.append((-far, figure.title, figure))
    return [figure for _, _, figure in sorted(found, key=lambda item: item[:2])][:MOST]


def _standing(card: Scorecard) -> Iterator[Sentence]:
    """Return the main strengths and weaknesses, or that there are none."""
    if card.kind != "area" or card.index is None or card.index.score is None:
        return
    for topic, items in (("strength", card.strengths), ("weakness", card.weaknesses)):
        if not items:
            yield Line(topic, card).sentence(f"Nothing stands out as a {topic}.")
        part = "strengths" if topic == "strength" else "weaknesses"
        words = "It stands out for" if topic == "strength" else "It falls behind on"
        for at, item in enumerate(items[:MOST]):
            line = Line(topic, card)
            line.ids.append(item.id)
            line.keep(f"/{part}/{at}/score", item.score or 0.0)
            line.keep(f"/{part}/{at}/centre", item.centre or 0.0)
            line.keep(f"/{part}/{at}/rank", item.rank or 0)
            line.keep(f"/{part}/{at}/of", item.of)
            yield line.sentence(
                f"{words} {item.title}: a score of {item.score:.1f}, where the mean is "
                f"{item.centre:.1f}, and rank {item.rank} of {item.of}."
            )


def _change(card: Scorecard) -> Iterator[Sentence]:
    """Return how indicators changed since the period before, the clearest and largest first."""
    found = []
    for figure in card.figures:
        gap = figure.gap("previous")
        if gap is not None:
            share = abs(gap.difference) / abs(gap.value) if gap.value else 1.0
            found.append((gap.clear is not True, gap.clear is False, -share, figure))
    for _, _, _, figure in sorted(found, key=lambda item: item[:3])[: 2 * MOST]:
        yield _changed_figure(card, figure)


def _changed_figure(card: Scorecard, figure: Figure) -> Sentence:
    gap = figure.gap("previous")
    line = Line("change", card)
    if gap is None:
        raise ValueError(figure.layer)
    before, then = line.other(figure, gap), line.period(figure, before=True)
    now, own = line.period(figure), line.value(figure)
    told = f"{figure.title}: {before} in {then} and {own} in {now}"
    if gap.direction == "same" or gap.clear is False:
        return line.sentence(f"{told}, no clear change.")
    sure = "clearly " if gap.clear else ""
    return line.sentence(f"{told}, which is {sure}{gap.direction}.")


def _since(card: Scorecard) -> Iterator[Sentence]:
    """Return what has changed on the card since the snapshot before, and why."""
    since = card.since
    if since is None:
        return
    line = Line("change", card)
    day = line.text("/since/published", since.published)
    if not since.changed:
        yield line.sentence(f"No number here has changed since the last edition, of {day}.")
        return
    top = since.changed[0]
    if top.kind == "index" and top.before is not None and top.after is not None:
        yield _moved(line, top, day)
        line = Line("change", card)
    count = sum(item.kind == "indicator" for item in since.changed)
    if count:
        line.keep("/counts/changed", count)
        words = "figure has" if count == 1 else "figures have"
        yield line.sentence(f"Since that edition {count} {words} changed." if top.kind == "index"
                            else f"Since the last edition, of {line.text('/since/published', day)} "
                            f"{count} {words} changed.")  # fmt: skip


def _moved(line: Line, top: Changed, day: str) -> Sentence:
    before, after = f"{top.before:.1f}", f"{top.after:.1f}"
    if before == after:
        line.keep("/since/changed/0/after", top.after or 0.0)
        return line.sentence(f"Its score is {after}, as it was in the last edition, of {day}.")
    line.keep("/since/changed/0/before", top.before or 0.0)
    line.keep("/since/changed/0/after", top.after or 0.0)
    told = f"Its score was {before} in the last edition, of {day}, and is {after} now"
    return line.sentence(f"{told}. The cause: {top.why}.")


def _sensors(card: Scorecard) -> Iterator[Sentence]:
    for at, item in enumerate(card.sensors[:MOST]):
        line = Line("sensors", card)
        line.ids.append(item.layer)
        line.keep(f"/sensors/{at}/sensors", item.sensors)
        words = "sensor" if item.sensors == 1 else "sensors"
        text = f"{item.title}: this figure rests on {item.sensors} {words}"
        if item.near is None:
            yield line.sentence(f"{text}.")
            continue
        share = round(100 * item.near)
        if share:
            line.keep(f"/sensors/{at}/near", item.near)
        line.keep(f"/sensors/{at}/within_m", item.within_m)
        told = f"{share}% of people live" if share else "hardly anyone lives"
        yield line.sentence(f"{text}; {told} within {item.within_m:,.0f} metres of one.")


def _gaps(card: Scorecard) -> Iterator[Sentence]:
    """Return what is not known: empty components, missing and hidden figures, margins, age."""
    empty = [n.title for n in card.nodes if n.level == "component" and not n.indicators]
    if empty:
        yield Line("gap", card).sentence(f"There are no figures yet for {join_list(empty)}.")
    counts = card.counts
    for name, one, more in (
        ("missing", "indicator has no figure here", "indicators have no figure here"),
        ("suppressed", "figure is kept back to protect people",
         "figures are kept back to protect people"),
        ("untested", "indicator comes without its margin of chance, so nothing is claimed of it",
         "indicators come without their margin of chance, so nothing is claimed of them"),
        ("low_grade", "indicator has the lowest grade, D", "indicators have the lowest grade, D"),
    ):  # fmt: skip
        if counts[name] and not (name == "untested" and card.kind == "place"):
            line = Line("gap", card)
            count = line.whole(f"/counts/{name}", counts[name])
            yield line.sentence(f"{count} {one if counts[name] == 1 else more}.")
    if card.warning and card.periods:
        line = Line("gap", card)
        first = line.text("/periods/0", card.periods[0])
        last = line.text("/periods/1", card.periods[1])
        yield line.sentence(f"The figures are of different times, from {first} to {last}.")
