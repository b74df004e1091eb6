"""Making cards of single areas from a snapshot, and setting them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from placedata.errors import Problem, UsageError
from placedata.scorecard.background import Background, background
from placedata.scorecard.branding import branding_of
from placedata.scorecard.card import Comparison, Scorecard
from placedata.scorecard.figures import make_figures
from placedata.scorecard.nodes import make_nodes, standing
from placedata.scorecard.parts import AreaScore, Figure, NodeScore, Source
from placedata.scorecard.peers import peers_by
from placedata.scorecard.people import people_layers
from placedata.scorecard.sensors import sensor_basis
from placedata.scorecard.since import since

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

#: A comparison holds at least and at most this many areas.
FEWEST, MOST = 2, 6


def make_scorecard(snapshot: Snapshot, area: str) -> Scorecard:
    """Return the scorecard of one area of a snapshot.

    Raises
    ------
    PlaceDataError
        The place has no such area; the nearest code or name is told.
    """
    from placedata.geography import area_nouns
    from placedata.scorecard.sentences import sentences_of

    name = snapshot.area_name(area)
    ground = background(snapshot)
    figures, nodes = make_figures(ground, area), make_nodes(ground, area)
    inside = tuple(item for item in figures if item.component is not None)
    many = area_nouns(snapshot.place["geography"], [area])[1]
    card = Scorecard(
        kind="area",
        area_code=area,
        area_name=name,
        members=(),
        nodes=nodes,
        square_km=float(ground.square_km[area]),
        people=people_layers(snapshot, figures),
        sensors=sensor_basis(snapshot, area, figures),
        peers=tuple((code, snapshot.area_name(code)) for code in ground.peers.get(area, ())),
        peers_by=peers_by(snapshot) if ground.peers.get(area) else (),
        alike=_alike(ground, nodes, area),
        areas_by_score=(),
        strengths=standing(ground, area, nodes, inside, "strength", many),
        weaknesses=standing(ground, area, nodes, inside, "weakness", many),
        sentences=(),
        since=since(snapshot, ground.since, area),
        not_scored="" if nodes else "No layer of this place belongs to an index.",
        reproduce=f"placedata scorecard --snapshot {snapshot.id} --area {area}",
        **shared(snapshot, figures),
    )
    card = replace(card, counts=counts_of(card))
    return replace(card, sentences=sentences_of(card))


def make_comparison(snapshot: Snapshot, codes: Sequence[str]) -> Comparison:
    """Return two to six areas of one snapshot side by side.

    Raises
    ------
    UsageError
        Fewer than two or more than six areas, or one of them twice.
    PlaceDataError
        The place has no such area.
    """
    from placedata.scorecard.side_by_side import comparison_sentences

    if not FEWEST <= len(set(codes)) <= MOST or len(set(codes)) < len(codes):
        found = f"{len(codes)} areas ({', '.join(codes)})"
        problem = Problem("comparison", "areas", found, f"{FEWEST} to {MOST} different areas")
        raise UsageError("these areas cannot be set side by side", [problem])
    cards = tuple(make_scorecard(snapshot, code) for code in codes)
    reproduce = f"placedata scorecard --snapshot {snapshot.id} --compare {','.join(codes)}"
    return Comparison(cards, comparison_sentences(cards), reproduce)


def shared(snapshot: Snapshot, figures: Sequence[Figure]) -> dict[str, Any]:
    """Return the fields of a card that do not depend on its area."""
    place, periods = snapshot.place, snapshot.scored_periods
    inside = tuple(item for item in figures if item.component is not None)
    return {
        "place_name": place["name"],
        "fictional": bool(place["fictional"]),
        "geography": place["geography"],
        "comparator": place["comparator"],
        "areas": len(snapshot.areas),
        "figures": inside,
        "context": tuple(item for item in figures if item.component is None),
        "counts": {},
        "periods": periods,
        "warning": period_warning(periods),
        "framework": snapshot.framework.title,
        "notice": snapshot.index["notice"],
        "rank_note": snapshot.index["rank_note"],
        "caveats": tuple(place.get("caveats", ())),
        "publisher": place["publisher"],
        "contact": place.get("contact"),
        "attribution": tuple(place["attribution"]),
        "licences": tuple(dict.fromkeys(item.licence for item in figures)),
        "sources": _sources(figures),
        "snapshot": snapshot.id,
        "content": str(snapshot.manifest.get("content", "")),
        "published": snapshot.published_date,
        "branding": branding_of(snapshot),
    }


def counts_of(card: Scorecard) -> dict[str, int]:
    """Return how many indicators differ clearly from the place, and how many are not known."""
    gaps = [item.gap("place") for item in card.figures]
    wider = [item.gap("comparator") for item in card.figures]
    tested = [gap for gap in gaps if gap is not None and gap.clear is not None]
    ways = [gap.direction if gap.clear else "unclear" for gap in tested]
    sides = [gap.direction for gap in wider if gap is not None]
    statuses = [item.status for item in card.figures]
    changed = card.since.changed if card.since else ()
    return {
        "all": len(card.figures),
        **{way: ways.count(way) for way in ("better", "worse")},
        "unclear": ways.count("unclear") + ways.count("same"),
        "untested": sum(gap is not None and gap.clear is None for gap in gaps),
        **{status: statuses.count(status) for status in ("missing", "suppressed")},
        "low_grade": sum(item.grade == "D" for item in card.figures),
        "better_than_comparator": sides.count("better"),
        "worse_than_comparator": sides.count("worse"),
        "changed": sum(item.kind == "indicator" for item in changed),
    }


def period_warning(periods: tuple[str, str] | None) -> str:
    """Return what is said where a score rests on figures of different periods."""
    if periods is None or periods[0] == periods[1]:
        return ""
    return (
        f"The figures behind this score are of different times, from {periods[0]} to {periods[1]}. "
        "It is not a picture of one year."
    )


def area_scores(ground: Background) -> tuple[AreaScore, ...]:
    """Return every area with its score of the whole index, best first, those without one last."""
    snapshot = ground.snapshot
    if not ground.nodes:
        return tuple(
            AreaScore(code, str(name), None, None, None, None, None)
            for code, name in snapshot.areas["area_name"].items()
        )
    from placedata.scorecard.figures import number, whole

    table = ground.nodes[snapshot.framework.top.id].sort_values(["rank", "area_name"])
    return tuple(
        AreaScore(
            str(row.Index), str(row.area_name), number(row.score), whole(row.rank),
            whole(row.low), whole(row.high), whole(row.group) or None,
        )
        for row in table.itertuples()
    )  # fmt: skip


def _sources(figures: Sequence[Figure]) -> tuple[Source, ...]:
    """Return one entry for each publisher, licence and address, in order of first use."""
    found: dict[tuple[str, str, str | None, bool], list[str]] = {}
    for item in figures:
        key = (item.publisher, item.licence, item.url, item.share_alike)
        found.setdefault(key, []).append(item.layer)
    return tuple(Source(*key, tuple(layers)) for key, layers in found.items())


def _alike(ground: Background, nodes: Sequence[NodeScore], area: str) -> tuple[str, ...]:
    """Return the names of the other areas in this one's group on the whole index."""
    if not nodes or nodes[0].group is None:
        return ()
    same = ground.node(nodes[0].id).groups[nodes[0].group]
    return tuple(name for code, name in same if code != area)
