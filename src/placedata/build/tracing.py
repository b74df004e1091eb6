"""Write the source rows behind every ward figure, and the files that lookups were made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.build.scoring import write_json
from placedata.files import sha256
from placedata.snapshot import names

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from placedata.layers import Ground, Layer
    from placedata.snapshot import Snapshot

TEXTS = ("layer", "period", "area_code", "role", "source", "key")
WHOLE = ("row", "last", "n")


def write_trace(folder: Path, ground: Ground, layers: list[Layer]) -> None:
    """Write the rows of every layer, one row group a layer, and what lookups rest on."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields = [pa.field(name, pa.dictionary(pa.int32(), pa.string())) for name in TEXTS]
    fields += [pa.field(name, pa.int32()) for name in WHOLE]
    fields += [pa.field(name, pa.float64()) for name in ("value", "share")]
    schema = pa.schema(fields)
    with pq.ParquetWriter(folder / names.TRACE, schema, compression="zstd") as writer:
        for layer in layers:
            if layer.rows is None or layer.rows.empty:
                continue
            frame = layer.rows.assign(layer=layer.id)
            frame = frame.sort_values(["period", "area_code", "role"], kind="stable")
            columns = [
                pa.array(frame[field.name], pa.string()).dictionary_encode()
                if field.name in TEXTS
                else pa.array(frame[field.name].to_numpy(), field.type, from_pandas=True)
                for field in schema
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
    write_json(folder / names.TRACE_GROUND, _ground(ground))


def write_rests(folder: Path, layers: list[Layer]) -> None:
    """Write what the figures from sensors rest on, long; no file where there are none."""
    import pandas as pd

    frames = [layer.rests.assign(layer=layer.id) for layer in layers if layer.rests is not None]
    if frames:
        rests = pd.concat(frames, ignore_index=True)
        rests.to_parquet(folder / names.RESTS, index=False, compression="zstd")


def kept_rests(snapshot: Snapshot, layer: str) -> pd.DataFrame | None:
    """Return what a layer's figures rest on, as a snapshot has it."""
    rests = snapshot.rests[snapshot.rests["layer"] == layer]
    return None if rests.empty else rests.drop(columns="layer").reset_index(drop=True)


def _ground(ground: Ground) -> dict[str, object]:
    """Return the files of outlines, postcodes and published lookups, with their hashes."""
    place, roots = ground.catalog.place, ground.catalog.roots
    patterns: dict[str, list[str]] = {
        f"outlines of {name}": [item.file] for name, item in place.boundaries.items()
    }
    if place.postcodes is not None:
        file = place.postcodes.file
        patterns["postcodes"] = [file] if isinstance(file, str) else list(file)
    for rule in place.lookups:
        if rule.file:
            patterns[f"lookup from {rule.source} to {rule.target}"] = [rule.file]
    return {
        what: [
            {"label": roots.label(path), "sha256": sha256(path)}
            for name in files
            for path in roots.resolve(name)
        ]
        for what, files in patterns.items()
    }


def kept_rows(snapshot: Snapshot, layer: str) -> pd.DataFrame | None:
    """Return the rows of a layer as a snapshot has them, None where it has none of it."""
    import pandas as pd

    rows = pd.read_parquet(snapshot.directory / names.TRACE, filters=[("layer", "=", layer)])
    if rows.empty:
        return None
    rows = rows.drop(columns="layer")
    return rows.astype({name: object for name in TEXTS if name != "layer"})
