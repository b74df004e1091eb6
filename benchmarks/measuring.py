"""What the benchmarks share: time and peak memory of a process, medians, a Markdown table."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if not key.startswith("PLACEDATA_")},
    "PYTHONPATH": os.pathsep.join(
        [str(ROOT / "src"), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    ),
}


@dataclass(frozen=True)
class Run:
    """One run of a process: by the clock, of a processor, and the most memory it held at once."""

    seconds: float
    processor: float
    megabytes: float


def run_python(*arguments: str) -> Run:
    """Run Python with these arguments in a fresh process; stop where it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    # wait4 tells the memory of this child alone, which subprocess.run cannot
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(process.stderr.read().decode() if process.stderr else "failed")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def placedata(*arguments: str) -> Run:
    """Run the command line in a fresh process."""
    return run_python("-m", "placedata", *arguments)


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes, by the clock."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def spread(values: Sequence[float], unit: str, scale: float = 1) -> str:
    """Return ``median unit (least to greatest)``."""
    middle, low, high = statistics.median(values), min(values), max(values)
    middle, low, high = middle * scale, low * scale, high * scale
    decimals = 0 if middle >= 100 else 1 if middle >= 10 else 2
    return f"{middle:,.{decimals}f} {unit} ({low:,.{decimals}f} to {high:,.{decimals}f})"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [list(head), ["---"] * len(head), *[[str(cell) for cell in row] for row in rows]]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
