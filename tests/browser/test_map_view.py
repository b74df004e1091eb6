"""What a person sees, hears and can do on the map, in a real browser under a strict policy."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

pytest.importorskip("dash")

from dash import Dash, Input, Output, html
from flask import Response, request

from dashboard.map import MapView

pytestmark = pytest.mark.browser

RED, GREEN, BLUE = (214, 39, 40), (44, 160, 44), (31, 119, 180)
PALETTE = ["#d62728", "#2ca02c", "#1f77b4"]
WHITE = (255, 255, 255)
INK = (29, 29, 29)
OUTLINE = (176, 0, 109)
HOSTILE = "<img src=x onerror=alert(1)>"
Box = tuple[float, float, float, float]

# four squares that touch, and a sliver about 4 pixels wide when all is shown
BOXES: dict[str, Box] = {
    "E05990001": (0.10, 51.5000, 0.12, 51.5125),
    "E05990002": (0.12, 51.5000, 0.14, 51.5125),
    "E05990003": (0.10, 51.5125, 0.12, 51.5250),
    "E05990004": (0.12, 51.5125, 0.14, 51.5250),
    "E05990005": (0.1410, 51.5000, 0.14135, 51.5250),
}
CLASSES = dict(zip(BOXES, [1, 2, 3, 2, 1], strict=True))
COLOURS = {1: RED, 2: GREEN, 3: BLUE}


def collection(boxes: dict[str, Box]) -> dict[str, Any]:
    def ring(w: float, s: float, e: float, n: float) -> list[list[float]]:
        return [[w, s], [e, s], [e, n], [w, n], [w, s]]

    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"area_code": code, "area_name": HOSTILE},
                "geometry": {"type": "Polygon", "coordinates": [ring(*box)]},
            }
            for code, box in boxes.items()
        ],
    }


def grid(columns: int, rows: int) -> dict[str, Box]:
    """Many small areas: 0.002 by 0.00125 degrees each."""
    return {
        f"E0600{row * columns + column:04d}": (
            0.002 * column,
            51.5 + 0.00125 * row,
            0.002 * (column + 1),
            51.5 + 0.00125 * (row + 1),
        )
        for row in range(rows)
        for column in range(columns)
    }


GEOMETRIES = {
    "five": BOXES,
    "one": {"E05990009": (0.5, 51.0, 0.52, 51.0125)},
    "none": {},
    "frame": {"outline": (0.0950, 51.4990, 0.1460, 51.5260)},
    "thousand": grid(25, 40),
}
POLICY = (
    "default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; worker-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def make_app(**props: Any) -> Dash:
    app = Dash(__name__, title="Map")
    given = {
        "geometry": "/geometry/five",
        "classes": CLASSES,
        "palette": PALETTE,
        "ariaLabel": "Test place by class",
        "style": {"width": "640px", "height": "480px"},
    }
    app.layout = html.Main([MapView(id="map", **(given | props)), html.Pre(id="seen")])

    @app.callback(
        Output("seen", "children"),
        *[Input("map", name) for name in ("clicked", "hoveredArea", "viewport", "webgl", "status")],
    )
    def show(*values: Any) -> str:
        names = ("clicked", "hoveredArea", "viewport", "webgl", "status")
        return json.dumps(dict(zip(names, values, strict=True)))

    @app.server.route("/geometry/<name>")
    def geometry(name: str) -> Response:
        time.sleep(float(request.args.get("wait", 0)))
        if name not in GEOMETRIES:
            return Response("gone", 404)
        return Response(json.dumps(collection(GEOMETRIES[name])), mimetype="application/geo+json")

    policy = POLICY.format(hashes=" ".join(f"'{h.strip(chr(39))}'" for h in app.csp_hashes()))

    @app.server.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        return response

    return app


@dataclass
class Seen:
    """The map on a page, read through screenshots and through what reached the server."""

    page: Any
    read: Callable[..., list[tuple[int, int, int]]]
    until: Callable[..., Any]

    def told(self, name: str) -> Any:
        text = self.page.locator("#seen").inner_text()
        return json.loads(text)[name] if text else None

    def wait_told(self, name: str, expected: Callable[[Any], Any]) -> Any:
        self.until(lambda: expected(self.told(name)))
        assert expected(self.told(name)), f"{name} is {self.told(name)}"
        return self.told(name)

    def wait_ready(self) -> Seen:
        self.wait_told("status", lambda s: s and s["state"] == "ready")
        self.wait_told("viewport", lambda v: v)
        return self

    def set(self, **props: Any) -> None:
        self.page.evaluate("props => window.dash_clientside.set_props('map', props)", props)

    def places(self, points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        """Page pixels of coordinates, by the formula of Web Mercator on 512 pixel tiles."""
        viewport = self.told("viewport")
        box = self.page.locator(".maplibregl-canvas").bounding_box()
        world = 512 * 2 ** viewport["zoom"]

        def project(lon: float, lat: float) -> tuple[float, float]:
            y = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
            return world * (lon + 180) / 360, world * (1 - y / math.pi) / 2

        centre_x, centre_y = project(*viewport["center"])
        left = box["x"] + box["width"] / 2 - centre_x
        top = box["y"] + box["height"] / 2 - centre_y
        return [(left + x, top + y) for x, y in (project(*point) for point in points)]

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        return self.places([(longitude, latitude)])[0]

    def middles(self, codes: Iterable[str]) -> list[tuple[float, float]]:
        every = {code: box for boxes in GEOMETRIES.values() for code, box in boxes.items()}
        boxes = [every[code] for code in codes]
        return self.places([((w + e) / 2, (s + n) / 2) for w, s, e, n in boxes])

    def middle(self, code: str) -> tuple[float, float]:
        return self.middles([code])[0]

    def colours(self, points: Sequence[tuple[float, float]]) -> list[tuple[int, int, int]]:
        return self.read(self.page, points)

    def square_around(self, code: str, half: int = 10) -> set[tuple[int, int, int]]:
        x, y = self.middle(code)
        near = range(-half, half + 1)
        return set(self.colours([(x + dx, y + dy) for dx in near for dy in near]))

    def assert_painted(self, classes: dict[str, int]) -> None:
        """Each area's middle has its class colour, perhaps a little darkened by a border."""

        def wrong() -> list[str]:
            got = self.colours(self.middles(classes))
            pairs = zip(classes.items(), got, strict=True)
            return [code for (code, number), g in pairs if not near(g, COLOURS[number])]

        self.until(lambda: not wrong())
        assert wrong() == []


