"""Small charts as SVG."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from placedata.charts import (
    Axis,
    IntervalRow,
    Line,
    Measure,
    Point,
    SpineRow,
    svg_bar_ranking,
    svg_component_bars,
    svg_dot_strip,
    svg_intervals,
    svg_lines,
    svg_scatter,
    svg_sparkline,
    svg_spine,
)
from placedata.charts.lines import nice_ticks, period_positions

SVG = {"s": "http://www.w3.org/2000/svg"}
AREAS = pd.Series({"Ash": 10.0, "Birch & <Co>": 30.0, "Cedar": np.nan, "Dogwood": 20.0})
NO2 = Measure("NO₂, 2023", "µg/m³", "lower_is_better", source="Source: <b>us</b>")
COMPONENTS = pd.Series({"Shelter": 80.0, "Safety": 40.0, "Rights": np.nan})
PLACE = pd.Series({"Shelter": 60.0, "Safety": 50.0, "Rights": 55.0})
GROUPS = {"Shelter": "Basic needs", "Safety": "Basic needs", "Rights": "Opportunity"}


def described(made: str) -> str:
    return ET.fromstring(made).find("s:desc", SVG).text


def words(made: str) -> list[str]:
    return ["".join(node.itertext()) for node in ET.fromstring(made).iter(f"{{{SVG['s']}}}text")]


def every_chart() -> dict[str, str]:
    return {
        "ranking": svg_bar_ranking(AREAS, NO2, highlight="Ash", reference=("Place", 15.0)),
        "strip": svg_dot_strip(AREAS, "Ash", NO2, area_name="Ash <i>", marks={"Place": 15.0}),
        "sparkline": svg_sparkline(pd.Series([1.0, np.nan, 3], index=[2019, 2020, 2021]), NO2),
        "components": svg_component_bars(
            COMPONENTS, PLACE, NO2, names=("Ash & <i>", "Place"), groups=GROUPS
        ),
        "intervals": svg_intervals(
            [
                IntervalRow("Ash <i>", 1, 1, 2, "1 (1 to 2)", 1),
                IntervalRow("Birch", 2, 1, 2, "2 (1 to 2)", 1),
                IntervalRow("Cedar", None, text="no data"),
            ],
            NO2, Axis(1, 3, "1st", "3rd"),
        ),
        "lines": svg_lines(
            ["2019", "2020", "2022"],
            [Line("Ash <i>", (1.0, None, 3.0), (0.5, None, None)),
             Line("Place", (2.0, 2.0, 2.0), quiet=True)],
            NO2, breaks=[("2022", "a new <b>method")],
        ),
        "spine": svg_spine(
            [SpineRow(NO2, (30.0, None), place=20.0, low=10.0, q1=15.0, q3=25.0, high=40.0)],
            ["Ash <i>", "Birch"], NO2, place="Town",
        ),
        "scatter": svg_scatter(
            [Point("Ash <i>", 1, 5, labelled=True), Point("Birch", 3, 2)],
            NO2, NO2, title="NO₂, 2023", line=(-1.5, 6.5),
        ),
    }  # fmt: skip


CHARTS = ["ranking", "strip", "sparkline", "components", "intervals", "lines", "scatter", "spine"]


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_titled_described_escaped_and_refers_to_nothing_outside(name):
    made = every_chart()[name]
    root = ET.fromstring(made)
    assert root.find("s:title", SVG).text == "NO₂, 2023"
    assert described(made).endswith(".")
    assert root.attrib["role"] == "img"
    assert made.count("http") == 1
    assert not [n for n in root.iter() for a in n.attrib if a.startswith("on") or "href" in a]
    assert "nan" not in made.lower().replace("finance", "")
    assert not {"<i>", "<b>", "<Co>"} & set(re.findall(r"<\w+>", made))


def test_the_ranking_stands_best_first_with_gaps_last_and_said():
    made = svg_bar_ranking(AREAS, NO2, reference=("Place", 15.0))
    names = [w for w in words(made) if w in AREAS.index]
    assert names == ["Ash", "Dogwood", "Birch & <Co>", "Cedar"]
    assert words(made).count("no data") == 1
    assert described(made) == (
        "Bars of 3 areas, best first: from Ash (10 µg/m³) to Birch & <Co> (30 µg/m³); "
        "Place is 15 µg/m³. No data: Cedar."
    ).replace(" µg", "\u00a0µg")


def test_bars_start_at_zero_and_are_in_proportion():
    root = ET.fromstring(svg_bar_ranking(AREAS, NO2))
    bars = [float(r.attrib["width"]) for r in root.findall("s:rect", SVG)[1:]]
    assert len(bars) == 3
    assert bars[1] / bars[0] == pytest.approx(2, rel=0.01)
    assert bars[2] / bars[0] == pytest.approx(3, rel=0.01)


def test_negative_bars_run_the_other_way_from_zero():
    root = ET.fromstring(svg_bar_ranking(pd.Series({"A": 10.0, "B": -5.0}), Measure("Change")))
    up, down = root.findall("s:rect", SVG)[1:]
    end_of_down = float(down.attrib["x"]) + float(down.attrib["width"])
    assert end_of_down == pytest.approx(float(up.attrib["x"]), abs=0.2)


def test_a_long_name_is_cut_and_whole_in_its_tooltip():
    long = "Eastbrook and Rush Green with the Marshes of St Mary Cray"
    made = svg_bar_ranking(pd.Series({long: 1.0, "B": 2.0}), Measure("t"), width=360)
    assert any(w.endswith("…") for w in words(made))
    tooltips = [node.text for node in ET.fromstring(made).findall(".//s:g/s:title", SVG)]
    assert f"{long}: 1" in tooltips


def test_the_strip_places_the_better_end_on_the_right():
    root = ET.fromstring(svg_dot_strip(AREAS, "Ash", NO2, area_name="Ash"))
    dots = {c.attrib["r"]: float(c.attrib["cx"]) for c in root.findall("s:circle", SVG)[:3]}
    others = [float(c.attrib["cx"]) for c in root.findall("s:circle", SVG) if c.attrib["r"] == "4"]
    assert len(others) == 2
    assert dots["7"] > max(others)
    higher = Measure("t", polarity="higher_is_better")
    root = ET.fromstring(svg_dot_strip(AREAS, "Ash", higher, area_name="Ash"))
    own = [float(c.attrib["cx"]) for c in root.findall("s:circle", SVG) if c.attrib["r"] == "7"]
    others = [float(c.attrib["cx"]) for c in root.findall("s:circle", SVG) if c.attrib["r"] == "4"]
    assert own[0] < min(others)


def test_the_strip_says_value_rank_and_comparators():
    made = svg_dot_strip(AREAS, "Dogwood", NO2, area_name="Dogwood",
                         marks={"Place": 15.0, "London": np.nan})  # fmt: skip
    assert described(made).replace("\u00a0", " ") == (
        "Dogwood has 20 µg/m³, 2nd of 3 (1st is best); Place 15 µg/m³; London no data."
    )


def test_the_strip_of_an_area_without_data_says_so():
    made = svg_dot_strip(AREAS, "Cedar", NO2, area_name="Cedar")
    assert described(made) == "Cedar has no data; 3 other areas shown."
    empty = svg_dot_strip(AREAS * np.nan, "Ash", NO2, area_name="Ash")
    assert words(empty) == ["Ash: no data"]


def test_tied_areas_share_a_joint_rank():
    values = pd.Series({"A": 5.0, "B": 5.0, "C": 9.0})
    made = svg_dot_strip(values, "B", Measure("t", polarity="lower_is_better"), area_name="B")
    assert "joint 1st of 3" in described(made)


def test_a_sparkline_breaks_where_there_is_no_data():
    series = pd.Series([1.0, 2, np.nan, 4, 3], index=range(2019, 2024))
    made = svg_sparkline(series, Measure("Claimants", "%"))
    lines = ET.fromstring(made).findall("s:path", SVG)
    assert [len(re.findall(r"[ML]", line.attrib["d"])) for line in lines] == [2, 2]
    assert described(made) == "Claimants: 1% in 2019, 3% in 2023; no data for 2021."
    assert words(svg_sparkline(series * np.nan, Measure("Claimants"))) == ["no data"]


def test_component_bars_are_in_proportion_grouped_and_own_up_to_gaps():
    made = every_chart()["components"]
    root = ET.fromstring(made)
    bars = [
        float(r.attrib["width"])
        for r in root.findall("s:g/s:rect", SVG)
        if r.attrib["fill"] in {"#12436d", "#28a197", "#801650"}
    ]
    assert len(bars) == 2
    assert bars[0] / bars[1] == pytest.approx(2)
    assert "Basic needs" in words(made)
    assert "no score" in words(made)
    assert described(made) == (
        "Ash & <i> scores highest on Shelter (80 of 100) and lowest on Safety (40); "
        "1 of 2 components are above Place; no score for Rights."
    )


def test_one_value_and_no_values_are_drawn():
    assert ET.fromstring(svg_bar_ranking(pd.Series({"A": 0.0}), Measure("t"))) is not None
    assert described(svg_bar_ranking(AREAS * np.nan, NO2)) == "No data for any of 4 areas."
    one = svg_dot_strip(pd.Series({"A": 5.0}), "A", Measure("t"), area_name="A")
    assert "1st of 1" in described(one)


def test_intervals_bracket_neighbours_that_cannot_be_told_apart():
    rows = [IntervalRow(n, i, i, i, str(i), g) for i, (n, g) in enumerate(
        [("A", 1), ("B", 2), ("C", 2), ("D", 2), ("E", None)], 1)]  # fmt: skip
    made = svg_intervals(rows, NO2, Axis(1, 5, "1st", "last"))
    brackets = [
        d for d in re.findall(r'd="([^"]+)"', made) if re.fullmatch(r"M\S+ \S+h8V\S+h-8", d)
    ]
    top, bottom = map(float, re.match(r"M\S+ (\S+)h8V(\S+)h-8", brackets[0]).groups())
    assert len(brackets) == 1
    assert bottom - top == 3 * 24 - 8
    assert "Brackets make 2 groups of areas that cannot be told apart." in described(made)


def test_a_bar_spans_the_interval_on_the_axis():
    made = svg_intervals([IntervalRow("A", 3, 2, 4, "3 (2 to 4)")], NO2, Axis(1, 5, "1", "5"))
    root = ET.fromstring(made)
    bar = next(n for n in root.iter() if n.attrib.get("rx") == "5")
    dot = list(root.iter(f"{{{SVG['s']}}}circle"))[-1]
    start, width = float(bar.attrib["x"]), float(bar.attrib["width"])
    assert start + width / 2 == pytest.approx(float(dot.attrib["cx"]), abs=0.2)


def test_lines_stop_at_gaps_and_at_breaks():
    def strokes(values, breaks=()):
        made = svg_lines(list("1234"), [Line("A", values)], NO2, breaks=breaks)
        return len(re.findall(r"M[\d.]+ [\d.]+L", made))

    assert strokes((1.0, 2.0, 3.0, 4.0)) == 3
    assert strokes((1.0, None, 3.0, 4.0)) == 1
    assert strokes((1.0, 2.0, 3.0, 4.0), [("3", "new method")]) == 2


def test_periods_stand_where_their_years_say():
    assert period_positions(["2011", "2021", "2022/23"]) == [2011, 2021, 2022]
    assert period_positions(["2021 Q1", "2021 Q2"]) == [0, 1]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0, 30, [0, 10, 20, 30]), (45.3, 81, [40, 50, 60, 70, 80, 90]), (0, 0, [-1, -0.5, 0, 0.5, 1]),
     (0.012, 0.019, [0.012, 0.014, 0.016, 0.018, 0.02])],
)  # fmt: skip
def test_scales_have_round_steps_that_hold_the_values(low, high, ticks):
    assert nice_ticks(low, high) == pytest.approx(ticks)


def test_the_scatter_names_only_the_areas_asked_for():
    made = every_chart()["scatter"]
    assert "Ash <i>" in words(made)
    assert "Birch" not in words(made)
    assert "Birch has the highest NO₂, 2023, 3\N{NO-BREAK SPACE}µg/m³" in described(made)


def test_a_spine_row_has_the_place_in_the_middle_and_the_better_side_on_the_right():
    # lower is better: the worst, 40, is 20 from the place, the best, 10, only 10: half the way
    row = SpineRow(NO2, (40.0,), place=20.0, low=10.0, q1=15.0, q3=25.0, high=40.0)
    assert [row.at(value) for value in (40, 30, 20, 10)] == [0, 0.25, 0.5, 0.75]
    flat = SpineRow(NO2, (20.0,), place=20.0, low=20.0, q1=20.0, q3=20.0, high=20.0)
    assert flat.at(20) == 0.5


def test_the_spine_says_how_often_an_area_is_on_the_better_side():
    made = every_chart()["spine"]
    assert "Ash <i> is on the better side on 0 of 1." in described(made)
    assert "Birch is on the better side on 0 of 0." in described(made)


def test_thousands_of_points_are_a_dot_each_and_the_chosen_area_keeps_its_name():
    grid = [Point(f"Area {x}, {y}", x, y, (x, y) == (3, 4)) for x in range(40) for y in range(40)]
    made = svg_scatter(grid, Measure("Across"), Measure("Up"), title="Many")
    assert made.count("h0") == 1_599
    assert "Area 3, 4" in made
    assert "Area 3, 5" not in made
    assert len(made) < 60_000
