"""What is varied in a Monte Carlo, and the random numbers of each replicate."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from placedata.errors import DataError, Problem
from placedata.framework import Framework
from placedata.framework.robustness import Mean, Scaling, Way

Array = NDArray[np.floating]
Integers = NDArray[np.int64]
ERRORS = "standard errors"


@dataclass(frozen=True)
class Sources:
    """The choices and errors that a Monte Carlo varies; an empty one is kept as it is.

    Parameters
    ----------
    weights
        Every weight is multiplied by a number between 1 - weights and 1 + weights, evenly
        distributed, and the weights of a node are brought back to their sum; 0: kept.
    weights_of
        Levels whose nodes' weights are varied, ``indicator`` among them; empty: all.
    any_weights
        True: weights evenly distributed over all weight sets of each node instead (a flat
        Dirichlet), whatever the framework says.
    normalise
        Ways to a common scale, one a replicate for all indicators: names, or rules.
    aggregate
        Means, one a replicate for all nodes that take a mean of scores that are never negative.
    winsor
        Shares pulled in at each tail, one a replicate, for indicators that are winsorised.
    points
        Numbers of values pulled in at most, one a replicate, for indicators that are treated by
        ``skew_kurtosis``.
    impute
        Missing values are drawn, with the spread of what is known, rather than filled or left out.
    leave_out
        In each replicate one indicator, one node of any level below the top, or none is left out.
    """

    weights: float = 0.25
    weights_of: tuple[str, ...] = ()
    any_weights: bool = False
    normalise: tuple[Scaling, ...] = get_args(Way)
    aggregate: tuple[Mean, ...] = get_args(Mean)
    winsor: tuple[float, ...] = (0.0, 0.01, 0.05, 0.1)
    points: tuple[int, ...] = ()
    impute: bool = True
    leave_out: bool = True

    def __post_init__(self) -> None:
        """Refuse what cannot be varied."""
        problems = [
            Problem("sources", name, found, allowed)
            for name, found, allowed, wrong in (
                ("weights", f"{self.weights:g}", "0 to below 1", not 0 <= self.weights < 1),
                ("winsor", f"{self.winsor}", "shares from 0 to below 0.5",
                 any(not 0 <= share < 0.5 for share in self.winsor)),
                ("normalise", f"{self.normalise}", ", ".join(get_args(Way)),
                 not {one for one in self.normalise if isinstance(one, str)} <= set(get_args(Way))),
                ("aggregate", f"{self.aggregate}", ", ".join(get_args(Mean)),
                 not set(self.aggregate) <= set(get_args(Mean))),
            )
            if wrong
        ]  # fmt: skip
        if problems:
            raise DataError("these sources cannot be varied", problems)

    @property
    def varied(self) -> tuple[str, ...]:
        """The names of the sources that are varied, besides standard errors."""
        chosen = {
            "weights": self.weights > 0 or self.any_weights,
            "normalise": len(self.normalise) > 0,
            "aggregate": len(self.aggregate) > 0,
            "winsor": len(self.winsor) > 0,
            "points": len(self.points) > 0,
            "impute": self.impute,
            "leave_out": self.leave_out,
        }
        return tuple(name for name, on in chosen.items() if on)


#: Only the weights are varied.
WEIGHTS_ONLY = Sources(normalise=(), aggregate=(), winsor=(), impute=False, leave_out=False)
#: Every weight set is as likely as any other, and nothing else is varied.
ANY_WEIGHTS = Sources(
    any_weights=True, normalise=(), aggregate=(), winsor=(), impute=False, leave_out=False
)
#: Nothing is varied but what standard errors say.
NOTHING = Sources(0.0, normalise=(), aggregate=(), winsor=(), impute=False, leave_out=False)
#: One part is left out, and nothing else is varied.
LEAVE_OUT = Sources(0.0, normalise=(), aggregate=(), winsor=(), impute=False, leave_out=True)


def sources_of(framework: Framework) -> Sources:
    """Return what a framework says that rank intervals vary; everything where it says nothing."""
    return Sources(**dict(framework.robustness)) if framework.robustness else Sources()


@lru_cache(maxsize=1)
def _quantiles() -> NDArray[np.float32]:
    """Return the standard normal quantiles of 65,536 equally likely points."""
    from scipy.special import ndtri

    return ndtri((np.arange(65_536) + 0.5) / 65_536).astype(np.float32)


@dataclass(frozen=True)
class Draws:
    """The random numbers of some replicates.

    Every source of every replicate has a stream of its own, so that a replicate is the same
    whatever others are worked on beside it, and one source can be exchanged alone.

    Parameters
    ----------
    numbers
        Numbers of the replicates.
    other
        Sources that are taken from a second, independent sample.
    """

    seed: int
    numbers: Sequence[int]
    other: frozenset[str] = frozenset()

    def _streams(self, source: str) -> list[np.random.Generator]:
        key = (int(source in self.other), zlib.crc32(source.encode()))
        return [
            np.random.Generator(
                np.random.SFC64(np.random.SeedSequence(self.seed, spawn_key=(*key, number)))
            )
            for number in self.numbers
        ]

    def chosen(self, source: str, count: int) -> Integers:
        """Return one of 0 .. count - 1 for each replicate, shape (replicates,)."""
        return np.array([stream.integers(count) for stream in self._streams(source)], dtype=int)

    def uniform(self, source: str, count: int) -> NDArray[np.float64]:
        """Return numbers from 0 to 1, shape (replicates, count)."""
        rows = [stream.random(count) for stream in self._streams(source)]
        return np.array(rows).reshape(len(self.numbers), count)

    def normal(self, source: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """Return standard normal numbers, shape (replicates, *shape).

        Drawn from 65,536 equally likely quantiles, which is quick; the furthest is 4.3.
        """
        size = int(np.prod(shape))
        table = _quantiles()
        rows = np.empty((len(self.numbers), size), dtype=np.float32)
        for row, stream in zip(rows, self._streams(source), strict=True):
            bits = stream.bit_generator.random_raw(size // 4 + 1).view(np.uint16)[:size]
            table.take(bits, out=row, mode="clip")  # all 16-bit numbers are places in the table
        return rows.reshape(len(self.numbers), *shape)
