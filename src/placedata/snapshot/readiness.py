"""How far the data of a whole place can be relied upon, and what would improve that most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from placedata.snapshot.account import account_of
from placedata.snapshot.advice import Advice, advice
from placedata.trust.quality import DIMENSIONS, GRADES, IN_WORDS
from placedata.trust.quality_layer import WEAKNESS

if TYPE_CHECKING:
    from datetime import date

    from placedata.snapshot.reading import Snapshot
    from placedata.snapshot.record import LayerRecord

#: What a table says of an official total.
CONTROL = {True: "met", False: "missed", None: "none stated"}


@dataclass(frozen=True)
class ReadyLayer:
    """One layer in the table of readiness.

    Parameters
    ----------
    record
        The layer.
    quality
        How good it is on the day, as `placedata.trust.quality_layer.quality_on` tells it.
    weight
        Share of the index that rests on it, 0 to 1; None where it is only mapped.
    through
        Share of the index whose layers are divided or weighed by it.
    control
        ``met``, ``missed`` or ``none stated``.
    rejected
        Rows rejected, for whatever reason.
    """

    record: LayerRecord
    quality: Mapping[str, Any]
    weight: float | None
    through: float
    control: str
    rejected: int

    @property
    def grade(self) -> str:
        """``A`` to ``D``."""
        return str(self.quality["grade"])

    @property
    def carries(self) -> float:
        """Share of the index that rests on the layer, by itself or through others."""
        return self.weight or self.through

    @property
    def effect(self) -> float:
        """What its weakness does to the index: what it carries × how weak it is, 0 to 1."""
        return self.carries * WEAKNESS[self.grade]

    def dimension(self, name: str) -> Mapping[str, Any]:
        """Return what is known of one dimension: ``grade``, ``state``, ``reason``, ``measure``."""
        return next(item for item in self.quality["dimensions"] if item["dimension"] == name)


@dataclass(frozen=True)
class ReadyComponent:
    """One component of the index.

    Parameters
    ----------
    id, title
        The component.
    weight
        Share of the index that it carries; without a layer: that it would carry.
    weakness
        Mean weakness of its layers by their weights, 0 (all A) to 1 (all D, or no layer).
    grades
        Grade -> number of its layers.
    """

    id: str
    title: str
    weight: float
    weakness: float
    grades: Mapping[str, int]

    @property
    def effect(self) -> float:
        """Weight × weakness."""
        return self.weight * self.weakness


@dataclass(frozen=True)
class Readiness:
    """Whether the data of a place are ready to be relied upon.

    Parameters
    ----------
    day
        The day on which age is judged.
    layers
        Every layer, those first whose weakness weighs most in the index.
    components
        Every component, in the same order.
    advice
        What would improve most, first what would improve the index most.
    warnings
        What the build found doubtful: ``kind``, ``layers``, ``text``.
    unjudged
        Whether the snapshot is of an older placedata and holds no grades.
    """

    day: date
    layers: tuple[ReadyLayer, ...]
    components: tuple[ReadyComponent, ...]
    advice: tuple[Advice, ...]
    warnings: tuple[Mapping[str, Any], ...]
    unjudged: bool = False

    @property
    def grades(self) -> dict[str, int]:
        """Grade -> number of layers."""
        return {grade: sum(item.grade == grade for item in self.layers) for grade in GRADES}

    @property
    def weights(self) -> dict[str, float]:
        """Grade -> share of the index that rests on layers of that grade."""
        return {
            grade: sum(item.weight or 0.0 for item in self.layers if item.grade == grade)
            for grade in GRADES
        }

    @property
    def ages(self) -> dict[str, int]:
        """Badge of age -> number of layers, without those that no layer has."""
        badges = [item.quality["staleness"]["badge"] for item in self.layers]
        order = ("current", "due", "overdue", "no set date", "age not known")
        return {badge: badges.count(badge) for badge in order if badge in badges}

    @property
    def missing(self) -> tuple[ReadyComponent, ...]:
        """Components of the framework that have no layer."""
        return tuple(item for item in self.components if not sum(item.grades.values()))


def readiness(snapshot: Snapshot, day: date) -> Readiness:
    """Return how far the data of a place can be relied upon on a day.

    Parameters
    ----------
    snapshot
        The place, at the level of its own areas or of larger ones.
    day
        The day on which the age of figures is judged.
    """
    warnings = tuple(snapshot.index.get("warnings", ()))
    records = list(snapshot.layers.values())
    if any(record.quality is None for record in records):
        return Readiness(day, (), (), (), warnings, unjudged=True)
    weights = index_shares(snapshot)
    layers = [_layer(snapshot, record, weights, day) for record in records]
    layers.sort(key=lambda item: -item.effect)
    components = sorted(_components(snapshot, layers, weights), key=lambda item: -item.effect)
    missing = [(item.title, item.weight) for item in components if not sum(item.grades.values())]
    told = sorted(
        [*advice(layers), *(Advice.for_missing(*item) for item in missing)],
        key=lambda item: (-item.effect, -item.weakness, item.title),
    )
    return Readiness(day, tuple(layers), tuple(components), tuple(told), warnings)


def index_shares(snapshot: Snapshot) -> dict[str, float]:
    """Return node or indicator -> share of the index that rests on it, with indicators adding to 1.

    The weight of what has no layer is shared out among its siblings, as it is where scores are
    made.
    """
    rows = snapshot.index["weights"]
    parents = {str(row["node"]): str(row["parent"]) for row in rows}
    own = {str(row["node"]): float(row["weight"]) for row in rows}
    there: set[str] = set()
    for name in snapshot.index["periods"]:
        node: str | None = name
        while node in parents and node not in there:
            there.add(node)
            node = parents[node]
    shares: dict[str, float] = {}

    def share(node: str) -> float:
        if node not in parents:
            return 1.0
        if node not in shares:
            siblings = sum(own[other] for other in there if parents[other] == parents[node])
            shares[node] = share(parents[node]) * own[node] / siblings if siblings else 0.0
        return shares[node]

    return {node: share(node) for node in there}


def _layer(
    snapshot: Snapshot, record: LayerRecord, weights: Mapping[str, float], day: date
) -> ReadyLayer:
    users = [
        other
        for other in snapshot.layers.values()
        if record.id in {other.denominator, other.weighted_by, other.numerator}
    ]
    account = account_of(snapshot, record.id)
    met = [item.met for item in account.periods if item.met is not None]
    return ReadyLayer(
        record,
        record.quality_on(day) or {},
        weights.get(record.id) if record.component else None,
        sum(weights.get(other.id, 0.0) for other in users if other.component),
        CONTROL[all(met) if met else None],
        int(record.ledger["rows_in"]) - int(record.ledger["used"]),
    )


def _components(
    snapshot: Snapshot, layers: Sequence[ReadyLayer], weights: Mapping[str, float]
) -> list[ReadyComponent]:
    framework = snapshot.framework
    found = []
    for node in framework.bottom_up():
        if framework.children(node.id):
            continue
        inside = [item for item in layers if item.record.component == node.id]
        grades = {grade: sum(item.grade == grade for item in inside) for grade in GRADES}
        carried = sum(item.weight or 0.0 for item in inside)
        weakness = (
            sum((item.weight or 0.0) * WEAKNESS[item.grade] for item in inside) / carried
            if carried
            else 1.0
        )
        weight = weights.get(node.id) if inside else _would_carry(snapshot, node.id)
        found.append(ReadyComponent(node.id, node.title, weight or 0.0, weakness, grades))
    return found


def _would_carry(snapshot: Snapshot, component: str) -> float:
    """Return the share of the index of a component if it had layers, by the framework's weights."""
    framework, share = snapshot.framework, 1.0
    node = framework.node(component)
    while node.parent is not None:
        siblings = framework.children(node.parent)
        share *= node.weight / (sum(other.weight for other in siblings) or 1.0)
        node = framework.node(node.parent)
    return share


