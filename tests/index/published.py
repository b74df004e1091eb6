"""Published indices through the command line: run it, read what it wrote, know the tolerances."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cached_property
from pathlib import Path

import pandas as pd
from ruamel.yaml import YAML

SOURCE = Path(__file__).parents[2] / "src"
SHIPPED = SOURCE / "placedata" / "frameworks"
HERE = Path(__file__).parent / "frameworks"
TOLERANCES = Path(__file__).parent / "tolerances.yaml"


def tolerance(index: str, what: str) -> float:
    """Return the tolerance of one comparison."""
    return YAML(typ="safe").load(TOLERANCES)[index][what]["tolerance"]


class Ran:
    """What one run of ``placedata score`` wrote."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> pd.DataFrame:
        text = {"area_code": str, "by": str}
        return pd.read_csv(
            self.folder / f"{name}.csv", dtype=text, keep_default_na=False, na_values=[""]
        )

    @cached_property
    def scores(self) -> pd.DataFrame:
        return self.read("scores")

    def wide(self, column: str = "score") -> pd.DataFrame:
        areas, nodes = self.scores["area_code"].unique(), self.scores["node"].unique()
        wide = self.scores.pivot(index="area_code", columns="node", values=column)
        return wide.reindex(index=areas, columns=nodes)

    def of(self, node: str) -> pd.DataFrame:
        return self.scores[self.scores["node"] == node].set_index("area_code")

    def stage(self, name: str) -> pd.DataFrame:
        return self.read(f"stage_{name}").set_index("area_code")

    @property
    def weights(self) -> pd.DataFrame:
        return self.read("weights").set_index("node")

    @property
    def measures(self) -> pd.Series:
        return self.read("diagnostics").set_index(["node", "statistic"])["value"]


def command_line(table: Path, framework: Path | dict | str, out: Path, *options: str) -> Ran:
    """Score a table by the command line; a framework given as data is written to a file first."""
    out.mkdir(parents=True, exist_ok=True)
    if isinstance(framework, dict):
        path = out / f"{framework['id']}.yaml"  # JSON is YAML
        path.write_text(json.dumps(framework, indent=1), "utf-8")
        framework = path
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), str(SOURCE.parent)])}
    words = ["score", table, "--framework", framework, "--out", out / "result", "-q", *options]
    done = subprocess.run(
        [sys.executable, "-m", "placedata", *map(str, words)],
        capture_output=True, text=True, check=False, env=environment, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Ran(out / "result")


def rows_of(source: Path, target: Path, keep) -> Path:
    """Write the rows of a table for which `keep` is true, every cell as it is."""
    cells = pd.read_csv(source, dtype=str, keep_default_na=False)
    cells[keep(cells)].to_csv(target, index=False)
    return target