def near(colour: tuple[int, int, int], other: tuple[int, int, int], limit: int = 40) -> bool:
    return max(abs(a - b) for a, b in zip(colour, other, strict=True)) <= limit


@pytest.fixture
def open_map(new_page: Any, serve: Any, colours_at: Any, until: Any) -> Callable[..., Seen]:
    def start(*, context: dict[str, Any] | None = None, **props: Any) -> Seen:
        page = new_page(**(context or {}))
        page.goto(serve(make_app(**props).server))
        page.wait_for_selector("#map", state="attached")
        return Seen(page, colours_at, until)

    return start


def test_every_area_shows_its_class_colour_at_three_zooms(open_map):
    seen = open_map().wait_ready()
    start = seen.told("viewport")["zoom"]
    seen.assert_painted(CLASSES)
    for zoom, centre, in_view in [
        (start - 0.5, [0.12, 51.5125], set(BOXES)),
        (start + 1, [0.1345, 51.5125], {"E05990002", "E05990004", "E05990005"}),
        (start + 1, [0.1100, 51.5125], {"E05990001", "E05990003"}),
    ]:
        seen.set(view={"center": centre, "zoom": zoom})
        seen.wait_told("viewport", lambda v, c=centre: v["center"] == c)
        seen.assert_painted({code: CLASSES[code] for code in in_view})


