"""Known answers about the sample place, the slow way.

Imports nothing of placedata: even-odd ray casting, clipping of outlines cell by cell, and plain
loops over the files as they were written. The answers are what a build of the place must find.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rings = Sequence[NDArray[np.float64]]
Clipped = list[tuple[float, float]]


def holds(rings: Rings, xy: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points lie in an outline (even-odd rule over all its rings), shape (n,)."""
    x, y = xy[:, 0], xy[:, 1]
    inside = np.zeros(len(xy), dtype=bool)
    for ring in rings:
        for (ax, ay), (bx, by) in pairwise(ring):
            if ay == by:
                continue
            crosses = (ay > y) != (by > y)
            inside ^= crosses & (x < ax + (y - ay) * (bx - ax) / (by - ay))
    return inside


def locate(outlines: Mapping[str, Rings], xy: NDArray[np.float64]) -> list[str]:
    """Return the code of the outline that holds each point, "" for none."""
    found = [""] * len(xy)
    for code, rings in outlines.items():
        for n in np.flatnonzero(holds(rings, xy)).tolist():
            found[n] = code
    return found


def _cut(points: Clipped, axis: int, limit: float, *, above: bool) -> Clipped:
    """Return the part of a ring on one side of a line across an axis."""
    out: Clipped = []
    for a, b in zip(points, points[1:] + points[:1], strict=True):
        in_a = a[axis] >= limit if above else a[axis] <= limit
        in_b = b[axis] >= limit if above else b[axis] <= limit
        if in_a:
            out.append(a)
        if in_a != in_b:
            t = (limit - a[axis]) / (b[axis] - a[axis])
            out.append((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
    return out


def _signed_area(points: Clipped) -> float:
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs) / 2


def zonal_mean(
    rings: Rings, cells: NDArray[np.float64], corner: tuple[float, float], size: float
) -> tuple[float, float]:
    """Return the mean of cells weighted by the area of each inside an outline, and the coverage.

    Parameters
    ----------
    rings
        Outer ring first, then holes, EPSG:27700.
    cells
        Values by rows from the north; NaN for no data.
    corner
        West and north edge of the raster.
    size
        Side of a cell, metres.
    """
    total, weight, whole = 0.0, 0.0, 0.0
    for number, ring in enumerate(rings):
        sign = 1.0 if number == 0 else -1.0
        points = [(float(x), float(y)) for x, y in ring[:-1]]
        whole += sign * abs(_signed_area(points))
        ys = [y for _, y in points]
        first = max(0, int((corner[1] - max(ys)) // size))
        last = min(len(cells) - 1, int((corner[1] - min(ys)) // size))
        for row in range(first, last + 1):
            top = corner[1] - row * size
            band = _cut(_cut(points, 1, top, above=False), 1, top - size, above=True)
            for column in range(cells.shape[1]) if band else ():
                west = corner[0] + column * size
                part = _cut(_cut(band, 0, west, above=True), 0, west + size, above=False)
                share = sign * abs(_signed_area(part)) if len(part) > 2 else 0.0
                if share and not math.isnan(cells[row, column]):
                    total += share * float(cells[row, column])
                    weight += share
    return (total / weight if weight else math.nan), weight / whole


def read_rows(path: Path, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    """Return the rows of a file with a header row, gzipped or not."""
    return list(csv.DictReader(read_lines(path, encoding)))


def read_lines(path: Path, encoding: str = "utf-8-sig") -> list[str]:
    """Return the lines of a text file, gzipped or not."""
    content = path.read_bytes()
    plain = gzip.decompress(content) if path.suffix == ".gz" else content
    return plain.decode(encoding).splitlines()


def shared_by_postcodes(
    counts: Mapping[str, float], small: Sequence[str], wards: Sequence[str]
) -> dict[str, float]:
    """Return ward sums of counts of small areas, each shared equally over its postcodes."""
    postcodes: dict[str, list[int]] = defaultdict(list)
    for n, code in enumerate(small):
        postcodes[code].append(n)
    sums: dict[str, float] = dict.fromkeys(sorted(set(wards)), 0.0)
    for code, count in counts.items():
        for n in postcodes[code]:
            sums[wards[n]] += count / len(postcodes[code])
    return sums


def mean_distance(
    places: NDArray[np.float64], points: NDArray[np.float64], wards: Sequence[str]
) -> dict[str, float]:
    """Return by ward the mean distance from its postcodes to the nearest place, metres."""
    far: dict[str, list[float]] = defaultdict(list)
    for (x, y), ward in zip(points.tolist(), wards, strict=True):
        far[ward].append(min(math.hypot(x - px, y - py) for px, py in places.tolist()))
    return {ward: sum(values) / len(values) for ward, values in sorted(far.items())}


def site_means(
    folder: Path, species: str, *, digits: int = 7, most: float = 400.0
) -> dict[str, dict[str, float]]:
    """Return the mean of each site and month (`digits` 7) or year (`digits` 4).

    Hours with two values, empty ones and those above `most` are left out.
    """
    hours: dict[tuple[str, str], dict[str, set[float]]] = defaultdict(lambda: defaultdict(set))
    for path in sorted(folder.glob("AM*_*.csv*")):
        for row in read_rows(path):
            if row["@SpeciesCode"] == species and row["@Value"]:
                time = row["@MeasurementDateGMT"]
                hours[row["SiteCode"], time[:digits]][time].add(float(row["@Value"]))
    out: dict[str, dict[str, float]] = {}
    for (site, period), by_hour in sorted(hours.items()):
        single = [next(iter(one)) for one in by_hour.values() if len(one) == 1]
        values = [value for value in single if value <= most]
        if values:
            out.setdefault(site, {})[period] = round(sum(values) / len(values), 6)
    return out


def nearest_values(
    places: Mapping[str, tuple[float, float]], values: Mapping[str, float],
    points: NDArray[np.float64], wards: Sequence[str],
) -> dict[str, float]:  # fmt: skip
    """Return by ward the mean, over its postcodes, of the value at the nearest place with one."""
    known = [(places[name], value) for name, value in values.items()]
    found: dict[str, list[float]] = defaultdict(list)
    for (x, y), ward in zip(points.tolist(), wards, strict=True):
        near = min(known, key=lambda item: math.hypot(x - item[0][0], y - item[0][1]))
        found[ward].append(near[1])
    return {ward: sum(those) / len(those) for ward, those in sorted(found.items())}


def codepoint_points(data: Path) -> tuple[list[str], NDArray[np.float64]]:
    """Return the postcodes that have a location, and their points."""
    with (data / "addresses/codepoint_open_2025-11.csv").open(newline="") as file:
        rows = [row for row in csv.reader(file) if row[1] != "90"]
    points = np.array([[float(row[2]), float(row[3])] for row in rows])
    return [row[0].replace(" ", "") for row in rows], points


def surgeries(data: Path) -> NDArray[np.float64]:
    """Return the places of the active practices whose postcode has a location."""
    codes, points = codepoint_points(data)
    at = dict(zip(codes, points, strict=True))
    with (data / "addresses/gp_practices_epraccur.csv").open(newline="") as file:
        rows = [row for row in csv.reader(file) if row[12] == "A" and row[25] == "4"]
    return np.array([at[r[9].replace(" ", "")] for r in rows if r[9].replace(" ", "") in at])


def weighted_scores(
    scores: Mapping[str, float], people: Mapping[str, float],
    small: Sequence[str], wards: Sequence[str],
) -> dict[str, float]:  # fmt: skip
    """Return ward means of scores of small areas, weighted by people shared over postcodes."""
    top = shared_by_postcodes({c: scores[c] * people[c] for c in people}, small, wards)
    low = shared_by_postcodes(people, small, wards)
    return {ward: top[ward] / low[ward] for ward in top}


def rounded(values: Mapping[str, float], decimals: int = 6) -> dict[str, float]:
    """Return the values rounded, so that they are equal on every platform."""
    return {key: round(float(value), decimals) for key, value in values.items()}


def write_truth(path: Path, facts: Mapping[str, Any]) -> None:
    """Write the known answers as JSON."""
    path.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
