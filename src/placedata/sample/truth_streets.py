"""Known answers about walks along the sample place's streets, the slow way.

Imports nothing of placedata: a heap, a dictionary of neighbours, and every piece of street tried
for every place.
"""

from __future__ import annotations

import gzip
import heapq
import json
import math
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Node = tuple[float, float]
Network = dict[Node, dict[Node, float]]


def walked_streets(path: Path) -> Network:
    """Return the longest connected part of the streets of a file that people may walk along."""
    document = json.loads(gzip.decompress(path.read_bytes()))
    beside: Network = defaultdict(dict)
    for feature in document["features"]:
        fields = feature["properties"]
        if fields["class"] == "Motorway" or fields["foot"] == "no":
            continue
        for a, b in pairwise(tuple(place) for place in feature["geometry"]["coordinates"]):
            beside[a][b] = beside[b][a] = math.dist(a, b)
    parts, seen = [], set()
    for start in beside:
        if start in seen:
            continue
        part, waiting = {start}, [start]
        while waiting:
            for other in beside[waiting.pop()]:
                if other not in part:
                    part.add(other)
                    waiting.append(other)
        seen |= part
        parts.append(part)
    longest = max(parts, key=lambda part: sum(sum(beside[node].values()) for node in part))
    return {node: beside[node] for node in longest}


def walking_metres(
    network: Network, services: NDArray[np.float64], points: NDArray[np.float64]
) -> list[float]:
    """Return the shortest way from each point to any service, along the streets.

    Each goes straight to the nearest place on a street first.
    """
    pieces = sorted({(min(a, b), max(a, b)) for a, others in network.items() for b in others})
    ends = np.array(pieces)
    start, step = ends[:, 0], ends[:, 1] - ends[:, 0]
    length = np.hypot(*step.T)

    def foot(place: Sequence[float]) -> tuple[int, float, float]:
        part = ((np.asarray(place) - start) * step).sum(axis=1) / length**2
        near = start + np.clip(part, 0, 1)[:, None] * step
        away = np.hypot(*(near - place).T)
        at = int(away.argmin())
        return at, float(np.clip(part[at], 0, 1) * length[at]), float(away[at])

    far: dict[Node, float] = {}
    waiting: list[tuple[float, Node]] = []
    on_piece: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for service in services.tolist():
        at, along, away = foot(service)
        on_piece[at].append((along, away))
        a, b = pieces[at]
        waiting += [(away + along, a), (away + float(length[at]) - along, b)]
    heapq.heapify(waiting)
    while waiting:
        metres, node = heapq.heappop(waiting)
        if node in far:
            continue
        far[node] = metres
        for other, more in network[node].items():
            if other not in far:
                heapq.heappush(waiting, (metres + more, other))
    found = []
    for point in points.tolist():
        at, along, away = foot(point)
        a, b = pieces[at]
        ways = [far[a] + along, far[b] + float(length[at]) - along]
        ways += [abs(along - there) + leg for there, leg in on_piece[at]]
        found.append(away + min(ways))
    return found