def test_a_sliver_thinner_than_a_pixel_is_still_seen_far_out(open_map):
    seen = open_map().wait_ready()
    zoom = seen.told("viewport")["zoom"] - 3
    seen.set(view={"center": [0.12, 51.5125], "zoom": zoom})
    seen.wait_told("viewport", lambda v: abs(v["zoom"] - zoom) < 0.01)
    x, y = seen.middle("E05990005")
    seen.until(lambda: any(c != WHITE for c in seen.colours([(x + dx, y) for dx in (-1, 0, 1)])))
    assert any(not near(c, WHITE, 20) for c in seen.colours([(x + d, y) for d in (-1, 0, 1)]))


def test_a_thousand_small_areas_are_all_painted_far_out(open_map):
    codes = list(GEOMETRIES["thousand"])
    classes = [index % 3 + 1 for index in range(1000)]
    seen = open_map(geometry="/geometry/thousand", classes=classes).wait_ready()
    seen.assert_painted(dict(zip(codes, classes, strict=True)))
    zoom = seen.told("viewport")["zoom"] - 1.2
    seen.set(view={"center": seen.told("viewport")["center"], "zoom": zoom})
    seen.wait_told("viewport", lambda v: abs(v["zoom"] - zoom) < 0.01)
    time.sleep(1)
    colours = seen.colours(seen.middles(codes))
    bare = [code for code, colour in zip(codes, colours, strict=True) if near(colour, WHITE, 60)]
    assert bare == []


def test_switching_the_layer_recolours_the_areas(open_map):
    seen = open_map().wait_ready()
    seen.assert_painted(CLASSES)
    other = dict(zip(BOXES, [3, 1, 1, 3, 2], strict=True))
    seen.set(classes=other)
    seen.assert_painted(other)
    seen.set(classes=[2, 2, 2, 1, 3])
    seen.assert_painted(dict(zip(BOXES, [2, 2, 2, 1, 3], strict=True)))


def test_a_new_palette_recolours_the_areas(open_map):
    seen = open_map().wait_ready()
    seen.assert_painted(CLASSES)
    seen.set(palette=PALETTE[::-1])
    seen.assert_painted({code: 4 - number for code, number in CLASSES.items()})


def test_values_that_arrive_before_the_boundaries_are_painted_when_those_come(open_map):
    seen = open_map(geometry="/geometry/five?wait=1.5", classes={})
    seen.set(classes=CLASSES)
    seen.wait_ready()
    seen.assert_painted(CLASSES)


def test_an_area_without_data_is_hatched_and_a_suppressed_one_cross_hatched(open_map):
    seen = open_map(classes={"E05990001": 1, "E05990002": -2, "E05990003": None}).wait_ready()
    seen.assert_painted({"E05990001": 1})
    assert seen.square_around("E05990001") == {RED}
    for code, ground, ink in [
        ("E05990003", WHITE, (111, 119, 123)),
        ("E05990004", WHITE, (111, 119, 123)),
        ("E05990002", (230, 230, 230), (80, 90, 95)),
    ]:
        around = seen.square_around(code)
        assert any(near(c, ground, 6) for c in around), code
        assert any(near(c, ink, 40) for c in around), code


def test_a_click_on_an_area_selects_it(open_map):
    seen = open_map().wait_ready()
    seen.assert_painted(CLASSES)
    seen.page.mouse.click(*seen.middle("E05990004"))
    clicked = seen.wait_told("clicked", lambda c: c)
    assert clicked["area_code"] == "E05990004"
    assert abs(clicked["ts"] / 1000 - time.time()) < 60


def test_a_click_beside_a_sliver_still_selects_it(open_map):
    seen = open_map().wait_ready()
    seen.assert_painted(CLASSES)
    x, y = seen.middle("E05990005")
    seen.page.mouse.click(x + 5, y)
    assert seen.wait_told("clicked", lambda c: c)["area_code"] == "E05990005"


