"""Composite index: values by area and a framework in, scores and every decision out.

Pure numbers: arrays and frames, no files, no maps.
"""

from placedata.index.calibration import Calibration
from placedata.index.engine import score
from placedata.index.labels import labels
from placedata.index.result import PROVISIONAL, Decision, Scores
from placedata.index.rollup import roll_up

__all__ = ["PROVISIONAL", "Calibration", "Decision", "Scores", "labels", "roll_up", "score"]
