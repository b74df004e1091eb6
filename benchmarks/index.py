"""How long rank intervals take: weights alone, all sources, and a ward framework in a place.

    python benchmarks/index.py [--quick] [--write]

Every piece runs in a process of its own, on a table of random values. The loop that the weights
are compared with is ours: the public ``index.score``, called once a weight set in the same process,
and timed over a few calls; the frameworks with the changed weights are made beforehand.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measuring import ROOT, Run, run_python, table

AREAS, INDICATORS, COMPONENTS, DIMENSIONS = 8000, 50, 12, 3
PAGE = ROOT / "docs" / "benchmarks-index.md"
LOOP = 20


def values(areas: int, indicators: int):
    """Return random values with something in common, so that ranks mean something."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(1)
    block = rng.normal(50, 10, (areas, indicators)) + rng.normal(0, 8, (areas, 1))
    names = [f"i{at:02d}" for at in range(indicators)]
    return pd.DataFrame(block, [f"A{at:05d}" for at in range(areas)], names)


def ward_framework(columns):
    """Return the ward framework with the columns dealt out among its twelve components."""
    from placedata.catalog import read_framework, shipped_frameworks
    from placedata.framework import Indicator

    framework = read_framework(shipped_frameworks()["social_progress_ward"])
    components = [node.id for node in framework.nodes if node.level == "component"]
    return framework.with_indicators(
        Indicator(
            id=name,
            component=components[at % len(components)],
            polarity="higher_is_better" if at % 2 else "lower_is_better",
        )
        for at, name in enumerate(columns)
    )


def linear_framework(columns):
    """Return a framework of plain weighted means between the lowest and the highest value."""
    framework = ward_framework(columns)
    return framework.with_method(method={"indicator": {"normalise": "min_max"}})


def weights(count: int) -> dict[str, float]:
    """Weights alone, ranks of the index; then a loop over the public score."""
    import numpy as np

    from placedata.index import WEIGHTS_ONLY, Replicates, score, uncertainty

    data = values(AREAS, INDICATORS)
    framework = linear_framework(data.columns)
    began = time.perf_counter()
    asked = Replicates(count, nodes=(framework.top.id,))
    uncertainty(data, framework, sources=WEIGHTS_ONLY, replicates=asked)
    ours = time.perf_counter() - began
    import resource

    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rng = np.random.default_rng(2)
    changed = []
    for _ in range(LOOP):
        items = [
            item.model_copy(update={"weight": rng.uniform(0.75, 1.25)})
            for item in framework.indicators
        ]
        changed.append(framework.model_copy(update={"indicators": tuple(items)}))
    began = time.perf_counter()
    for one in changed:
        score(data, one)
    loop = (time.perf_counter() - began) / LOOP * count
    return {"seconds": ours, "loop": loop, "ratio": loop / ours, "megabytes": megabytes}


def every_node(count: int) -> dict[str, float]:
    """Weights alone, ranks of all sixteen nodes."""
    from placedata.index import WEIGHTS_ONLY, Replicates, uncertainty

    data = values(AREAS, INDICATORS)
    framework = linear_framework(data.columns)
    began = time.perf_counter()
    uncertainty(data, framework, sources=WEIGHTS_ONLY, replicates=Replicates(count))
    return {"seconds": time.perf_counter() - began}


def everything(count: int) -> dict[str, float]:
    """All sources of the Monte Carlo, with three standard errors of every value and gaps."""
    import numpy as np

    from placedata.index import Replicates, uncertainty

    data = values(AREAS, INDICATORS)
    data = data.mask(np.random.default_rng(3).random(data.shape) < 0.01)
    parts = {"sampling": 2.0, "apportionment": 1.0, "sensors": 0.5}
    errors = {name: data.notna() * size for name, size in parts.items()}
    framework = ward_framework(data.columns)
    began = time.perf_counter()
    asked = Replicates(count, nodes=(framework.top.id,))
    uncertainty(data, framework, standard_errors=errors, replicates=asked)
    return {"seconds": time.perf_counter() - began}


def wards(count: int) -> dict[str, float]:
    """What a place does when it is built: 20 wards, 40 indicators, every node."""
    from placedata.index import intervals

    data = values(20, 40)
    framework = ward_framework(data.columns)
    began = time.perf_counter()
    intervals(data, framework, standard_errors=data * 0 + 2, replicates=count)
    return {"seconds": time.perf_counter() - began}


PIECES = {
    "weights": (weights, 10_000, "weights alone, 8,000 areas, 50 indicators, index",
                "15 s, 1,024 MB"),
    "every_node": (every_node, 10_000, "the same, all 16 nodes", ""),
    "everything": (everything, 10_000,
                   "all sources, 8,000 areas, 50 indicators, 1 % of the values missing, index",
                   "150 s"),
    "wards": (wards, 2000, "all sources, 20 wards, 40 indicators, all 16 nodes", "3 s"),
}  # fmt: skip


def measured(name: str, count: int) -> tuple[Run, dict[str, float]]:
    """Run one piece in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        run = run_python(__file__, "--piece", name, str(count), str(out))
        return run, json.loads(out.read_text("utf-8"))


def main() -> None:
    """Print the tables; ``--write`` puts them into the page too."""
    if "--piece" in sys.argv:
        name, count, out = sys.argv[sys.argv.index("--piece") + 1 :]
        Path(out).write_text(json.dumps(PIECES[name][0](int(count))), "utf-8")
        return
    chosen = [name for name in PIECES if name in sys.argv] or list(PIECES)
    rows, ratio = [], ""
    for name in chosen:
        _, count, title, target = PIECES[name]
        count = count // 20 if "--quick" in sys.argv else count
        before = os.getloadavg()[0]
        run, found = measured(name, count)
        memory = found.get("megabytes", run.megabytes)
        rows.append((title, f"{count:,}", f"{found['seconds']:.1f} s", f"{run.processor:.0f} s",
                     f"{memory:,.0f} MB", f"{before:.1f}", target))  # fmt: skip
        print(rows[-1], flush=True)
        if "loop" in found:
            ratio = (
                f"A loop over the public `index.score` (our loop, timed over {LOOP} calls in the "
                f"same process) would take {found['loop']:,.0f} s for the weights alone: "
                f"{found['ratio']:.0f} times as long. Target: 20 times."
            )
    head = ("What", "Replicates", "By the clock", "Of processors, with starting up", "Peak memory",
            "Load before", "Target")  # fmt: skip
    text = table(head, rows) + "\n\n" + ratio + "\n"
    print(text)
    if "--write" in sys.argv:
        page = PAGE.read_text("utf-8")
        begin, end = "<!-- measured -->\n", "<!-- end -->"
        start, rest = page.split(begin)
        PAGE.write_text(start + begin + "\n" + text + "\n" + end + rest.split(end)[1], "utf-8")


if __name__ == "__main__":
    main()