def test_a_name_with_markup_is_shown_as_it_is_written(open_map):
    seen = open_map(labels={"E05990001": f"{HOSTILE}: 34.1 µg/m³, class 1 of 3"}).wait_ready()
    seen.assert_painted(CLASSES)
    label = seen.page.locator(".placedata-map-label")
    for code, text in [
        ("E05990001", f"{HOSTILE}: 34.1 µg/m³, class 1 of 3"),
        ("E05990004", HOSTILE),
    ]:
        seen.page.mouse.move(*seen.middle(code))
        seen.wait_told("hoveredArea", lambda h, c=code: h == c)
        assert label.inner_text() == text
    assert seen.page.locator("#map img").count() == 0
    seen.page.keyboard.press("Escape")
    assert not label.is_visible()
    seen.page.mouse.move(*seen.place(0.12, 51.5262))
    seen.wait_told("hoveredArea", lambda h: h is None)


def test_the_label_under_a_resting_pointer_follows_a_switch_of_layer(open_map):
    seen = open_map(labels={"E05990001": "Abbey: 34.1"}).wait_ready()
    seen.assert_painted(CLASSES)
    seen.page.mouse.move(*seen.middle("E05990001"))
    label = seen.page.locator(".placedata-map-label")
    assert seen.until(label.is_visible)
    seen.set(labels={"E05990001": "Abbey: 7 schools"})
    seen.until(lambda: label.inner_text() == "Abbey: 7 schools")
    assert label.inner_text() == "Abbey: 7 schools"


def test_the_same_view_sent_again_leaves_the_map_where_a_person_moved_it(open_map):
    view = {"area": "E05990003"}
    seen = open_map(view=view).wait_ready()
    assert seen.told("viewport")["user"] is False
    seen.page.locator(".maplibregl-canvas").press("-")
    moved = seen.wait_told("viewport", lambda v: v["user"])
    seen.set(view=view, selected="E05990003")
    time.sleep(1)
    assert seen.told("viewport") == moved
    seen.set(view={**view, "ts": 1})
    seen.wait_told("viewport", lambda v: v["zoom"] > moved["zoom"] + 0.5)


def test_the_selected_area_has_a_thick_dark_line_cased_in_white(open_map):
    seen = open_map(selected="E05990001").wait_ready()
    seen.assert_painted(CLASSES)
    x, y = seen.place(0.10, 51.50625)  # its western edge
    across = seen.colours([(x + d, y) for d in range(-5, 6)])
    assert any(near(c, INK, 30) for c in across[4:7]), across
    assert any(near(c, WHITE, 30) for c in across[6:9]), across
    seen.set(selected="E05990004")
    seen.until(lambda: seen.colours([(x + 2, y)])[0] == RED)
    assert seen.colours([(x + 2, y)]) == [RED]


def test_the_border_between_two_dark_areas_is_cased_in_white_and_between_light_ones_is_not(
    open_map,
):
    for dark, cased in ((True, True), (False, False)):
        palette = ["#440154"] * 3 if dark else ["#fde725"] * 3
        seen = open_map(palette=palette).wait_ready()
        x, y = seen.place(0.10, 51.50625)  # the western edge of the first area
        ground = tuple(int(palette[0][at : at + 2], 16) for at in (1, 3, 5))
        seen.until(lambda s=seen, at=(x + 6, y), wanted=ground: s.colours([at])[0] == wanted)
        inside = seen.colours([(x + d, y) for d in (0, 1, 2)])
        lighter = any(sum(colour) > sum(ground) + 60 for colour in inside)
        assert lighter is cased, inside


def test_the_ward_that_has_focus_in_the_list_is_yellow_on_the_map_and_shows_its_label(open_map):
    seen = open_map(labels={"E05990002": "Gascoigne: 12"}).wait_ready()
    seen.assert_painted(CLASSES)
    seen.set(focused="E05990002")
    x, y = seen.place(0.14, 51.50625)  # its eastern edge
    seen.until(lambda: near((255, 221, 0), seen.colours([(x, y)])[0]))
    assert near((255, 221, 0), seen.colours([(x, y)])[0])
    assert seen.page.locator(".placedata-map-label").inner_text() == "Gascoigne: 12"
    seen.set(focused=None)
    seen.page.wait_for_selector(".placedata-map-label", state="hidden")


