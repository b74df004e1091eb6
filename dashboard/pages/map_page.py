"""The map page: the picker, the map, its legend, the ward list and the same values in a table."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from dash import ClientsideFunction, Dash, Input, Output
from flask import g, render_template, request

from dashboard.choices import map_choices
from dashboard.levels import at_level, level_context
from dashboard.map import MapView
from dashboard.map_background import background_rule, tile_host
from dashboard.map_over import cell_choices, line_choices, thing_layers
from dashboard.map_parts import BESIDE_PROPS, MAP_PROPS, MOST_LISTED, map_document
from dashboard.map_state import read_state
from dashboard.rendering import site_root
from dashboard.served import served, snapshot_now
from dashboard.static_files import static_url
from placedata.maps.classing import USUAL, WAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

    from placedata.snapshot import Snapshot

PATH = "/"
TITLE = "Map"
MAP, BESIDE = "map", "beside"

#: Scripts of Dash that this page does not use: old browsers, and components that it has not got.
_UNUSED = re.compile(r"polyfill@|/dash/dcc/|/dash/html/|/dash/dash_table/")
_SOURCE = re.compile(r'<script src="([^"]+)"')
_AT_ROOT = re.compile(r'("requests_pathname_prefix":\s*)"(?:/|\\u002f)"')
_VERSIONS = re.compile(r'("(?:python|dash|plotly)_version(?:_url)?":\s*)"[^"]*"')


class _MapApp(Dash):
    """Dash with our own page around the map."""

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]
        """Return the whole page; Dash gives its scripts, its settings and its entry."""
        snapshot = snapshot_now()
        # Without scripts a button may send again what a hidden field has sent: the last one counts.
        asked = {name: values[-1] for name, values in request.args.lists()}
        asked["over"] = ",".join(request.args.getlist("over"))  # one box ticked for each
        state, notices = read_state(asked, snapshot)
        document = map_document(served(), snapshot, state, notices)
        g.tile_host = tile_host(snapshot)
        shown = at_level(snapshot, state.level)
        # Dash thinks that it is at the root of its host; a proxy may have put it below a path.
        parts = {name: _below(site_root(), text) for name, text in parts.items()}
        scripts = [src for src in _SOURCE.findall(parts["scripts"]) if not _UNUSED.search(src)]
        return render_template(
            "map.html",
            document=document,
            first=_embedded(document),
            groups=map_choices(snapshot),
            state=state,
            ways=WAYS,
            usual=USUAL,
            line_choices=line_choices(snapshot),
            cell_choices=cell_choices(snapshot),
            thing_layers=thing_layers(snapshot),
            background_rule=background_rule(snapshot),
            has_postcodes=len(snapshot.postcodes) > 0,
            names=_names(snapshot, shown),
            dash=parts
            | {
                "later": [*scripts, static_url("start_map.js")],
                "config": _without_versions(parts["config"]),
            },
            **level_context(shown, snapshot),
        )


def register(app: Flask) -> Sequence[str]:
    """Mount Dash at the root for the map; there is no script inside the page to allow."""
    mounted = _MapApp(
        __name__,
        server=app,  # type: ignore[arg-type]
        title=TITLE,
        update_title=None,  # type: ignore[arg-type]
        assets_folder="no-assets",
        enable_mcp=False,
        serve_locally=True,
    )
    mounted.layout = [_map(MAP, "Map"), _map(BESIDE, "Second map", hidden=True)]
    for name, call, props in ((MAP, "first", MAP_PROPS), (BESIDE, "firstBeside", BESIDE_PROPS)):
        mounted.clientside_callback(
            ClientsideFunction("placedata", call),
            *[Output(name, prop) for prop in props],
            Input(name, "id"),
        )
    for name, event in ((MAP, "clicked"), (MAP, "hoveredArea"), (MAP, "webgl"),
                        (MAP, "backgroundLost"),
                        (BESIDE, "clicked"), (BESIDE, "hoveredArea")):  # fmt: skip
        mounted.clientside_callback(
            ClientsideFunction("placedata", event), Input(name, event), prevent_initial_call=True
        )
    return ()


def _map(name: str, label: str, *, hidden: bool = False) -> MapView:
    """Return one of the two maps, which look at the same place."""
    return MapView(
        id=name,
        ariaLabel=label,
        classNumbers=True,
        className="map-canvas",
        group="page",
        hidden=hidden,
        messages={"no_webgl": "", "failed": "The map could not be loaded. The list and the table "
                  "show the same values."},
    )  # fmt: skip


def _below(root: str, text: str) -> str:
    """Return what Dash wrote, with its addresses below the path of the site."""
    if not root:
        return text
    text = re.sub(r'((?:src|href)=")(/_)', rf"\g<1>{root}\g<2>", text)
    return _AT_ROOT.sub(rf'\g<1>"{root}/"', text)


def _names(snapshot: Snapshot, shown: Snapshot) -> list[str]:
    """Return the names that the search suggests: of the level that is shown, then of the others."""
    levels = [shown, *(at for at in map(snapshot.level, snapshot.levels) if at is not shown)]
    names = list(dict.fromkeys(str(name) for at in levels for name in at.areas["area_name"]))
    return names if len(names) <= MOST_LISTED else []  # thousands would be most of the page


def _without_versions(config: str) -> str:
    """Return Dash's settings without the versions of Python, Dash and plotly."""
    return _VERSIONS.sub(r'\1""', config)


def _embedded(document: dict[str, Any]) -> str:
    """Return JSON that can stand inside a script element whatever the data say."""
    text = json.dumps(
        {key: value for key, value in document.items() if key != "parts"}, ensure_ascii=False
    )
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
