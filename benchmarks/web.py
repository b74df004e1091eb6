"""The map page in a browser: the first view, warm, and the change from one layer to another.

A view is there when the wards have their colours: the script looks at 361 places of every frame
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
#: Notes when the map drew a frame, and what it looks like at 19 by 19 places: of WebGL, and of a
#: plain canvas, on which our page draws its first picture and Leaflet everything.
NOTE_DRAWING = """
const PLACES = 19;
window.drawn = {last: null, frames: []};
const noted = new WeakSet();
function note(canvas, read, kind) {
  const at = window.drawn.last = performance.now();
  if (noted.has(canvas)) return;
  noted.add(canvas);
  Promise.resolve().then(() => {  // after the frame is whole, before it is shown
    noted.delete(canvas);
    const {width, height} = canvas, pixels = read(width, height), patches = [];
    for (let i = 1; i <= PLACES; i++)
      for (let j = 1; j <= PLACES; j++) {
        const x = Math.floor(width * i / (PLACES + 1)), y = Math.floor(height * j / (PLACES + 1));
        const patch = [];         // the pixel and its eight neighbours, as on a white page
        for (let dy = -1; dy < 2; dy++)
          for (let dx = -1; dx < 2; dx++) {
            const k = 4 * ((y + dy) * width + x + dx), clear = 255 - pixels[k + 3];
            patch.push([0, 1, 2].map(part => pixels[k + part] + clear));
          }
        patches.push(patch);
      }
    window.drawn.frames.push({at, kind, patches});
  });
}
const draw = WebGL2RenderingContext.prototype.drawElements;
WebGL2RenderingContext.prototype.drawElements = function (...given) {
  draw.apply(this, given);
  note(this.canvas, (width, height) => {
    const upward = new Uint8Array(width * height * 4), pixels = new Uint8Array(upward.length);
    this.bindFramebuffer(this.FRAMEBUFFER, null);
    this.readPixels(0, 0, width, height, this.RGBA, this.UNSIGNED_BYTE, upward);
    for (let y = 0; y < height; y++)
      pixels.set(upward.subarray(4 * width * y, 4 * width * (y + 1)), 4 * width * (height - 1 - y));
    return pixels;
  }, 'webgl');
};
const fill = CanvasRenderingContext2D.prototype.fill;
CanvasRenderingContext2D.prototype.fill = function (...given) {
  fill.apply(this, given);
  if (this.canvas.width < 300) return;
  note(this.canvas, (width, height) => this.getImageData(0, 0, width, height).data, 'plain');
};
const near = (a, b) => a.every((part, at) => Math.abs(part - b[at]) <= 24);
// A frame has its colours where at least 19 of 20 places look as in the last frame. Places that
// are on a border or a number there are passed over: those where the nine pixels differ.
const plain = patch => patch.every(pixel => near(pixel, patch[4]));
function alike(frame, last) {
  const inside = last.patches.map((patch, at) => at).filter(at => plain(last.patches[at]));
  const same = inside.filter(at => near(frame.patches[at][4], last.patches[at][4]));
  return same.length >= 0.95 * inside.length;
}
// When a map first looked as it looks now, on any canvas or on those of one kind; undefined where
// nothing was drawn since, null where what is drawn is of one colour and so no map.
window.drawn.coloured = (since, kind) => {
  const frames = window.drawn.frames.filter(frame => frame.at >= since);
  const last = frames.at(-1);
  if (!last) return undefined;
  if (new Set(last.patches.map(patch => String(patch[4]))).size < 3) return null;
  return frames.filter(frame => !kind || frame.kind === kind).find(frame => alike(frame, last))?.at;
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