def test_class_numbers_can_be_read_on_the_areas(open_map):
    seen = open_map(classNumbers=True, classes=dict.fromkeys(BOXES, 3)).wait_ready()

    def ink() -> bool:
        return any(near(colour, WHITE) for colour in seen.square_around("E05990001"))

    seen.until(ink)
    assert ink()
    assert seen.square_around("E05990005", half=0) == {BLUE}  # the sliver is too thin for one
    seen.set(classNumbers=False)
    seen.until(lambda: seen.square_around("E05990001") == {BLUE})
    assert seen.square_around("E05990001") == {BLUE}


def test_the_map_is_named_and_moves_by_keyboard(open_map):
    seen = open_map().wait_ready()
    canvas = seen.page.get_by_role("region", name="Test place by class")
    canvas.focus()
    before = seen.told("viewport")
    canvas.press("+")
    closer = seen.wait_told("viewport", lambda v: v["zoom"] > before["zoom"] + 0.9)
    canvas.press("ArrowRight")
    east = seen.wait_told("viewport", lambda v: v["center"][0] > closer["center"][0])
    canvas.press("-")
    seen.wait_told("viewport", lambda v: v["zoom"] < east["zoom"] - 0.9)
    outline = canvas.evaluate("element => getComputedStyle(element).outlineWidth")
    assert outline == "3px"


def test_the_buttons_have_names_and_are_large_enough_to_hit(open_map):
    seen = open_map().wait_ready()
    whole = seen.told("viewport")["zoom"]
    for name in ("Zoom in", "Zoom out", "Show all areas"):
        box = seen.page.get_by_role("button", name=name).bounding_box()
        assert min(box["width"], box["height"]) >= 24, name
    seen.page.get_by_role("button", name="Zoom in").click()
    seen.wait_told("viewport", lambda v: v["zoom"] > whole + 0.9)
    seen.page.get_by_role("button", name="Show all areas").click()
    seen.wait_told("viewport", lambda v: abs(v["zoom"] - whole) < 0.01)
    assert seen.page.locator(".maplibregl-ctrl-scale").inner_text().endswith("m")


def test_all_areas_are_in_view_at_the_start(open_map):
    west, south, east, north = open_map().wait_ready().told("viewport")["bounds"]
    assert west < 0.10
    assert south < 51.5
    assert east > 0.14135
    assert north > 51.525
    assert east - west < 0.08


def test_another_outline_is_drawn_in_a_colour_that_no_palette_has(open_map):
    seen = open_map(outlineUrl="/geometry/frame").wait_ready()
    x, y = seen.place(0.0950, 51.5125)  # its western side, outside all areas

    def drawn() -> bool:
        return any(near(colour, OUTLINE) for colour in seen.colours([(x - 1, y), (x, y)]))

    seen.until(drawn)
    assert drawn()


def test_a_map_that_was_hidden_at_first_shows_all_areas_when_it_appears(open_map):
    seen = open_map(style={"width": "640px", "height": "480px", "display": "none"})
    seen.wait_told("status", lambda s: s and s["state"] == "ready")
    seen.set(style={"width": "640px", "height": "480px"})
    seen.wait_told("viewport", lambda v: v and v["bounds"][2] - v["bounds"][0] < 0.08)
    seen.assert_painted(CLASSES)


def test_the_view_goes_to_a_named_area(open_map):
    seen = open_map(view={"area": "E05990003"}).wait_ready()
    w, s, e, n = BOXES["E05990003"]
    seen.wait_told("viewport", lambda v: abs(v["center"][0] - (w + e) / 2) < 0.001)
    assert abs(seen.told("viewport")["center"][1] - (s + n) / 2) < 0.001


def test_without_motion_the_view_changes_at_once(open_map):
    seen = open_map(context={"reduced_motion": "reduce"}).wait_ready()
    seen.page.evaluate("""() => {
        const scale = document.querySelector('#map .maplibregl-ctrl-scale');
        window.widths = [];
        new MutationObserver(() => window.widths.push(scale.style.width))
          .observe(scale, {attributes: true});
    }""")
    seen.set(view={"center": [0.12, 51.51], "zoom": 14})
    seen.wait_told("viewport", lambda v: v["zoom"] == 14)
    assert len(set(seen.page.evaluate("window.widths"))) <= 1


