"""Composite index: values by area and a framework in, scores and every decision out.

Pure numbers: arrays and frames, no files, no maps.
"""

from placedata.index.calibration import Calibration
from placedata.index.change import Edition, decompose
from placedata.index.compare import comparability
from placedata.index.contributions import contributions
from placedata.index.engine import score
from placedata.index.everyone import Agreement, agreement, disagreement
from placedata.index.labels import labels, reference_sets
from placedata.index.leave_out import leave_one_out
from placedata.index.montecarlo import Replicates, Uncertainty, intervals, uncertainty
from placedata.index.readings import readings
from placedata.index.result import NO_INTERVALS, Decision, Scores
from placedata.index.rollup import roll_up
from placedata.index.shares import source_shares
from placedata.index.sources import ANY_WEIGHTS, NOTHING, WEIGHTS_ONLY, Sources

__all__ = [
    "ANY_WEIGHTS",
    "NOTHING",
    "NO_INTERVALS",
    "WEIGHTS_ONLY",
    "Agreement",
    "Calibration",
    "Decision",
    "Edition",
    "Replicates",
    "Scores",
    "Sources",
    "Uncertainty",
    "agreement",
    "comparability",
    "contributions",
    "decompose",
    "disagreement",
    "intervals",
    "labels",
    "leave_one_out",
    "readings",
    "reference_sets",
    "roll_up",
    "score",
    "source_shares",
    "uncertainty",
]
