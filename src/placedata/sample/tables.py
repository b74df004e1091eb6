"""Writing small text files the same way on every platform."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

_TO_DEGREES = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)


def write_text(path: Path, text: str, *, encoding: str = "utf-8") -> None:
    """Write text with the line ends that it has; gzipped where the path ends in ``.gz``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode(encoding)
    if path.suffix == ".gz":
        # Without a time in it, the same text makes the same file.
        content = gzip.compress(content, 9, mtime=0)
    path.write_bytes(content)


def write_csv(
    path: Path,
    header: Sequence[str] | None,
    rows: Iterable[Sequence[Any]],
    *,
    end: str = "\n",
    bom: bool = False,
    quote: bool = False,
) -> None:
    """Write a CSV file.

    Parameters
    ----------
    path
        File to write; folders are made.
    header
        Column names, or None for a file without a header row.
    rows
        Cells, written with `str`.
    end
        Line end.
    bom
        Start with a byte order mark.
    quote
        Quote every cell that is text.
    """
    out = io.StringIO()
    writer = csv.writer(
        out, lineterminator=end, quoting=csv.QUOTE_NONNUMERIC if quote else csv.QUOTE_MINIMAL
    )
    if header is not None:
        writer.writerow(header)
    writer.writerows(rows)
    write_text(path, out.getvalue(), encoding="utf-8-sig" if bom else "utf-8")


def to_degrees(xy: NDArray[np.float64], decimals: int = 6) -> NDArray[np.float64]:
    """Return longitude and latitude of EPSG:27700 points, shape (n, 2), rounded."""
    lon, lat = _TO_DEGREES.transform(xy[:, 0], xy[:, 1])
    return np.asarray(np.round(np.column_stack([lon, lat]), decimals), dtype=np.float64)


def write_geojson(
    path: Path, name: str, features: Iterable[tuple[Mapping[str, Any], shapely.Geometry]]
) -> None:
    """Write a GeoJSON file in longitude and latitude (CRS84), one feature a line.

    Geometries come in EPSG:27700; points that two outlines share are equal in the file too.
    """
    lines = []
    for properties, geometry in features:
        turned = shapely.transform(geometry, to_degrees)
        feature = {
            "type": "Feature",
            "properties": dict(properties),
            "geometry": json.loads(shapely.to_geojson(turned)),
        }
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    head = (
        '{\n"type": "FeatureCollection",\n'
        f'"name": "{name}",\n'
        '"crs": { "type": "name", "properties": { "name": "urn:ogc:def:crs:OGC:1.3:CRS84" } },\n'
        '"features": [\n'
    )
    write_text(path, head + ",\n".join(lines) + "\n]\n}\n")


def share_out(total: int, shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return whole numbers in proportion to `shares` that add up to `total` (largest remainder)."""
    if shares.sum() <= 0:
        return np.zeros(len(shares), dtype=np.int64)
    exact = total * shares / shares.sum()
    whole = np.floor(np.round(exact, 9)).astype(np.int64)
    order = np.argsort(-np.round(exact - whole, 9), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return np.asarray(whole, dtype=np.int64)
