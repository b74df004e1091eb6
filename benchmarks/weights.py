"""The weights panel in a browser: from the move of a slider until the new order is on the screen.

Each slider is moved in turn. All areas are ranked again; the table shows a page of them.
Two times are told: until the script is done, and until the frame after it is ready to be shown,
which counts the layout of the table too.
"""

from __future__ import annotations

import argparse
import os
import shutil
from typing import Any

from measuring import ROOT, spread, table
from playwright.sync_api import sync_playwright
from web import FLAGS, dashboard

#: Moves a slider; resolves with milliseconds until the script is done, and until the frame is.
MOVE = """
([at, value]) => new Promise(done => {
  const sliders = document.querySelectorAll('#weights input[type=range]');
  const slider = sliders[at % sliders.length];
  requestAnimationFrame(() => {
    const began = performance.now();
    slider.value = value;
    slider.dispatchEvent(new Event('input', {bubbles: true}));
    const over = performance.now() - began;
    const {port1, port2} = new MessageChannel();
    port1.onmessage = () => done([over, performance.now() - began]);
    requestAnimationFrame(() => port2.postMessage(null));
  });
})
"""


def moved(page: Any, moves: int) -> tuple[list[float], list[float]]:
    """Move the sliders so many times; return both times of each move, milliseconds."""
    found = []
    for at in range(moves):
        found.append(page.evaluate(MOVE, [at, (0, 2, 4, 1)[at % 4]]))
        page.wait_for_timeout(300)
    return [each[0] for each in found], [each[1] for each in found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--place", default=str(ROOT), help="place folder")
    parser.add_argument("--store", required=True, help="a built store")
    parser.add_argument("--moves", type=int, default=24)
    given = parser.parse_args()
    browser_path = os.environ.get("PLACEDATA_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as driver, dashboard(given.place, given.store) as address:
        browser = driver.chromium.launch(executable_path=browser_path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{address}weights")
        page.wait_for_selector("#share:not([hidden])")
        shown = page.locator("#reranked tbody tr").count()
        areas = page.evaluate(
            "fetch(document.querySelector('[data-document]').dataset.document)"
            ".then(answer => answer.json()).then(told => told.codes.length)"
        )
        script, frame = moved(page, given.moves)
        browser.close()
    row = [f"{areas:,}", f"{shown:,}", spread(script, "ms"), spread(frame, "ms")]
    print(table(["Areas", "Rows shown", "Script done", "Frame ready"], [row]))
    print(f"\nLoad of the machine (1, 5, 15 minutes): {os.getloadavg()}")


if __name__ == "__main__":
    main()
