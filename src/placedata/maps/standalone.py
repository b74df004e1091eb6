"""Maps as one HTML file that opens from a memory stick with no network: folium and Leaflet inside.

folium writes the script that starts the map; the page around it is our own. Leaflet's text is in
`leaflet/`, as its publisher ships it. The outlines are in the file once, however many layers.
"""

from __future__ import annotations

import html as markup
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
from folium.template import Template

from placedata import wording
from placedata.errors import PlaceDataError
from placedata.geography import Boundaries, area_nouns
from placedata.maps import furniture
from placedata.maps.classing import USUAL, Classing
from placedata.maps.known import known_layers
from placedata.maps.offline import content_policy, refuse_addresses, without_pictures
from placedata.maps.outlines import outlines
from placedata.maps.overlays import MOST_SIGNED
from placedata.maps.shown import Shown, shown
from placedata.maps.standalone_over import over_data, over_rules

if TYPE_CHECKING:
    from jinja2 import Environment

    from placedata.maps.over import LaidOver
    from placedata.snapshot import Snapshot

#: Files that folium asks every page to fetch; of them Leaflet is in ours, and no other is used.
KNOWN_LINKS = frozenset(
    {
        "awesome_markers", "awesome_markers_css", "awesome_markers_font_css", "awesome_rotate_css",
        "bootstrap", "bootstrap_css", "glyphicons_css", "jquery", "leaflet", "leaflet_css",
        "meta_http",
    }
)  # fmt: skip
#: Height of a map in a notebook, pixels.
NOTEBOOK_HEIGHT = 760


@dataclass(frozen=True)
class StandaloneMap:
    """A map as one HTML file.

    Parameters
    ----------
    html
        The whole document; the same snapshot and layers make the same bytes.
    title
        What it shows.
    layers
        Layer ids, in order.
    areas
        How many areas there are on it.
    """

    html: str
    title: str
    layers: tuple[str, ...]
    areas: int

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self.html.encode())

    def save(self, path: str | Path) -> Path:
        """Write the file, making its folder where there is none; return its path."""
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(self.html, "utf-8", newline="\n")
        return target

    def _repr_html_(self) -> str:
        """Show the map in a notebook, in a frame of its own that can reach nothing else."""
        return (
            f'<iframe title="{markup.escape(self.title)}" srcdoc="{markup.escape(self.html)}" '
            f'sandbox="allow-scripts" width="100%" height="{NOTEBOOK_HEIGHT}" '
            'style="border:1px solid #505a5f"></iframe>'
        )


def standalone_map(
    snapshot: Snapshot,
    layers: Iterable[str | tuple[str, str | None]],
    period: str | None = None,
    classing: Classing = USUAL,
    over: LaidOver | None = None,
) -> StandaloneMap:
    """Return a map of one or more layers as one HTML file that needs no network.

    Several layers are shown one at a time, chosen in the map's layer control. Classes, colours
    and legend are those of the dashboard; the values stand in a table under the map.

    Parameters
    ----------
    snapshot
        What is shown.
    layers
        Layer ids, or ``score.`` and the id of a node of the index; each alone, or with a period
        of its own.
    period
        One of the periods of every layer without its own; the newest of each unless given.
    classing
        How classes are made, how many, and whether what is not clear is hatched.
    over
        Outlines, things and a raster over all of them, from `placedata.maps.over.laid_over`. More
        points than 500 are dots without their letters.

    Raises
    ------
    PlaceDataError
        A layer or period that there is not, or an address in the file that a browser would fetch.
    """
    pairs = [(item, period) if isinstance(item, str) else item for item in layers]
    wanted = list(dict.fromkeys(pairs))
    known_layers(snapshot, [name for name, _ in wanted])
    maps = [shown(snapshot, name, when, classing) for name, when in wanted]
    place = snapshot.place["name"]
    title = f"{maps[0].heading}, {place}" if len(maps) == 1 else f"Maps of {place}"
    drawn = _outlines(snapshot)
    figure = _figure(maps, drawn["box"])
    made = {"outlines": drawn["features"], "over": over_data(over), **figure}
    text = _page(snapshot, maps, title, made, over)
    # names of points may hold an address, and are never fetched
    refuse_addresses(text, trusted=[_leaflet_script(), _inert(made["over"])])
    return StandaloneMap(text, title, tuple(name for name, _ in wanted), len(snapshot.areas))


