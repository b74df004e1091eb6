"""Where one figure comes from: formula, rows, files, and what it is divided and weighed by."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from placedata.errors import PlaceDataError, Problem
from placedata.layers import traced
from placedata.layers.parts import match_period
from placedata.snapshot.formula import formula_of, known
from placedata.snapshot.names import TRACE, TRACE_GROUND
from placedata.snapshot.record import plain
from placedata.snapshot.trace_place import PLACE, place_formula, place_row, wider_sources
from placedata.snapshot.trace_reference import TraceReference
from placedata.snapshot.trace_score import NEWEST, SCORE, score_parts

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from placedata.snapshot.reading import Snapshot
    from placedata.snapshot.record import LayerRecord

#: Loaders whose rows are homes or addresses: their ledger's examples are not told either.
HOUSEHOLDS = traced.HOUSEHOLDS
SUPPRESSED = (
    "The figure is suppressed, since it rests on few people or would give away one that does: "
    "its rows and counts are not told."
)
SHARED = (
    "Values of some rows are not told: the same rows also make up a suppressed figure, and "
    "could give it away."
)
TOGETHER = "Its rows are homes or addresses: only how many there are is told."


@dataclass(frozen=True)
class Trace:
    """Where one figure comes from.

    Parameters
    ----------
    layer, title, unit, area_code, area_name, period
        Which figure.
    status, value
        ``ok``, ``missing`` or ``suppressed``; None unless ok.
    formula
        Steps in words with the numbers put in.
    method
        How figures came to the wards, in words.
    made_of
        Figures of this snapshot that it is made of: ``role`` (numerator, denominator, weight,
        part), ``layer``, ``area_code``, ``period``, ``value``, ``command`` (which traces it).
    rows
        ``role``, ``source``, ``row``, ``last``, ``key``, ``value``, ``share``, ``n``; see
        `placedata.layers.traced`.
    withheld
        Why rows or values are not told; "" where all are.
    file
        The layer file: ``name`` and ``sha256``.
    sources
        Files of the layer: ``label``, ``sha256``, ``rows``.
    ground
        Files that say where areas and people are: ``what``, ``label``, ``sha256``.
    ledger
        Of the whole layer: ``rows_in``, ``used``, ``rejected`` (reason -> rows), ``examples``.
    notes, caveats, publisher, licence, url, updated
        As the layer has them.
    snapshot, published
        Which snapshot, and when it was published (ISO 8601, UTC).
    reference
        A short name of the figure that opens this trace again: `placedata.snapshot.trace_ref`.
    """

    layer: str
    title: str
    unit: str
    area_code: str
    area_name: str
    period: str
    status: str
    value: float | None
    formula: tuple[str, ...]
    method: str
    made_of: tuple[Mapping[str, Any], ...]
    rows: tuple[Mapping[str, Any], ...]
    withheld: str
    file: Mapping[str, str]
    sources: tuple[Mapping[str, Any], ...]
    ground: tuple[Mapping[str, str], ...]
    ledger: Mapping[str, Any]
    notes: tuple[str, ...]
    caveats: tuple[str, ...]
    publisher: str
    licence: str
    url: str | None
    updated: str | None
    snapshot: str
    published: str
    reference: str

    @property
    def document(self) -> dict[str, Any]:
        """The trace as plain data that JSON can hold."""
        made: dict[str, Any] = plain(self)
        return made


def trace_of(snapshot: Snapshot, layer: str, area: str, period: str | None = None) -> Trace:
    """Return where a figure comes from.

    Parameters
    ----------
    layer
        Layer id, or ``score.NODE`` for a score of the index.
    area
        Area code of any level, or ``place`` for the figure of the whole place.

    Raises
    ------
    PlaceDataError
        There is no such layer, area or period, or the snapshot was made without traces.
    """
    if layer.startswith(SCORE):
        return _of_score(snapshot, layer, area)
    record = snapshot.layer(layer)
    wanted = period or record.latest
    if area == PLACE:
        return _of_place(snapshot, record, wanted)
    level = _level_with(snapshot, area)
    name = level.area_name(area)
    row = level.table(layer, wanted).loc[area]
    status = str(row["status"])
    made_of: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    if status != "suppressed":
        own = level is snapshot
        rows = _rows(snapshot, layer, area, wanted) if own else []
        made_of = _made_of(snapshot, record, area, wanted) if own else []
        made_of += [] if own else _wards(snapshot, level, record, area, wanted)
    formula = formula_of(record, status, row, rows, made_of)
    figure = {"status": status, "value": known(row["value"]), "formula": formula}
    return _trace(snapshot, record, (area, name, wanted), figure, made_of, rows)


def _of_place(snapshot: Snapshot, record: LayerRecord, period: str) -> Trace:
    """Return where the figure of the whole place comes from: its wards, and the wider area."""
    table: pd.DataFrame = snapshot.table(record.id, period)
    parts = _parts(snapshot, record, sorted(map(str, snapshot.areas.index)), period)
    formula = place_formula(record, period, table, parts, snapshot.place["comparator"])
    area = (PLACE, str(snapshot.place["name"]), period)
    figure = {**place_row(record, period), "formula": formula}
    made = _trace(snapshot, record, area, figure, parts, [])
    own = {item["label"] for item in made.sources}
    more = [item for item in wider_sources(record, period) if item["label"] not in own]
    return replace(made, sources=(*made.sources, *more))


def _trace(
    snapshot: Snapshot,
    record: LayerRecord,
    area: tuple[str, str, str],
    figure: Mapping[str, Any],
    made_of: list[dict[str, Any]],
    rows: list[dict[str, Any]],
) -> Trace:
    """Return the trace of a figure: `area` is its code, name and period."""
    return Trace(
        layer=record.id, title=record.title, unit=record.unit, area_code=area[0],
        area_name=area[1], period=area[2], **figure,
        method=record.method, made_of=tuple(made_of), rows=tuple(rows),
        withheld=_withheld(figure["status"], rows), file=record.file,
        sources=_sources(snapshot, record, rows),
        ground=_ground(snapshot, record), ledger=_ledger(record), notes=record.notes,
        caveats=record.caveats, publisher=record.publisher, licence=record.licence,
        url=record.url, updated=record.updated, snapshot=snapshot.id,
        published=snapshot.published,
        reference=str(TraceReference(snapshot.id, record.id, area[0], area[2])),
    )  # fmt: skip


def _of_score(snapshot: Snapshot, identifier: str, area: str) -> Trace:
    """Return where a score comes from; it has no rows of its own."""
    from placedata.wording import period_range

    level = _level_with(snapshot, area)
    name, periods = level.area_name(area), level.scored_periods
    nothing: dict[str, Any] = {"rows_in": 0, "used": 0, "rejected": {}, "notes": {}, "examples": {}}
    place = snapshot.place
    return Trace(
        layer=identifier, unit="score (0 to 100, higher is better)", area_code=area,
        area_name=name, period=period_range(periods) if periods else "", rows=(), withheld="",
        sources=(), ground=(), ledger=nothing, caveats=(), publisher=place["publisher"],
        licence=place["licence"], url=None, updated=None, snapshot=snapshot.id,
        published=snapshot.published,
        reference=str(TraceReference(snapshot.id, identifier, area, NEWEST)),
        **score_parts(level, identifier, area),
    )  # fmt: skip


def _level_with(snapshot: Snapshot, area: str) -> Snapshot:
    """Return the level that has the area; the wards' where none has it, to tell the nearest."""
    for geography in snapshot.levels:
        level = snapshot.level(geography)
        if area in level.areas.index:
            return level
    return snapshot


