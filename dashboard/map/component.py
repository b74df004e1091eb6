"""The Dash component class; what it does in the browser is in ``web/src``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from dash.development.base_component import Component


class View(TypedDict, total=False):
    """Where the map looks: one of ``area``, ``bounds``, or ``center`` with ``zoom`` (EPSG:4326).

    The map moves when the view differs from the last one; a new ``ts`` sends it there again.
    """

    area: str
    bounds: Sequence[float]
    center: Sequence[float]
    zoom: float
    ts: float


class MapViewProps(TypedDict, total=False):
    """Every prop of `MapView`; the last six are set by the browser.

    Notes
    -----
    geometry : address of a GeoJSON FeatureCollection (EPSG:4326, property ``area_code``, optional
        ``area_name``). Fetched once; give it a content hash so that it can be cached for ever.
    tiles : address below which there are vector tiles, instead of `geometry`: ``areas.json`` (where
        each area lies), ``{z}/{x}/{y}.mvt`` and ``areas/<code>.json`` (one outline).
    outlineUrl : address of a second FeatureCollection, drawn as one thick line.
    classes : class number, 1 to k, by area code or in the order of the features; `NO_DATA` (-1)
        and `SUPPRESSED` (-2) of `placedata.maps.classes` are hatched and cross-hatched. Areas
        left out, and None, have no data.
    palette : colours ``#rrggbb`` of class 1 to class k.
    labels : text for the pointer by area code, or in the order of the features. Plain text.
    classNumbers : write the class number on each area that is large enough.
    hatched : codes of areas with a hatch over their colour, for what is not clearly different.
    points : address of a FeatureCollection of points with ``name`` and ``sign`` (one or two
        characters); more than 500 are drawn as clusters.
    raster : ``{"url": str, "corners": four (lon, lat) from the upper left, clockwise, "opacity":
        float}``, a picture drawn between colours and outlines.
    background : ``{"tiles": address with {z}, {x} and {y}, "zooms": [farthest, closest], "bounds":
        [west, south, east, north] or None, "opacity": float, "through": share of their colour that
        areas keep, "layers": pairs of what is drawn and a layer of vector tiles, or none for
        pictures}``, a map drawn beneath the areas, in greys.
    group : maps of one name look at the same place and point at the same area.
    hidden : not drawn, and no graphics memory taken.
    caption : text above the map.
    selected, focused : area code or None. Selected has a white-cased line; focused, driven by the
        ward list, has a yellow line and shows its label.
    view : None shows all areas.
    ariaLabel : the name of the map for screen readers.
    attribution : plain text at the lower right.
    messages : text instead of the built-in one for ``no_webgl``, ``empty``, ``failed``; "" for
        none.
    clicked : ``{"area_code": str, "ts": milliseconds}``.
    hoveredArea : area code under the pointer, or None.
    viewport : ``{"center": [lon, lat], "zoom": float, "bounds": [west, south, east, north],
        "user": True if a person has moved it}``.
    backgroundLost : milliseconds, when the tiles of the background could not be had; it is then not
        drawn, nor asked for again until it is given anew.
    webgl : False when the browser cannot draw; the page then shows the SVG map.
    status : ``{"state": "loading" | "ready" | "empty" | "failed" | "no_webgl", ...}``; when ready,
        ``areas``, ``skipped`` (features without code or geometry, or repeated), ``unmatched``
        (classes of areas that the geometry lacks) and ``without_colour`` (class numbers outside the
        palette, which show as no data) are counts.
    """

    id: str | dict[str, str | int | bool]
    geometry: str
    tiles: str | None
    outlineUrl: str | None
    classes: Mapping[str, int | None] | Sequence[int | None]
    palette: Sequence[str]
    labels: Mapping[str, str] | Sequence[str]
    classNumbers: bool
    hatched: Sequence[str]
    points: str | None
    raster: Mapping[str, Any] | None
    background: Mapping[str, Any] | None
    group: str
    hidden: bool
    caption: str
    selected: str | None
    focused: str | None
    view: View | None
    ariaLabel: str
    attribution: str
    messages: Mapping[str, str]
    className: str
    style: Mapping[str, str | int]
    clicked: Mapping[str, str | int]
    hoveredArea: str | None
    viewport: Mapping[str, Any]
    backgroundLost: int
    webgl: bool
    status: Mapping[str, str | int]


_PROPS = list(MapViewProps.__annotations__)
_NONE: list[str] = []


class MapView(Component):
    """A choropleth of areas; only class numbers travel when its layer is switched.

    Raises
    ------
    TypeError
        For a prop that is not in `MapViewProps`.

    Examples
    --------
    >>> MapView(id="map", geometry="/geometry/wd25.geojson", classes={"E05990001": 2},
    ...         palette=["#eff3ff", "#6baed6", "#08519c"]).id
    'map'
    """

    _namespace = "placedata_map"
    _type = "MapView"
    _children_props = _NONE
    _base_nodes = _NONE
    _prop_names = _PROPS
    _valid_wildcard_attributes = _NONE
    available_properties = _PROPS
    available_wildcard_properties = _NONE

    def __init__(self, **props: Unpack[MapViewProps]) -> None:
        super().__init__(**props)
