"""Pictures of every page of the sample place, into docs: ``make screenshots``.

Not a test: it needs a built sample place and Chromium, and takes about a minute.
"""

from __future__ import annotations

import base64
import logging
import sys
import threading
from pathlib import Path
from typing import Any

from conftest import ROOT_FLAGS, SOFTWARE_WEBGL, chromium_path

DOCS = Path(__file__).resolve().parents[2] / "docs"
WIDTHS = {1280: 900, 375: 800}
TALLEST = 1800
MOST_BYTES = 3_000_000
TO_WEBP = """async ([address, quality]) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width; canvas.height = image.height;
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', quality);
}"""


def pages(place: Any) -> dict[str, str]:
    """Return the pictures to make: file name -> address."""
    snapshot = place.snapshot
    ward, other = snapshot.areas.index[len(snapshot.areas) // 2], snapshot.areas.index[0]
    layer = "no2" if "no2" in snapshot.layers else next(iter(snapshot.layers))
    return {
        "map": f"/?area={ward}",
        "map-layer": f"/?layer={layer}",
        "compare": f"/compare?areas={ward},{other}",
        "rankings": f"/rankings?area={ward}",
        "trends": f"/trends?layer={layer}&areas={ward},{other}",
        "relationships": f"/relationships?areas={ward}",
        "weights": "/weights?w=opportunity:2",
        "readiness": "/readiness",
        "scorecards": "/areas/",
        "scorecard": f"/areas/{ward}",
        "layers": "/layers/",
        "layer": f"/layers/{layer}",
        "about": "/about",
    }


def take(seen: Any, address: str, width: int, tallest: int = TALLEST) -> bytes:
    """Return a picture of a page as PNG, from its top, no taller than asked."""
    seen.set_viewport_size({"width": width, "height": WIDTHS[width]})
    seen.goto(address)
    seen.wait_for_load_state("networkidle")
    if seen.locator("#map-live").count():
        seen.wait_for_selector(".maplibregl-canvas")
        seen.wait_for_timeout(1500)  # until the map is painted
    height = min(tallest, seen.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": width, "height": height}
    picture: bytes = seen.screenshot(full_page=True, clip=clip)
    return picture


def as_webp(reader: Any, picture: bytes, quality: float = 0.8) -> bytes:
    """Return a PNG as WebP, made by the browser, so that no library is needed."""
    address = "data:image/png;base64," + base64.b64encode(picture).decode()
    return base64.b64decode(reader.evaluate(TO_WEBP, [address, quality]).split(",")[1])


def main(store: str | None = None) -> None:
    """Serve the sample place, take the pictures and say how large they are."""
    from playwright.sync_api import sync_playwright
    from waitress import create_server

    from dashboard.app import create_app
    from placedata import Place

    logging.getLogger("waitress").setLevel(logging.ERROR)
    place = Place.open(DOCS.parent, store=store)
    server = create_server(create_app(place), port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    site = f"http://127.0.0.1:{server.effective_port}"
    folder = DOCS / "screenshots"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        flags = ROOT_FLAGS + SOFTWARE_WEBGL
        browser = driver.chromium.launch(executable_path=chromium_path(), args=flags)
        seen, reader = browser.new_page(), browser.new_page()
        for name, address in pages(place).items():
            for width in WIDTHS:
                picture = as_webp(reader, take(seen, site + address, width))
                (folder / f"{name}-{width}.webp").write_bytes(picture)
        overview = as_webp(reader, take(seen, site + pages(place)["map"], 1280, 940))
        (DOCS / "images" / "overview.webp").write_bytes(overview)
        browser.close()
    server.close()
    total = sum(path.stat().st_size for path in folder.glob("*.webp"))
    print(f"{len(list(folder.glob('*.webp')))} pictures, {total / 1e6:.1f} MB")
    if total > MOST_BYTES:
        sys.exit(f"more than {MOST_BYTES / 1e6:.0f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:2])
