"""The ground of the sample place: a coverage of street blocks with a river on the south.

All outlines of all editions are unions of these blocks, so that every geography made from them is
a true coverage: no gaps, no overlaps, shared edges equal to the metre.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Voronoi, cKDTree

from placedata.sample.chance import stream, waves

#: South-west corner of the box that holds the place: open sea off East Anglia (EPSG:27700).
ORIGIN = (567000.0, 347000.0)
#: Width and height of the box in metres.
BOX = (6000.0, 7200.0)

#: A strip between two columns of cell centres of every raster of the place (local metres).
STRIP = (3279.0, 1330.0, 3321.0, 1790.0)

_SEEDS = 1450


@dataclass(frozen=True)
class Ground:
    """Street blocks, in EPSG:27700 with whole metres.

    Parameters
    ----------
    blocks
        Polygons, shape (n,), object.
    centre
        Representative points inside the blocks, shape (n, 2), metres.
    area
        Areas, shape (n,), square metres.
    neighbours
        For each block the blocks that share an edge, ascending.
    in_strip
        True for the blocks of the strip that no raster cell centre falls in, shape (n,).
    river
        The water south of the place, a polygon.
    """

    blocks: NDArray[np.object_]
    centre: NDArray[np.float64]
    area: NDArray[np.float64]
    neighbours: tuple[tuple[int, ...], ...]
    in_strip: NDArray[np.bool_]
    river: shapely.Polygon

    @property
    def local(self) -> NDArray[np.float64]:
        """Representative points relative to `ORIGIN`, metres, shape (n, 2)."""
        return self.centre - np.array(ORIGIN)


def density(local: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how built-up the ground is (about 0.05 marsh to 1.6 town) at points (n, 2)."""
    x, y = local[:, 0], local[:, 1]

    def hill(cx: float, cy: float, size: float) -> NDArray[np.float64]:
        return np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * size**2))

    town = 1.1 * hill(2650, 1900, 750) + 0.55 * hill(4250, 1700, 650)
    centres = 0.5 * hill(3300, 4500, 600) + 0.35 * hill(1500, 3300, 600)
    centres += 0.3 * hill(4900, 3300, 450)
    marsh = 0.36 * hill(5300, 1200, 500) + 0.36 * hill(3500, 6700, 900)
    marsh += 0.25 * hill(700, 1400, 400)
    return np.asarray(np.clip(0.38 + town + centres - marsh, 0.05, None), dtype=np.float64)


def river_line() -> NDArray[np.float64]:
    """Return the river bank from west to east, local metres, shape (n, 2)."""
    x = np.arange(-400.0, BOX[0] + 401.0, 60.0)
    bend = 230 * np.sin(x / 900.0 + 0.6) + 90 * np.sin(x / 370.0 + 1.9) + 25 * np.sin(x / 140.0)
    return np.column_stack([x, np.round(930.0 + bend - 0.05 * (x - 3000.0))])


def make_ground(seed: int) -> Ground:
    """Return the street blocks of the sample place, the same for the same seed."""
    seeds = _seeds(seed)
    bank = river_line()
    lines = [*_block_edges(seeds), shapely.LineString(bank), _strip().exterior]
    noded = shapely.unary_union(shapely.multilinestrings(lines), grid_size=1.0)
    faces = list(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))
    inside = [face for face in faces if _belongs(face, seeds, bank)]
    blocks = _without_crumbs(_in_order(inside), 1500.0)
    moved = [shapely.transform(block, lambda xy: xy + np.array(ORIGIN)) for block in blocks]
    points = shapely.get_coordinates(shapely.point_on_surface(np.array(moved)))
    strip = shapely.transform(_strip(), lambda xy: xy + np.array(ORIGIN))
    sea = np.array([[BOX[0] + 400, -900], [-400, -900]])
    water = np.vstack([bank, sea]) + np.array(ORIGIN)
    return Ground(
        blocks=np.array(moved, dtype=object),
        centre=points,
        area=np.asarray(shapely.area(np.array(moved)), dtype=np.float64),
        neighbours=_neighbours(moved),
        in_strip=np.array([strip.contains(shapely.Point(point)) for point in points]),
        river=shapely.Polygon(water),
    )


def _strip() -> shapely.Polygon:
    left, low, right, high = STRIP
    ring = [
        (left + 2, low), (right - 3, low + 4), (right, low + 130), (right - 2, low + 300),
        (right - 1, high), (left + 4, high - 6), (left, high - 170), (left + 3, low + 150),
    ]  # fmt: skip
    return shapely.Polygon(np.round(ring))


