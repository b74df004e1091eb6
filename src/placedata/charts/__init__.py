"""Small server-made SVG charts with alternative text, for screen and paper.

Each takes numbers and a `Measure` and returns one SVG element: titled, described in a sentence
made from the data, without scripts and without references to anything outside.
"""

from placedata.charts.components import svg_component_bars
from placedata.charts.intervals import Axis, IntervalRow, svg_intervals
from placedata.charts.lines import Line, svg_lines
from placedata.charts.measure import Measure
from placedata.charts.ranking import svg_bar_ranking
from placedata.charts.scatter import Point, svg_scatter
from placedata.charts.small import svg_position, svg_rank_band, svg_score_bar
from placedata.charts.sparkline import svg_sparkline
from placedata.charts.spine import SpineRow, svg_spine
from placedata.charts.strip import svg_dot_strip

__all__ = [
    "Axis",
    "IntervalRow",
    "Line",
    "Measure",
    "Point",
    "SpineRow",
    "svg_bar_ranking",
    "svg_component_bars",
    "svg_dot_strip",
    "svg_intervals",
    "svg_lines",
    "svg_position",
    "svg_rank_band",
    "svg_scatter",
    "svg_score_bar",
    "svg_sparkline",
    "svg_spine",
]
