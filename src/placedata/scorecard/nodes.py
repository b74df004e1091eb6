"""The scores of a card: index, dimensions and components, and what stands out among them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from placedata.scorecard.figures import direction, number, whole
from placedata.scorecard.parts import Gap, NodeScore
from placedata.scorecard.statements import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from placedata.scorecard.background import Background
    from placedata.scorecard.parts import Figure


def make_nodes(ground: Background, area: str) -> tuple[NodeScore, ...]:
    """Return index, dimensions and components of one area, each above what is below it."""
    peers = ground.peers.get(area, [])
    return walk(ground, lambda node: _node(ground, node, area, peers))


def walk(ground: Background, make: Any) -> tuple[NodeScore, ...]:  # noqa: ANN401
    """Return one score for each node of the tree, top first; none where nothing is scored."""
    framework = ground.snapshot.framework
    if not ground.nodes:
        return ()
    made: list[NodeScore] = []

    def visit(identifier: str) -> int:
        node, at = framework.node(identifier), len(made)
        made.append(make(node))
        below = len(framework.indicators_of(identifier))
        below += sum(visit(child.id) for child in framework.children(node.id))
        made[at] = replace(made[at], indicators=below)
        return below

    visit(framework.top.id)
    return tuple(made)


def _node(ground: Background, node: Any, area: str, peers: Sequence[str]) -> NodeScore:  # noqa: ANN401
    every = ground.node(node.id)
    row, mean, known = every.rows[area], every.mean, len(every.scores)
    score = number(row["score"])
    label = ground.labels.get((area, node.id), {}).get("label", "")
    low, high = whole(row["low"]), whole(row["high"])
    peer_mean = _peer_mean(every.scores, peers)
    return NodeScore(
        id=node.id,
        title=node.title,
        level=node.level,
        parent=node.parent,
        question=node.question,
        score=score,
        rank=whole(row["rank"]),
        of=known,
        low=low,
        high=high,
        group=whole(row["group"]) or None,
        place_mean=mean,
        coverage=float(row["coverage"]),
        label=label if label in {"strength", "weakness"} else "",
        indicators=0,
        median=number(row["median"]),
        chance_top=number(row["p_top"]),
        chance_bottom=number(row["p_bottom"]),
        peer_mean=peer_mean,
        spread=every.deviation,
        disagree=number(row.get("disagree")),
        gaps=(*_gaps(score, mean, (low, high), known), *_peer_gap(score, peer_mean)),
    )


def _peer_mean(scores: Mapping[str, float], peers: Sequence[str]) -> float | None:
    import numpy as np

    found = [scores[peer] for peer in peers if peer in scores]
    return float(np.mean(found)) if found and len(found) == len(peers) else None


def _peer_gap(score: float | None, mean: float | None) -> tuple[Gap, ...]:
    """Return how a score stands to the mean of the peers' scores, whose margin is not known."""
    if score is None or mean is None:
        return ()
    way = direction(score - mean, "higher_is_better", 1)
    return (Gap("peers", mean, score - mean, way, None),)


def _gaps(
    score: float | None, mean: float | None, ranks: tuple[int | None, int | None], of: int
) -> tuple[Gap, ...]:
    """Return how a score stands to the mean: clear where its ranks leave out the middle one."""
    if score is None or mean is None or of < 2:
        return ()
    low, high = ranks
    middle = (of + 1) / 2
    clear = None if low is None or high is None else not low <= middle <= high
    way = direction(score - mean, "higher_is_better", 1)
    # A rank interval on the other side of the middle than the score itself says nothing clear.
    if clear and (way == "same" or (low is not None and (low < middle) != (way == "better"))):
        clear = False
    return (Gap("place", mean, score - mean, way, clear),)


def standing(
    ground: Background, area: str, nodes: Iterable[NodeScore], figures: Iterable[Figure],
    label: str, many: str,
) -> tuple[Standing, ...]:  # fmt: skip
    """Return what carries a label, components first, each with its figure, rank and why.

    A title such as "Burglary" says neither that it is low nor that low is good; its figure and
    rank (1 is best) do.
    """
    made = [
        _node_standing(node, ground.labels[area, node.id], label, many)
        for node in list(nodes)[1:]
        if node.label == label and node.rank is not None
    ]
    made += [
        _figure_standing(figure, ground.labels[area, figure.layer], label, many)
        for figure in figures
        if figure.label == label and figure.rank is not None
    ]
    return tuple(made)


def _node_standing(node: NodeScore, row: dict[str, Any], label: str, many: str) -> Standing:
    from placedata.wording import format_value, rank_text

    text = f"{format_value(node.score, decimals=1)} of 100, {rank_text(node.rank, node.of)}"
    return Standing(
        id=node.id, title=node.title, kind=node.level, value=node.score, unit="", decimals=1,
        rank=node.rank, of=node.of, score=node.score, centre=row["centre"], spread=row["spread"],
        text=f"{node.title}: {text}", why=_why(node.score, row, label, many),
    )  # fmt: skip


def _figure_standing(figure: Figure, row: dict[str, Any], label: str, many: str) -> Standing:
    from placedata.wording import format_value, rank_text

    value = format_value(figure.value, figure.unit, figure.decimals)
    return Standing(
        id=figure.layer, title=figure.title, kind="indicator", value=figure.value,
        unit=figure.unit, decimals=figure.decimals, rank=figure.rank, of=figure.of,
        score=figure.score, centre=row["centre"], spread=row["spread"],
        text=f"{figure.title}: {value}, {rank_text(figure.rank, figure.of)}",
        why=_why(figure.score, row, label, many),
    )  # fmt: skip


def _why(score: float | None, row: dict[str, Any], label: str, many: str) -> str:
    """Return why something stands out: its score, and the band in which most areas lie."""
    if score is None:
        return ""
    side = "above" if label == "strength" else "below"
    low, high = row["centre"] - row["spread"], row["centre"] + row["spread"]
    edge = high if label == "strength" else low
    return (
        f"Scores {score:.1f}; the mean of all {many} is {row['centre']:.1f}, and one standard "
        f"deviation {side} it {edge:.1f}."
    )
