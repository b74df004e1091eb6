"""Fifty planners at once: each opens pages, thinks, and goes on; how long answers take.

Every planner follows a path that people take: the map, other layers, a ward, its scorecard,
rankings, a trend, a comparison, the search. Between two requests they think for one to three
seconds, as people do. The answers are asked for compressed and read whole.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import statistics
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from measuring import ROOT, placedata, table
from web import dashboard


def walk(codes: list[str], layers: list[str], snapshot: str, chance: random.Random) -> list[str]:
    """Return the addresses that one planner asks for."""
    layer, other = chance.sample(layers, 2)
    area, second = chance.sample(codes, 2)
    state = f"/snapshots/{snapshot}/map.json?layer="
    return [
        "/", f"{state}{layer}", f"{state}{other}", f"{state}{other}&area={area}&only=area",
        f"/areas/{area}", f"/rankings?layer={layer}", f"/trends?layer={layer}&areas={area}",
        f"/compare?areas={area},{second}", "/weights", f"/search?q={layer[:4]}", "/layers/",
        f"/layers/{layer}", f"/trace/{layer}/{area}", f"/relationships?x={layer}&y={other}",
    ]  # fmt: skip


def planner(
    host: str, addresses: list[str], seconds: float, seed: int, taken: list[tuple[str, float]]
) -> None:
    """Ask until the time is over; note each address's page and how long its answer took."""
    chance = random.Random(seed)
    end = time.perf_counter() + seconds
    time.sleep(chance.uniform(0, 3))
    connection = http.client.HTTPConnection(host, timeout=60)
    while time.perf_counter() < end:
        for address in addresses:
            if time.perf_counter() >= end:
                return
            began = time.perf_counter()
            connection.request("GET", address, headers={"Accept-Encoding": "br"})
            answer = connection.getresponse()
            answer.read()
            page = address.split("?")[0].split("/")[1] or "map"
            kind = page if answer.status == 200 else f"status {answer.status}"
            taken.append((kind, time.perf_counter() - began))
            time.sleep(chance.uniform(1, 3))


def used_by(port: int) -> tuple[float, float]:
    """Return the memory of the server's process now, MB, and the seconds of a processor it used.

    Both are 0 where the system does not tell.
    """
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if b"serve" in words and str(port).encode() in words:
                pages = int((folder / "statm").read_text().split()[1])
                ticks = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
                seconds = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
                return pages * os.sysconf("SC_PAGE_SIZE") / 1e6, seconds
        except OSError:
            continue
    return 0.0, 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--place", default=str(ROOT), help="place folder")
    parser.add_argument("--store", help="a built store; built anew unless given")
    parser.add_argument("--planners", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        store = given.store or made
        if not given.store:
            placedata("build", "--quiet", "--place", given.place, "--store", store)
        with dashboard(given.place, store) as address:
            host = urlsplit(address).netloc
            port = int(host.rpartition(":")[2])
            before = used_by(port)[1]
            taken = asked(host, store, given)
            memory, seconds = used_by(port)
    told(taken, memory, given)
    print(f"Of a processor for {len(taken):,} answers: {seconds - before:.1f} s.")
    print(f"Load of the machine (1, 5, 15 minutes): {os.getloadavg()}")


def asked(host: str, store: str, given: argparse.Namespace) -> list[tuple[str, float]]:
    """Let the planners walk; return what they asked for and how long it took."""
    from placedata.snapshot import open_snapshot

    snapshot = open_snapshot(Path(store))
    codes, layers = list(snapshot.areas.index), list(snapshot.layers)
    taken: list[tuple[str, float]] = []
    threads = []
    for at in range(given.planners):
        addresses = walk(codes, layers, snapshot.id, random.Random(at))
        threads.append(
            threading.Thread(target=planner, args=(host, addresses, given.seconds, at, taken))
        )
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def told(taken: list[tuple[str, float]], memory: float, given: argparse.Namespace) -> None:
    """Print the answers by page, and all together."""
    kinds = sorted({kind for kind, _ in taken})
    rows = []
    for kind in [*kinds, "all"]:
        times = sorted(1000 * seconds for name, seconds in taken if kind in {name, "all"})
        p95 = times[min(len(times) - 1, int(0.95 * len(times)))]
        rows.append([kind, f"{len(times):,}", f"{statistics.median(times):,.0f} ms",
                     f"{p95:,.0f} ms", f"{times[-1]:,.0f} ms"])  # fmt: skip
    print(table(["Page", "Answers", "Median", "95 of 100 within", "Slowest"], rows))
    print(f"\n{given.planners} planners for {given.seconds:g} s; target: 95 of 100 within 500 ms.")
    print(f"Memory of the server: {memory:,.0f} MB; target: 400 MB.")


if __name__ == "__main__":
    main()
