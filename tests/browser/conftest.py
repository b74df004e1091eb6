"""A real browser for tests: Chromium, found on the machine, driven by Playwright."""

from __future__ import annotations

import base64
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest

HERE = Path(__file__).parent
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ROOT_FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SOFTWARE_WEBGL = [
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # the map is drawn by WebGL; the rest of a page costs less without it, where all is software
    "--disable-gpu-compositing",
    "--disable-gpu-rasterization",
]
NO_WEBGL = ["--disable-gpu", "--disable-software-rasterizer", "--disable-3d-apis"]
LOCAL_HOSTS = {"127.0.0.1", "localhost"}

Colour = tuple[int, int, int]


def chromium_path() -> str:
    """Return the browser to use; skip without one, or fail when ``CI=true``."""
    named = os.environ.get("PLACEDATA_CHROMIUM")
    for candidate in [named] if named else ["google-chrome", "chromium", "chromium-browser"]:
        if found := shutil.which(candidate or ""):
            return found
    reason = (
        f"PLACEDATA_CHROMIUM names {named!r}, which cannot be run"
        if named
        else "no google-chrome or chromium on this machine; set PLACEDATA_CHROMIUM to one"
    )
    if os.environ.get("CI") == "true":
        pytest.fail(f"browser tests cannot run: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Any]:
    chromium_path()
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright_driver: Any) -> Iterator[Any]:
    """Chromium with WebGL drawn by the processor."""
    launched = playwright_driver.chromium.launch(
        executable_path=chromium_path(), args=ROOT_FLAGS + SOFTWARE_WEBGL
    )
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def browser_without_webgl(playwright_driver: Any) -> Iterator[Any]:
    """Chromium as on a council desktop whose graphics are switched off."""
    launched = playwright_driver.chromium.launch(
        executable_path=chromium_path(), args=ROOT_FLAGS + NO_WEBGL
    )
    yield launched
    launched.close()


@dataclass
class Watch:
    """What must not happen on any page; each kind can be ignored by a test that expects it.

    Kinds: ``errors`` (console and uncaught), ``violations`` (of the Content-Security-Policy),
    ``outside`` (requests to other hosts).
    """

    errors: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    ignored: set[str] = field(default_factory=set)

    def ignore(self, *kinds: str) -> None:
        unknown = set(kinds) - {"errors", "violations", "outside"}
        assert not unknown, f"unknown kinds: {unknown}"
        self.ignored.update(kinds)

    def follow(self, page: Any) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        page.on("request", self._request)

    def problems(self) -> dict[str, list[str]]:
        found = {"errors": self.errors, "violations": self.violations, "outside": self.outside}
        return {kind: seen for kind, seen in found.items() if seen and kind not in self.ignored}

    def _console(self, message: Any) -> None:
        if message.type == "error":
            policy = "Content Security Policy" in message.text
            (self.violations if policy else self.errors).append(message.text)

    def _request(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.hostname not in LOCAL_HOSTS:
            self.outside.append(request.url)


@pytest.fixture
def watch() -> Iterator[Watch]:
    seen = Watch()
    yield seen
    assert seen.problems() == {}


@pytest.fixture
def new_page(browser: Any, watch: Watch) -> Iterator[Callable[..., Any]]:
    """Open a watched page in a context of its own; keyword arguments go to the context."""
    contexts = []

    def open_page(*, using: Any = None, **options: Any) -> Any:
        options.setdefault("viewport", {"width": 1000, "height": 700})
        context = (using or browser).new_context(**options)
        contexts.append(context)
        opened = context.new_page()
        opened.set_default_timeout(20_000)
        watch.follow(opened)
        return opened

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Any]) -> Any:
    """A page that fails its test on console errors, policy violations and outside requests."""
    return new_page()


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    """Serve a WSGI application on a free port of this machine; returns its address."""
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    running = []

    def start(application: Any) -> str:
        server = make_server("127.0.0.1", 0, application, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join(5)


READ_PIXELS = """async ([address, points]) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width; canvas.height = image.height;
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return points.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data].slice(0, 3));
}"""


@pytest.fixture(scope="session")
def colours_at(browser: Any) -> Iterator[Callable[..., list[Colour]]]:
    """Colours that a person sees at points (page pixels) of a page, read from a screenshot."""
    context = browser.new_context()
    reader = context.new_page()

    def read(seen: Any, points: Sequence[tuple[float, float]]) -> list[Colour]:
        encoded = base64.b64encode(seen.screenshot(animations="allow")).decode()
        whole = [[int(x), int(y)] for x, y in points]  # the pixel that holds the point
        found = reader.evaluate(READ_PIXELS, [f"data:image/png;base64,{encoded}", whole])
        return [tuple(pixel) for pixel in found]

    yield read
    context.close()


def until(condition: Callable[[], Any], *, seconds: float = 15) -> Any:
    """Ask again until the answer is true; a test then shows the last answer that it got."""
    end = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < end:
        time.sleep(0.1)
    return answer


@pytest.fixture(scope="session", name="until")
def until_fixture() -> Callable[..., Any]:
    return until


@pytest.fixture(scope="session")
def application(built_toyborough: Any) -> Any:
    from dashboard.app import create_app

    return create_app(built_toyborough())


@contextmanager
def served(application: Any) -> Iterator[str]:
    """Serve as people are served, by waitress; give the address."""
    from waitress import create_server

    server = create_server(application, port=0, threads=8)

    def run() -> None:
        with suppress(OSError):  # its socket is closed while it waits: that is how it ends
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)


@pytest.fixture(scope="session", name="served")
def served_fixture() -> Callable[[Any], Any]:
    return served


@pytest.fixture(scope="session")
def site(application: Any) -> Iterator[str]:
    """The address of the pages."""
    with served(application) as address:
        yield address


@pytest.fixture(scope="session")
def with_boroughs(toyborough: ModuleType, built_toyborough: Any) -> Iterator[str]:
    """The address of a place with a second level, below a path of its site."""
    from dashboard.app import create_app
    from dashboard.mounting import mount

    application = create_app(built_toyborough("boroughs", toyborough.LEVELS))
    mount(application, "/wards")
    with served(application) as address:
        yield f"{address}/wards"


@pytest.fixture(scope="session")
def violations() -> Callable[..., list[tuple[str, list[str]]]]:
    """What axe finds wrong with a page: rule and elements; empty where nothing is.

    ``without``: a selector of elements that are not looked at, as the hundredth row like another.
    """
    source = (HERE / "vendor" / "axe.min.js").read_text("utf-8")

    def run(seen: Any, without: str = "") -> list[tuple[str, list[str]]]:
        # not as a script of the page, which its policy would forbid
        session = seen.context.new_cdp_session(seen)
        session.send("Runtime.evaluate", {"expression": source})
        context = {"include": ["html"], "exclude": [without]} if without else {"include": ["html"]}
        found = seen.evaluate("([on, tags]) => axe.run(on, {runOnly: tags})", [context, TAGS])
        assert len(found["passes"]) > 15
        return [
            (item["id"], [node["html"] for node in item["nodes"]]) for item in found["violations"]
        ]

    return run
