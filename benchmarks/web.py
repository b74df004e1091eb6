"""The map page in a browser: the first view, warm, and the change from one layer to another.

A view is there when the wards have their colours: the script looks at 49 points of every frame
that is drawn, waits until it has been quiet, and takes the first frame that looked like the last.
The page shows a picture of the wards before the map itself: both times are told, of the first
frame of any kind, and of the first of the map that can be moved.
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
#: Notes when the map drew a frame, and the colours of 49 points of it: of WebGL, and of a plain
#: canvas, on which our page draws its first picture and Leaflet everything.
NOTE_DRAWING = """
window.drawn = {last: null, frames: []};
const noted = new WeakSet();
function note(canvas, read, kind) {
  const at = window.drawn.last = performance.now();
  if (noted.has(canvas)) return;
  noted.add(canvas);
  Promise.resolve().then(() => {  // after the frame is whole, before it is shown
    noted.delete(canvas);
    const colours = [];
    for (let x = 1; x < 8; x++)
      for (let y = 1; y < 8; y++) {
        const [r, g, b, a] = read(canvas.width * x / 8, canvas.height * y / 8);
        colours.push([r, g, b].map(part => part + 255 - a));  // as it looks on a white page
      }
    window.drawn.frames.push({at, kind, colours});
  });
}
const draw = WebGL2RenderingContext.prototype.drawElements;
WebGL2RenderingContext.prototype.drawElements = function (...given) {
  draw.apply(this, given);
  note(this.canvas, (x, y) => {
    const colour = new Uint8Array(4);
    this.bindFramebuffer(this.FRAMEBUFFER, null);
    this.readPixels(x, this.drawingBufferHeight - y, 1, 1, this.RGBA, this.UNSIGNED_BYTE, colour);
    return colour;
  }, 'webgl');
};
const fill = CanvasRenderingContext2D.prototype.fill;
CanvasRenderingContext2D.prototype.fill = function (...given) {
  fill.apply(this, given);
  if (this.canvas.width < 300) return;
  note(this.canvas, (x, y) => this.getImageData(x, y, 1, 1).data, 'plain');
};
// Two frames look alike where at least nine of ten points have the same colour: one that is on a
// border or a number may differ.
const near = (a, b) => a.every((part, at) => Math.abs(part - b[at]) <= 24);
const alike = (a, b) => a.filter((colour, at) => near(colour, b[at])).length >= 44;
// When a map first looked as it looks now, on any canvas or on those of one kind; undefined where
// nothing was drawn since, null where what is drawn is of one colour and so no map.
window.drawn.coloured = (since, kind) => {
  const frames = window.drawn.frames.filter(frame => frame.at >= since);
  const last = frames.at(-1);
  if (!last) return undefined;
  if (new Set(last.colours.map(String)).size < 2) return null;
  const asked = frames.filter(frame => !kind || frame.kind === kind);
  return asked.find(frame => alike(frame.colours, last.colours))?.at;
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


def first_view(page: Any, address: str) -> tuple[float, float, float, float]:
    """Open the map page; return seconds until text, picture, map in colour, and until quiet."""
    page.goto(address)
    for _ in range(400):  # the page's own policy forbids the polling of wait_for_function
        if page.evaluate(DRAWN):
            break
        page.wait_for_timeout(50)
    text = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    colours = "window.drawn.coloured(0), window.drawn.coloured(0, 'webgl')"
    found = page.evaluate(f"[{text}, {colours}, window.drawn.last]")
    return found[0] / 1000, found[1] / 1000, found[2] / 1000, found[3] / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--place", default=str(ROOT), help="place folder")
    parser.add_argument("--store", help="a built store; built anew unless given")
    parser.add_argument("--views", type=int, default=5)
    parser.add_argument("--switches", type=int, default=20)
    given = parser.parse_args()
    browser_path = os.environ.get("PLACEDATA_CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as made, sync_playwright() as driver:
        store = given.store or made
        if not given.store:
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
    first_text, first_colours, first_map, first_quiet = zip(*warm, strict=True)
    text, colours, quiet = zip(*switches, strict=True)
    rows = [
        ["first view, nothing kept: wards in colour", f"{cold[1]:.2f} s", ""],
        ["first view, nothing kept: map that can be moved", f"{cold[2]:.2f} s", ""],
        ["first view, warm: text", spread(first_text, "s"), ""],
        ["first view, warm: wards in colour", spread(first_colours, "s"), "1.5 s"],
        ["first view, warm: map that can be moved", spread(first_map, "s"), ""],
        ["first view, warm: last frame", spread(first_quiet, "s"), ""],
        ["layer switch: heading, legend, list, table", spread(text, "ms"), ""],
        ["layer switch: wards in colour", spread(colours, "ms"), "150 ms"],
        ["layer switch: last frame", spread(quiet, "ms"), ""],
        ["layer switch: bytes sent", f"{statistics.median(sizes):,.0f}", ""],
    ]
    print(table(["What", "Median (least to greatest)", "Target"], rows))


if __name__ == "__main__":
    main()
