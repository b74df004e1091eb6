"""Seeded chance: one independent stream a topic, and smooth random surfaces."""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.typing import NDArray


def stream(seed: int, topic: str) -> np.random.Generator:
    """Return the random stream of a topic; a new topic never disturbs the others."""
    entropy = np.random.SeedSequence([seed, crc32(topic.encode())])
    return np.random.Generator(np.random.PCG64(entropy))


def waves(points: NDArray[np.float64], which: int, size: float) -> NDArray[np.float64]:
    """Return a smooth surface of about -1 to 1 at points.

    Parameters
    ----------
    points
        Coordinates in metres, shape (n, 2).
    which
        Number of the surface: another number is another surface.
    size
        Length of its features in metres.

    Returns
    -------
    Values, shape (n,): a sum of plane waves that depends on the place alone, so that two
    neighbours that share a point agree on it.
    """
    x, y = points[:, 0] / size, points[:, 1] / size
    total = np.zeros(len(points))
    for k in range(6):
        angle = 1.1 + 2.399963 * (k + 1) * (which + 0.37)
        phase = 1.7 * which * (k + 1) + 0.9 * k
        total += np.sin((1 + 0.31 * k) * (np.cos(angle) * x + np.sin(angle) * y) + phase)
    return np.asarray(total / 3.0, dtype=np.float64)
