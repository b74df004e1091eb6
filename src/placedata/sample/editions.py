"""The wards before the last review of their borders, and output areas inside small areas.

Both are made of the same street blocks as all other areas, so that every edition is a coverage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placedata.sample import names
from placedata.sample.areas import changes_between, grow
from placedata.sample.ground import Ground
from placedata.sample.town import Town

#: Old wards that two wards of today were cut from: old name -> names of today.
ONCE_TOGETHER = {
    "Lower Marsh": ("Gasworks & Lower Marsh", "Heronsfleet"),
    "Market & Saltern": ("Market", "Saltern Liberty"),
    "Windmill": ("Kiln Hill", "Windmill Rise"),
}
#: Wards of today that were two: name -> old names from west to east.
ONCE_TWO = {
    "Causeway": ("Causeway West", "Causeway East"),
    "St Osyth's Priory & Upper Fenwick Waterside": ("St Osyth's", "Upper Fenwick"),
}
#: Pairs with a border that moved: where each grew from before (local metres).
BORDER_MOVED = {
    ("Tollgate", "North Fen"): ((3200, 4200), (3500, 5650)),
    ("Alder Carr", "Bishop's Reach"): ((850, 3250), (1050, 2250)),
}
#: The same ward under another name: today's -> the old one. Its code stays.
RENAMED = {"Cockle Row & Harbour": "Harbour"}

#: Homes that an output area is made to have, about.
HOMES_IN_AN_OA = 150


@dataclass(frozen=True)
class OldWards:
    """The wards of 2019, in force until the review of 2024.

    Parameters
    ----------
    group
        Number of the old ward that each block lies in, shape (blocks,).
    codes, titles
        Code and name by number; a ward that did not change has its code of today.
    changes
        Number of the old ward, change code (U, S, M, X), number of the ward of today.
    """

    group: NDArray[np.int64]
    codes: tuple[str, ...]
    titles: tuple[str, ...]
    changes: tuple[tuple[int, str, int], ...]


def old_wards(town: Town) -> OldWards:
    """Return the wards of 2019: some whole, some together, some in two, two borders elsewhere."""
    today = list(names.WARDS)
    ward = town.areas.ward
    name_of = np.array([RENAMED.get(name, name) for name in today], dtype=object)[ward]
    for old, parts in ONCE_TOGETHER.items():
        name_of[np.isin(ward, [today.index(part) for part in parts])] = old
    for name, halves in ONCE_TWO.items():
        mine = ward == today.index(name)
        near = town.ground.local[mine]
        ends = near[[int(np.argmin(near[:, 0])), int(np.argmax(near[:, 0]))]]
        name_of[mine] = np.array(halves, dtype=object)[_grown(town, ends, mine)]
    for pair, seeds in BORDER_MOVED.items():
        mine = np.isin(ward, [today.index(name) for name in pair])
        grown = _grown(town, np.array(seeds, dtype=np.float64), mine)
        name_of[mine] = np.array(pair, dtype=object)[grown]
    titles = tuple(sorted(set(name_of.tolist())))
    group = np.array([titles.index(name) for name in name_of], dtype=np.int64)
    changes = changes_between(group, ward)
    same = {old: names.ward_code(new) for old, kind, new in changes if kind == "U"}
    codes = tuple(same.get(n, f"E0599{n + 101:04d}") for n in range(len(titles)))
    return OldWards(group, codes, titles, changes)


def _grown(town: Town, seeds: NDArray[np.float64], mine: NDArray[np.bool_]) -> NDArray[np.int64]:
    return grow(town.ground, town.homes, seeds, mine, 0.5)[mine]


def output_areas(town: Town) -> NDArray[np.int64]:
    """Return the number of the output area of each block; they nest in the small areas of 2021.

    Every output area has homes, since each grows from a block that has.
    """
    homes, lsoa = town.homes, town.areas.lsoa21
    group = np.zeros(len(homes), dtype=np.int64)
    first = 0
    for area in range(int(lsoa.max()) + 1):
        mine = lsoa == area
        lived = np.flatnonzero(mine & (homes > 0))
        wanted = max(1, round(int(homes[mine].sum()) / HOMES_IN_AN_OA))
        seeds = _apart(town.ground, lived, min(wanted, len(lived)))
        grown = grow(town.ground, homes, seeds, mine, 0.8)
        group[mine] = first + grown[mine]
        first += len(seeds)
    return group


def _apart(ground: Ground, blocks: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """Return the middles of `count` blocks, each the farthest from those before it."""
    points = ground.local[blocks]
    chosen = [int(np.argmin(points[:, 0]))]
    while len(chosen) < count:
        gaps = np.hypot(
            points[:, None, 0] - points[chosen][None, :, 0],
            points[:, None, 1] - points[chosen][None, :, 1],
        )
        chosen.append(int(np.argmax(np.round(gaps.min(axis=1), 3))))
    return np.asarray(points[chosen], dtype=np.float64)


def oa_code(number: int) -> str:
    """Return the code of the output area with this number, counted from 0."""
    return f"E00{990001 + number}"
