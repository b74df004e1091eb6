"""The Python side of the map, and that the committed bundle is what its sources give."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("dash")

from dash import Dash, html

import dashboard.map as map_package
from dashboard.map import CSP, MapView
from placedata.maps import palettes
from placedata.maps.classes import NO_DATA, SUPPRESSED

FOLDER = Path(map_package.__file__).parent
BUNDLE = FOLDER / "bundle"
WEB = FOLDER / "web"


def sums() -> dict[str, str]:
    lines = (BUNDLE / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def client_of_a_page_with_a_map():
    app = Dash(__name__)
    app.layout = html.Div(MapView(id="map", geometry="/areas.geojson"))
    return app.server.test_client()


def test_the_map_is_sent_to_the_browser_with_the_props_it_was_given():
    sent = MapView(id="map", classes=[0, NO_DATA, SUPPRESSED], selected=None).to_plotly_json()
    assert sent == {
        "namespace": "placedata_map",
        "type": "MapView",
        "props": {"id": "map", "classes": [0, -1, -2], "selected": None},
    }


def test_areas_without_a_value_look_the_same_on_the_map_and_on_the_svg_map():
    style = (WEB / "src" / "style.js").read_text()
    for name in ("NO_DATA_FILL", "NO_DATA_LINE", "SUPPRESSED_FILL", "SUPPRESSED_LINE"):
        assert f"const {name} = '{getattr(palettes, name)}';" in style
    assert f"export const NO_DATA = {NO_DATA};" in style
    assert f"export const SUPPRESSED = {SUPPRESSED};" in style


def test_a_misspelt_prop_is_refused_with_its_name():
    with pytest.raises(TypeError, match="selcted"):
        MapView(id="map", selcted="E05990001")


def test_every_prop_that_the_browser_reports_is_declared():
    source = "".join(path.read_text() for path in (WEB / "src").glob("*.js"))
    reported = set(re.findall(r"report\(\{\s*(\w+)", source))
    reported |= set(re.findall(r"report\(\{webgl: \w+, (\w+)", source))
    assert reported == {
        "clicked", "hoveredArea", "viewport", "webgl", "status", "backgroundLost"
    }  # fmt: skip
    assert reported <= set(MapView.available_properties)


def test_every_prop_that_the_browser_reads_is_declared():
    source = "".join(path.read_text() for path in (WEB / "src").glob("*.js"))
    read = set(re.findall(r"\b(?:props|wanted)\.(\w+)", source)) - {"setProps"}
    assert read
    assert read <= set(MapView.available_properties)


def test_the_page_loads_the_map_from_this_server_alone():
    client = client_of_a_page_with_a_map()
    page = client.get("/").text
    addresses = re.findall(r'(?:src|href)="([^"]*dashboard\.map[^"]*)"', page)
    kinds = [re.sub(r"\.v[0-9_]+m\d+", "", address.rsplit("/", 1)[1]) for address in addresses]
    assert sorted(kinds) == ["map_view.css", "map_view.min.js", "maplibre-gl.css"]
    for address in addresses:
        assert client.get(address).status_code == 200
    assert "://" not in "".join(addresses)


def test_the_worker_is_served_but_not_loaded_as_a_script():
    client = client_of_a_page_with_a_map()
    assert "maplibre-worker" not in client.get("/").text
    answer = client.get("/_dash-component-suites/dashboard.map/bundle/maplibre-worker.js")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/javascript")
    assert hashlib.sha256(answer.data).hexdigest() == sums()["maplibre-worker.js"]


def test_files_beside_the_bundle_are_not_served():
    client = client_of_a_page_with_a_map()
    client.get("/")
    for name in ("component.py", "web/package.json", "bundle/SHA256SUMS"):
        answer = client.get(f"/_dash-component-suites/dashboard.map/{name}")
        assert answer.status_code >= 400, name


def test_the_policy_that_the_map_asks_for_has_neither_eval_nor_blob_nor_other_hosts():
    words = {word for sources in CSP.values() for word in sources}
    assert words == {"'self'", "data:"}
    assert CSP["worker-src"] == ("'self'",)


def test_the_bundle_is_the_one_that_its_checksums_describe():
    listed = sums()
    present = {path.name for path in BUNDLE.iterdir()} - {"SHA256SUMS"}
    assert set(listed) == present
    for name, digest in listed.items():
        assert hashlib.sha256((BUNDLE / name).read_bytes()).hexdigest() == digest, name


def test_the_version_is_the_same_in_python_and_in_the_package_of_its_source():
    package = json.loads((WEB / "package.json").read_text())
    assert package["version"] == map_package.__version__


def test_the_lock_pins_every_package_by_hash_and_names_no_server():
    text = (WEB / "package-lock.json").read_text()
    assert "resolved" not in text
    assert "://" not in re.sub(r'"url": "[^"]*"', "", text)  # sponsors' pages of packages
    packages = json.loads(text)["packages"]
    assert all(entry.get("integrity") for path, entry in packages.items() if path)


def test_licences_of_all_bundled_packages_are_shipped():
    text = (BUNDLE / "LICENSES.txt").read_text(encoding="utf-8")
    assert "Copyright (c) 2023, MapLibre contributors" in text
    assert "Redistributions in binary form must reproduce" in text
    used = set(re.findall(r"^(\S+) [0-9.]+ \((.+)\)$", text, re.MULTILINE))
    assert {"maplibre-gl", "polylabel", "earcut", "pbf", "gl-matrix"} <= {name for name, _ in used}
    allowed = {"BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "(MIT OR Apache-2.0)"}
    assert {licence for _, licence in used} <= allowed


def test_the_bundle_never_writes_data_as_markup():
    source = "".join(path.read_text() for path in (WEB / "src").glob("*.js"))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|dangerouslySet|setHTML", source)


def test_building_again_gives_the_same_bytes(tmp_path):
    if shutil.which("npm") is None or shutil.which("node") is None:
        reason = "npm and node are needed to build the map again"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    copy = tmp_path / "web"
    shutil.copytree(WEB, copy, ignore=shutil.ignore_patterns("node_modules"))
    built = tmp_path / "built"
    commands = (
        ["npm", "ci", "--no-audit", "--no-fund"],
        ["npm", "run", "build", "--", str(built)],
    )
    for command in commands:
        done = subprocess.run(
            command, cwd=copy, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
    again = {path.name: path.read_bytes() for path in built.iterdir()}
    committed = {path.name: path.read_bytes() for path in BUNDLE.iterdir()}
    assert sorted(again) == sorted(committed)
    changed = [name for name, content in again.items() if content != committed[name]]
    assert changed == []
