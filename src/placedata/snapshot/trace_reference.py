"""A short, stable name of one figure, which the command line and the dashboard can trace."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from placedata.errors import Problem, UsageError

if TYPE_CHECKING:
    from placedata.snapshot.reading import Snapshot

#: Snapshot, layer, area and period. The period is last, since it may hold a stroke (2022/23).
_REFERENCE = re.compile(r"(v\d{6}-[0-9a-f]{8})/([A-Za-z0-9_.-]+)/([^/\s]+)/(\S(?:.*\S)?)")


@dataclass(frozen=True)
class TraceReference:
    """Which figure, of which snapshot.

    Parameters
    ----------
    snapshot
        Id of the snapshot, ``v000003-1a2b3c4d``.
    layer, area, period
        Layer id, area code and period.
    """

    snapshot: str
    layer: str
    area: str
    period: str

    def __str__(self) -> str:
        """Return the reference as one text."""
        return f"{self.snapshot}/{self.layer}/{self.area}/{self.period}"

    @property
    def path(self) -> str:
        """The same for an address of the dashboard: ``/trace/`` and this."""
        return quote(str(self))


def trace_ref(snapshot: Snapshot, layer: str, area: str, period: str | None = None) -> str:
    """Return the reference of a figure: ``v000003-1a2b3c4d/no2/E05014053/2023``.

    It says which snapshot the figure is of, so it leads to the same figure for as long as that
    snapshot is kept: ``placedata trace REFERENCE``, and ``/trace/REFERENCE`` in the dashboard.

    Parameters
    ----------
    snapshot
        The snapshot, or one of its levels.
    layer, area
        Layer id (``score.NODE`` for a score) and area code; whether the area exists is not asked.
    period
        The newest unless given.

    Raises
    ------
    PlaceDataError
        There is no such layer.
    """
    score = layer.startswith("score.")  # a score has no period of its own
    wanted = "newest" if score else period or snapshot.layer(layer).latest
    return str(TraceReference(snapshot.id, layer, area, wanted))


def read_trace_ref(text: str) -> TraceReference:
    """Return what a reference names.

    Raises
    ------
    UsageError
        The text is no reference.
    """
    match = _REFERENCE.fullmatch(text.strip().removeprefix("/trace/"))
    if match is None:
        problem = Problem(
            "command line", "reference", repr(text), "as v000003-1a2b3c4d/no2/E05014053/2023"
        )
        raise UsageError("this is no reference of a figure", [problem])
    return TraceReference(*match.groups())
