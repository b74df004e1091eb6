"""Charts in table cells: better is on the right, marks stand where the numbers say, all is told."""

import re
from xml.etree import ElementTree as ET

import pytest

from placedata.charts import Measure, svg_position, svg_rank_band, svg_score_bar

SVG = "{http://www.w3.org/2000/svg}"


def parts(svg):
    root = ET.fromstring(svg)
    return root, root.find(f"{SVG}desc").text


def circle(svg):
    return float(ET.fromstring(svg).find(f"{SVG}circle").get("cx"))


def test_a_score_fills_its_share_of_the_track_and_is_told_with_its_marks():
    marks = [("mean of all wards", 50.0), ("mean of its peers", None)]
    root, told = parts(svg_score_bar(25.0, "Shelter, <Abbey>", marks=marks, width=200))
    widths = [float(rect.get("width")) for rect in root.findall(f"{SVG}rect")]
    assert 50.0 in widths  # a quarter of 200
    assert told == "Shelter, <Abbey>: 25.0 of 100; mean of all wards 50.0."
    assert parts(svg_score_bar(None, "Shelter"))[1] == "Shelter: no score."


def test_the_best_rank_stands_on_the_right_and_its_band_covers_the_interval():
    first, last = (svg_rank_band(rank, None, 19, "Rank", width=90) for rank in (1, 19))
    assert (circle(first), circle(last)) == (86.0, 4.0)
    middle = svg_rank_band(10, (5, 15), 19, "Rank of Abbey", width=90)
    root, told = parts(middle)
    assert circle(middle) == pytest.approx(45.0)
    assert told == "Rank of Abbey: 10th of 19, most likely 5 to 15."
    band = next(rect for rect in root.findall(f"{SVG}rect") if rect.get("fill-opacity"))
    left, wide = float(band.get("x")), float(band.get("width"))
    # from rank 15 to rank 5: 4/18 and 14/18 of the way along 82 units, two units over each end
    assert left == pytest.approx(4 + 82 * 4 / 18 - 2, abs=0.06)
    assert wide == pytest.approx(82 * 10 / 18 + 4, abs=0.06)


@pytest.mark.parametrize(
    ("polarity", "right"), [("higher_is_better", 40.0), ("lower_is_better", 10.0)]
)
def test_the_better_value_lies_further_right(polarity, right):
    measure = Measure("Burglary", "per 1,000 homes", polarity, 1)
    spread = (10.0, 15.0, 30.0, 40.0)
    places = {own: circle(svg_position(spread, own, measure)) for own in (10.0, 40.0)}
    assert max(places, key=places.get) == right
    told = parts(svg_position(spread, 20.0, measure, marks=[("Aldermarsh", 25.0)]))[1]
    plain = told.replace("\xa0", " ")
    assert plain.startswith("Burglary: 20.0 per 1,000 homes; Aldermarsh 25.0 per 1,000 homes")
    assert re.search(r"half of all lie from 15\.0 .* to 30\.0", plain)


def test_no_value_and_no_values_are_told():
    measure = Measure("Burglary", "%", "lower_is_better", 1)
    assert "no data" in parts(svg_position(None, None, measure))[1]
    assert "<circle" not in svg_position((1.0, 2.0, 3.0, 4.0), None, measure)
