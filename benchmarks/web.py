"""The map page in a browser: the first view, warm, and the change from one layer to another.

A view is there when its text is in the page and the map has drawn for the last time: the script
notes when the graphics were last asked to draw, and waits until they have been quiet.
"""

from __future__ import annotations

import argparse
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
from typing import Any

from measuring import ENVIRONMENT, ROOT, placedata, spread, table
from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--use-angle=swiftshader",
         "--enable-unsafe-swiftshader"]  # fmt: skip
#: Notes when the map was last drawn, and how often.
NOTE_DRAWING = """
window.drawn = {last: null, frames: []};
for (const kind of [WebGLRenderingContext, WebGL2RenderingContext])
  for (const name of ['drawElements', 'drawArrays']) {
    const draw = kind.prototype[name];
    kind.prototype[name] = function (...given) {
      const now = performance.now();
      if (now - window.drawn.last > 4) window.drawn.frames.push(now);
      window.drawn.last = now;
      return draw.apply(this, given);
    };
  }
"""
QUIET = 700
DRAWN = f"window.drawn.last !== null && performance.now() - window.drawn.last > {QUIET}"
#: Chooses a layer; resolves with when the text had changed, and when the map was drawn first and
#: last after that. The new colours are in the first frame; later ones place the labels. Where two
#: layers have the same classes everywhere, the map has nothing to draw.
SWITCH = f"""
layer => new Promise((done, failed) => {{
  const picker = document.getElementById('layer');
  const heading = document.getElementById('part-heading');
  let text = null;
  const began = performance.now();
  new MutationObserver((_, seen) => {{ text = performance.now() - began; seen.disconnect(); }})
    .observe(heading, {{childList: true, subtree: true, characterData: true}});
  picker.value = layer;
  picker.dispatchEvent(new Event('change', {{bubbles: true}}));
  const wait = setInterval(() => {{
    const since = performance.now() - began;
    if (since > 20000) {{ clearInterval(wait); failed(new Error(`no change to ${{layer}}`)); }}
    const last = window.drawn.last - began;
    if (text === null || since - Math.max(last, text) < {QUIET}) return;
    clearInterval(wait);
    const after = window.drawn.frames.map(at => at - began).filter(at => at >= text);
    done([text, after[0] ?? text, Math.max(last, text)]);
  }}, 20);
}})
"""


@contextmanager
def dashboard(place: str, store: str) -> Iterator[str]:
    """Serve a built place; yields the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "placedata", "serve", "--place", place, "--store", store]
    server = subprocess.Popen(
        [*words, "--port", str(port)], cwd=ROOT, env=ENVIRONMENT, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(address, timeout=10).read()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


def first_view(page: Any, address: str) -> tuple[float, float]:
    """Open the map page; return seconds until its first text and until the map is drawn."""
    page.goto(address)
    for _ in range(400):  # the page's own policy forbids the polling of wait_for_function
        if page.evaluate(DRAWN):
            break
        page.wait_for_timeout(50)
    paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    return page.evaluate(paint) / 1000, page.evaluate("window.drawn.last") / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--place", default=str(ROOT), help="place folder")
    parser.add_argument("--views", type=int, default=5)
    parser.add_argument("--switches", type=int, default=20)
    given = parser.parse_args()
    browser_path = os.environ.get("PLACEDATA_CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as store, sync_playwright() as driver:
        placedata("build", "--quiet", "--place", given.place, "--store", store)
        with dashboard(given.place, store) as address:
            browser = driver.chromium.launch(executable_path=browser_path, args=FLAGS)
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            context.add_init_script(NOTE_DRAWING)
            page = context.new_page()
            cold = first_view(page, address)
            warm = [first_view(page, address) for _ in range(given.views)]
            layers = page.evaluate(
                "[...document.getElementById('layer').options].map(o => o.value)"
            )
            wanted = [layers[at % len(layers)] for at in range(1, given.switches + 2)]
            page.evaluate(SWITCH, wanted[0])
            switches = [page.evaluate(SWITCH, name) for name in wanted[1:]]
            sizes = page.evaluate(
                "performance.getEntriesByType('resource').filter(e => e.name.includes('map.json'))"
                ".map(e => e.transferSize)"
            )
            browser.close()
    shown, coloured, drawn = zip(*switches, strict=True)
    rows = [
        ["first view, nothing kept: map drawn", f"{cold[1]:.2f} s", ""],
        ["first view, warm: text", spread([text for text, _ in warm], "s"), ""],
        ["first view, warm: map drawn", spread([whole for _, whole in warm], "s"), "2 s"],
        ["layer switch: heading, legend, list, table", spread(shown, "ms"), ""],
        ["layer switch: first frame of the map", spread(coloured, "ms"), "200 ms"],
        ["layer switch: last frame of the map", spread(drawn, "ms"), ""],
        ["layer switch: bytes sent", f"{statistics.median(sizes):,.0f}", ""],
    ]
    print(table(["What", "Median (least to greatest)", "Target"], rows))


if __name__ == "__main__":
    main()
