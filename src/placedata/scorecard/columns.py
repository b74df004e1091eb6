"""The columns of a table of all wards: scores, then each layer's newest figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from placedata.wording import join_list

if TYPE_CHECKING:
    import pandas as pd

    from placedata.snapshot import Snapshot

#: What may be done with layers under a share-alike licence (ODbL): say so, or leave them out.
SHARE_ALIKE = ("notice", "leave-out")
#: Said once in every file that holds unrounded figures.
UNROUNDED = (
    "Figures and scores are unrounded. Pages, slides and screens show scores with one decimal and "
    "figures with the decimals of their layer; ranks are made from unrounded figures."
)


@dataclass(frozen=True)
class Column:
    """One column of the table of all wards.

    Parameters
    ----------
    id
        Layer id, or node of the index.
    title, unit, period, polarity
        As the reader needs them.
    source, licence
        Publisher and licence; empty for scores.
    values
        Index ``area_code``; NaN where there is no figure.
    statuses
        Index ``area_code``: ``ok``, ``missing`` or ``suppressed``.
    decimals
        With which people see it.
    share_alike
        Whether it is made from data whose licence asks to share alike.
    """

    id: str
    title: str
    unit: str
    period: str
    polarity: str
    source: str
    licence: str
    values: pd.Series
    statuses: pd.Series
    decimals: int = 2
    share_alike: bool = False

    @property
    def heading(self) -> str:
        """``Nitrogen dioxide (µg/m³, 2023)``."""
        inside = ", ".join(part for part in (self.unit, self.period) if part)
        return f"{self.title} ({inside})" if inside else self.title

    @property
    def is_score(self) -> bool:
        """Whether this is a score of the index."""
        return not self.source


def columns(
    snapshot: Snapshot, layers: Iterable[str] | None = None, *, share_alike: str = "notice"
) -> list[Column]:
    """Return the scores (where all layers are asked for), then each layer's newest figures.

    With ``leave-out`` neither the layers under a share-alike licence are among them, nor the
    scores that rest on one.
    """
    wanted = list(snapshot.layers) if layers is None else list(layers)
    found = [] if layers is not None and len(wanted) < len(snapshot.layers) else _scores(snapshot)
    for name in wanted:
        record, table = snapshot.layer(name), snapshot.table(name)
        found.append(
            Column(
                name, record.title, record.unit, record.latest, record.polarity, record.publisher,
                record.licence, table["value"], table["status"], record.decimals,
                record.share_alike,
            )
        )  # fmt: skip
    return [column for column in found if share_alike == "notice" or not column.share_alike]


def _scores(snapshot: Snapshot) -> list[Column]:
    if snapshot.scores.empty:
        return []
    made = []
    for node in snapshot.framework.nodes:
        values = snapshot.score_table(node.id)["score"]
        statuses = values.notna().map({True: "ok", False: "missing"})
        made.append(
            Column(
                node.id, f"{node.title}: score", "0 to 100", "", "higher_is_better", "", "", values,
                statuses, 1, _rests_on_shared(snapshot, node.id),
            )
        )  # fmt: skip
    return made


def _rests_on_shared(snapshot: Snapshot, node: str) -> bool:
    """Return whether a layer under a share-alike licence is below a node of the index."""
    framework = snapshot.framework
    below = [node]
    for identifier in below:
        below += [child.id for child in framework.children(identifier)]
    inside = {item for each in below for item in framework.indicators_of(each)}
    return any(
        record.share_alike for record in snapshot.layers.values() if record.id in _names(inside)
    )


def _names(indicators: Iterable[object]) -> set[str]:
    return {str(getattr(item, "id", item)) for item in indicators}


def notices(snapshot: Snapshot, found: Iterable[Column]) -> list[str]:
    """Return what every file of all wards says of itself: source, rounding, signs, licences."""
    place, given = snapshot.place, list(found)
    lines = [
        f"{place['name']}: figures by {place['geography']}, one row an area.",
        f"Snapshot {snapshot.id}, published {snapshot.published_date} by {place['publisher']}.",
        "[c]: not shown, since it rests on few people. [x]: not available. Neither means zero.",
        UNROUNDED,
        snapshot.index["notice"],
        snapshot.index["rank_note"],
        *place["attribution"],
    ]
    if place["fictional"]:
        lines.append("This place is fictional: its areas, people and figures are made up.")
    if shared := [column.title for column in given if column.share_alike]:
        lines.append(share_alike_notice(shared))
    return [str(line) for line in lines if line]


def share_alike_notice(titles: Iterable[str]) -> str:
    """Return what is said of figures made from data under the Open Database Licence."""
    return (
        f"Share-alike (Open Database Licence 1.0): {join_list(list(titles))}. A database made from "
        "these figures must be offered under the same licence."
    )