def _rows(snapshot: Snapshot, layer: str, area: str, period: str) -> list[dict[str, Any]]:
    """Return the rows of one figure, then the lines of files behind its sensors."""
    import pandas as pd

    path = snapshot.directory / TRACE
    if not path.is_file():
        problem = Problem("snapshot", "trace", "nothing", "placedata build --force makes it")
        raise PlaceDataError("the snapshot was made without traces", [problem])
    found = rows_of_layer(path, layer)
    found = found[(found["period"] == period) & found["area_code"].isin([area, ""])]
    texts = ["area_code", "role", "source", "key"]
    found = found.astype(dict.fromkeys(texts, object))
    mine = found[found["area_code"] == area]
    files = found[(found["area_code"] == "") & found["key"].isin(mine["key"])]
    frame = pd.concat([mine, files])
    columns = ["role", "source", "row", "last", "key", "value", "share", "n"]
    return [{**item, "value": known(item["value"])} for item in frame[columns].to_dict("records")]


def rows_of_layer(path: Path, layer: str) -> pd.DataFrame:
    """Return the rows of a layer: one row group of the file, or none."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        at = file.schema_arrow.get_field_index("layer")
        for number_of in range(file.num_row_groups):
            statistics = file.metadata.row_group(number_of).column(at).statistics
            if statistics.min == layer:
                return file.read_row_group(number_of).to_pandas()
        return file.schema_arrow.empty_table().to_pandas()


def _reference(snapshot: Snapshot, role: str, layer: str, area: str, period: str) -> dict[str, Any]:
    """Return a figure of the snapshot with the command that traces it."""
    row = snapshot.table(layer, period).loc[area]
    return {
        "role": role,
        "layer": layer,
        "title": snapshot.layer(layer).title,
        "area_code": area,
        "period": period,
        "value": known(row["value"]),
        "command": f"placedata trace {layer} {area} --period {shlex.quote(period)}",
    }


def _made_of(
    snapshot: Snapshot, record: LayerRecord, area: str, period: str
) -> list[dict[str, Any]]:
    """Return the numerator, denominator and weight layers behind a ward's figure."""
    roles = []
    if record.loader is None and record.numerator is not None:
        roles.append(("numerator", record.numerator))
    if record.denominator is not None:
        roles.append(("denominator", record.denominator))
    if record.weighted_by is not None:
        roles.append(("weight", record.weighted_by))
    found = []
    for role, layer in roles:
        matched, _ = match_period(period, snapshot.layer(layer).periods)
        if matched is not None:
            found.append(_reference(snapshot, role, layer, area, matched))
    return found


