"""How long the sample place takes to build: from nothing, and again when nothing has changed."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from measuring import ROOT, placedata, spread, table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--place", default=str(ROOT), help="place folder")
    parser.add_argument("--data-root", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--cold", type=int, default=3, help="builds from nothing")
    parser.add_argument("--again", type=int, default=5, help="builds with nothing changed")
    given = parser.parse_args()
    roots = [part for item in given.data_root for part in ("--data-root", item)]
    cold, again = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.cold):
            store = str(Path(folder) / str(number))
            command = ("build", "--quiet", "--place", given.place, "--store", store, *roots)
            cold.append(placedata(*command))
        again = [placedata(*command) for _ in range(given.again)]
    rows = [
        [
            name,
            spread([run.seconds for run in runs], "s"),
            spread([run.processor for run in runs], "s"),
            spread([run.megabytes for run in runs], "MB"),
            target,
        ]
        for name, runs, target in (
            ("from nothing", cold, "30 s, 1,000 MB"),
            ("nothing changed", again, "2 s"),
        )
    ]
    print(table(["Build", "By the clock", "Of a processor", "Peak memory", "Target"], rows))


if __name__ == "__main__":
    main()
