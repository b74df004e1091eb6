"""The columns of a table of all wards: scores, then each layer's newest figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from placedata.snapshot import Snapshot


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

    @property
    def heading(self) -> str:
        """``Nitrogen dioxide (µg/m³, 2023)``."""
        inside = ", ".join(part for part in (self.unit, self.period) if part)
        return f"{self.title} ({inside})" if inside else self.title


def columns(snapshot: Snapshot, layers: Iterable[str] | None = None) -> list[Column]:
    """Return the scores (where all layers are asked for), then each layer's newest figures."""
    wanted = list(snapshot.layers) if layers is None else list(layers)
    found = [] if layers is not None and len(wanted) < len(snapshot.layers) else _scores(snapshot)
    for name in wanted:
        record, table = snapshot.layer(name), snapshot.table(name)
        found.append(
            Column(
                name, record.title, record.unit, record.latest, record.polarity, record.publisher,
                record.licence, table["value"], table["status"], record.decimals,
            )
        )  # fmt: skip
    return found


def _scores(snapshot: Snapshot) -> list[Column]:
    if snapshot.scores.empty:
        return []
    made = []
    for node in snapshot.framework.nodes:
        values = snapshot.score_table(node.id)["score"]
        statuses = values.notna().map({True: "ok", False: "missing"})
        title = f"{node.title}: score"
        made.append(
            Column(node.id, title, "0 to 100", "", "higher_is_better", "", "", values, statuses, 1)
        )
    return made
