"""The sample place in one object, and what life is like in each block of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from placedata.sample.areas import Areas, make_areas
from placedata.sample.chance import stream, waves
from placedata.sample.ground import Ground, density, make_ground
from placedata.sample.people import People, homes_by_block, make_people, need

Level = Literal["ward", "lsoa21", "lsoa11"]

#: Topic -> how far it follows neediness (the rest is a surface of its own), number of the surface.
TOPICS: dict[str, tuple[float, int]] = {
    "income": (0.95, 11), "employment": (0.9, 12), "education": (0.8, 13), "health": (0.85, 14),
    "crime": (0.75, 15), "barriers": (0.35, 16), "environment": (0.6, 17), "children": (0.9, 18),
    "older": (0.8, 19), "housing": (0.75, 20), "rights": (0.5, 21), "connection": (0.55, 22),
    "water": (0.4, 23), "fire": (0.6, 24), "trust": (0.2, 25), "skills": (0.8, 26),
}  # fmt: skip


@dataclass(frozen=True)
class Town:
    """The ground, its areas and its people, for one seed."""

    seed: int
    ground: Ground
    areas: Areas
    people: People

    @property
    def persons(self) -> NDArray[np.int64]:
        """Usual residents of each block, shape (blocks,)."""
        blocks = len(self.ground.blocks)
        return np.bincount(self.people.block, self.people.persons, blocks).astype(np.int64)

    @property
    def homes(self) -> NDArray[np.int64]:
        """Dwellings of each block, shape (blocks,)."""
        return np.bincount(self.people.block, minlength=len(self.ground.blocks)).astype(np.int64)

    def group(self, level: Level) -> NDArray[np.int64]:
        """Return the number of the area that each block lies in."""
        groups: dict[str, NDArray[np.int64]] = {
            "ward": self.areas.ward, "lsoa21": self.areas.lsoa21, "lsoa11": self.areas.lsoa11,
        }  # fmt: skip
        return groups[level]

    def total(self, level: Level, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the sums of a count of blocks by area."""
        return np.bincount(self.group(level), counts).astype(np.int64)

    def topic(self, name: str) -> NDArray[np.float64]:
        """Return the latent level of a topic by block: about -1.5 (good) to 2.5 (bad)."""
        share, which = TOPICS[name]
        own = waves(self.ground.local, which, 800.0)
        return np.asarray(share * need(self.ground.local) + (1 - share) * own, dtype=np.float64)

    def level(self, level: Level, name: str, noise: float = 0.12) -> NDArray[np.float64]:
        """Return the mean of a topic over the people of each area, with a little noise."""
        weight = self.persons + 0.01
        group = self.group(level)
        mean = np.bincount(group, weight * self.topic(name)) / np.bincount(group, weight)
        rng = stream(self.seed, f"{level} {name}")
        return np.asarray(mean + noise * rng.standard_normal(len(mean)), dtype=np.float64)

    def density(self, level: Level) -> NDArray[np.float64]:
        """Return how built-up each area is where its people live."""
        weight = self.persons + 0.01
        group = self.group(level)
        built = density(self.ground.local)
        return np.asarray(
            np.bincount(group, weight * built) / np.bincount(group, weight), dtype=np.float64
        )


def make_town(seed: int) -> Town:
    """Return the sample place of a seed."""
    ground = make_ground(seed)
    homes = homes_by_block(seed, ground)
    return Town(seed, ground, make_areas(seed, ground, homes), make_people(seed, ground, homes))
