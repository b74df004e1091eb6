"""The map page in a browser: the first view, warm, and the change from one layer to another.

A view is there when the wards have their colours: the script looks at 49 points of every frame
that the map draws, waits until it has been quiet, and takes the first frame that looked like the
last.
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
#: Notes when the map drew a frame, and the colours of 49 points of it.
NOTE_DRAWING = """
window.drawn = {last: null, frames: []};
const draw = WebGL2RenderingContext.prototype.drawElements;
let noted = false;
WebGL2RenderingContext.prototype.drawElements = function (...given) {
  draw.apply(this, given);
  const at = window.drawn.last = performance.now();
  if (noted) return;
  noted = true;
  Promise.resolve().then(() => {  // after the frame is whole, before it is shown
    noted = false;
    const colour = new Uint8Array(4), colours = [];
    this.bindFramebuffer(this.FRAMEBUFFER, null);
    for (let x = 1; x < 8; x++)
      for (let y = 1; y < 8; y++) {
        this.readPixels(this.drawingBufferWidth * x / 8, this.drawingBufferHeight * y / 8, 1, 1,
                        this.RGBA, this.UNSIGNED_BYTE, colour);
        colours.push(colour.join());
      }
    window.drawn.frames.push({at, colours: colours.join(' ')});
  });
};
// When the map first looked as it looks now; undefined where nothing was drawn since.
window.drawn.coloured = since => {
  const frames = window.drawn.frames.filter(frame => frame.at >= since);
  return frames.find(frame => frame.colours === frames.at(-1).colours)?.at;
};
"""
QUIET = 700
DRAWN = f"window.drawn.last !== null && performance.now() - window.drawn.last > {QUIET}"
#: Chooses a layer; resolves with when the text had changed, when the map had its new colours, and
#: when it drew for the last time (labels fade in). Where two layers have the same classes
#: everywhere, the map has nothing to draw.
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
    const coloured = window.drawn.coloured(began + text);
    done([text, coloured ? coloured - began : text, Math.max(last, text)]);
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


def first_view(page: Any, address: str) -> tuple[float, float, float]:
    """Open the map page; return seconds until text, until the wards have colours, until quiet."""
    page.goto(address)
    for _ in range(400):  # the page's own policy forbids the polling of wait_for_function
        if page.evaluate(DRAWN):
            break
        page.wait_for_timeout(50)
    text = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    found = page.evaluate(f"[{text}, window.drawn.coloured(0), window.drawn.last]")
    return found[0] / 1000, found[1] / 1000, found[2] / 1000


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
    first_text, first_colours, first_quiet = zip(*warm, strict=True)
    text, colours, quiet = zip(*switches, strict=True)
    rows = [
        ["first view, nothing kept: wards in colour", f"{cold[1]:.2f} s", ""],
        ["first view, warm: text", spread(first_text, "s"), ""],
        ["first view, warm: wards in colour", spread(first_colours, "s"), "2 s"],
        ["first view, warm: last frame", spread(first_quiet, "s"), ""],
        ["layer switch: heading, legend, list, table", spread(text, "ms"), ""],
        ["layer switch: wards in colour", spread(colours, "ms"), "200 ms"],
        ["layer switch: last frame", spread(quiet, "ms"), ""],
        ["layer switch: bytes sent", f"{statistics.median(sizes):,.0f}", ""],
    ]
    print(table(["What", "Median (least to greatest)", "Target"], rows))


if __name__ == "__main__":
    main()
