"""Homes along the streets, the people in them, their postcodes, and what the place is like there.

Everything published about the place is counted from these homes, so that the true answer for any
area is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from placedata.sample.chance import stream, waves
from placedata.sample.ground import Ground, density

HOMES = 60_000
HOMES_IN_A_POSTCODE = 36

#: Setback of homes from the middle of the street, metres.
SETBACK = 12.0

#: Share of the blocks that are parks and have no homes.
PARKS = 0.055


@dataclass(frozen=True)
class People:
    """Every home of the place.

    Parameters
    ----------
    block
        Block of each home, shape (homes,).
    xy
        Where it is, EPSG:27700, whole metres, shape (homes, 2).
    persons
        Usual residents, shape (homes,).
    postcode
        Number of its postcode, shape (homes,); postcodes are numbered in order of blocks.
    park
        True for the blocks that are parks, shape (blocks,).
    """

    block: NDArray[np.int64]
    xy: NDArray[np.float64]
    persons: NDArray[np.int64]
    postcode: NDArray[np.int64]
    park: NDArray[np.bool_]


def park_blocks(seed: int, ground: Ground) -> NDArray[np.bool_]:
    """Return which blocks are parks: large ones, more of them away from the works by the river."""
    rng = stream(seed, "parks")
    keen = rng.uniform(0, 1, len(ground.blocks)) * np.sqrt(ground.area)
    keen = keen * (1.6 + waves(ground.local, 9, 900.0)) * (need(ground.local) < 1.2)
    keen[ground.in_strip] = 0
    park = np.zeros(len(keen), dtype=bool)
    park[np.argsort(-np.round(keen, 6), kind="stable")[: int(PARKS * len(keen))]] = True
    return park


def homes_by_block(seed: int, ground: Ground) -> NDArray[np.int64]:
    """Return the number of dwellings of each block, shape (blocks,), `HOMES` in all."""
    rng = stream(seed, "homes")
    built = np.clip(density(ground.local) - 0.1, 0.01, None) ** 1.15
    weight = ground.area * built * rng.uniform(0.75, 1.25, len(ground.area))
    weight[park_blocks(seed, ground)] = 0
    exact = HOMES * weight / weight.sum()
    homes = np.floor(exact).astype(np.int64)
    order = np.argsort(-np.round(exact - homes, 9), kind="stable")
    homes[order[: HOMES - int(homes.sum())]] += 1
    return np.asarray(homes, dtype=np.int64)


def need(local: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the latent neediness at local points (n, 2): about -1.5 (none) to 2.5 (great)."""
    x, y = local[:, 0], local[:, 1]

    def hill(cx: float, cy: float, size: float) -> NDArray[np.float64]:
        return np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * size**2))

    raised = 2.5 * hill(4250, 1550, 620) + 1.0 * hill(2500, 1700, 600) + 0.9 * hill(3500, 4700, 420)
    eased = 1.25 * hill(1500, 4700, 1000) + 0.8 * hill(2300, 5800, 700)
    eased += 0.7 * hill(5000, 3700, 500)
    return np.asarray(raised - eased + 0.28 * waves(local, 3, 420.0) - 0.1, dtype=np.float64)


def make_people(seed: int, ground: Ground, homes: NDArray[np.int64]) -> People:
    """Return the homes of all blocks, in order of blocks and along their streets."""
    rng = stream(seed, "people")
    starts = rng.uniform(0, 1, len(homes))
    places = [
        _along(ground.blocks[block], int(count), float(starts[block]))
        for block, count in enumerate(homes)
    ]
    block = np.repeat(np.arange(len(homes)), homes)
    xy = np.asarray(np.round(np.vstack(places)), dtype=np.float64)
    local = xy - (ground.centre - ground.local)[0]
    mean = 1.25 + 0.33 * np.clip(need(local), -1, 2) - 0.25 * (density(local) > 1.1)
    persons = 1 + rng.poisson(np.clip(mean, 0.5, 2.4))
    return People(block, xy, persons.astype(np.int64), _postcodes(homes), park_blocks(seed, ground))


def _along(block: shapely.Polygon, count: int, start: float) -> NDArray[np.float64]:
    """Return `count` places inside the block along its streets, shape (count, 2)."""
    if count == 0:
        return np.empty((0, 2))
    inner = block.buffer(-SETBACK, join_style="mitre")
    if inner.is_empty or inner.area < 100:
        inner = block.buffer(-4.0, join_style="mitre")
    if inner.is_empty:
        return np.repeat([block.point_on_surface().coords[0]], count, axis=0)
    if inner.geom_type == "MultiPolygon":
        inner = max(inner.geoms, key=lambda part: part.area)
    ring = inner.exterior
    used = min(1.0, count * 14.0 / ring.length)
    at = (start + used * (np.arange(count) + 0.5) / count) % 1.0
    points = shapely.line_interpolate_point(ring, at, normalized=True)
    return np.asarray(shapely.get_coordinates(points), dtype=np.float64)


def _postcodes(homes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the postcode number of every home: runs of about `HOMES_IN_A_POSTCODE` in a block."""
    parts, first = [], 0
    for count in homes.tolist():
        if count:
            runs = max(1, round(count / HOMES_IN_A_POSTCODE))
            parts.append(first + np.arange(count) * runs // count)
            first += runs
    return np.concatenate(parts).astype(np.int64)