def _inert(text: str) -> str:
    """Return JSON that no browser takes for markup."""
    return text.replace("<", "\\u003c")


class _ClassLayer(folium.map.Layer):  # type: ignore[misc, unused-ignore]
    """A layer that is drawn from the outlines of the page, which folium would repeat for each."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = placedata.layer({{ this.drawing|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, number: int, name: str, layer: Shown) -> None:
        super().__init__(name=name, overlay=False, show=number == 0)
        self._name = "ClassLayer"
        self._id = str(number)
        self.drawing = {
            "number": number,
            "classes": [area.number for area in layer.rows],
            "colours": list(layer.palette.colours),
            "inks": list(layer.palette.inks),
            "hatched": [at for at, area in enumerate(layer.rows) if area.hatched],
        }


def _figure(maps: Sequence[Shown], box: list[list[float]]) -> dict[str, str]:
    """Return the name of the map's element, and the script with which folium starts the map.

    Parameters
    ----------
    maps
        Layers, the first of which is shown.
    box
        South-west and north-east corner, (latitude, longitude).
    """
    made = folium.Map(
        location=[(box[0][i] + box[1][i]) / 2 for i in (0, 1)],
        tiles=None,
        control_scale=True,
        attribution_control=False,
        zoom_snap=0.25,
        maxZoom=19,
    )
    made._id = "placedata"  # noqa: SLF001  folium draws a random one: the same map, other bytes
    for number, (name, layer) in enumerate(zip(_control_names(maps), maps, strict=True)):
        _ClassLayer(number, name, layer).add_to(made)
    if len(maps) > 1:
        control = folium.LayerControl(collapsed=False)
        control._id = "layers"  # noqa: SLF001
        control.add_to(made)
    fit = folium.FitBounds(box, padding=(12, 12))
    fit._id = "0"  # noqa: SLF001
    fit.options["animate"] = False
    fit.add_to(made)
    root: Any = made.get_root()
    root.render()
    unknown = set(root.header._children) - KNOWN_LINKS - {made.get_name()}  # noqa: SLF001
    if unknown:
        msg = f"folium asks for files that are not vendored: {wording.join_list(sorted(unknown))}"
        raise PlaceDataError(msg)
    start = f"\nplacedata.start({made.get_name()});"
    return {"map_name": made.get_name(), "script": root.script.render() + start}


def _control_names(maps: Sequence[Shown]) -> list[str]:
    """Return a name for each layer in the layer control, which takes them for markup."""
    headings = [layer.heading for layer in maps]
    return [
        markup.escape(head if headings.count(head) == 1 else f"{head} ({layer.id})")
        .replace("/", "&#47;")
        for head, layer in zip(headings, maps, strict=True)
    ]  # fmt: skip


def _outlines(snapshot: Snapshot) -> dict[str, Any]:
    """Return ``features`` (GeoJSON, EPSG:4326) as text, and their ``box``.

    Each feature has its number as ``id`` and, for a label, ``east``, ``north`` (degrees) and
    ``metres`` (radius of the largest circle inside the area).
    """
    from pyproj import Transformer

    from placedata.geography import CRS, WEB_CRS

    frame = snapshot.boundaries
    drawn = outlines(Boundaries(snapshot.place["geography"], frame), metres_per_unit=5)
    west, south, *_ = frame.total_bounds
    to_web = Transformer.from_crs(CRS, WEB_CRS, always_xy=True)
    east, north = to_web.transform(drawn.anchors[:, 0] + west, drawn.anchors[:, 1] + south)
    radius = dict(zip(drawn.codes, zip(east, north, drawn.anchors[:, 2], strict=True), strict=True))
    given = json.loads(snapshot.web_geometry.read_text("utf-8"))["features"]
    by_code = {item["properties"]["area_code"]: item["geometry"] for item in given}
    features = [
        {
            "type": "Feature",
            "id": number,
            "properties": {
                "east": round(float(radius[code][0]), 6),
                "north": round(float(radius[code][1]), 6),
                "metres": round(float(radius[code][2])),
            },
            "geometry": by_code[code],
        }
        for number, code in enumerate(snapshot.areas.index)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    return {"features": text, "box": _box(frame)}


def _box(frame: Any) -> list[list[float]]:  # noqa: ANN401  geopandas has no types
    """Return the south-west and north-east corner of some boundaries, (latitude, longitude)."""
    from placedata.geography import WEB_CRS

    west, south, east, north = (round(float(x), 6) for x in frame.to_crs(WEB_CRS).total_bounds)
    return [[south, west], [north, east]]


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("placedata.maps", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"plural": wording.plural, "polarity": wording.polarity_sentence}
    environment.filters["with_unit"] = wording.with_unit
    environment.filters["number"] = wording.format_number
    return environment


def _read(name: str) -> str:
    """Return a file of this package, with line feeds alone as line ends."""
    text = resources.files("placedata.maps").joinpath(name).read_text("utf-8")
    return text.replace("\r\n", "\n")


def _leaflet_script() -> str:
    """Return Leaflet as it stands in the page: without the pointer to a file that is not there."""
    return _read("leaflet/leaflet.js").split("//# sourceMappingURL=")[0]


def _page(
    snapshot: Snapshot,
    maps: Sequence[Shown],
    title: str,
    made: dict[str, str],
    over: LaidOver | None,
) -> str:
    """Return the whole document.

    Parameters
    ----------
    made
        ``map_name``, ``script`` (from folium), ``outlines`` (GeoJSON) and ``over`` (JSON).
    """
    from markupsafe import Markup

    scripts = [_leaflet_script(), _read("templates/standalone.js"), made["script"]]
    css = without_pictures(_read("leaflet/leaflet.css"))
    styles = [css, _read("templates/standalone.css"), _swatches(maps), over_rules(over)]
    signs = {sign: words for sign, words in wording.SHORTHAND_NOTES.items() if sign != "[z]"}
    # Text of our own and of Leaflet, hashed as it stands; data in it are escaped as JSON is.
    return _environment().get_template("standalone.html").render(
        snapshot=snapshot,
        place=snapshot.place,
        title=title,
        maps=maps,
        nouns=area_nouns(snapshot.place["geography"], snapshot.areas.index),
        map_name=made["map_name"],
        policy=Markup(content_policy(scripts, styles)),  # noqa: S704
        scripts=[Markup(text) for text in scripts],  # noqa: S704
        styles=[Markup(text) for text in styles],  # noqa: S704
        outlines=Markup(_inert(made["outlines"])),  # noqa: S704
        over_data=Markup(_inert(made["over"])),  # noqa: S704
        over=over,
        most_signed=MOST_SIGNED,
        patterns=Markup(furniture.patterns("pd")),  # noqa: S704
        shorthand=[f"{sign} {words}" for sign, words in signs.items()],
        licences=_read("leaflet/LICENSES.txt"),
    )  # fmt: skip


def _swatches(maps: Sequence[Shown]) -> str:
    """Return the rules for the colours of each legend."""
    return "\n".join(
        f".m{at}c{number} {{ background: {colour}; color: {ink}; }}"
        for at, layer in enumerate(maps)
        for number, (colour, ink) in enumerate(
            zip(layer.palette.colours, layer.palette.inks, strict=True), start=1
        )
    )
