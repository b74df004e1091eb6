"""Wards and two editions of small areas, all grown from the same street blocks.

Wards and small areas grow from different seeds, so small areas nest badly in wards, as they do
wherever wards have been redrawn since the last census.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from placedata.sample import names
from placedata.sample.chance import stream
from placedata.sample.ground import Ground

SMALL_AREAS = 130

#: Pairs of small areas of 2021 that were one in 2011, and areas of 2021 that were two.
SPLITS, MERGES = 5, 2


@dataclass(frozen=True)
class Areas:
    """Which ward and which small area each block lies in.

    Parameters
    ----------
    ward
        Number of the ward of each block (0 = E05990001), shape (blocks,).
    lsoa21, lsoa11
        Number of the small area of each block in the editions of 2021 and 2011, shape (blocks,).
    lsoa21_codes, lsoa11_codes
        Codes by number; areas that did not change have one code in both editions.
    lsoa21_names, lsoa11_names
        Names by number ("Aldermarsh 003B").
    changes
        Rows of the published kind of lookup: number of 2011, change code (U, S, M, X), number of
        2021.
    """

    ward: NDArray[np.int64]
    lsoa21: NDArray[np.int64]
    lsoa11: NDArray[np.int64]
    lsoa21_codes: tuple[str, ...]
    lsoa11_codes: tuple[str, ...]
    lsoa21_names: tuple[str, ...]
    lsoa11_names: tuple[str, ...]
    changes: tuple[tuple[int, str, int], ...]


def make_areas(seed: int, ground: Ground, homes: NDArray[np.int64]) -> Areas:
    """Return wards and small areas of the ground.

    Parameters
    ----------
    seed
        Seed of the place.
    ground
        The blocks.
    homes
        Dwellings in each block, shape (blocks,): areas are grown to about equal numbers.
    """
    lsoa21 = grow(ground, homes, _small_seeds(seed, ground, homes), np.ones(len(homes), bool), 0.9)
    lsoa21 = _renumber(ground, lsoa21)
    lsoa11, changes = _edition_2011(ground, homes, lsoa21)
    codes21, codes11 = _codes(changes)
    middles21, middles11 = _middles(ground, lsoa21), _middles(ground, lsoa11)
    return Areas(
        ward=_wards(ground, homes),
        lsoa21=lsoa21,
        lsoa11=lsoa11,
        lsoa21_codes=codes21,
        lsoa11_codes=codes11,
        lsoa21_names=_area_names(middles21),
        lsoa11_names=_area_names(middles11),
        changes=changes,
    )


def grow(
    ground: Ground,
    homes: NDArray[np.int64],
    seeds: NDArray[np.float64],
    open_blocks: NDArray[np.bool_],
    balance: float,
) -> NDArray[np.int64]:
    """Grow connected groups of blocks from seeds; blocks that are not open get -1.

    The next block is the cheapest over all groups: distance to the group's seed, times
    (homes of the group / the mean) to the power `balance` (0: the nearest seed wins).
    """
    group = np.full(len(homes), -1, dtype=np.int64)
    fair = float(homes.sum()) / len(seeds)
    taken = np.zeros(len(seeds))
    edge: list[set[int]] = []
    away = np.hypot(
        ground.local[:, None, 0] - seeds[None, :, 0], ground.local[:, None, 1] - seeds[None, :, 1]
    )
    for number in range(len(seeds)):
        free = np.where(open_blocks & (group < 0), away[:, number], np.inf)
        first = int(np.argmin(free))
        group[first] = number
        taken[number] += homes[first]
        edge.append(set())
    for block, number in enumerate(group.tolist()):
        if number >= 0:
            edge[number].update(ground.neighbours[block])
    while True:
        best: tuple[float, int, int] | None = None
        for number, blocks in enumerate(edge):
            blocks -= {b for b in blocks if group[b] >= 0 or not open_blocks[b]}
            factor = max(0.15, taken[number] / fair) ** balance
            for block in blocks:
                cost = (round(away[block, number] * factor, 3), block, number)
                best = cost if best is None or cost < best else best
        if best is None:
            return group
        _, block, number = best
        group[block] = number
        taken[number] += homes[block]
        edge[number].update(ground.neighbours[block])


def _wards(ground: Ground, homes: NDArray[np.int64]) -> NDArray[np.int64]:
    seeds = np.array([at for at in names.WARDS.values() if at is not None], dtype=np.float64)
    numbers = np.array([n for n, at in enumerate(names.WARDS.values()) if at is not None])
    strip = next(n for n, at in enumerate(names.WARDS.values()) if at is None)
    group = grow(ground, homes, seeds, ~ground.in_strip, 0.95)
    ward = np.where(ground.in_strip, strip, numbers[group])
    return np.asarray(ward, dtype=np.int64)


def _small_seeds(seed: int, ground: Ground, homes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return seeds of small areas: blocks drawn by homes, then moved to the middle of theirs."""
    rng = stream(seed, "small areas")
    share = np.cumsum(homes) / homes.sum()
    drawn = (np.arange(SMALL_AREAS) + rng.uniform(0, 1, SMALL_AREAS)) / SMALL_AREAS
    at = np.searchsorted(share, drawn)
    seeds = ground.local[at].copy()
    for _ in range(12):
        gap = np.hypot(
            ground.local[:, None, 0] - seeds[None, :, 0],
            ground.local[:, None, 1] - seeds[None, :, 1],
        )
        owner = np.argmin(gap, axis=1)
        weight = np.bincount(owner, homes + 1, SMALL_AREAS)
        for axis in (0, 1):
            total = np.bincount(owner, ground.local[:, axis] * (homes + 1), SMALL_AREAS)
            seeds[:, axis] = np.where(weight > 0, total / weight.clip(1), seeds[:, axis])
    return np.asarray(np.round(seeds, 1), dtype=np.float64)


