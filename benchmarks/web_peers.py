"""The map beside two peers, in one run: a plotly choropleth in Dash, and dash-leaflet.

All three show the same wards and values on the same machine, asked in turn by the same browser. A
map has its colours when 361 places of a frame look as they do in the last one; our page shows a
picture of the wards before the map that can be moved, so the time of that is told too. The peers
are the plain apps that their own documentation shows: one figure or one GeoJSON, one drop-down, one
callback. They run in a Python of their own, which needs ``pip install dash plotly dash-leaflet``;
placedata asks for neither dash-leaflet nor plotly maps.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from math import isnan
from pathlib import Path
from typing import Any

from measuring import ROOT, placedata, spread, table
from playwright.sync_api import sync_playwright
from web import FLAGS, NOTE_DRAWING, QUIET, dashboard

PLOTLY = """
import json, sys
from dash import Dash, Input, Output, dcc, html
import plotly.graph_objects as go
shapes = json.load(open(sys.argv[1])); figures = json.load(open(sys.argv[2]))
codes = [f["properties"]["area_code"] for f in shapes["features"]]
app = Dash(__name__)
app.layout = html.Div([dcc.Dropdown(list(figures), next(iter(figures)), id="layer"),
                       dcc.Graph(id="map", style={"height": "600px"})])
x = [p for f in shapes["features"] for p in f["bbox"][0::2]]
y = [p for f in shapes["features"] for p in f["bbox"][1::2]]
import math
zoom = math.log2(360 / max(max(x) - min(x), 1.6 * (max(y) - min(y)))) + 0.4
@app.callback(Output("map", "figure"), Input("layer", "value"))
def draw(layer):
    trace = go.Choroplethmap(geojson=shapes, locations=codes, z=figures[layer],
                             featureidkey="properties.area_code", colorscale="Viridis")
    figure = go.Figure(trace)
    figure.update_layout(map={"style": "white-bg", "zoom": zoom, "center":
        {"lon": (min(x) + max(x)) / 2, "lat": (min(y) + max(y)) / 2}},
        margin={"l": 0, "r": 0, "t": 0, "b": 0}, uirevision="same")
    return figure
app.run(port=int(sys.argv[3]), debug=False)
"""
LEAFLET = """
import json, sys
from dash import Dash, Input, Output, dcc, html
import dash_leaflet as dl
from dash_extensions.javascript import assign
shapes = json.load(open(sys.argv[1])); figures = json.load(open(sys.argv[2]))
style = assign('''function(feature, context) {
  const {colours, classes} = context.hideout;
  return {weight: 0.5, color: "#1d1d1d", fillOpacity: 1, smoothFactor: 0,
          fillColor: colours[classes[feature.properties.area_code]]};}''')