def _seeds(seed: int) -> NDArray[np.float64]:
    """Return block centres, closer together where it is built up."""
    rng = stream(seed, "blocks")
    sample = rng.uniform((-800.0, -500.0), (BOX[0] + 800.0, BOX[1] + 500.0), (110_000, 2))
    keep = rng.uniform(0, 1.9, len(sample)) < density(sample) + 0.12
    sample = sample[keep]
    seeds = sample[:_SEEDS].copy()
    for _ in range(3):
        owner = cKDTree(seeds).query(sample)[1]
        count = np.bincount(owner, minlength=len(seeds)).clip(1)
        for axis in (0, 1):
            seeds[:, axis] = np.bincount(owner, sample[:, axis], len(seeds)) / count
    return np.asarray(np.round(seeds, 1), dtype=np.float64)


def _block_edges(seeds: NDArray[np.float64]) -> list[shapely.LineString]:
    """Return the edges between the cells of the seeds, each roughened once."""
    cells = Voronoi(seeds)
    lines = []
    for start, end in cells.ridge_vertices:
        if start < 0 or end < 0:
            continue
        a, b = sorted([tuple(cells.vertices[start]), tuple(cells.vertices[end])])
        if max(abs(a[0]), abs(a[1]), abs(b[0]), abs(b[1])) < 9000:
            lines.append(shapely.LineString(_roughen(np.array(a), np.array(b))))
    return lines


def _roughen(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the edge from a to b with bends that depend on its place alone, whole metres."""
    length = float(np.hypot(*(b - a)))
    if length < 60:
        return np.round([a, b])
    side = np.array([-(b - a)[1], (b - a)[0]]) / length
    steps = np.array([0.0, 0.25, 0.5, 0.75, 1.0]) if length > 160 else np.array([0.0, 0.5, 1.0])
    points = a + steps[:, None] * (b - a)
    bend = np.sin(np.pi * steps) * waves(points, 1, 260.0) * 0.13 * min(length, 320.0)
    return np.round(points + bend[:, None] * side)


def _belongs(face: shapely.Polygon, seeds: NDArray[np.float64], bank: NDArray[np.float64]) -> bool:
    """Tell whether a face is land of the place, by the seed that it grew around."""
    x, y = face.point_on_surface().coords[0]
    if y < np.interp(x, bank[:, 0], bank[:, 1]):
        return False
    sx, sy = seeds[cKDTree(seeds).query([x, y])[1]]
    angle = np.arctan2(sy - 3500.0, sx - 2980.0)
    reach = 1 + 0.09 * np.sin(3 * angle + 0.8) + 0.07 * np.sin(5 * angle + 2.0)
    reach += 0.05 * np.sin(9 * angle)
    return bool(np.hypot((sx - 2980.0) / 2560.0, (sy - 3500.0) / 3200.0) < reach)


def _in_order(faces: list[shapely.Polygon]) -> list[shapely.Polygon]:
    """Return the faces from north to south in bands, west to east: an order any platform keeps."""

    def key(face: shapely.Polygon) -> tuple[int, int, int]:
        left, low, right, high = (int(value) for value in face.bounds)
        return (-(high // 400), left, right + low)

    return sorted(faces, key=key)


def _neighbours(blocks: list[shapely.Polygon]) -> tuple[tuple[int, ...], ...]:
    """Return for each block the blocks that share a segment of its outline."""
    owners: dict[tuple[tuple[float, float], ...], list[int]] = {}
    for number, block in enumerate(blocks):
        for ring in (block.exterior, *block.interiors):
            points = [(float(x), float(y)) for x, y in ring.coords]
            for a, b in pairwise(points):
                owners.setdefault(tuple(sorted([a, b])), []).append(number)
    found: list[set[int]] = [set() for _ in blocks]
    for sharing in owners.values():
        for one in sharing:
            found[one].update(other for other in sharing if other != one)
    return tuple(tuple(sorted(one)) for one in found)


def _without_crumbs(faces: list[shapely.Polygon], least: float) -> list[shapely.Polygon]:
    """Join faces smaller than `least` square metres to the neighbour with the longest edge."""
    strip = _strip()
    while True:
        small = [n for n, f in enumerate(faces) if f.area < least and not strip.covers(f)]
        if not small:
            return faces
        crumb = small[0]
        rim = faces[crumb].boundary
        near = [
            n for n, face in enumerate(faces)
            if n != crumb and not strip.covers(face) and face.intersects(rim)
        ]  # fmt: skip
        home = max(near, key=lambda n: (faces[n].boundary.intersection(rim).length, -n))
        faces[home] = shapely.union(faces[home], faces[crumb], grid_size=1.0)
        del faces[crumb]
