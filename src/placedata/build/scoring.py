"""Scores of one level with their rank intervals, and the files that keep them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from placedata.build import score_errors
from placedata.snapshot import names, plain
from placedata.snapshot.labels import write_labels
from placedata.trust.warnings import doubts

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from placedata.catalog import Catalog
    from placedata.framework import Framework
    from placedata.index import Scores, Uncertainty
    from placedata.layers import Layer

#: Replicates behind a rank interval; beyond MANY_AREAS fewer, since each is as much more work.
REPLICATES = 2_000
FEWER_REPLICATES = 500
MANY_AREAS = 2_000
SEED = 1
#: With fewer areas a rank says next to nothing, and its interval nothing at all.
FEWEST_AREAS = 4
TOO_FEW = f"ranks of fewer than {FEWEST_AREAS} areas have no interval"
#: Columns of a rank interval, as `placedata.index.uncertainty` names them -> as a snapshot does.
INTERVAL = {
    "low": "low", "high": "high", "median": "median",
    "top": "p_top", "bottom": "p_bottom", "group": "group",
}  # fmt: skip
COLUMNS = (
    "area_code", "node", "level", "score", "rank", "coverage", *INTERVAL.values(),
    "disagree", "who",
)  # fmt: skip
IN_WORDS = {
    "weights": "the weights",
    "normalise": "the way to a common scale",
    "aggregate": "the kind of mean",
    "winsor": "the treatment of outliers",
    "impute": "missing figures",
    "leave_out": "one part left out",
    **score_errors.IN_WORDS,
}


@dataclass(frozen=True)
class Scored:
    """Scores of one level, how far each rank can be relied upon, and who would disagree."""

    scores: Scores
    uncertainty: Uncertainty | None
    disagreement: pd.DataFrame | None = None
    peers: dict[str, list[str]] | None = None


def score_level(
    catalog: Catalog, codes: list[str], layers: list[Layer], smaller: Scored | None
) -> Scored | None:
    """Return the scores from the newest period of each layer that belongs to a component.

    A layer without a figure in any ward takes no part, and a decision says so.

    Parameters
    ----------
    smaller
        Scores of the level below, whose bounds and weights are used again.
    """
    import pandas as pd

    from placedata.index import Decision, Replicates, disagreement, score, uncertainty

    columns, scored, empty = {}, [], []
    for layer in layers:
        if layer.definition.component is None:
            continue
        figures = _newest(layer)
        if figures.isna().all():
            empty.append(layer.id)
            continue
        columns[layer.id] = figures
        scored.append(layer)
    if not columns:
        return None
    for name in catalog.framework.labels.by:  # what areas are alike by need not be scored
        columns |= {one.id: _newest(one) for one in layers if one.id == name}
    table = pd.DataFrame(columns).reindex(codes)
    table.index.name = "area_code"
    framework = _with(catalog.framework, list(columns))
    calibration = smaller.scores.calibration if smaller else None
    scores = score(table, framework, calibration=calibration)
    told = [Decision("inputs", name, "no ward has a figure, so it takes no part") for name in empty]
    peers, text = _peers(table, framework)
    told += [Decision("labels", framework.id, text)] if text else []
    if len(codes) < FEWEST_AREAS:
        told.append(Decision("uncertainty", framework.id, TOO_FEW))
        decided = replace(scores, decisions=(*told, *scores.decisions), rank_note=TOO_FEW)
        return Scored(decided, None, None, peers)
    errors = score_errors.errors_by_source(scored, codes)
    told += score_errors.without_errors(scored, errors, framework.id)
    wanted = Replicates(REPLICATES if len(codes) <= MANY_AREAS else FEWER_REPLICATES, SEED)
    found = uncertainty(
        table, framework, standard_errors=errors or None, replicates=wanted, calibration=calibration
    )
    told += [Decision("uncertainty", framework.id, text) for text in found.told]
    decided = replace(scores, decisions=(*told, *scores.decisions), rank_note=rank_note(found))
    others = disagreement(table, framework, replicates=wanted, calibration=calibration)
    return Scored(decided, found, others, peers)


def _peers(table: pd.DataFrame, framework: Framework) -> tuple[dict[str, list[str]] | None, str]:
    """Return the areas that each is compared with (None: all), and what is to be said of that."""
    from placedata.index import reference_sets

    rule = framework.labels
    if rule.reference == "nearest" and len(table[list(rule.by)].dropna()) <= rule.k:
        return None, f"too few areas for the {rule.k} nearest: strengths are against all areas"
    return reference_sets(table, rule), ""


def _newest(layer: Layer) -> pd.Series:
    """Return the newest figures of a layer, by area code."""
    rows: pd.DataFrame = layer.values[layer.values["period"] == layer.periods[-1]]
    return rows.set_index("area_code")["value"]


def _with(framework: Framework, layers: list[str]) -> Framework:
    """Return the framework with only the indicators that have figures."""
    kept = [
        item.model_dump(exclude_unset=True) for item in framework.indicators if item.id in layers
    ]
    return framework.with_method(indicators=kept)


def rank_note(found: Uncertainty) -> str:
    """Return how the rank intervals were made, in words."""
    varied = [IN_WORDS.get(name, name) for name in found.sources]
    listed = ", ".join(varied[:-1]) + (" and " if len(varied) > 1 else "") + varied[-1]
    return (
        f"rank intervals hold nine of ten of {found.replicates:,} repeats of the index with "
        f"{listed} varied at random"
    )


def write_scores(
    folder: Path, catalog: Catalog, layers: list[Layer], scored: Scored | None
) -> None:
    """Write the scores and the index document of one level."""
    import pandas as pd

    from placedata.index import labels

    framework = catalog.framework.model_dump(mode="json", by_alias=True, exclude_unset=True)
    periods = {layer.id: layer.periods[-1] for layer in layers if layer.definition.component}
    document: dict[str, Any] = {"framework": framework, "periods": periods}
    document |= {"decisions": [], "bounds": [], "weights": [], "diagnostics": []}
    standing_out: list[dict[str, Any]] = []
    document |= {"rank_note": "", "notice": "", "warnings": plain(doubts(layers))}
    table = pd.DataFrame(columns=list(COLUMNS))
    if scored is not None:
        scores, found = scored.scores, scored.uncertainty
        table = _with_intervals(scores.table, scored)
        document |= {
            "decisions": plain(scores.decisions),
            "bounds": _rows(scores.bounds),
            "weights": _rows(scores.weights),
            "diagnostics": _rows(scores.diagnostics),
            "rank_note": scores.rank_note,
            "notice": scores.notice,
            "calibration": scores.calibration.hash if scores.calibration else "",
            "uncertainty": _told(found),
        }
        standing_out = _rows(labels(scores, catalog.framework.labels, reference=scored.peers))
    write_labels(folder, standing_out)
    numbers = dict.fromkeys(COLUMNS[3:-1], float)
    table = table[list(COLUMNS)].astype(numbers)
    table.to_parquet(folder / names.SCORES, index=False, compression="zstd")
    write_json(folder / names.INDEX, document)


def _with_intervals(scores: pd.DataFrame, scored: Scored) -> pd.DataFrame:
    """Return the scores with rank intervals, widened to whole ranks, and who would disagree."""
    import numpy as np

    found, others = scored.uncertainty, scored.disagreement
    if found is None or others is None:
        return scores.assign(**dict.fromkeys(COLUMNS[6:-1], np.nan), who="")
    intervals = found.table.rename(columns=INTERVAL)[["area_code", "node", *INTERVAL.values()]]
    intervals["low"] = np.floor(intervals["low"])
    intervals["high"] = np.ceil(intervals["high"])
    whole = scores.merge(intervals, how="left", on=["area_code", "node"])
    return whole.merge(others, how="left", on=["area_code", "node"]).fillna({"who": ""})


def _told(found: Uncertainty | None) -> dict[str, Any] | None:
    if found is None:
        return None
    sources = list(found.sources)
    return {"replicates": found.replicates, "seed": found.seed, "sources": sources}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = plain(
        frame.astype(object).where(frame.notna(), None).to_dict("records")
    )
    return rows


def write_json(path: Path, document: Any) -> None:  # noqa: ANN401
    """Write a document as JSON, missing numbers as null."""
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), "utf-8")
