"""How long `import placedata` takes, beside a bare Python; and what it brings along."""

from __future__ import annotations

import argparse
import subprocess
import sys

from measuring import ENVIRONMENT, ROOT, Run, run_python, spread, table

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
    runs: dict[str, list[Run]] = {name: [] for name in works}
    for code in works.values():  # once before: files come into the cache of the system
        run_python("-c", code)
    for _ in range(given.runs):
        for name, code in works.items():
            runs[name].append(run_python("-c", code))
    rows = [
        [
            name,
            spread([run.seconds for run in found], "ms", 1000),
            spread([run.processor for run in found], "ms", 1000),
            "300 ms" if name == "import placedata" else "",
        ]
        for name, found in runs.items()
    ]
    print(table(["Process", "By the clock", "Of a processor", "Target"], rows))
    asked = f"import placedata, sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    words = [sys.executable, "-c", asked]
    brought = subprocess.run(
        words, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    print(f"\nHeavy libraries that come along: {brought.stdout.strip()}")


if __name__ == "__main__":
    main()