def table_rows(found: Readiness) -> list[dict[str, Any]]:
    """Return the table of layers as plain rows, for CSV and JSON.

    Columns ``layer``, ``title``, ``component``, ``grade``, ``grade_in_words``, ``index_share``,
    ``period``, ``cadence``, ``age``, ``months_old``, ``months_late``; for each dimension its
    grade, its measure and the reason; ``values_a`` to ``values_d`` (figures of the newest period
    by grade), ``control_total``, ``rows_in``, ``rows_rejected``.
    """
    return [_row(item) for item in found.layers]


def _row(item: ReadyLayer) -> dict[str, Any]:
    record, staleness = item.record, item.quality["staleness"]
    row: dict[str, Any] = {
        "layer": record.id,
        "title": record.title,
        "component": record.component,
        "grade": item.grade,
        "grade_in_words": IN_WORDS[item.grade],
        "index_share": item.weight,
        "period": record.latest,
        "cadence": record.cadence,
        "age": staleness["badge"],
        "months_old": staleness["months"],
        "months_late": staleness["late"],
    }
    for name in DIMENSIONS:
        told = item.dimension(name)
        column = name.replace(" ", "_")
        row[f"{column}_grade"] = told["grade"] or told["state"]
        row[f"{column}_measure"] = told["measure"]
        row[f"{column}_reason"] = told["reason"]
    for grade in GRADES:
        row[f"values_{grade.lower()}"] = item.quality["values"][grade]
    row |= {"control_total": item.control, "rows_in": record.ledger["rows_in"]}
    return row | {"rows_rejected": item.rejected}