def _middles(ground: Ground, group: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the area-weighted middle of each group, local metres, shape (groups, 2)."""
    size = np.bincount(group, ground.area)
    return np.column_stack(
        [np.bincount(group, ground.local[:, axis] * ground.area) / size for axis in (0, 1)]
    )


def _renumber(ground: Ground, group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the groups numbered from north to south in bands, west to east."""
    middle = _middles(ground, group)
    order = sorted(range(len(middle)), key=lambda g: (-int(middle[g, 1] // 600), middle[g, 0]))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    return np.asarray(number[group], dtype=np.int64)


def _edition_2011(
    ground: Ground, homes: NDArray[np.int64], lsoa21: NDArray[np.int64]
) -> tuple[NDArray[np.int64], tuple[tuple[int, str, int], ...]]:
    """Return the edition of 2011 and the rows of its lookup to 2021."""
    old = lsoa21.copy()
    next_number = SMALL_AREAS
    used: set[int] = set()
    for area in range(5, SMALL_AREAS, 23):  # two areas of 2021 that were one in 2011
        pair = [a for a in _touching(ground, lsoa21, area) if a not in used]
        if area in used or not pair or len(used) >= 2 * SPLITS:
            continue
        used |= {area, pair[0]}
        old[np.isin(lsoa21, [area, pair[0]])] = next_number
        next_number += 1
    halved = [a for a in range(11, SMALL_AREAS, 7) if a not in used and (lsoa21 == a).sum() >= 6]
    for area in halved[:MERGES]:  # one area of 2021 that was two
        mine = lsoa21 == area
        corner = ground.local[mine]
        seeds = corner[[int(np.argmin(corner[:, 0])), int(np.argmax(corner[:, 0]))]]
        half = grow(ground, homes, seeds, mine, 0.5)
        old[mine] = next_number + half[mine]
        next_number += 2
        used.add(area)
    for area in halved[MERGES:]:  # a border that moved
        moved = _border_block(ground, lsoa21, area, used)
        if moved is not None:
            block, other = moved
            old[lsoa21 == area], old[lsoa21 == other] = next_number, next_number + 1
            old[block] = next_number + 1
            break
    order = {number: n for n, number in enumerate(np.unique(old).tolist())}
    renumbered = _renumber(ground, np.array([order[number] for number in old.tolist()]))
    return renumbered, changes_between(renumbered, lsoa21)


def _touching(ground: Ground, group: NDArray[np.int64], area: int) -> list[int]:
    near = {int(group[n]) for b in np.flatnonzero(group == area) for n in ground.neighbours[int(b)]}
    return sorted(near - {area})


def _border_block(
    ground: Ground, group: NDArray[np.int64], area: int, used: set[int]
) -> tuple[int, int] | None:
    """Return a block of the area that may move to a neighbour without tearing the area apart."""
    mine = {int(b) for b in np.flatnonzero(group == area)}
    for block in sorted(mine):
        others = sorted({int(group[n]) for n in ground.neighbours[block]} - {area} - used)
        rest = mine - {block}
        if others and rest and _connected(ground, rest):
            return block, others[0]
    return None


def _connected(ground: Ground, blocks: set[int]) -> bool:
    seen, todo = set(), [min(blocks)]
    while todo:
        block = todo.pop()
        if block in seen:
            continue
        seen.add(block)
        todo.extend(n for n in ground.neighbours[block] if n in blocks)
    return seen == blocks


def changes_between(
    old: NDArray[np.int64], new: NDArray[np.int64]
) -> tuple[tuple[int, str, int], ...]:
    """Return the lookup rows with the change codes of the Office for National Statistics."""
    pairs = sorted({(int(a), int(b)) for a, b in zip(old, new, strict=True)})
    from_old = {a: [p for p in pairs if p[0] == a] for a, _ in pairs}
    to_new = {b: [p for p in pairs if p[1] == b] for _, b in pairs}

    def kind(a: int, b: int) -> str:
        away, into = len(from_old[a]), len(to_new[b])
        if away == 1 and into == 1:
            return "U"
        if all(len(to_new[n]) == 1 for _, n in from_old[a]):
            return "S"
        return "M" if all(len(from_old[o]) == 1 for o, _ in to_new[b]) else "X"

    return tuple((a, kind(a, b), b) for a, b in pairs)


def _codes(
    changes: tuple[tuple[int, str, int], ...],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return codes of 2021 and 2011: unchanged areas keep theirs, changed areas get new ones."""
    old_numbers = sorted({a for a, _, _ in changes})
    code11 = {a: f"E0199{n + 1:04d}" for n, a in enumerate(old_numbers)}
    kept = {b: code11[a] for a, kind, b in changes if kind == "U"}
    fresh = [b for b in sorted({b for _, _, b in changes}) if b not in kept]
    code21 = kept | {b: f"E0199{n + 501:04d}" for n, b in enumerate(fresh)}
    return tuple(code21[b] for b in sorted(code21)), tuple(code11[a] for a in old_numbers)


def _area_names(middles: NDArray[np.float64]) -> tuple[str, ...]:
    return tuple(f"{names.PLACE} {n // 5 + 1:03d}{'ABCDE'[n % 5]}" for n in range(len(middles)))


def outline(ground: Ground, chosen: NDArray[np.bool_]) -> shapely.Geometry:
    """Return the union of the chosen blocks, on whole metres."""
    return shapely.union_all(ground.blocks[chosen], grid_size=1.0)
