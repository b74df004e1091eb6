"""Cards of all wards in batch: by the clock and of a processor, on one process and on two.

``python benchmarks/scorecards.py --place DIR --store DIR [--data-root real=DIR]``: the place must
have been built into the store.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from pathlib import Path

from measuring import placedata, table


def main() -> None:
    """Print a table of what the batches took."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--place", default=".")
    given.add_argument("--store", default=None)
    given.add_argument("--formats", default="pdf,html")
    given.add_argument("--jobs", type=int, nargs="*", default=[2])
    asked = given.parse_args()
    where = ["--place", asked.place, *(["--store", asked.store] if asked.store else [])]
    rows = []
    for jobs in asked.jobs:
        folder = Path(tempfile.mkdtemp(prefix="cards-"))
        words = ["scorecard", "--area", "all", "--format", asked.formats, "--out", str(folder),
                 "--jobs", str(jobs), "--quiet", *where]  # fmt: skip
        for what in ("from nothing", "nothing changed"):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            began = time.perf_counter()
            run = placedata(*words)
            seconds = time.perf_counter() - began
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            # wait4 tells of the first process alone; the children's total of all
            processor = max(
                run.processor,
                after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            )
            count = len(list(folder.glob("E*.html"))) or len(list(folder.glob("E*")))
            size = sum(path.stat().st_size for path in folder.glob("*.zip")) / 1e6
            rows.append([f"{what}, {jobs} processes", count, f"{seconds:.0f} s",
                         f"{processor:.0f} s", f"{size:.0f} MB"])  # fmt: skip
        shutil.rmtree(folder)
    head = ["Cards", "How many", "By the clock", "Of processors", "ZIP"]
    print(table(head, rows))


if __name__ == "__main__":
    main()
