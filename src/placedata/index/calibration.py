"""The numbers that a scoring took from its data, to score another year or place alike."""

from __future__ import annotations

import hashlib
import json

from placedata.errors import DataError, Problem
from placedata.framework import Framework
from placedata.framework.rules import Closed

Settled = float | list[float] | dict[str, float]


class Calibration(Closed):
    """Caps, bounds, means, standard deviations, fills and weights, fitted once and kept.

    ``calibration.model_dump_json()`` and ``Calibration.model_validate_json(text)`` write and read
    it without loss.

    Parameters
    ----------
    framework
        Id of the framework that it was fitted with.
    framework_hash
        Hash of everything in that framework that changes a score.
    areas
        Number of areas that it was fitted on.
    parameters
        Indicator or node -> what was fitted -> numbers.
    """

    framework: str
    framework_hash: str
    areas: int
    parameters: dict[str, dict[str, Settled]]

    @property
    def hash(self) -> str:
        """SHA-256 of the numbers; the same numbers have the same hash."""
        return _hash(self.model_dump(mode="json"))


def framework_hash(framework: Framework) -> str:
    """Return the SHA-256 of all that changes a score; its id, titles and descriptions do not."""
    words = {"title", "description", "question", "notice", "source", "unit"}
    words |= {"roll_up", "robustness", "labels"}
    data = framework.model_dump(mode="json", by_alias=True)
    for part in ("nodes", "indicators"):
        data[part] = [{k: v for k, v in one.items() if k not in words} for one in data[part]]
    return _hash({key: value for key, value in data.items() if key not in words | {"id"}})


def check_fits(calibration: Calibration, framework: Framework) -> None:
    """Raise DataError where a calibration was fitted with another framework."""
    if calibration.framework_hash == framework_hash(framework):
        return
    found = f"a calibration of framework {calibration.framework}, or of another edition of it"
    problem = Problem("calibration", "framework", found, f"one fitted with {framework.id} as it is")
    raise DataError("the calibration does not fit the framework", [problem])


def _hash(data: object) -> str:
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