COLOURS = ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"]
def classes(layer):
    values = figures[layer]
    known = sorted(v for v in values if v is not None)
    cuts = [known[len(known) * k // 5] for k in range(1, 5)]
    return {f["properties"]["area_code"]: 0 if v is None else sum(v >= c for c in cuts)
            for f, v in zip(shapes["features"], values)}
x = [p for f in shapes["features"] for p in f["bbox"][0::2]]
y = [p for f in shapes["features"] for p in f["bbox"][1::2]]
app = Dash(__name__)
app.layout = html.Div([dcc.Dropdown(list(figures), next(iter(figures)), id="layer"),
    dl.Map([dl.GeoJSON(url="/assets/shapes.json", style=style, id="areas",
                       options={"smoothFactor": 0},
                       hideout={"colours": COLOURS, "classes": classes(next(iter(figures)))})],
           bounds=[[min(y), min(x)], [max(y), max(x)]], preferCanvas=True,
           style={"height": "600px"})])
@app.server.route("/assets/shapes.json")
def shapes_file():
    from flask import send_file
    return send_file(sys.argv[1], mimetype="application/json")
@app.callback(Output("areas", "hideout"), Input("layer", "value"))
def draw(layer):
    return {"colours": COLOURS, "classes": classes(layer)}
app.run(port=int(sys.argv[3]), debug=False)
"""
OURS = ".map-canvas"


@contextmanager
def peer(python: str, program: str, shapes: Path, figures: Path) -> Iterator[tuple[str, int]]:
    """Serve a peer; yields its address and the id of its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [python, "-c", program, str(shapes), str(figures), str(port)]
    server = subprocess.Popen(  # dash-extensions writes a script into the folder that it runs in
        words, cwd=shapes.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(address, timeout=10).read()
                break
            except OSError:
                time.sleep(0.1)
        yield address, server.pid
    finally:
        server.terminate()
        server.wait()


def memory(pid: int) -> float:
    """Return the memory that a process holds, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def serving(port: str) -> int:
    """Return the id of the process of ours that serves on a port."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"serve" in words and port.encode() in words:
            return int(folder.name)
    return os.getpid()


def quiet(page: Any, milliseconds: int) -> None:
    """Wait until nothing has been drawn for a while; a page's policy forbids to wait in it."""
    still = f"window.drawn.last !== null && performance.now() - window.drawn.last > {milliseconds}"
    for _ in range(1_200):
        if page.evaluate(still):
            return
        page.wait_for_timeout(50)


def measured(browser: Any, address: str, box: str, given: argparse.Namespace) -> dict[str, Any]:
    """Return seconds of first views and switches, and the bytes of the first page."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(NOTE_DRAWING)
    page, sent = context.new_page(), [0.0]
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on(
        "Network.loadingFinished",
        lambda event: sent.__setitem__(0, sent[0] + event["encodedDataLength"]),
    )
    views, moved, weights = [], [], []
    for _ in range(given.views + 1):
        page.goto(address)
        quiet(page, given.quiet)
        ready = "window.drawn.coloured(0, 'webgl') ?? window.drawn.coloured(0)"
        for found, script in ((views, "window.drawn.coloured(0)"), (moved, ready)):
            at = page.evaluate(script)
            if at is None:
                sys.exit(f"{address} showed no map: wait longer with --quiet {2 * given.quiet}")
            found.append(at / 1000)
        weights.append(sent[0])
    switches = []
    for at in range(given.switches):
        if box != OURS:  # the drop-down of Dash: opened, one down, and then it counts
            page.locator("#layer").click()
            page.keyboard.press("ArrowDown")
            page.wait_for_timeout(300)
        began = page.evaluate("performance.now()")
        if box == OURS:
            page.select_option("#layer", index=at + 1)
        else:
            page.keyboard.press("Enter")
        for _ in range(400):  # the answer of the server comes first
            if page.evaluate(f"window.drawn.last > {began}"):
                break
            page.wait_for_timeout(50)
        quiet(page, given.quiet)
        coloured = page.evaluate(f"window.drawn.coloured({began}) ?? null")
        if coloured is not None:  # else the two layers look the same at all points
            switches.append((coloured - began) / 1000)
    context.close()
    return {
        "first": views[0], "views": views[1:], "moved": moved, "switches": switches,
        "weight": weights[0],
    }  # fmt: skip


def data_of(store: Path, folder: Path, layers: int) -> tuple[Path, Path]:
    """Write the outlines and the values of some layers for the peers; return both files."""
    from placedata.snapshot import open_snapshot

    snapshot = open_snapshot(store)
    shapes = json.loads(snapshot.web_geometry.read_text("utf-8"))
    import shapely

    for feature in shapes["features"]:
        feature["bbox"] = list(shapely.bounds(shapely.geometry.shape(feature["geometry"])))
    figures = {
        name: [None if isnan(v) else v for v in snapshot.table(name)["value"]]
        for name in list(snapshot.layers)[: layers + 1]
    }
    (folder / "shapes.json").write_text(json.dumps(shapes))
    (folder / "figures.json").write_text(json.dumps(figures))
    return folder / "shapes.json", folder / "figures.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--place", default=str(ROOT), help="place folder")
    parser.add_argument("--store", help="a built store; built anew unless given")
    parser.add_argument("--peer-python", required=True, help="a Python with dash-leaflet")
    parser.add_argument("--views", type=int, default=3)
    parser.add_argument("--switches", type=int, default=5)
    parser.add_argument(
        "--quiet", type=int, default=QUIET,
        help="milliseconds without a frame after which a map is held to be complete",
    )  # fmt: skip
    given = parser.parse_args()
    browser_path = os.environ.get("PLACEDATA_CHROMIUM") or shutil.which("chromium")
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as work, sync_playwright() as driver:
        store = given.store or f"{work}/store"
        if not given.store:
            placedata("build", "--quiet", "--place", given.place, "--store", store)
        shapes, figures = data_of(Path(store), Path(work), given.switches)
        browser = driver.chromium.launch(executable_path=browser_path, args=FLAGS)
        with dashboard(given.place, store) as address:
            found["placedata"] = measured(browser, address, OURS, given)
            found["placedata"]["memory"] = memory(serving(address.rsplit(":", 1)[1].strip("/")))
        for name, program, box in (
            ("plotly", PLOTLY, "#map"),
            ("dash-leaflet", LEAFLET, ".leaflet-container"),
        ):
            with peer(given.peer_python, program, shapes, figures) as (address, pid):
                found[name] = measured(browser, address, box, given)
                found[name]["memory"] = memory(pid)
        browser.close()
    told(found)


def told(found: dict[str, dict[str, Any]]) -> None:
    """Print one row for each app, with its ratio to ours."""
    ours, rows = found["placedata"], []
    for name, seen in found.items():
        seen["switches"] = seen["switches"] or [float("nan")]
        view, switch = statistics.median(seen["views"]), statistics.median(seen["switches"])
        against = [
            view / statistics.median(ours["views"]),
            switch / statistics.median(ours["switches"]),
        ]
        rows.append([
            name, f"{seen['first']:.2f} s", spread(seen["views"], "s"), f"{against[0]:.1f}",
            f"{seen['moved'][0]:.2f} s", f"{statistics.median(seen['moved'][1:]):.2f} s",
            spread(seen["switches"], "ms", 1000), f"{against[1]:.1f}",
            f"{seen['weight'] / 1000:,.0f} kB", f"{seen['memory']:,.0f} MB",
        ])  # fmt: skip
    head = ["App", "First view, nothing kept", "First view, warm", "÷ placedata",
            "Can be moved, nothing kept", "Can be moved, warm", "Layer switch", "÷ placedata",
            "First view, bytes sent", "Memory of the server"]  # fmt: skip
    print(table(head, rows))
    print(f"\nLoad of the machine (1, 5, 15 minutes): {os.getloadavg()}")


if __name__ == "__main__":
    main()
