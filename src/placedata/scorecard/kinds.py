"""Cards of the whole place and of areas made of several."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from placedata.errors import PlaceDataError, Problem, UsageError
from placedata.scorecard.background import Background, background
from placedata.scorecard.card import Scorecard
from placedata.scorecard.figures import described, direction, gap, interval, number, parts_of
from placedata.scorecard.make import area_scores, counts_of, shared
from placedata.scorecard.nodes import walk
from placedata.scorecard.parts import Figure, Gap, NodeScore
from placedata.scorecard.people import people_layers
from placedata.scorecard.since import since_together

if TYPE_CHECKING:
    import pandas as pd

    from placedata.snapshot import LayerRecord, Snapshot

PLACE_NOTE = (
    "The scores of the whole place are the simple mean of its areas' scores. "
    "It has no rank, since it is set beside nothing."
)
CUSTOM_NOTE = (
    "The scores are those of the area's own figures, on the bounds and weights of the place's "
    "areas. It has no rank, since it is in no list with them."
)
LONGEST_NAME = 80


def make_place_card(snapshot: Snapshot) -> Scorecard:
    """Return the scorecard of the whole place: its figures, and the mean of its areas' scores."""
    from placedata.scorecard.sentences import sentences_of

    ground = background(snapshot)
    figures = tuple(_place_figure(record) for record in snapshot.layers.values())
    nodes = walk(ground, lambda node: _place_node(ground, node))
    card = Scorecard(
        kind="place",
        area_code="place",
        area_name=snapshot.place["name"],
        nodes=nodes,
        square_km=float(ground.square_km.sum()),
        people=people_layers(snapshot, figures),
        areas_by_score=area_scores(ground),
        since=since_together(snapshot, ground.since, _told(nodes, figures), _place_then(ground)),
        not_scored=PLACE_NOTE if nodes else "No layer of this place belongs to an index.",
        reproduce=f"placedata scorecard --snapshot {snapshot.id} --area place",
        **_nothing(),
        **shared(snapshot, figures),
    )
    card = replace(card, counts=counts_of(card))
    return replace(card, sentences=sentences_of(card))


def make_custom(snapshot: Snapshot, codes: Sequence[str], name: str) -> Scorecard:
    """Return the scorecard of an area made of several areas of a snapshot.

    Its figures are made of the areas' by `placedata.snapshot.custom`. Its scores are those of its
    own figures on the bounds and weights of the place's areas, as the scores of larger areas are;
    it has no rank, since it stands in no list.

    Raises
    ------
    UsageError
        Fewer than two areas, or one of them twice; or no name.
    PlaceDataError
        The place has no such area.
    DataError
        The area differs from a published one by fewer people than may be told apart.
    """
    from placedata.scorecard.sentences import sentences_of
    from placedata.snapshot.custom import custom_figures

    members = _members(snapshot, codes, name)
    ground = background(snapshot)
    found = custom_figures(snapshot, [code for code, _ in members])
    figures = tuple(
        _custom_figure(record, found.loc[record.id]) for record in snapshot.layers.values()
    )
    scores = _custom_scores(snapshot, figures)
    figures = tuple(replace(item, score=scores.get(item.layer, (None, 0.0))[0]) for item in figures)
    nodes = walk(ground, lambda node: _custom_node(ground, node, scores))
    joined = ",".join(code for code, _ in members)
    card = Scorecard(
        kind="custom",
        area_code="custom-" + hashlib.sha256(joined.encode()).hexdigest()[:8],
        area_name=name,
        nodes=nodes,
        square_km=float(ground.square_km[[code for code, _ in members]].sum()),
        people=people_layers(snapshot, figures),
        areas_by_score=(),
        since=since_together(
            snapshot, ground.since, _told(nodes, figures), _custom_then(ground, members)
        ),
        not_scored=CUSTOM_NOTE if nodes else "No layer of this place belongs to an index.",
        reproduce=f"placedata scorecard --snapshot {snapshot.id} --wards {joined} "
        f"--name {_quoted(name)}",
        **{**_nothing(), "members": members},
        **shared(snapshot, figures),
    )
    card = replace(card, counts=counts_of(card))
    return replace(card, sentences=sentences_of(card))


def _nothing() -> dict[str, Any]:
    """Return the fields of a card that only single areas fill."""
    names = ("members", "sensors", "peers", "peers_by", "alike", "strengths", "weaknesses")
    return {**dict.fromkeys(names, ()), "sentences": ()}


def _quoted(name: str) -> str:
    import shlex

    return shlex.quote(name)


