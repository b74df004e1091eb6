"""Strengths and weaknesses of an area against a stated reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from placedata.index.result import Scores


def labels(scores: Scores) -> pd.DataFrame:
    """Return area_code, node, label."""
    raise NotImplementedError