def _wards(
    snapshot: Snapshot, level: Snapshot, record: LayerRecord, area: str, period: str
) -> list[dict[str, Any]]:
    """Return the wards of a larger area, with what each counts for."""
    text = (snapshot.directory / f"{level.place['geography']}.json").read_text("utf-8")
    belongs: Mapping[str, str] = json.loads(text)["areas"]
    wards = sorted(code for code, larger in belongs.items() if larger == area)
    return _parts(snapshot, record, wards, period)


def _parts(
    snapshot: Snapshot, record: LayerRecord, wards: list[str], period: str
) -> list[dict[str, Any]]:
    """Return wards as parts of a figure, with what each counts for."""
    table: pd.DataFrame = snapshot.table(record.id, period)
    parts = []
    for ward in wards:
        row = table.loc[ward]
        more = {key: known(row[key]) for key in ("numerator", "denominator", "weight")}
        parts.append(_reference(snapshot, "part", record.id, ward, period) | more)
    return parts


def _withheld(status: str, rows: list[dict[str, Any]]) -> str:
    if status == "suppressed":
        return SUPPRESSED
    if any(item["role"] == "together" for item in rows):
        return TOGETHER
    hidden = any(item["role"] in {"figure", "weight"} and item["value"] is None for item in rows)
    return SHARED if hidden and status == "ok" else ""


def _sources(
    snapshot: Snapshot, record: LayerRecord, rows: list[dict[str, Any]]
) -> tuple[Mapping[str, Any], ...]:
    """Return the files of the layer, and those behind its weights that rows were read from."""
    own = {item["label"] for item in record.sources}
    read = {row["source"] for row in rows} - own
    heavy = snapshot.layers.get(str(record.weighted_by))
    more = [item for item in heavy.sources if item["label"] in read] if heavy else []
    return (*record.sources, *more)


def _ledger(record: LayerRecord) -> dict[str, Any]:
    """Return the ledger; without examples where the rows are homes or addresses."""
    examples = {} if record.loader in HOUSEHOLDS else record.ledger["examples"]
    return {**record.ledger, "examples": examples}


def _ground(snapshot: Snapshot, record: LayerRecord) -> tuple[dict[str, str], ...]:
    """Return the files of the outlines, postcodes and lookups of the place."""
    path = snapshot.directory / TRACE_GROUND
    if record.loader is None or not path.is_file():
        return ()
    files: Mapping[str, list[dict[str, str]]] = json.loads(path.read_text("utf-8"))
    return tuple({"what": what, **item} for what, items in files.items() for item in items)
