"""Ward maps as SVG."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from placedata.errors import DataError
from placedata.geography import Boundaries
from placedata.maps.classes import NO_DATA, SUPPRESSED, LegendRow
from placedata.maps.furniture import nice_length
from placedata.maps.locator import Locator
from placedata.maps.outlines import outlines
from placedata.maps.palettes import sequential
from placedata.maps.svg import MapLook, MapWords, svg_map

SVG = {"s": "http://www.w3.org/2000/svg"}


def grid(rows: int = 3, columns: int = 4, side: int = 1000, wiggle: int = 0) -> Boundaries:
    """Squares that share edges; with `wiggle`, each edge has many small steps."""
    names = [f"Ward {chr(65 + i)}" for i in range(rows * columns)]
    names[0] = 'Fish & <Chips> "North"'
    shapes = [
        shapely.box(c * side, r * side, (c + 1) * side, (r + 1) * side)
        for r in range(rows)
        for c in range(columns)
    ]
    if wiggle:
        shapes = [
            shapely.transform(
                shapely.segmentize(shape, side / wiggle),
                lambda xy: xy + 9 * np.sin(xy[:, ::-1] / 37),
            )
            for shape in shapes
        ]
    shapes = [
        shapely.transform(shape, lambda xy: xy + np.array([540_000, 180_000])) for shape in shapes
    ]
    codes = [f"E0599{i:04d}" for i in range(len(shapes))]
    frame = gpd.GeoDataFrame(
        {"area_code": codes, "area_name": names}, geometry=shapes, crs="EPSG:27700"
    )
    return Boundaries("wd25", frame)


PLACE = grid()
CLASSES = pd.Series(
    [1, 2, 3, 4, 5, 1, 2, 3, 4, NO_DATA, SUPPRESSED], index=PLACE.codes[:11]
)  # the twelfth area is left out on purpose
LEGEND = [
    LegendRow(1, "10 to 12 µg/m³", 2),
    LegendRow(5, "20 to 22 µg/m³", 1),
    LegendRow(SUPPRESSED, "Suppressed to protect people", 1),
    LegendRow(NO_DATA, "No data", 2),
]
WORDS = MapWords("NO₂ <2023> & more", LEGEND, "Source: <b>someone</b> & sons")


def drawn(**look) -> ET.Element:
    return ET.fromstring(svg_map(PLACE, CLASSES, sequential(5), WORDS, MapLook(**look)))


def areas(root: ET.Element) -> list[ET.Element]:
    return root.findall(".//s:path[@data-area]", SVG)


def test_every_area_has_exactly_one_path_with_its_class():
    found = {path.attrib["data-area"]: int(path.attrib["data-class"]) for path in areas(drawn())}
    assert len(areas(drawn())) == 12
    assert found == {**CLASSES.to_dict(), PLACE.codes[11]: NO_DATA}


def test_each_class_is_painted_in_its_colour_and_gaps_are_patterns():
    palette = sequential(5)
    root = drawn()
    ids = {node.attrib["id"] for node in root.findall(".//s:pattern", SVG)}
    for path in areas(root):
        number, fill = int(path.attrib["data-class"]), path.attrib["fill"]
        if number > 0:
            assert fill == palette.colours[number - 1]
        else:
            assert re.fullmatch(r"url\(#(.+)\)", fill).group(1) in ids
    fills = {path.attrib["data-class"]: path.attrib["fill"] for path in areas(root)}
    assert fills[str(NO_DATA)] != fills[str(SUPPRESSED)]


def test_the_alternative_text_is_made_from_the_classes():
    root = drawn()
    assert root.find("s:title", SVG).text == "NO₂ <2023> & more"
    text = root.find("s:desc", SVG).text
    assert text.startswith("Map of 12 areas. Highest class (20 to 22 µg/m³): Ward E.")
    assert 'Lowest class (10 to 12 µg/m³): Fish & <Chips> "North" and Ward F.' in text
    assert "Ward J and Ward L have no data." in text
    assert "Ward K is suppressed." in text


def test_without_focus_the_map_is_one_image():
    root = drawn()
    assert root.attrib["role"] == "img"
    assert not [node for node in root.iter() if "tabindex" in node.attrib]


def test_with_focus_each_area_is_a_named_button_in_one_tab_stop():
    root = drawn(focusable=True, selected=PLACE.codes[2])
    stops = [path.attrib["data-area"] for path in areas(root) if path.attrib["tabindex"] == "0"]
    pressed = [p.attrib["data-area"] for p in areas(root) if p.attrib["aria-pressed"] == "true"]
    assert stops == pressed == [PLACE.codes[2]]
    assert root.attrib["role"] == "group"
    assert all(path.attrib["role"] == "button" for path in areas(root))
    assert [int(path.attrib["data-index"]) for path in areas(root)] == list(range(12))
    assert areas(root)[0].attrib["aria-label"] == 'Fish & <Chips> "North": 10 to 12 µg/m³'
    assert areas(root)[11].attrib["aria-label"] == "Ward L: No data"


def test_the_focused_area_has_a_band_that_contrasts_with_its_colour():
    palette = sequential(5)
    for path in areas(drawn(focusable=True)):
        number = int(path.attrib["data-class"])
        ink = palette.inks[number - 1] if number > 0 else "#000000"
        assert path.attrib["style"] == f"--pd-ink:{ink}"
    assert "stroke:var(--pd-ink)" in drawn(focusable=True).find("s:style", SVG).text


def test_given_labels_are_the_accessible_names():
    labels = pd.Series({PLACE.codes[1]: "Ward B: 13 µg/m³, class 2 of 5"})
    words = MapWords("t", LEGEND, labels=labels)
    root = ET.fromstring(svg_map(PLACE, CLASSES, sequential(5), words, MapLook(focusable=True)))
    assert areas(root)[1].attrib["aria-label"] == "Ward B: 13 µg/m³, class 2 of 5"


def test_class_numbers_are_printed_on_areas_with_a_class_only():
    numbers = drawn().findall(".//s:g[@font-weight='600']/s:text", SVG)
    assert [int(node.text) for node in numbers] == [int(c) for c in CLASSES if c > 0]
    assert not drawn(class_numbers=False).findall(".//s:g[@font-weight='600']/s:text", SVG)


@pytest.mark.parametrize("look", [{}, {"focusable": True, "selected": PLACE.codes[0]}])
def test_nothing_outside_is_referred_to_and_nothing_runs(look):
    made = svg_map(PLACE, CLASSES, sequential(5), WORDS, MapLook(**look))
    root = ET.fromstring(made)
    assert made.count("http") == 1  # the namespace
    assert not [n for n in root.iter() for a in n.attrib if a.startswith("on") or "href" in a]
    assert not [n for n in root.iter() if n.tag.split("}")[1] in {"script", "image", "use"}]
    assert "<b>" not in made
    assert "<Chips>" not in made


def test_two_maps_on_a_page_share_no_id():
    first, second = (
        set(re.findall(r' id="([^"]+)"', svg_map(PLACE, CLASSES, sequential(5), words)))
        for words in (WORDS, MapWords("Another"))
    )
    assert first
    assert not first & second


def test_paths_are_whole_metres_and_cover_the_area_they_stand_for():
    made = outlines(PLACE)
    assert made.extent == (4000, 3000)
    assert made.paths[0].startswith("M")
    assert not re.search(r"\d\.\d", "".join(made.paths))
    for path in made.paths:
        x, y, steps = re.fullmatch(r"M(-?\d+) (-?\d+)l([-\d ]+)z", path).groups()
        points = np.cumsum(
            [(int(x), int(y)), *np.array(steps.split(), dtype=int).reshape(-1, 2)], axis=0
        )
        assert shapely.Polygon(points).area == 1_000_000


def test_shared_borders_stay_shared_when_outlines_are_thinned():
    place = grid(wiggle=60)
    made = outlines(place, metres_per_unit=12)
    shapes = []
    for path in made.paths:
        x, y, steps = re.fullmatch(r"M(-?\d+) (-?\d+)l([-\d ]+)z", path).groups()
        points = np.array(steps.split(), dtype=int).reshape(-1, 2)
        shapes.append(shapely.Polygon(np.cumsum([(int(x), int(y)), *points], axis=0)))
    before = sum(len(shapely.get_coordinates(shape)) for shape in place.frame.geometry)
    assert sum(len(shapely.get_coordinates(shape)) for shape in shapes) < before / 2
    assert shapely.coverage_is_valid(np.array(shapes))
    assert shapely.union_all(shapes).geom_type == "Polygon"
    assert not list(shapely.union_all(shapes).interiors)


def test_boundaries_that_overlap_are_drawn_all_the_same():
    frame = PLACE.frame.copy()
    frame.loc[0, "geometry"] = shapely.buffer(frame.geometry[0], 30)
    assert len(outlines(Boundaries("wd25", frame), metres_per_unit=20).paths) == 12


def test_an_area_smaller_than_a_metre_still_has_a_path():
    frame = PLACE.frame.copy()
    frame.loc[0, "geometry"] = shapely.box(540_500, 180_500, 540_500.3, 180_500.3)
    assert all(path.endswith("z") for path in outlines(Boundaries("wd25", frame)).paths)


def test_holes_and_islands_are_kept():
    frame = PLACE.frame.copy()
    hole = shapely.box(540_300, 180_300, 540_600, 180_600)
    island = shapely.box(539_000, 180_000, 539_500, 180_500)
    frame.loc[0, "geometry"] = shapely.union(frame.geometry[0].difference(hole), island)
    assert outlines(Boundaries("wd25", frame)).paths[0].count("M") == 3


def test_a_map_of_many_detailed_wards_stays_small():
    place = grid(4, 5, wiggle=400)
    classes = pd.Series(1, index=place.codes)
    assert len(svg_map(place, classes, sequential(5), WORDS)) < 60_000


def test_a_place_of_one_area_is_drawn():
    one = Boundaries("wd25", PLACE.frame.head(1))
    made = svg_map(one, pd.Series({one.codes[0]: 1}), sequential(1), MapWords("One"))
    assert len(areas(ET.fromstring(made))) == 1


def test_the_locator_fills_one_area_and_says_where_it_is():
    root = ET.fromstring(Locator(PLACE).svg(PLACE.codes[3]))
    filled = [path.attrib for path in root.iter("{http://www.w3.org/2000/svg}path")]
    assert [path["data-area"] for path in filled if path["fill"] == "#12436d"] == [PLACE.codes[3]]
    ground = next(path["d"] for path in filled if path["fill"] == "#e4e7ea")
    assert ground.count("M") == 12
    assert root.find("s:title", SVG).text == "Where Ward D is"
    assert root.find("s:desc", SVG).text == "Ward D is in the south-east of 12 areas on this map."


@pytest.mark.parametrize(
    ("most", "length"), [(999, 500), (1000, 1000), (2300, 2000), (49, 20), (7, 5), (0.2, 1)]
)
def test_the_scale_bar_has_a_round_length(most, length):
    assert nice_length(most) == length


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: svg_map(PLACE, pd.Series({"E05000001": 1}), sequential(5), WORDS), "E05000001"),
        (lambda: svg_map(PLACE, CLASSES, sequential(3), WORDS), r"\[4, 5\]"),
        (lambda: drawn(selected="E05999999"), "E05999999"),
        (lambda: Locator(PLACE).svg("E05999999"), "E05999999"),
    ],
)
def test_what_cannot_be_drawn_truthfully_is_refused_with_the_value(call, told):
    with pytest.raises(DataError, match=told):
        call()


def test_the_legend_and_the_description_count_wards_where_areas_are_wards():
    words = replace(WORDS, nouns=("ward", "wards"))
    root = ET.fromstring(svg_map(PLACE, CLASSES, sequential(5), words))
    assert "Map of 12 wards." in " ".join(root.itertext())
    assert " areas" not in " ".join(root.itertext())


def test_a_number_steps_aside_for_a_point_and_stays_inside_its_area():
    from placedata.maps.numbers import Spot, clear_of

    spot = Spot(100, 100, 40, 3, "#000000", "#ffffff")
    assert clear_of(spot, [(140, 140)], 7) == (100, 100)
    x, y = clear_of(spot, [(100, 100), (120, 100)], 7)
    assert min(np.hypot(x - 100, y - 100), np.hypot(x - 120, y - 100)) >= 16
    assert np.hypot(x - 100, y - 100) <= 33
    # points everywhere: it stays where it is, though a sign lies over it
    crowd = [(u, v) for u in range(50, 151, 10) for v in range(50, 151, 10)]
    assert clear_of(spot, crowd, 7) == (100, 100)


def test_what_lies_beyond_the_map_is_not_drawn_over_its_title_or_legend():
    from placedata.maps.overlays import Overlay

    line = shapely.LineString([(-500, 50), (500, 50)])
    over = Overlay(line, [(50, 50, "A"), (50, -400, "B"), (108, 50, "C")])
    kept = over.within((0, 0, 100, 100), 10)
    assert [sign for _, _, sign in kept.points] == ["A", "C"]
    assert kept.lines.bounds == (-10, 50, 110, 50)
    assert over.within((0, 60, 100, 100), 5).lines is None
