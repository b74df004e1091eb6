"""Pictures of a scorecard, drawn on the server: where the area lies, and its trends."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from placedata.maps.locator import Locator
    from placedata.scorecard.card import Figure, Scorecard
    from placedata.snapshot import Snapshot

#: A trend of fewer periods is no line.
FEWEST_PERIODS = 3


def locator_svg(card: Scorecard, snapshot: Snapshot) -> str:
    """Return the map that shows where the area lies; empty for the whole place."""
    if card.kind == "place":
        return ""
    return located_svg(snapshot, [code for code, _ in card.members] or [card.area_code])


def located_svg(snapshot: Snapshot, codes: Sequence[str]) -> str:
    """Return the map that shows where some areas lie."""
    return _locator(snapshot.directory, snapshot.place["geography"]).svg(*codes)


@lru_cache(maxsize=4)
def _locator(version: Path, geography: str) -> Locator:
    """Return the locator maps of a version, which never changes once it is published."""
    from placedata.geography import Boundaries
    from placedata.maps.locator import Locator
    from placedata.snapshot import Snapshot

    return Locator(Boundaries(geography, Snapshot(version, {}).boundaries))


def trend_svg(figure: Figure) -> str:
    """Return a line over the periods; empty where there are fewer than three."""
    import pandas as pd

    from placedata.charts import Measure, svg_sparkline

    if sum(value is not None for _, value in figure.trend) < FEWEST_PERIODS:
        return ""
    measure = Measure(figure.title, figure.unit, figure.polarity, figure.decimals)
    values = pd.Series(dict(figure.trend), dtype=float)
    return svg_sparkline(values, measure, width=110, height=30)