def test_other_boundaries_replace_the_first(open_map):
    seen = open_map().wait_ready()
    seen.assert_painted(CLASSES)
    seen.set(geometry="/geometry/one", classes={"E05990009": 2})
    seen.wait_told("viewport", lambda v: abs(v["center"][0] - 0.51) < 0.001)
    seen.assert_painted({"E05990009": 2})


def test_a_place_without_areas_says_so(open_map):
    seen = open_map(geometry="/geometry/none")
    seen.wait_told("status", lambda s: s and s["state"] == "empty")
    assert "no areas" in seen.page.locator(".placedata-map-message").inner_text()
    seen.set(geometry="/geometry/five")
    seen.assert_painted(CLASSES)
    assert seen.page.locator(".placedata-map-message").count() == 0


def test_boundaries_that_cannot_be_had_are_told(open_map, watch):
    watch.ignore("errors")  # the browser itself logs the 404
    seen = open_map(geometry="/geometry/missing")
    status = seen.wait_told("status", lambda s: s and s["state"] == "failed")
    assert status["message"] == "/geometry/missing: the server answered 404"
    assert "could not be loaded" in seen.page.locator(".placedata-map-message").inner_text()


def test_classes_that_fit_no_area_or_no_colour_are_counted(open_map):
    seen = open_map(classes={"E05990001": 7, "E05990002": 1, "W05000001": 1}).wait_ready()
    status = seen.told("status")
    assert status == {
        "state": "ready",
        "areas": 5,
        "skipped": 0,
        "unmatched": 1,
        "without_colour": 1,
    }


def test_the_attribution_is_plain_text(open_map):
    seen = open_map(attribution="Source: <b>ONS</b>").wait_ready()
    assert seen.page.locator(".placedata-map-attribution").inner_text() == "Source: <b>ONS</b>"


def test_without_webgl_the_page_is_told_and_a_sentence_stands_in_for_the_map(
    open_map, browser_without_webgl
):
    seen = open_map(context={"using": browser_without_webgl})
    seen.wait_told("webgl", lambda w: w is False)
    assert seen.told("status")["state"] == "no_webgl"
    assert "table" in seen.page.locator(".placedata-map-message").inner_text()
    assert seen.page.locator("#map canvas").count() == 0


def test_the_map_comes_back_after_the_graphics_card_was_lost_for_a_moment(open_map):
    seen = open_map(selected="E05990001").wait_ready()
    seen.assert_painted(CLASSES)
    seen.page.evaluate("""() => {
        const gl = document.querySelector('#map canvas').getContext('webgl2');
        const lose = gl.getExtension('WEBGL_lose_context');
        lose.loseContext();
        setTimeout(() => lose.restoreContext(), 500);
    }""")
    time.sleep(0.7)
    other = dict(zip(BOXES, [3, 1, 1, 3, 2], strict=True))
    seen.set(classes=other)
    seen.assert_painted(other)
    assert seen.told("webgl") is True


def test_the_map_gives_way_when_the_graphics_card_stays_lost(open_map):
    seen = open_map().wait_ready()
    seen.page.evaluate("""() => document.querySelector('#map canvas').getContext('webgl2')
        .getExtension('WEBGL_lose_context').loseContext()""")
    seen.wait_told("webgl", lambda w: w is False)
    assert seen.page.locator("#map canvas").count() == 0


def test_the_watch_of_these_tests_notices_a_broken_policy_and_an_outside_request(open_map, watch):
    seen = open_map().wait_ready()
    watch.ignore("violations", "outside", "errors")
    seen.page.evaluate("""() => {
        const script = document.createElement('script');
        script.textContent = 'window.bad = 1';
        document.body.append(script);
        return fetch('http://192.0.2.1/').catch(() => null);
    }""")
    assert watch.violations
    assert seen.page.evaluate("window.bad") is None
