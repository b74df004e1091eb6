"""How long `import placedata` takes, over what a bare Python takes; and what it brings along."""

from __future__ import annotations

import argparse
import subprocess
import sys

from measuring import ENVIRONMENT, ROOT, run_python, spread, table

HEAVY = ("geopandas", "numpy", "pandas", "pyogrio", "rasterio", "scipy", "shapely")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11)
    given = parser.parse_args()
    works = {
        "python": "pass",
        "import placedata": "import placedata",
        "placedata --help": "import sys; sys.argv = ['placedata', '--help']\n"
        "from placedata.cli import main; main()",
        "import geopandas": "import geopandas",
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    for code in works.values():  # once before: files come into the cache of the system
        run_python("-c", code)
    for _ in range(given.runs):
        for name, code in works.items():
            times[name].append(run_python("-c", code).seconds)
    bare = times.pop("python")
    rows = [["python alone", spread(bare, "ms", 1000), "", ""]]
    for name, found in times.items():
        over = [one - none for one, none in zip(found, bare, strict=True)]
        target = "300 ms" if name == "import placedata" else ""
        rows.append([name, spread(found, "ms", 1000), spread(over, "ms", 1000), target])
    print(table(["Process", "Time", "Over python alone", "Target"], rows))
    asked = f"import placedata, sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    words = [sys.executable, "-c", asked]
    brought = subprocess.run(
        words, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    print(f"\nHeavy libraries that come along: {brought.stdout.strip()}")


if __name__ == "__main__":
    main()
