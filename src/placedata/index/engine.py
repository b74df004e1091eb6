"""Run a framework over a table of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from placedata.framework import Framework
    from placedata.index.result import Scores


def score(table: pd.DataFrame, framework: Framework) -> Scores:
    """Return the scores of `table` by `framework`."""
    raise NotImplementedError
