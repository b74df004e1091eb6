"""What scoring returns: scores with every number and every decision behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from placedata.index.calibration import Calibration

NO_INTERVALS = "no rank intervals were asked for"


@dataclass(frozen=True)
class Decision:
    """One choice that the engine made, in plain words.

    Parameters
    ----------
    stage
        ``orient``, ``transform``, ``impute``, ``treat``, ``bounds``, ``normalise``, ``weights``,
        ``aggregate``, ``rescale``, ``rank`` or ``diagnose`` (something to know, nothing done).
    node
        Indicator or node that it is about; the framework's id where it is about all.
    text
        What was done and why.
    """

    stage: str
    node: str
    text: str


@dataclass(frozen=True)
class Scores:
    """The scores of every area on every node.

    Parameters
    ----------
    table
        Long: ``area_code``, ``node``, ``level``, ``score`` (float64; NaN where coverage is too
        low), ``rank`` (1 = best, or most deprived where a high score is bad; missing without a
        score) and ``coverage`` (0-1, share of the weight that was really observed).
    decisions
        Every decision, in the order of the stages.
    bounds
        A row an indicator: ``indicator``, ``worst``, ``best`` (raw units, after transforms),
        ``rule``, ``winsor`` (share in each tail, or missing), ``low_cap``, ``high_cap``,
        ``clipped`` (number of values beyond the bounds).
    weights
        ``node``, ``parent``, ``weight``, ``rule``.
    diagnostics
        ``node``, ``statistic``, ``value``: areas, children, kmo, alpha, eigenvalues,
        loadings, and correlations of pairs that are nearly the same or oppose each other.
    stages
        The table after each stage, areas by indicators (or by nodes for ``aggregated`` and
        ``rescaled``): ``denominated``, ``transformed``, ``imputed``, ``treated``, ``normalised``.
    framework
        Id of the framework.
    notice
        The framework's notice, to be shown with the scores.
    calibration
        Every number that was taken from the data, to score another year or place alike.
    larger
        Summaries of larger areas where the framework asks for them: ``node``, ``by``,
        ``area_code`` and what `roll_up` returns.
    rank_note
        How sure the ranks are, in words.
    """

    table: pd.DataFrame
    decisions: tuple[Decision, ...]
    bounds: pd.DataFrame
    weights: pd.DataFrame
    diagnostics: pd.DataFrame
    stages: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    framework: str = ""
    notice: str = ""
    calibration: Calibration | None = field(default=None, repr=False)
    larger: pd.DataFrame | None = field(default=None, repr=False)
    rank_note: str = NO_INTERVALS

    def wide(self, column: str = "score") -> pd.DataFrame:
        """Return one column of the table as areas by nodes, in table order."""
        areas = self.table["area_code"].unique()
        nodes = self.table["node"].unique()
        wide = self.table.pivot(index="area_code", columns="node", values=column)
        return wide.reindex(index=areas, columns=nodes)

    def of(self, node: str) -> pd.DataFrame:
        """Return score, rank and coverage of one node, indexed by area_code."""
        rows = self.table[self.table["node"] == node].set_index("area_code")
        if rows.empty:
            raise KeyError(node)
        return rows[["score", "rank", "coverage"]]
