"""What differs between two snapshots, as tables that a page shows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.bad_values import page_asked

if TYPE_CHECKING:
    import pandas as pd

    from placedata.snapshot.changes import Changes

MOST_ROWS = 100
#: Switch of a score's change -> what it is called.
CAUSES = {
    "data": "Data",
    "indicators": "Which indicators",
    "method": "Method",
    "boundaries": "Boundaries",
}
ACTIONS = {
    "build": "Published",
    "rollback": "Served again",
    "allow-imbalance": "Published although unbalanced",
}


@dataclass(frozen=True)
class LayerChange:
    """The figures of one layer and period that differ.

    Parameters
    ----------
    figures
        How many differ.
    causes
        Why, in words.
    parts
        Cause -> mean of what it changes over the figures that both snapshots have, in the layer's
        unit; they add up to the mean change.
    mean
        The mean change.
    largest
        Name of the area that changes most, and by how much.
    """

    layer: str
    title: str
    period: str
    figures: int
    causes: str
    parts: Mapping[str, float]
    mean: float | None
    largest: tuple[str, float] | None


def layer_rows(found: Changes) -> list[LayerChange]:
    """Return the layers and periods whose figures differ, in the order of the snapshot."""
    rows = []
    parts = dict(iter(found.parts.groupby(["layer", "period"], sort=False)))
    for (name, period), frame in found.values.groupby(["layer", "period"], sort=False):
        change = (frame["after"] - frame["before"]).dropna()
        split = parts.get((name, period))
        of = {} if split is None else _means(split, len(change))
        far = change.abs().idxmax() if len(change) else None
        code = "" if far is None else str(frame.loc[far, "area_code"])
        rows.append(
            LayerChange(
                layer=str(name),
                title=found.titles.get(str(name), str(name)),
                period=str(period),
                figures=len(frame),
                causes=", ".join(found.causes.get(str(name), ())) or "not told",
                parts=of,
                mean=float(change.mean()) if len(change) else None,
                largest=None if far is None else (found.names.get(code, code), float(change[far])),
            )
        )
    return rows


def _means(split: pd.DataFrame, count: int) -> dict[str, float]:
    sums = split.groupby("cause", sort=False)["points"].sum()
    return {str(cause): float(total) / count for cause, total in sums.items()} if count else {}


@dataclass(frozen=True)
class ScoreChange:
    """The whole index of one area, before and after, with what each cause changes."""

    code: str
    name: str
    before: float | None
    after: float | None
    rank_before: int | None
    rank_after: int | None
    parts: Mapping[str, float]

    @property
    def moved(self) -> int:
        """Ranks by which it moved; up is positive."""
        if self.rank_before is None or self.rank_after is None:
            return 0
        return self.rank_before - self.rank_after


def score_rows(found: Changes) -> list[ScoreChange]:
    """Return the areas whose score in the whole index differs, the farthest moved first."""
    scores = found.scores[found.scores["level"] == "index"]
    split = {}
    if len(found.score_parts.columns) > 2:
        top = set(scores["node"])
        mine = found.score_parts[found.score_parts["node"].isin(top)]
        split = {row["area_code"]: row for row in mine.to_dict("records")}
    rows = [
        ScoreChange(
            code=str(row.area_code),
            name=found.names.get(str(row.area_code), str(row.area_code)),
            before=_known(row.before),
            after=_known(row.after),
            rank_before=_whole(row.rank_before),
            rank_after=_whole(row.rank_after),
            parts={
                cause: split[row.area_code][cause]
                for cause in CAUSES
                if row.area_code in split and _known(split[row.area_code][cause]) is not None
            },
        )
        for row in scores.itertuples()
    ]
    return sorted(rows, key=lambda row: (-abs(row.moved), row.name.casefold()))


@dataclass(frozen=True)
class ValuePage:
    """A page of the figures of one layer and period that differ.

    Parameters
    ----------
    causes
        The causes that the changes are split into, in order.
    rows
        ``code``, ``name``, ``before``, ``after``, ``change``, ``status_before``, ``status_after``,
        ``rank_before``, ``rank_after`` and ``parts`` (cause -> points).
    """

    layer: str
    title: str
    period: str
    causes: Sequence[str]
    rows: Sequence[Mapping[str, Any]]
    page: int
    pages: int
    total: int


def value_page(found: Changes, layer: str, period: str, asked: str) -> ValuePage | None:
    """Return the figures of a layer and period that differ; None where none was asked for."""
    values = found.values[(found.values["layer"] == layer) & (found.values["period"] == period)]
    if values.empty:
        return None
    split = found.parts[(found.parts["layer"] == layer) & (found.parts["period"] == period)]
    parts: dict[str, dict[str, float]] = {}
    for row in split.itertuples():
        parts.setdefault(str(row.area_code), {})[str(row.cause)] = float(row.points)
    pages = max(1, -(-len(values) // MOST_ROWS))
    page = page_asked(asked, pages, "the table")
    shown = values.iloc[(page - 1) * MOST_ROWS : page * MOST_ROWS]
    rows = [
        {
            **row,
            "name": found.names.get(row["area_code"], row["area_code"]),
            "before": _known(row["before"]),
            "after": _known(row["after"]),
            "change": _known(row["after"] - row["before"]),
            "rank_before": _whole(row["rank_before"]),
            "rank_after": _whole(row["rank_after"]),
            "parts": parts.get(row["area_code"], {}),
        }
        for row in shown.to_dict("records")
    ]
    causes = list(dict.fromkeys(split["cause"]))
    title = found.titles.get(layer, layer)
    return ValuePage(layer, title, period, causes, rows, page, pages, len(values))


def audit_words(line: Mapping[str, Any]) -> dict[str, str]:
    """Return a line of the audit log as words; missing parts are empty."""
    text = {key: str(line.get(key) or "") for key in ("time", "user", "id", "reason", "action")}
    text["when"] = text["time"][:16].replace("T", " ")
    text["what"] = ACTIONS.get(text["action"], text["action"])
    return text


def _known(value: Any) -> float | None:  # noqa: ANN401
    number = float(value) if value is not None else math.nan
    return None if math.isnan(number) else number


def _whole(value: Any) -> int | None:  # noqa: ANN401
    number = _known(None if value is None or value != value else value)  # noqa: PLR0124
    return None if number is None else int(number)
