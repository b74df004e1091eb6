"""Headers, policy and calm answers to junk, on every route."""

from __future__ import annotations

import json
import platform
import re
from importlib.metadata import version as version_of

import dash
import pytest

ADDRESSES = [
    "/",
    "/areas/",
    "/areas/E05990001",
    "/layers/",
    "/layers/no2",
    "/about",
    "/accessibility",
    "/nowhere",
    "/download/view.csv",
    "/_dash-layout",
    "/_dash-dependencies",
    "/favicon.ico",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_policy_and_the_other_headers(client, address):
    headers = client.get(address).headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe-inline" not in policy["script-src"]
    assert "unsafe-eval" not in policy["script-src"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ADDRESSES[:8])
def test_no_page_tells_versions_of_the_software(client, address):
    answer = client.get(address)
    text = answer.get_data(as_text=True)
    for version in (platform.python_version(), dash.__version__, version_of("flask")):
        assert version not in text
    assert "Werkzeug" not in answer.headers.get("Server", "")


def test_no_script_stands_in_the_map_page_and_the_policy_would_allow_none(client):
    answer = client.get("/")
    scripts = re.findall(
        r"<script(?![^>]*src=)([^>]*)>(.*?)</script>", answer.get_data(as_text=True), re.DOTALL
    )
    assert scripts
    assert all("application/json" in attributes for attributes, _ in scripts)
    (rule,) = re.findall(r"script-src ([^;]+)", answer.headers["Content-Security-Policy"])
    assert rule == "'self'"


def test_the_map_page_loads_no_plotly_and_no_unused_dash_components(client):
    text = client.get("/").get_data(as_text=True)
    sources = re.findall(r'<script [^>]*src="([^"]+)"', text)
    assert [item for item in sources if "dash_renderer" in item]
    assert not [
        item for item in sources if re.search(r"plotly|dash_table|/dcc/|/html/|polyfill", item)
    ]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("junk", "application/json"),
        ("{}", "application/json"),
        ('{"output": "x"}', "application/json"),
        ("[1, 2", "application/json"),
        ("a=1", "text/plain"),
        ("\x00" * 100, "application/octet-stream"),
    ],
)
def test_junk_callbacks_get_400_without_a_traceback(client, body, kind):
    answer = client.post("/_dash-update-component", data=body, content_type=kind)
    assert answer.status_code == 400
    assert "Traceback" not in answer.get_data(as_text=True)


def test_a_body_larger_than_any_page_sends_is_refused(client):
    answer = client.post("/areas/", data=b"x" * 300_000)
    assert answer.status_code in {405, 413}


@pytest.mark.parametrize(
    "address",
    [
        "/nowhere",
        "/areas/E0599000",
        "/layers/no3",
        "/areas/%2e%2e/%2e%2e/etc/passwd",
        "/static/000000000000/site.css",
        "/static/x/../../app.py",
        "/snapshots/../CURRENT/areas.geojson",
        "/snapshots/v000001-zzzzzzzz/map.json",
        "/snapshots/v999999-00000000/areas.geojson",
    ],
)
def test_what_is_not_there_is_404_and_not_the_map_page(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert "react-entry-point" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/areas", "/areas/"),
        ("/about/", "/about"),
        ("/%2fevil.example/", "/evil.example"),
        ("/%5cevil.example/", "/%5Cevil.example"),
    ],
)
def test_a_slash_too_many_or_too_few_leads_to_the_page_and_never_elsewhere(client, address, target):
    answer = client.get(address, base_url="http://localhost")
    assert answer.status_code == 308
    assert answer.headers["Location"].removeprefix("http://localhost").rstrip("/") == target.rstrip(
        "/"
    )


def test_a_page_that_is_not_there_names_the_nearest(client):
    assert 'href="/layers/no2"' in client.get("/layers/no3").get_data(as_text=True)
    assert 'href="/about"' in client.get("/abuot").get_data(as_text=True)


@pytest.mark.parametrize(
    "query", ["%00", "'--", "%F0%9F%92%A9", "../../etc/passwd", "A" * 3000, "%ff%fe"]
)
@pytest.mark.parametrize("name", ["layer", "period", "area", "sort"])
def test_no_query_makes_a_fault(client, name, query):
    assert client.get(f"/?layer=no2&{name}={query}").status_code == 200


def test_a_fault_is_told_with_a_number_and_without_a_traceback(place, monkeypatch):
    from dashboard import map_parts
    from dashboard.app import create_app

    def broken(*_, **__):
        raise RuntimeError("secret path /srv/data")

    app = create_app(place)
    monkeypatch.setattr(map_parts, "make_view", broken)
    answer = app.test_client().get("/layers/no2")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "noted as" in text
    assert "secret" not in text
    assert "Traceback" not in text


def test_outlines_and_static_files_are_kept_for_ever_at_an_address_with_their_version(client):
    text = client.get("/").get_data(as_text=True)
    for pattern in (
        r"/static/[0-9a-f]{12}/site\.css",
        r"/snapshots/v\d{6}-[0-9a-f]{8}/areas\.geojson",
    ):
        address = re.search(pattern, text)[0]
        answer = client.get(address)
        assert "immutable" in answer.headers["Cache-Control"]
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_pages_and_data_are_compressed(client, coding):
    for address in ("/", "/layers/"):
        answer = client.get(address, headers={"Accept-Encoding": coding})
        assert answer.headers["Content-Encoding"] == coding


def test_the_mcp_door_of_dash_is_shut(client, monkeypatch):
    monkeypatch.setenv("DASH_MCP_ENABLED", "true")
    assert client.post(
        "/_mcp", data=json.dumps({}), content_type="application/json"
    ).status_code in {404, 405}
