"""What would improve the data of a place, told by rule from what holds each layer down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

from placedata.trust.quality import lost_rows
from placedata.trust.quality_layer import BELOW_ZERO, WEAKNESS
from placedata.wording import join_list, months_in_words

if TYPE_CHECKING:
    from placedata.snapshot.record import LayerRecord


MORE_SENSORS = "Add sensors where people live, or model what lies between"
#: Beyond this share of the whole error, sharing figures out is what makes most of it.
MOST_OF_IT = 0.7


class Weak(Protocol):
    """What is read of a layer; `placedata.snapshot.readiness.ReadyLayer` is one."""

    @property
    def record(self) -> LayerRecord:
        """Return the layer."""
        ...

    @property
    def quality(self) -> Mapping[str, Any]:
        """Return how good it is."""
        ...

    @property
    def weight(self) -> float | None:
        """Return the share of the index that rests on it."""
        ...

    @property
    def carries(self) -> float:
        """Return the same, or the share of the index that rests on it through others."""
        ...

    @property
    def effect(self) -> float:
        """Return what its weakness does to the index."""
        ...

    def dimension(self, name: str) -> Mapping[str, Any]:
        """Return what is known of one dimension."""
        ...


@dataclass(frozen=True)
class Advice:
    """One thing to do.

    Parameters
    ----------
    title
        The layer's or component's title.
    layer
        The layer's id, or empty for a component without a layer.
    do
        What to do, one sentence for each dimension that holds the layer down.
    why
        What it would be good for.
    effect
        Share of the index concerned × weakness: what the list is ordered by.
    weakness
        0 (A) to 1 (D, or nothing there).
    """

    title: str
    layer: str
    do: tuple[str, ...]
    why: str
    effect: float
    weakness: float

    @classmethod
    def for_missing(cls, title: str, share: float) -> Self:
        """Return what to do about a component that has no layer.

        Parameters
        ----------
        share
            Share of the index that it would carry.
        """
        do = "Add a layer: nothing is measured there."
        why = f"It would carry {_percent(share)} of the index, which now rests on the rest."
        return cls(title, "", (do,), why, share, 1.0)


def advice(layers: Iterable[Weak]) -> list[Advice]:
    """Return what to do for each layer that is not A, in no order."""
    found = []
    for item in layers:
        weakness = WEAKNESS[str(item.quality["grade"])]
        told_twice = "apportionment" in item.quality["limiting"] and _mostly_moved(item)
        sentences = [
            _sentence(item, name)
            for name in item.quality["limiting"]
            if not (name == "precision" and told_twice)
        ]
        do = tuple(dict.fromkeys(sentences))
        if weakness and do:
            told = Advice(item.record.title, item.record.id, do, _why(item), item.effect, weakness)
            found.append(told)
    return found


def _why(item: Weak) -> str:
    if item.weight:
        return f"It carries {_percent(item.weight)} of the index."
    if item.carries:
        return (
            f"Layers that carry {_percent(item.carries)} of the index are divided or weighed by it."
        )
    return "It is only mapped: the index does not rest on it."


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%" if share < 0.0995 else f"{100 * share:.0f}%"


def _sentence(item: Weak, name: str) -> str:
    told = item.dimension(name)
    rules = {
        "coverage": _coverage,
        "timeliness": _timeliness,
        "precision": _precision,
        "apportionment": _apportionment,
        "data capture": _capture,
        "source rows": _rows,
    }
    return rules[name](item, told)


def _timeliness(item: Weak, told: Mapping[str, Any]) -> str:
    record, staleness = item.record, item.quality["staleness"]
    newest, badge = f"its newest figures are of {record.latest}", staleness["badge"]
    if badge == "age not known":
        if told["measure"] is None:
            return f"Name its period by the year: {record.latest} tells no date."
        return f"Say in {record.file['name']} how often it is renewed (cadence)."
    if badge == "no set date":
        return f"Look whether there is something newer: {newest}."
    if record.cadence == "ended":
        return f"Find another source: its publisher has stopped, and {newest}."
    if badge == "overdue":
        return f"Update it: {newest}, {months_in_words(staleness['late'])} overdue."
    return f"Update it: {newest}, and newer ones are due."


def _coverage(item: Weak, told: Mapping[str, Any]) -> str:
    if "sensor" in item.record.method:
        return f"{MORE_SENSORS}: {told['reason']}."
    return f"Find what is missing: {told['reason']}."


def _precision(item: Weak, told: Mapping[str, Any]) -> str:
    if told["reason"] == BELOW_ZERO:
        return f"Use a count or a share in its place: {told['reason']}."
    if told["state"] == "not known":
        return (
            "Find its margin of error at its publisher, or how many were asked, and name it in "
            f"{item.record.file['name']} (error)."
        )
    if "sensor" in item.record.method:
        return f"{MORE_SENSORS}: {told['reason']}."
    if _mostly_moved(item):
        why = "most of its error is from sharing it out"
        return f"Get it for these areas, since {why}: {told['reason']}."
    return f"Take several periods together, or larger areas: {told['reason']}."


def _mostly_moved(item: Weak) -> bool:
    """Tell whether most of a layer's error is from sharing it out between areas."""
    whole, moved = (item.dimension(name)["measure"] for name in ("precision", "apportionment"))
    return bool(whole and moved and moved > MOST_OF_IT * whole)


def _apportionment(_: Weak, told: Mapping[str, Any]) -> str:
    if told["reason"] == BELOW_ZERO:
        return f"Use a count or a share in its place: {told['reason']}."
    if told["state"] == "not known":
        return "Get it for these areas, or measure how far sharing it out may be wrong."
    return f"Get it for these areas, or for smaller ones: {told['reason']}."


def _capture(_: Weak, told: Mapping[str, Any]) -> str:
    return f"Fill the gaps of the sensors: {told['reason']}."


def _rows(item: Weak, told: Mapping[str, Any]) -> str:
    ledger = item.record.ledger["rejected"]
    hourly = item.dimension("data capture")["state"] != "does not apply"
    lost = {reason: n for reason, n in ledger.items() if lost_rows({reason: n}, hourly=hourly)}
    most = sorted(lost, key=lambda reason: -lost[reason])[:3]
    reasons = join_list([f"{reason}: {lost[reason]:,}" for reason in most])
    behind = f" ({reasons})" if reasons else ""
    return f"Mend the source: {told['reason']}{behind}."
