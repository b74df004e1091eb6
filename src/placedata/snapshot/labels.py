"""What stands out in a snapshot: strengths and weaknesses of each area, in a file of their own.

Of thousands of areas they would be most of the index document, which every page reads.
"""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Any

from placedata.snapshot.names import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from placedata.snapshot.reading import Snapshot

STANDING_OUT = ("strength", "weakness")
COLUMNS = ["area_code", "node", "label", "centre", "spread"]


def write_labels(folder: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write those of some labels that stand out; of the others nothing is told anywhere."""
    import pandas as pd

    kept = [row for row in rows if row["label"] in STANDING_OUT]
    frame = pd.DataFrame(kept, columns=COLUMNS)
    frame = frame.astype(dict.fromkeys(COLUMNS[:3], "str") | dict.fromkeys(COLUMNS[3:], float))
    frame.to_parquet(folder / LABELS, index=False, compression="zstd")


def read_labels(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Yield what stands out: ``area_code``, ``node``, ``label``, ``centre``, ``spread``."""
    import pandas as pd

    path = snapshot.directory / LABELS
    if not path.is_file():  # a snapshot of an older version
        yield from (row for row in snapshot.index["labels"] if row["label"] in STANDING_OUT)
        return
    frame = pd.read_parquet(path)
    columns = [[intern(word) for word in frame[name].tolist()] for name in COLUMNS[:3]]
    columns += [frame[name].tolist() for name in COLUMNS[3:]]
    for row in zip(*columns, strict=True):
        yield dict(zip(COLUMNS, row, strict=True))


def labels_by_area(snapshot: Snapshot) -> dict[str, dict[str, str]]:
    """Return area code -> node or indicator -> ``strength`` or ``weakness``."""
    found: dict[str, dict[str, str]] = {}
    for row in read_labels(snapshot):
        found.setdefault(row["area_code"], {})[row["node"]] = row["label"]
    return found