def _members(snapshot: Snapshot, codes: Sequence[str], name: str) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of the areas, by code; refuse what makes no area."""
    problems = []
    if len(set(codes)) < 2 or len(set(codes)) < len(codes):
        found = f"{len(codes)} areas ({', '.join(codes)})"
        problems.append(Problem("custom area", "areas", found, "two or more different areas"))
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        allowed = f"1 to {LONGEST_NAME} letters"
        problems.append(Problem("custom area", "name", repr(name), allowed))
    if problems:
        raise UsageError("the area cannot be made", problems)
    return tuple((code, snapshot.area_name(code)) for code in sorted(codes))


def _place_node(ground: Background, node: Any) -> NodeScore:  # noqa: ANN401
    rows = ground.nodes[node.id]
    mean = number(rows["score"].mean())
    return _node(node, mean, float(rows["coverage"].mean()), rows["score"])


def _custom_node(
    ground: Background,
    node: Any,  # noqa: ANN401
    scores: dict[str, tuple[float | None, float]],
) -> NodeScore:
    score, coverage = scores.get(node.id, (None, 0.0))
    return _node(node, score, coverage, ground.nodes[node.id]["score"])


def _node(node: Any, score: float | None, coverage: float, every: pd.Series) -> NodeScore:  # noqa: ANN401
    mean = number(every.mean())
    gaps: tuple[Gap, ...] = ()
    if score is not None and mean is not None and score != mean:
        way = direction(score - mean, "higher_is_better", 1)
        gaps = (Gap("place", mean, score - mean, way, None),)
    return NodeScore(
        id=node.id, title=node.title, level=node.level, parent=node.parent,
        question=node.question, score=score, rank=None, of=int(every.notna().sum()), low=None,
        high=None, group=None, place_mean=mean, coverage=coverage, label="",
        indicators=0, spread=number(every.std(ddof=1)), gaps=gaps,
    )  # fmt: skip


def _place_figure(record: LayerRecord) -> Figure:
    """Return a layer's figure for the whole place, against its own period before."""
    about, summary = described(record), record.summary()
    value, trend = number(summary["place"]), about["place_trend"]
    gaps = []
    if value is not None and len(trend) > 1 and trend[-2][1] is not None:
        gaps.append(gap("previous", value, trend[-2][1], record, None))
    wider = number(summary["comparator"])
    if value is not None and wider is not None and not str(summary["basis"]).startswith("total"):
        gaps.append(gap("comparator", value, wider, record, None))
    return Figure(
        **about, value=value, status="missing" if value is None else "ok", place=None,
        basis=summary["basis"], comparator=number(summary["comparator"]), rank=None, of=0,
        score=None, label="", coverage=record.coverage, trend=trend, gaps=tuple(gaps),
    )  # fmt: skip


def _custom_figure(record: LayerRecord, row: pd.Series) -> Figure:
    """Return a layer's figure for an area made of several, against the place."""
    about, summary = described(record), record.summary()
    status = str(row["status"])
    value = number(row["value"]) if status == "ok" else None
    shown: Mapping[str, Any] = {} if value is None else row.to_dict()
    error, parts = number(shown.get("standard_error")), parts_of(shown, shown=value is not None)
    # as for a ward: sharing out between areas alone says nothing of chance
    told = parts["error_sampling"] is not None or parts["error_sensors"] is not None
    place = number(summary["place"])
    total = str(summary["basis"]).startswith("total")
    gaps: tuple[Gap, ...] = ()
    if value is not None and place is not None and not total:
        gaps = (gap("place", value, place, record, error if told else None),)
    rated = value is not None and record.denominator
    return Figure(
        **about, value=value, status=status, place=place, basis=summary["basis"],
        comparator=number(summary["comparator"]), rank=None, of=0, score=None, label="",
        coverage=number(shown.get("coverage")),
        trend=((record.latest, value),), error=error,
        note=str(row["basis"]), **interval(value, error), gaps=gaps, **parts,
        numerator=number(row["numerator"]) if rated else None,
        denominator=number(row["denominator"]) if rated else None,
    )  # fmt: skip


def _told(nodes: Sequence[NodeScore], figures: Sequence[Figure]) -> dict[str, float | None]:
    """Return node or layer -> score or figure."""
    return {item.id: item.score for item in nodes} | {item.layer: item.value for item in figures}


def _place_then(ground: Background) -> dict[str, float | None]:
    """Return what the last edition told of the place, of the periods that are newest now."""
    if ground.since is None:
        return {}
    before = ground.since[0]
    means = {name: number(rows["score"].mean()) for name, rows in background(before).nodes.items()}
    return means | {
        name: number(before.layers[name].summary(record.latest)["place"])
        for name, record in ground.snapshot.layers.items()
        if name in before.layers and record.latest in before.layers[name].periods
    }


def _custom_then(ground: Background, members: Sequence[tuple[str, str]]) -> dict[str, float | None]:
    """Return what the last edition told of the same areas together; nothing where it refuses."""
    from placedata.snapshot.custom import custom_figures

    if ground.since is None:
        return {}
    before, layers = ground.since[0], ground.snapshot.layers
    try:
        found = custom_figures(before, [code for code, _ in members])
    except PlaceDataError:  # other areas then, or too few people apart from another one
        return {}
    figures = [_custom_figure(record, found.loc[name]) for name, record in before.layers.items()]
    scores = {name: score for name, (score, _) in _custom_scores(before, figures).items()}
    return scores | {
        item.layer: item.value for item in figures
        if item.layer in layers and layers[item.layer].latest == item.period
    }  # fmt: skip


def _custom_scores(
    snapshot: Snapshot, figures: Sequence[Figure]
) -> dict[str, tuple[float | None, float]]:
    """Return node or indicator -> (score, coverage) on the areas' own bounds and weights."""
    import pandas as pd

    from placedata.index import score

    columns = {
        name: snapshot.table(name)["value"]
        for name, record in snapshot.layers.items()
        if record.component is not None and snapshot.table(name)["value"].notna().any()
    }
    if not columns or snapshot.scores.empty:
        return {}
    kept = [
        item.model_dump(exclude_unset=True)
        for item in snapshot.framework.indicators
        if item.id in columns
    ]
    framework = snapshot.framework.with_method(indicators=kept)
    areas = score(pd.DataFrame(columns), framework)
    values = {item.layer: item.value for item in figures if item.layer in columns}
    own = pd.DataFrame([values], index=pd.Index(["custom"], name="area_code"), dtype=float)
    table = score(own, framework, calibration=areas.calibration).table
    return {
        str(row.node): (number(row.score), float(row.coverage or 0.0)) for row in table.itertuples()
    }
